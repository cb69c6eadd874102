import TestSupport
import Testing

@testable import Telecom

@Suite struct PrefixTableTests {
    struct Row: CustomTestStringConvertible {
        let number: String
        let prefix: String?
        var testDescription: String { number }
    }

    @Test(arguments: [
        Row(number: "+442079460958", prefix: "4420"), Row(number: "+442179460958", prefix: "44"),
        Row(number: "+441", prefix: "44"), Row(number: "+442", prefix: "44"), Row(number: "+44", prefix: "44"),
        Row(number: "+449999999999999", prefix: "44"), Row(number: "+45", prefix: nil),
        Row(number: "+12015550100", prefix: "1201555"), Row(number: "+12015560100", prefix: "1"),
        Row(number: "+999999999999999", prefix: "999999999999999"), Row(number: "+999999999999998", prefix: "9999"),
        Row(number: "+100000000000000", prefix: "1"), Row(number: "+19", prefix: "1"),
    ])
    func `the longest prefix`(_ row: Row) {
        let prefixes = ["1", "1201555", "44", "4420", "9999", "999999999999999"].map { prefix($0) }
        let table = PrefixTable(sorted: prefixes)
        #expect(table.longestMatch(number(row.number)).map { table.prefixes[$0.position].description } == row.prefix)
    }

    @Test func `an empty table has nothing, an empty prefix has everything`() {
        #expect(PrefixTable(sorted: []).longestMatch(number("+12015550100")) == nil)
        #expect(PrefixTable(sorted: [prefix("")]).longestMatch(number("+12015550100"))?.count == 0)
        #expect(PrefixTable(sorted: [prefix("")]).longestMatch(number("+999999999999999"))?.count == 0)
    }

    @Test func `prefixes lead to the ones that enclose them`() throws {
        let table = PrefixTable(sorted: ["4", "44", "4420", "4421", "5"].map { prefix($0) })
        let london = try #require(table.longestMatch(number("+442079460958")))
        #expect(table.prefixes[london.position].description == "4420")
        let country = try #require(table.parent(of: london))
        #expect(table.prefixes[country.position].description == "44")
        let zone = try #require(table.parent(of: country))
        #expect(table.prefixes[zone.position].description == "4")
        #expect(table.parent(of: zone) == nil)
    }

    @Test func `prefixes are read and shown`() {
        #expect(prefix("0011").description == "0011")
        #expect(prefix("").description == "")
        #expect(DigitPrefix("1234567890123456") == nil)
        #expect(DigitPrefix("12a") == nil)
        #expect(DigitPrefix(number("+12015550100"), count: 4) == prefix("1201"))
        #expect(prefix("1") < prefix("10") && prefix("10") < prefix("2"))
    }

    @Test(arguments: [1, 10, 300, 3000])
    func `equals trying every length in a set`(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        for _ in 0..<(count < 300 ? 40 : 3) {
            let texts = Set((0..<count).map { _ in randomDigits(0...15, &generator) })
            let table = PrefixTable(sorted: texts.map { prefix($0) }.sorted())
            for _ in 0..<300 {
                let digits = probe(texts, &generator)
                guard let number = E164("+" + digits) else { continue }
                let naive = (0...digits.count).reversed().lazy.map { String(digits.prefix($0)) }
                    .first { texts.contains($0) }
                #expect(table.longestMatch(number).map { table.prefixes[$0.position].description } == naive)
            }
        }
    }

    /// Few different digits, so that prefixes nest; 0 and 9 are there for the ends of intervals.
    private func randomDigits(_ lengths: ClosedRange<Int>, _ generator: inout SeededGenerator) -> String {
        let length = Int.random(in: lengths, using: &generator)
        return String((0..<length).map { _ in "01199".randomElement(using: &generator) ?? "0" })
    }

    /// A number near a prefix of the table, cut short or made longer, or any other.
    private func probe(_ texts: Set<String>, _ generator: inout SeededGenerator) -> String {
        guard Bool.random(using: &generator), let text = texts.randomElement(using: &generator) else {
            return randomDigits(2...15, &generator)
        }
        let longer = text + randomDigits(0...15, &generator)
        return String(longer.prefix(Int.random(in: 2...15, using: &generator)))
    }
}
