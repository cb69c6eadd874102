import Foundation
import Postgres
import Telecom

/// The resellers above the accounts of a batch of calls. Where there are none, this is one short statement.
struct Resellers: Sendable {
    struct Reseller: Sendable {
        let account: TenantKey
        let currency: String
    }

    /// Of each account, the nearest first.
    private var above: [TenantKey: [Reseller]] = [:]

    init(above calls: [RawCall], _ session: Connection) async throws {
        let accounts = Array(Set(calls.compactMap { call in call.accountID.map { TenantKey(call.tenantID, $0) } }))
        if accounts.isEmpty { return }
        let rows = try await session.run(
            """
            select d.tenant_id, d.id, u.id, u.currency
              from unnest(\(accounts.map(\.tenantID)), \(accounts.map(\.id))) as d (tenant_id, id)
             cross join lateral (
                   select h.ancestor_account_id, h.depth
                     from accounts.account_hierarchy h
                    where h.tenant_id = d.tenant_id and h.descendant_account_id = d.id and h.depth > 0 offset 0) h
             cross join lateral (
                   select a.id, a.currency
                     from accounts.accounts a
                    where a.tenant_id = d.tenant_id and a.id = h.ancestor_account_id and a.kind = 'reseller'
                   offset 0) u
             order by h.depth
            """
        ).decode(UUID.self, UUID.self, UUID.self, String.self)
        for (tenant, account, reseller, currency) in rows {
            above[TenantKey(tenant, account), default: []].append(
                Reseller(account: TenantKey(tenant, reseller), currency: currency))
        }
    }

    /// Those that the call is charged to as well, if they have a plan.
    func above(_ call: RawCall) -> [Reseller] {
        guard !above.isEmpty, !call.isLost, call.direction == "outbound" || call.direction == "inbound" else {
            return []
        }
        return call.accountID.flatMap { above[TenantKey(call.tenantID, $0)] } ?? []
    }

    var all: Set<TenantKey> { Set(above.values.joined().map(\.account)) }
}
