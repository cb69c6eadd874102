import Foundation
package import Postgres

/// Gives whoever is logged in another password.
package struct ChangePassword: Sendable {
    private let database: Database
    private let passwords: PasswordHasher

    /// - Parameter database: as the API.
    package init(_ database: Database, _ passwords: PasswordHasher) {
        self.database = database
        self.passwords = passwords
    }

    /// The other sessions of the user end, and this one gets another token, which alone opens it.
    /// - Throws: `ResourceFault`, `PasswordHasher.Busy`, or `PostgresError`.
    package func callAsFunction(
        from current: String, to password: String, _ caller: APICaller, _ scope: RequestScope
    ) async throws -> OpenedSession {
        let (user, name) = try await ProvePassword(database, passwords)(current, caller, scope, as: "current_password")
        if let fault = PasswordRule.fault(password, about: [caller.name, name]) {
            throw ResourceFault([.init("password", pointer: "/password", "", expected: fault)])
        }
        if current == password { throw ResourceFault(.refused, "the new password is the old one") }
        let hash = try await passwords.hash(password)
        return try await database.transaction(context: scope.opening, statementTimeout: .seconds(10)) { session in
            try await Self.store(hash, for: user, isProved: false, scope, session)
            try await OpenedSession.end(of: user, except: caller.id, because: .passwordChanged, scope, session)
            return try await OpenedSession.replace(caller, scope, session)
        }
    }

    /// - Parameter isProved: whether the address is the user's, for a link came from there.
    static func store(
        _ hash: String, for user: UUID, isProved: Bool, _ scope: RequestScope, _ session: Connection
    ) async throws {
        _ = try await session.run(
            """
            update auth.users
               set password_hash = \(hash), password_changed_at = now(), must_change_password = false,
                   status = case when \(isProved) and status = 'invited' then 'active' else status end,
                   email_verified_at = case when \(isProved) then now() else email_verified_at end,
                   failed_logins = 0, locked_until = null
             where tenant_id = \(scope.tenant) and id = \(user)
            """)
        try await UserLink.revoke(of: user, scope, session)
    }
}
