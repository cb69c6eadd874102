package import Foundation
package import Postgres

/// A feature that is being rolled out, and whether it is on for whoever asks.
package struct SetFeature: Sendable {
    package let flag: String
    package let isOn: Bool
}

/// Says which features are on for somebody, as `accounts.feature_enabled()` decides it everywhere: for the account, and
/// for staff by the user, so that a rollout among them reaches some first.
package enum ReadFeatures {
    /// - Parameter user: who logged in, if somebody did.
    /// - Returns: those that are set, by name; of others the program's default holds.
    /// - Throws: `PostgresError`.
    package static func of(
        _ user: UUID?, _ scope: RequestScope, _ session: Connection
    ) async throws -> [SetFeature] {
        let subject = scope.account == nil ? user : nil
        return try await session.run(
            """
            select f.flag, f.enabled
              from accounts.features(\(scope.tenant), \(scope.account), \(subject)) f order by f.flag
            """
        ).map { row in SetFeature(flag: try row.column(0), isOn: try row.column(1)) }
    }
}
