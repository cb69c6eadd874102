import Foundation
package import Postgres

/// Finds out whose an API key is, and whether it may be used now.
package struct CheckAPIKey: Sendable {
    private let database: Database

    /// - Parameter database: as the API.
    package init(_ database: Database) { self.database = database }

    /// A row of `auth.api_keys`.
    private struct Key {
        let id: UUID
        let name: String
        let account: UUID?
        let hash: String
        let scopes: [String]
        let isRevoked: Bool
        let isExpired: Bool
        let isElsewhere: Bool
        let isClosed: Bool
        let rate: Int
    }

    /// - Parameters:
    ///   - text: the key, as it was sent.
    ///   - source: the address that it came from.
    /// - Throws: `APIKeyRefusal`, or `PostgresError`.
    package func callAsFunction(_ text: String, from source: String?) async throws -> APICaller {
        guard let shown = APIKeyText(text) else { throw APIKeyRefusal.unknown }
        let owner = try await database.run("select tenant_id from core.find_claim('api_key', \(shown.prefix))")
            .value(UUID.self)
        guard let owner else { throw APIKeyRefusal.unknown }
        let scope = RequestScope(tenant: owner, actor: "api key \(shown.prefix)", source: source)
        guard let key = try await find("k.key_prefix = \(shown.prefix)", scope) else { throw APIKeyRefusal.unknown }
        guard ConstantTime.areEqual(Array(shown.sha256.hex.utf8), Array(key.hash.utf8)) else {
            throw APIKeyRefusal.unknown
        }
        try Self.refuse(key)
        let rate = try await takeRate(key, scope)
        return APICaller(
            tenant: owner, keyID: key.id, name: key.name, account: key.account, scopes: Set(key.scopes), rate: rate)
    }

    /// Whether a key that was let in may go on: it may have been revoked while a long request came in.
    /// - Throws: `APIKeyRefusal`, or `PostgresError`.
    package func again(_ caller: APICaller, _ scope: RequestScope) async throws {
        guard let key = try await find("k.id = \(caller.keyID)", scope) else { throw APIKeyRefusal.unknown }
        try Self.refuse(key)
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
                id: try row.column(0), name: try row.column(1), account: try row.column(2), hash: try row.column(3),
                scopes: try row.column(4), isRevoked: try row.column(5), isExpired: try row.column(6),
                isElsewhere: try row.column(7), isClosed: try row.column(8), rate: try row.column(9))
        }
    }

    /// Counts the request, and notes that the key was used; once a minute is enough.
    private func takeRate(_ key: Key, _ scope: RequestScope) async throws -> APICaller.Rate {
        let rows = try await database.run([
            scope.opening,
            """
            update auth.api_keys set last_used_at = now(), last_used_ip = \(scope.source)::text::inet
             where tenant_id = \(scope.tenant) and id = \(key.id)
               and (last_used_at is null or last_used_at < now() - interval '1 minute')
            """,
            """
            select allowed, remaining, greatest(ceil(extract(epoch from reset_at - now())), 1)::bigint
              from queue.take_rate(\(scope.tenant), \("api_key:" + key.id.text), \(key.rate), 60)
            """,
        ])
        guard let (isAllowed, remaining, reset) = try rows.last?.first(Bool.self, Int.self, Int.self) else {
            throw APIKeyRefusal.unknown
        }
        let rate = APICaller.Rate(limit: key.rate, remaining: remaining, resetSeconds: reset)
        guard isAllowed else { throw APIKeyRefusal.tooMany(rate) }
        return rate
    }
}
