import Testing

@testable import Services

/// JSON documents (RFC 8259), read and written.
struct JSONValueTests {
    static let documents: [(String, JSONValue)] = [
        ("null", .null), (" true ", .boolean(true)), ("0", .number("0")), ("-0.5e+10", .number("-0.5e+10")),
        ("12345678901234567890.123456789", .number("12345678901234567890.123456789")),
        (#""a\"\\\/\b\f\n\r\t\u0041""#, .text("a\"\\/\u{8}\u{C}\n\r\tA")), (#""\ud83d\ude00""#, .text("😀")),
        ("[]", .list([])), ("[1, [2]]", .list([.number("1"), .list([.number("2")])])), ("{}", .object([])),
        (#"{"b":1,"a":{"c":[null]}}"#, ["b": 1, "a": ["c": [.null]]]),
    ]

    @Test(arguments: documents) func `a document is read`(text: String, value: JSONValue) throws {
        #expect(try JSONValue(Array(text.utf8)) == value)
        #expect(try JSONValue(Array(value.text.utf8)) == value)
        #expect(try JSONValue(Array(value.lines().utf8)) == value)
    }

    static let malformed: [(String, Int, Int)] = [
        ("", 1, 1), ("nul", 1, 1), ("01", 1, 1), ("+1", 1, 1), (".5", 1, 1), ("1.", 1, 1), ("1e", 1, 1), ("- 1", 1, 1),
        ("[1,]", 1, 4), ("[1 2]", 1, 4), ("{\n  \"a\" 1}", 2, 7), (#"{"a":1,"a":2}"#, 1, 11), ("{a:1}", 1, 2),
        ("[1", 1, 3), (#""a"#, 1, 3), ("\"\u{1}\"", 1, 2), ("1 2", 1, 3), (#""\x""#, 1, 4), (#""\u00g0""#, 1, 4),
        (#""\u0000""#, 1, 9), ("NaN", 1, 1), ("'a'", 1, 1), ("[1]]", 1, 4), ("1e401", 1, 1),
        ("1e99999999999999999999", 1, 1),
        (String(repeating: "[", count: 33), 1, 33),
    ]

    @Test(arguments: malformed) func `what is none says where`(text: String, line: Int, column: Int) {
        #expect(throws: JSONValue.Fault.self) { try JSONValue(Array(text.utf8)) }
        let fault = #expect(throws: JSONValue.Fault.self) { try JSONValue(Array(text.utf8)) }
        #expect(fault?.line == line && fault?.column == column, "\(String(describing: fault))")
    }

    /// PostgreSQL writes exponents out, and what it writes is read again: 400 bytes of it, so that every double is.
    static let numbers: [(String, Bool)] = [
        ("1e399", true), ("1e400", false), ("-1e398", true), ("-1e399", false), ("1E+399", true), ("1e+450", false),
        ("1e-398", true), ("1e-399", false), ("1.5e-397", true), ("1.5e-398", false), ("0e300", true),
        ("0e-398", true), ("0e-399", false), ("0.01e400", true), ("1.50e1", true), ("123.456e-2", true),
        ("-1.7976931348623157e308", true), ("-2.2250738585072014e-308", true), ("5e-324", true),
        ("1e-400", false), ("1e-9223372036854775808", false), ("1e+", false), ("1e+-5", false), ("1e5x", false),
        (String(repeating: "9", count: 400), true), (String(repeating: "9", count: 401), false),
        ("9.\(String(repeating: "9", count: 394))e-1", true), ("9.\(String(repeating: "9", count: 395))e-4", false),
    ]

    @Test(arguments: numbers) func `a number is taken if it can be written out`(text: String, isTaken: Bool) {
        let read = try? JSONValue(Array(text.utf8))
        #expect((read == .number(text)) == isTaken && (read == nil) != isTaken)
    }

    @Test func `what is not UTF-8 is none`() {
        #expect(throws: JSONValue.Fault.self) { try JSONValue([0x22, 0xC3, 0x28, 0x22]) }
        #expect(throws: JSONValue.Fault.self) { try JSONValue([0x22, 0xED, 0xA0, 0x80, 0x22]) }
    }

    @Test func `random documents survive`() throws {
        var random = SplitMix64(seed: 6)
        func value(_ depth: Int) -> JSONValue {
            switch Int.random(in: 0..<(depth > 4 ? 4 : 6), using: &random) {
            case 0: .null
            case 1: .boolean(Bool.random(using: &random))
            case 2: .number(String(Int64.random(in: .min ... .max, using: &random)))
            case 3:
                .text(
                    String(
                        String.UnicodeScalarView(
                            (0..<5).compactMap { _ in Unicode.Scalar(UInt32.random(in: 1...0x10FFFF, using: &random)) })
                    ))
            case 4: .list((0..<3).map { _ in value(depth + 1) })
            default: .object((0..<3).map { .init("m\($0)", value(depth + 1)) })
            }
        }
        for _ in 0..<500 {
            let one = value(0)
            #expect(try JSONValue(Array(one.text.utf8)) == one)
        }
    }
}
