import Postgres
import TestSupport
import Testing

/// billing.draft_usage: usage becomes lines.
@Suite(.database) struct DraftUsageTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let cycles =
        """
        insert into billing.billing_cycles (tenant_id, id, account_id, period_from, period_to, first_day, next_day,
                                            closes_at)
        values (TENANT, ID1, ACCOUNT, '2026-05-01 04:00+00', '2026-06-01 04:00+00', '2026-05-01', '2026-06-01',
                '2026-06-04 04:00+00'),
               (TENANT, ID2, ACCOUNT, '2026-06-01 04:00+00', '2026-07-01 04:00+00', '2026-06-01', '2026-07-01',
                '2026-07-04 04:00+00');
        """

    private static let calls =
        """
        insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, to_number, jurisdiction,
                                      disposition, sip_code, currency, talk_ms, sell_billed_s, sell_rate_id,
                                          sell_rate,
                                      sell_connect_fee, sell_initial_s, sell_next_s, sell_amount, posted_at)
        select TENANT, c.started_at::timestamptz, gen_random_uuid(), ACCOUNT, 'outbound', '+12125550100',
            'interstate',
               'answered', 200, 'USD', 60000, 60, TENANT, 0.1, 0, 6, 6, 0.10000001, c.posted_at::timestamptz
          from (values ('2026-05-05', '2026-05-05'), ('2026-05-31 12:00', '2026-06-02'), ('2026-05-31 13:00',
              '2026-06-10'),
                       ('2026-06-05', '2026-06-05')) c (started_at, posted_at);
        """

    private static let closes =
        """
        select billing.close_cycle(TENANT, ID1, '2026-06-04 04:00+00');
        select billing.close_cycle(TENANT, ID2, '2026-07-04 04:00+00');
        """

    private static let items =
        """
        select concat_ws(' ', position, kind, description, quantity, amount, posted_amount, lines, call_count)
          from billing.invoice_items where tenant_id = TENANT order by position
        """

    @Test func `a line for each direction and jurisdiction, which its usage names`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(Self.calls)
        try await book.run(Self.closes)
        try await book.run("select billing.summarise_usage(TENANT, ID1)", as: db.engine)
        try await book.run(
            """
            insert into billing.invoices (tenant_id, id, account_id, legal_entity_id, billing_cycle_id, currency,
                                          period_from, period_to)
            values (TENANT, ID5, ACCOUNT, TENANT, ID1, 'USD', '2026-05-01', '2026-06-01')
            """)
        #expect(
            try await book.read("select billing.draft_usage(TENANT, array[ID5])::text", as: db.engine) == ["1"])
        #expect(
            try await book.read(Self.items) == [
                "1 usage Outbound calls, interstate 2.000000 0.2000 0.20000002 0.000000 2"
            ])
        #expect(
            try await book.read(
                """
                select count(*)::text from billing.usage_summary where tenant_id = TENANT
                    and invoice_item_id is not null
                """
            ) == ["1"])
    }
}
