import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// A flow is tried before it is published, as a developer does it.
@Suite(.database) struct FlowVerbTests {
    private static let call =
        #"{"caller":"+12125550100","time":"2026-11-24T15:00:00Z","digits":["1"],"seed":3,"#
        + #""answers":[{"target":"North desk","outcome":"busy"}]"#

    private func scene(_ api: ResourceServer) async throws -> (scene: FlowScene, path: String) {
        let scene = try await FlowScene.make(
            api.server.database.owner, tenant: api.mine.id, account: api.mine.account)
        return (scene, "/v1/flows/flow_versions/\(scene.version.text)/simulate")
    }

    @Test func `a call is run through a draft, and through it once it is published`() async throws {
        try await ResourceServer.run { api in
            let (scene, path) = try await scene(api)
            let draft = try await api.send(.POST, path, Self.call + "}")
            #expect(draft.status == 200, "\(draft.text)")
            #expect(try draft.value["object"] == "flow_simulation" && draft.value["outcome"] == "connected")
            #expect(try draft.value["target"] == "South desk" && draft.value["status"] == "draft")
            guard case .list(let steps)? = try draft.value["steps"] else {
                Issue.record("no steps: \(draft.text)")
                return
            }
            #expect(steps.compactMap { $0["kind"]?.shown }.prefix(3) == ["entry", "schedule", "ivr_menu"])
            #expect(steps.allSatisfy { $0["reason"]?.shown.isEmpty == false })
            #expect(draft.text.contains(#""target":"North desk","outcome":"dialed""#), "\(draft.text)")
            try await scene.publish()
            let published = try await api.send(.POST, path, Self.call + "}")
            #expect(published.text == draft.text.replacing(#""status":"draft""#, with: #""status":"published""#))
        }
    }

    @Test func `what is wrong is named with its place`() async throws {
        try await ResourceServer.run { api in
            let (_, path) = try await scene(api)
            for (body, status, pointer) in [
                (#"{"digits":["1","2","3","x"]}"#, 422, "/digits/3"), (#"{"digits":["1",2]}"#, 400, "/digits/1"),
                (#"{"time":"soon"}"#, 400, "/time"), (#"{"time":"1850-01-01T00:00:00Z"}"#, 422, "/time"),
                (#"{"answers":[{"node":"menu","outcome":"often"}]}"#, 400, "/answers/0/outcome"),
                (#"{"answers":[{"node":"none","outcome":"done"}]}"#, 422, "/answers/0/node"),
                (#"{"answers":[{"outcome":"done"}]}"#, 422, "/answers/0"), (#"{"answers":["x"]}"#, 400, "/answers/0"),
                (#"{"answers":[{"node":"menu","outcome":"done","why":1}]}"#, 400, "/answers/0/why"),
                (#"{"campaign_id":"\#(UUID())"}"#, 422, "/campaign_id"), (#"{"variables":{"a":1}}"#, 400, "/variables"),
                (#"{"caller":"2125550100"}"#, 422, "/caller"), (#"{"loud":true}"#, 400, "/loud"),
            ] {
                let answer = try await api.send(.POST, path, body)
                #expect(answer.status == status, "\(body): \(answer.text)")
                #expect(answer.text.contains("\"pointer\":\"#\(pointer)\""), "\(body): \(answer.text)")
            }
            let digit = try await api.send(.POST, path, #"{"digits":["1","2","3","x"]}"#)
            #expect(digit.text.contains(#""name":"digits[3]""#), "\(digit.text)")
        }
    }

    @Test func `another operator sees nothing, and an account its own flows alone`() async throws {
        try await ResourceServer.run { api in
            let (_, path) = try await scene(api)
            let other = try await TestOperator.make(api.server.database)
            let permissions = try await ResourceServer.permissions(api.server.database)
            let stranger = try await other.key(permissions).text
            #expect(try await api.send(.POST, path, "{}", key: stranger).status == 404)
            let own = try await api.mine.key(["flows:read"]) { $0.account = api.mine.account }.text
            #expect(try await api.send(.POST, path, Self.call + "}", key: own).status == 200)
            let none = try await api.mine.key(["cdr:read"]).text
            #expect(try await api.send(.POST, path, "{}", key: none).status == 403)
        }
    }
}
