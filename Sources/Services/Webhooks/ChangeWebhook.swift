package import Foundation
package import Postgres

/// Makes webhooks, replaces their secrets, and sends again what they were sent.
package struct ChangeWebhook: Sendable {
    private let ring: KeyRing

    package init(_ ring: KeyRing) { self.ring = ring }

    /// What a new webhook is to be.
    package struct Entry: Sendable {
        package let name: String
        package let url: String
        package let eventTypes: [String]
        package var account: UUID?
        package var maxPerMinute: Int?

        package init(name: String, url: String, eventTypes: [String]) {
            self.name = name
            self.url = url
            self.eventTypes = eventTypes
        }
    }

    /// How long a secret that was replaced signs as well.
    private static let overlap = "24 hours"
    /// Events that are sent again at once.
    package static let mostReplayed = 10_000

    private func seal(_ secret: String, of webhook: UUID, _ scope: RequestScope) throws -> Sealed {
        try ring.seal(Secret(secret), for: "integration.webhooks/\(scope.tenant.text)/\(webhook.text)")
    }

    /// - Returns: the webhook, and its secret, shown this once.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package func create(
        _ entry: Entry, _ scope: RequestScope, _ session: Connection
    ) async throws -> (id: UUID, secret: String) {
        let (id, secret) = (UUID.v7(), EventSignature.makeSecret())
        let sealed = try seal(secret, of: id, scope)
        do throws(PostgresError) {
            try await session.run(
                """
                insert into integration.webhooks (tenant_id, id, account_id, name, url, event_types, max_per_minute,
                                                  secret_ciphertext, secret_key_id)
                values (\(scope.tenant), \(id), \(entry.account), \(entry.name), \(entry.url), \(entry.eventTypes),
                        \(entry.maxPerMinute.map(Int32.init)), decode(\(sealed.bytes.hex), 'hex'), \(sealed.keyID))
                """)
        } catch {
            throw Self.failure(error, entry)
        }
        return (id, secret)
    }

    private static func failure(_ error: PostgresError, _ entry: Entry) -> any Error {
        func wrong(_ name: String, _ value: String, _ expected: String) -> ResourceFault {
            ResourceFault([.init(name, pointer: "/\(name)", value, expected: expected)])
        }
        return switch error.server?.constraint {
        case "webhook_url_is_https_without_login":
            wrong("url", entry.url, "https://host/path, without a login in it")
        case "webhook_has_event_types_that_are_types_or_stars":
            wrong("event_types", entry.eventTypes.joined(separator: ", "), "types like call.rated, call.* or *")
        case "webhook_name_is_taken_once":
            ResourceFault(.conflict, "there is a webhook \"\(entry.name)\" already")
        case "webhook_belongs_to_account": ResourceFault(.refused, "there is no such account")
        default: error
        }
    }

    /// Gives a webhook another secret. For a day both sign.
    /// - Returns: the secret, shown this once.
    package func rotate(_ id: UUID, _ scope: RequestScope, _ session: Connection) async throws -> String {
        let secret = EventSignature.makeSecret()
        let sealed = try seal(secret, of: id, scope)
        let changed = try await session.run(
            """
            update integration.webhooks
               set old_secret_ciphertext = secret_ciphertext, old_secret_key_id = secret_key_id,
                   old_secret_expires_at = now() + \(Self.overlap)::interval, rotated_at = now(),
                   secret_ciphertext = decode(\(sealed.bytes.hex), 'hex'), secret_key_id = \(sealed.keyID)
             where tenant_id = \(scope.tenant) and id = \(id)
            """
        ).affected
        guard changed == 1 else { throw Self.none(id) }
        return secret
    }

    /// Sends a webhook an event that says nothing but that it is a test.
    /// - Returns: the delivery.
    package static func test(_ id: UUID, _ scope: RequestScope, _ session: Connection) async throws -> UUID {
        let delivery = UUID.v7()
        let made = try await session.run(
            """
            with event as (
                insert into integration.events (tenant_id, account_id, type, subject, subject_id, ordering_key, payload,
                                                actor_user_id, request_id, traceparent, dispatched_at)
                select w.tenant_id, w.account_id, 'webhook.test', 'integration.webhooks', w.id, 'test ' || w.id,
                       jsonb_build_object('webhook_id', w.id, 'message', 'This is a test.'), \(scope.user),
                       \(scope.request), \(scope.trace?.text), now()
                  from integration.webhooks w
                 where w.tenant_id = \(scope.tenant) and w.id = \(id)
                returning *
            )
            insert into integration.deliveries (tenant_id, occurred_at, id, account_id, event_id, webhook_id,
                                                event_type, ordering_key)
            select e.tenant_id, e.occurred_at, \(delivery), e.account_id, e.id, \(id), e.type, e.ordering_key
              from event e
            """
        ).affected
        guard made == 1 else { throw none(id) }
        return delivery
    }

    /// Sends again the events of a time, under the ids that they had.
    /// - Parameter onlyFailed: whether only those that were not delivered.
    /// - Returns: how many.
    package static func replay(
        _ id: UUID, from: Date, to: Date, types: [String], onlyFailed: Bool, _ scope: RequestScope,
        _ session: Connection
    ) async throws -> Int {
        let known = try await session.run(
            "select count(*) from integration.webhooks where tenant_id = \(scope.tenant) and id = \(id)"
        ).value(Int.self)
        guard known == 1 else { throw none(id) }
        let made = try await session.run(
            """
            insert into integration.deliveries (tenant_id, occurred_at, account_id, event_id, webhook_id, event_type,
                                                ordering_key, replay)
            select d.tenant_id, d.occurred_at, d.account_id, d.event_id, d.webhook_id, d.event_type, d.ordering_key,
                   max(d.replay) + 1
              from integration.deliveries d
             where d.tenant_id = \(scope.tenant) and d.webhook_id = \(id)
               and d.occurred_at >= \(from) and d.occurred_at < \(to)
               and (cardinality(\(types)::text[]) = 0 or d.event_type = any (\(types)))
             group by d.tenant_id, d.occurred_at, d.account_id, d.event_id, d.webhook_id, d.event_type, d.ordering_key
            having bool_and(d.status <> 'pending') and not (\(onlyFailed) and bool_or(d.status = 'delivered'))
             order by d.occurred_at, d.event_id
             limit \(mostReplayed + 1)
                on conflict do nothing
            """
        ).affected
        guard made <= mostReplayed else {
            throw ResourceFault(.refused, "there are more than \(mostReplayed) events; replay a shorter time")
        }
        return made
    }

    private static func none(_ id: UUID) -> ResourceFault {
        ResourceFault(.notFound, "there is no webhook \(id.text)")
    }
}
