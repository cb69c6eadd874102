/// What a call costs, with everything needed to derive the amount again bit for bit.
package struct RatedCall: Sendable, Hashable {
    /// The talk time rounded up to whole seconds; 0 when the call was not answered.
    package let talkSeconds: Int64
    /// The seconds paid for: the initial increment and every begun next increment.
    package let billedSeconds: Int64
    /// How many next increments were begun after the initial one.
    package let nextIncrements: Int64
    /// The price, rounded once to 10⁻⁸, halves away from zero.
    package let amount: Money
    /// What the rounding added, in sixtieths of 10⁻⁸ (a rate is per minute, time is in seconds): −29…30.
    package let roundingSixtieths: Int64

    /// A call that nobody answered.
    static let unanswered = RatedCall(
        talkSeconds: 0, billedSeconds: 0, nextIncrements: 0, amount: .zero, roundingSixtieths: 0)
}

/// Why terms or a duration cannot be rated.
package enum RatingError: Error, Hashable, Sendable {
    /// The connect fee is negative or above `Rate.maximum`.
    case connectFeeOutOfRange
    /// An increment is not 1 s … 24 h.
    case incrementOutOfRange
    /// The talk time is negative or longer than 31 days: a damaged CDR, to be looked at and not to be charged.
    case talkTimeOutOfRange
    /// A fee, a number of seconds or a factor of the extras that no column would hold.
    case extrasOutOfRange
    /// The price is more than a column holds.
    case amountOutOfRange
}
