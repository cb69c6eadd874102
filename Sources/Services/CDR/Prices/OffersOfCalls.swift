import Foundation
import Postgres
import Telecom

/// What the accounts of calls are sold by, and what their carrier trunks sell by.
struct OffersOfCalls: Sendable {
    struct Deck: Sendable {
        let key: TenantKey
        let currency: String
    }

    /// Of each account, what began last first.
    private var plans: [TenantKey: [(validity: Validity, plan: TenantKey)]] = [:]
    /// Of each carrier trunk, in the order of their ids.
    private(set) var decks: [TenantKey: [Deck]] = [:]

    /// - Parameter resellers: who is charged beside the accounts of the calls.
    init(of calls: [RawCall], resellers: Set<TenantKey> = [], _ session: Connection) async throws {
        let accounts = Array(
            resellers.union(calls.compactMap { call in call.accountID.map { TenantKey(call.tenantID, $0) } }))
        let rows = try await session.run(
            """
            select p.tenant_id, p.account_id, p.rate_plan_id, p.valid_from, p.valid_to
              from unnest(\(accounts.map(\.tenantID)), \(accounts.map(\.id))) as a (tenant_id, account_id)
              join billing.account_rate_plan p using (tenant_id, account_id)
             order by p.valid_from desc
            """
        ).decode(UUID.self, UUID.self, UUID.self, Date.self, Date?.self)
        for (tenant, account, plan, from, to) in rows {
            plans[TenantKey(tenant, account), default: []].append((Validity(from, to), TenantKey(tenant, plan)))
        }
        let trunks = Array(Set(calls.compactMap { call in call.carrierTrunkID.map { TenantKey(call.tenantID, $0) } }))
        let attached = try await session.run(
            """
            select t.tenant_id, t.id, d.id, d.currency
              from unnest(\(trunks.map(\.tenantID)), \(trunks.map(\.id))) as t (tenant_id, id)
              join routing.decks d
                on d.tenant_id = t.tenant_id and d.status = 'active'
               and (d.carrier_trunk_id = t.id
                    or exists (select from routing.carrier_trunk_decks s
                                where s.tenant_id = t.tenant_id and s.carrier_trunk_id = t.id and s.deck_id = d.id))
             order by d.id
            """
        ).decode(UUID.self, UUID.self, UUID.self, String.self)
        for (tenant, trunk, deck, currency) in attached {
            decks[TenantKey(tenant, trunk), default: []].append(Deck(key: TenantKey(tenant, deck), currency: currency))
        }
    }

    /// The plan that an account had at a time.
    func plan(of account: TenantKey, at time: Date) -> TenantKey? {
        plans[account]?.first { $0.validity.contains(time.microseconds) }?.plan
    }

    var allPlans: Set<TenantKey> { Set(plans.values.joined().map(\.plan)) }
    var allDecks: Set<TenantKey> { Set(decks.values.joined().map(\.key)) }
}
