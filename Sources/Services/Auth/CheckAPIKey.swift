import Foundation
package import Postgres
import Synchronization

/// Finds out whose an API key is, and whether it may be used now.
///
/// What the database says of a key is good for a second: one that was revoked opens nothing a second later.
package final class CheckAPIKey: Sendable {
    private let database: Database
    private let rates: RateShares
    private let known = Mutex<[String: Known]>([:])

    private let noted = Mutex<[UUID: ContinuousClock.Instant]>([:])

    private static let validity = Duration.seconds(1)
    private static let notedFor = Duration.seconds(60)
    private static let mostKnown = 10_000

    /// - Parameter database: as the API.
    package init(_ database: Database) {
        self.database = database
        rates = RateShares(database)
    }

    /// A row of `auth.api_keys`.
    private struct Key {
        let id: UUID
        let name: String
        let account: UUID?
        let hash: [UInt8]
        let scopes: Set<String>
        let isRevoked: Bool
        let isExpired: Bool
        let isElsewhere: Bool
        let isClosed: Bool
        let rate: Int
    }

    /// A key as it was a moment ago, when it was asked for from an address.
    private struct Known {
        let tenant: UUID
        let key: Key
        let readAt: ContinuousClock.Instant
    }

    /// - Parameters:
    ///   - text: the key, as it was sent.
    ///   - source: the address that it came from.
    /// - Throws: `APIKeyRefusal`, or `PostgresError`.
    package func callAsFunction(_ text: String, from source: String?) async throws -> APICaller {
        guard let shown = APIKeyText(text) else { throw APIKeyRefusal.unknown }
        let known = try await recent(shown.prefix, source)
        guard ConstantTime.areEqual(shown.sha256, known.key.hash) else {
            throw APIKeyRefusal.unknown
        }
        try Self.refuse(known.key)
        let scope = RequestScope(tenant: known.tenant, actor: "api key \(shown.prefix)", source: source)
        let rate = try await rates.use(known.key.id, limit: known.key.rate, scope)
        if isToBeNoted(known.key.id) { try await note(known.key, scope) }
        return APICaller(
            tenant: known.tenant, keyID: known.key.id, name: known.key.name, account: known.key.account,
            scopes: known.key.scopes, rate: rate)
    }

    /// Whether a key that was let in may go on: it may have been revoked while a long request came in.
    /// - Throws: `APIKeyRefusal`, or `PostgresError`.
    package func again(_ caller: APICaller, _ scope: RequestScope) async throws {
        guard let key = try await find("k.id = \(caller.keyID)", scope) else { throw APIKeyRefusal.unknown }
        try Self.refuse(key)
    }

    /// What is known of a key for a second at most.
    private func recent(_ prefix: String, _ source: String?) async throws -> Known {
        let name = "\(prefix) \(source ?? "")"
        let now = ContinuousClock.now
        if let one = known.withLock({ $0[name] }), one.readAt + Self.validity > now { return one }
        let owner = try await database.run("select tenant_id from core.find_claim('api_key', \(prefix))")
            .value(UUID.self)
        guard let owner else { throw APIKeyRefusal.unknown }
        let scope = RequestScope(tenant: owner, actor: "api key \(prefix)", source: source)
        guard let key = try await find("k.key_prefix = \(prefix)", scope) else { throw APIKeyRefusal.unknown }
        let one = Known(tenant: owner, key: key, readAt: now)
        known.withLock { known in
            if known.count >= Self.mostKnown { known = known.filter { $0.value.readAt + Self.validity > now } }
            if known.count < Self.mostKnown { known[name] = one }
        }
        return one
    }

    private static func refuse(_ key: Key) throws {
        if key.isRevoked { throw APIKeyRefusal.revoked }
        if key.isExpired { throw APIKeyRefusal.expired }
        if key.isClosed { throw APIKeyRefusal.closed }
        if key.isElsewhere { throw APIKeyRefusal.wrongAddress }
    }

    private func find(_ condition: SQL, _ scope: RequestScope) async throws -> Key? {
        let rows = try await database.run([
            scope.opening,
            """
            select k.id, k.name, k.account_id, encode(k.key_sha256, 'hex'), k.scopes, k.revoked_at is not null,
                   coalesce(k.expires_at <= now(), false),
                   cardinality(k.allowed_addresses) > 0
                   and not exists (select from unnest(k.allowed_addresses) a
                                    where a >>= \(scope.source)::text::inet),
                   t.status = 'closed', k.rate_limit_per_minute::bigint
              from auth.api_keys k
              join core.tenants t on t.id = k.tenant_id
             where k.tenant_id = \(scope.tenant) and \(condition)
            """,
        ])
        return try rows.last?.first.map { row in
            Key(
                id: try row.column(0), name: try row.column(1), account: try row.column(2),
                hash: Array(hex: try row.column(3)),
                scopes: Set(try row.column(4, as: [String].self)), isRevoked: try row.column(5),
                isExpired: try row.column(6), isElsewhere: try row.column(7), isClosed: try row.column(8),
                rate: try row.column(9))
        }
    }

    /// Whether it is some time ago that a key's use was noted from here.
    private func isToBeNoted(_ key: UUID) -> Bool {
        let now = ContinuousClock.now
        return noted.withLock { noted in
            if let before = noted[key], before + Self.notedFor > now { return false }
            if noted.count >= Self.mostKnown { noted = noted.filter { $0.value + Self.notedFor > now } }
            noted[key] = now
            return true
        }
    }

    /// Notes that a key is used, if it was not a minute ago.
    private func note(_ key: Key, _ scope: RequestScope) async throws {
        _ = try await database.run([
            scope.opening,
            """
            update auth.api_keys set last_used_at = now(), last_used_ip = \(scope.source)::text::inet
             where tenant_id = \(scope.tenant) and id = \(key.id)
               and (last_used_at is null or last_used_at < now() - interval '1 minute')
            """,
        ])
    }
}
