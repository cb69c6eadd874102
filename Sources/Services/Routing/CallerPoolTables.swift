import Foundation
import Postgres
import Telecom

/// The pools of numbers that calls may be shown to come from, with those of their numbers that may be picked.
struct CallerPoolTables {
    var pools: [CallerPoolRow] = []

    init(_ session: Connection) async throws {
        let members = try await session.run(
            """
            select n.tenant_id, n.caller_id_pool_id, d.number, n.weight
              from routing.caller_id_pool_numbers n
              join routing.caller_id_pools p on p.tenant_id = n.tenant_id and p.id = n.caller_id_pool_id
              join numbers.dids d on d.tenant_id = n.tenant_id and d.id = n.did_id
             where p.status = 'active' and d.status = 'active'
               and (n.status = 'active' or n.status = 'resting' and n.rested_until <= now())
               and (n.reputation_score >= p.min_reputation) is not false
            """
        ).decode(UUID.self, UUID.self, String.self, Int.self)
        let ofPool = Dictionary(grouping: members) { TenantKey($0.0, $0.1) }
            .mapValues { $0.compactMap { row in E164(row.2).map { CallerPoolRow.Member($0, weight: row.3) } } }
        let rows = try await session.run(
            """
            select p.tenant_id, p.id, p.account_id, p.rotation, d.number, p.is_default
              from routing.caller_id_pools p
              join accounts.accounts a on a.tenant_id = p.tenant_id and a.id = p.account_id and a.status <> 'closed'
              left join numbers.dids d
                on d.tenant_id = p.tenant_id and d.id = p.fallback_did_id and d.status = 'active'
             where p.status = 'active'
            """)
        for (tenant, id, account, rotation, fallback, isDefault) in try rows.decode(
            UUID.self, UUID.self, UUID.self, String.self, String?.self, Bool.self)
        {
            pools.append(
                CallerPoolRow(
                    id: id, tenantID: tenant, accountID: account,
                    rotation: CallerPoolRow.Rotation(rawValue: rotation) ?? .roundRobin,
                    members: ofPool[TenantKey(tenant, id)] ?? [], fallback: fallback.flatMap { E164($0) },
                    isDefault: isDefault))
        }
    }
}
