import Foundation
import Postgres
import TestSupport
import Testing

/// flows.version_findings: what keeps a version from being published.
@Suite(.database) struct VersionFindingsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func draft() async throws -> FlowVersion { try await db.tenant().campaign().draft() }

    @Test func `an empty version has no way in`() async throws {
        #expect(try await draft().findings() == ["no_entry a call has no way in"])
    }

    @Test func `a short flow is complete`() async throws {
        let version = try await draft()
        try await version.drawShortest()
        #expect(try await version.findings() == [])
    }

    @Test func `tells every dead end, and what is not set up`() async throws {
        let version = try await draft()
        let entry = try await version.node("entry", "entry", ports: ["next"])
        let menu = try await version.node(
            "menu", "ivr_menu", config: #"{"prompt": "Hello"}"#, ports: ["digit:1", "no_input", "nonsense!"])
        let queue = try await version.node("queue", "queue", ports: ["connected"])
        let forward = try await version.node("forward", "buyer_forward", ports: ["completed!", "no_answer"])
        try await version.node("lost", "play", config: #"{"prompt": "Lost"}"#)
        try await version.edge(entry, "next", to: menu)
        try await version.edge(menu, "digit:1", to: queue)
        try await version.edge(queue, "connected", to: forward)
        #expect(
            try await version.findings() == [
                "config_incomplete forward target, group or plan",
                "config_incomplete queue max_wait_s",
                "no_port lost a call does not get on from there",
                "port_not_wired forward no_answer",
                "port_not_wired menu no_input",
                "unknown_port menu nonsense",
                "unreachable_node lost no call gets there",
            ])
    }

    @Test func `a circle needs a node where the caller hears or does something`() async throws {
        let version = try await draft()
        let entry = try await version.node("entry", "entry", ports: ["next"])
        let rules = try await version.node("rules", "condition", config: #"{"rules": []}"#, ports: ["else"])
        let tags = try await version.node("tags", "set_tags", config: #"{"tags": {}}"#, ports: ["next"])
        try await version.edge(entry, "next", to: rules)
        try await version.edge(rules, "else", to: tags)
        try await version.edge(tags, "next", to: rules)
        let circle = "a call comes back without hearing or doing anything"
        #expect(try await version.findings() == ["endless_circle rules \(circle)", "endless_circle tags \(circle)"])

        let play = try await version.node("play", "play", config: #"{"prompt": "Wait"}"#, ports: ["done"])
        try await version.edge(play, "done", to: rules)
        #expect(
            try await version.refusal(
                """
                update flows.edges set to_node_id = '\(play)'
                 where tenant_id = TENANT and flow_version_id = VERSION and from_node_id = '\(tags)'
                """) == nil)
        #expect(try await version.findings() == [])
    }

    @Test func `of a port's edges one must have no condition`() async throws {
        let version = try await draft()
        try await version.drawShortest()
        #expect(
            try await version.refusal(
                "update flows.edges set condition = '{}' where tenant_id = TENANT and flow_version_id = VERSION")
                == nil)
        #expect(try await version.findings() == ["port_not_wired entry next"])
    }

    @Test func `a flow that is run must be published`() async throws {
        let version = try await draft()
        let inner = try await version.campaign.draft()
        let entry = try await version.node("entry", "entry", ports: ["next"])
        let sub = try await version.node("sub", "subflow", ports: ["completed!"])
        try await version.edge(entry, "next", to: sub)
        #expect(try await version.findings() == ["config_incomplete sub flow"])
        #expect(
            try await version.refusal(
                "update flows.nodes set subflow_id = '\(inner.flow)' where tenant_id = TENANT and name = 'sub'") == nil)
        #expect(try await version.findings() == ["subflow_not_published sub \(inner.flow.uuidString)"])
        try await inner.drawShortest()
        try await inner.publish()
        #expect(try await version.findings() == [])
    }
}
