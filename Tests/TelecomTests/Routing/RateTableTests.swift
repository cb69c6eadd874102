import Telecom
import TestSupport
import Testing

import struct FoundationEssentials.UUID

/// A deck row as a deck has it: flat, or with prices by jurisdiction.
func row(
    _ id: Int, _ text: String, _ perMinute: String, international: String? = nil, intrastate: String? = nil,
    indeterminate: String? = nil, increments: (Int64, Int64) = (1, 1), fee: String = "0", from: Int64 = .min,
    until: Int64 = .max,
    isBlocked: Bool = false
) -> RateRow {
    RateRow(
        id: uuid(id), prefix: prefix(text),
        rates: JurisdictionalRates(
            interstate: rate(perMinute), international: international.map { rate($0) },
            intrastate: intrastate.map { rate($0) }, indeterminate: indeterminate.map { rate($0) }),
        connectFee: money(fee), initialIncrementSeconds: increments.0, nextIncrementSeconds: increments.1,
        validity: Validity(fromMicroseconds: from, untilMicroseconds: until), isBlocked: isBlocked)
}

func table(_ rows: [RateRow], _ options: RateTable.Options = RateTable.Options()) throws -> RateTable {
    var builder = RateTableBuilder(options: options)
    for row in rows { try builder.add(row) }
    return builder.build()
}

extension RateLookup {
    var match: RateMatch? { if case .found(let match) = self { match } else { nil } }
}

@Suite struct RateTableTests {
    @Test func `a row counts from its start until before its end`() throws {
        let table = try table([
            row(1, "44", "0.01", from: 100, until: 200), row(2, "44", "0.02", from: 200), row(3, "4", "0.09"),
        ])
        func id(at time: Int64) -> UUID? { table.lookUp(number("+442079460958"), at: time).match?.id }
        #expect(id(at: 99) == uuid(3))
        #expect(id(at: 100) == uuid(1))
        #expect(id(at: 199) == uuid(1))
        #expect(id(at: 200) == uuid(2))
    }

    @Test func `a prefix out of date does not exist, and says so when nothing else is there`() throws {
        let table = try table([row(1, "44", "0.01", from: 100, until: 200)])
        if case .outOfDate = table.lookUp(number("+442079460958"), at: 300) {} else { Issue.record("not out of date") }
        if case .noPrefix = table.lookUp(number("+12015550100"), at: 150) {} else { Issue.record("not unknown") }
    }

    @Test func `a longer block hides a shorter price, and a longer price opens a block again`() throws {
        let table = try table([
            row(1, "44", "0.01"), row(2, "447", "0", isBlocked: true), row(3, "44770", "0.05"),
        ])
        func match(_ text: String) -> RateMatch? { table.lookUp(number(text), at: 0).match }
        #expect(match("+442079460958")?.isBlocked == false)
        #expect(match("+447100000000")?.isBlocked == true)
        #expect(match("+447700900123")?.id == uuid(3))
    }

    @Test func `of overlapping rows the one that begins last counts, and it is told`() throws {
        let table = try table([row(1, "44", "0.01", from: 0), row(2, "44", "0.02", from: 50)])
        #expect(table.lookUp(number("+442079460958"), at: 60).match?.id == uuid(2))
        #expect(table.lookUp(number("+442079460958"), at: 40).match?.id == uuid(1))
        #expect(table.overlapCount == 1)
    }

    struct Price: CustomTestStringConvertible {
        let jurisdiction: Jurisdiction
        var policy = IndeterminatePolicy.own
        var international: String? = "0.04"
        var intrastate: String? = "0.03"
        var indeterminate: String? = "0.05"
        let perMinute: String
        var testDescription: String {
            "\(jurisdiction) \(policy) \(international ?? "-") \(intrastate ?? "-") \(indeterminate ?? "-")"
        }
    }

    @Test(arguments: [
        Price(jurisdiction: .interstate, perMinute: "0.02"),
        Price(jurisdiction: .intrastate, perMinute: "0.03"),
        Price(jurisdiction: .local, perMinute: "0.03"),
        Price(jurisdiction: .international, perMinute: "0.04"),
        Price(jurisdiction: .international, international: nil, perMinute: "0.02"),
        Price(jurisdiction: .tollFree, perMinute: "0.02"),
        Price(jurisdiction: .indeterminate, perMinute: "0.05"),
        Price(jurisdiction: .indeterminate, policy: .intrastate, perMinute: "0.03"),
        Price(jurisdiction: .indeterminate, policy: .interstate, perMinute: "0.02"),
        Price(jurisdiction: .indeterminate, policy: .highest, perMinute: "0.03"),
        Price(jurisdiction: .indeterminate, policy: .highest, intrastate: "0.01", perMinute: "0.02"),
        Price(jurisdiction: .indeterminate, indeterminate: nil, perMinute: "0.03"),
        Price(jurisdiction: .indeterminate, intrastate: nil, indeterminate: nil, perMinute: "0.02"),
        Price(jurisdiction: .intrastate, intrastate: nil, perMinute: "0.02"),
    ])
    func `a jurisdiction has its price`(_ price: Price) throws {
        let table = try table(
            [
                row(
                    1, "1", "0.02", international: price.international, intrastate: price.intrastate,
                    indeterminate: price.indeterminate)
            ],
            RateTable.Options(indeterminate: price.policy))
        let match = try #require(table.lookUp(number("+12015550100"), at: 0).match)
        #expect(match.terms(for: price.jurisdiction).nextRate == rate(price.perMinute))
    }

    @Test func `refuses rows that cannot be priced`() {
        #expect(throws: RatingError.incrementOutOfRange) { try table([row(1, "1", "0.01", increments: (0, 1))]) }
        #expect(throws: RatingError.connectFeeOutOfRange) { try table([row(1, "1", "0.01", fee: "-1")]) }
    }

    @Test func `takes as many dates as a file has lines`() throws {
        let table = try table((0...65_536).map { row($0, "1", "0.01", from: Int64($0)) })
        #expect(table.lookUp(number("+12015550100"), at: 65_536).match?.id == uuid(65_536))
        #expect(table.lookUp(number("+12015550100"), at: 7).match?.id == uuid(7))
    }

    @Test func `an initial rate is kept`() throws {
        var first = row(1, "1", "0.01", increments: (60, 6), fee: "0.02")
        first.initialRate = rate("0.10")
        let terms = try #require(try table([first]).lookUp(number("+12015550100"), at: 0).match).terms(for: .interstate)
        #expect(terms.initialRate == rate("0.10"))
        #expect(terms.nextRate == rate("0.01"))
        #expect(terms.firstIncrementPrice == money("0.12"))
    }

    @Test func `equals a search of all rows, at any time`() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<20 {
            let rows = (0..<400).map { id in
                let length = Int.random(in: 1...6, using: &generator)
                let digits = String((0..<length).map { _ in "1234".randomElement(using: &generator) ?? "1" })
                let from = Int64.random(in: 0...9, using: &generator)
                return row(id, digits, "0.01", from: from * 10, until: from * 10 + Int64(10))
            }
            let table = try table(rows)
            for _ in 0..<300 {
                let digits = String((0..<9).map { _ in "1234".randomElement(using: &generator) ?? "1" })
                let time = Int64.random(in: 0...110, using: &generator)
                let naive = rows.filter { digits.hasPrefix($0.prefix.description) && $0.validity.contains(time) }
                    .max { $0.prefix.count < $1.prefix.count }
                let match = table.lookUp(number("+" + digits), at: time).match
                #expect(match?.prefix == naive?.prefix)
            }
        }
    }
}
