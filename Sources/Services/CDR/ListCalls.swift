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

/// Lists rated calls, the newest last.
package struct ListCalls: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

    /// - Parameter after: only calls that were rated after this one's row was written.
    package func callAsFunction(limit: Int, after: Date? = nil) async throws -> [CallLine] {
        let rows = try await database.run(
            """
            select e.id, e.posted_at, a.name, coalesce(e.from_number, r.caller), coalesce(e.to_number, r.callee),
                   e.direction, c.name, e.disposition, e.sip_code, e.talk_ms, e.sell_amount, e.buy_amount, e.margin
              from cdr.enriched_cdr e
              join cdr.raw_cdr r on r.tenant_id = e.tenant_id and r.started_at = e.started_at and r.id = e.id
              left join accounts.accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
              left join routing.carrier_trunks ct on ct.tenant_id = e.tenant_id and ct.id = e.carrier_trunk_id
              left join routing.carriers c on c.tenant_id = ct.tenant_id and c.id = ct.carrier_id
             where e.posted_at > coalesce(\(after), '-infinity'::timestamptz)
             order by e.posted_at desc, e.started_at desc limit \(limit)
            """)
        return try rows.map { row in
            CallLine(
                id: try row.column(0), postedAt: try row.column(1), account: try row.column(2), from: try row.column(3),
                to: try row.column(4), direction: try row.column(5), carrier: try row.column(6),
                disposition: try row.column(7), code: try row.column(8), talkMilliseconds: try row.column(9),
                sell: try row.column(10), buy: try row.column(11), margin: try row.column(12))
        }.reversed()
    }
}
