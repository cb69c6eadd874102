import Postgres
import TestSupport

extension Book {
    /// Four calls of a customer (ID7) below the account, a reseller, which is charged 0.04000001 for each beside the
    /// 0.10000001 of the customer; two of May for the account's cycle of May, one of which was posted in June, and one
    /// of May that was posted too late for it, and one of June. The calls are ID3 to ID6.
    static let resoldCalls =
        """
        update accounts.accounts set kind = 'reseller' where tenant_id = TENANT and id = ACCOUNT;
        insert into accounts.accounts (tenant_id, id, ban, name, parent_account_id)
        values (TENANT, ID7, upper(right(ID7::text, 12)) || 'B', 'Below', ACCOUNT);
        insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, to_number, jurisdiction,
                                      disposition, sip_code, currency, talk_ms, sell_billed_s, sell_rate_id, sell_rate,
                                      sell_connect_fee, sell_initial_s, sell_next_s, sell_amount, posted_at)
        select TENANT, c.started_at::timestamptz, c.id, ID7, 'outbound', '+12125550100', 'interstate', 'answered', 200,
               'USD', 60000, 60, TENANT, 0.1, 0, 6, 6, 0.10000001, c.posted_at::timestamptz
          from (values ('2026-05-05', ID3, '2026-05-05'), ('2026-05-31 12:00', ID4, '2026-06-02'),
                       ('2026-05-31 13:00', ID5, '2026-06-10'), ('2026-06-05', ID6, '2026-06-05'))
                   c (started_at, id, posted_at);
        insert into cdr.level_charges (tenant_id, started_at, id, cdr_id, account_id, below_account_id, level,
                                       rate_plan_id, rate_id, rate, connect_fee, initial_s, next_s, billed_s, currency,
                                       amount, sold_currency, sold_amount, posted_at)
        select TENANT, e.started_at, md5(e.id::text)::uuid, e.id, ACCOUNT, ID7, 1, TENANT, TENANT, 0.04, 0, 60, 60, 60,
               'USD', 0.04000001, 'USD', e.sell_amount, e.posted_at
          from cdr.enriched_cdr e where e.tenant_id = TENANT;
        select billing.post_calls(TENANT, array_agg(p.id), array_agg(p.account_id), array_agg(null::uuid),
                                  array_agg(p.amount), array_agg(p.started_at))
          from (select e.id, e.account_id, e.sell_amount::numeric as amount, e.started_at
                  from cdr.enriched_cdr e where e.tenant_id = TENANT
                 union all
                select l.id, l.account_id, l.amount, l.started_at
                  from cdr.level_charges l where l.tenant_id = TENANT) p;
        """

    /// Puts what the reseller is charged into a run, at twice the price.
    static let rerateLevels =
        """
        insert into billing.rerate_calls (tenant_id, id, rerate_run_id, started_at, cdr_id, level_charge_id, level,
                                          rate_plan_id, account_id, direction, prefix, currency, talk_ms,
                                          old_sell_amount, old_buy_amount, sell_rate_id, sell_rate, sell_connect_fee,
                                          sell_initial_s, sell_next_s, sell_billed_s, sell_amount)
        select tenant_id, md5(id::text || 'run')::uuid, ID9, started_at, cdr_id, id, 1, rate_plan_id, account_id,
               'outbound', '1212', currency, 60000, amount, 0, rate_id, 0.08, 0, 60, 60, 60, amount * 2
          from cdr.level_charges where tenant_id = TENANT;
        """

    /// Closes both cycles as they are due.
    static let closeCycles =
        """
        select billing.close_cycle(TENANT, ID1, '2026-06-04 04:00+00');
        select billing.close_cycle(TENANT, ID2, '2026-07-04 04:00+00');
        """

    /// What the proof says of the calls, the charges for them, the entries and the documents; nothing is right.
    func levelFaults() async throws -> [String] {
        try await read(
            """
            select problem from billing.check_levels(TENANT, array[ACCOUNT, ID7], '-infinity', 'infinity')
            union all
            select problem from billing.check_entries(TENANT, array[ACCOUNT, ID7], '-infinity', 'infinity')
            union all
            select problem from billing.check_calls(TENANT, '-infinity', 'infinity')
            union all
            select problem from billing.check_documents(TENANT)
            union all
            select bucket from billing.check_ledger(TENANT)
            """, as: tenant.database.engine)
    }
}
