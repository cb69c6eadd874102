package import Foundation
package import Postgres

/// Looks at versions of flows, and puts them into force, in a transaction of its caller's.
package enum PublishFlow {
    /// Something that is wrong with a version.
    package struct Finding: Sendable {
        package let code: String
        package let node: String?
        package let detail: String
    }

    private static let mostFindings = 1_000

    /// - Returns: what is wrong with it; nothing when it may be published.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func findings(
        _ version: UUID, _ scope: RequestScope, _ session: Connection
    ) async throws -> [Finding] {
        let found = try await session.run(
            "select count(*) from flows.flow_versions where tenant_id = \(scope.tenant) and id = \(version)"
        ).value(Int.self)
        guard found == 1 else { throw ResourceFault(.notFound, "there is no version \(version.text) of a flow") }
        return try await session.run(
            """
            select code, node, coalesce(detail, '') from flows.version_findings(\(scope.tenant), \(version))
             limit \(mostFindings)
            """
        ).map { Finding(code: try $0.column(0), node: try $0.column(1), detail: try $0.column(2)) }
    }

    /// Refused while something is wrong with it.
    /// - Returns: whether it was not in force before.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func publish(_ version: UUID, _ scope: RequestScope, _ session: Connection) async throws -> Bool {
        _ = try await findings(version, scope, session)
        return try await AskModel.run(
            "select flows.publish_version(\(scope.tenant), \(version), \(scope.user))", session
        ).value(Bool.self) ?? false
    }
}
