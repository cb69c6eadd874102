import Foundation
import Postgres
import TestSupport

/// What fraud rules look at.
extension Account {
    /// Calls that were asked for some minutes ago, one a second from then on, each sold for a price per minute.
    /// - Parameter talk: seconds of talk; nil while they are in progress.
    func call(_ called: String, _ count: Int, minutesAgo: Int, rate: Amount = "0.5", talk: Int? = nil) async throws {
        let plan = UUID()
        try await tenant.database.owner.run(
            "insert into billing.rate_plans (tenant_id, id, name) values (\(tenant.id), \(plan), \(plan.uuidString))")
        try await tenant.database.owner.run(
            """
            insert into billing.voice_rates (tenant_id, id, rate_plan_id, prefix, rate, valid_from)
            values (\(tenant.id), \(plan), \(plan), '1', \(rate), '2026-01-01')
            """)
        try await tenant.database.owner.run(
            """
            with asked as (
                insert into routing.routing_requests (
                    tenant_id, requested_at, cdr_id, edge_id, call_id, from_tag, source, direction, state, account_id,
                    to_number, code, sell_rate_id, hold_amount, finished_at, snapshot_version)
                select \(tenant.id), now() - make_interval(mins => \(minutesAgo)::integer, secs => -n),
                       core.uuid_v7(), 'x', 'x', 'x', 'x', 'outbound',
                       case when \(talk)::integer is null then 'open' else 'finished' end, \(id), \(called), 200,
                       \(plan), 1, case when \(talk)::integer is not null then now() end, 1
                  from generate_series(0, \(count - 1)::integer) n
                returning requested_at, cdr_id)
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, disposition, sip_code,
                                          talk_ms, currency)
            select \(tenant.id), requested_at, cdr_id, \(id), 'outbound', 'answered', 200,
                   \(talk)::integer * 1000, 'USD'
              from asked where \(talk)::integer is not null
            """)
    }
}

extension Tenant {
    @discardableResult
    func fraudRule(
        _ kind: String, action: String = "alert", minCalls: Int? = nil, minMinutes: Amount? = nil,
        maxTalk: Int? = nil, minRate: Amount? = nil, lookback: Int? = nil, lasts: Int? = nil, of account: Account? = nil
    ) async throws -> UUID {
        let rule = UUID()
        try await database.owner.run(
            """
            insert into routing.fraud_rules (tenant_id, id, account_id, name, kind, action, min_calls, min_minutes,
                                             max_talk_s, min_rate, lookback_days, action_s, valid_from)
            values (\(id), \(rule), \(account?.id), \(kind), \(kind), \(action), \(minCalls)::integer, \(minMinutes),
                    \(maxTalk)::integer, \(minRate), \(lookback)::integer, \(lasts)::integer, '2026-01-01')
            """)
        return rule
    }
}
