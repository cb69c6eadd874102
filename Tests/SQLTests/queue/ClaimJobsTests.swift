import Postgres
import TestSupport
import Testing

/// queue.claim_jobs: no two workers get the same.
@Suite(.database) struct ClaimJobsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let jobs =
        """
        select concat_ws(' ', kind, state, attempts, last_error) from queue.jobs where tenant_id = TENANT order by id
        """

    @Test func `the most urgent that is due, for a time`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'low.one', '{}', null,
                null, 200)
            """, as: db.engine)
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'high.one', '{}', null,
                null, 50)
            """, as: db.engine)
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'later.one', '{}', null,
                null, 1, now() + interval '1 hour')
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 1, 60)
                """, as: db.engine
            ) == ["high.one"])
        #expect(
            try await book.read(
                """
                select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 10, 60)
                """, as: db.engine
            ) == ["low.one"])
        #expect(
            try await book.read(
                """
                select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 10, 60)
                """, as: db.engine
            ) == [])
        #expect(try await book.read(Self.jobs) == ["low.one running 1", "high.one running 1", "later.one ready 0"])
    }

    @Test func `who lets the time run out loses it, and after the last attempt it is dead`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            select queue.enqueue(TENANT, 'q' || left(replace(TENANT::text, '-', ''), 20), 'a.b', '{}', null, null,
                100, now(), 2)
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 10, 60)
                """, as: db.engine
            ) == ["a.b"])
        try await book.run(
            """
            update queue.jobs set leased_until = now() - interval '1 s' where tenant_id = TENANT
            """)
        #expect(
            try await book.read(
                """
                select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 10, 60)
                """, as: db.engine
            ) == ["a.b"])
        try await book.run(
            """
            update queue.jobs set leased_until = now() - interval '1 s' where tenant_id = TENANT
            """)
        #expect(
            try await book.read(
                """
                select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 10, 60)
                """, as: db.engine
            ) == [])
        #expect(try await book.read(Self.jobs) == ["a.b dead 2 the lease of w ran out"])
    }

    @Test func `a number and a time that make no sense are refused`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal(
                """
                select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 0, 60)
                """, as: db.engine
            ) == Refusal("22023"))
        #expect(
            try await book.refusal(
                """
                select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 1001, 60)
                """, as: db.engine
            ) == Refusal("22023"))
        #expect(
            try await book.refusal(
                """
                select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 1, 0)
                """, as: db.engine
            ) == Refusal("22023"))
    }

    @Test func `the API may not`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal(
                """
                select kind from queue.claim_jobs('q' || left(replace(TENANT::text, '-', ''), 20), 'w', 10, 60)
                """, as: db.app
            ) == .notPermitted)
    }

    @Test func `many workers do every job once`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into queue.jobs (tenant_id, queue, kind) select TENANT, 'race', 'a.b' from generate_series(1, 200)
            """)
        let claimed: [String] = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await book.read("select id::text from queue.claim_jobs('race', 'w', 5, 600)", as: db.engine)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(claimed).count == claimed.count)
        // What a worker passed over because another had it just then is claimed afterwards.
        let rest: [String] = try await book.read(
            "select id::text from queue.claim_jobs('race', 'w', 1000, 600)", as: db.engine)
        #expect(Set(claimed + rest).count == 200)
        #expect(claimed.count + rest.count == 200)
    }
}
