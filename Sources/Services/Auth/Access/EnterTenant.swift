package import Foundation
package import Postgres

/// Lets staff of the platform into an operator for some time and for a reason, both of which the operator sees.
package struct EnterTenant: Sendable {
    private let database: Database

    /// - Parameter database: as the API.
    package init(_ database: Database) { self.database = database }

    package static let permission = "support:enter"
    package static let mostMinutes = 480

    /// An operator that was just entered. The token is given away here, once.
    package struct Entry: Sendable {
        package let token: SessionToken
        package let id: UUID
        package let expiresAt: Date
    }

    /// - Parameters:
    ///   - tenant: which one.
    ///   - reason: why, in ten characters or more.
    ///   - mayWrite: whether things may be changed; else what is seen is seen only.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package func callAsFunction(
        _ tenant: UUID, because reason: String, minutes: Int, mayWrite: Bool, _ caller: APICaller, _ scope: RequestScope
    ) async throws -> Entry {
        guard caller.tenant == CallRecord.unattributedTenant, caller.kind == .session, let user = caller.user,
            caller.scopes.contains(Self.permission)
        else { throw ResourceFault(.forbidden, "only the platform's own staff enters other operators") }
        // Never more than at home, and nothing that lets others in.
        let permissions = caller.scopes.filter { permission in
            permission != Self.permission && (mayWrite && permission != "auth:write" || permission.hasSuffix(":read"))
        }
        let token = SessionToken.make(.support, of: tenant)
        let theirs = RequestScope(
            tenant: tenant, user: user, actor: "support \(caller.name)", source: scope.source, request: scope.request)
        do {
            let rows = try await database.run([
                theirs.opening,
                """
                insert into auth.support_entries (tenant_id, user_id, session_id, email, reason, permissions,
                                                  token_hash, expires_at)
                values (\(tenant), \(user), \(caller.id), \(caller.name), \(reason), \(permissions.sorted()),
                        decode(\(token.hash), 'hex'), now() + make_interval(mins => \(Int32(minutes))))
                returning id, expires_at
                """,
            ])
            guard let row = try rows.last?.first(UUID.self, Date.self) else { throw APIRefusal.unknown }
            return Entry(token: token, id: row.0, expiresAt: row.1)
        } catch let error as PostgresError where error.sqlState == "23503" {
            throw ResourceFault(.notFound, "there is no operator \(tenant.text)")
        }
    }

    /// Leaves it before its time.
    package static func leave(_ caller: APICaller, _ scope: RequestScope, _ session: Connection) async throws {
        _ = try await session.run(
            """
            update auth.support_entries set ended_at = now()
             where tenant_id = \(scope.tenant) and id = \(caller.id) and ended_at is null
            """)
    }
}
