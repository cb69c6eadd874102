import Foundation
import Jobs
import Postgres
import TestSupport
import Testing

/// The edge is asked for what waits, and told of in the log.
@Suite(.database) struct CallEnderTests {
    @Test func `what waits for the edge is done and told`() async throws {
        let db = try TestDatabase.suite
        let (tenant, call, log) = (UUID(), UUID(), RecordingLog())
        try await db.owner.run("insert into core.tenants (id, slug, name) values (\(tenant), 'ender', 'x')")
        try await db.owner.run(
            """
            insert into routing.hang_ups (tenant_id, routing_id, edge_id, reason, requested_by)
            values (\(tenant), \(call), 'ender-1', 'test', 'x'), (\(tenant), \(UUID()), 'ender-2', 'test', 'x')
            """)
        let ender = CallEnder(db.engine, edge: "ender-1", logger: log.logger) { _ in [:] }
        try await ender.end()
        try await ender.end()
        #expect(log.informed == ["1 calls were hung up as asked, or were over by then"])
    }
}
