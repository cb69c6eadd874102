import Telecom
import TestSupport
import Testing

/// What rules make of a number.
@Suite struct TranslationRulesTests {
    struct Typical: CustomTestStringConvertible {
        let testDescription: String
        let rule: TranslationRow
        let numbers: [(String, String?)]
    }

    private static func rule(
        _ pattern: String, strip: Int = 0, _ prepend: String = "", replacement: String? = nil,
        digits: Range<Int>? = nil,
        position: Int = 1, isShared: Bool = false, continues: Bool = false, from: Int64 = .min, until: Int64 = .max
    ) -> TranslationRow {
        TranslationRow(
            id: uuid(position), tenantID: World.tenant, owner: .trunk(World.trunk), position: position,
            isShared: isShared, pattern: pattern, minimumDigits: digits?.lowerBound,
            maximumDigits: digits.map { $0.upperBound - 1 }, strip: strip, prepend: prepend, replacement: replacement,
            continues: continues, validity: Validity(fromMicroseconds: from, untilMicroseconds: until))
    }

    private func translate(_ rules: [TranslationRow], _ number: String, at now: Int64 = 0) -> String? {
        TranslationRules(rules).translate(number, at: now)?.description
    }

    @Test(arguments: [
        Typical(
            testDescription: "9 for an outside line", rule: rule("9.", strip: 1),
            numbers: [
                ("92125550100", "2125550100"), ("9011442079460958", "011442079460958"), ("2125550100", nil), ("9", nil),
            ]),
        Typical(
            testDescription: "9 for an outside line, not 9XXX", rule: rule("9.", strip: 1, digits: 8..<33),
            numbers: [("9212", nil), ("9-212-555-0100", "2125550100")]),
        Typical(
            testDescription: "00 is 011", rule: rule("00.", strip: 2, "011"),
            numbers: [("00442079460958", "011442079460958"), ("0442", nil)]),
        Typical(
            testDescription: "1 before ten digits", rule: rule("NXXNXXXXXX", "1"),
            numbers: [("(212) 555-0100", "12125550100"), ("12125550100", nil), ("212555010", nil)]),
        Typical(
            testDescription: "the zero of the UK", rule: rule("0Z.", strip: 1, "+44"),
            numbers: [
                ("02079460958", "+442079460958"), ("0044207", nil), ("020 7946 0958;phone-context=x", "+442079460958"),
            ]),
        Typical(
            testDescription: "a carrier without the 1", rule: rule("1NXXNXXXXXX", strip: 1),
            numbers: [("12125550100", "2125550100"), ("442079460958", nil)]),
        Typical(
            testDescription: "a carrier without +1", rule: rule("+1NXXNXXXXXX", strip: 2),
            numbers: [("+12125550100", "2125550100"), ("12125550100", nil)]),
        Typical(
            testDescription: "a tech prefix", rule: rule(".", "1234#"),
            numbers: [("12125550100", "1234#12125550100"), ("+12125550100", nil)]),
        Typical(
            testDescription: "an extension's number", rule: rule("1[0-3]X", replacement: "+12125550100"),
            numbers: [("101", "+12125550100"), ("139", "+12125550100"), ("140", nil), ("1011", nil)]),
        Typical(
            testDescription: "an area code for seven digits", rule: rule("NXXXXXX", "1212"),
            numbers: [("555-0100", "12125550100"), ("1550100", nil)]),
        Typical(testDescription: "what changes nothing", rule: rule("2.", strip: 1, "2"), numbers: [("212", nil)]),
        Typical(
            testDescription: "what is no number", rule: rule(".", "1"),
            numbers: [("alice", nil), ("", nil), ("5550100;ext=9", nil), ("5550100 x9", nil), ("1+2", nil)]),
    ])
    func `typical rules`(_ row: Typical) {
        for (number, expected) in row.numbers { #expect(translate([row.rule], number) == expected, "\(number)") }
    }

    @Test func `the first that fits ends it, unless it says that the next ones follow`() {
        let first = Self.rule("9.", strip: 1, position: 1, continues: true)
        let rules = [
            Self.rule("NXXNXXXXXX", "1", position: 2), first, Self.rule("1.", "99", position: 3),
        ]
        #expect(translate(rules, "92125550100") == "12125550100")
        #expect(translate(rules, "12125550100") == "9912125550100")
        var last = first
        last.continues = false
        #expect(translate([last] + rules.filter { $0.position > 1 }, "92125550100") == "2125550100")
    }

    @Test func `of a step the trunk's own rule stands before the carrier's, then what began last`() {
        let rules = [
            Self.rule(".", "1", isShared: true, from: 50), Self.rule(".", "2", from: 0), Self.rule(".", "3", from: 10),
            Self.rule(".", "4", from: 20, until: 30), Self.rule(".", "5", position: 2),
        ]
        for (time, front) in [(-1, "5"), (5, "2"), (15, "3"), (25, "4"), (30, "3"), (60, "3")] as [(Int64, String)] {
            #expect(translate(rules, "7", at: time) == front + "7", "at \(time)")
        }
        #expect(translate(Array(rules.prefix(1)), "7", at: 60) == "17")
    }

    /// The rule that counts in a step fits nothing: what it took the place of does not come back.
    @Test func `a rule takes the place of an earlier one also where it does not fit`() {
        #expect(translate([Self.rule("7.", "1", from: 0), Self.rule("8.", "2", from: 10)], "7", at: 20) == nil)
    }

    @Test func `rules that feed each other end after the last step`() {
        let rules = (1...32).map { Self.rule(".", "1", position: $0, continues: true) }
        // A result is no longer than 32 symbols.
        #expect(translate(rules, "7") == String(repeating: "1", count: 31) + "7")
        #expect(translate(rules, "+7") == nil)
    }

    @Test(arguments: [
        rule("", strip: 0), rule("9.", strip: 2), rule("9.", strip: 1, "x"), rule("99", strip: 2),
        rule(".", replacement: ""), rule(".", strip: -1), rule("9.", strip: 1, replacement: "1"),
        rule(".", position: 0),
        rule(".", position: 33), rule("[", "1"), rule(".", "1+"),
    ])
    func `what is no rule is left out, and the others are used`(_ bad: TranslationRow) {
        var refused = 0
        let rules = TranslationRules([bad, Self.rule("7.", "1", position: 5)]) { _ in refused += 1 }
        #expect(refused == 1)
        #expect(rules.translate("7", at: 0)?.description == "17")
    }

    /// The same with texts, one rule after the other.
    private func naive(_ rules: [TranslationRow], _ number: String) throws -> String {
        var text = number
        for rule in rules {
            guard try DigitPattern(rule.pattern).matches(try #require(DialString(text))) else { continue }
            let result = rule.replacement ?? rule.prepend + text.dropFirst(rule.strip)
            guard (1...32).contains(result.count), !result.dropFirst().contains("+") else { continue }
            text = result
            if !rule.continues { break }
        }
        return text
    }

    @Test func `many steps make of a number what one after the other makes`() throws {
        var random = SeededGenerator(seed: 62)
        var changed = 0
        for _ in 0..<3_000 {
            let rules = (1...Int.random(in: 1...6, using: &random)).map { position in
                let pattern = ["9.", "0Z.", "1X.", "NXXX", "+.", "[2-5]X.", ".", "00."].randomElement(using: &random)
                return Self.rule(
                    pattern ?? ".", strip: Int.random(in: 0...1, using: &random) == 1 && pattern != "." ? 1 : 0,
                    ["", "1", "+44", "1234#", "011"].randomElement(using: &random) ?? "", position: position,
                    continues: Bool.random(using: &random))
            }.filter { $0.strip == 0 || !$0.prepend.isEmpty || $0.pattern.hasSuffix(".") || $0.pattern.count > 1 }
            for number in ["92125550100", "00442079460958", "2125", "+12125550100", "0207", "1"] {
                let expected = try naive(rules, number)
                #expect(translate(rules, number) ?? number == expected, "\(rules.map(\.pattern)) \(number)")
                changed += expected == number ? 0 : 1
            }
        }
        #expect(changed > 1_000)
    }
}
