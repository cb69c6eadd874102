// How much money a call needs before it starts, and how long it may last for the money that is held.

extension RateTerms {
    /// The edge's timer may end a call this much later than it was told to; the price of that second is in the hold.
    package static let timerErrorSeconds: Int64 = 1

    /// The price of a call of so many seconds: the hold that a call wants. Time beyond 31 days is not held for.
    package func holdAmount(seconds: Int64) -> Money {
        rated(talkSeconds: min(max(seconds, 0), RateTerms.maximumTalkSeconds)).amount
    }

    /// The smallest hold with which a call may start: the first increment, or the price of one second and its timer
    /// error where that is more (1/1), so that a hold of this size always buys at least one second.
    package var minimumHold: Money { holdAmount(seconds: 1 + RateTerms.timerErrorSeconds) }

    /// The longest whole seconds whose price, after one second of timer error and rounding up to the increment, is
    /// still within the hold.
    ///
    /// - Parameter atMostSeconds: the trunk's own limit; also the answer when more time costs nothing.
    /// - Returns: 1…`atMostSeconds`, or nil when the hold does not pay for a single second.
    package func maximumDuration(within hold: Money, atMostSeconds: Int64) -> Int64? {
        let cap = min(atMostSeconds, RateTerms.maximumTalkSeconds - RateTerms.timerErrorSeconds)
        // A price rounds to the hold or less exactly when it is below hold + ½ unit; 30 sixtieths are that half.
        let budget = Int128(hold.units) * 60 + 29
        guard cap >= 1, firstIncrementSixtieths <= budget else { return nil }
        guard nextIncrementSixtieths > 0 else { return cap }
        let steps = (budget - firstIncrementSixtieths) / nextIncrementSixtieths
        let paid = Int128(initialIncrementSeconds) + steps * Int128(nextIncrementSeconds)
        let longest = min(paid - Int128(RateTerms.timerErrorSeconds), Int128(cap))
        return longest >= 1 ? Int64(longest) : nil
    }
}
