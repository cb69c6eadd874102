import Telecom
import TestSupport
import Testing

@Suite struct RateTermsTests {
    struct Increments: CustomTestStringConvertible {
        let talkSeconds: Int64
        let increments: String
        let billed: Int64
        var testDescription: String { "\(talkSeconds) s at \(increments)" }
    }

    @Test(arguments: [
        Increments(talkSeconds: 0, increments: "1/1", billed: 0),
        Increments(talkSeconds: 0, increments: "60/60", billed: 0),
        Increments(talkSeconds: 1, increments: "6/6", billed: 6),
        Increments(talkSeconds: 6, increments: "6/6", billed: 6),
        Increments(talkSeconds: 7, increments: "6/6", billed: 12),
        Increments(talkSeconds: 205, increments: "6/6", billed: 210),
        Increments(talkSeconds: 30, increments: "30/6", billed: 30),
        Increments(talkSeconds: 31, increments: "30/6", billed: 36),
        Increments(talkSeconds: 37, increments: "30/6", billed: 42),
        Increments(talkSeconds: 59, increments: "60/60", billed: 60),
        Increments(talkSeconds: 60, increments: "60/60", billed: 60),
        Increments(talkSeconds: 61, increments: "60/60", billed: 120),
        Increments(talkSeconds: 61, increments: "60/1", billed: 61),
        Increments(talkSeconds: 1, increments: "1/1", billed: 1),
    ])
    func `bills begun increments`(_ row: Increments) throws {
        let call = try terms("0.01", row.increments).price(talkMilliseconds: row.talkSeconds * 1000)
        #expect(call.billedSeconds == row.billed)
        #expect(call.talkSeconds == row.talkSeconds)
    }

    struct Amount: CustomTestStringConvertible {
        let perMinute: String
        let talkMilliseconds: Int64
        let increments: String
        var connectFee = "0"
        let amount: String
        var testDescription: String { "\(perMinute), \(talkMilliseconds) ms at \(increments), fee \(connectFee)" }
    }

    @Test(arguments: [
        Amount(perMinute: "0.00137", talkMilliseconds: 205_000, increments: "6/6", amount: "0.004795"),
        Amount(perMinute: "0.0085", talkMilliseconds: 37_000, increments: "30/6", amount: "0.00595"),
        Amount(perMinute: "0.0049", talkMilliseconds: 7_000, increments: "6/6", amount: "0.00098"),
        Amount(perMinute: "0.00012345", talkMilliseconds: 7_000, increments: "6/6", amount: "0.00002469"),
        Amount(perMinute: "0.01", talkMilliseconds: 100_000, increments: "6/6", amount: "0.017"),
        // A begun second counts whole, and an answered call of no length at all was not answered.
        Amount(perMinute: "0.6", talkMilliseconds: 1, increments: "1/1", amount: "0.01"),
        Amount(perMinute: "0.6", talkMilliseconds: 1_001, increments: "1/1", amount: "0.02"),
        Amount(perMinute: "0.6", talkMilliseconds: 0, increments: "1/1", connectFee: "0.05", amount: "0"),
        Amount(perMinute: "0.6", talkMilliseconds: 1_000, increments: "1/1", connectFee: "0.05", amount: "0.06"),
        // One second of these costs 0.5, 0.49… and 1.5 of the smallest unit.
        Amount(perMinute: "0.0000003", talkMilliseconds: 1_000, increments: "1/1", amount: "0.00000001"),
        Amount(perMinute: "0.00000029", talkMilliseconds: 1_000, increments: "1/1", amount: "0"),
        Amount(perMinute: "0.0000009", talkMilliseconds: 1_000, increments: "1/1", amount: "0.00000002"),
        Amount(perMinute: "0", talkMilliseconds: 60_000, increments: "1/1", connectFee: "0.03", amount: "0.03"),
    ])
    func `prices a call`(_ row: Amount) throws {
        let terms = try terms(row.perMinute, row.increments, connectFee: row.connectFee)
        #expect(try terms.price(talkMilliseconds: row.talkMilliseconds).amount == money(row.amount))
    }

