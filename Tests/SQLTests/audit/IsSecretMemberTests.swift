import Foundation
import Postgres
import TestSupport
import Testing

/// audit.is_secret_member: a secret by its name, however the name is written.
@Suite(.database) struct IsSecretMemberTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("Authorization", true), ("set-cookie", true), ("X-Api-Key", true), ("clientSecret", true),
        ("card number", true),
        ("signingKey", true), ("Content-Type", false), ("tokenId", false), ("name", false),
    ])
    func `as headers and members are named`(name: String, isSecret: Bool) async throws {
        #expect(try await db.app.run("select audit.is_secret_member(\(name))").value(Bool.self) == isSecret)
    }
}
