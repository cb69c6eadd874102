import Foundation
import Postgres
import Telecom

/// One side of a rated call, with all that it was made from.
struct RatedSide: Sendable {
    let rateID: UUID?
    let terms: RateTerms?
    let billedSeconds: Int64
    let amount: Money
    /// What the amount follows from beside these; nil for nothing.
    var detail: RatingDetail?

    /// Nobody pays.
    static let none = RatedSide(rateID: nil, terms: nil, billedSeconds: 0, amount: .zero)

    var rate: Money? { terms.map { Money(units: $0.nextRate.unitsPerMinute) } }
    var initialSeconds: Int32? { terms.map { Int32(clamping: $0.initialIncrementSeconds) } }
    var nextSeconds: Int32? { terms.map { Int32(clamping: $0.nextIncrementSeconds) } }
}

/// One side of a call that is to be priced.
struct CallSide: Sendable {
    let rate: UsedRate
    let terms: RateTerms
    /// Who is billed; nil for the operator, on the buying side, and for nobody.
    let accountID: UUID?
    /// What it is paid in.
    let currency: String

    /// What its prices have to be exchanged for; nil when they are in the currency.
    func exchange(of tenant: UUID) -> UsedExchange.Pair? {
        guard let from = rate.currency, from != currency else { return nil }
        return UsedExchange.Pair(tenantID: tenant, from: from, to: currency)
    }
}
