import Foundation
import Mail
import Postgres
import Reactor
import Services
import Synchronization
import TestSupport
import Testing

/// A mail server, and what sends to it what waits in the suite's database.
struct MailFixture: Sendable {
    let server: TestMailServer
    let db: TestDatabase
    let reports = Reports()

    static let ring = KeyRing(current: .random())
    static let reactor = Reactor(name: "test-mail")

    /// What was reported of mails that were not sent.
    final class Reports: Sendable {
        private let all = Mutex<[String]>([])
        var lines: [String] { all.withLock(\.self) }
        func add(_ line: String) { all.withLock { $0.append(line) } }
    }

    /// Takes mail as long as the closure runs. What other tests of the suite left is not sent here.
    static func run(_ body: (MailFixture) async throws -> Void) async throws {
        let db = try TestDatabase.suite
        try await db.owner.run(
            """
            update queue.outbox set state = 'dead', finished_at = now(), worker = null, lease_token = null,
                                    leased_until = null
             where state in ('ready', 'running')
            """)
        try await TestMailServer.run { server in try await body(MailFixture(server: server, db: db)) }
    }

    func sender(
        page: String? = nil, limit: Duration = .seconds(20), ring: KeyRing = MailFixture.ring
    ) throws -> DeliverMail {
        var place = MailServer(host: "127.0.0.1", port: server.port, security: .none)
        (place.limit, place.answerLimit) = (limit, limit)
        var settings = MailSettings(
            server: place, sender: try #require(Mailbox("Heddle <heddle@tidewater.example>")))
        settings.passwordPage = page
        return DeliverMail(
            db.engine, app: db.app, settings, ring: ring, resolve: ResolveSecret(environment: [:]),
            reactor: Self.reactor
        ) { [reports] in reports.add($0) }
    }

    /// An invoice's mail that names no invoice, due before all others.
    func strayInvoice(of tenant: UUID) async throws {
        try await db.owner.run(
            """
            insert into queue.outbox (tenant_id, topic, payload, available_at)
            values (\(tenant), 'mail.invoice', '{"to": []}', now() - interval '1 hour')
            """)
    }

    /// An operator that invites somebody at a host of its own; the name decides what the server does.
    func invite(_ name: String) async throws -> Invited {
        let tenant = UUID()
        let text = tenant.uuidString.lowercased()
        let slug = "t" + text
        try await db.owner.run(
            "insert into core.tenants (id, slug, name) values (\(tenant), \(slug), 'Tidewater Voice')")
        let scope = RequestScope(tenant: tenant, actor: "test")
        let entry = UserEntry(email: "\(name)@\(text).example", name: "Avery")
        let user = try await db.app.transaction(context: scope.opening, statementTimeout: .seconds(10)) { session in
            let made = try await InviteUser.make(entry, scope, session)
            try await UserLink.send(made.link, .invitation, Self.ring, scope, session)
            return made.user
        }
        return Invited(scope: scope, user: user, email: entry.email)
    }

    /// Somebody who was invited.
    struct Invited: Sendable {
        let scope: RequestScope
        let user: UUID
        let email: String
    }

    /// Mails of an operator: state, attempts and failures, without their times.
    func mails(of tenant: UUID) async throws -> [String] {
        try await db.owner.run(
            """
            select concat_ws(' ', state, attempts, (select string_agg(substr(f, 22), ', ') from unnest(failures) f),
                             case when state = 'dead' and failures = '{}' then last_error end)
              from queue.outbox where tenant_id = \(tenant) order by created_at
            """
        ).values(String.self)
    }

    /// Lets what waits be due now, and what somebody has be anybody's.
    func hurry() async throws {
        try await db.owner.run("update queue.outbox set available_at = now() where state = 'ready'")
        try await db.owner.run(
            "update queue.outbox set leased_until = now() - interval '1 s' where state = 'running'")
    }
}

extension DeliverMail {
    /// Sends what is due, links beside the others.
    @discardableResult
    func callAsFunction() async throws -> Int {
        async let links = callAsFunction(.links)
        return try await callAsFunction(.all) + links
    }
}
