import Foundation
import HTTPTypes
import Postgres
import Services

/// What is done with the versions of flows.
enum FlowVerbs {
    static let all = [validate, publish, FlowSimulationVerb.simulate]

    private static let finding: [VerbField] = [
        .init("code", .text(1...100), "What is wrong, for programs."),
        .nullable("node", .text(1...200), "Where."), .init("detail", .text(0...2000), "In a sentence."),
    ]

    private static let validate = Verb(
        method: .post, path: "/v1/flows/flow_versions/{key}/validate", name: "validate_flow_version", tag: "flows",
        summary: "Find out what is wrong with a version of a flow", access: .permission("flows:read"),
        answer: .list(finding), isOnce: false
    ) { call in
        let version = try call.id()
        return try await call.change { session, scope in
            .list(try await PublishFlow.findings(version, scope, session)) { json, finding in
                json.text("code", finding.code)
                json.textOrNull("node", finding.node)
                json.text("detail", finding.detail)
            }
        }
    }

    private static let publish = Verb(
        method: .post, path: "/v1/flows/flow_versions/{key}/publish", name: "publish_flow_version", tag: "flows",
        summary: "Put a version of a flow into force", description: "Refused while something is wrong with it.",
        access: .permission("flows:publish"),
        answer: .object("publication", [.init("is_new", .boolean, "Whether it was not in force before.")])
    ) { call in
        let version = try call.id()
        return try await call.change { session, scope in
            let isNew = try await PublishFlow.publish(version, scope, session)
            return .object("publication") { $0.flag("is_new", isNew) }
        }
    }
}
