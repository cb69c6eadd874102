import Postgres
import TestSupport
import Testing

/// billing.use_bundle: takes from what is included, exactly.
@Suite(.database) struct UseBundleTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `as much as is wanted or left, and back what was used`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.bundles (tenant_id, id, rate_plan_id, name, prefixes, included, rolls_over,
                valid_from)
            values (TENANT, ID1, TENANT, 'Minutes', '{1}', 600, false, '2026-01-01')
            """)
        #expect(
            try await book.read(
                """
                select billing.use_bundle(TENANT, ACCOUNT, ID1, '2026-07-15', 400)::text
                """, as: db.engine
            ) == ["400"])
        #expect(
            try await book.read(
                """
                select billing.use_bundle(TENANT, ACCOUNT, ID1, '2026-07-16', 400)::text
                """, as: db.engine
            ) == ["200"])
        #expect(
            try await book.read(
                """
                select billing.use_bundle(TENANT, ACCOUNT, ID1, '2026-07-17', 1)::text
                """, as: db.engine
            ) == ["0"])
        #expect(
            try await book.read(
                """
                select billing.use_bundle(TENANT, ACCOUNT, ID1, '2026-07-17', -700)::text
                """, as: db.engine
            ) == ["-600"])
    }

    @Test func `the month is the account's, and what is left is gone with it`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.bundles (tenant_id, id, rate_plan_id, name, prefixes, included, rolls_over,
                valid_from)
            values (TENANT, ID1, TENANT, 'Minutes', '{1}', 600, false, '2026-01-01')
            """)
        #expect(
            try await book.read(
                """
                select billing.use_bundle(TENANT, ACCOUNT, ID1, '2026-08-01 03:59:59+00', 100)::text
                """, as: db.engine
            ) == ["100"])
        #expect(
            try await book.read(
                """
                select billing.use_bundle(TENANT, ACCOUNT, ID1, '2026-08-01 04:00:00+00', 1000)::text
                """, as: db.engine
            ) == ["600"])
    }

    @Test func `what rolls over is good for one month more`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.bundles (tenant_id, id, rate_plan_id, name, prefixes, included, rolls_over,
                valid_from)
            values (TENANT, ID1, TENANT, 'Minutes', '{1}', 600, true, '2026-01-01')
            """)
        #expect(
            try await book.read(
                """
                select billing.use_bundle(TENANT, ACCOUNT, ID1, '2026-07-15', 500)::text
                """, as: db.engine
            ) == ["500"])
        #expect(
            try await book.read(
                """
                select billing.use_bundle(TENANT, ACCOUNT, ID1, '2026-08-15', 50)::text
                """, as: db.engine
            ) == ["50"])
        // 600 and 100 carried over, less 50: of 650 left no more than 600 go on
        #expect(
            try await book.read(
                """
                select billing.use_bundle(TENANT, ACCOUNT, ID1, '2026-09-15', 5000)::text
                """, as: db.engine
            ) == ["1200"])
    }

    @Test func `what is used late is none of what was carried over since`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.bundles (tenant_id, id, rate_plan_id, name, prefixes, included, rolls_over,
                valid_from)
            values (TENANT, ID1, TENANT, 'Minutes', '{1}', 600, true, '2026-01-01')
            """)
        let used = [("2026-07-15", 100), ("2026-08-15", 50), ("2026-07-16", 1000), ("2026-08-16", 2000)]
        var taken: [String] = []
        for (day, seconds) in used {
            taken += try await book.read(
                "select billing.use_bundle(TENANT, ACCOUNT, ID1, '\(day)', \(seconds))::text", as: db.engine)
        }
        #expect(taken == ["100", "50", "0", "1050"])
    }

    @Test func `a bundle that does not hold, or is not there, gives nothing`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.bundles (tenant_id, id, rate_plan_id, name, prefixes, included, rolls_over,
                valid_from)
            values (TENANT, ID1, TENANT, 'Minutes', '{1}', 600, true, '2026-01-01')
            """)
        #expect(
            try await book.read(
                """
                select billing.use_bundle(TENANT, ACCOUNT, ID1, '2025-07-15', 5)::text
                """, as: db.engine
            ) == ["0"])
        #expect(
            try await book.read(
                """
                select billing.use_bundle(TENANT, ACCOUNT, ID2, '2026-07-15', 5)::text
                """, as: db.engine
            ) == ["0"])
        #expect(
            try await book.refusal(
                """
                select billing.use_bundle(TENANT, ID2, ID1, '2026-07-15', 5)
                """, as: db.engine
            ) == Refusal("22023"))
    }

    @Test func `what calls in progress keep for themselves is nobody's, until their time is over`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.bundles (tenant_id, id, rate_plan_id, name, prefixes, included, rolls_over,
                valid_from)
            values (TENANT, ID1, TENANT, 'Minutes', '{1}', 600, false, '2026-01-01')
            """)
        func take(_ seconds: Int) async throws -> [String] {
            try await book.read(
                "select billing.use_bundle(TENANT, ACCOUNT, ID1, '2026-07-15', \(seconds))::text", as: db.engine)
        }
        #expect(try await take(100) == ["100"])
        try await book.run(
            """
            insert into billing.bundle_holds (tenant_id, id, bundle_id, account_id, period_from, seconds, expires_at)
            values (TENANT, ID2, ID1, ACCOUNT, '2026-07-01', 350, now() + interval '1 hour'),
                   (TENANT, ID3, ID1, ACCOUNT, '2026-07-01', 50, now())
            """)
        #expect(try await take(400) == ["150"])
        #expect(try await take(1) == ["0"])
        try await book.run("delete from billing.bundle_holds where tenant_id = TENANT and id = ID2")
        #expect(try await take(400) == ["350"])
    }
}
