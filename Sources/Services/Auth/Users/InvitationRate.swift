import Foundation
package import Postgres

/// How many people may be invited within an hour: each is a letter to somebody who did not ask for it.
package enum InvitationRate {
    /// By all of an operator.
    static let most = 500
    /// By the people of one account: they do not use up what others have.
    static let mostOfAccount = 50
    private static let windowSeconds: Int32 = 3_600

    /// Counts one, before it is made.
    /// - Parameter database: as the API.
    /// - Returns: `nil` when it may be made; else in how many seconds there are new ones.
    /// - Throws: `PostgresError`.
    package static func use(_ scope: RequestScope, _ database: Database) async throws -> Int? {
        if let account = scope.account,
            let seconds = try await take("invitations:\(account.text)", mostOfAccount, scope, database)
        {
            return seconds
        }
        return try await take("invitations", most, scope, database)
    }

    /// In a transaction of its own: others who count wait for it.
    private static func take(
        _ key: String, _ most: Int, _ scope: RequestScope, _ database: Database
    ) async throws -> Int? {
        let rows = try await database.run([
            scope.opening,
            """
            select allowed, greatest(1, ceil(extract(epoch from reset_at - clock_timestamp())))::bigint
              from queue.take_rate(\(scope.tenant), \(key), \(most), \(windowSeconds))
            """,
        ])
        guard let (isAllowed, seconds) = try rows[1].first(Bool.self, Int.self), !isAllowed else { return nil }
        return seconds
    }
}
