import Foundation
import Postgres
import TestSupport
import Testing

/// routing.jurisdiction_rate: which of the prices of a row a jurisdiction takes.
@Suite(.database) struct JurisdictionRateTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func rate(_ jurisdiction: String, _ policy: String, _ prices: String) async throws -> String? {
        try await db.app.run(
            "select routing.jurisdiction_rate(\(jurisdiction), \(policy), \(unescaped: prices))::text"
        ).value(String.self)
    }

    /// rate, interstate, intrastate, local, indeterminate.
    static let all = "1, 2, 3, 4, 5"
    static let flat = "1, null, null, null, null"
    static let two = "null, 2, 3, null, null"

    @Test(arguments: [
        ("interstate", "own", all, "2"), ("intrastate", "own", all, "3"), ("local", "own", all, "4"),
        ("indeterminate", "own", all, "5"), ("indeterminate", "highest", all, "3"),
        ("indeterminate", "intrastate", all, "3"), ("indeterminate", "interstate", all, "2"),
        ("international", "own", all, "1"), ("toll_free", "own", all, "2"),
        ("interstate", "own", flat, "1"), ("intrastate", "own", flat, "1"), ("local", "own", flat, "1"),
        ("indeterminate", "own", flat, "1"), ("international", "own", flat, "1"),
        ("local", "own", two, "3"), ("indeterminate", "own", two, "3"), ("international", "own", two, "2"),
    ])
    func `is the router's choice`(jurisdiction: String, policy: String, prices: String, expected: String) async throws {
        #expect(try await rate(jurisdiction, policy, prices) == expected)
    }
}
