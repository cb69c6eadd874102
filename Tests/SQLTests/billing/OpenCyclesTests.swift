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

    @Test func `in another time zone they go on at the moment that the last one ended`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.call)
        try await book.run(Self.open("2026-02-15"))
        let periods =
            """
            select concat_ws(' ', first_day, period_from at time zone 'UTC', period_to at time zone 'UTC')
              from billing.billing_cycles where tenant_id = TENANT order by first_day
            """
        for zone in ["Europe/Berlin", "America/Los_Angeles"] {
            try await book.run("update accounts.accounts set time_zone = '\(zone)' where tenant_id = TENANT")
            try await book.run(Self.open(zone == "Europe/Berlin" ? "2026-03-10" : "2026-04-10"))
        }
        #expect(
            try await book.read(periods) == [
                "2026-02-01 2026-02-01 05:00:00 2026-03-01 05:00:00",
                "2026-03-01 2026-03-01 05:00:00 2026-03-31 22:00:00",
                "2026-04-01 2026-03-31 22:00:00 2026-05-01 07:00:00",
            ])
    }

    @Test func `a cycle that stands in the way is an error, not a cycle less`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.call)
        try await book.run(
            """
            create function public.shift_cycle() returns trigger language plpgsql as $$
            begin new.period_from := new.period_from - interval '1 hour'; return new; end $$;
            create trigger shift before insert on billing.billing_cycles for each row
                when (new.tenant_id = TENANT and new.first_day = '2026-03-01') execute function public.shift_cycle();
            """)
        let refusal = try await book.refusal(Self.open("2026-03-15"), as: db.engine)
        try await book.run("drop trigger shift on billing.billing_cycles; drop function public.shift_cycle();")
        #expect(refusal == Refusal("23P01", "account_is_in_one_cycle_at_a_time"))
    }
}
