extension Book {
    /// A run (ID9) that is rated, with nothing in it.
    static let rerateRun =
        """
        insert into billing.rerate_runs (tenant_id, id, reason, window_from, window_to, state, rated_at)
        values (TENANT, ID9, 'the rate was raised', '2026-05-01', '2026-07-01', 'rated', now());
        """

    /// Puts all calls of the book into a run, at twice the price and twice what the carrier charges.
    static func rerateAll(run: String = "ID9") -> String {
        """
        insert into billing.rerate_calls (tenant_id, id, rerate_run_id, started_at, cdr_id, account_id, direction,
                                          prefix, currency, talk_ms, old_sell_amount, old_buy_amount, sell_rate_id,
                                          sell_rate, sell_connect_fee, sell_initial_s, sell_next_s, sell_billed_s,
                                          sell_amount)
        select tenant_id, md5(id::text || \(run)::text)::uuid, \(run), started_at, id, account_id, direction, '1212',
               currency, talk_ms, sell_amount, buy_amount, sell_rate_id, 0.2, 0, 6, 6, 60, sell_amount * 2
          from cdr.enriched_cdr where tenant_id = TENANT;
        """
    }

    /// Posts the calls of the book, as the pipeline does.
    static let postCalls =
        """
        select billing.post_calls(TENANT, array_agg(e.id), array_agg(e.account_id), array_agg(null::uuid),
                                  array_agg(e.sell_amount::numeric), array_agg(e.started_at))
          from cdr.enriched_cdr e where e.tenant_id = TENANT;
        """

    /// What became of the calls of a run, in the order of the calls.
    func rerated(run: String = "ID9") async throws -> [String] {
        try await read(
            """
            select concat_ws(' ', c.state, e.sell_amount, c.note)
              from billing.rerate_calls c
              join cdr.enriched_cdr e on e.tenant_id = TENANT and e.started_at = c.started_at and e.id = c.cdr_id
             where c.tenant_id = TENANT and c.rerate_run_id = \(run) order by c.started_at
            """)
    }
}
