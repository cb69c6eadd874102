import Telecom
import TestSupport
import Testing

/// Each rule of docs/decisions/0021-rating.md by itself, and how they meet.
@Suite struct RatingRulesTests {
    struct Row: CustomTestStringConvertible {
        let name: String
        var perMinute = "0.60"
        var increments = "1/1"
        var connectFee = "0"
        var extras: RateExtras?
        let seconds: Int64
        var outcome = CallOutcome.answered
        var used: Int64 = 0
        var included: Int64 = 0
        let amount: String
        var billed: Int64?
        var testDescription: String { name }
    }

    private func price(_ row: Row) throws -> CallPrice {
        let terms = try terms(row.perMinute, row.increments, connectFee: row.connectFee)
        return try RatingRules(terms: terms, rateID: uuid(7), extras: row.extras).price(
            CallUse(
                talkMilliseconds: row.seconds * 1000, answeredMicroseconds: 0, outcome: row.outcome,
                usedSecondsBefore: row.used, includedSeconds: row.included))
    }

    private func check(_ row: Row) throws {
        let price = try price(row)
        #expect(price.amount == money(row.amount))
        #expect(price.rateID == uuid(7))
        #expect(price.extrasID == row.extras?.id)
        if let billed = row.billed { #expect(price.billedSeconds == billed) }
    }

    private static func attempt(_ fee: String, _ outcomes: [CallOutcome] = RateExtras.attempts) -> RateExtras? {
        try? RateExtras(id: uuid(1), attemptFee: money(fee), chargedOutcomes: outcomes)
    }

    private static func free(_ seconds: Int64, allOrNothing: Bool, attempt: String = "0") -> RateExtras? {
        try? RateExtras(
            id: uuid(1), attemptFee: money(attempt), freeSeconds: seconds, isFreeAllOrNothing: allOrNothing)
    }

    @Test(arguments: [
        Row(name: "an answered attempt", extras: attempt("0.01"), seconds: 10, amount: "0.11"),
        Row(name: "a busy one", extras: attempt("0.01"), seconds: 0, outcome: .busy, amount: "0.01", billed: 0),
        Row(name: "busy is not charged", extras: attempt("0.01", [.failed]), seconds: 0, outcome: .busy, amount: "0"),
        Row(name: "failed is", extras: attempt("0.01", [.failed]), seconds: 0, outcome: .failed, amount: "0.01"),
        Row(name: "the router's own refusal", extras: attempt("0.01"), seconds: 0, outcome: .refused, amount: "0"),
        Row(name: "what nobody knows", extras: attempt("0.01"), seconds: 0, outcome: .lost, amount: "0"),
        Row(
            name: "answered for no time", connectFee: "1", extras: attempt("0.01"), seconds: 0, amount: "0.01"),
    ])
    func `attempts cost their fee by how they end`(_ row: Row) throws { try check(row) }

    @Test(arguments: [
        Row(
            name: "not longer, free of all", connectFee: "1", extras: free(6, allOrNothing: true), seconds: 6,
            amount: "0", billed: 0),
        Row(
            name: "longer, all is paid", connectFee: "1", extras: free(6, allOrNothing: true), seconds: 7,
            amount: "1.07", billed: 7),
        Row(
            name: "the first are free, not longer", connectFee: "1", extras: free(6, allOrNothing: false), seconds: 6,
            amount: "0", billed: 0),
        Row(
            name: "increments begin behind them", increments: "30/6", connectFee: "1",
            extras: free(6, allOrNothing: false), seconds: 37, amount: "1.36", billed: 36),
        Row(
            name: "the attempt is paid all the same", extras: free(6, allOrNothing: true, attempt: "0.02"), seconds: 6,
            amount: "0.02"),
    ])
    func `free seconds`(_ row: Row) throws { try check(row) }

    private static func least(_ seconds: Int64, _ amount: String) -> RateExtras? {
        try? RateExtras(
            id: uuid(1), attemptFee: money("0.01"), minimumSeconds: seconds, minimumAmount: money(amount))
    }

    private static func short(_ cap: String? = nil) -> RateExtras? {
        try? RateExtras(id: uuid(1), shortCallSeconds: 6, shortCallFee: money("0.05"), cap: cap.map { money($0) })
    }

    @Test(arguments: [
        Row(name: "so many seconds", increments: "1/1", extras: least(30, "0"), seconds: 3, amount: "0.31", billed: 30),
        Row(
            name: "in increments of the row", increments: "6/6", extras: least(31, "0"), seconds: 3, amount: "0.37",
            billed: 36),
        Row(name: "longer already", extras: least(30, "0"), seconds: 40, amount: "0.41", billed: 40),
        Row(name: "so much money beside the attempt", extras: least(0, "0.5"), seconds: 10, amount: "0.51"),
        Row(name: "dearer already", extras: least(0, "0.5"), seconds: 60, amount: "0.61"),
        Row(name: "connect fee counts", connectFee: "0.45", extras: least(0, "0.5"), seconds: 1, amount: "0.51"),
        Row(name: "not of what nobody answered", extras: least(30, "0.5"), seconds: 0, outcome: .busy, amount: "0.01"),
        Row(name: "not where some was included", extras: least(0, "0.5"), seconds: 10, included: 4, amount: "0.07"),
        Row(name: "a short call", extras: short(), seconds: 6, amount: "0.11"),
        Row(name: "not short", extras: short(), seconds: 7, amount: "0.07"),
        Row(name: "never answered", extras: short(), seconds: 0, outcome: .noAnswer, amount: "0"),
        Row(name: "capped in all", extras: short("0.08"), seconds: 6, amount: "0.08", billed: 6),
        Row(name: "below the cap", extras: short("0.08"), seconds: 7, amount: "0.07"),
    ])
    func `least and most`(_ row: Row) throws { try check(row) }

    private static func steps(
        talk: [(Int64, RateChange)] = [], usage: [(Int64, RateChange)] = [], splits: Bool = false
    ) -> RateExtras? {
        try? RateExtras(
            id: uuid(1), talkSteps: talk.map { RateStep(id: uuid(Int($0.0)), fromSeconds: $0.0, change: $0.1) },
            usageSteps: usage.map { RateStep(id: uuid(Int($0.0)), fromSeconds: $0.0, change: $0.1) },
            usageSplitsCall: splits)
    }

    private static let half = RateChange.factor(basisPoints: 5000)

    @Test(arguments: [
        Row(name: "up to it", extras: steps(talk: [(60, half)]), seconds: 60, amount: "0.6"),
        Row(name: "from it on", extras: steps(talk: [(60, half)]), seconds: 61, amount: "0.605"),
        Row(name: "two", extras: steps(talk: [(60, half), (70, .rate(.zero))]), seconds: 600, amount: "0.65"),
        Row(
            name: "an increment that has begun is paid at its rate", increments: "60/60",
            extras: steps(talk: [(61, .rate(.zero))]), seconds: 200, amount: "1.2", billed: 240),
        Row(name: "use below", extras: steps(usage: [(100, half)]), seconds: 30, used: 99, amount: "0.3"),
        Row(name: "use reached", extras: steps(usage: [(100, half)]), seconds: 30, used: 100, amount: "0.15"),
        Row(name: "the whole call", extras: steps(usage: [(100, half)]), seconds: 60, used: 90, amount: "0.6"),
        Row(
            name: "a split call", extras: steps(usage: [(100, half)], splits: true), seconds: 60, used: 90,
            amount: "0.35"),
        Row(
            name: "factors multiply", extras: steps(talk: [(1, half)], usage: [(1, half)]), seconds: 2, used: 5,
            amount: "0.0075"),
        Row(
            name: "a rate takes the place of what came before",
            extras: steps(talk: [(1, half)], usage: [(1, .rate(rate("6")))]), seconds: 2, used: 5, amount: "0.2"),
    ])
    func `steps of the call and of use`(_ row: Row) throws { try check(row) }

    @Test(arguments: [
        Row(name: "more than enough", seconds: 60, included: 100, amount: "0", billed: 60),
        Row(name: "some", seconds: 60, included: 20, amount: "0.4", billed: 60),
        Row(name: "within an increment", increments: "60/60", seconds: 61, included: 90, amount: "0.3", billed: 120),
        Row(name: "connect fee stays", connectFee: "0.1", seconds: 60, included: 60, amount: "0.1"),
        Row(
            name: "the first seconds, which are dear", extras: steps(talk: [(60, half)]), seconds: 120, included: 60,
            amount: "0.3"),
    ])
    func `included seconds pay for the first ones`(_ row: Row) throws {
        try check(row)
        let price = try price(row)
        #expect(price.includedSeconds == min(row.included, price.billedSeconds))
    }

    struct Exchange: CustomTestStringConvertible {
        let rate: String
        var isInverse = false
        let seconds: Int64
        let amount: String
        var testDescription: String { "\(seconds) s at \(rate)\(isInverse ? " inverse" : "")" }
    }

    @Test(arguments: [
        Exchange(rate: "1.1", seconds: 60, amount: "0.66"),
        Exchange(rate: "1.1", isInverse: true, seconds: 60, amount: "0.54545455"),
        // Half of the smallest unit is not rounded up before it is converted.
        Exchange(rate: "0.9", seconds: 1, amount: "0.009"),
        Exchange(rate: "151.23456789", seconds: 61, amount: "92.25308641"),
    ])
    func `a price is converted before it is rounded`(_ row: Exchange) throws {
        let rules = RatingRules(terms: try terms("0.6", "1/1"))
        let factor = ExchangeFactor(rate: money(row.rate), isInverse: row.isInverse)
        let price = try rules.price(
            CallUse(talkMilliseconds: row.seconds * 1000, answeredMicroseconds: 0, exchange: factor))
        #expect(price.amount == money(row.amount))
    }

    @Test func `half a unit that grows by the exchange is rounded once`() throws {
        // 0.29 units a minute: a second is 0.48 of a unit, which by itself would be nothing.
        let rules = RatingRules(terms: try terms("0.00000029", "1/1"))
        let factor = ExchangeFactor(rate: money("1.1"))
        let price = try rules.price(CallUse(talkMilliseconds: 1000, answeredMicroseconds: 0, exchange: factor))
        #expect(price.amount == money("0.00000001"))
        #expect(ExchangeFactor(rate: .zero) == nil)
    }

    @Test func `what no column holds is refused`() throws {
        let dearest = try RatingRules(
            terms: terms("200000", "3600/3600"),
            extras: RateExtras(
                id: uuid(1), talkSteps: [RateStep(id: uuid(2), fromSeconds: 1, change: .factor(basisPoints: 100_000))],
                usageSteps: [RateStep(id: uuid(3), fromSeconds: 1, change: .factor(basisPoints: 100_000))],
                clock: RateClock(windows: [
                    RateWindow(id: uuid(4), days: [1, 2, 3, 4, 5, 6, 7], change: .factor(basisPoints: 100_000))
                ])))
        var use = CallUse(
            talkMilliseconds: RateTerms.maximumTalkSeconds * 1000, answeredMicroseconds: 0, usedSecondsBefore: 9)
        #expect(throws: RatingError.amountOutOfRange) { try dearest.price(use) }
        use.exchange = ExchangeFactor(rate: Money(units: 999_999_999_999_999_999))
        #expect(throws: RatingError.amountOutOfRange) { try dearest.price(use) }
        use.exchange = ExchangeFactor(rate: Money(units: 1))
        #expect(throws: RatingError.amountOutOfRange) {
            try RatingRules(terms: terms("200000", "3600/3600")).price(
                CallUse(
                    talkMilliseconds: use.talkMilliseconds, answeredMicroseconds: 0,
                    exchange: ExchangeFactor(rate: Money(units: 1), isInverse: true)))
        }
        #expect(try dearest.price(use).amount > .zero)
        use.talkMilliseconds = -1
        #expect(throws: RatingError.talkTimeOutOfRange) { try dearest.price(use) }
        #expect(throws: RatingError.extrasOutOfRange) { try RateExtras(id: uuid(1), freeSeconds: 86_401) }
        #expect(throws: RatingError.extrasOutOfRange) { try RateExtras(id: uuid(1), attemptFee: money("-1")) }
    }
}
