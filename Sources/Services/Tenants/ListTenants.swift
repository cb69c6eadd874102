package import Foundation
package import Postgres

/// The operators of the platform, for its own staff, as the engine.
package enum ListTenants {
    /// An operator.
    package struct Line: Sendable {
        package let id: UUID
        package let slug: String
        package let name: String
        package let status: String
        package let statusReason: String?
        package let country: String
        package let currency: String
        package let isHeld: Bool
        package let createdAt: Date
        package let closedAt: Date?
        /// Until when its data stays.
        package let keptUntil: Date?
    }

    package static let most = 1_000

    /// - Parameter slug: the one before the first; `nil` begins.
    /// - Returns: by their short names, without the one of traffic that is nobody's.
    /// - Throws: `PostgresError`.
    package static func list(after slug: String?, limit: Int, _ session: Connection) async throws -> [Line] {
        try await session.run(
            """
            select id, slug, name, status, status_reason, country, currency, legal_hold, created_at, closed_at,
                   purge_after
              from core.tenants
             where id <> core.unattributed_tenant() and slug > coalesce(\(slug)::text, '')
             order by slug limit \(limit)
            """
        ).map { row in
            Line(
                id: try row.column(0), slug: try row.column(1), name: try row.column(2), status: try row.column(3),
                statusReason: try row.column(4), country: try row.column(5), currency: try row.column(6),
                isHeld: try row.column(7), createdAt: try row.column(8), closedAt: try row.column(9),
                keptUntil: try row.column(10))
        }
    }
}
