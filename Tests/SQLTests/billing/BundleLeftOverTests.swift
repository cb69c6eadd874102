import Postgres
import TestSupport
import Testing

/// billing.bundle_left_over: what a month leaves to the next one.
@Suite(.database) struct BundleLeftOverTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// The account had the bundle from the middle of May to the middle of August, on its own calendar.
    private func book() async throws -> Book {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from, valid_to)
            values (TENANT, ACCOUNT, TENANT, '2026-01-15', '2026-08-15');
            insert into billing.bundles (tenant_id, id, rate_plan_id, name, prefixes, included, rolls_over, valid_from)
            values (TENANT, ID1, TENANT, 'Minutes', '{1}', 600, true, '2026-05-15');
            insert into billing.bundle_counters (tenant_id, account_id, bundle_id, period_from, period_to, included,
                                                 carried_over, used)
            values (TENANT, ACCOUNT, ID1, '2026-06-01', '2026-07-01', 600, 500, 400),
                   (TENANT, ACCOUNT, ID1, '2026-07-01', '2026-08-01', 600, 500, 900);
            """)
        return book
    }

    @Test(arguments: [
        ("2026-04-01", "0"), ("2026-05-01", "600"), ("2026-06-01", "600"), ("2026-07-01", "200"),
        ("2026-08-01", "600"), ("2026-09-01", "0"),
    ])
    func `its own that was not used, and all of it where nobody called`(month: String, left: String) async throws {
        let book = try await book()
        let read = "select billing.bundle_left_over(TENANT, ACCOUNT, ID1, '\(month)')::text"
        #expect(try await book.read(read, as: db.engine) == [left])
    }

    @Test func `of no bundle, and of one that the account never had, it is none`() async throws {
        let book: Book = try await db.book()
        try await book.run(
            """
            insert into billing.bundles (tenant_id, id, rate_plan_id, name, prefixes, included, rolls_over, valid_from)
            values (TENANT, ID1, TENANT, 'Minutes', '{1}', 600, true, '2026-05-15')
            """)
        let read = "select coalesce(billing.bundle_left_over(TENANT, ACCOUNT, b, '2026-06-01'), -1)::text"
        #expect(try await book.read(read + " from unnest(array[ID1, ID2]) b", as: db.engine) == ["0", "-1"])
    }
}
