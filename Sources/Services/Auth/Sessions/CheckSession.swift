import Foundation
import Postgres

/// Finds out whose a session is, and whether it goes on; the same for staff of the platform that entered an operator.
///
/// What the database says is good for a second. A session ends when it was not used for an hour, and twelve hours after
/// it began (NIST SP 800-63B, AAL2). Its token is renewed by who has it; the old one opens for a moment more, for what
/// was under way, and then tells that somebody has a copy.
final class CheckSession: Sendable {
    private let database: Database
    private let known = RecentlyRead<String, Session>()
    private let noted = NotedLately<UUID>()

    static let idle = "1 hour"
    static let longest = "12 hours"
    /// How long a token opens after it was renewed.
    private static let grace = "30 seconds"
    private static let rate = 600

    /// - Parameter database: as the API.
    init(_ database: Database) { self.database = database }

    /// A row of `auth.sessions` or `auth.support_entries`, as it was a moment ago.
    private struct Session {
        let caller: APICaller
        let isOver: Bool
        let isRevoked: Bool
        let isStolen: Bool
        let isClosed: Bool
        let tenantRate: Int
    }

    /// - Parameter source: the address that it came from.
    /// - Throws: `APIRefusal`, or `PostgresError`.
    func callAsFunction(
        _ token: SessionToken, from source: String?, _ request: UUID?
    ) async throws -> CheckCaller.Found {
        guard token.kind != .link else { throw APIRefusal.unknown }
        let scope = RequestScope(tenant: token.tenant, actor: "session", source: source, request: request)
        let hash = token.hash
        let session = try await known.value(hash) {
            let found =
                token.kind == .session ? try await self.session(hash, scope) : try await support(hash, scope)
            guard let found else { throw APIRefusal.unknown }
            return found
        }
        if session.isStolen { try await revokeStolen(session.caller, scope) }
        try Self.refuse(session)
        if session.caller.kind == .session, noted.isDue(session.caller.id) { try await note(session.caller, scope) }
        return CheckCaller.Found(caller: session.caller, rate: Self.rate, tenantRate: session.tenantRate)
    }

    private static func refuse(_ session: Session) throws(APIRefusal) {
        if session.isRevoked || session.isStolen { throw .revoked }
        if session.isOver { throw .expired }
        if session.isClosed { throw .closed }
    }

    /// Who was let in, as it is by now. A token that was renewed opens for its moment more; that an answer still goes
    /// on after it tells of no copy, so nothing is reported.
    /// - Throws: `APIRefusal`, or `PostgresError`.
    func again(_ caller: APICaller, from source: String?) async throws -> APICaller {
        let scope = RequestScope(tenant: caller.tenant, actor: "session", source: source)
        let found =
            caller.kind == .support
            ? try await support(caller.proof, scope) : try await session(caller.proof, scope)
        guard let found else { throw APIRefusal.revoked }
        try Self.refuse(found)
        return found.caller
    }

    private func session(_ hash: String, _ scope: RequestScope) async throws -> Session? {
        let rows = try await database.run([
            scope.opening,
            """
            select s.id, s.user_id, s.account_id, u.email, auth.permissions_of(s.tenant_id, s.user_id),
                   u.must_change_password,
                   s.totp_passed_at is null
                   and exists (select from auth.user_roles ur
                                 join auth.roles r on r.tenant_id = ur.tenant_id and r.id = ur.role_id
                                where ur.tenant_id = s.tenant_id and ur.user_id = s.user_id and r.requires_totp),
                   least(s.idle_expires_at, s.expires_at) <= now(),
                   s.revoked_at is not null or u.status <> 'active' or s.account_id is distinct from u.account_id,
                   s.token_hash <> decode(\(hash), 'hex')
                   and s.rotated_at < now() - \(Self.grace)::interval and s.revoked_at is null,
                   t.status = 'closed', t.api_requests_per_minute::bigint
              from auth.sessions s
              join auth.users u on u.tenant_id = s.tenant_id and u.id = s.user_id
              join core.tenants t on t.id = s.tenant_id
             where s.tenant_id = \(scope.tenant)
               and (s.token_hash = decode(\(hash), 'hex') or s.previous_token_hash = decode(\(hash), 'hex'))
            """,
        ])
        return try rows.last?.first.map { row in
            var duty: APICaller.Duty?
            if try row.column(6, as: Bool.self) { duty = .secondFactor }
            if try row.column(5, as: Bool.self) { duty = .password }
            let permissions = duty == nil ? Set(try row.column(4, as: [String].self)) : []
            var caller = APICaller(
                kind: .session, tenant: scope.tenant, id: try row.column(0), user: try row.column(1),
                name: try row.column(3), account: try row.column(2), scopes: permissions, proof: hash)
            caller.duty = duty
            return Session(
                caller: caller, isOver: try row.column(7), isRevoked: try row.column(8), isStolen: try row.column(9),
                isClosed: try row.column(10), tenantRate: try row.column(11))
        }
    }

