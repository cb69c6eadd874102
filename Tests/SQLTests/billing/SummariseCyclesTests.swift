import Postgres
import TestSupport
import Testing

/// billing.summarise_cycles: many cycles at once, and what comes too late for them.
@Suite(.database) struct SummariseCyclesTests {
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
                                      disposition, sip_code, currency, talk_ms, sell_billed_s, sell_rate_id, sell_rate,
                                      sell_connect_fee, sell_initial_s, sell_next_s, sell_amount, posted_at)
        select TENANT, c.started_at::timestamptz, gen_random_uuid(), ACCOUNT, 'outbound', '+12125550100',
               'interstate', 'answered', 200, 'USD', 60000, 60, TENANT, 0.1, 0, 6, 6, 0.10000001,
               c.posted_at::timestamptz
          from (values ('2026-05-05', '2026-05-05'), ('2026-05-31 12:00', '2026-06-02'),
                       ('2026-05-31 13:00', '2026-06-10'), ('2026-06-05', '2026-06-05')) c (started_at, posted_at);
        """

    @Test func `each call is of one cycle, and late ones are counted`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(Self.calls)
        try await book.run(
            """
            select billing.close_cycle(TENANT, ID1, '2026-06-04 04:00+00');
            select billing.close_cycle(TENANT, ID2, '2026-07-04 04:00+00');
            """)
        for _ in 0..<2 {
            #expect(
                try await book.read(
                    "select billing.summarise_cycles(TENANT, array[ID1, ID2])::text", as: db.engine) == ["2"])
            #expect(
                try await book.read(
                    """
                    select concat_ws(' ', c.first_day, c.late_calls, u.unit_count, u.amount, u.usage_on, u.last_on)
                      from billing.billing_cycles c
                      join billing.usage_summary u on u.tenant_id = c.tenant_id and u.billing_cycle_id = c.id
                     where c.tenant_id = TENANT order by 1
                    """
                ) == [
                    "2026-05-01 1 2 0.20000002 2026-05-04 2026-05-31",
                    "2026-06-01 0 2 0.20000002 2026-05-31 2026-06-04",
                ])
        }
    }
}
