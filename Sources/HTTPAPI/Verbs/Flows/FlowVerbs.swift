import Foundation
import HTTPTypes
import Postgres
import Services

/// What is done with the versions of flows.
enum FlowVerbs {
    static let all = [validate, publish]

    private static let finding: [VerbField] = [
        .init("code", .text(1...100), "What is wrong, for programs."),
        .nullable("node", .text(1...200), "Where."), .init("detail", .text(0...2000), "In a sentence."),
    ]

    private static func findings(_ version: UUID, _ scope: RequestScope, _ session: Connection) async throws -> [Row] {
        let found = try await session.run(
            "select count(*) from flows.flow_versions where tenant_id = \(scope.tenant) and id = \(version)"
        ).value(Int.self)
        guard found == 1 else { throw ResourceFault(.notFound, "there is no version \(version.text) of a flow") }
        return try await session.run(
            "select code, node, detail from flows.version_findings(\(scope.tenant), \(version)) limit 1000"
        ).map { $0 }
    }

    private static let validate = Verb(
        method: .post, path: "/v1/flows/flow_versions/{key}/validate", name: "validate_flow_version", tag: "flows",
        summary: "Find out what is wrong with a version of a flow", access: .permission("flows:read"),
        answer: .list(finding), isOnce: false
    ) { call in
        let version = try call.id()
        return try await call.change { session, scope in
            try .list(try await findings(version, scope, session)) { json, row in
                json.text("code", try row.column(0, as: String.self))
                json.textOrNull("node", try row.column(1))
                json.text("detail", try row.column(2, as: String?.self) ?? "")
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
            _ = try await findings(version, scope, session)
            let isNew = try await BillingVerbs.refusing {
                try await session.run(
                    "select flows.publish_version(\(scope.tenant), \(version), \(scope.user))"
                ).value(Bool.self)
            }
            return .object("publication") { $0.flag("is_new", isNew ?? false) }
        }
    }
}
