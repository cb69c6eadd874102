import Postgres
import TestSupport
import Testing

/// billing.close_ledger: a month is over, and stays as it was.
///
/// One after the other: `truncate … cascade` locks tables in an order that those who write do not keep.
@Suite(.database, .serialized) struct CloseLedgerTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Money that came in and went, in three months.
    private static let entries =
        """
        insert into billing.ledger (tenant_id, account_id, posted_at, source, source_id, currency, available, counter,
                                    counter_account)
        select TENANT, ACCOUNT, e.at::timestamptz, 'adjustment', gen_random_uuid(), 'USD', e.amount, -e.amount,
               'adjustments'
          from (values ('2026-01-31 23:59:59+00', 5), ('2026-02-01 00:00+00', 7), ('2026-02-20', -3),
                       ('2026-03-01 00:00+00', 11)) e (at, amount);
        update billing.account_balance set available = 20 where tenant_id = TENANT and account_id = ACCOUNT;
        """

    private static let sums =
        """
        select concat_ws(' ', p.sequence, c.opening_available, c.debits, c.credits, c.closing_available, c.entry_count)
          from billing.ledger_closings c
          join billing.ledger_periods p on p.tenant_id = TENANT and p.id = c.ledger_period_id
         where c.tenant_id = TENANT order by p.sequence
        """

    private func close(_ book: Book, _ month: String, _ reason: String = "null") async throws -> Refusal? {
        try await book.refusal("select billing.close_ledger(TENANT, '\(month)-01', 'x', \(reason))")
    }

    @Test func `months open with what the last one closed with`() async throws {
        let book = try await db.book()
        try await book.run(Self.entries)
        #expect(try await close(book, "2026-02") == nil)
        #expect(try await close(book, "2026-03") == nil)
        #expect(
            try await book.read(Self.sums) == [
                "1 5.00000000 3.00000000 7.00000000 9.00000000 2",
                "2 9.00000000 0.00000000 11.00000000 20.00000000 1",
            ])
        #expect(try await book.tenant.ledgerFaults() == [])
        #expect(try await book.read("select problem from billing.check_periods(TENANT)") == [])
        // The seller of the day is kept with the sums.
        #expect(
            try await book.read(
                "select distinct (legal_entity_id = TENANT)::text from billing.ledger_closings where tenant_id = TENANT"
            ) == ["true"])
    }

    @Test func `a repeat is the same month, and others follow it without a gap`() async throws {
        let book = try await db.book()
        try await book.run(Self.entries)
        let month = try await book.read("select billing.close_ledger(TENANT, '2026-02-01', 'x')::text")
        #expect(try await book.read("select billing.close_ledger(TENANT, '2026-02-28', 'y')::text") == month)
        #expect(try await close(book, "2026-04") == Refusal("23514", "months_are_closed_in_their_order"))
        #expect(
            try await book.read("select coalesce(billing.close_ledger(TENANT, '2026-01-01', 'y')::text, 'none')")
                == ["none"])
    }

    @Test func `not before it is over, and not while balances differ`() async throws {
        let book = try await db.book()
        #expect(
            try await book.refusal("select billing.close_ledger(TENANT, now()::date, 'x')")
                == Refusal("23514", "only_a_month_that_is_over_is_closed"))
        try await book.run("update billing.account_balance set available = 1 where tenant_id = TENANT")
        #expect(try await close(book, "2026-02") == Refusal("23514", "ledger_is_closed_when_it_is_right"))
    }

    @Test func `calls without a price are left for a reason only`() async throws {
        let book = try await db.book()
        try await book.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, sip_code)
            values (TENANT, '2026-02-10', ID1, 'x', ACCOUNT, 200), (TENANT, '2026-03-10', ID2, 'x', ACCOUNT, 200);
            """)
        let refusal = Refusal("23514", "unrated_calls_are_left_for_a_reason")
        #expect(try await close(book, "2026-02") == refusal)
        #expect(try await close(book, "2026-02", "''") == refusal)
        #expect(try await close(book, "2026-02", "'the carrier is late'") == nil)
        #expect(
            try await book.read(
                "select concat_ws(' ', unrated_calls, reason) from billing.ledger_periods where tenant_id = TENANT"
            ) == ["1 the carrier is late"])
    }

    @Test(arguments: ["billing.ledger", "billing.vouchers", "billing.ledger_periods", "billing.ledger_closings"])
    func `what was closed is not changed or removed, by the owner neither`(table: String) async throws {
        let book = try await db.book()
        try await book.run(Self.entries)
        try await book.run("select billing.adjust(TENANT, ACCOUNT, ID1, 1, 'x')")
        try await book.run("select billing.close_ledger(TENANT, '2026-02-01', 'x')")
        for change in ["update \(table) set created_at = now()", "delete from \(table)"] {
            let refusal = try await book.refusal("\(change) where tenant_id = TENANT")
            #expect(refusal?.sqlState == "23001", "\(change)")
        }
        #expect(try await book.refusal("truncate \(table) cascade")?.sqlState == "23001")
        for role in [db.engine, db.app] {
            #expect(try await book.refusal("delete from \(table) where tenant_id = TENANT", as: role) == .notPermitted)
        }
    }

    @Test func `it is not the work of who serves calls`() async throws {
        let book = try await db.book()
        #expect(
            try await book.refusal("select billing.close_ledger(TENANT, '2026-02-01', 'x')", as: db.engine)
                == .notPermitted)
    }
}
