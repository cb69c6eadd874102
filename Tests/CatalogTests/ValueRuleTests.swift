import Testing

@testable import Catalog

/// What checks say, as PostgreSQL writes them.
struct ValueRuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let check: String
        var subject = "VALUE"
        let rule: @Sendable (ValueRule) -> Bool

        var testDescription: String { check }
    }

    static let cases: [Case] = [
        Case(check: "CHECK (VALUE = ANY (ARRAY['active'::text, 'closed'::text]))") {
            $0.allowed == ["active", "closed"]
        },
        Case(check: "CHECK (VALUE = 'stripe'::text)") { $0.allowed == ["stripe"] },
        Case(check: "CHECK (VALUE >= 1 AND VALUE <= 3600)") { $0.minimum == "1" && $0.maximum == "3600" },
        Case(check: "CHECK (VALUE > 0::numeric AND VALUE <> 'NaN'::numeric)") {
            $0.minimum == "0" && $0.isAboveMinimum && $0.maximum == nil
        },
        Case(check: "CHECK (VALUE ~ '^[A-Z]{3}$'::text)") { $0.pattern == "^[A-Z]{3}$" },
        Case(check: #"CHECK (VALUE::text ~ '^\+[1-9][0-9]+$'::text AND length(VALUE::text) <= 16)"#) {
            $0.pattern == #"^\+[1-9][0-9]+$"# && $0.mostCharacters == 16
        },
        Case(check: "CHECK (rate_limit_per_minute > 0)", subject: "rate_limit_per_minute") {
            $0.minimum == "0" && $0.isAboveMinimum
        },
        // Either of two: nothing can be said of one.
        Case(check: "CHECK (VALUE IS NULL OR VALUE ~ '^UTC$'::text)") { $0 == ValueRule() },
        Case(check: "CHECK (name = 'x'::text)", subject: "names") { $0 == ValueRule() },
        // PostgreSQL's own classes mean something else to ECMA 262.
        Case(check: "CHECK (VALUE ~ '^[[:alpha:]]+$'::text)") { $0 == ValueRule() },
        Case(check: "CHECK (VALUE ~ ('^a'::text || 'b$'::text))") { $0.pattern == nil },
        Case(check: "CHECK (VALUE = ANY (ARRAY['it''s'::text]))") { $0.allowed == ["it's"] },
    ]

    @Test(arguments: cases) func `a check is read, or left alone`(of one: Case) {
        let rule = ValueRule(checks: [one.check], subject: one.subject)
        #expect(one.rule(rule), "\(rule)")
    }
}
