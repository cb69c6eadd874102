import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// Answers that are kept in the transaction that they are about.
@Suite(.database) struct AnswerOnceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `an answer that is too long to be kept is refused, and nothing is done`() async throws {
        let tenant = UUID()
        try await db.owner.run(
            "insert into core.tenants (id, slug, name) values (\(tenant), \("a-" + tenant.text), 'A')")
        let scope = RequestScope(tenant: tenant, actor: "test")
        let request = AnswerOnce.Request(
            KeptAnswers.Key(principal: UUID(), route: "POST /x", text: "k"), digest: String(repeating: "0", count: 64))
        func ask(_ bytes: Int) async throws -> AnswerOnce.Answer {
            try await AnswerOnce(db.app)(request, scope) { session in
                try await session.run(
                    """
                    insert into accounts.accounts (tenant_id, ban, name)
                    values (\(tenant), \(String(UUID().uuidString.filter(\.isHexDigit).prefix(12))), 'x')
                    """)
                return AnswerOnce.Answer(status: 200, body: String(repeating: "x", count: bytes))
            }
        }
        let fault = await #expect(throws: ResourceFault.self) { try await ask(1_048_577) }
        #expect(fault?.kind == .refused && fault?.description.contains("1 MB") == true)
        func accounts() async throws -> Int? {
            try await db.owner.run("select count(*) from accounts.accounts where tenant_id = \(tenant)").value(Int.self)
        }
        #expect(try await accounts() == 0)
        // The key is free, and what fits is kept.
        #expect(try await ask(1_048_576).isReplay == false)
        #expect(try await ask(1).body.utf8.count == 1_048_576)
        #expect(try await accounts() == 1)
    }
}
