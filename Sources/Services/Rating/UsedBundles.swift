import Foundation
import Postgres
import Telecom

/// The bundles of seconds that plans have.
struct UsedBundles: Sendable {
    private var tables: [TenantKey: BundleTable] = [:]

    init(_ session: Connection, of plans: Set<TenantKey>) async throws {
        if plans.isEmpty { return }
        let plans = Array(plans)
        let rows = try await session.run(
            """
            select b.tenant_id, b.rate_plan_id, b.id, b.name, b.direction = 'inbound', b.prefixes::text[],
                   b.valid_from, b.valid_to
              from unnest(\(plans.map(\.tenantID)), \(plans.map(\.id))) as p (tenant_id, id)
              join billing.bundles b on b.tenant_id = p.tenant_id and b.rate_plan_id = p.id and b.unit = 'seconds'
             order by b.id
            """
        ).decode(
            UUID.self, UUID.self, UUID.self, String.self, Bool.self, [String].self, Date.self, Date?.self)
        for (tenant, plan, id, name, isInbound, prefixes, from, to) in rows {
            tables[TenantKey(tenant, plan), default: BundleTable()].add(
                BundleTable.Bundle(
                    id: id, name: name, isInbound: isInbound, prefixes: prefixes.compactMap { DigitPrefix($0) },
                    validity: Validity(from, to)))
        }
    }

    var isEmpty: Bool { tables.isEmpty }

    /// Those of a plan; nil when it has none.
    subscript(plan: TenantKey) -> BundleTable? { tables[plan] }

    /// The bundles that a call may use, as `BundleTable.matching`.
    func matching(_ key: ExtrasKey) -> [UUID] {
        guard case .plan(let plan) = key.list, let table = tables[TenantKey(key.tenantID, plan)] else { return [] }
        return table.matching(key.number, isInbound: key.isInbound, at: key.at.microseconds)
    }
}
