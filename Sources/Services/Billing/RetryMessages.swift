package import Foundation
package import Postgres

/// Messages of an operator that could not be charged: why, and that they are tried again.
package struct RetryMessages: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// Messages with one reason.
    package struct Reason: Sendable, Hashable, Encodable {
        package let reason: String
        package let messages: Int
        package let firstAcceptedAt: Date
        package let lastAcceptedAt: Date
    }

    private static let limit = Duration.seconds(300)

    /// Why messages were set aside, what most have first.
    package func reasons() async throws -> [Reason] {
        try await database.run(
            """
            select rating_error, count(*), min(accepted_at), max(accepted_at)
              from messaging.mdr
             where tenant_id = \(tenant) and posted_at is null and rating_error is not null
             group by 1 order by 2 desc, 1 limit 1000
            """, deadline: Self.limit
        ).decode(String.self, Int.self, Date.self, Date.self).map {
            Reason(reason: $0, messages: $1, firstAcceptedAt: $2, lastAcceptedAt: $3)
        }
    }

    /// Puts them back in line, those with one reason or all; whoever charges messages takes them next.
    /// - Returns: how many.
    package func callAsFunction(reason: String? = nil) async throws -> Int {
        try await database.run(
            """
            update messaging.mdr set rating_error = null
             where tenant_id = \(tenant) and posted_at is null and rating_error is not null
               and (rating_error = \(reason) or \(reason)::text is null)
            """, deadline: Self.limit
        ).affected
    }
}
