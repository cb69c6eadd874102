package import Foundation
package import Postgres

/// What is known of the edges, and how they share limits; for people.
package struct ReadShares: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

    /// An edge that is known.
    package struct Edge: Sendable, Hashable {
        package let id: String
        /// Whether it has every limit as a whole.
        package let isAlone: Bool
        /// Whether its lease holds.
        package let isLive: Bool
        package let leaseUntil: Date
        /// How many limits it has a share of.
        package let shares: Int
    }

    /// What an edge has of a limit.
    package struct Share: Sendable, Hashable {
        package let tenant: String
        package let kind: String
        package let subject: String
        package let subjectID: UUID
        package let limit: Int
        package let edge: String
        package let granted: Int
        /// `nil` when the edge has not looked yet.
        package let inUse: Int?
        package let demand: Int
    }

    private static let sharesMaximum = 1000

    /// The edges, by their ids.
    package func edges() async throws -> [Edge] {
        try await database.run(
            """
            select e.id, e.is_alone, e.lease_until > now(), e.lease_until,
                   (select count(*) from routing.edge_shares h where h.edge_id = e.id)
              from routing.edges e order by e.id
            """
        ).decode(String.self, Bool.self, Bool.self, Date.self, Int.self).map {
            Edge(id: $0.0, isAlone: $0.1, isLive: $0.2, leaseUntil: $0.3, shares: $0.4)
        }
    }

    /// The shares of a tenant's limits that are in use or wanted, the first thousand rows.
    /// - Parameter all: also those that nobody uses.
    package func shares(of tenant: UUID, all: Bool) async throws -> [Share] {
        let rows = try await database.run(
            """
            select t.name, h.kind, coalesce(a.name, k.name, c.name, ''), h.subject_id, s.amount, h.edge_id, h.granted,
                   h.in_use, h.demand
              from routing.edge_shares h
              join routing.shared_limits s
                on s.tenant_id = h.tenant_id and s.kind = h.kind and s.subject_id = h.subject_id
              join core.tenants t on t.id = h.tenant_id
              left join accounts.accounts a
                on h.kind like 'account%' and a.tenant_id = h.tenant_id and a.id = h.subject_id
              left join routing.trunks k
                on h.kind like 'trunk%' and k.tenant_id = h.tenant_id and k.id = h.subject_id
              left join routing.carrier_trunks c
                on h.kind like 'carrier%' and c.tenant_id = h.tenant_id and c.id = h.subject_id
             where h.tenant_id = \(tenant)
               and (\(all) or s.active_until > now() or h.in_use is null or h.in_use > 0 or h.demand > 0)
             order by 3, h.kind, h.subject_id, h.edge_id limit \(Self.sharesMaximum)
            """)
        return try rows.map { row in
            let (tenant, kind, subject, id, limit, edge, granted, inUse) = try row.decode(
                String.self, String.self, String.self, UUID.self, Int.self, String.self, Int.self, Int?.self)
            return Share(
                tenant: tenant, kind: kind, subject: subject, subjectID: id, limit: limit, edge: edge,
                granted: granted, inUse: inUse, demand: try row.column(8))
        }
    }
}
