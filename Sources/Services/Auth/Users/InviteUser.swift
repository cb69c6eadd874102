package import Foundation
import Mail
package import Postgres

/// Who is to be invited.
package struct UserEntry: Sendable {
    package let email: String
    package let name: String
    /// The account whose people the user belongs to; `nil` for staff.
    package var account: UUID?
    /// Names of roles.
    package var roles: [String] = []

    package init(email: String, name: String) {
        self.email = email.lowercased()
        self.name = name
    }
}

/// Makes a user, with roles, and a link to choose a password by.
package enum InviteUser {
    /// Makes the roles that an operator begins with, where there are none of their names.
    package static func addUsualRoles(_ scope: RequestScope, _ session: Connection) async throws {
        _ = try await session.run("select auth.add_usual_roles(\(scope.tenant))")
    }

    /// - Returns: the user, and the link.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func make(
        _ entry: UserEntry, _ scope: RequestScope, _ session: Connection
    ) async throws -> (user: UUID, link: UserLink.Made) {
        if let own = scope.account, entry.account != own, !scope.descendants.contains(where: { $0 == entry.account }) {
            throw ResourceFault(.forbidden, "people of an account invite people of that account")
        }
        guard MailAddress(entry.email) != nil else {
            throw ResourceFault([.init("email", pointer: "/email", entry.email, expected: MailAddress.form)])
        }
        let user: UUID?
        do {
            user = try await session.run(
                """
                insert into auth.users (tenant_id, account_id, email, name, status, invited_at)
                values (\(scope.tenant), \(entry.account), \(entry.email), \(entry.name), 'invited', now())
                returning id
                """
            ).value(UUID.self)
        } catch {
            throw failure(error, entry)
        }
        guard let user else { throw ResourceFault(.refused, "the user was not made") }
        try await GrantRoles.set(entry.roles, of: user, scope, session)
        return (user, try await UserLink.make(.invitation, for: user, scope, session))
    }

    private static func failure(_ error: PostgresError, _ entry: UserEntry) -> any Error {
        switch error.server?.constraint {
        case "email_is_lower_case_with_an_at":
            ResourceFault([
                .init("email", pointer: "/email", entry.email, expected: MailAddress.form)
            ])
        case "user_belongs_to_account":
            ResourceFault(.refused, "there is no account \(entry.account?.text ?? "")")
        // Where the address is known is nobody's business.
        case "email_is_taken_once", "global_claims_pkey":
            ResourceFault(.conflict, "\(entry.email) cannot be invited: the address is taken")
        default: error
        }
    }
}
