import TestSupport
import Testing

@testable import Telecom

/// A call that is charged on its way costs what it costs at its end, and a price can be derived from what it names.
@Suite struct SlicedCallTests {
    @Test func `slices of any length add up to the price of the whole`() throws {
        var generator = SeededGenerator(seed: 21)
        for _ in 0..<2000 {
            let rules = try randomRules(&generator)
            let use = randomUse(&generator)
            let whole = try rules.price(use)
            var sliced = SlicedCall(rules, use)
            var sum = Money.zero
            var at: Int64 = 0
            while at < use.talkMilliseconds {
                at = min(at + Int64.random(in: 1...90_000, using: &generator), use.talkMilliseconds)
                sum += try sliced.extend(toMilliseconds: at)
                #expect(sliced.charged == sum)
            }
            sum += try sliced.extend(toMilliseconds: at)
            #expect(sum == whole.amount)
        }
    }

    @Test func `no call on its way costs more than what is held for it`() throws {
        var generator = SeededGenerator(seed: 22)
        for _ in 0..<100 {
            let rules = try randomRules(&generator)
            var use = randomUse(&generator)
            let seconds = Int64.random(in: 1...900, using: &generator)
            let most = try rules.highestPrice(upToSeconds: seconds, of: use)
            var reached = Money.zero
            for second in 1...seconds {
                use.talkMilliseconds = second * 1000
                reached = max(reached, try rules.price(use).amount)
            }
            #expect(reached == most || use.outcome != .answered && reached <= most)
        }
    }

    @Test func `without extras it is the price by the row's terms, bit for bit`() throws {
        var generator = SeededGenerator(seed: 23)
        for _ in 0..<3000 {
            let terms = try randomTerms(&generator)
            let talk = Int64.random(in: 0...4_000_000, using: &generator)
            let use = CallUse(talkMilliseconds: talk, answeredMicroseconds: 0)
            let call = try terms.price(talkMilliseconds: talk)
            let plain = try RatingRules(terms: terms).price(use)
            #expect(plain.amount == call.amount && plain.billedSeconds == call.billedSeconds)
            #expect(plain.rounding == Int128(call.roundingSixtieths) && plain.roundingScale == 60)
            // Extras that say nothing are the long way to the same.
            let long = try RatingRules(terms: terms, extras: RateExtras(id: uuid(1))).price(use)
            #expect(long.amount == call.amount && long.billedSeconds == call.billedSeconds)
            #expect(long.rounding == plain.rounding * Int128(FactoredRate.one))
        }
    }

    @Test func `a price is derived again from its parts, fees and rounding`() throws {
        var generator = SeededGenerator(seed: 24)
        for _ in 0..<3000 {
            let rules = try randomRules(&generator)
            var use = randomUse(&generator)
            use.exchange = nil
            let price = try rules.price(use)
            let whole = price.roundingScale
            var exact = price.parts.reduce(Int128(0)) { sum, part in
                let paid = Int128(part.billedSeconds - part.includedSeconds)
                return sum + paid * Int128(part.rate.unitsPerMinute) * Int128(part.factor)
            }
            exact += Int128(price.connectFee.units) * whole
            if price.isRaisedToMinimum, let extras = rules.extras { exact = Int128(extras.minimumAmount.units) * whole }
            exact += Int128((price.attemptFee + price.shortCallFee).units) * whole
            if price.isCapped, let cap = rules.extras?.cap { exact = Int128(cap.units) * whole }
            #expect(Int128(price.amount.units) * whole - price.rounding == exact)
            #expect(price.rounding * 2 <= whole && price.rounding * 2 > -whole)
            #expect(price.parts.reduce(0) { $0 + $1.billedSeconds } == price.billedSeconds)
        }
    }
}

private func randomChange(_ generator: inout SeededGenerator) throws -> RateChange {
    Bool.random(using: &generator)
        ? .factor(basisPoints: Int64.random(in: 0...20_000, using: &generator))
        : .rate(try Rate(unitsPerMinute: Int64.random(in: 0...100_000_000, using: &generator)))
}

private func randomSteps(upTo seconds: Int64, _ generator: inout SeededGenerator) throws -> [RateStep] {
    try (0..<Int.random(in: 0...2, using: &generator)).map { _ in
        RateStep(
            id: uuid(3), fromSeconds: Int64.random(in: 1...seconds, using: &generator),
            change: try randomChange(&generator))
    }
}

/// Every rule by chance, most of them small enough to meet each other.
func randomRules(_ generator: inout SeededGenerator) throws -> RatingRules {
    func fee(_ generator: inout SeededGenerator) -> Money {
        Bool.random(using: &generator) ? .zero : Money(units: Int64.random(in: 0...50_000_000, using: &generator))
    }
    func seconds(_ generator: inout SeededGenerator) -> Int64 {
        Bool.random(using: &generator) ? 0 : Int64.random(in: 0...90, using: &generator)
    }
    let windows = try (0..<Int.random(in: 0...2, using: &generator)).map { number in
        let opens = Int64.random(in: 0..<1440, using: &generator) * 60_000_000
        let closes = Int64.random(in: 0...1440, using: &generator) * 60_000_000
        return RateWindow(
            id: uuid(10 + number), days: (1...8).filter { _ in Bool.random(using: &generator) },
            hours: (opens, closes), change: try randomChange(&generator))
    }
    let extras = try RateExtras(
        id: uuid(1), attemptFee: fee(&generator), freeSeconds: seconds(&generator),
        isFreeAllOrNothing: Bool.random(using: &generator), minimumSeconds: seconds(&generator),
        minimumAmount: fee(&generator), shortCallSeconds: seconds(&generator), shortCallFee: fee(&generator),
        cap: Bool.random(using: &generator) ? nil : fee(&generator), talkSteps: randomSteps(upTo: 400, &generator),
        usageSteps: randomSteps(upTo: 4000, &generator), usageSplitsCall: Bool.random(using: &generator),
        clock: RateClock(windows: windows, offsets: [WeeklyHours.Offset(fromMicroseconds: 0, seconds: -18_000)]))
    return RatingRules(terms: try randomTerms(&generator), rateID: uuid(2), extras: extras)
}

func randomUse(_ generator: inout SeededGenerator) -> CallUse {
    CallUse(
        talkMilliseconds: Int64.random(in: 0...900_000, using: &generator),
        answeredMicroseconds: Int64.random(in: 0...4_000_000_000_000_000, using: &generator),
        outcome: Int.random(in: 0..<8, using: &generator) == 0 ? .busy : .answered,
        usedSecondsBefore: Int64.random(in: 0...4000, using: &generator),
        includedSeconds: Bool.random(using: &generator) ? 0 : Int64.random(in: 0...400, using: &generator),
        exchange: Bool.random(using: &generator)
            ? nil
            : ExchangeFactor(
                rate: Money(units: Int64.random(in: 1...300_000_000, using: &generator)),
                isInverse: Bool.random(using: &generator)))
}
