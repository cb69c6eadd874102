package import Foundation

/// Somebody who takes money for an operator, and tells of it by calling us: how it signs, and how it writes.
///
/// What it says is believed for its signature alone, made with a key that only it and the operator have.
package protocol PaymentProvider: Sendable {
    /// Its name in `billing.payments.provider`.
    var kind: String { get }

    /// - Parameters:
    ///   - header: the value of a header of the request, by its name in lower case.
    ///   - keys: those that it may sign with: one, or two while it is being changed.
    ///   - tolerance: how far the signature's time may be from `now`.
    /// - Throws: `WebhookRefusal` unless one of the keys signed the body, lately.
    func verify(
        _ body: [UInt8], header: (String) -> String?, keys: [Secret], tolerance: Duration, now: Date
    ) throws(WebhookRefusal)

    /// Reads an event whose signature is right.
    /// - Throws: `WebhookRefusal` when it is none.
    func read(_ body: [UInt8]) throws(WebhookRefusal) -> ProviderEvent
}

/// What a provider says has happened.
package struct ProviderEvent: Sendable, Equatable {
    /// The provider's id of the event: the same one again is the same event.
    package let id: String
    package let type: String
    package let occurredAt: Date
    /// Money that came in; `nil` when the event is about something else.
    package var payment: Payment?
    /// Why somebody has to look at it, where money may go out again.
    package var concern: String?

    /// A payment as the provider counts it.
    package struct Payment: Sendable, Equatable {
        /// The provider's id of it: two events may be about one payment.
        package let id: String
        /// In the smallest unit that the provider counts this currency in.
        package let units: Int64
        /// How many decimals that unit has: the provider's, not always those of the currency.
        package let decimals: Int
        /// In capitals.
        package let currency: String
        /// card, direct_debit, transfer or other.
        package let method: String
        /// Whose it is: a BAN or an account's id; `nil` when the provider does not say.
        package let account: String?
    }
}

/// Why what came in the name of a provider was not taken. Nothing was kept.
package struct WebhookRefusal: Error, Sendable, Equatable {
    /// What is the matter, for programs.
    package enum Kind: Sendable, Equatable {
        /// There is no such address.
        case unknown
        /// The signature is missing, wrong or old.
        case signature
        /// It is no event.
        case unreadable
        /// We cannot check it now; it has to be sent again.
        case unavailable
    }

    package let kind: Kind
    /// A sentence for whoever sent it.
    package let reason: String

    init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }
}
