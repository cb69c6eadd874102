import Postgres
import TestSupport
import Testing

/// billing.reverse_sale: a call or charge that was taken back is on the next invoice too.
@Suite(.database) struct ReverseSaleTests {
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

    @Test func `it is dated by the account's day, and taxed as the call`() async throws {
        let book = try await db.book()
        try await book.run(
            Self.call.replacing("'2026-05-05'", with: "'2026-06-01 02:00+00'")
                .replacing("'interstate'", with: "'toll_free'"))
        try await book.run(Self.reversal)
        #expect(
            try await book.read(
                "select charged_on || ' ' || tax_category || ' ' || description from billing.charges"
                    + " where tenant_id = TENANT"
            ) == ["2026-05-31 toll_free Call of 2026-06-01 02:00 UTC taken back: no audio"])
    }

    private static let closedCycle =
        """
        insert into billing.billing_cycles (tenant_id, id, account_id, period_from, period_to, first_day, next_day,
                                            closes_at, status, cut_off_at)
        select TENANT, ID1, ACCOUNT, now() - '9 days'::interval, now() + '2 days'::interval, current_date - 9,
               current_date + 2, now() + '3 days'::interval, 'closed', now() + '3 days'::interval;
        """

    private static func charges(_ amounts: [String]) -> String {
        let each = amounts.enumerated().map { number, amount in
            """
            select billing.charge_money(TENANT, ACCOUNT, 'a\(number)', \(amount), 'USD', 'Conference', 'untaxed', false,
                                        null);
            """
        }
        return "select billing.top_up(TENANT, ACCOUNT, ID8, 10, 'x');" + each.joined() + closedCycle
    }

    private static let reversalOfCharges =
        """
        select billing.reverse_posting(TENANT, l.id, gen_random_uuid(), 'nobody came') from billing.ledger l
         where l.tenant_id = TENANT and l.source = 'charge'
        """

    private static let draft = "select billing.draft_invoice(TENANT, ID1);"
    private static let finalise =
        "select billing.finalise_invoice(TENANT, i.id) from billing.invoices i where i.tenant_id = TENANT"
    private static let lines =
        """
        select concat_ws(' ', kind, amount, posted_amount, tax_category, description) from billing.invoice_items
         where tenant_id = TENANT order by position
        """

    @Test func `a charge is taken off the invoice that it is on`() async throws {
        let book = try await db.book()
        try await book.run(Self.charges(["4"]))
        try await book.run(Self.reversalOfCharges)
        #expect(try await book.account.balance.available == "10")
        let day = try await book.read("select charged_on::text from billing.charges where tenant_id = TENANT limit 1")
        try await book.run(Self.draft + Self.finalise, as: db.engine)
        #expect(
            try await book.read(Self.lines) == [
                "one_off 4.0000 4.00000000 untaxed Conference",
                "adjustment -4.0000 -4.00000000 untaxed Conference of \(day[0]) taken back: nobody came",
            ])
        #expect(try await book.account.balance.available == "10")
        #expect(try await book.refusal(Self.reversalOfCharges) == Refusal("23514", "posting_is_reversed_once"))
        #expect(try await book.read("select problem from billing.check_documents(TENANT)") == [])
        #expect(try await book.tenant.ledgerFaults() == [])
        #expect(try await book.account.entryFaults() == [])
    }

    /// Each rounded by itself, less or more would be given back than was charged.
    @Test(arguments: ["0.004", "0.006"])
    func `many small ones are rounded once, as what they take back`(amount: String) async throws {
        let book = try await db.book()
        try await book.run(Self.charges(Array(repeating: amount, count: 8)))
        try await book.run(Self.reversalOfCharges.replacing("'nobody came'", with: "'for ' || l.id"))
        try await book.run(Self.draft + Self.finalise, as: db.engine)
        #expect(try await book.read(Self.lines).last?.hasSuffix("untaxed 8 calls and charges taken back") ?? false)
        #expect(try await book.read("select total::text from billing.invoices where tenant_id = TENANT") == ["0.0000"])
        #expect(try await book.account.balance.available == "10")
    }

    /// In one session: what was planned for one kind is used for the other.
    @Test func `charges and calls alike`() async throws {
        let book = try await db.book()
        try await book.run(Self.call)
        try await book.run(Self.charges(["4"]).replacing("ID1", with: "ID7"))
        try await book.run(Self.reversalOfCharges + ";" + Self.reversal)
        #expect(try await book.account.balance.available == "9.5")
    }

    @Test(arguments: [(draft, "drafted_sale_is_not_reversed"), (draft + finalise, "invoiced_sale_is_not_reversed")])
    func `a charge on an invoice is put right by a credit note, or by voiding the draft`(
        invoice: String, rule: String
    ) async throws {
        let book = try await db.book()
        try await book.run(Self.charges(["4"]))
        try await book.run(invoice, as: db.engine)
        #expect(try await book.refusal(Self.reversalOfCharges) == Refusal("23514", rule))
        try await book.run("select billing.void_invoice(TENANT, i.id, 'x') from billing.invoices i", as: db.engine)
        #expect(try await book.refusal(Self.reversalOfCharges) == nil)
    }

    @Test func `a call that is kept no longer is put right by hand`() async throws {
        let book = try await db.book()
        try await book.run(Self.call)
        try await book.archiveMay()
        let rule = "call_that_is_kept_no_longer_is_not_reversed"
        #expect(try await book.refusal(Self.reversal) == Refusal("23514", rule))
    }

    @Test func `a call on a final invoice is put right by a credit note`() async throws {
        let book = try await db.book()
        try await book.run(Self.call)
        try await book.run(Self.invoice, as: db.engine)
        #expect(try await book.refusal(Self.reversal) == Refusal("23514", "invoiced_sale_is_not_reversed"))
    }
}
