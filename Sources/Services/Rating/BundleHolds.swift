import Foundation
import Postgres

/// Seconds of bundles that are kept back for calls in progress: rows of `billing.bundle_holds`.
struct BundleHolds: Sendable {
    /// By whose counter they are of, and the routing id of the call.
    private var seconds: [BundleCounters.Key: [UUID: Int64]] = [:]

    /// None.
    init() {}

    /// Takes away those of calls that are rated now: what they used is counted in the same transaction.
    init(_ session: Connection, endedWith calls: [RawCall]) async throws {
        let calls = calls.filter { $0.routingID != nil }
        if calls.isEmpty { return }
        let rows = try await session.run(
            """
            delete from billing.bundle_holds h
             using unnest(\(calls.map(\.tenantID)), \(calls.compactMap(\.routingID))) as c (tenant_id, id)
             where exists (select from billing.bundle_holds) and h.tenant_id = c.tenant_id and h.id = c.id
            returning h.tenant_id, h.account_id, h.bundle_id, to_char(h.period_from, 'YYYY-MM-DD'), h.id, h.seconds,
                      h.expires_at > now()
            """
        ).decode(UUID.self, UUID.self, UUID.self, String.self, UUID.self, Int64.self, Bool.self)
        // Of a call that nobody answered nothing is kept back any more.
        let answered = Set(calls.filter { $0.answeredAt != nil }.compactMap(\.routingID))
        for (tenant, account, bundle, month, id, seconds, counts) in rows where counts && answered.contains(id) {
            let key = BundleCounters.Key(tenantID: tenant, accountID: account, bundleID: bundle, month: month)
            add(seconds, of: key, for: id)
        }
    }

    /// What is kept back for all calls but one.
    func seconds(of key: BundleCounters.Key, besides call: UUID?) -> Int64 {
        guard let held = seconds[key] else { return 0 }
        return held.reduce(0) { $0 + ($1.key == call ? 0 : $1.value) }
    }

    mutating func add(_ count: Int64, of key: BundleCounters.Key, for call: UUID) {
        seconds[key, default: [:]][call, default: 0] += count
    }

    mutating func release(_ key: BundleCounters.Key, of call: UUID?) {
        if let call { seconds[key]?[call] = nil }
    }

    /// Stores them.
    /// - Parameter expiry: when the calls have ended and their records have come, at the latest.
    func store(_ session: Connection, until expiry: Date) async throws {
        let rows = seconds.flatMap { key, held in held.map { (key: key, id: $0.key, seconds: $0.value) } }
        if rows.isEmpty { return }
        let keys = rows.map(\.key)
        _ = try await session.run(
            [
                // Whoever finds some of a counter that are over takes them away.
                """
                delete from billing.bundle_holds h
                 using unnest(\(keys.map(\.tenantID)), \(keys.map(\.accountID)), \(keys.map(\.bundleID)))
                       as k (tenant_id, account_id, bundle_id)
                 where h.tenant_id = k.tenant_id and h.account_id = k.account_id and h.bundle_id = k.bundle_id
                   and h.expires_at <= now()
                """,
                """
                insert into billing.bundle_holds (tenant_id, id, bundle_id, account_id, period_from, seconds,
                                                  expires_at)
                select * from unnest(\(keys.map(\.tenantID)), \(rows.map(\.id)), \(keys.map(\.bundleID)),
                                     \(keys.map(\.accountID)), \(keys.map(\.month))::date[],
                                     \(rows.map(\.seconds))),
                              (select \(expiry)) as e (expires_at)
                on conflict (tenant_id, id, bundle_id) do nothing
                """,
            ])
    }

    /// Gives back those of calls that do not take place.
    static func release(_ calls: [(tenantID: UUID, routingID: UUID)], _ session: Connection) async throws {
        if calls.isEmpty { return }
        try await session.run(
            """
            delete from billing.bundle_holds h using unnest(\(calls.map(\.tenantID)), \(calls.map(\.routingID)))
                                                 as c (tenant_id, id)
             where h.tenant_id = c.tenant_id and h.id = c.id
            """)
    }
}
