package import Foundation
package import Postgres

/// Has whoever is logged in prove it by the password, before something that a copy of a session must not do. Attempts
/// count as those to log in do, and the session ends with the one that locks.
package struct ProvePassword: Sendable {
    private let database: Database
    private let passwords: PasswordHasher

    /// - Parameter database: as the API.
    package init(_ database: Database, _ passwords: PasswordHasher) {
        self.database = database
        self.passwords = passwords
    }

    /// - Returns: the user's id and name.
    /// - Throws: `ResourceFault` when it is wrong, `LoginRefusal.locked`, `PasswordHasher.Busy`, or `PostgresError`.
    @discardableResult
    package func callAsFunction(
        _ password: String, _ caller: APICaller, _ scope: RequestScope, as name: String
    ) async throws -> (user: UUID, name: String) {
        guard let user = caller.user, caller.kind == .session else {
            throw ResourceFault(.refused, "only people who are logged in have a password")
        }
        let rows = try await database.run([
            scope.opening, Self.count(user, scope),
            """
            select password_hash, name, failed_logins::bigint,
                   greatest(0, ceil(extract(epoch from locked_until - now())))::bigint
              from auth.users where tenant_id = \(scope.tenant) and id = \(user)
            """,
        ])
        guard let row = try rows[2].first(String?.self, String.self, Int.self, Int?.self) else {
            throw ResourceFault(.refused, "there is no such user")
        }
        if (row.3 ?? 0) > 0 || row.2 > LogIn.mostFailures {
            throw LoginRefusal.locked(seconds: max(row.3 ?? 0, 1))
        }
        guard try await passwords.matches(password, row.0) else {
            if row.2 >= LogIn.mostFailures { try await lock(user, caller, scope) }
            throw ResourceFault(.refused, "\(name) is not the password")
        }
        _ = try await database.run([
            scope.opening,
            "update auth.users set failed_logins = 0 where tenant_id = \(scope.tenant) and id = \(user)",
        ])
        return (user, row.1)
    }

    /// Counts an attempt before it is looked at, so that many at once are no more than so many.
    static func count(_ user: UUID?, _ scope: RequestScope) -> SQL {
        """
        update auth.users
           set failed_logins = case when last_failed_login_at > now() - make_interval(secs => \(LogIn.lockSeconds))
                                    then failed_logins + 1 else 1 end,
               last_failed_login_at = now()
         where tenant_id = \(scope.tenant) and id = \(user) and coalesce(locked_until <= now(), true)
        """
    }

    /// What locks a user out, and says so.
    static func lock(_ user: UUID, _ email: String, account: UUID?, _ scope: RequestScope) -> [SQL] {
        [
            """
            update auth.users set locked_until = now() + make_interval(secs => \(LogIn.lockSeconds)), failed_logins = 0
             where tenant_id = \(scope.tenant) and id = \(user) and coalesce(locked_until <= now(), true)
            """,
            ReportIncident.statement(
                .bruteForce, .medium, key: "login:\(user.text)",
                "\(email) was locked out after \(LogIn.mostFailures) attempts that failed", account: account, scope),
        ]
    }

    private func lock(_ user: UUID, _ caller: APICaller, _ scope: RequestScope) async throws {
        // Incidents are the operator's.
        let operators = RequestScope(
            tenant: scope.tenant, user: user, actor: scope.actor, source: scope.source, request: scope.request)
        _ = try await database.run(
            [operators.opening] + Self.lock(user, caller.name, account: caller.account, operators) + [
                """
                update auth.sessions set revoked_at = now(), revoked_reason = 'revoked_by_staff'
                 where tenant_id = \(scope.tenant) and id = \(caller.id) and revoked_at is null
                """
            ])
    }
}
