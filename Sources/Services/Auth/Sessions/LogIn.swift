package import Foundation
package import Postgres

/// Lets a person in who knows the password, and has the second factor where there is one.
///
/// After ten failures, each within a quarter of an hour of the one before, nothing more is looked at for as long, right
/// or wrong; an address that nobody has is treated the same, so that no answer tells who is known. An attempt is
/// counted before it is looked at: many at once are no more than that many.
package struct LogIn: Sendable {
    private let database: Database
    private let passwords: PasswordHasher
    private let factor: SecondFactor

    static let mostFailures = 10
    static let lockSeconds = 900
    /// What it may take to note a failure: of an address that nobody has it is noted before the password is looked at.
    private static let noting = Duration.milliseconds(100)
    /// Attempts from one address within a lock's time, whoever is meant.
    private static let fromAddress = AddressRate("login_from", most: 300, "attempts to log in", .high)

    /// - Parameter database: as the API.
    package init(_ database: Database, _ passwords: PasswordHasher, _ ring: KeyRing) {
        self.database = database
        self.passwords = passwords
        factor = SecondFactor(ring)
    }

    /// What somebody gives to be let in.
    package struct Entry: Sendable {
        let email: String
        let password: String
        /// Of the second factor, or one of the codes for when it is lost.
        let code: String?
        let source: String?
        let userAgent: String
        let request: UUID

        package init(
            email: String, password: String, code: String?, source: String?, userAgent: String, request: UUID
        ) {
            self.email = email.lowercased()
            self.password = password
            self.code = code
            self.source = source
            self.userAgent = String(userAgent.prefix(400))
            self.request = request
        }
    }

    /// A row of `auth.users`, as far as logging in needs it.
    private struct User {
        let id: UUID
        let account: UUID?
        let hash: String?
        let status: String
        let isClosed: Bool
        let secret: SecondFactor.Kept?
        /// How many attempts there were with this one, unless one was right.
        let attempts: Int
    }

    /// - Throws: `LoginRefusal`, `PasswordHasher.Busy`, or `PostgresError`.
    package func callAsFunction(_ entry: Entry) async throws -> OpenedSession {
        let end = ContinuousClock.now + passwords.usual * 2
        do {
            return try await look(at: entry)
        } catch let refusal as LoginRefusal {
            // As late, whoever is meant: what is known of somebody takes a little longer.
            try await Task.sleep(until: end)
            throw refusal
        }
    }

    private func look(at entry: Entry) async throws -> OpenedSession {
        // From where it is tried too often nothing is looked at, whoever is meant, and whoever he is of.
        if let seconds = try await Self.fromAddress.use(
            entry.source, actor: entry.email, request: entry.request, database)
        {
            throw LoginRefusal.locked(seconds: seconds)
        }
        // Before it is counted: nobody is locked out for the others who log in.
        let place = try passwords.place()
        let owner = try await database.run("select tenant_id, entity_id from core.find_claim('email', \(entry.email))")
            .first(UUID.self, UUID.self)
        let scope = RequestScope(
            tenant: owner?.0 ?? CallRecord.unattributedTenant, user: owner?.1, actor: entry.email, source: entry.source,
            request: entry.request)
        let user = try await count(entry, owner?.1, scope)
        guard try await passwords.matches(entry.password, user?.hash, in: place), let user else {
            let end = ContinuousClock.now + Self.noting
            if let user { try await fail(entry, user, "wrong_password", scope) }
            try await Task.sleep(until: end)
            throw LoginRefusal.wrong
        }
        guard user.status == "active" else {
            try await note(entry, user, "disabled", scope)
            throw LoginRefusal.wrong
        }
        if user.isClosed { throw LoginRefusal.closed }
        let passed = try await checkFactor(entry, user, scope)
        return try await open(entry, user, passed, place, scope)
    }

    /// Counts the attempt, and reads the user; `nil` when there is none.
    /// - Throws: `LoginRefusal.locked`.
    private func count(_ entry: Entry, _ id: UUID?, _ scope: RequestScope) async throws -> User? {
        guard let id else {
            try await countUnknown(entry, scope)
            return nil
        }
        let rows = try await database.run([
            scope.opening, ProvePassword.count(id, scope),
            """
            select u.id, u.account_id, u.password_hash, u.status, t.status = 'closed',
                   encode(u.totp_ciphertext, 'hex'), u.totp_key_id, u.totp_confirmed_at is not null, u.totp_last_step,
                   array(select encode(h, 'hex') from unnest(u.recovery_hashes) h),
                   greatest(1, ceil(extract(epoch from u.locked_until - now())))::bigint
              from auth.users u
              join core.tenants t on t.id = u.tenant_id
             where u.tenant_id = \(scope.tenant) and u.id = \(id)
            """,
        ])
        let attempts = try rows[1].first?.column(0, as: Int.self)
        guard let row = rows[2].first else { return nil }
        let user = User(
            id: try row.column(0), account: try row.column(1), hash: try row.column(2), status: try row.column(3),
            isClosed: try row.column(4), secret: try SecondFactor.Kept(row, from: 5), attempts: attempts ?? 0)
        if attempts != nil { return user }
        try await note(entry, user, "locked", scope)
        throw LoginRefusal.locked(seconds: try row.column(10, as: Int?.self) ?? Self.lockSeconds)
    }

    /// Counts an attempt with an address that nobody has as those of a user are counted, by the log of attempts.
    /// - Throws: `LoginRefusal.locked`.
    private func countUnknown(_ entry: Entry, _ scope: RequestScope) async throws {
        let rows = try await database.run([
            scope.opening,
            "select pg_advisory_xact_lock(hashtextextended(\("login " + entry.email), 0))",
            """
            with latest as (
                select attempted_at from auth.login_attempts
                 where tenant_id = \(scope.tenant) and email = \(entry.email) and outcome = 'unknown_user'
                 order by attempted_at desc limit \(Self.mostFailures)
            ), linked as (
                select l.attempted_at,
                       bool_and(l.gap < make_interval(secs => \(Self.lockSeconds)))
                           over (order by l.attempted_at desc) as is_linked
                  from (select attempted_at, coalesce(lag(attempted_at) over (order by attempted_at desc), now())
                                             - attempted_at as gap
                          from latest) l
            ), chain as (
                select count(*) >= \(Self.mostFailures) as is_locked,
                       greatest(1, ceil(\(Self.lockSeconds) - extract(epoch from now() - max(attempted_at))))::bigint
                           as seconds
                  from linked where is_linked
            ), noted as (
                insert into auth.login_attempts (tenant_id, email, outcome, ip, user_agent)
                select \(scope.tenant), \(entry.email), case when is_locked then 'locked' else 'unknown_user' end,
                       \(entry.source)::text::inet, \(entry.userAgent)
                  from chain
            )
            select is_locked, seconds from chain
            """,
        ])
        guard case (true, let seconds)? = try rows[2].first(Bool.self, Int?.self) else { return }
        throw LoginRefusal.locked(seconds: seconds ?? Self.lockSeconds)
    }

    private func checkFactor(
        _ entry: Entry, _ user: User, _ scope: RequestScope
    ) async throws -> SecondFactor.Passed? {
        guard let kept = user.secret, kept.isConfirmed else { return nil }
        guard let code = entry.code else {
            // The password was right: that is no failure, and no way to try the next one either.
            try await uncount(user, scope)
            throw LoginRefusal.codeMissing
        }
        guard let passed = try factor.check(code, kept, of: user.id, tenant: scope.tenant) else {
            try await fail(entry, user, "wrong_code", scope)
            throw LoginRefusal.wrongCode
        }
        return passed
    }

    private func uncount(_ user: User, _ scope: RequestScope) async throws {
        _ = try await database.run([
            scope.opening,
            """
            update auth.users
               set failed_logins = greatest(0, failed_logins - 1),
                   locked_until = case when failed_logins < \(Self.mostFailures) then locked_until end
             where tenant_id = \(scope.tenant) and id = \(user.id)
            """,
        ])
    }

    private func attempt(_ entry: Entry, _ user: User, _ outcome: String, _ scope: RequestScope) -> SQL {
        """
        insert into auth.login_attempts (tenant_id, account_id, user_id, email, outcome, ip, user_agent)
        values (\(scope.tenant), \(user.account), \(user.id), \(entry.email), \(outcome),
                \(entry.source)::text::inet, \(entry.userAgent))
        """
    }

    private func note(_ entry: Entry, _ user: User, _ outcome: String, _ scope: RequestScope) async throws {
        _ = try await database.run([scope.opening, attempt(entry, user, outcome, scope)])
    }

    /// An attempt failed; with the last one that was looked at he is locked out.
    private func fail(_ entry: Entry, _ user: User, _ outcome: String, _ scope: RequestScope) async throws {
        var batch = [scope.opening, attempt(entry, user, outcome, scope)]
        if user.attempts >= Self.mostFailures {
            batch.append(ProvePassword.report(user.id, entry.email, account: user.account, scope))
        }
        _ = try await database.run(batch)
    }

    private func open(
        _ entry: Entry, _ user: User, _ passed: SecondFactor.Passed?, _ place: PasswordHasher.Place,
        _ scope: RequestScope
    ) async throws -> OpenedSession {
        let isWeak = user.hash.map(passwords.isWeak) ?? false
        let better = isWeak ? try await passwords.hash(entry.password, in: place) : user.hash
        let token = SessionToken.make(.session, of: scope.tenant)
        return try await database.transaction(context: scope.opening, statementTimeout: .seconds(10)) { session in
            // A code opens once, whoever else has it: the row says which was the last.
            let isFirst = try await session.run(
                """
                update auth.users
                   set failed_logins = 0, locked_until = null, last_login_at = now(), password_hash = \(better),
                       totp_last_step = coalesce(\(passed?.step), totp_last_step),
                       recovery_hashes = array_remove(recovery_hashes, decode(\(passed?.recoveryHash), 'hex'))
                 where tenant_id = \(scope.tenant) and id = \(user.id) and password_hash = \(user.hash)
                   and coalesce(totp_last_step < \(passed?.step), true)
                   and (\(passed?.recoveryHash)::text is null
                        or decode(\(passed?.recoveryHash), 'hex') = any (recovery_hashes))
                """
            ).affected
            guard isFirst == 1 else { throw LoginRefusal.wrongCode }
            _ = try await session.run(attempt(entry, user, "passed", scope))
            let opened = try await OpenedSession.insert(
                token, user: user.id, account: user.account, hasFactor: passed != nil, entry.userAgent, scope, session)
            _ = try await session.run(
                "select audit.record(\(scope.tenant), 'login', 'auth.users', \(user.id), \(user.account), '{}')")
            return opened
        }
    }
}

/// Why somebody is not let in.
package enum LoginRefusal: Error, Sendable, Equatable {
    /// Address or password, which of them is not said.
    case wrong
    /// The password is right, and a second factor is needed.
    case codeMissing
    case wrongCode
    /// It failed too often.
    case locked(seconds: Int)
    /// The operator is closed.
    case closed
}
