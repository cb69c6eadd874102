package import Foundation
package import Telecom

/// What a publisher or a reseller has earned, as its statement shows it: of one payout, whose items are its lines; or
/// of a period that no payout is made for yet.
package struct StatementDocument: Sendable {
    /// Whose it is.
    package enum Payee: String, Sendable {
        case publisher
        case reseller
    }

    package let payee: Payee
    /// Of the payout, or of the payee where there is none.
    package let id: UUID
    /// `nil` where no payout is made yet.
    package let number: String?
    /// Of the payout; `provisional` where there is none.
    package let status: String
    package let currency: String
    package let minorDigits: Int
    package let firstDay: String
    /// The last day, not the one after it.
    package let lastDay: String
    package let timeZone: String
    package let approvedOn: String?
    package let dueOn: String?
    /// How it is paid, and where to, as people recognise it.
    package let method: String?
    package let notes: String
    package let payer: InvoiceDocument.Party
    package let recipient: InvoiceDocument.Party
    /// Below this nothing is paid; what there is, is carried over.
    package let minimum: Money
    package internal(set) var lines: [Line] = []
    /// What is not in the total, for it is not decided yet, or in another currency.
    package internal(set) var aside: [Aside] = []
    /// What the payout says its items come to; `nil` where there is none.
    let paid: (exact: Money, amount: Money)?

    /// A line: a call, or what is added to calls or taken away.
    package struct Line: Sendable {
        /// In the order of the statement.
        package let kind: Kind
        package let id: UUID
        /// In the payee's time zone; `nil` for what has no time.
        package let at: String?
        package let description: String
        /// A publisher's caller, a reseller's customer.
        package let party: String
        /// The number that was called.
        package let called: String
        package let seconds: Int?
        /// What a reseller's customer pays, and what the reseller is charged.
        package let sold: Money?
        package let charged: Money?
        package let amount: Money
    }

    /// What a line is for.
    package enum Kind: String, Sendable, CaseIterable {
        case carriedOver = "carried_over"
        case earning
        case adjustment
        case bonus
        case fee
        case refund
    }

    /// A sum that is not in the total.
    package struct Aside: Sendable, Equatable {
        package let reason: String
        package let count: Int
        package let amount: Money
        package let currency: String
    }

    /// The sum of the lines of one kind, or of all.
    package func sum(_ kind: Kind? = nil) -> Money {
        lines.filter { kind == nil || $0.kind == kind }.reduce(Money.zero) { $0 + $1.amount }
    }

    /// How many lines there are of one kind.
    package func count(_ kind: Kind) -> Int { lines.count { $0.kind == kind } }

    /// What is paid: the sum of the lines, rounded once to the decimals of the currency.
    package var amount: Money {
        if let paid { return paid.amount }
        let step = (minorDigits..<8).reduce(Int64(1)) { step, _ in step * 10 }
        return Money(units: sum().scaled(by: 1, over: step).units * step)
    }

    package var rounding: Money { amount - sum() }

    /// Whether it is carried over, for it is below what is paid out.
    package var isCarriedOver: Bool {
        ["provisional", "draft"].contains(status) && (amount < minimum || amount <= .zero)
    }

    /// - Throws: `BillingFailure` when its lines are not what the payout has: such a statement is worth nothing.
    func checked() throws -> StatementDocument {
        guard let paid, paid.exact != sum() else { return self }
        throw BillingFailure("the items of payout \(number ?? "-") add up to \(sum()), and it says \(paid.exact)")
    }
}
