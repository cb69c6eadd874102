import Foundation
import Postgres
import TestSupport
import Testing

/// core.set_request_context: who makes the changes of a transaction, and from where.
@Suite(.database) struct SetRequestContextTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let settings: SQL =
        """
        select coalesce(current_setting('app.actor', true), '-') || '|' ||
               coalesce(current_setting('app.source', true), '-') || '|' ||
               coalesce(current_setting('app.request_id', true), '-') || '|' ||
               coalesce(current_setting('app.traceparent', true), '-')
        """

    private func settings(after context: SQL) async throws -> String? {
        try await db.app.run([context, Self.settings]).last?.value(String.self)
    }

    @Test func `sets the four settings`() async throws {
        let request = UUID()
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let found = try await settings(
            after: "select core.set_request_context('Jane O''Neil', '192.0.2.7/24', \(request), \(trace))")
        #expect(found == "Jane O'Neil|192.0.2.7|\(request.uuidString.lowercased())|\(trace)")
    }

    @Test func `a request without a trace is of none, also behind one that has it`() async throws {
        let found = try await db.app.run([
            "select core.set_request_context('x', null, null, 'x')", "select core.set_request_context('y', null, null)",
            Self.settings,
        ]).last?.value(String.self)
        #expect(found == "y|||")
    }

    @Test func `what is null is unset`() async throws {
        #expect(try await settings(after: "select core.set_request_context(null, null, null)") == "|||")
    }

    @Test func `ends with the transaction`() async throws {
        _ = try await settings(after: "select core.set_request_context('x', null, null)")
        let after = try await db.app.run(Self.settings).value(String.self)
        #expect(after == "-|-|-|-" || after == "|||")
    }
}
