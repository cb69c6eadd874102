import Postgres
import TestSupport
import Testing

/// billing.open_bundle_month: a month of a bundle begins with what the one before left.
@Suite(.database) struct OpenBundleMonthTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func book(rollsOver: Bool = true, since: String = "2026-01-01") async throws -> Book {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
            values (TENANT, ACCOUNT, TENANT, '\(since)');
            insert into billing.bundles (tenant_id, id, rate_plan_id, name, prefixes, included, rolls_over, valid_from)
            values (TENANT, ID1, TENANT, 'Minutes', '{1}', 600, \(rollsOver), '2026-01-01');
            """)
        return book
    }

    private func open(_ book: Book, _ month: String, using seconds: Int = 0) async throws {
        try await book.run("select billing.open_bundle_month(TENANT, ACCOUNT, ID1, '\(month)')", as: db.engine)
        try await book.run(
            """
            update billing.bundle_counters set used = used + \(seconds)
             where tenant_id = TENANT and period_from = '\(month)'
            """)
    }

    private func months(_ book: Book) async throws -> [String] {
        try await book.read(
            """
            select concat_ws(' ', to_char(period_from, 'MM'), included, carried_over, used)
              from billing.bundle_counters where tenant_id = TENANT order by period_from
            """)
    }

    @Test func `what was included is carried over a month in which nobody called`() async throws {
        let book = try await book()
        try await open(book, "2026-05-01", using: 100)
        try await open(book, "2026-07-01", using: 900)
        try await open(book, "2026-08-01")
        try await open(book, "2026-07-01")
        #expect(
            try await months(book) == [
                "04 600 600 0", "05 600 600 100", "06 600 600 0", "07 600 600 900",
                "08 600 300 0",
            ])
    }

    @Test func `nothing is carried over from before the account had it, nor of what does not roll over`() async throws {
        let late = try await book(since: "2026-07-15")
        try await open(late, "2026-07-01")
        try await open(late, "2026-08-01")
        #expect(try await months(late) == ["07 600 0 0", "08 600 600 0"])
        let plain = try await book(rollsOver: false)
        try await open(plain, "2026-07-01")
        try await open(plain, "2026-09-01")
        #expect(try await months(plain) == ["07 600 0 0", "09 600 0 0"])
    }
}
