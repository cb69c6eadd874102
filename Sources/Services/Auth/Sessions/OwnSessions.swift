package import Foundation
package import Postgres

/// An open session, as its user looks at it.
package struct OwnSession: Sendable {
    package let id: UUID
    package let createdAt: Date
    package let lastSeenAt: Date
    package let expiresAt: Date
    /// Where it was last used from.
    package let address: String?
    package let userAgent: String
}

/// Lists the open sessions of whoever is logged in, the newest first.
package struct OwnSessions: Sendable {
    private let database: Database

    private static let most = 100

    /// - Parameter database: as the API.
    package init(_ database: Database) { self.database = database }

    /// - Throws: `PostgresError`.
    package func callAsFunction(_ caller: APICaller, _ scope: RequestScope) async throws -> [OwnSession] {
        try await database.run([
            scope.opening,
            """
            select id, created_at, last_seen_at, expires_at, abbrev(ip), user_agent from auth.sessions
             where tenant_id = \(scope.tenant) and user_id = \(caller.user) and revoked_at is null
               and least(idle_expires_at, expires_at) > now()
             order by created_at desc limit \(Self.most)
            """,
        ])[1].map { row in
            OwnSession(
                id: try row.column(0), createdAt: try row.column(1), lastSeenAt: try row.column(2),
                expiresAt: try row.column(3), address: try row.column(4), userAgent: try row.column(5))
        }
    }
}
