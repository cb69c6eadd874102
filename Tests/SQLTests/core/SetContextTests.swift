import Foundation
import Postgres
import TestSupport
import Testing

/// core.set_context: for whom a transaction works.
@Suite(.database) struct SetContextTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let settings: SQL =
        """
        select coalesce(current_setting('app.tenant_id', true), '-') || '|' ||
               coalesce(current_setting('app.account_scope', true), '-') || '|' ||
               coalesce(current_setting('app.account_ids', true), '-') || '|' ||
               coalesce(current_setting('app.user_id', true), '-')
        """

    private func settings(after context: SQL) async throws -> String? {
        try await db.app.run([context, Self.settings]).last?.value(String.self)
    }

    @Test func `sets the four settings`() async throws {
        let ids = (0..<4).map { _ in UUID() }
        let text = ids.map { $0.uuidString.lowercased() }
        #expect(
            try await settings(after: "select core.set_context(\(ids[0]), 'account', \([ids[1], ids[2]]), \(ids[3]))")
                == "\(text[0])|account|\(text[1]),\(text[2])|\(text[3])")
    }

    @Test func `what is null is unset`() async throws {
        #expect(try await settings(after: "select core.set_context(null, null, null, null)") == "|||")
        #expect(try await settings(after: "select core.set_context(null, 'tenant', '{}', null)") == "|tenant||")
    }

    @Test func `an unknown scope is refused`() async throws {
        let refusal = try await Refusal.of {
            try await db.app.run("select core.set_context(\(UUID()), 'all', null, null)")
        }
        #expect(refusal == Refusal("23514", "context_scope_is_known"))
    }

    @Test func `the second context of a transaction replaces the first whole`() async throws {
        let (first, second) = (UUID(), UUID())
        let found = try await db.app.run([
            "select core.set_context(\(first), 'account', \([first]), \(first))",
            "select core.set_context(\(second), 'tenant', null, null)",
            Self.settings,
        ]).last?.value(String.self)
        #expect(found == "\(second.uuidString.lowercased())|tenant||")
    }

    /// A tenant can be named by its own members only through the type: text cannot carry another setting along.
    @Test func `an account list cannot smuggle anything in`() async throws {
        let refusal = try await Refusal.of {
            try await db.app.run(
                "select core.set_context(null, 'tenant', array['x''; set role heddle_owner; --']::uuid[], null)")
        }
        #expect(refusal == Refusal("22P02"))
    }
}
