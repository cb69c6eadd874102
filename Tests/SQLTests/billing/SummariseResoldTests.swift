import Postgres
import TestSupport
import Testing

/// billing.summarise_resold: what a reseller is charged becomes usage, and a line of its invoice.
@Suite(.database) struct SummariseResoldTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `it is summed up with the cycle, and what comes too late is counted`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.resoldCalls + Book.closeCycles)
        for _ in 0..<2 {
            #expect(
                try await book.read(
                    "select billing.summarise_cycles(TENANT, array[ID1, ID2])::text", as: db.engine) == ["2"])
            #expect(
                try await book.read(
                    """
                    select concat_ws(' ', c.first_day, c.late_calls, u.kind, u.direction, u.jurisdiction, u.country,
                                     u.unit_count, u.billed_s, u.amount, u.usage_on, u.last_on)
                      from billing.billing_cycles c
                      join billing.usage_summary u on u.tenant_id = c.tenant_id and u.billing_cycle_id = c.id
                     where c.tenant_id = TENANT order by 1
                    """
                ) == [
                    "2026-05-01 1 resold outbound interstate US 2 120 0.08000002 2026-05-04 2026-05-31",
                    "2026-06-01 0 resold outbound interstate US 2 120 0.08000002 2026-05-31 2026-06-04",
                ])
        }
    }

    @Test func `the invoice has a line for it beside that of its own calls, and the proof knows both`() async throws {
        let book: Book = try await db.book()
        try await book.run(Book.twoCycles + Book.resoldCalls)
        try await book.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, to_number, jurisdiction,
                                          disposition, sip_code, currency, talk_ms, sell_billed_s, sell_rate_id,
                                          sell_rate, sell_connect_fee, sell_initial_s, sell_next_s, sell_amount,
                                          posted_at)
            values (TENANT, '2026-05-05', ID8, ACCOUNT, 'outbound', '+12125550100', 'interstate', 'answered', 200,
                    'USD', 60000, 60, TENANT, 0.1, 0, 6, 6, 0.5, '2026-05-05');
            select billing.post_calls(TENANT, array[ID8], array[ACCOUNT], array[null::uuid], array[0.5],
                                      array['2026-05-05'::timestamptz]);
            """)
        for until in ["2026-06-05", "2026-07-05", "2026-07-05"] {
            try await book.run(
                """
                select billing.invoice_accounts(TENANT, array[ACCOUNT, ID7], '\(until)');
                select billing.finalise_invoice(TENANT, i.id) from billing.invoices i
                 where i.tenant_id = TENANT and i.status = 'draft';
                """, as: db.engine)
        }
        #expect(
            try await book.read(
                """
                select concat_ws(' ', v.period_from, i.position, i.description, i.quantity, i.unit, i.amount,
                                 i.posted_amount, i.tax_category, i.call_count)
                  from billing.invoices v
                  join billing.invoice_items i on i.tenant_id = TENANT and i.invoice_id = v.id
                 where v.tenant_id = TENANT and v.account_id = ACCOUNT order by 1
                """) == [
                    "2026-05-01 1 Outbound calls of accounts below, interstate 2.000000 minutes 0.0800 0.08000002 "
                        + "voice 2",
                    "2026-05-01 2 Outbound calls, interstate 1.000000 minutes 0.5000 0.50000000 voice 1",
                    "2026-06-01 1 Outbound calls of accounts below, interstate 2.000000 minutes 0.0800 0.08000002 "
                        + "voice 2",
                ])
        // What the account owes is what it was invoiced.
        #expect(try await book.account.balance.available == "-0.66")
        #expect(try await book.levelFaults() == [])
    }
}
