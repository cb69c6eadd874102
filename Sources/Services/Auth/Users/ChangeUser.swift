package import Foundation
package import Postgres

/// What staff does with users: disable, enable and unlock them, and take a lost second factor away.
package enum ChangeUser {
    /// Keeps a user out: all sessions end, and links that were sent open nothing.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func disable(_ user: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        try await GrantRoles.mayLookAfter(user, scope, session)
        if user == scope.user { throw ResourceFault(.refused, "nobody disables himself") }
        _ = try await session.run(
            """
            update auth.users set status = 'disabled', disabled_at = now()
             where tenant_id = \(scope.tenant) and id = \(user) and status <> 'disabled'
            """)
        try await OpenedSession.end(of: user, because: .userDisabled, scope, session)
        try await UserLink.revoke(of: user, scope, session)
    }

    /// Lets a user log in again who was disabled.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func enable(_ user: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        try await GrantRoles.mayLookAfter(user, scope, session)
        _ = try await session.run(
            """
            update auth.users
               set status = case when password_hash is null then 'invited' else 'active' end, disabled_at = null
             where tenant_id = \(scope.tenant) and id = \(user) and status = 'disabled'
            """)
    }

    /// Lets a user log in again who failed too often.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func unlock(_ user: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        try await GrantRoles.mayLookAfter(user, scope, session)
        _ = try await session.run(
            """
            update auth.users set locked_until = null, failed_logins = 0
             where tenant_id = \(scope.tenant) and id = \(user)
            """)
    }

    /// Takes a lost second factor away; all sessions end.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func removeFactor(_ user: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        try await GrantRoles.mayLookAfter(user, scope, session)
        // By the password, so that a copy of a session cannot.
        if user == scope.user { throw ResourceFault(.refused, "remove your own by POST /v1/me/totp/remove") }
        try await SecondFactor.remove(of: user, scope, session)
        try await OpenedSession.end(of: user, because: .revokedByStaff, scope, session)
    }
}
