import Telecom
import TestSupport
import Testing

@Suite struct RateTermsHoldTests {
    struct Longest: CustomTestStringConvertible {
        let perMinute: String
        let increments: String
        var connectFee = "0"
        let hold: String
        let seconds: Int64?
        var testDescription: String { "\(hold) at \(perMinute) \(increments), fee \(connectFee)" }
    }

    @Test(arguments: [
        // One second of timer error is always kept back.
        Longest(perMinute: "0.60", increments: "1/1", hold: "0.60", seconds: 59),
        Longest(perMinute: "0.60", increments: "60/60", hold: "0.60", seconds: 59),
        Longest(perMinute: "0.60", increments: "60/60", hold: "1.19", seconds: 59),
        Longest(perMinute: "0.60", increments: "60/60", hold: "1.20", seconds: 119),
        Longest(perMinute: "0.60", increments: "30/6", hold: "0.30", seconds: 29),
        Longest(perMinute: "0.60", increments: "30/6", hold: "0.36", seconds: 35),
        Longest(perMinute: "0.60", increments: "30/6", hold: "0.29", seconds: nil),
        // Not even one second and its timer error.
        Longest(perMinute: "0.60", increments: "1/1", hold: "0.01", seconds: nil),
        Longest(perMinute: "0.60", increments: "1/1", hold: "0.02", seconds: 1),
        Longest(perMinute: "0.60", increments: "6/6", connectFee: "0.05", hold: "0.10", seconds: nil),
        Longest(perMinute: "0.60", increments: "6/6", connectFee: "0.05", hold: "0.11", seconds: 5),
        // Free, or free but for the connect fee: only the trunk's limit counts.
        Longest(perMinute: "0", increments: "1/1", hold: "0", seconds: 3600),
        Longest(perMinute: "0", increments: "1/1", connectFee: "0.05", hold: "0.05", seconds: 3600),
        Longest(perMinute: "0", increments: "1/1", connectFee: "0.05", hold: "0.04", seconds: nil),
        Longest(perMinute: "0.60", increments: "1/1", hold: "1000", seconds: 3600),
        Longest(perMinute: "0.60", increments: "1/1", hold: "0", seconds: nil),
        Longest(perMinute: "0.60", increments: "1/1", hold: "-5", seconds: nil),
    ])
    func `the longest call for a hold`(_ row: Longest) throws {
        let terms = try terms(row.perMinute, row.increments, connectFee: row.connectFee)
        #expect(terms.maximumDuration(within: money(row.hold), atMostSeconds: 3600) == row.seconds)
    }

    @Test func `the longest call and one more second are paid for, and no longer one is`() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<3000 {
            let terms = try randomTerms(&generator)
            let talk = Int64.random(in: 1...2_000, using: &generator)
            let slack = Int64.random(in: -3...3, using: &generator)
            let hold = terms.holdAmount(seconds: talk) + Money(units: slack)
            let longest = terms.maximumDuration(within: hold, atMostSeconds: 1_000)
            func isPaid(_ seconds: Int64) -> Bool {
                NaivePrice(terms, talkMilliseconds: (seconds + 1) * 1000).units <= hold.units
            }
            if let longest {
                #expect((1...1_000).contains(longest))
                #expect(isPaid(longest))
                #expect(longest == 1_000 || !isPaid(longest + 1))
            } else {
                #expect(!isPaid(1))
            }
        }
    }

    @Test func `the smallest hold always buys a second`() throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<2000 {
            let terms = try randomTerms(&generator)
            #expect(terms.minimumHold >= terms.firstIncrementPrice)
            let longest = try #require(terms.maximumDuration(within: terms.minimumHold, atMostSeconds: 7200))
            #expect(longest >= 1)
        }
    }

    @Test func `a hold of any length is the price that rating makes of it, for the dearest call too`() throws {
        var generator = SeededGenerator(seed: 6)
        var all = try (0..<1500).map { _ in try randomTerms(&generator) }
        for increments in [(Int64(1), Int64(1)), (86_400, 86_400), (1, 86_400), (86_400, 1)] {
            all.append(
                try RateTerms(
                    connectFee: Money(units: Rate.maximum.unitsPerMinute), initialRate: .maximum, nextRate: .maximum,
                    initialIncrementSeconds: increments.0, nextIncrementSeconds: increments.1))
        }
        for terms in all {
            let usual = Int64.random(in: 2...20_000, using: &generator)
            for seconds in [0, 1, usual, 86_399, 86_400, 86_401, RateTerms.maximumTalkSeconds] {
                let rated = try terms.price(talkMilliseconds: seconds * 1000)
                #expect(terms.holdAmount(seconds: seconds) == rated.amount)
            }
        }
    }

    @Test func `a hold is the price of its time`() throws {
        let terms = try terms("0.60", "30/6")
        #expect(terms.holdAmount(seconds: 3600) == money("36"))
        #expect(terms.holdAmount(seconds: 31) == money("0.36"))
        #expect(terms.holdAmount(seconds: 0) == .zero)
        #expect(terms.holdAmount(seconds: .max) == terms.holdAmount(seconds: RateTerms.maximumTalkSeconds))
        #expect(terms.minimumHold == money("0.30"))
        #expect(!terms.isFree)
    }
}
