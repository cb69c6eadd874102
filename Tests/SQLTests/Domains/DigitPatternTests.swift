import Postgres
import TestSupport
import Testing

/// routing.digit_pattern and routing.dialled_digits: what a translation rule is written with. That the router reads the
/// same patterns is tested beside it.
@Suite(.database) struct DigitPatternTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let symbols = "digit_pattern_has_symbols_that_are_known_and_31_at_most"

    @Test(
        arguments: [
            ("911", nil), ("9.", nil), (".", nil), ("+.", nil), ("+", nil), ("1NXXNXXXXXX", nil), ("0Z.", nil),
            ("*[1-35]#", nil), (String(repeating: "[0-9]", count: 31) + ".", nil),
            ("+" + String(repeating: "X", count: 31), nil),
            ("", "digit_pattern_is_not_empty"), (String(repeating: "X", count: 32), symbols), ("1..", symbols),
            (".1", symbols), ("1+", symbols), ("x", symbols), ("(1|2)", symbols), ("1*+", symbols), ("[12", symbols),
            ("[]", symbols), ("[3-1]", symbols), ("[1-1]", symbols), ("[X]", symbols), ("1\n", symbols),
            ("1 2", symbols),
        ] as [(String, String?)])
    func `a pattern is taken or refused`(text: String, constraint: String?) async throws {
        let refusal = try await Refusal.of { try await db.app.run("select \(text)::text::routing.digit_pattern") }
        #expect(refusal == constraint.map { Refusal("23514", $0) })
    }

    @Test(
        arguments: [
            ("", true), ("+", true), ("+44", true), ("1234#", true), ("*67", true), ("4+4", false), ("44 ", false),
            ("a", false), (String(repeating: "1", count: 32), true), ("+" + String(repeating: "1", count: 32), false),
        ])
    func `digits are what can be dialled`(text: String, isTaken: Bool) async throws {
        let refusal = try await Refusal.of { try await db.app.run("select \(text)::text::routing.dialled_digits") }
        let expected = Refusal("23514", "dialled_digits_are_at_most_32_that_can_be_dialled")
        #expect(refusal == (isTaken ? nil : expected))
    }
}