    private func support(_ hash: String, _ scope: RequestScope) async throws -> Session? {
        let rows = try await database.run([
            scope.opening,
            """
            select e.id, e.user_id, e.email, e.permissions, e.expires_at <= now(), e.ended_at is not null,
                   t.api_requests_per_minute::bigint, e.session_id
              from auth.support_entries e
              join core.tenants t on t.id = e.tenant_id
             where e.tenant_id = \(scope.tenant) and e.token_hash = decode(\(hash), 'hex')
            """,
        ])
        guard let row = rows.last?.first else { return nil }
        let isStaff = try await isStaff(try row.column(1), in: try row.column(7))
        return try [row].map { row in
            Session(
                caller: APICaller(
                    kind: .support, tenant: scope.tenant, id: try row.column(0), user: try row.column(1),
                    name: try row.column(2), account: nil, scopes: Set(try row.column(3, as: [String].self)),
                    proof: hash),
                isOver: try row.column(4), isRevoked: try row.column(5, as: Bool.self) || !isStaff, isStolen: false,
                isClosed: false, tenantRate: try row.column(6))
        }.first
    }

    /// Whether a user is still staff of the platform, who may enter operators, and did not leave the session that the
    /// operator was entered from: who logs out, or has it ended because it was copied, is out everywhere.
    private func isStaff(_ user: UUID, in session: UUID) async throws -> Bool {
        let home = RequestScope(tenant: CallRecord.unattributedTenant, actor: "session")
        let rows = try await database.run([
            home.opening,
            """
            select count(*) from auth.users u
             where u.tenant_id = \(home.tenant) and u.id = \(user) and u.status = 'active'
               and \(EnterTenant.permission) = any (auth.permissions_of(u.tenant_id, u.id))
               and exists (select from auth.sessions s
                            where s.tenant_id = u.tenant_id and s.id = \(session) and s.user_id = u.id
                              and s.revoked_at is null and s.expires_at > now())
            """,
        ])
        return try rows[1].value(Int.self) == 1
    }

    /// Who comes with a token that was renewed has a copy, or was copied: both lose the session.
    private func revokeStolen(_ caller: APICaller, _ scope: RequestScope) async throws {
        _ = try await database.run([
            scope.opening,
            """
            update auth.sessions set revoked_at = now(), revoked_reason = 'token_reused'
             where tenant_id = \(scope.tenant) and id = \(caller.id) and revoked_at is null
            """,
            ReportIncident.statement(
                .credentialLeak, .high, key: "session:\(caller.id.text)",
                "a token of a session of \(caller.name) was used after it had been renewed: somebody has a copy",
                account: caller.account, scope),
        ])
    }

    /// A session that is used goes on, if it was not noted a minute ago.
    private func note(_ caller: APICaller, _ scope: RequestScope) async throws {
        _ = try await database.run([
            scope.opening,
            """
            update auth.sessions
               set last_seen_at = now(), ip = coalesce(\(scope.source)::text::inet, ip),
                   idle_expires_at = least(now() + \(Self.idle)::interval, expires_at)
             where tenant_id = \(scope.tenant) and id = \(caller.id) and revoked_at is null
               and last_seen_at < now() - interval '1 minute'
            """,
        ])
    }
}
