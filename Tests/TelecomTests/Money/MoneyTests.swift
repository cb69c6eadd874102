import Telecom
import TestSupport
import Testing

@Suite struct MoneyTests {
    struct Reading: CustomTestStringConvertible {
        let text: String
        let units: Int64
        let written: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Reading(text: "0", units: 0, written: "0"),
        Reading(text: "-0", units: 0, written: "0"),
        Reading(text: "+1", units: 100_000_000, written: "1"),
        Reading(text: "12.50", units: 1_250_000_000, written: "12.5"),
        Reading(text: "0.00000001", units: 1, written: "0.00000001"),
        Reading(text: "-0.00000001", units: -1, written: "-0.00000001"),
        Reading(text: "-3.25", units: -325_000_000, written: "-3.25"),
        Reading(text: "000012.00", units: 1_200_000_000, written: "12"),
        Reading(text: "92233720368.54775807", units: .max, written: "92233720368.54775807"),
        Reading(text: "-92233720368.54775808", units: .min, written: "-92233720368.54775808"),
    ])
    func `reads and writes exact decimals`(_ row: Reading) throws {
        let money = try Money(parsing: row.text)
        #expect(money.units == row.units)
        #expect(money.description == row.written)
        #expect(Money(row.written) == money)
    }

    struct Refused: CustomTestStringConvertible {
        let text: String
        let error: MoneyError
        var testDescription: String { "'\(text)'" }
    }

    @Test(arguments: [
        Refused(text: "", error: .notANumber), Refused(text: "-", error: .notANumber),
        Refused(text: ".", error: .notANumber), Refused(text: "1.", error: .notANumber),
        Refused(text: ".5", error: .notANumber), Refused(text: "1e3", error: .notANumber),
        Refused(text: "1,000", error: .notANumber), Refused(text: " 1", error: .notANumber),
        Refused(text: "1.2.3", error: .notANumber), Refused(text: "--1", error: .notANumber),
        Refused(text: "٣", error: .notANumber), Refused(text: "NaN", error: .notANumber),
        Refused(text: "0.000000001", error: .tooManyDecimals), Refused(text: "0.100000000", error: .tooManyDecimals),
        Refused(text: "92233720368.54775808", error: .outOfRange),
        Refused(text: "-92233720368.54775809", error: .outOfRange),
        Refused(text: "99999999999999999999999999999999999999999999", error: .outOfRange),
    ])
    func `refuses what is not an exact amount`(_ row: Refused) {
        #expect(throws: row.error) { try Money(parsing: row.text) }
        #expect(Money(row.text) == nil)
    }

    struct Scaling: CustomTestStringConvertible {
        let units: Int64
        let by: Int64
        let over: Int64
        let result: Int64
        var testDescription: String { "\(units) · \(by) / \(over)" }
    }

    @Test(arguments: [
        Scaling(units: 5, by: 1, over: 2, result: 3), Scaling(units: -5, by: 1, over: 2, result: -3),
        Scaling(units: 3, by: 1, over: 2, result: 2), Scaling(units: -3, by: 1, over: 2, result: -2),
        Scaling(units: 7, by: 1, over: 3, result: 2), Scaling(units: 8, by: 1, over: 3, result: 3),
        Scaling(units: -8, by: 1, over: 3, result: -3), Scaling(units: 1, by: 29, over: 60, result: 0),
        Scaling(units: 1, by: 30, over: 60, result: 1), Scaling(units: .max, by: .max, over: .max, result: .max),
        Scaling(units: .min, by: 1, over: 1, result: .min),
    ])
    func `rounds halves away from zero`(_ row: Scaling) {
        #expect(Money(units: row.units).scaled(by: row.by, over: row.over).units == row.result)
    }

    @Test func `adds, compares and shows decimals`() throws {
        #expect(money("0.1") + money("0.2") == money("0.3"))
        #expect(money("1") - money("1.00000001") == money("-0.00000001"))
        #expect(money("-1") < .zero)
        #expect(-money("2") == money("-2"))
        #expect(money("12.5").text(minimumDecimals: 2) == "12.50")
        #expect(money("0").text(minimumDecimals: 2) == "0.00")
        #expect(money("0.12345").text(minimumDecimals: 2) == "0.12345")
    }

    @Test func `an overflowing sum stops the program`() async {
        await #expect(processExitsWith: .failure) { _ = Money(units: .max) + Money(units: 1) }
    }

    @Test func `any amount survives being written and read`() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let shift = Int64.random(in: 0...62, using: &generator)
            let money = Money(units: Int64.random(in: .min ... .max, using: &generator) >> shift)
            #expect(Money(money.description) == money)
        }
    }

    @Test func `a rate is between nothing and 200,000 a minute`() {
        #expect(rate("0.00137").unitsPerMinute == 137_000)
        #expect(rate("200000") == .maximum)
        #expect(rate("0.0049").description == "0.0049")
        #expect(Rate("-0.01") == nil)
        #expect(Rate("200000.00000001") == nil)
        #expect(throws: MoneyError.tooManyDecimals) { try Rate(parsing: "0.000000001") }
    }
}
