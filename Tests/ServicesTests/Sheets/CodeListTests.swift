import Testing

@testable import Services

/// What a field of codes holds.
@Suite struct CodeListTests {
    static let good: [(field: String, leading: String, codes: [String])] = [
        ("44", "", ["44"]), ("44;4420", "", ["44", "4420"]), ("44, 45 | 46", "", ["44", "45", "46"]),
        ("4470-4473", "", ["4470", "4471", "4472", "4473"]), ("4470-73", "", ["4470", "4471", "4472", "4473"]),
        ("+44 20", "", ["4420"]), ("(44) 20", "", ["4420"]), ("20;7", "44", ["4420", "447"]),
        ("0098-0101", "", ["0098", "0099", "0100", "0101"]), ("1201200", "", ["1201200"]),
    ]

    @Test(arguments: good)
    func `codes, lists and ranges`(field: String, leading: String, codes: [String]) throws {
        #expect(try CodeList(field, leading: leading).codes == codes)
    }

    static let bad: [(field: String, expected: String)] = [
        ("", CodeList.form), (";", CodeList.form), ("UK", CodeList.form), ("44-", CodeList.form), ("-", CodeList.form),
        ("44-45-46", CodeList.form), ("４４", CodeList.form), ("45-44", "a range from a lower to a higher code"),
        ("44-4500", "a range from a lower to a higher code"), ("1-999999", "a range from a lower to a higher code"),
        ("100000-199999", "at most 10000 codes in a range"), ("1234567890123456", "at most 15 digits; it has 16"),
        ("99999999999999999999-99999999999999999999", "a range from a lower to a higher code"),
    ]

    @Test(arguments: bad) func `what is none says what is expected`(field: String, expected: String) {
        do {
            let list = try CodeList(field, leading: "")
            Issue.record("read as \(list.codes.prefix(3))")
        } catch {
            #expect(error.expected.hasPrefix(expected))
        }
    }

    @Test func `many ranges in a field are bounded too`() {
        let field = (0..<20).map { "\(100_000 + $0 * 1_000)-\(100_999 + $0 * 1_000)" }.joined(separator: ";")
        #expect(throws: CodeList.Problem.self) { try CodeList(field, leading: "") }
    }
}
