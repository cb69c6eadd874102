import TestSupport
import Testing

@testable import Telecom

/// Prices and roundings that were published or computed elsewhere.
@Suite struct GoldenVectorTests {
    struct Call: CustomTestStringConvertible {
        let perMinute: String
        let increments: String
        let seconds: Int64
        let billed: Int64
        var amount: String?
        var testDescription: String { "\(seconds) s of \(perMinute) at \(increments)" }
    }

    /// With extras that say nothing as without any.
    @Test(arguments: [
        Call(perMinute: "0.01", increments: "6/6", seconds: 0, billed: 0, amount: "0"),
        Call(perMinute: "0.01", increments: "6/6", seconds: 1, billed: 6),
        Call(perMinute: "0.01", increments: "6/6", seconds: 6, billed: 6),
        Call(perMinute: "0.01", increments: "6/6", seconds: 7, billed: 12),
        Call(perMinute: "0.01", increments: "6/6", seconds: 205, billed: 210),
        Call(perMinute: "0.01", increments: "30/6", seconds: 30, billed: 30),
        Call(perMinute: "0.01", increments: "30/6", seconds: 31, billed: 36),
        Call(perMinute: "0.01", increments: "30/6", seconds: 37, billed: 42),
        Call(perMinute: "0.01", increments: "60/60", seconds: 59, billed: 60),
        Call(perMinute: "0.01", increments: "60/60", seconds: 60, billed: 60),
        Call(perMinute: "0.01", increments: "60/60", seconds: 61, billed: 120),
        Call(perMinute: "0.01", increments: "60/1", seconds: 61, billed: 61),
        Call(perMinute: "0.01", increments: "1/1", seconds: 1, billed: 1),
        Call(perMinute: "0.00137", increments: "6/6", seconds: 205, billed: 210, amount: "0.004795"),
        Call(perMinute: "0.0085", increments: "30/6", seconds: 37, billed: 42, amount: "0.00595"),
        Call(perMinute: "0.0049", increments: "6/6", seconds: 7, billed: 12, amount: "0.00098"),
        Call(perMinute: "0.00012345", increments: "6/6", seconds: 7, billed: 12, amount: "0.00002469"),
        Call(perMinute: "0.01", increments: "6/6", seconds: 100, billed: 102, amount: "0.017"),
    ])
    func `calls`(_ row: Call) throws {
        let terms = try terms(row.perMinute, row.increments)
        let use = CallUse(talkMilliseconds: row.seconds * 1000, answeredMicroseconds: 0)
        for extras in [nil, try RateExtras(id: uuid(1))] {
            let price = try RatingRules(terms: terms, extras: extras).price(use)
            #expect(price.billedSeconds == row.billed)
            if let amount = row.amount { #expect(price.amount == money(amount)) }
        }
    }

    struct Rounding: CustomTestStringConvertible {
        let exact: String
        let cents: Int64
        var testDescription: String { exact }
    }

    /// Half away from zero, as documents round to the minor digits of a currency.
    @Test(arguments: [
        Rounding(exact: "2.345", cents: 235), Rounding(exact: "2.355", cents: 236), Rounding(exact: "0.125", cents: 13),
        Rounding(exact: "-2.345", cents: -235), Rounding(exact: "2.344", cents: 234),
        // 100.00 × 0.649 × 0.376, and three times 0.35 at 7 per cent by line and in one.
        Rounding(exact: "24.4024", cents: 2440), Rounding(exact: "0.0245", cents: 2),
        Rounding(exact: "0.0735", cents: 7),
    ])
    func `amounts`(_ row: Rounding) {
        #expect(FixedPoint.roundedQuotient(Int128(money(row.exact).units), 1_000_000) == Int128(row.cents))
    }

    @Test func `a share of a factor is exact`() {
        let base = money("100").scaled(by: 649, over: 1000).scaled(by: 376, over: 1000)
        #expect(base == money("24.4024"))
        let line = money("0.35").scaled(by: 7, over: 100)
        #expect(line == money("0.0245"))
        #expect(line + line + line == money("0.0735"))
    }
}
