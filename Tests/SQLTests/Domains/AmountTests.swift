import Postgres
import TestSupport
import Testing

/// The domains of money let in numbers and nothing else: NaN is above every bound, and would be all that is left.
@Suite(.database) struct AmountTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let domain: String
        let value: String
        let refusal: Refusal?
        var testDescription: String { "\(value) as core.\(domain)" }
    }

    private static let tooLarge = Refusal("22003")

    private static let cases: [Case] =
        ["NaN", "Infinity", "-Infinity", "-0.01", "0", "0.00000001"].flatMap { value in
            ["amount", "unsigned_amount", "positive_amount", "total", "unsigned_total", "rate"].map { domain in
                Case(domain: domain, value: value, refusal: refusal(of: value, domain))
            }
        }

    private static func refusal(of value: String, _ domain: String) -> Refusal? {
        let check =
            switch domain {
            case "amount": "amount_is_a_number"
            case "unsigned_amount": "amount_not_below_zero"
            case "positive_amount": "amount_above_zero"
            case "total": "total_is_a_number"
            case "unsigned_total": "total_not_below_zero"
            default: "rate_between_zero_and_two_hundred_thousand"
            }
        switch value {
        case "NaN": return Refusal("23514", check)
        case "Infinity", "-Infinity": return tooLarge
        case "-0.01" where domain != "amount" && domain != "total": return Refusal("23514", check)
        case "0" where domain == "positive_amount": return Refusal("23514", check)
        default: return nil
        }
    }

    @Test(arguments: cases) func `money is a number within its bounds`(line: Case) async throws {
        let database = try TestDatabase.suite.owner
        let refusal = try await Refusal.of {
            try await database.run("select \(line.value)::text::numeric::core.\(unescaped: line.domain)")
        }
        #expect(refusal == line.refusal)
    }
}
