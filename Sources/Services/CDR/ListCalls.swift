package import Foundation
package import Postgres
package import Telecom

/// A finished call in a line.
package struct CallLine: Sendable {
    package let id: UUID
    /// When it was rated and posted.
    package let postedAt: Date
    package let account: String?
    package let from: String
    package let to: String
    package let direction: String
    package let carrier: String?
    package let disposition: String
    package let code: Int
    package let talkMilliseconds: Int
    package let sell: Money
    package let buy: Money
    package let margin: Money
}

/// Lists the rated calls of a tenant.
package struct ListCalls: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// The last calls that were rated, the newest last.
    package func last(_ limit: Int) async throws -> [CallLine] {
        try await lines(range: "", order: "e.posted_at desc, e.id desc", limit: limit).reversed()
    }

    /// Where a page of calls ended.
    struct Position: Sendable {
        let postedAt: Date
        let id: UUID
    }

    /// The calls behind a position, the oldest first.
    func page(after position: Position, limit: Int) async throws -> [CallLine] {
        try await lines(
            range: "and (e.posted_at, e.id) > (\(position.postedAt), \(position.id))",
            order: "e.posted_at, e.id", limit: limit)
    }

    /// The time before which no call can appear any more. A session tells of its transaction a moment after that began,
    /// hence the seconds.
    func horizon() async throws -> Date {
        try await database.postingHorizon(.seconds(5), atMost: Self.longestTransaction)
    }

    /// More than the deadlines of the statements of a transaction of `RateCalls` add up to.
    private static let longestTransaction = Duration.seconds(600)

    /// The limit comes before the joins: the planner cannot know that every call has its raw record, and would read all
    /// of both tables for a page of them.
    private func lines(range: SQL, order: SQL, limit: Int) async throws -> [CallLine] {
        let rows = try await database.run(
            """
            select e.id, e.posted_at, a.name, coalesce(e.from_number, r.caller), coalesce(e.to_number, r.callee),
                   e.direction, c.name, e.disposition, e.sip_code, e.talk_ms, e.sell_amount, e.buy_amount, e.margin
              from (select * from cdr.enriched_cdr e
                     where e.tenant_id = \(tenant) and e.posted_at is not null \(range)
                     order by \(order) limit \(limit)) e
              join cdr.raw_cdr r on r.tenant_id = e.tenant_id and r.started_at = e.started_at and r.id = e.id
              left join accounts.accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
              left join routing.carrier_trunks ct on ct.tenant_id = e.tenant_id and ct.id = e.carrier_trunk_id
              left join routing.carriers c on c.tenant_id = ct.tenant_id and c.id = ct.carrier_id
             order by \(order)
            """)
        return try rows.map { row in
            CallLine(
                id: try row.column(0), postedAt: try row.column(1), account: try row.column(2), from: try row.column(3),
                to: try row.column(4), direction: try row.column(5), carrier: try row.column(6),
                disposition: try row.column(7), code: try row.column(8), talkMilliseconds: try row.column(9),
                sell: try row.column(10), buy: try row.column(11), margin: try row.column(12))
        }
    }
}
