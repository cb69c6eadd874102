import Foundation
import Postgres
import TestSupport
import Testing

/// core.pseudonymise_person: a name that stands for another.
@Suite(.database) struct PseudonymisePersonTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func pseudonym(_ text: String) async throws -> String? {
        try await db.owner.run(
            "select core.pseudonymise_person(\(text), convert_to('0123456789abcdef', 'UTF8'))"
        ).value(String.self)
    }

    @Test func `is the same for the same name, whatever its case, and stays an address`() async throws {
        let name = try #require(try await pseudonym("Jo Doe"))
        #expect(name.wholeMatch(of: /erased-[0-9a-f]{16}/) != nil)
        #expect(try await pseudonym("JO DOE") == name)
        #expect(try await pseudonym(name) == name)
        let address = try #require(try await pseudonym("jo@doe.example"))
        #expect(address.wholeMatch(of: /erased-[0-9a-f]{16}@erased\.invalid/) != nil)
        #expect(try await pseudonym(address) == address)
        #expect(try await pseudonym("") == "")
    }
}
