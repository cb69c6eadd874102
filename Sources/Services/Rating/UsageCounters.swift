import Foundation
import Postgres
import Telecom

/// Rows of `billing.usage_counters` that a transaction has locked.
struct UsageCounters: Sendable {
    struct Key: Sendable, Hashable {
        let tenantID: UUID
        let accountID: UUID?
        let list: ExtrasKey.List
        let isInbound: Bool
        let prefix: DigitPrefix
        /// Its first day.
        let month: String

        fileprivate var planID: UUID? { if case .plan(let id) = list { id } else { nil } }
        fileprivate var deckID: UUID? { if case .deck(let id) = list { id } else { nil } }
        fileprivate var digits: String? { prefix == .everything ? nil : prefix.description }
    }

    private struct Row: Sendable {
        let id: UUID
        var used: Int64
        var isChanged = false
    }

    private var rows: [Key: Row] = [:]

    /// Which rows count for these, in their order: that of the month of the answer, on the account's calendar.
    static func keys(_ wishes: [AccountUse.Wish], _ session: Connection) async throws -> [Key] {
        if wishes.isEmpty { return [] }
        let months = try await session.run(
            """
            select to_char(date_trunc('month', w.at at time zone coalesce(a.time_zone, 'UTC')), 'YYYY-MM-DD')
              from unnest(\(wishes.map(\.key.tenantID)), \(NullableArray(wishes.map(\.accountID))),
                          \(wishes.map(\.key.at))) with ordinality as w (tenant_id, account_id, at, turn)
              left join accounts.accounts a on a.tenant_id = w.tenant_id and a.id = w.account_id
             order by w.turn
            """
        ).values(String.self)
        return zip(wishes, months).map { wish, month in
            Key(
                tenantID: wish.key.tenantID, accountID: wish.accountID, list: wish.key.list,
                isInbound: wish.key.isInbound, prefix: wish.prefix ?? .everything, month: month)
        }
    }

    /// Makes what is missing, and locks all in one order.
    mutating func lock(_ keys: Set<Key>, _ session: Connection) async throws {
        if keys.isEmpty { return }
        let keys = Array(keys)
        let wanted: SQL = """
            unnest(\(keys.map(\.tenantID)), \(NullableArray(keys.map(\.accountID))),
                   \(NullableArray(keys.map(\.planID))), \(NullableArray(keys.map(\.deckID))),
                   \(keys.map { $0.isInbound ? "inbound" : "outbound" }), \(NullableArray(keys.map(\.digits))),
                   \(keys.map(\.month))::date[]) with ordinality
                   as k (tenant_id, account_id, rate_plan_id, deck_id, direction, prefix, period_from, turn)
            """
        try await session.run(
            """
            insert into billing.usage_counters (tenant_id, account_id, rate_plan_id, deck_id, direction, prefix,
                                                period_from)
            select k.tenant_id, k.account_id, k.rate_plan_id, k.deck_id, k.direction, k.prefix, k.period_from
              from \(wanted)
             order by 1, 2, 3, 4, 5, 6, 7
            on conflict do nothing
            """)
        let found = try await session.run(
            """
            select k.turn, c.id, c.used_s
              from \(wanted)
              join billing.usage_counters c
                on c.tenant_id = k.tenant_id and c.period_from = k.period_from and c.direction = k.direction
               and (c.rate_plan_id = k.rate_plan_id or c.deck_id = k.deck_id)
               and c.account_id is not distinct from k.account_id and c.prefix is not distinct from k.prefix
             order by k.tenant_id, k.account_id, k.rate_plan_id, k.deck_id, k.direction, k.prefix, k.period_from
               for no key update of c
            """
        ).decode(Int.self, UUID.self, Int64.self)
        for (turn, id, used) in found { rows[keys[turn - 1]] = Row(id: id, used: used) }
    }

    subscript(key: Key) -> Int64 { rows[key]?.used ?? 0 }

    mutating func add(_ seconds: Int64, to key: Key) {
        guard seconds > 0 else { return }
        rows[key]?.used += seconds
        rows[key]?.isChanged = true
    }

    func store(_ session: Connection) async throws {
        let changed = rows.filter(\.value.isChanged)
        if changed.isEmpty { return }
        try await session.run(
            """
            update billing.usage_counters c set used_s = k.used_s
              from unnest(\(changed.map(\.key.tenantID)), \(changed.map(\.value.id)), \(changed.map(\.value.used)))
                   as k (tenant_id, id, used_s)
             where c.tenant_id = k.tenant_id and c.id = k.id
            """)
    }
}
