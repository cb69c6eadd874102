// How much money a call needs before it starts, and how long it may last for the money that is held.

extension RateTerms {
    /// The edge's timer may end a call this much later than it was told to; the price of that second is in the hold.
    package static let timerErrorSeconds: Int64 = 1

    /// The price of a call of so many seconds: the hold that a call wants. Time beyond 31 days is not held for.
    package func holdAmount(seconds: Int64) -> Money {
        let talkSeconds = min(max(seconds, 0), RateTerms.maximumTalkSeconds)
        return amountInMachineWords(talkSeconds) ?? rated(talkSeconds: talkSeconds).amount
    }

    /// The same as `rated(talkSeconds:).amount`, for the seconds of every usual call: with at most so many of them no
    /// price leaves 64 bits, and a decision needs one for each carrier.
    private func amountInMachineWords(_ talkSeconds: Int64) -> Money? {
        guard talkSeconds > 0 else { return .zero }
        guard talkSeconds <= RateTerms.maximumIncrementSeconds else { return nil }
        var next: Int64 = 0
        if talkSeconds > initialIncrementSeconds {
            // Both have 17 bits, and 32 are divided faster than 64.
            let beyond = UInt32(truncatingIfNeeded: talkSeconds - initialIncrementSeconds)
            let increment = UInt32(truncatingIfNeeded: nextIncrementSeconds)
            next = Int64((beyond + increment - 1) / increment) * nextIncrementSeconds
        }
        let sixtieths =
            connectFee.units * 60 + initialIncrementSeconds * initialRate.unitsPerMinute
            + next * nextRate.unitsPerMinute
        // No price is negative, so that half a unit is rounded up.
        return Money(units: (sixtieths + 30) / 60)
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
