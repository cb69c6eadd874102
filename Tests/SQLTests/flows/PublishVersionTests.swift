import Foundation
import Postgres
import TestSupport
import Testing

/// flows.publish_version: a version is served from now on, an older one again as well.
@Suite(.database) struct PublishVersionTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func served(_ version: FlowVersion) async throws -> UUID? {
        try await db.owner.run(
            """
            select published_version_id from flows.flows
             where tenant_id = \(version.tenant.id) and id = \(version.flow)
            """
        ).value(UUID?.self) ?? nil
    }

    @Test func `serves, goes back, and says whether anything changed`() async throws {
        let first = try await db.tenant().campaign().draft()
        try await first.drawShortest()
        #expect(try await first.publish() == true)
        #expect(try await first.publish() == false)
        #expect(try await served(first) == first.id)

        let second = try await first.campaign.draft(of: first.flow, version: 2)
        try await second.drawShortest()
        #expect(try await second.publish() == true)
        #expect(try await served(first) == second.id)

        #expect(try await first.refusal("update flows.flow_versions set status = 'retired' where id = VERSION") == nil)
        #expect(try await first.publish() == true)
        #expect(try await served(first) == first.id)
        #expect(try await first.status() == "published")
    }

    @Test func `a version of another tenant is not found`() async throws {
        let version = try await db.tenant().campaign().draft()
        let other = try await db.tenant()
        let refusal = try await Refusal.of {
            _ = try await db.app.run([other.staff, "select flows.publish_version(\(other.id), \(version.id))"])
        }
        #expect(refusal == Refusal("23503"))
    }
}
