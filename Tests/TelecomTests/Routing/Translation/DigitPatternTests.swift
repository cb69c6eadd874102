import Telecom
import TestSupport
import Testing

/// Which numbers a pattern is for, and what is no pattern.
@Suite struct DigitPatternTests {
    struct Row: CustomTestStringConvertible {
        let pattern: String
        let fits: [String]
        let not: [String]
        var testDescription: String { pattern }
    }

    @Test(arguments: [
        Row(pattern: "911", fits: ["911"], not: ["9111", "91", "9"]),
        Row(pattern: "9.", fits: ["9", "911", "9*#"], not: ["8", "+9"]),
        Row(pattern: ".", fits: ["1", "+1", "#"], not: []),
        Row(pattern: "+.", fits: ["+", "+442079460958"], not: ["442079460958"]),
        Row(
            pattern: "1NXXNXXXXXX", fits: ["12125550100"],
            not: ["11125550100", "12121550100", "121255501000", "2125550100"]),
        Row(pattern: "0Z.", fits: ["01", "0207"], not: ["00", "0"]),
        Row(pattern: "*[1-35]#", fits: ["*1#", "*2#", "*3#", "*5#"], not: ["*4#", "*0#", "*1"]),
        Row(pattern: "[0-9]", fits: ["0", "9"], not: ["*", "#", "+"]),
    ])
    func `a pattern is for the whole of a number`(_ row: Row) throws {
        let pattern = try DigitPattern(row.pattern)
        for text in row.fits { #expect(pattern.matches(try #require(DialString(text))), "\(text)") }
        for text in row.not { #expect(!pattern.matches(try #require(DialString(text))), "\(text)") }
    }

    @Test(
        arguments: [
            ("", .empty), ("1..", .unknownSymbol), (".1", .unknownSymbol), ("1+", .unknownSymbol),
            ("x", .unknownSymbol),
            ("1-2", .unknownSymbol), ("]", .unknownSymbol), ("(1|2)", .unknownSymbol), ("1 2", .unknownSymbol),
            ("[", .badClass), ("[12", .badClass), ("[]", .badClass), ("[3-1]", .badClass), ("[1-1]", .badClass),
            ("[-1]", .badClass), ("[1-]", .badClass), ("[*]", .badClass), ("[X]", .badClass), ("[0-3-5]", .badClass),
            (String(repeating: "X", count: 32), .tooLong), ("+" + String(repeating: "X", count: 32), .tooLong),
        ] as [(String, DigitPattern.Fault)])
    func `what is no pattern says why`(text: String, fault: DigitPattern.Fault) {
        #expect(throws: fault) { try DigitPattern(text) }
    }

    @Test func `the longest there is is taken`() throws {
        let pattern = try DigitPattern("+" + String(repeating: "[0-9]", count: 31) + ".")
        #expect(pattern.matches(try #require(DialString("+" + String(repeating: "7", count: 31)))))
        #expect(DialString(String(repeating: "7", count: 33)) == nil)
    }

    /// A matcher that is slow and easy to believe: it looks at the texts, one symbol after the other.
    private func isFor(_ pattern: [Character], _ number: Substring) -> Bool {
        guard let symbol = pattern.first else { return number.isEmpty }
        if symbol == ".", pattern.count == 1 { return true }
        var rest = Array(pattern.dropFirst())
        let allowed: String
        switch symbol {
        case "X": allowed = "0123456789"
        case "Z": allowed = "123456789"
        case "N": allowed = "23456789"
        case "[":
            let close = rest.firstIndex(of: "]") ?? rest.endIndex
            allowed = expand(String(rest[..<close]))
            rest = Array(rest[(close + 1)...])
        default: allowed = String(symbol)
        }
        guard let first = number.first, allowed.contains(first) else { return false }
        return isFor(rest, number.dropFirst())
    }

    private func expand(_ text: String) -> String {
        let digits = Array(text)
        var expanded = ""
        for (index, digit) in digits.enumerated() where digit != "-" {
            expanded.append(digit)
            guard index >= 2, digits[index - 1] == "-", let low = digits[index - 2].wholeNumberValue,
                let high = digit.wholeNumberValue
            else { continue }
            expanded += (low...high).map(String.init).joined()
        }
        return expanded
    }

    @Test func `it takes what a plain reading of the pattern takes`() throws {
        var random = SeededGenerator(seed: 61)
        let parts = ["0", "1", "2", "9", "*", "#", "X", "Z", "N", "[13-5]", "[0-2]", "[79]"]
        var fitting = 0
        for _ in 0..<5_000 {
            let count = Int.random(in: 1...6, using: &random)
            var text = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            if Int.random(in: 0..<4, using: &random) == 0 { text = "+" + text }
            if Int.random(in: 0..<3, using: &random) == 0 { text += "." }
            let pattern = try DigitPattern(text)
            for _ in 0..<20 {
                let length = max(1, count + Int.random(in: -1...1, using: &random))
                var number = (0..<length).map { _ in ["0", "1", "2", "3", "7", "*"].randomElement(using: &random) ?? ""
                }
                .joined()
                if text.hasPrefix("+"), Bool.random(using: &random) { number = "+" + number }
                let expected = isFor(Array(text), number[...])
                #expect(pattern.matches(try #require(DialString(number))) == expected, "\(text) \(number)")
                fitting += expected ? 1 : 0
            }
        }
        #expect(fitting > 1_000)
    }
}
