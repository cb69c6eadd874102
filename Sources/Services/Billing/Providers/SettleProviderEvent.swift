package import Foundation
package import Postgres
import Telecom

/// Posts the payment of an event that is kept, or says why it waits.
package struct SettleProviderEvent: Sendable {
    private let database: Database
    private let tenant: UUID
    private let scope: RequestScope?

    /// - Parameters:
    ///   - database: as the engine.
    ///   - scope: who reports it, where that is somebody who asked over HTTP.
    package init(_ database: Database, tenant: UUID, for scope: RequestScope? = nil) {
        self.database = database
        self.tenant = tenant
        self.scope = scope
    }

    /// Changes something in the name of whoever reports it.
    private func change(_ statement: SQL) async throws {
        _ = try await database.run([scope?.opening, statement].compactMap(\.self))
    }

    /// Posts the payment of an event as it came.
    func post(_ id: UUID, _ event: ProviderEvent, provider: String) async throws -> TakeProviderEvent.Outcome {
        guard let payment = event.payment else {
            if let concern = event.concern { return try await set(id, .aside, concern) }
            return try await set(id, .ignored, "no money came in by an event of this type")
        }
        guard let amount = Self.amount(payment) else {
            return try await set(id, .aside, "\(payment.units) \(payment.currency) is no amount that can be kept")
        }
        try await change(
            "update billing.provider_events set amount = \(amount) where tenant_id = \(tenant) and id = \(id)")
        guard let reference = payment.account else {
            return try await set(id, .aside, "the payment names no account: its metadata has no heddle_account")
        }
        return try await record(id, to: reference, method: payment.method, provider: provider)
    }

    /// Posts the payment of an event that is aside, for an account that somebody names.
    /// - Parameters:
    ///   - id: the event, by our id or the provider's.
    ///   - account: BAN or id; `nil` for the one that the event names, which may be there by now.
    /// - Throws: `BillingFailure` that says why it stays aside.
    package func callAsFunction(_ id: String, account: String?) async throws {
        let row = try await database.run(
            """
            select e.id, e.state, e.amount is not null, p.kind, e.account_reference
              from billing.provider_events e
              join billing.payment_providers p on p.tenant_id = e.tenant_id and p.id = e.payment_provider_id
             where e.tenant_id = \(tenant) and (e.id::text = lower(\(id)) or e.external_id = \(id))
             order by e.created_at desc limit 1
            """
        ).first(UUID.self, String.self, Bool.self, String.self, String?.self)
        guard let (event, state, hasAmount, kind, named) = row else {
            throw BillingFailure("there is no event \"\(id.forDisplay(60))\"; `heddle payment events` lists them")
        }
        guard state == "aside" || state == "received", hasAmount else {
            throw BillingFailure("the event is \(state) and has no payment that waits")
        }
        guard let reference = account ?? named else { throw BillingFailure("say whose it is: --account BAN") }
        guard try await record(event, to: reference, method: "other", provider: kind) == .posted else {
            let reason = try await database.run(
                "select reason from billing.provider_events where tenant_id = \(tenant) and id = \(event)"
            ).value(String.self)
            throw BillingFailure(reason ?? "it stays aside")
        }
    }

    /// - Returns: `nil` when it has more digits than a document may have.
    static func amount(_ payment: ProviderEvent.Payment) -> Money? {
        guard (0...8).contains(payment.decimals) else { return nil }
        let unit = (0..<(8 - payment.decimals)).reduce(Int64(1)) { unit, _ in unit * 10 }
        let (units, isTooLarge) = payment.units.multipliedReportingOverflow(by: unit)
        return isTooLarge ? nil : Money(units: units)
    }

    /// Somebody has done what an event without a payment that is aside asked for.
    /// - Throws: `BillingFailure` when there is no such event.
    package func close(_ id: String) async throws {
        let closed = try await database.run(
            """
            update billing.provider_events e
               set state = 'ignored', reason = 'done by hand', settled_at = now()
             where e.tenant_id = \(tenant) and (e.id::text = lower(\(id)) or e.external_id = \(id))
               and e.state = 'aside' and e.payment_reference is null
            returning e.id
            """
        ).first
        guard closed != nil else {
            throw BillingFailure(
                "no event \"\(id.forDisplay(60))\" without a payment is aside; `heddle payment events` lists them")
        }
    }

    private func record(
        _ id: UUID, to reference: String, method: String, provider: String
    ) async throws -> TakeProviderEvent.Outcome {
        let row = try await database.run(
            """
            select e.amount, e.currency, e.payment_reference, e.occurred_at, a.id, a.currency
              from billing.provider_events e
              left join accounts.accounts a
                on a.tenant_id = e.tenant_id and (a.ban = upper(\(reference)) or a.id::text = lower(\(reference)))
             where e.tenant_id = \(tenant) and e.id = \(id)
            """
        ).first(Money.self, String.self, String.self, Date.self, UUID?.self, String?.self)
        guard let (amount, currency, payment, at, account, own) = row else {
            throw BillingFailure("the event is gone")
        }
        guard let account, let own else {
            return try await set(id, .aside, "there is no account \"\(reference.forDisplay(80))\"")
        }
        guard own == currency else {
            return try await set(id, .aside, "the payment is in \(currency), and the account in \(own)")
        }
        var entry = PaymentEntry(accountID: account, amount: amount)
        entry.method = method
        entry.reference = payment
        entry.provider = provider
        entry.receivedAt = at
        do {
            let posted = try await RecordPayment(database, tenant: tenant, for: scope)(entry)
            return try await set(id, .posted, "", payment: posted.payment.id)
        } catch let failure as BillingFailure {
            return try await set(id, .aside, failure.description)
        } catch let error as PostgresError where error.isAboutTheData {
            return try await set(id, .aside, error.description)
        }
    }

    private func set(
        _ id: UUID, _ outcome: TakeProviderEvent.Outcome, _ reason: String, payment: UUID? = nil
    ) async throws -> TakeProviderEvent.Outcome {
        try await change(
            """
            update billing.provider_events
               set state = \(outcome.rawValue), reason = \(reason.forDisplay(1_000)), payment_id = \(payment),
                   settled_at = case when \(outcome != .aside) then now() end
             where tenant_id = \(tenant) and id = \(id) and state in ('received', 'aside')
            """)
        return outcome
    }
}
