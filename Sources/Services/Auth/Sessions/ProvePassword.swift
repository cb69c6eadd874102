package import Foundation
package import Postgres

/// Has whoever is logged in prove it by the password, before something that a copy of a session must not do. Attempts
/// count as those to log in do, and the session ends with the one that locks.
package struct ProvePassword: Sendable {
    private let database: Database
    private let passwords: PasswordHasher

    /// How often somebody may prove it within the time of a lock.
    private static let most = 20

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
        let place = try passwords.place()
        if let seconds = try await spend(user, scope) { throw LoginRefusal.locked(seconds: seconds) }
        let rows = try await database.run([
            scope.opening, Self.count(user, scope),
            """
            select password_hash, name, greatest(1, ceil(extract(epoch from locked_until - now())))::bigint
              from auth.users where tenant_id = \(scope.tenant) and id = \(user)
            """,
        ])
        guard let row = try rows[2].first(String?.self, String.self, Int?.self) else {
            throw ResourceFault(.refused, "there is no such user")
        }
        guard let attempts = try rows[1].first?.column(0, as: Int.self) else {
            throw LoginRefusal.locked(seconds: row.2 ?? LogIn.lockSeconds)
        }
        guard try await passwords.matches(password, row.0, in: place) else {
            if attempts >= LogIn.mostFailures { try await end(user, caller, scope) }
            throw ResourceFault(
                .refused, "\(name) is not the password",
                [.init(name, pointer: "/\(name)", "", expected: "the password that you log in with")])
        }
        _ = try await database.run([
            scope.opening,
            """
            update auth.users set failed_logins = 0, locked_until = null
             where tenant_id = \(scope.tenant) and id = \(user)
            """,
        ])
        return (user, row.1)
    }

    /// Right or wrong, it costs as much to look at: nobody has all of the time that there is for it.
    /// - Returns: in how many seconds he may again; `nil` when he may now.
    private func spend(_ user: UUID, _ scope: RequestScope) async throws -> Int? {
        let rows = try await database.run([
            scope.opening,
            """
            select allowed, greatest(1, ceil(extract(epoch from reset_at - clock_timestamp())))::bigint
              from queue.take_rate(\(scope.tenant), \("password:" + user.text), \(Self.most),
                                   \(Int32(LogIn.lockSeconds)))
            """,
        ])
        guard case (false, let seconds)? = try rows[1].first(Bool.self, Int.self) else { return nil }
        return seconds
    }

    /// Counts an attempt before it is looked at, so that many at once are no more than so many. Gives how many there
    /// were; no row of who is locked out. The last one locks: if it is right, that is undone.
    static func count(_ user: UUID, _ scope: RequestScope) -> SQL {
        """
        update auth.users u
           set (failed_logins, last_failed_login_at, locked_until) =
               (select n, now(), case when n >= \(LogIn.mostFailures)
                                      then now() + make_interval(secs => \(LogIn.lockSeconds)) end
                  from (values (case when u.last_failed_login_at > now() - make_interval(secs => \(LogIn.lockSeconds))
                                     then u.failed_logins + 1 else 1 end)) as x (n))
         where u.tenant_id = \(scope.tenant) and u.id = \(user) and coalesce(u.locked_until <= now(), true)
        returning u.failed_logins::bigint
        """
    }

    /// Says that a user is locked out.
    static func report(_ user: UUID, _ email: String, account: UUID?, _ scope: RequestScope) -> SQL {
        ReportIncident.statement(
            .bruteForce, .medium, key: "login:\(user.text)",
            "\(email) was locked out after \(LogIn.mostFailures) attempts that failed", account: account, scope)
    }

    private func end(_ user: UUID, _ caller: APICaller, _ scope: RequestScope) async throws {
        // Incidents are the operator's.
        let operators = RequestScope(
            tenant: scope.tenant, user: user, actor: scope.actor, source: scope.source, request: scope.request)
        _ = try await database.run([
            operators.opening, Self.report(user, caller.name, account: caller.account, operators),
            """
            update auth.sessions set revoked_at = now(), revoked_reason = 'revoked_by_staff'
             where tenant_id = \(scope.tenant) and id = \(caller.id) and revoked_at is null
            """,
        ])
    }
}
