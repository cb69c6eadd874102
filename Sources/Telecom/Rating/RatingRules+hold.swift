// How much money a call needs before it starts, and how long it may last for the money that is held, where a plan says
// more than its rows. Use is left out, for nobody knows before the call what it will be at its end; of bundles those
// seconds count that were kept back for the call.

extension RatingRules {
    /// The most that an answered call costs within so many seconds, or an attempt that is not answered.
    /// - Parameters:
    ///   - now: when it begins, in microseconds since 1970: hours of the day are counted from it.
    ///   - included: the seconds of bundles that are kept back for it.
    package func holdAmount(seconds: Int64, at now: Int64, including included: Int64 = 0) -> Money {
        let seconds = min(max(seconds, 0), RateTerms.maximumTalkSeconds)
        let use = CallUse(talkMilliseconds: 0, answeredMicroseconds: now, includedSeconds: included)
        // What no column holds, nobody has either.
        let price = (try? highestPrice(upToSeconds: seconds, of: use)) ?? RateTerms.largestAmount
        return max(price, extras?.highestAttemptFee ?? .zero)
    }

    /// As `RateTerms.minimumHold`.
    package func minimumHold(at now: Int64, including included: Int64 = 0) -> Money {
        holdAmount(seconds: 1 + RateTerms.timerErrorSeconds, at: now, including: included)
    }

    /// The seconds that an answered call of this length is billed, in whole increments: so many of a bundle make it
    /// free of rates.
    package func billedSeconds(of seconds: Int64, at now: Int64) -> Int64 {
        let seconds = min(max(seconds, 0), RateTerms.maximumTalkSeconds)
        let use = CallUse(talkMilliseconds: seconds * 1000, answeredMicroseconds: now, includedSeconds: .max)
        return (try? price(use).billedSeconds) ?? seconds
    }

    /// As `RateTerms.maximumDuration`: what a call costs at most never falls when it may last longer, so that the
    /// longest one is found by halving.
    package func maximumDuration(
        within hold: Money, atMostSeconds: Int64, at now: Int64, including included: Int64 = 0
    ) -> Int64? {
        let cap = min(atMostSeconds, RateTerms.maximumTalkSeconds - RateTerms.timerErrorSeconds)
        func isPaid(_ seconds: Int64) -> Bool {
            holdAmount(seconds: seconds + RateTerms.timerErrorSeconds, at: now, including: included) <= hold
        }
        guard cap >= 1, isPaid(1) else { return nil }
        var (paid, unpaid) = (Int64(1), cap + 1)
        while unpaid - paid > 1 {
            let middle = paid + (unpaid - paid) / 2
            if isPaid(middle) { paid = middle } else { unpaid = middle }
        }
        return paid
    }
}

extension RateExtras {
    /// What an attempt costs when it ends in the worst way.
    var highestAttemptFee: Money {
        let fee = CallOutcome.allCases.map { attemptFee(for: $0) }.max() ?? .zero
        return min(fee, cap ?? fee)
    }
}
