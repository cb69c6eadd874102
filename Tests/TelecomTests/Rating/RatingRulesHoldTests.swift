import TestSupport
import Testing

@testable import Telecom

/// What is held by all the rules of a plan, and how long a call may last for it.
@Suite struct RatingRulesHoldTests {
    @Test func `a hold pays for every call within the time that it gives, and for no second more`() throws {
        var generator = SeededGenerator(seed: 31)
        for _ in 0..<300 {
            let rules = try randomRules(&generator)
            let now = Int64.random(in: 0...100_000_000_000_000, using: &generator)
            let hold = Money(units: .random(in: 0...500_000_000, using: &generator))
            let longest = rules.maximumDuration(within: hold, atMostSeconds: 1_000, at: now)
            let paid = longest ?? 0
            if paid > 0 { #expect(rules.holdAmount(seconds: paid + 1, at: now) <= hold) }
            if paid < 1_000 { #expect(rules.holdAmount(seconds: paid + 2, at: now) > hold) }
            var use = CallUse(talkMilliseconds: 0, answeredMicroseconds: now)
            for seconds in [1, paid / 2, paid] where seconds >= 1 && seconds <= paid {
                use.talkMilliseconds = seconds * 1000
                #expect(try rules.price(use).amount <= hold)
            }
            let least = rules.minimumHold(at: now)
            #expect(rules.maximumDuration(within: least, atMostSeconds: 60, at: now) ?? 0 >= 1)
        }
    }

    @Test func `seconds of bundles take the place of money, and the call may last for both`() throws {
        var generator = SeededGenerator(seed: 33)
        for _ in 0..<300 {
            let rules = try randomRules(&generator)
            let now = Int64.random(in: 0...100_000_000_000_000, using: &generator)
            let included = Int64.random(in: 0...700, using: &generator)
            let hold = Money(units: .random(in: 0...200_000_000, using: &generator))
            let longest = rules.maximumDuration(within: hold, atMostSeconds: 1_000, at: now, including: included)
            let usual = rules.maximumDuration(within: hold, atMostSeconds: 1_000, at: now)
            #expect(longest ?? 0 >= usual ?? 0)
            for seconds in [1, (longest ?? 0) / 2, longest ?? 0] where seconds >= 1 && seconds <= longest ?? 0 {
                let use = CallUse(
                    talkMilliseconds: seconds * 1000, answeredMicroseconds: now, includedSeconds: included)
                #expect(try rules.price(use).amount <= hold)
            }
            // As many as are billed pay for all that goes by time.
            let all = rules.billedSeconds(of: 120, at: now)
            let price = try rules.price(
                CallUse(talkMilliseconds: 120_000, answeredMicroseconds: now, includedSeconds: all))
            #expect(price.includedSeconds == price.billedSeconds && price.billedSeconds == all)
        }
    }

    @Test func `without extras it is what the terms say`() throws {
        var generator = SeededGenerator(seed: 32)
        for _ in 0..<300 {
            let terms = try randomTerms(&generator)
            let rules = RatingRules(terms: terms)
            let seconds = Int64.random(in: 0...4_000, using: &generator)
            #expect(rules.holdAmount(seconds: seconds, at: 0) == terms.holdAmount(seconds: seconds))
            #expect(rules.minimumHold(at: 0) == terms.minimumHold)
            let hold = Money(units: .random(in: 0...500_000_000, using: &generator))
            #expect(
                rules.maximumDuration(within: hold, atMostSeconds: 900, at: 0)
                    == terms.maximumDuration(within: hold, atMostSeconds: 900))
        }
    }

    @Test func `an attempt is held for, whatever becomes of it`() throws {
        let extras = try RateExtras(id: uuid(1), attemptFee: money("0.5"), chargedOutcomes: [.busy])
        let rules = RatingRules(
            terms: try RateTerms(
                initialRate: rate("0.6"), nextRate: rate("0.6"), initialIncrementSeconds: 1, nextIncrementSeconds: 1),
            extras: extras)
        #expect(rules.minimumHold(at: 0) == money("0.5"))
        #expect(rules.holdAmount(seconds: 60, at: 0) == money("0.6"))
    }

    /// The world sells New York at 0.02 a minute, 6/6.
    @Test func `the router holds by what the plan says beside its rows`() throws {
        var world = try World()
        let usual = try #require(world.decide("+12125550100", caller: "+442079460000").charge)
        var table = ExtrasTable()
        table.add(
            try RateExtras(id: uuid(1), shortCallSeconds: 10, shortCallFee: money("0.3")), prefix("1212"), .always)
        world.input.ratePlans[0].outboundExtras = table
        let decision = world.decide("+12125550100", caller: "+442079460000")
        let charge = try #require(decision.charge)
        #expect(charge.minimumHold == usual.minimumHold + money("0.3"))
        #expect(charge.expectedPrice == usual.expectedPrice)
        // The dearest moment is the tenth second, of two increments, until the call is longer than that costs.
        #expect(charge.wantedHold == max(usual.wantedHold, usual.terms.holdAmount(seconds: 10) + money("0.3")))
        #expect(decision.maximumDuration(within: usual.minimumHold) == nil)
        #expect(decision.maximumDuration(within: charge.wantedHold) ?? 0 >= 10)
        let other = try #require(world.decide("+13105550100", caller: "+442079460000").charge)
        world.input.ratePlans[0].outboundExtras = nil
        #expect(world.decide("+13105550100", caller: "+442079460000").charge?.wantedHold == other.wantedHold)
    }
}
