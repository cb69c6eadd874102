import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger flows.guard_version: what is published never changes.
@Suite(.database) struct GuardVersionTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let kept = Refusal("23001", "published_version_is_kept")

    private func published() async throws -> FlowVersion {
        let version = try await db.tenant().campaign().draft()
        try await version.drawShortest()
        try await version.publish()
        return version
    }

    @Test func `starts as a draft`() async throws {
        let version = try await db.tenant().campaign().draft()
        #expect(
            try await version.refusal(
                """
                insert into flows.flow_versions (tenant_id, account_id, flow_id, version, status, published_at,
                                                 checksum)
                values (TENANT, OWNER, FLOW, 2, 'published', now(), sha256('x'))
                """) == Refusal("23514", "flow_version_starts_as_draft"))
    }

    @Test func `is not published with findings`() async throws {
        let version = try await db.tenant().campaign().draft()
        #expect(
            try await version.refusal("update flows.flow_versions set status = 'published' where id = VERSION")
                == Refusal("23514", "published_version_is_complete"))
    }

    @Test func `gets its time and checksum when it is published`() async throws {
        let version = try await published()
        let isStamped = try await db.owner.run(
            """
            select published_at is not null and octet_length(checksum) = 32
              from flows.flow_versions where tenant_id = \(version.tenant.id) and id = \(version.id)
            """
        ).value(Bool.self)
        #expect(isStamped == true)
    }

    @Test func `the same content has the same checksum, other content another`() async throws {
        let campaign = try await db.tenant().campaign()
        var checksums: [String] = []
        for name in ["bye", "bye", "end"] {
            let version = try await campaign.draft()
            let entry = try await version.node("entry", "entry", ports: ["next"])
            try await version.edge(entry, "next", to: version.node(name, "hangup"))
            try await version.publish()
            let checksum = try await db.owner.run(
                """
                select encode(checksum, 'hex')
                  from flows.flow_versions where tenant_id = \(campaign.tenant.id) and id = \(version.id)
                """
            ).value(String.self)
            checksums.append(try #require(checksum))
        }
        #expect(checksums[0] == checksums[1])
        #expect(checksums[0] != checksums[2])
    }

    @Test func `does not change or go any more, but for how it is drawn`() async throws {
        let version = try await published()
        for statement in [
            "update flows.flow_versions set message = 'x' where id = VERSION",
            "update flows.flow_versions set max_steps = 1 where id = VERSION",
            "delete from flows.flow_versions where id = VERSION",
            "delete from flows.flows where id = FLOW",
        ] {
            #expect(try await version.refusal(statement) == Self.kept, "\(statement)")
        }
        #expect(
            try await version.refusal("update flows.flow_versions set layout = '{\"bye\": [1, 2]}' where id = VERSION")
                == nil)
    }

    @Test func `is retired only when it is not served`() async throws {
        let version = try await published()
        let retire = "update flows.flow_versions set status = 'retired' where id = VERSION"
        #expect(try await version.refusal(retire) == Refusal("23001", "served_version_is_published"))
        let next = try await version.campaign.draft(of: version.flow, version: 2)
        try await next.drawShortest()
        try await next.publish()
        #expect(try await version.refusal(retire) == nil)
        #expect(try await version.status() == "retired")
    }

    @Test func `a draft goes with all that is in it`() async throws {
        let version = try await db.tenant().campaign().draft()
        try await version.drawShortest()
        #expect(try await version.refusal("delete from flows.flow_versions where id = VERSION") == nil)
        let left = try await db.owner.run(
            "select count(*) from flows.nodes where tenant_id = \(version.tenant.id)"
        ).value(Int.self)
        #expect(left == 0)
    }

    @Test func `the purge of a tenant takes published versions along`() async throws {
        let version = try await published()
        try await version.tenant.makePurgeable()
        try await db.owner.run("delete from core.tenants where id = \(version.tenant.id)")
        #expect(try await version.status() == nil)
    }
}
