import Foundation
import Postgres
import TestSupport
import Testing

/// core.pseudonymise_number: a number that stands for another.
@Suite(.database) struct PseudonymiseNumberTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func pseudonym(_ number: String, key: String = "0123456789abcdef") async throws -> String? {
        try await db.owner.run(
            "select core.pseudonymise_number(\(number), convert_to(\(key), 'UTF8'))"
        ).value(String.self)
    }

    @Test func `is the same for the same digits and key, and nobody's number`() async throws {
        let first = try #require(try await pseudonym("+12125550100"))
        #expect(first.wholeMatch(of: /\+999[0-9]{12}/) != nil)
        #expect(try await pseudonym("12125550100") == first)
        #expect(try await pseudonym("+12125550101") != first)
        #expect(try await pseudonym("+12125550100", key: "another key here") != first)
        #expect(try await pseudonym(first) == first)
    }

    @Test(arguments: ["911", "anonymous", "", "*67"]) func `what is nobody's number stays`(text: String) async throws {
        #expect(try await pseudonym(text) == text)
    }
}
