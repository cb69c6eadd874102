import Foundation
import Postgres
import Telecom

/// The bundles of seconds that the plans of a batch of calls have.
struct UsedBundles: Sendable {
    private struct Bundle: Sendable {
        let id: UUID
        let name: String
        let isInbound: Bool
        let prefixes: [DigitPrefix]
        let validity: Validity
    }

    /// Of each plan, what began last first.
    private var bundles: [TenantKey: [Bundle]] = [:]

    init(_ session: Connection, of plans: Set<TenantKey>) async throws {
        if plans.isEmpty { return }
        let plans = Array(plans)
        let rows = try await session.run(
            """
            select b.tenant_id, b.rate_plan_id, b.id, b.name, b.direction = 'inbound', b.prefixes::text[],
                   b.valid_from, b.valid_to
              from unnest(\(plans.map(\.tenantID)), \(plans.map(\.id))) as p (tenant_id, id)
              join billing.bundles b on b.tenant_id = p.tenant_id and b.rate_plan_id = p.id and b.unit = 'seconds'
             order by b.valid_from desc, b.id
            """
        ).decode(
            UUID.self, UUID.self, UUID.self, String.self, Bool.self, [String].self, Date.self, Date?.self)
        for (tenant, plan, id, name, isInbound, prefixes, from, to) in rows {
            bundles[TenantKey(tenant, plan), default: []].append(
                Bundle(
                    id: id, name: name, isInbound: isInbound, prefixes: prefixes.compactMap { DigitPrefix($0) },
                    validity: Validity(from, to)))
        }
    }

    var isEmpty: Bool { bundles.isEmpty }

    /// The bundles that a call may use, the one with the longest prefix first. Of those with one name the one that
    /// began last counts.
    func matching(_ key: ExtrasKey) -> [UUID] {
        guard case .plan(let plan) = key.list, let bundles = bundles[TenantKey(key.tenantID, plan)] else { return [] }
        var names: Set<String> = []
        var found: [(id: UUID, length: Int)] = []
        for bundle in bundles where bundle.validity.contains(key.at.microseconds) && names.insert(bundle.name).inserted
        {
            guard bundle.isInbound == key.isInbound,
                let length = bundle.prefixes.filter({ $0.isPrefix(of: key.number) }).map(\.count).max()
            else { continue }
            found.append((bundle.id, length))
        }
        return found.sorted { $0.length > $1.length }.map(\.id)
    }
}
