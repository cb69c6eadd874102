package import struct FoundationEssentials.UUID

/// What a call costs by all the rules of its plan or deck, with everything needed to derive the amount again.
///
///     time   = Σ parts (billed − included seconds) · rate · factor / 60
///     charge = connect fee + time, at least the minimum where `isRaisedToMinimum`
///     amount = (charge + attempt fee + short call fee, at most the cap where `isCapped`) · exchange, rounded once
package struct CallPrice: Sendable, Hashable {
    /// Increments one after the other that one rate holds for.
    package struct Part: Sendable, Hashable {
        /// Whether it is the initial increment, which stands alone.
        package let isInitial: Bool
        package var increments: Int64
        package var billedSeconds: Int64
        /// Those of them that a bundle gave.
        package var includedSeconds: Int64
        /// Per minute, before the factor.
        package let rate: Rate
        /// In 10⁻¹².
        package let factor: Int64
        /// What a factor of one is.
        package static let factorOfOne = FactoredRate.one
        package let talkStepID: UUID?
        package let usageStepID: UUID?
        package let windowID: UUID?

        /// What it costs, in sixtieths of 10⁻²⁰.
        var exact: Int128 {
            Int128(billedSeconds - includedSeconds) * Int128(rate.unitsPerMinute) * Int128(factor)
        }
    }

    /// The row of the plan or deck.
    package let rateID: UUID?
    /// What was said beside it; nil for nothing.
    package let extrasID: UUID?
    /// Rounded up to whole seconds; 0 when it was not answered.
    package let talkSeconds: Int64
    package internal(set) var billedSeconds: Int64 = 0
    /// The billed seconds that a bundle gave: they are used up.
    package internal(set) var includedSeconds: Int64 = 0
    /// In the order of time. Empty also where the row's own terms say all.
    package internal(set) var parts: [Part] = []
    package internal(set) var attemptFee: Money = .zero
    package internal(set) var connectFee: Money = .zero
    package internal(set) var shortCallFee: Money = .zero
    package internal(set) var isRaisedToMinimum = false
    package internal(set) var isCapped = false
    /// Into the currency of the amount.
    package internal(set) var exchange: ExchangeFactor?
    /// Rounded once to 10⁻⁸, halves away from zero.
    package internal(set) var amount: Money = .zero
    /// What the rounding added, in fractions of 10⁻⁸: so many of `roundingScale`.
    package internal(set) var rounding: Int128 = 0
    package internal(set) var roundingScale: Int128 = 60

    init(rateID: UUID?, extrasID: UUID?, talkSeconds: Int64) {
        self.rateID = rateID
        self.extrasID = extrasID
        self.talkSeconds = talkSeconds
    }

    /// The price by the row's terms alone.
    init(rateID: UUID?, _ call: RatedCall, _ terms: RateTerms) {
        self.init(rateID: rateID, extrasID: nil, talkSeconds: call.talkSeconds)
        billedSeconds = call.billedSeconds
        connectFee = call.talkSeconds > 0 ? terms.connectFee : .zero
        amount = call.amount
        rounding = Int128(call.roundingSixtieths)
    }
}
