package import Foundation
package import Postgres

/// A user as people look at users.
package struct UserLine: Sendable {
    package let email: String
    package let name: String
    /// active, invited, disabled or locked.
    package let status: String
    package let roles: [String]
    package let hasFactor: Bool
    package let lastLogin: Date?
}

/// Lists the users of an operator, and finds one.
package enum ListUsers {
    /// By their logins.
    package static func all(_ scope: RequestScope, limit: Int, _ session: Connection) async throws -> [UserLine] {
        try await session.run(
            """
            select u.email, u.name, case when u.locked_until > now() then 'locked' else u.status end,
                   array(select r.name from auth.user_roles ur
                           join auth.roles r on r.tenant_id = ur.tenant_id and r.id = ur.role_id
                          where ur.tenant_id = u.tenant_id and ur.user_id = u.id order by r.name),
                   u.totp_confirmed_at is not null, u.last_login_at
              from auth.users u
             where u.tenant_id = \(scope.tenant)
             order by u.email limit \(limit)
            """
        ).map { row in
            UserLine(
                email: try row.column(0), name: try row.column(1), status: try row.column(2), roles: try row.column(3),
                hasFactor: try row.column(4), lastLogin: try row.column(5))
        }
    }

    /// - Throws: `ResourceFault` when nobody has the address.
    package static func find(_ email: String, _ scope: RequestScope, _ session: Connection) async throws -> UUID {
        let user = try await session.run(
            "select id from auth.users where tenant_id = \(scope.tenant) and email = \(email.lowercased())"
        ).value(UUID.self)
        guard let user else { throw ResourceFault(.notFound, "there is no user \"\(email.forDisplay(100))\"") }
        return user
    }
}
