import Foundation
import Postgres
import TestSupport
import Testing

/// A version of a flow that a test draws.
struct FlowVersion: Sendable {
    let campaign: Campaign
    let flow: UUID
    let id: UUID
}

extension Campaign {
    /// Makes a flow with an empty draft; `flow` makes another draft of a flow that is there.
    func draft(of flow: UUID? = nil, version: Int = 1) async throws -> FlowVersion {
        let draft = FlowVersion(campaign: self, flow: flow ?? UUID(), id: UUID())
        if flow == nil {
            try await tenant.database.owner.run(
                """
                insert into flows.flows (tenant_id, id, account_id, name)
                values (\(tenant.id), \(draft.flow), \(id), \(draft.flow.uuidString))
                """)
        }
        try await tenant.database.owner.run(
            """
            insert into flows.flow_versions (tenant_id, id, account_id, flow_id, version)
            values (\(tenant.id), \(draft.id), \(id), \(draft.flow), \(version))
            """)
        return draft
    }
}

extension FlowVersion {
    var tenant: Tenant { campaign.tenant }

    /// Draws a node with ports; one that ends with `!` ends the call.
    @discardableResult
    func node(_ name: String, _ kind: String, config: String = "{}", ports: [String] = []) async throws -> UUID {
        let node = UUID()
        try await tenant.database.owner.run(
            """
            insert into flows.nodes (tenant_id, id, account_id, flow_version_id, name, kind, config)
            values (\(tenant.id), \(node), \(campaign.id), \(id), \(name), \(kind), \(JSONText(config)))
            """)
        for port in ports {
            let ends = port.hasSuffix("!")
            try await tenant.database.owner.run(
                """
                insert into flows.node_ports (tenant_id, account_id, flow_version_id, node_id, port, ends_call)
                values (\(tenant.id), \(campaign.id), \(id), \(node), \(ends ? String(port.dropLast()) : port), \(ends))
                """)
        }
        return node
    }

    func edge(_ from: UUID, _ port: String, to node: UUID) async throws {
        try await tenant.database.owner.run(
            """
            insert into flows.edges (tenant_id, account_id, flow_version_id, from_node_id, from_port, to_node_id)
            values (\(tenant.id), \(campaign.id), \(id), \(from), \(port), \(node))
            """)
    }

    /// Draws the shortest flow: a call comes in and is hung up.
    func drawShortest() async throws {
        let entry = try await node("entry", "entry", ports: ["next"])
        try await edge(entry, "next", to: node("bye", "hangup"))
    }

    /// Whether it was not served before; as the API does it.
    @discardableResult
    func publish() async throws -> Bool? {
        try await tenant.database.app.run([
            tenant.staff, "select flows.publish_version(\(tenant.id), \(id))",
        ]).last?.value(Bool.self)
    }

    func findings() async throws -> [String] {
        try await tenant.database.engine.run(
            """
            select concat_ws(' ', code, node, detail) from flows.version_findings(\(tenant.id), \(id)) order by 1
            """
        ).values(String.self)
    }

    func status() async throws -> String? {
        try await tenant.database.owner.run(
            "select status::text from flows.flow_versions where tenant_id = \(tenant.id) and id = \(id)"
        ).value(String.self)
    }

    /// Changes what belongs to the version; what that is refused with.
    func refusal(_ statement: String) async throws -> Refusal? {
        let sql = statement.replacing("TENANT", with: "'\(tenant.id)'").replacing("VERSION", with: "'\(id)'")
            .replacing("FLOW", with: "'\(flow)'").replacing("OWNER", with: "'\(campaign.id)'")
        return try await Refusal.of { try await tenant.database.owner.run(SQL(unescaped: sql)) }
    }
}
