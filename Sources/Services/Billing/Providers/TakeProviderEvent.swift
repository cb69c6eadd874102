package import Foundation
package import Postgres
import Telecom

/// Takes what a payment provider reports: each event is kept once, and each payment posted once, whatever order they
/// come in and however often.
///
/// An event is kept before its payment is posted. Who is ended in between is called again, since the provider got no
/// answer, and goes on there: the payment has the provider's id, and is recorded once.
package struct TakeProviderEvent: Sendable {
    private let app: Database
    private let engine: Database
    private let resolve: ResolveSecret
    private let providers: [any PaymentProvider]

    /// - Parameters:
    ///   - app: as the API. Whose the address is is asked there: anybody can make us ask, and the sessions of the
    ///     engine are for calls.
    ///   - engine: as the engine, for what a signature is right of.
    ///   - providers: those whose events can be read.
    package init(
        app: Database, engine: Database, _ resolve: ResolveSecret,
        providers: [any PaymentProvider] = [StripePayments()]
    ) {
        self.app = app
        self.engine = engine
        self.resolve = resolve
        self.providers = providers
    }

    /// Whether it may be the end of an address of ours; what is not needs no look-up.
    package static func isPath(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }  // 0-9, a-f
    }

    /// What became of an event.
    package enum Outcome: String, Sendable {
        case posted, aside, ignored
    }

    /// A row of `billing.payment_providers`.
    private struct Place {
        let tenant: UUID
        let id: UUID
        let kind: String
        let references: [String]
        let tolerance: Duration
    }

    /// - Parameters:
    ///   - path: the end of the address that was called.
    ///   - source: where it was called from, and under which id: what is changed is recorded so.
    ///   - header: the value of a header, by its name in lower case.
    /// - Throws: `WebhookRefusal`, and nothing was kept; or `PostgresError`.
    package func callAsFunction(
        _ body: [UInt8], path: String, source: (address: String?, request: UUID?) = (nil, nil), now: Date = Date(),
        header: (String) -> String?
    ) async throws -> Outcome {
        guard let place = try await place(path), let provider = providers.first(where: { $0.kind == place.kind }) else {
            throw WebhookRefusal(.unknown, "no provider reports at this address")
        }
        var keys: [Secret] = []
        for reference in place.references {
            if let key = try? await resolve(reference) { keys.append(key) }  // of two one may be gone already
        }
        guard !keys.isEmpty else { throw WebhookRefusal(.unavailable, "the signing key cannot be read now") }
        try provider.verify(body, header: header, keys: keys, tolerance: place.tolerance, now: now)
        let event = try provider.read(body)
        let scope = RequestScope(
            tenant: place.tenant, actor: "payment provider \(place.kind)", source: source.address,
            request: source.request)
        guard let row = try await keep(event, of: place, scope) else {
            throw WebhookRefusal(.unavailable, "send it again")
        }
        if let settled = row.settled { return settled }
        return try await SettleProviderEvent(engine, tenant: place.tenant, for: scope)
            .post(row.id, event, provider: provider.kind)
    }

    private func place(_ path: String) async throws -> Place? {
        guard Self.isPath(path) else { return nil }
        let claim = try await app.run(
            "select tenant_id, entity_id from core.find_claim('payment_webhook', \(path))"
        ).first(UUID.self, UUID.self)
        guard let (tenant, id) = claim else { return nil }
        let rows = try await app.run([
            RequestScope(tenant: tenant, actor: "payment webhook").opening,
            """
            select kind, signing_secret_ref, former_secret_ref, tolerance_s from billing.payment_providers
             where tenant_id = \(tenant) and id = \(id) and disabled_at is null
            """,
        ])
        let row = try rows.last?.first(String.self, String.self, String?.self, Int.self)
        return row.map { kind, signing, former, seconds in
            Place(
                tenant: tenant, id: id, kind: kind, references: [signing] + (former.map { [$0] } ?? []),
                tolerance: .seconds(seconds))
        }
    }

    /// Makes the event's row, or finds it.
    /// - Returns: its id, and what became of it before.
    private func keep(
        _ event: ProviderEvent, of place: Place, _ scope: RequestScope
    ) async throws -> (id: UUID, settled: Outcome?)? {
        let rows = try await engine.run([
            scope.opening,
            """
            insert into billing.provider_events (tenant_id, payment_provider_id, external_id, type, occurred_at,
                                                 payment_reference, account_reference, currency)
            values (\(place.tenant), \(place.id), \(event.id), \(event.type), \(event.occurredAt),
                    \(event.payment?.id), \(event.payment?.account), \(event.payment?.currency))
            on conflict (tenant_id, payment_provider_id, external_id) do nothing
            """,
            """
            select id, state from billing.provider_events
             where tenant_id = \(place.tenant) and payment_provider_id = \(place.id) and external_id = \(event.id)
            """,
        ])
        return try rows[2].first(UUID.self, String.self).map { id, state in (id, Outcome(rawValue: state)) }
    }
}
