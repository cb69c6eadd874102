import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger flows.guard_part: nodes, ports and edges change only in a draft; and what their keys hold.
@Suite(.database) struct GuardPartTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let statements = [
        "update flows.nodes set label = 'x' where flow_version_id = VERSION",
        "delete from flows.nodes where flow_version_id = VERSION",
        "insert into flows.nodes (tenant_id, account_id, flow_version_id, name, kind) "
            + "values (TENANT, OWNER, VERSION, 'new', 'play')",
        "update flows.node_ports set label = 'x' where flow_version_id = VERSION",
        "delete from flows.node_ports where flow_version_id = VERSION",
        "update flows.edges set priority = 2 where flow_version_id = VERSION",
        "delete from flows.edges where flow_version_id = VERSION",
    ]

    @Test func `change in a draft, and not once it is published`() async throws {
        let campaign = try await db.tenant().campaign()
        for statement in Self.statements {
            let draft = try await campaign.draft()
            try await draft.drawShortest()
            #expect(try await draft.refusal(statement) == nil, "\(statement)")

            let published = try await campaign.draft()
            try await published.drawShortest()
            try await published.publish()
            #expect(try await published.refusal(statement) == GuardVersionTests.kept, "\(statement)")
        }
    }

    @Test func `a node is not moved into a published version`() async throws {
        let campaign = try await db.tenant().campaign()
        let (published, draft) = (try await campaign.draft(), try await campaign.draft())
        try await published.drawShortest()
        try await published.publish()
        try await draft.node("new", "play")
        #expect(
            try await draft.refusal(
                "update flows.nodes set flow_version_id = '\(published.id)' where flow_version_id = VERSION")
                == GuardVersionTests.kept)
    }

    @Test func `an edge leaves a port that is there and stays in its version`() async throws {
        let campaign = try await db.tenant().campaign()
        let (version, other) = (try await campaign.draft(), try await campaign.draft())
        let entry = try await version.node("entry", "entry", ports: ["next"])
        let elsewhere = try await other.node("bye", "hangup")
        let bye = try await version.node("bye", "hangup")
        #expect(
            try await Refusal.of { try await version.edge(entry, "done", to: bye) }
                == Refusal("23503", "edge_starts_at_port"))
        #expect(
            try await Refusal.of { try await version.edge(entry, "next", to: elsewhere) }
                == Refusal("23503", "edge_ends_at_node_of_its_version"))
        try await version.edge(entry, "next", to: bye)
        #expect(
            try await Refusal.of { try await version.node("second", "entry") }
                == Refusal("23505", "version_has_one_entry"))
    }

    /// Who edits and who publishes take turns: what was checked is what is published.
    @Test func `nothing slips in while a version is published`() async throws {
        let campaign = try await db.tenant().campaign()
        for turn in 0..<10 {
            let version = try await campaign.draft()
            try await version.drawShortest()
            _ = try await withThrowingTaskGroup(of: Refusal?.self) { group in
                group.addTask { try await Refusal.of { try await version.publish() } }
                group.addTask { try await Refusal.of { try await version.node("late", "play") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let findings = try await version.findings()
            let status = try await version.status()
            #expect(findings == [] || status == "draft", "turn \(turn)")
        }
    }
}
