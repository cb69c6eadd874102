package import Foundation
package import Postgres

/// Links that are sent to users, each good for one use: to choose a first password, or another one.
package struct UserLink: Sendable {
    private let database: Database
    private let passwords: PasswordHasher

    /// - Parameter database: as the API.
    package init(_ database: Database, _ passwords: PasswordHasher) {
        self.database = database
        self.passwords = passwords
    }

    /// What a link is for (`auth.token_purpose`).
    package enum Purpose: String, Sendable {
        case invitation
        case passwordReset = "password_reset"

        /// Days and hours, as PostgreSQL reads them.
        fileprivate var validity: String { self == .invitation ? "7 days" : "1 hour" }
    }

    /// A link that was just made. Its token is given away here, once.
    package struct Made: Sendable {
        package let token: SessionToken
        package let email: String
        package let expiresAt: Date
        /// The account of the user; `nil` for staff.
        package var account: UUID?
    }

    /// Makes a link for a user; the one before of its kind opens nothing any more.
    /// - Parameter isAsked: whether somebody asked for it who is not logged in.
    package static func make(
        _ purpose: Purpose, for user: UUID, isAsked: Bool = false, _ scope: RequestScope, _ session: Connection
    ) async throws -> Made {
        let token = SessionToken.make(.link, of: scope.tenant)
        _ = try await session.run(
            """
            update auth.user_tokens set revoked_at = now()
             where tenant_id = \(scope.tenant) and user_id = \(user) and purpose = \(purpose.rawValue)
               and used_at is null and revoked_at is null
            """)
        let row = try await session.run(
            """
            insert into auth.user_tokens (tenant_id, account_id, user_id, purpose, token_hash, email, expires_at,
                                          is_asked, ip)
            select u.tenant_id, u.account_id, u.id, \(purpose.rawValue), decode(\(token.hash), 'hex'), u.email,
                   now() + \(purpose.validity)::interval, \(isAsked), \(scope.source)::text::inet
              from auth.users u
             where u.tenant_id = \(scope.tenant) and u.id = \(user) and u.status <> 'disabled'
            returning email, expires_at, account_id
            """
        ).first(String.self, Date.self, UUID?.self)
        guard let row else { throw ResourceFault(.notFound, "there is no such user that is not disabled") }
        return Made(token: token, email: row.0, expiresAt: row.1, account: row.2)
    }

    /// Ends all links of a user that are open: what was right when they were made may not be any more.
    static func revoke(of user: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        _ = try await session.run(
            """
            update auth.user_tokens set revoked_at = now()
             where tenant_id = \(scope.tenant) and user_id = \(user) and used_at is null and revoked_at is null
            """)
    }

    /// Chooses a password by a link. All sessions end; whoever does so is logged in by the new password only.
    /// - Throws: `ResourceFault`, `PasswordHasher.Busy`, or `PostgresError`.
    package func use(_ text: String, password: String, source: String?, request: UUID) async throws {
        guard let token = SessionToken(text), token.kind == .link else { throw Self.over }
        let scope = RequestScope(tenant: token.tenant, actor: "link", source: source, request: request)
        guard let link = try await Self.find(token, scope, database) else { throw Self.over }
        if let fault = PasswordRule.fault(password, about: [link.email, link.name]) {
            throw ResourceFault([.init("password", pointer: "/password", "", expected: fault)])
        }
        let hash = try await passwords.hash(password)
        var named = scope
        named.user = link.user
        named.actor = link.email
        try await database.transaction(context: named.opening, statementTimeout: .seconds(10)) { session in
            let used = try await session.run(
                """
                update auth.user_tokens set used_at = now()
                 where tenant_id = \(scope.tenant) and token_hash = decode(\(token.hash), 'hex')
                   and used_at is null and revoked_at is null and expires_at > now()
                """
            ).affected
            guard used == 1 else { throw Self.over }
            try await ChangePassword.store(hash, for: link.user, isProved: true, named, session)
            try await OpenedSession.end(of: link.user, because: .passwordChanged, named, session)
        }
    }

    private static func find(
        _ token: SessionToken, _ scope: RequestScope, _ database: Database
    ) async throws -> (user: UUID, email: String, name: String)? {
        let rows = try await database.run([
            scope.opening,
            """
            select u.id, u.email, u.name
              from auth.user_tokens l
              join auth.users u on u.tenant_id = l.tenant_id and u.id = l.user_id and u.status <> 'disabled'
             where l.tenant_id = \(scope.tenant) and l.token_hash = decode(\(token.hash), 'hex')
               and l.used_at is null and l.revoked_at is null and l.expires_at > now()
               and l.purpose in ('invitation', 'password_reset')
            """,
        ])
        return try rows.last?.first(UUID.self, String.self, String.self)
    }

    /// How often somebody may be meant from one address: each may be a letter to somebody.
    private static let fromAddress = AddressRate("forgot_from", most: 60, "requests for a forgotten password", .medium)

    /// It is answered as late where nobody is known: how long it takes tells nothing.
    private static let shortest = Duration.milliseconds(100)

    /// Asks for a link to choose another password. Nobody is told whether there is such a user, nor whether it is asked
    /// too often from there: the link is mailed.
    package func forgot(_ email: String, _ ring: KeyRing, source: String?, request: UUID) async throws {
        let end = ContinuousClock.now + Self.shortest
        try await mail(email, ring, source: source, request: request)
        try await Task.sleep(until: end)
    }

    private func mail(_ email: String, _ ring: KeyRing, source: String?, request: UUID) async throws {
        let used = try await Self.fromAddress.use(
            source, actor: email.lowercased(), request: request, database)
        if used != nil { return }
        let owner = try await database.run(
            "select tenant_id, entity_id from core.find_claim('email', \(email.lowercased()))"
        ).first(UUID.self, UUID.self)
        guard let (tenant, user) = owner else { return }
        let scope = RequestScope(
            tenant: tenant, user: user, actor: email.lowercased(), source: source, request: request)
        try await database.transaction(context: scope.opening, statementTimeout: .seconds(10)) { session in
            // One at a time: another would break the rule that there is one open link of a kind. Nobody waits for it.
            let isFirst = try await session.run(
                "select pg_try_advisory_xact_lock(hashtextextended(\(user.text), 0))"
            ).value(Bool.self)
            guard isFirst == true else { return }
            let waiting = try await session.run(
                """
                select count(*) from auth.user_tokens
                 where tenant_id = \(tenant) and user_id = \(user) and purpose = 'password_reset'
                   and case when is_asked then created_at > now() - interval '15 minutes'
                            else used_at is null and revoked_at is null and expires_at > now() end
                """
            ).value(Int.self)
            // One in a quarter of an hour: or anybody could fill somebody's mailbox. And none in place of one that
            // staff made: it may be for who gets no mail.
            guard waiting == 0 else { return }
            do {
                let link = try await Self.make(.passwordReset, for: user, isAsked: true, scope, session)
                try await Self.send(link, .passwordReset, ring, scope, session)
            } catch let fault as ResourceFault where fault.kind == .notFound {
                return
            }
        }
    }

    /// Where the links of an operator are sealed that wait to be mailed.
    static func place(of tenant: UUID) -> String { "queue.outbox/\(tenant.text)/mail" }

    /// Puts a link into the outbox, sealed, to be mailed while it is good.
    package static func send(
        _ link: Made, _ purpose: Purpose, _ ring: KeyRing, _ scope: RequestScope, _ session: Connection
    ) async throws {
        let sealed = try ring.seal(Secret(link.token.text), for: place(of: scope.tenant))
        let payload = JSONWriter.object { json in
            json.text("to", link.email)
            json.text("key_id", sealed.keyID)
            json.text("sealed_link", Data(sealed.bytes).base64EncodedString())
            json.text("expires_at", Instant(link.expiresAt).text)
        }
        let topic = "mail.\(purpose.rawValue)"
        // Without an order: a link that cannot be sent yet does not hold up the one that takes its place.
        _ = try await session.run(
            """
            select queue.emit(\(scope.tenant), \(topic), \(JSONText(payload)), null,
                              \(link.account), \(link.expiresAt))
            """)
    }

    /// Who a link is of, while it is good.
    static func owner(_ token: SessionToken, _ app: Database) async throws -> (email: String, name: String)? {
        let scope = RequestScope(tenant: token.tenant, actor: "mail")
        let owner = try await find(token, scope, app)
        return owner.map { (email: $0.email, name: $0.name) }
    }

    private static let over = ResourceFault(
        .refused, "the link is not valid, was used, or is over; ask for another one")
}
