import Foundation
import Postgres
import Telecom

/// What resellers are charged for calls of accounts below them, each as a call of the reseller's own, to be rated
/// again.
///
/// They are those that were charged when the call was rated, and those that were above its account then, and were not
/// charged because they had no plan: one may have been assigned since. Who came above the account later has no part in
/// its earlier calls.
struct OldLevels: Sendable {
    private let tenant: UUID
    /// The only reseller, when the run is about one account.
    private let only: UUID?

    init(_ task: RerateTask) {
        tenant = task.tenantID
        only = task.accountID
    }

    func read(of calls: [OldCall], _ session: Connection) async throws -> [OldCall] {
        if calls.isEmpty { return [] }
        let charged = try await charged(calls, session)
        let known = Set(charged.compactMap { $0.level?.chargeID })
        return charged + (try await uncharged(calls, session)).filter { !known.contains($0.level?.chargeID ?? UUID()) }
    }

    private func list(_ calls: [OldCall]) -> SQL {
        """
        unnest(\(calls.map(\.raw.startedAt)), \(calls.map(\.raw.id))) with ordinality as d (started_at, id, turn)
        """
    }

    private var choice: SQL {
        guard let only else { return "true" }
        return "a.account_id = \(only)"
    }

    private func charged(_ calls: [OldCall], _ session: Connection) async throws -> [OldCall] {
        try await session.run(
            """
            select d.turn, a.level, a.id, a.account_id, a.currency, a.amount + coalesce(k.amount, 0),
                   coalesce(k.amount, 0), nullif(a.rating, '{}')::text
              from \(list(calls))
             cross join lateral (select * from cdr.level_charges l
                                  where l.tenant_id = \(tenant) and l.started_at = d.started_at and l.cdr_id = d.id
                                 offset 0) a
              left join lateral (
                   select sum(r.sell_amount - r.old_sell_amount) as amount from billing.rerate_calls r
                    where r.tenant_id = \(tenant) and r.started_at = d.started_at and r.cdr_id = d.id
                      and r.level_charge_id = a.id and r.state = 'carried') k on true
             where \(choice)
             order by d.turn, a.level
            """, deadline: .seconds(300)
        ).decode(Int.self, Int.self, UUID.self, UUID.self, String.self, Money.self, Money.self, String?.self)
            .map { turn, level, id, account, currency, amount, carried, rating in
                try OldCall(
                    calls[turn - 1], level: OldCall.Level(number: level, chargeID: id, isNew: false),
                    account: account, currency: currency, amount: amount, carried: carried, rating: rating)
            }
    }

    private func uncharged(_ calls: [OldCall], _ session: Connection) async throws -> [OldCall] {
        let owned = calls.filter { $0.raw.accountID != nil }
        let rows = try await session.run(
            """
            select d.turn, a.level, a.account_id, a.currency
              from \(list(owned))
              join cdr.enriched_cdr e on e.tenant_id = \(tenant) and e.started_at = d.started_at and e.id = d.id
             cross join lateral (
                   select u.id as account_id, u.currency, h.created_at, row_number() over (order by h.depth) as level
                     from accounts.account_hierarchy h
                     join accounts.accounts u
                       on u.tenant_id = \(tenant) and u.id = h.ancestor_account_id and u.kind = 'reseller'
                    where h.tenant_id = \(tenant) and h.descendant_account_id = e.account_id and h.depth > 0) a
             where a.created_at <= e.posted_at and \(choice)
             order by d.turn, a.level
            """, deadline: .seconds(300)
        ).decode(Int.self, Int.self, UUID.self, String.self)
        return try rows.map { turn, level, account, currency in
            let call = owned[turn - 1]
            let id = UUID.v5(namespace: call.raw.id, name: account.text)
            return try OldCall(
                call, level: OldCall.Level(number: level, chargeID: id, isNew: true), account: account,
                currency: currency, amount: .zero, carried: .zero, rating: nil)
        }
    }
}
