import Postgres
import TestSupport
import Testing

/// billing.calls_of_cycle: the calls that were summed up.
@Suite(.database) struct CallsOfCycleTests {
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

    @Test func `they are those of the sums`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(Self.calls)
        try await book.run(
            """
            select billing.close_cycle(TENANT, ID1, '2026-06-04 04:00+00');
            select billing.close_cycle(TENANT, ID2, '2026-07-04 04:00+00');
            select billing.summarise_cycles(TENANT, array[ID1, ID2]);
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', count(*), sum(e.sell_amount),
                                 (select sum(u.amount) from billing.usage_summary u
                                   where u.tenant_id = TENANT and u.billing_cycle_id = c.id))
                  from billing.billing_cycles c
                 cross join lateral billing.calls_of_cycle(TENANT, c.id) e
                 where c.tenant_id = TENANT group by c.id, c.first_day order by c.first_day
                """, as: db.engine) == ["2 0.20000002 0.20000002", "2 0.20000002 0.20000002"])
    }
}
