package import Foundation

/// Stripe, and whoever signs and writes as it does: `Stripe-Signature`, events of API version 2020-08-27 and later.
///
/// A payment is money that a PaymentIntent has received. Whose it is stands in the intent's metadata, as
/// `heddle_account`: a BAN, or the id of an account.
package struct StripePayments: PaymentProvider {
    package let kind = "stripe"

    package init() {}

    private static let succeeded = "payment_intent.succeeded"
    private static let longestID = 255

    /// By the header `Stripe-Signature`.
    package func verify(
        _ body: [UInt8], header: (String) -> String?, keys: [Secret], tolerance: Duration, now: Date
    ) throws(WebhookRefusal) {
        guard let text = header("stripe-signature") else {
            throw WebhookRefusal(.signature, "the header Stripe-Signature is missing")
        }
        guard let signature = WebhookSignature(text) else {
            throw WebhookRefusal(.signature, "Stripe-Signature is not of the form t=…,v1=…")
        }
        guard signature.isOf(body, by: keys) else {
            throw WebhookRefusal(.signature, "Stripe-Signature is not of the key of this address over this body")
        }
        guard abs(signature.age(at: now)) <= tolerance.components.seconds else {
            throw WebhookRefusal(
                .signature, "Stripe-Signature is old, expected at most \(tolerance.components.seconds) s")
        }
    }

    /// The members of an event that count.
    private struct Event: Decodable {
        struct Content: Decodable { let object: Intent }
        struct Intent: Decodable {
            let id: String?
            let amount_received: Int64?
            let currency: String?
            let metadata: [String: String]?
            let payment_method_types: [String]?
        }
        /// The same without its content, which is of many forms.
        struct Head: Decodable {
            let id: String
            let type: String
            let created: Double
        }
        let data: Content
    }

    /// Of types other than `payment_intent.succeeded` the head alone.
    package func read(_ body: [UInt8]) throws(WebhookRefusal) -> ProviderEvent {
        let data = Data(body)
        let decoder = JSONDecoder()
        guard let head = try? decoder.decode(Event.Head.self, from: data) else {
            throw WebhookRefusal(.unreadable, "the body is no event with id, type and created")
        }
        guard (1...Self.longestID).contains(head.id.count), (1...Self.longestID).contains(head.type.count),
            !(head.id + head.type).contains("\0"), (0...4e9).contains(head.created)
        else { throw WebhookRefusal(.unreadable, "id, type or created of the event cannot be") }
        var event = ProviderEvent(
            id: head.id, type: head.type, occurredAt: Date(timeIntervalSince1970: head.created))
        if head.type == Self.succeeded {
            guard let intent = try? decoder.decode(Event.self, from: data).data.object,
                let payment = Self.payment(intent)
            else { throw WebhookRefusal(.unreadable, "data.object is no PaymentIntent with id, amount and currency") }
            event.payment = payment
        }
        event.concern = Self.concern(head.type)
        return event
    }

    /// Money that a provider gives back on its own is not known here: people post it.
    private static func concern(_ type: String) -> String? {
        if type.hasPrefix("charge.dispute.") {
            return "a dispute: when the money is gone, enter that: heddle payment refund --chargeback"
        }
        if type == "charge.refunded" || type.hasPrefix("refund.") || type.hasPrefix("charge.refund.") {
            return "a refund: unless it is entered already, do that: heddle payment refund"
        }
        return nil
    }

    private static func payment(_ intent: Event.Intent) -> ProviderEvent.Payment? {
        guard let id = intent.id, (1...longestID).contains(id.count), !id.contains("\0"),
            let units = intent.amount_received, units > 0,
            let currency = intent.currency?.uppercased(), currency.utf8.count == 3
        else { return nil }
        let account = intent.metadata?["heddle_account"].flatMap { $0.isEmpty || $0.contains("\0") ? nil : $0 }
        return ProviderEvent.Payment(
            id: id, units: units, decimals: decimals(of: currency), currency: currency,
            method: method(intent.payment_method_types ?? []), account: account.map { String($0.prefix(longestID)) })
    }

    private static func method(_ types: [String]) -> String {
        switch types.first {
        case "card", "link": "card"
        case "us_bank_account", "sepa_debit", "bacs_debit", "au_becs_debit", "acss_debit": "direct_debit"
        case "customer_balance": "transfer"
        default: "other"
        }
    }
}
