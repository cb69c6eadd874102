import Postgres
import TestSupport
import Testing

/// billing.open_cycles: one cycle after the other, by the terms of the account.
@Suite(.database) struct OpenCyclesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let cycles =
        """
        select concat_ws(' ', first_day, next_day, closes_at at time zone 'UTC') from billing.billing_cycles
         where tenant_id = TENANT order by first_day
        """

    /// The accounts of a book are made when the test runs; this is before that.
    private static let call =
        """
        insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, disposition, sip_code, currency)
        values (TENANT, '2026-02-10', gen_random_uuid(), ACCOUNT, 'outbound', 'failed', 503, 'USD');
        """

    private static func open(_ until: String) -> String {
        "select billing.open_cycles(TENANT, array[ACCOUNT], '\(until)')::text"
    }

    @Test func `months in the account's own time, across the change of the clocks; a repeat makes none`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.call)
        #expect(try await book.read(Self.open("2026-03-15"), as: db.engine) == ["2"])
        #expect(try await book.read(Self.open("2026-03-15"), as: db.engine) == ["0"])
        #expect(
            try await book.read(Self.cycles) == [
                "2026-02-01 2026-03-01 2026-03-04 05:00:00", "2026-03-01 2026-04-01 2026-04-04 04:00:00",
            ])
    }

    @Test func `other terms go on where the last cycle ended`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.call)
        try await book.run(Self.open("2026-02-15"))
        try await book.run(
            """
            insert into billing.billing_profiles (tenant_id, account_id, legal_entity_id, interval, anchor_day,
                                                  grace_days)
            values (TENANT, ACCOUNT, TENANT, 'week', 1, 0);
            """)
        try await book.run(Self.open("2026-03-10"))
        #expect(
            try await book.read(Self.cycles) == [
                "2026-02-01 2026-03-01 2026-03-04 05:00:00", "2026-03-01 2026-03-02 2026-03-02 05:00:00",
                "2026-03-02 2026-03-09 2026-03-09 04:00:00", "2026-03-09 2026-03-16 2026-03-16 04:00:00",
            ])
    }

    @Test func `calls before the account was made are in its first cycle; nobody sells, no cycle`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.call)
        #expect(try await book.read(Self.open("2026-03-15"), as: db.engine) == ["2"])
        let other: Book = try await db.book()
        try await other.run("update billing.legal_entities set is_default = false where tenant_id = TENANT")
        #expect(try await other.read(Self.open("2026-03-15"), as: db.engine) == ["0"])
    }
}
