extension Book {
    /// May (ID1) and June (ID2) of an account that lives four hours behind UTC, each closing three days later.
    static let twoCycles =
        """
        insert into billing.billing_cycles (tenant_id, id, account_id, period_from, period_to, first_day, next_day,
                                            closes_at)
        values (TENANT, ID1, ACCOUNT, '2026-05-01 04:00+00', '2026-06-01 04:00+00', '2026-05-01', '2026-06-01',
                '2026-06-04 04:00+00'),
               (TENANT, ID2, ACCOUNT, '2026-06-01 04:00+00', '2026-07-01 04:00+00', '2026-06-01', '2026-07-01',
                '2026-07-04 04:00+00');
        """

    /// Calls of May and June at 0.10000001; the second and third of May were posted in June, one before the cycle
    /// closed and one after.
    static let callsOfTwoCycles =
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
}
