import Postgres
import TestSupport
import Testing

/// billing.unrated_calls: what has no price yet.
@Suite(.database) struct UnratedCallsTests {
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

    @Test func `those set aside and those that wait, of the cycle they were made in`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.cycles)
        try await book.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, account_id, sip_code, rating_error,
                                     processed_at)
            select TENANT, t::timestamptz, gen_random_uuid(), 'e', ACCOUNT, 200, e, p::timestamptz
              from (values ('2026-05-20', 'no rate', null), ('2026-05-21', null, null), ('2026-05-22', null, null),
                           ('2026-05-23', null, '2026-05-23'), ('2026-06-20', null, '2026-06-20')) c (t, e, p);
            """)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', u.billing_cycle_id = ID1, u.set_aside, u.waiting)
                  from billing.unrated_calls(TENANT, array[ID1, ID2]) u
                """, as: db.engine) == ["t 1 2"])
    }
}
