import Telecom

import struct Foundation.UUID

/// Pricing alone, on one core and in memory: by the row's own terms, and by every rule that there is.
struct CallRating: Sendable {
    let bench: Workbench

    func run() async throws -> [Measurement] {
        let plain = RatingRules(terms: try terms())
        let full = RatingRules(terms: try terms(), rateID: UUID(), extras: try everything())
        return try [
            ("rating, the row's terms alone", plain, "30/6, connect fee"),
            ("rating, every rule", full, "fees, minimum, cap, two steps of each kind, two windows, a bundle, exchange"),
        ].map { name, rules, what in
            let rates = try (0..<bench.rounds).map { _ in try rate(rules) }
            let parts = rules.extras == nil ? "" : "; \(try meanParts(rules).short) parts a call"
            return Measurement(
                name, median(rates), "calls/s",
                method: "one thread, in memory; \(what); calls of 1 to 600 s\(parts); \(bench.roundsText)")
        }
    }

    private func terms() throws -> RateTerms {
        try RateTerms(
            connectFee: Money(units: 500_000), initialRate: Rate(unitsPerMinute: 850_000),
            nextRate: Rate(unitsPerMinute: 790_000), initialIncrementSeconds: 30, nextIncrementSeconds: 6)
    }

    private func everything() throws -> RateExtras {
        func step(_ from: Int64, _ basisPoints: Int64) -> RateStep {
            RateStep(id: UUID(), fromSeconds: from, change: .factor(basisPoints: basisPoints))
        }
        let hour: Int64 = 3_600_000_000
        let evening = RateWindow(
            id: UUID(), days: [1, 2, 3, 4, 5], hours: (20 * hour, 6 * hour), change: .factor(basisPoints: 7500))
        let weekend = RateWindow(id: UUID(), days: [6, 7, 8], change: .factor(basisPoints: 5000))
        return try RateExtras(
            id: UUID(), attemptFee: Money(units: 10_000), freeSeconds: 2, minimumSeconds: 12,
            minimumAmount: Money(units: 100_000), shortCallSeconds: 6, shortCallFee: Money(units: 1_000_000),
            cap: Money(units: 50_000_000), talkSteps: [step(120, 9000), step(300, 8000)],
            usageSteps: [step(60_000, 9500), step(600_000, 9000)], usageSplitsCall: true,
            clock: RateClock(
                windows: [evening, weekend],
                offsets: [
                    WeeklyHours.Offset(fromMicroseconds: 0, seconds: -18_000),
                    WeeklyHours.Offset(fromMicroseconds: 1_772_953_200_000_000, seconds: -14_400),
                    WeeklyHours.Offset(fromMicroseconds: 1_793_512_800_000_000, seconds: -18_000),
                ], holidays: [20_783, 20_812]))
    }

    /// The n-th of the calls, which are spread over lengths, a week and the use of the account.
    private func use(_ number: Int64, _ rules: RatingRules) -> CallUse {
        var use = CallUse(
            talkMilliseconds: (number &* 7919 % 600_000) + 1,
            answeredMicroseconds: 1_795_000_000_000_000 + (number &* 104_729 % 604_800) * 1_000_000)
        guard rules.extras != nil else { return use }
        use.usedSecondsBefore = number &* 31 % 700_000
        use.includedSeconds = number % 5 * 10
        use.exchange = ExchangeFactor(rate: Money(units: 108_412_345))
        return use
    }

    private func meanParts(_ rules: RatingRules) throws -> Double {
        let counts = try (0..<Int64(10_000)).map { try rules.price(use($0, rules)).parts.count }
        return Double(counts.reduce(0, +)) / Double(counts.count)
    }

    private func rate(_ rules: RatingRules) throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + .seconds(bench.seconds)
        var count: Int64 = 0
        var sum = Money.zero
        while clock.now < end {
            for number in count..<count + 1000 { sum += try rules.price(use(number, rules)).amount }
            count += 1000
        }
        // The sum is looked at so that no price can be left out.
        return sum > .zero ? Double(count) / (clock.now - start).seconds : 0
    }
}
