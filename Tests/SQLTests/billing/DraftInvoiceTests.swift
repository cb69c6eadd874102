import Postgres
import TestSupport
import Testing

/// billing.draft_invoice: the draft of a cycle.
@Suite(.database) struct DraftInvoiceTests {
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

    private static let charges =
        """
        insert into billing.recurring_charges (tenant_id, id, account_id, description, unit_amount, tax_category,
                                               starts_on, charged_until)
        values (TENANT, ID1, ACCOUNT, 'Number', 31, 'number', '2026-05-11', '2026-05-11');
        insert into billing.charges (tenant_id, id, account_id, kind, description, unit_amount, charged_on)
        values (TENANT, ID1, ACCOUNT, 'setup', 'Set-up', 5, '2026-05-12'),
               (TENANT, ID2, ACCOUNT, 'setup', 'Later', 5, '2026-06-12');
        """

    @Test func `usage, what recurs, what waits; a repeat returns the same`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(Self.calls)
        try await book.run(Self.charges)
        try await book.run(Self.closes)
        try await book.run(
            """
            select billing.draft_invoice(TENANT, ID1), billing.draft_invoice(TENANT, ID1)
            """, as: db.engine)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', status, total, posted_amount, period_from, period_to) from billing.invoices
                    where tenant_id = TENANT
                """
            ) == ["draft 57.2000 0.20000002 2026-05-01 2026-06-01"])
    }

    @Test func `an open cycle has none`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        #expect(
            try await book.refusal("select billing.draft_invoice(TENANT, ID1)", as: db.engine)
                == Refusal("23514", "invoiced_cycle_is_closed"))
    }
}
