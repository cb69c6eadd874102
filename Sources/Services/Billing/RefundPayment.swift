package import Foundation
package import Postgres
package import Telecom

/// Money that goes back, as staff enters it.
package struct RefundEntry: Sendable {
    /// Whether the bank took it, whatever the account has; else we give it back, out of what the account has.
    package var isChargeback = false
    /// `nil` is all that was not given back before.
    package var amount: Money?
    package var reason: String
    /// The bank's or our own word for it. The same one is entered once.
    package var reference: String

    package init(reason: String, reference: String) {
        self.reason = reason
        self.reference = reference
    }
}

/// Gives a payment back, or a part of it. What pays invoices is taken from them, the last first, as far as it must be.
package struct RefundPayment: Sendable {
    private let tenant: UUID
    private let change: PaymentChange

    /// - Parameters:
    ///   - database: as the engine.
    ///   - scope: for whom, and who does it.
    package init(_ database: Database, for scope: RequestScope) {
        tenant = scope.tenant
        change = PaymentChange(database: database, scope: scope)
    }

    /// - Returns: whether it is new: one with the same reference that was entered before is not.
    /// - Throws: `BillingFailure` that says what to do instead.
    package func callAsFunction(_ payment: UUID, _ entry: RefundEntry) async throws -> Bool {
        let id = UUID.v5(namespace: payment, name: entry.reference)
        // Under the payment's lock nobody else gives any of it back.
        return try await change(payment) { session, line in
            if try await wasEntered(id, entry, line, session) { return false }
            let amount = try Self.amount(entry, of: line)
            return try await session.run(
                """
                select billing.refund_payment(\(tenant), \(payment), \(id), \(entry.kind), \(amount),
                                              \(entry.reason), \(entry.reference))
                """
            ).value(Bool.self) ?? false
        }
    }

    private func wasEntered(
        _ id: UUID, _ entry: RefundEntry, _ line: PaymentLine, _ session: Connection
    ) async throws -> Bool {
        let before = try await session.run(
            "select kind, amount from billing.refunds where tenant_id = \(tenant) and id = \(id)"
        ).first(String.self, Money.self)
        guard let (kind, amount) = before else { return false }
        guard kind == entry.kind, entry.amount ?? amount == amount else {
            throw BillingFailure(
                "the reference \"\(entry.reference.forDisplay(60))\" is that of a \(kind) of \(line.text(amount)); "
                    + "give another one to another refund", "reference",
                expected: "a reference that no other refund of the payment has")
        }
        return true
    }

    private static func amount(_ entry: RefundEntry, of line: PaymentLine) throws -> Money {
        guard line.status == "succeeded" else {
            throw BillingFailure("the payment is \(line.status): only what was received is given back")
        }
        let left = line.amount - line.refunded
        guard left > .zero else { throw BillingFailure("all of the payment was given back before") }
        let amount = entry.amount ?? left
        guard line.allows(amount) else {
            throw BillingFailure(
                "\(amount) is no amount above zero in the minor digits of \(line.currency)", "amount",
                expected: "an amount above 0 with \(line.minorDigits) decimals at most")
        }
        guard amount <= left else {
            let most = left.text(minimumDecimals: line.minorDigits)
            throw BillingFailure(
                "the payment is \(line.text(line.amount)), of which \(line.text(line.refunded)) were given back "
                    + "before: the amount is at most \(most)", "amount", expected: "\(most) at most")
        }
        return amount
    }
}

extension RefundEntry {
    fileprivate var kind: String { isChargeback ? "chargeback" : "refund" }
}
