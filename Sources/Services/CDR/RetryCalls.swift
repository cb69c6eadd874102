package import Foundation
package import Postgres

/// Calls of an operator that could not be rated: why, and that they are tried again.
package struct RetryCalls: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// Calls with one reason.
    package struct Reason: Sendable, Hashable, Encodable {
        package let reason: String
        package let calls: Int
        package let firstStartedAt: Date
        package let lastStartedAt: Date
    }

    private static let limit = Duration.seconds(300)

    /// Why calls were set aside, what most have first.
    package func reasons() async throws -> [Reason] {
        try await database.run(
            """
            select rating_error, count(*), min(started_at), max(started_at)
              from cdr.raw_cdr
             where tenant_id = \(tenant) and processed_at is null and rating_error is not null
             group by 1 order by 2 desc, 1 limit 1000
            """, deadline: Self.limit
        ).decode(String.self, Int.self, Date.self, Date.self).map {
            Reason(reason: $0, calls: $1, firstStartedAt: $2, lastStartedAt: $3)
        }
    }

    /// Puts them back in line, those with one reason or all; whoever rates calls takes them next.
    /// - Returns: how many.
    package func callAsFunction(reason: String? = nil) async throws -> Int {
        try await database.run(
            """
            update cdr.raw_cdr set rating_error = null
             where tenant_id = \(tenant) and processed_at is null and rating_error is not null
               and (rating_error = \(reason) or \(reason)::text is null)
            """, deadline: Self.limit
        ).affected
    }
}