    @Test func `the initial increment has its own rate`() throws {
        let terms = try RateTerms(
            connectFee: money("0.01"), initialRate: rate("0.60"), nextRate: rate("0.06"), initialIncrementSeconds: 30,
            nextIncrementSeconds: 6)
        #expect(terms.firstIncrementPrice == money("0.31"))
        #expect(try terms.price(talkMilliseconds: 31_000).amount == money("0.316"))
    }

    @Test func `refuses terms and durations that cannot be`() throws {
        #expect(throws: RatingError.incrementOutOfRange) { try terms("0.01", "0/1") }
        #expect(throws: RatingError.incrementOutOfRange) { try terms("0.01", "1/86401") }
        #expect(throws: RatingError.connectFeeOutOfRange) { try terms("0.01", "1/1", connectFee: "-0.01") }
        let dearest = try terms("200000", "86400/86400", connectFee: "200000")
        #expect(throws: RatingError.talkTimeOutOfRange) { try dearest.price(talkMilliseconds: -1) }
        #expect(throws: RatingError.talkTimeOutOfRange) { try dearest.price(talkMilliseconds: 136_298_900_000) }
        let longest = try dearest.price(talkMilliseconds: RateTerms.maximumTalkSeconds * 1000)
        #expect(longest.amount == money("8928200000"))
    }

    @Test func `equals a naive sum of fractions, and can be derived again`() throws {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<5000 {
            let terms = try randomTerms(&generator)
            let talkMilliseconds = Int64.random(in: 0...4_000_000, using: &generator)
            let call = try terms.price(talkMilliseconds: talkMilliseconds)
            let oracle = NaivePrice(terms, talkMilliseconds: talkMilliseconds)
            #expect(call.amount.units == oracle.units)
            #expect(call.billedSeconds == oracle.billedSeconds)
            #expect(Int128(call.amount.units) * 60 - Int128(call.roundingSixtieths) == oracle.sixtieths)
        }
    }
}

/// Terms of every size: free, cheap with many decimals, dear; increments from one second to some minutes.
func randomTerms(_ generator: inout SeededGenerator) throws -> RateTerms {
    func rate(_ generator: inout SeededGenerator) throws -> Rate {
        let bound = [0, 100, 10_000_000, 900_000_000].randomElement(using: &generator) ?? 0
        return try Rate(unitsPerMinute: Int64.random(in: 0...Int64(bound), using: &generator))
    }
    let increments: [Int64] = [1, 6, 30, 60, Int64.random(in: 1...400, using: &generator)]
    let fee = Bool.random(using: &generator) ? 0 : Int64.random(in: 0...50_000_000, using: &generator)
    return try RateTerms(
        connectFee: Money(units: fee), initialRate: rate(&generator), nextRate: rate(&generator),
        initialIncrementSeconds: increments.randomElement(using: &generator) ?? 1,
        nextIncrementSeconds: increments.randomElement(using: &generator) ?? 1)
}

/// The formula step by step: seconds are counted one increment after the other, and the fraction stays whole until it
/// is rounded by looking at twice its remainder.
struct NaivePrice {
    var billedSeconds: Int64 = 0
    var sixtieths: Int128 = 0
    var units: Int64 = 0

    init(_ terms: RateTerms, talkMilliseconds: Int64) {
        var talkSeconds = talkMilliseconds / 1000
        if talkSeconds * 1000 < talkMilliseconds { talkSeconds += 1 }
        guard talkSeconds > 0 else { return }
        sixtieths = Int128(terms.connectFee.units) * 60
        sixtieths += Int128(terms.initialIncrementSeconds) * Int128(terms.initialRate.unitsPerMinute)
        billedSeconds = terms.initialIncrementSeconds
        while billedSeconds < talkSeconds {
            billedSeconds += terms.nextIncrementSeconds
            sixtieths += Int128(terms.nextIncrementSeconds) * Int128(terms.nextRate.unitsPerMinute)
        }
        units = Int64(sixtieths / 60) + (sixtieths % 60 * 2 >= 60 ? 1 : 0)
    }
}
