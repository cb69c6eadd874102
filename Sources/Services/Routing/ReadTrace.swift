package import Foundation
package import Postgres
package import Telecom

/// Reads what the router decided about a call of the past, and why: the trace that is stored with every call.
package struct ReadTrace: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// How far back a CDR or a Call-ID is looked for, by reading the requests of these days; a routing id has an index
    /// and is found at any age.
    private static let readDays = 62
    private static let limit = Duration.seconds(120)

    /// One decision.
    package struct Trace: Sendable {
        package let routingID: UUID
        package let cdrID: UUID
        package let callID: String
        package let requestedAt: Date
        package let source: String
        package let direction: String
        package let state: String
        package let account: String?
        package let trunk: String?
        package let caller: String
        package let callee: String
        package let from: String?
        package let to: String?
        package let jurisdiction: String?
        package let jurisdictionReason: String?
        package let routingNumber: String?
        package let code: Int
        package let reason: String
        package let ratePlan: String?
        package let hold: Money?
        package let maximumSeconds: Int?
        package let snapshotVersion: Int
        package internal(set) var candidates: [Candidate] = []
        /// What became of the call; `nil` while it is not rated.
        package let outcome: String?
        package let carrier: String?
        package let sellAmount: Money?
        package let buyAmount: Money?
    }

    /// A carrier trunk that was looked at, in the order of the decision.
    package struct Candidate: Sendable {
        package let name: String
        package let outcome: String
        package let prefix: String?
        package let rate: String?
        package let cost: String?
        package let margin: String?
        package let uri: String?
        /// The deck with its version whose row priced it; of routes alone.
        package let deck: String?
    }

    /// - Parameter text: a routing id, the id of a CDR, or a Call-ID.
    /// - Returns: the newest that fits; `nil` when there is none.
    package func callAsFunction(_ text: String) async throws -> Trace? {
        if let id = UUID(text: text), let trace = try await find("r.id = \(id)") { return trace }
        let isCDR: SQL = UUID(text: text).map { "or r.cdr_id = \($0)" } ?? ""
        return try await find(
            """
            (r.call_id = \(text) \(isCDR)) and r.requested_at > now() - make_interval(days => \(Int32(Self.readDays)))
            """)
    }

    private func find(_ condition: SQL) async throws -> Trace? {
        let rows = try await database.run(
            """
            select r.id, r.cdr_id, r.call_id, r.requested_at, r.source, r.direction, r.state, a.name, t.name, r.caller,
                   r.callee, r.from_number, r.to_number, r.jurisdiction, r.jurisdiction_reason, r.lrn, r.code, r.reason,
                   p.name, r.hold_amount, r.max_duration_s, r.snapshot_version,
                   e.disposition, c.name || ' / ' || ct.name, e.sell_amount, e.buy_amount
              from routing.routing_requests r
              left join accounts.accounts a on a.tenant_id = r.tenant_id and a.id = r.account_id
              left join routing.trunks t on t.tenant_id = r.tenant_id and t.id = r.trunk_id
              left join billing.rate_plans p on p.tenant_id = r.tenant_id and p.id = r.rate_plan_id
              left join cdr.enriched_cdr e
                on e.tenant_id = r.tenant_id and e.started_at = r.requested_at and e.id = r.cdr_id
              left join routing.carrier_trunks ct on ct.tenant_id = r.tenant_id and ct.id = e.carrier_trunk_id
              left join routing.carriers c on c.tenant_id = r.tenant_id and c.id = ct.carrier_id
             where r.tenant_id = \(tenant) and \(condition)
             order by r.requested_at desc limit 1
            """, deadline: Self.limit)
        guard let row = rows.first else { return nil }
        var trace = try Self.trace(row)
        trace.candidates = try await candidates(trace)
        return trace
    }

    private static func trace(_ row: Row) throws -> Trace {
        Trace(
            routingID: try row.column(0), cdrID: try row.column(1), callID: try row.column(2),
            requestedAt: try row.column(3), source: try row.column(4), direction: try row.column(5),
            state: try row.column(6), account: try row.column(7), trunk: try row.column(8), caller: try row.column(9),
            callee: try row.column(10), from: try row.column(11), to: try row.column(12),
            jurisdiction: try row.column(13), jurisdictionReason: try row.column(14),
            routingNumber: try row.column(15), code: try row.column(16), reason: try row.column(17),
            ratePlan: try row.column(18), hold: try row.column(19), maximumSeconds: try row.column(20),
            snapshotVersion: try row.column(21), outcome: try row.column(22), carrier: try row.column(23),
            sellAmount: try row.column(24), buyAmount: try row.column(25))
    }

    private func candidates(_ trace: Trace) async throws -> [Candidate] {
        let rows = try await database.run(
            """
            select coalesce(c.name || ' / ' || ct.name, n.item ->> 'carrier_trunk_id'), n.item ->> 'outcome',
                   n.item ->> 'prefix', n.item ->> 'rate', n.item ->> 'cost', n.item ->> 'margin', w.item ->> 'uri',
                   d.name || ' version ' || k.deck_version
              from routing.routing_requests r
             cross join jsonb_array_elements(r.reasons) with ordinality as n (item, turn)
              left join jsonb_array_elements(r.routes) with ordinality as w (item, turn)
                on w.turn = n.turn and w.item ->> 'carrier_trunk_id' = n.item ->> 'carrier_trunk_id'
              left join routing.carrier_trunks ct
                on ct.tenant_id = r.tenant_id and ct.id = (n.item ->> 'carrier_trunk_id')::uuid
              left join routing.carriers c on c.tenant_id = r.tenant_id and c.id = ct.carrier_id
              left join routing.rate_deck k on k.tenant_id = r.tenant_id and k.id = (w.item ->> 'buy_rate_id')::uuid
              left join routing.decks d on d.tenant_id = r.tenant_id and d.id = k.deck_id
             where r.tenant_id = \(tenant) and r.requested_at = \(trace.requestedAt) and r.id = \(trace.routingID)
             order by n.turn
            """)
        return try rows.map { row in
            Candidate(
                name: try row.column(0), outcome: try row.column(1, as: String?.self) ?? "", prefix: try row.column(2),
                rate: try row.column(3), cost: try row.column(4), margin: try row.column(5), uri: try row.column(6),
                deck: try row.column(7))
        }
    }
}
