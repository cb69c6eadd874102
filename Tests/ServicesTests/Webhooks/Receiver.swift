import Foundation
import NIOSSL
import Postgres
import Services
import TestSupport
import Testing

/// A receiver of webhooks, over TLS with a certificate of its own, and a sender that trusts it.
struct Receiver: Sendable {
    private let receiver: WebhookReceiver
    let db: TestDatabase
    private let roots: [NIOSSLCertificate]
    static let ring = KeyRing(current: .random())

    var port: Int { receiver.port }

    /// Receives as long as the closure runs.
    static func run(_ body: (Receiver) async throws -> Void) async throws {
        try await WebhookReceiver.run { receiver in
            let roots = try NIOSSLCertificate.fromPEMFile(receiver.certificate)
            try await body(Receiver(receiver: receiver, db: try .suite, roots: roots))
        }
    }

    /// What was received, in the order that it came in.
    var received: [WebhookReceiver.Received] { get throws { try receiver.received } }

    /// - Parameters:
    ///   - isOpen: whether this machine may be sent to.
    ///   - trusts: whether the certificate is known.
    ///   - mayFail: whether attempts may be lost, as of one that dies; else each has to be noted.
    func sender(isOpen: Bool = true, trusts: Bool = true, mayFail: Bool = false) -> DeliverEvents {
        var settings = SendWebhook.Settings()
        settings.allowedNetworks = isOpen ? ["127.0.0.0/8", "::1/128"] : []
        settings.additionalRoots = trusts ? roots : []
        let send = SendWebhook(settings, Self.ring)
        return DeliverEvents(db.engine, send) { if !mayFail { Issue.record("\($0)") } }
    }
}

/// An operator with webhooks, and what became of them.
struct WebhookOperator: Sendable {
    let id = UUID()
    let db: TestDatabase
    var scope: RequestScope { RequestScope(tenant: id, actor: "test") }

    init(_ db: TestDatabase) async throws {
        self.db = db
        let slug = "t" + id.uuidString.lowercased()
        try await db.owner.run("insert into core.tenants (id, slug, name) values (\(id), \(slug), 'T')")
    }

    /// Makes a webhook.
    func webhook(_ url: String, _ types: [String] = ["*"]) async throws -> (id: UUID, secret: String) {
        let scope = scope
        let entry = ChangeWebhook.Entry(name: UUID().uuidString, url: url, eventTypes: types)
        return try await db.app.transaction(context: scope.opening, statementTimeout: .seconds(10)) { session in
            try await ChangeWebhook(Receiver.ring).create(entry, scope, session)
        }
    }

    /// Tells of something.
    func event(
        _ type: String = "call.rated", key: String = "k", _ payload: String = #"{"call_id":"1"}"#
    ) async throws {
        _ = try await db.app.run([
            scope.opening,
            """
            insert into integration.events (tenant_id, type, subject, ordering_key, payload)
            values (\(id), \(type), 'cdr.enriched_cdr', \(key), \(JSONText(payload)))
            """,
        ])
    }

    /// Lets what waits be due now, and breakers be looked at again.
    func hurry() async throws {
        try await db.owner.run(
            "update integration.deliveries set next_attempt_at = now() where tenant_id = \(id) and status = 'pending'")
        try await db.owner.run(
            "update integration.webhooks set breaker_retry_at = now() where tenant_id = \(id) and breaker <> 'closed'")
    }

    /// Deliveries: status, attempts, error and status of the last.
    func deliveries() async throws -> [String] {
        try await db.owner.run(
            """
            select concat_ws(' ', status, attempts, last_error, last_status_code) from integration.deliveries
             where tenant_id = \(id) order by occurred_at, event_id, replay
            """
        ).values(String.self)
    }

    /// Webhooks: status and breaker.
    func states() async throws -> [String] {
        try await db.owner.run(
            """
            select concat_ws(' ', status, breaker) from integration.webhooks where tenant_id = \(id) order by created_at
            """
        ).values(String.self)
    }
}
