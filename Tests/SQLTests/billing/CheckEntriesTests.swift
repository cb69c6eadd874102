import Postgres
import TestSupport
import Testing

/// billing.check_entries: every entry has what it comes from, and what was held or written by hand has its entry.
///
/// One test after the other: damage is done with triggers off.
@Suite(.database, .serialized) struct CheckEntriesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let check = "check_entries(TENANT, array[ACCOUNT], '-infinity', 'infinity')"

    @Test func `what was posted in its own way is right`() async throws {
        let book = try await db.postedBook()
        #expect(try await book.findings(Self.check) == [])
        #expect(try await book.tenant.postings() == 11)
    }

    @Test func `what was charged has its entry`() async throws {
        let book = try await db.book()
        try await book.account.topUp("10")
        _ = try await book.account.chargeMoney("2", "a")
        #expect(try await book.findings(Self.check) == [])
        try await book.damage("update billing.charges set unit_amount = 3 where tenant_id = TENANT")
        #expect(
            try await book.findings(Self.check) == [
                "charge entry differs from its charge expected -1.00000000 found 0.00000000"
            ])
        try await book.damage("delete from billing.ledger where tenant_id = TENANT and source = 'charge'")
        #expect(
            try await book.findings(Self.check).sorted() == [
                "charge without its entry expected 2.00000000",
                "settled hold without its entry expected -2.00000000",
            ])
    }

    static let damages = [
        Damage(
            statement: "alter table billing.ledger drop constraint if exists posting_sums_to_zero; "
                + "update billing.ledger set counter = 2 where tenant_id = TENANT and source = 'cdr'",
            finds: ["entry does not balance expected 0 found -0.50000000"]),
        Damage(
            statement: "update billing.ledger set currency = 'EUR' where tenant_id = TENANT and source = 'cdr'",
            finds: ["entry is in another currency"]),
        Damage(
            statement: "delete from cdr.enriched_cdr where tenant_id = TENANT",
            finds: ["cdr entry without its call found 7.50000000"]),
        Damage(
            statement: "update cdr.enriched_cdr set sell_amount = 2 where tenant_id = TENANT",
            finds: ["cdr entry differs from its call expected 8.00000000 found 7.50000000"]),
        Damage(
            statement: "delete from billing.ledger where tenant_id = TENANT and source = 'cdr'",
            finds: ["settled hold without its entry expected -10.00000000"]),
        Damage(
            statement: "update billing.holds set amount = 5.5 where tenant_id = TENANT and id = ID5",
            finds: ["hold entry differs from its hold expected -5.50000000 found -5.00000000"]),
        Damage(
            statement: "update billing.ledger set held = 4, counter = 1, counter_account = 'adjustments' "
                + "where tenant_id = TENANT and source_id = ID5",
            finds: ["hold entry moves another amount of held expected 5.00000000 found 4.00000000"]),
        Damage(
            statement: "delete from billing.holds where tenant_id = TENANT and id = ID5",
            finds: ["hold entry without its hold found -5.00000000"]),
        Damage(
            statement: "delete from billing.ledger where tenant_id = TENANT and source_id = ID5",
            finds: ["hold without its entry expected 5.00000000"]),
        Damage(
            statement: "delete from billing.ledger where tenant_id = TENANT and source = 'hold_release'",
            finds: ["released hold without its entry expected -6.00000000"]),
        Damage(
            statement: "update billing.holds set state = 'open', ended_at = null where tenant_id = TENANT and id = ID6",
            finds: ["hold_release entry without its hold found 6.00000000"]),
        Damage(
            statement: "delete from billing.vouchers where tenant_id = TENANT and kind = 'adjustment'",
            finds: ["adjustment entry without its voucher found -3.00000000"]),
        Damage(
            statement: "update billing.vouchers set amount = 99 where tenant_id = TENANT and kind = 'top_up'",
            finds: ["payment entry differs from its payment expected 99.00000000 found 100.00000000"]),
        Damage(
            statement: "delete from billing.ledger where tenant_id = TENANT and source = 'adjustment'",
            finds: ["voucher without its entry expected -3.00000000"]),
        Damage(
            statement: "update billing.payments set status = 'pending', received_at = null, refunded_amount = 0, "
                + "applied_amount = 0 where tenant_id = TENANT",
            finds: ["payment entry without its payment found 20.00000000"]),
        Damage(
            statement: "update billing.ledger set available = -8, counter = 8 where tenant_id = TENANT "
                + "and source = 'invoice'",
            finds: ["invoice entry differs from its invoice expected -9.00000000 found -8.00000000"]),
        Damage(
            statement: "update billing.ledger set source_id = ID1 where tenant_id = TENANT and source = 'credit_note'",
            finds: ["credit_note entry without its credit note found 1.00000000"]),
        Damage(
            statement: "delete from billing.refunds where tenant_id = TENANT",
            finds: ["refund entry without its refund found -4.00000000"]),
    ]

    @Test(arguments: damages) func `each kind of damage is named`(damage: Damage) async throws {
        let book = try await db.postedBook()
        try await book.damage(damage.statement)
        #expect(try await book.findings(Self.check) == damage.finds)
    }

    @Test func `what a reseller is charged for a call is what an entry comes from too`() async throws {
        let book = try await db.book()
        try await book.run(
            """
            insert into cdr.level_charges (tenant_id, started_at, id, cdr_id, account_id, below_account_id, level,
                                           rate_plan_id, rate_id, rate, connect_fee, initial_s, next_s, currency,
                                           amount, sold_currency)
            values (TENANT, '2026-05-05', ID1, ID2, ACCOUNT, ACCOUNT, 1, TENANT, TENANT, 1, 0, 6, 6, 'USD', 0.75,
                    'USD');
            select billing.post_calls(TENANT, array[ID1], array[ACCOUNT], array[null::uuid], array[0.75],
                                      array['2026-05-05'::timestamptz])
            """)
        #expect(try await book.findings(Self.check) == [])
        try await book.damage("update cdr.level_charges set amount = 0.7 where tenant_id = TENANT")
        #expect(
            try await book.findings(Self.check)
                == ["cdr entry differs from its call expected -0.70000000 found -0.75000000"])
        try await book.damage("delete from cdr.level_charges where tenant_id = TENANT")
        #expect(try await book.findings(Self.check) == ["cdr entry without its call found -0.75000000"])
    }

    /// They are counted by billing.count_archived_entries().
    @Test func `an entry whose call is in a file of the archive alone is passed over`() async throws {
        let book = try await db.postedBook()
        try await book.archiveMay()
        #expect(try await book.findings(Self.check) == [])
        try await book.run("delete from core.archives")
        #expect(try await book.findings(Self.check) == ["cdr entry without its call found 7.50000000"])
    }

    @Test(arguments: [
        Damage(statement: "select 1", finds: []),
        Damage(
            statement: "update messaging.mdr set sell_amount = 1 where tenant_id = TENANT and id = ID1",
            finds: ["mdr entry differs from its message expected -1.00900000 found -0.03150000"]),
        Damage(
            statement: "delete from messaging.mdr where tenant_id = TENANT",
            finds: ["mdr entry without its message found -0.03150000"]),
        Damage(
            statement: "delete from messaging.mdr where tenant_id = TENANT; "
                + "update billing.ledger set occurred_at = '2001-01-01' where tenant_id = TENANT",
            finds: []),
    ])
    func `the entry of a message is held against it, as long as that is kept`(damage: Damage) async throws {
        let book = try await db.book()
        try await book.postedMessages()
        try await book.damage(damage.statement)
        #expect(try await book.findings(Self.check) == damage.finds)
    }

    @Test func `what lies outside of the time is not looked at`() async throws {
        let book = try await db.postedBook()
        try await book.damage("delete from cdr.enriched_cdr where tenant_id = TENANT")
        #expect(try await book.findings("check_entries(TENANT, array[ACCOUNT], '2200-01-01', 'infinity')") == [])
    }
}
