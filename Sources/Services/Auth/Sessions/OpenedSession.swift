package import Foundation
package import Postgres

/// A session that was just begun or renewed. Its token is given away here, once.
package struct OpenedSession: Sendable {
    package let token: SessionToken
    package let id: UUID
    package let user: UUID
    package let account: UUID?
    package let expiresAt: Date
    package let idleExpiresAt: Date

    static func insert(
        _ token: SessionToken, user: UUID, account: UUID?, hasFactor: Bool, _ userAgent: String, _ scope: RequestScope,
        _ session: Connection
    ) async throws -> OpenedSession {
        let row = try await session.run(
            """
            insert into auth.sessions (tenant_id, account_id, user_id, token_hash, totp_passed_at, idle_expires_at,
                                       expires_at, ip, user_agent)
            values (\(scope.tenant), \(account), \(user), decode(\(token.hash), 'hex'),
                    case when \(hasFactor) then now() end, now() + \(CheckSession.idle)::interval,
                    now() + \(CheckSession.longest)::interval, \(scope.source)::text::inet, \(userAgent))
            returning id, expires_at, idle_expires_at
            """
        ).first(UUID.self, Date.self, Date.self)
        guard let row else { throw APIRefusal.unknown }
        return OpenedSession(
            token: token, id: row.0, user: user, account: account, expiresAt: row.1, idleExpiresAt: row.2)
    }

    /// Gives a session another token. The old one opens for a moment more, for what is under way, but renews nothing:
    /// of two that renew at the same time one would be left with a token that is taken for a copy.
    /// - Throws: `ResourceFault` for a token that was renewed, or `PostgresError`.
    package static func renew(_ caller: APICaller, _ scope: RequestScope, _ session: Connection) async throws
        -> OpenedSession
    {
        let condition: SQL = "token_hash = decode(\(caller.proof), 'hex')"
        guard let renewed = try await change(caller, previous: "token_hash", condition, scope, session) else {
            throw ResourceFault(.conflict, "the session was renewed with this token already; the newer one renews it")
        }
        return renewed
    }

    /// Gives a session another token for whoever proved who he is; no other opens it from now on.
    static func replace(_ caller: APICaller, _ scope: RequestScope, _ session: Connection) async throws
        -> OpenedSession
    {
        guard let replaced = try await change(caller, previous: "null", "true", scope, session) else {
            throw APIRefusal.revoked
        }
        return replaced
    }

    private static func change(
        _ caller: APICaller, previous: SQL, _ condition: SQL, _ scope: RequestScope, _ session: Connection
    ) async throws -> OpenedSession? {
        let token = SessionToken.make(.session, of: scope.tenant)
        let row = try await session.run(
            """
            update auth.sessions
               set previous_token_hash = \(previous), token_hash = decode(\(token.hash), 'hex'), rotated_at = now(),
                   idle_expires_at = least(now() + \(CheckSession.idle)::interval, expires_at)
             where tenant_id = \(scope.tenant) and id = \(caller.id) and revoked_at is null and \(condition)
            returning id, user_id, account_id, expires_at, idle_expires_at
            """
        ).first(UUID.self, UUID.self, UUID?.self, Date.self, Date.self)
        guard let row else { return nil }
        return OpenedSession(
            token: token, id: row.0, user: row.1, account: row.2, expiresAt: row.3, idleExpiresAt: row.4)
    }

    /// What ends sessions (`auth.session_end`).
    package enum End: String, Sendable {
        case logout
        case passwordChanged = "password_changed"
        case revokedByUser = "revoked_by_user"
        case revokedByStaff = "revoked_by_staff"
        case userDisabled = "user_disabled"
    }

    /// Ends sessions of a user: one, or all but one.
    /// - Returns: how many.
    @discardableResult
    package static func end(
        of user: UUID, only: UUID? = nil, except: UUID? = nil, because reason: End, _ scope: RequestScope,
        _ session: Connection
    ) async throws -> Int {
        try await session.run(
            """
            update auth.sessions set revoked_at = now(), revoked_reason = \(reason.rawValue)
             where tenant_id = \(scope.tenant) and user_id = \(user) and revoked_at is null
               and coalesce(id = \(only), true) and coalesce(id <> \(except), true)
            """
        ).affected
    }
}
