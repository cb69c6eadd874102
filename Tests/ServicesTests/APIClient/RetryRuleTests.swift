import Testing

@testable import Services

/// What is asked again, and when.
@Suite struct RetryRuleTests {
    /// What came, at which attempt, and the seconds that are waited; nil is not at all.
    static let rows: [(status: Int, retryAfter: String?, attempt: Int, seconds: Int?)] = [
        (200, nil, 1, nil), (201, "5", 1, nil), (400, nil, 1, nil), (401, "5", 1, nil), (422, nil, 1, nil),
        (500, "5", 1, nil), (429, "7", 1, 7), (503, "0", 1, 0), (503, "-3", 1, 0), (503, nil, 1, 1),
        (503, nil, 2, 2), (503, nil, 3, 4), (503, "soon", 2, 2), (502, nil, 1, 1), (504, nil, 1, 1),
        (429, "60", 1, 60), (429, "61", 1, nil), (409, "1", 1, 1), (409, nil, 1, nil), (503, "1", 4, nil),
    ]

    @Test(arguments: rows) func `what may pass by itself is asked again`(
        status: Int, retryAfter: String?, attempt: Int, seconds: Int?
    ) {
        let outcome = RetryRule.Outcome.answered(status: status, retryAfter: retryAfter)
        let rule = RetryRule(most: 3)
        #expect(
            rule.wait(after: outcome, attempt: attempt, isRepeatable: true) == seconds.map { Duration.seconds($0) })
        #expect(rule.wait(after: outcome, attempt: attempt, isRepeatable: false) == nil)
    }

    @Test func `what broke off is asked again, later each time, and not for ever`() {
        let rule = RetryRule(most: 8)
        let waits = (1...9).map { rule.wait(after: .brokenOff, attempt: $0, isRepeatable: true) }
        let expected: [Duration?] = [1, 2, 4, 8, 16, 16, 16, 16].map { .seconds($0) }
        #expect(waits == expected + [nil])
        #expect(rule.wait(after: .brokenOff, attempt: 1, isRepeatable: false) == nil)
        #expect(RetryRule(most: 0).wait(after: .brokenOff, attempt: 1, isRepeatable: true) == nil)
    }
}
