import Foundation
package import Postgres

/// An edge's side of the shares of limits, as the database keeps them (decision 0018).
package struct ShareBook: Sendable {
    private let database: Database
    /// The edge.
    package let edge: String
    private let claim: EdgeClaim

    /// How many limits of each kind, beside those that calls ask for, are looked at in one round.
    private static let dueMaximum = 500
    private static let patience = Duration.seconds(5)
    private static let longPatience = Duration.seconds(60)

    /// - Parameter database: as the engine.
    package init(_ database: Database, edge: String, claim: EdgeClaim) {
        self.database = database
        self.edge = edge
        self.claim = claim
    }

    /// What a renewed lease says.
    package struct Lease: Sendable, Hashable {
        /// Whether the edge has every limit as a whole.
        package let isAlone: Bool
        /// How many other edges are known.
        package let others: Int
        /// The version of the routing data; limits change with it.
        package let routingVersion: Int
    }

    /// A share of the edge.
    package struct Share: Sendable, Hashable {
        package let subject: LimitSubject
        package var granted: Int
        /// The limit that it is a share of.
        package var limit: Int
        /// What the other edges have granted or in use: after a limit was lowered there may be less left than granted.
        package var others: Int

        /// What the edge may use.
        package var usable: Int { max(0, min(granted, limit - others)) }
    }

    /// A limit that has to be looked at, with what every edge has of it.
    package struct Due: Sendable {
        package let subject: LimitSubject
        package let limit: Int
        /// In the order of the edges' ids, which is the same for all who look.
        package var edges: [Edge] = []
    }

    /// What an edge has of a limit.
    package struct Edge: Sendable, Hashable {
        package let id: String
        package let granted: Int
        /// `nil` when it has not looked yet.
        package let inUse: Int?
        package let demand: Int
        /// Whether its lease holds.
        package let isLive: Bool
    }

    /// What an edge says of a limit.
    package struct Report: Sendable {
        package let subject: LimitSubject
        /// What it is to have.
        package let target: Int
        package let inUse: Int
        package let demand: Int

        package init(subject: LimitSubject, target: Int, inUse: Int, demand: Int) {
            self.subject = subject
            self.target = target
            self.inUse = inUse
            self.demand = demand
        }
    }

    /// Makes the edge known, or renews its lease.
    /// - Throws: `EdgeIsClaimed` when its id is another one's.
    package func renew() async throws -> Lease {
        let row = try await database.run(
            """
            select is_ours, is_alone, others, routing_version, lease_until
              from routing.renew_edge(\(edge), \(claim.id), \(claim.former))
            """, deadline: Self.patience
        ).first(Bool.self, Bool.self, Int.self, Int.self, Date.self)
        guard let (isOurs, isAlone, others, version, until) = row else {
            throw PostgresError(.decoding, "the lease of an edge came back empty")
        }
        guard isOurs else { throw EdgeIsClaimed(edge: edge, leaseUntil: until) }
        return Lease(isAlone: isAlone, others: others, routingVersion: version)
    }

    /// Has rows made for limits and edges that are new.
    package func open() async throws {
        try await database.run("select routing.open_shares(\(edge))", deadline: Self.longPatience)
    }

    /// Tells that the edge goes by its shares.
    package func endAlone() async throws {
        try await database.run("select routing.end_alone(\(edge), \(claim.id))", deadline: Self.patience)
    }

    /// Everything the edge has.
    package func own() async throws -> [Share] {
        let rows = try await database.run(
            """
            select h.tenant_id, h.kind, h.subject_id, h.granted, s.amount,
                   (select coalesce(sum(greatest(o.granted, coalesce(o.in_use, 0))), 0)::integer
                      from routing.edge_shares o
                     where o.tenant_id = h.tenant_id and o.kind = h.kind and o.subject_id = h.subject_id
                       and o.edge_id <> h.edge_id)
              from routing.edge_shares h
              join routing.shared_limits s
                on s.tenant_id = h.tenant_id and s.kind = h.kind and s.subject_id = h.subject_id
             where h.edge_id = \(edge)
            """, deadline: Self.longPatience
        ).decode(UUID.self, String.self, UUID.self, Int.self, Int.self, Int.self)
        return rows.compactMap { tenant, kind, id, granted, limit, others in
            LimitSubject(tenant, kind, id).map {
                Share(subject: $0, granted: granted, limit: limit, others: others)
            }
        }
    }

    /// The limits to look at: those that were asked for, those that some edge wants more of, and those whose use by
    /// this edge nobody knows yet.
    package func due(_ asked: [LimitSubject]) async throws -> [Due] {
        let rows = try await database.run(
            """
            with due as (
                select a.tenant_id, a.kind::routing.limit_kind as kind, a.subject_id
                  from unnest(\(asked.map(\.tenantID)), \(asked.map(\.kind.rawValue)), \(asked.map(\.id)))
                       as a (tenant_id, kind, subject_id)
                union
                (select h.tenant_id, h.kind, h.subject_id
                   from routing.edge_shares h where h.edge_id = \(edge) and h.in_use is null
                  limit \(Self.dueMaximum))
                union
                (select s.tenant_id, s.kind, s.subject_id from routing.shared_limits s where s.active_until > now()
                  limit \(Self.dueMaximum))
            )
            select h.tenant_id, h.kind, h.subject_id, l.amount, h.edge_id, h.granted, h.in_use, h.demand,
                   e.lease_until > now()
              from due d
              join routing.limits l
                on l.tenant_id = d.tenant_id and l.kind = d.kind and l.subject_id = d.subject_id
              join routing.edge_shares h
                on h.tenant_id = d.tenant_id and h.kind = d.kind and h.subject_id = d.subject_id
              join routing.edges e on e.id = h.edge_id
             order by h.tenant_id, h.kind, h.subject_id, h.edge_id
            """, deadline: Self.patience)
        var due: [Due] = []
        for row in rows {
            let (tenant, kind, id, limit) = try row.decode(UUID.self, String.self, UUID.self, Int.self)
            guard let subject = LimitSubject(tenant, kind, id) else { continue }
            if due.last?.subject != subject { due.append(Due(subject: subject, limit: limit)) }
            due[due.count - 1].edges.append(
                Edge(
                    id: try row.column(4), granted: try row.column(5), inUse: try row.column(6, as: Int?.self),
                    demand: try row.column(7), isLive: try row.column(8)))
        }
        return due
    }

    /// Gives back and takes.
    /// - Returns: what the edge has now.
    package func report(_ reports: [Report]) async throws -> [LimitSubject: Int] {
        if reports.isEmpty { return [:] }
        let rows = try await database.run(
            """
            select tenant_id, kind, subject_id, granted
              from routing.report_shares(
                       \(edge), \(claim.id), \(reports.map(\.subject.tenantID)),
                       \(reports.map(\.subject.kind.rawValue)), \(reports.map(\.subject.id)),
                       \(reports.map { Int32(clamping: $0.target) }), \(reports.map { Int32(clamping: $0.inUse) }),
                       \(reports.map { Int32(clamping: $0.demand) }))
            """, deadline: Self.patience
        ).decode(UUID.self, String.self, UUID.self, Int.self)
        var granted: [LimitSubject: Int] = [:]
        for row in rows { if let subject = LimitSubject(row.0, row.1, row.2) { granted[subject] = row.3 } }
        return granted
    }

    /// Frees what edges without a lease do not use.
    package func settle() async throws {
        try await database.run("select routing.settle_edges(\(edge))", deadline: Self.longPatience)
    }

    /// Forgets the edge: it has ended.
    /// - Returns: whether it was known, and this one's.
    @discardableResult
    package func retire() async throws -> Bool {
        try await database.run(
            "select routing.retire_edge(\(edge), \(claim.id))", deadline: Self.longPatience
        ).value(Bool.self) ?? false
    }
}

extension LimitSubject {
    /// `nil` for a kind of a later version.
    init?(_ tenant: UUID, _ kind: String, _ id: UUID) {
        guard let kind = Kind(rawValue: kind) else { return nil }
        self.init(tenantID: tenant, kind: kind, id: id)
    }
}
