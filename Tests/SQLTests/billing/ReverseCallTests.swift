import Postgres
import TestSupport
import Testing

/// billing.reverse_call: a call that was taken back is on the next invoice too.
@Suite(.database) struct ReverseCallTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let call =
        """
        insert into billing.billing_cycles (tenant_id, id, account_id, period_from, period_to, first_day, next_day,
                                            closes_at)
        values (TENANT, ID1, ACCOUNT, '2026-05-01 04:00+00', '2026-06-01 04:00+00', '2026-05-01', '2026-06-01',
                '2026-06-04 04:00+00');
        insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, to_number, jurisdiction,
                                      disposition, sip_code, currency, talk_ms, sell_billed_s, sell_rate_id, sell_rate,
                                      sell_connect_fee, sell_initial_s, sell_next_s, sell_amount, posted_at)
        select TENANT, '2026-05-05', c.id, ACCOUNT, 'outbound', '+12125550100', 'interstate', 'answered', 200, 'USD',
               60000, 60, TENANT, 0.1, 0, 6, 6, c.amount, '2026-05-05 00:01+00'
          from (values (ID2, 0.30000001), (ID3, 0.5)) c (id, amount);
        select billing.post_calls(TENANT, array[ID2, ID3], array[ACCOUNT, ACCOUNT], array[null, null]::uuid[],
                                  array[0.30000001, 0.5], array['2026-05-05', '2026-05-05']::timestamptz[]);
        """

    private static let reversal =
        """
        select billing.reverse_posting(TENANT, l.id, gen_random_uuid(), 'no audio') from billing.ledger l
         where l.tenant_id = TENANT and l.source = 'cdr' and l.source_id = ID2
        """

    private static let invoice =
        """
        select billing.close_cycle(TENANT, ID1, '2026-06-04 04:00+00');
        select billing.finalise_invoice(TENANT, billing.draft_invoice(TENANT, ID1));
        """

    @Test func `the invoice takes it off and posts nothing twice`() async throws {
        let book = try await db.book()
        try await book.run(Self.call)
        try await book.run(Self.reversal)
        try await book.run(Self.invoice, as: db.engine)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', kind, amount, posted_amount) from billing.invoice_items
                 where tenant_id = TENANT order by position
                """) == ["usage 0.8000 0.80000001", "adjustment -0.3000 -0.30000001"])
        // What the account owes is what it was invoiced.
        #expect(try await book.account.balance.available == "-0.5")
        #expect(try await book.read("select problem from billing.check_documents(TENANT)") == [])
        #expect(try await book.tenant.ledgerFaults() == [])
    }

    @Test func `a call on a final invoice is put right by a credit note`() async throws {
        let book = try await db.book()
        try await book.run(Self.call)
        try await book.run(Self.invoice, as: db.engine)
        #expect(try await book.refusal(Self.reversal) == Refusal("23514", "invoiced_call_is_not_reversed"))
    }
}
