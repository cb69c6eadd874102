extension HotStatement {
    /// What the edge and the pipeline of CDRs do.
    static let calls: [HotStatement] = [
        HotStatement(
            name: "a routing request by its whole key",
            sql: """
                select state from routing.routing_requests
                 where tenant_id = TENANT and requested_at = {routing.routing_requests.requested_at}
                   and id = {routing.routing_requests.id}
                """,
            indexes: ["routing_requests_pkey", "routing_requests_by_id"], partitions: 1),
        HotStatement(
            name: "a routing request by its id alone",
            sql: """
                select state from routing.routing_requests
                 where tenant_id = TENANT and id = {routing.routing_requests.id}
                """,
            indexes: ["routing_requests_by_id"]),
        HotStatement(
            name: "open routing requests, the oldest first",
            sql: """
                select id from routing.routing_requests
                 where tenant_id = TENANT and state = 'open' and requested_at < now() order by requested_at limit 100
                """,
            indexes: ["routing_requests_open"], pages: 2000),
        HotStatement(
            name: "the requests of edges that are gone, of all tenants",
            sql: """
                select q.tenant_id, q.requested_at, q.id from routing.routing_requests q
                 where q.state = 'open'
                   and q.requested_at + make_interval(secs => coalesce(q.max_duration_s, 86400) + 21600) < now()
                   and not exists (select from cdr.raw_cdr r
                                    where r.tenant_id = any (array[q.tenant_id, core.unattributed_tenant()])
                                      and r.started_at = q.requested_at and r.id = q.cdr_id
                                      and r.processed_at is null and r.rating_error is null and r.hangup <> 'lost')
                 order by q.requested_at limit 50 for update of q skip locked
                """,
            indexes: ["routing_requests_open"], pages: 10_000),
        HotStatement(
            name: "the open request of a CDR that no router answered",
            sql: """
                select q.tenant_id, q.requested_at, q.id
                  from unnest(array[{cdr.raw_cdr.started_at}]::timestamptz[], array[{cdr.raw_cdr.id}]::uuid[])
                       as d (requested_at, cdr_id)
                  join routing.routing_requests q on q.requested_at = d.requested_at and q.cdr_id = d.cdr_id
                 where q.state = 'open' for update of q skip locked
                """,
            indexes: ["routing_requests_open"], pages: 2000),
        HotStatement(
            name: "how many requests are open",
            sql: "select count(*) from routing.routing_requests where state = 'open'",
            indexes: ["routing_requests_open"], pages: 1500),
        HotStatement(
            name: "raw records that wait, of all tenants",
            sql: """
                select tenant_id, started_at, id from cdr.raw_cdr where processed_at is null and rating_error is null
                 order by started_at limit 500
                """,
            indexes: ["raw_cdr_unprocessed"], pages: 1000),
        HotStatement(
            name: "raw records that wait, with what rates them",
            sql: """
                with todo as (
                    select r.tenant_id, r.started_at, r.id from cdr.raw_cdr r
                     where r.processed_at is null and r.rating_error is null
                     order by r.started_at, r.tenant_id, r.id limit 50 for update skip locked
                ), taken as (
                    update cdr.raw_cdr r set processed_at = now(), updated_at = now()
                      from todo d
                     where r.tenant_id = d.tenant_id and r.started_at = d.started_at and r.id = d.id
                    returning r.*
                )
                select t.tenant_id, t.started_at, t.id, coalesce(t.routing_id, q.id), a.id
                  from taken t
                  join core.tenants n on n.id = t.tenant_id
                  left join routing.routing_requests q
                    on q.tenant_id = t.tenant_id and q.requested_at = t.started_at and q.id = t.routing_id
                  left join accounts.accounts a
                    on a.tenant_id = t.tenant_id and a.id = coalesce(t.account_id, q.account_id)
                """,
            indexes: ["raw_cdr_unprocessed"], pages: 2500),
        HotStatement(
            name: "how many raw records wait",
            sql: "select count(*) from cdr.raw_cdr where processed_at is null and rating_error is null",
            indexes: ["raw_cdr_unprocessed"], pages: 1500),
        HotStatement(
            name: "how many raw records are set aside",
            sql: "select count(*) from cdr.raw_cdr where processed_at is null and rating_error is not null",
            indexes: ["raw_cdr_set_aside"], pages: 1500),
        HotStatement(
            name: "a raw record by its whole key",
            sql: """
                select 1 from cdr.raw_cdr
                 where tenant_id = TENANT and started_at = {cdr.raw_cdr.started_at} and id = {cdr.raw_cdr.id}
                """,
            indexes: ["raw_cdr_pkey"], partitions: 1),
        HotStatement(
            name: "requests whose calls are over",
            sql: """
                update routing.routing_requests q set state = 'finished', finished_at = now()
                  from unnest(array[TENANT], array[{routing.routing_requests.requested_at}]::timestamptz[],
                              array[{routing.routing_requests.id}]::uuid[]) as d (tenant_id, started_at, id)
                 where q.tenant_id = d.tenant_id and q.requested_at = d.started_at and q.id = d.id
                   and q.state in ('open', 'lost')
                """,
            indexes: ["routing_requests_pkey", "routing_requests_by_id", "routing_requests_open"]),
        HotStatement(
            name: "enriched records that wait for the ledger",
            sql: """
                select tenant_id, started_at, id from cdr.enriched_cdr where posted_at is null
                 order by started_at limit 500
                """,
            indexes: ["enriched_cdr_unposted"], pages: 1000),
        HotStatement(
            name: "the last calls, as they were posted",
            sql: callLines(range: "", order: "e.posted_at desc, e.id desc"),
            indexes: ["enriched_cdr_as_posted"], pages: 1500),
        HotStatement(
            name: "calls posted since a page",
            sql: callLines(
                range: "and (e.posted_at, e.id) > ({cdr.enriched_cdr.posted_at}, {cdr.enriched_cdr.id})",
                order: "e.posted_at, e.id"),
            indexes: ["enriched_cdr_as_posted"], pages: 1500),
        HotStatement(
            name: "the sums of an hour",
            sql: """
                select cdr.roll_up(TENANT, date_trunc('hour', now(), 'UTC') - interval '1 hour',
                                   date_trunc('hour', now(), 'UTC'))
                """,
            pages: 5000),
        HotStatement(
            name: "a deck's row by prefix",
            sql: """
                select rate from routing.rate_deck
                 where tenant_id = TENANT and deck_id = {routing.rate_deck.deck_id} and deck_version = 1
                   and prefix = any (array['1', '12', '121', '1212', '12125'])
                """,
            indexes: ["deck_prefix_starts_once"]),
        HotStatement(
            name: "a version's rows, for the router",
            sql: """
                select rate from routing.rate_deck
                 where tenant_id = TENANT and deck_id = {routing.rate_deck.deck_id} and deck_version = 1
                """,
            indexes: ["deck_prefix_starts_once"], pages: 5000),
        HotStatement(
            name: "the rows of plans that calls were routed by",
            sql: """
                select r.id, p.indeterminate_policy from billing.voice_rates r
                  join billing.rate_plans p on p.tenant_id = r.tenant_id and p.id = r.rate_plan_id
                 where r.tenant_id = any (array[TENANT]) and r.id = any (array[{billing.voice_rates.id}]::uuid[])
                """,
            indexes: ["voice_rates_pkey"]),
        HotStatement(
            name: "the routes of a call, in SQL",
            sql: """
                select * from routing.calculate_lcr(TENANT, '+12125550100', '+13125550100',
                                                    {cdr.enriched_cdr.account_id})
                """,
            pages: 1000),
    ]

    private static func callLines(range: String, order: String) -> String {
        """
        select e.id, e.posted_at, a.name, coalesce(e.from_number, r.caller), c.name, e.margin
          from (select * from cdr.enriched_cdr e
                 where e.tenant_id = TENANT and e.posted_at is not null \(range)
                 order by \(order) limit 50) e
          join cdr.raw_cdr r on r.tenant_id = e.tenant_id and r.started_at = e.started_at and r.id = e.id
          left join accounts.accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
          left join routing.carrier_trunks ct on ct.tenant_id = e.tenant_id and ct.id = e.carrier_trunk_id
          left join routing.carriers c on c.tenant_id = ct.tenant_id and c.id = ct.carrier_id
         order by \(order)
        """
    }
}
