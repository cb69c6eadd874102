import Foundation
import Postgres
import Telecom

/// Rows of `billing.bundle_counters` that a transaction has locked.
struct BundleCounters: Sendable {
    struct Key: Sendable, Hashable {
        let tenantID: UUID
        /// Of a bundle that several accounts share the uppermost of them.
        let accountID: UUID
        let bundleID: UUID
        /// Its first day.
        let month: String
    }

    /// A bundle that a call of an account may use.
    struct Wish: Sendable {
        let tenantID: UUID
        let accountID: UUID?
        let bundleID: UUID
        /// When the call was answered, else when it began.
        let at: Date
    }

    private struct Row: Sendable {
        /// Not used, and kept back for no call in progress.
        var left: Int64
        var taken: Int64 = 0
    }

    private var rows: [Key: Row] = [:]
    /// What is kept back for calls that the transaction knows, by their routing ids.
    private var held: BundleHolds

    /// - Parameter held: of whose calls the holds are gone, in the same transaction.
    init(_ held: BundleHolds = BundleHolds()) { self.held = held }

    /// Which rows count for these, in their order: that of the month of the answer, on the calendar of who has it.
    static func keys(_ wishes: [Wish], _ session: Connection) async throws -> [Key] {
        if wishes.isEmpty { return [] }
        let owners = try await session.run(
            """
            select a.id, to_char(date_trunc('month', w.at at time zone a.time_zone), 'YYYY-MM-DD')
              from unnest(\(wishes.map(\.tenantID)), \(NullableArray(wishes.map(\.accountID))),
                          \(wishes.map(\.bundleID)), \(wishes.map(\.at)))
                   with ordinality as w (tenant_id, account_id, bundle_id, at, turn)
              left join billing.bundles b on b.tenant_id = w.tenant_id and b.id = w.bundle_id
              left join lateral (
                   select h.ancestor_account_id as id
                     from accounts.account_hierarchy h
                     join accounts.accounts u
                       on u.tenant_id = h.tenant_id and u.id = h.ancestor_account_id and u.kind = 'customer'
                     join billing.account_rate_plan p
                       on p.tenant_id = h.tenant_id and p.account_id = u.id and p.rate_plan_id = b.rate_plan_id
                      and p.valid_from <= w.at and (p.valid_to > w.at or p.valid_to is null)
                    where b.is_shared and h.tenant_id = w.tenant_id and h.descendant_account_id = w.account_id
                    order by h.depth desc limit 1) pool on true
              join accounts.accounts a on a.tenant_id = w.tenant_id and a.id = coalesce(pool.id, w.account_id)
             order by w.turn
            """
        ).decode(UUID.self, String.self)
        return zip(wishes, owners).map { wish, owner in
            Key(tenantID: wish.tenantID, accountID: owner.0, bundleID: wish.bundleID, month: owner.1)
        }
    }

    /// Makes what is missing, and locks all in one order: the months before as well, for what they have left may be
    /// carried over, and must not be used while it is.
    mutating func lock(_ keys: Set<Key>, _ session: Connection) async throws {
        if keys.isEmpty { return }
        let keys = Array(keys)
        let wanted: SQL = """
            unnest(\(keys.map(\.tenantID)), \(keys.map(\.accountID)), \(keys.map(\.bundleID)),
                   \(keys.map(\.month))::date[]) with ordinality as k (tenant_id, account_id, bundle_id, month, turn)
            """
        let found =
            try await session.run(
                [
                    """
                    select from billing.bundle_counters c
                     where (c.tenant_id, c.account_id, c.bundle_id, c.period_from) in (
                           select k.tenant_id, k.account_id, k.bundle_id, m.month
                             from \(wanted)
                            cross join lateral (values (k.month), ((k.month - interval '1 month')::date),
                                                       ((k.month - interval '2 months')::date)) as m (month))
                     order by c.tenant_id, c.account_id, c.bundle_id, c.period_from for no key update
                    """,
                    """
                    select billing.open_bundle_month(k.tenant_id, k.account_id, k.bundle_id, k.month)
                      from (select k.tenant_id, k.account_id, k.bundle_id, k.month
                              from \(wanted)
                             where not exists (select from billing.bundle_counters c
                                                where c.tenant_id = k.tenant_id and c.account_id = k.account_id
                                                  and c.bundle_id = k.bundle_id and c.period_from = k.month)
                             order by 1, 2, 3, 4 offset 0) k
                    """,
                    """
                    select k.turn, c.included + c.carried_over - c.used - coalesce(next.carried_over, 0)
                                   - coalesce((select sum(h.seconds)::bigint from billing.bundle_holds h
                                                where h.tenant_id = k.tenant_id and h.account_id = k.account_id
                                                  and h.bundle_id = k.bundle_id and h.period_from = k.month
                                                  and h.expires_at > now()), 0)
                      from \(wanted)
                      join billing.bundle_counters c
                        on c.tenant_id = k.tenant_id and c.account_id = k.account_id and c.bundle_id = k.bundle_id
                       and c.period_from = k.month
                      left join billing.bundle_counters next
                        on next.tenant_id = k.tenant_id and next.account_id = k.account_id
                       and next.bundle_id = k.bundle_id and next.period_from = (k.month + interval '1 month')::date
                     order by k.tenant_id, k.account_id, k.bundle_id, k.month for no key update of c
                    """,
                ], deadline: .seconds(60)
            ).last?.decode(Int.self, Int64.self) ?? []
        for (turn, left) in found { rows[keys[turn - 1]] = Row(left: left) }
    }

    /// What a call may use: not what is kept back for others.
    /// - Parameter call: its routing id.
    func left(_ key: Key, for call: UUID? = nil) -> Int64 {
        guard let row = rows[key] else { return 0 }
        return max(row.left - held.seconds(of: key, besides: call), 0)
    }

    /// A call used these seconds, and needs what was kept back for it no more.
    mutating func take(_ seconds: Int64, of key: Key, for call: UUID? = nil) {
        rows[key]?.left -= seconds
        rows[key]?.taken += seconds
        held.release(key, of: call)
    }

    /// Keeps seconds back for a call; `take` of another leaves them.
    mutating func hold(_ seconds: Int64, of key: Key, for call: UUID) { held.add(seconds, of: key, for: call) }

    /// Keeps what is kept back.
    func storeHolds(_ session: Connection, until expiry: Date) async throws {
        try await held.store(session, until: expiry)
    }

    /// Keeps what was used.
    func store(_ session: Connection) async throws {
        let taken = rows.filter { $0.value.taken > 0 }
        if taken.isEmpty { return }
        try await session.run(
            """
            update billing.bundle_counters c set used = c.used + k.seconds
              from unnest(\(taken.map(\.key.tenantID)), \(taken.map(\.key.accountID)), \(taken.map(\.key.bundleID)),
                          \(taken.map(\.key.month))::date[], \(taken.map(\.value.taken)))
                   as k (tenant_id, account_id, bundle_id, month, seconds)
             where c.tenant_id = k.tenant_id and c.account_id = k.account_id and c.bundle_id = k.bundle_id
               and c.period_from = k.month
            """)
    }
}
