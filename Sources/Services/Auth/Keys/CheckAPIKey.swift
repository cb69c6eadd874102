import Foundation
import Postgres

/// Finds out whose an API key is, and whether it may be used now.
///
/// What the database says of a key is good for a second: one that was revoked opens nothing a second later.
final class CheckAPIKey: Sendable {
    private let database: Database
    private let known = RecentlyRead<String, Key>()
    private let noted = NotedLately<UUID>()
    private let misused = NotedLately<UUID>()

    /// - Parameter database: as the API.
    init(_ database: Database) { self.database = database }

    /// A row of `auth.api_keys`, as it was a moment ago, when it was asked for from an address.
    private struct Key {
        let tenant: UUID
        let id: UUID
        let name: String
        let account: UUID?
        let user: UUID?
        let hash: [UInt8]
        let scopes: Set<String>
        let isRevoked: Bool
        let isExpired: Bool
        let isElsewhere: Bool
        let isClosed: Bool
        let rate: Int
        let tenantRate: Int
    }

    /// - Parameter source: the address that it came from.
    /// - Throws: `APIRefusal`, or `PostgresError`.
    func callAsFunction(
        _ shown: APIKeyText, from source: String?, _ request: UUID?
    ) async throws -> CheckCaller.Found {
        let key = try await recent(shown.prefix, source)
        guard ConstantTime.areEqual(shown.sha256, key.hash) else { throw APIRefusal.unknown }
        let scope = Self.scope(key, shown.prefix, source, request)
        return try await admit(key, Self.caller(key, key.scopes), shown.prefix, scope)
    }

    /// A key in whose name an access token was given out: it counts as long as the key does.
    func callAsFunction(
        _ grant: BearerTokens.Grant, from source: String?, _ request: UUID?
    ) async throws -> CheckCaller.Found {
        let key = try await recent(grant.keyPrefix, source)
        guard key.id == grant.keyID else { throw APIRefusal.unknown }
        var caller = Self.caller(key, key.scopes.intersection(grant.scopes))
        caller.endsAt = grant.endsAt
        return try await admit(key, caller, grant.keyPrefix, Self.scope(key, grant.keyPrefix, source, request))
    }

    private static func scope(_ key: Key, _ prefix: String, _ source: String?, _ request: UUID?) -> RequestScope {
        RequestScope(tenant: key.tenant, actor: "api key \(prefix)", source: source, request: request)
    }

    private static func caller(_ key: Key, _ scopes: Set<String>) -> APICaller {
        APICaller(
            kind: .key, tenant: key.tenant, id: key.id, user: key.user, name: key.name, account: key.account,
            scopes: scopes, proof: key.hash.hex)
    }

    private func admit(
        _ key: Key, _ caller: APICaller, _ prefix: String, _ scope: RequestScope
    ) async throws -> CheckCaller.Found {
        do {
            try Self.refuse(key)
        } catch {
            if misused.isDue(key.id) { try await report(error, key, prefix, scope) }
            throw error
        }
        if noted.isDue(key.id) { try await note(key, scope) }
        return CheckCaller.Found(caller: caller, rate: key.rate, tenantRate: key.tenantRate)
    }

    /// A key that was let in, as it is by now.
    /// - Throws: `APIRefusal`, or `PostgresError`.
    func again(_ caller: APICaller, from source: String?) async throws -> APICaller {
        let scope = RequestScope(tenant: caller.tenant, actor: caller.actor, source: source)
        guard let key = try await find("k.id = \(caller.id)", scope) else { throw APIRefusal.unknown }
        try Self.refuse(key)
        // The secret that was shown opens nothing once there is another, and so no token that was given for it.
        guard key.hash.hex == caller.proof else { throw APIRefusal.unknown }
        return Self.caller(key, key.scopes.intersection(caller.scopes))
    }

    /// What is known of a key for a second at most.
    private func recent(_ prefix: String, _ source: String?) async throws -> Key {
        try await known.value("\(prefix) \(source ?? "")") {
            let owner = try await database.run("select tenant_id from core.find_claim('api_key', \(prefix))")
                .value(UUID.self)
            guard let owner else { throw APIRefusal.unknown }
            let scope = RequestScope(tenant: owner, actor: "api key \(prefix)", source: source)
            guard let key = try await find("k.key_prefix = \(prefix)", scope) else { throw APIRefusal.unknown }
            return key
        }
    }

    private static func refuse(_ key: Key) throws(APIRefusal) {
        if key.isRevoked { throw .revoked }
        if key.isExpired { throw .expired }
        if key.isClosed { throw .closed }
        if key.isElsewhere { throw .wrongAddress }
    }

    private func find(_ condition: SQL, _ scope: RequestScope) async throws -> Key? {
        let rows = try await database.run([
            scope.opening,
            """
            select k.id, k.name, k.account_id, k.user_id, encode(k.key_sha256, 'hex'),
                   case when k.user_id is null then k.scopes
                        else array(select unnest(k.scopes)
                                    intersect select unnest(auth.permissions_of(k.tenant_id, k.user_id))) end,
                   k.revoked_at is not null
                   or k.user_id is not null
                      and (u.status is distinct from 'active' or k.account_id is distinct from u.account_id),
                   coalesce(k.expires_at <= now(), false),
                   cardinality(k.allowed_addresses) > 0
                   and not exists (select from unnest(k.allowed_addresses) a
                                    where a >>= \(scope.source)::text::inet),
                   t.status = 'closed', k.rate_limit_per_minute::bigint, t.api_requests_per_minute::bigint
              from auth.api_keys k
              join core.tenants t on t.id = k.tenant_id
              left join auth.users u on u.tenant_id = k.tenant_id and u.id = k.user_id
             where k.tenant_id = \(scope.tenant) and \(condition)
            """,
        ])
        return try rows.last?.first.map { row in
            Key(
                tenant: scope.tenant, id: try row.column(0), name: try row.column(1), account: try row.column(2),
                user: try row.column(3), hash: Array(hex: try row.column(4)),
                scopes: Set(try row.column(5, as: [String].self)), isRevoked: try row.column(6),
                isExpired: try row.column(7), isElsewhere: try row.column(8), isClosed: try row.column(9),
                rate: try row.column(10), tenantRate: try row.column(11))
        }
    }

    /// Somebody has a key that was right once, or has it where it should not be.
    private func report(_ refusal: APIRefusal, _ key: Key, _ prefix: String, _ scope: RequestScope) async throws {
        let summary: String
        switch refusal {
        case .revoked: summary = "the API key \(prefix) was used after it was revoked"
        case .wrongAddress: summary = "the API key \(prefix) was used from an address that it may not be used from"
        default: return
        }
        _ = try await database.run([
            scope.opening,
            ReportIncident.statement(
                .credentialLeak, .medium, key: "api_key:\(key.id.text)", summary, account: key.account, scope),
        ])
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
