import Foundation
package import Postgres

/// Adds to the chain over the audit trail what is not sealed yet, tenant by tenant.
package struct SealAudit: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

    /// Rows that became visible so long after the newest sealed one are found.
    package static let lookBack = Duration.seconds(3600)
    /// For a look once a day. Longer than the two days after which ``VerifyAudit`` reports a row that has no link.
    package static let farLookBack = Duration.seconds(3 * 24 * 3600)

    /// Links of a tenant at once; what is left waits for the next time.
    private static let maximumLinks = 1000
    /// Longer than a request may take, so that it has a session of its own and no call waits behind it.
    private static let limit = Duration.seconds(60)

    /// The newest link of a tenant.
    package struct Link: Sendable {
        /// The tenant's slug.
        package let tenant: String
        /// Rows that were sealed now, in this link and those just before it.
        package let rows: Int
        /// The link's number and hash, as ``VerifyAudit/Mark`` reads them.
        package let mark: String
    }

    /// - Parameter report: hears of each tenant's newest link, as soon as it is there.
    package func callAsFunction(lookBack: Duration = lookBack, report: (Link) -> Void) async throws {
        let tenants = try await database.run("select id, slug from core.tenants order by slug")
            .decode(UUID.self, String.self)
        for (id, slug) in tenants {
            var rows = 0
            var mark: String?
            defer { if let mark { report(Link(tenant: slug, rows: rows, mark: mark)) } }
            for _ in 0..<Self.maximumLinks {
                let link = try await database.run(
                    """
                    select sequence || ':' || encode(hash, 'hex'), sealed
                      from audit.seal(\(id), p_look_back => make_interval(secs => \(lookBack.components.seconds)))
                    """, deadline: Self.limit
                ).first(String.self, Int.self)
                guard let link else { break }
                mark = link.0
                rows += link.1
            }
        }
    }
}
