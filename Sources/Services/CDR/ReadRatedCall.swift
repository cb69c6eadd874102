package import Foundation
package import Postgres
package import Telecom

/// Tells what a rated call cost everybody, and why.
package struct ReadRatedCall: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// A call with everybody who pays for it.
    package struct Call: Sendable {
        package let id: UUID
        package let startedAt: Date
        package let from: String
        package let to: String
        package let direction: String
        package let disposition: String
        package let talkMilliseconds: Int64
        package let jurisdiction: String?
        package internal(set) var payers: [Payer] = []
    }

    /// Who pays, how much, and what that follows from.
    package struct Payer: Sendable {
        /// account, reseller or operator, which pays the carrier.
        package let role: String
        package let name: String
        package let amount: Money
        package let currency: String
        package let billedSeconds: Int
        /// Nil where it costs nothing, and so has no row.
        package let rate: Money?
        package let connectFee: Money?
        package let initialSeconds: Int?
        package let nextSeconds: Int?
        /// The row of the plan or deck.
        package let rateID: UUID?
        /// As it was kept; nil where the columns say all.
        package let rating: KeptRating?
        /// What a reseller earns; nil for others, and in two currencies.
        package let margin: Money?
    }

    private static let limit = Duration.seconds(60)

    /// - Parameter id: of the CDR.
    /// - Returns: nil when no call with that id has been rated.
    package func callAsFunction(_ id: UUID) async throws -> Call? {
        let row = try await database.run(
            """
            select e.id, e.started_at, coalesce(e.from_number, r.caller), coalesce(e.to_number, r.callee), e.direction,
                   e.disposition, e.talk_ms, e.jurisdiction
              from cdr.enriched_cdr e
              join cdr.raw_cdr r on r.tenant_id = e.tenant_id and r.started_at = e.started_at and r.id = e.id
             where e.tenant_id = \(tenant) and e.id = \(id)
            """, deadline: Self.limit
        ).first
        guard let row else { return nil }
        var call = Call(
            id: try row.column(0), startedAt: try row.column(1), from: try row.column(2), to: try row.column(3),
            direction: try row.column(4), disposition: try row.column(5), talkMilliseconds: try row.column(6),
            jurisdiction: try row.column(7))
        call.payers = try await payers(of: call)
        return call
    }

    private func payers(of call: Call) async throws -> [Payer] {
        try await database.run(
            """
            with call as (
                select e.* from cdr.enriched_cdr e
                 where e.tenant_id = \(tenant) and e.started_at = \(call.startedAt) and e.id = \(call.id)
            )
            select p.role, coalesce(p.name, '-'), p.amount, p.currency, p.billed_s, p.rate, p.connect_fee, p.initial_s,
                   p.next_s, p.rate_id, nullif(p.rating, '{}')::text, p.margin
              from (select 0 as turn, 'account' as role, a.name, c.sell_amount as amount, c.currency,
                           c.sell_billed_s as billed_s, c.sell_rate as rate, c.sell_connect_fee as connect_fee,
                           c.sell_initial_s as initial_s, c.sell_next_s as next_s, c.sell_rate_id as rate_id,
                           c.rating -> 'sell' as rating, null::numeric as margin
                      from call c
                      left join accounts.accounts a on a.tenant_id = c.tenant_id and a.id = c.account_id
                     union all
                    select l.level, 'reseller', a.name, l.amount, l.currency, l.billed_s, l.rate, l.connect_fee,
                           l.initial_s, l.next_s, l.rate_id, l.rating, l.margin
                      from call c
                      join cdr.level_charges l
                        on l.tenant_id = c.tenant_id and l.started_at = c.started_at and l.cdr_id = c.id
                      left join accounts.accounts a on a.tenant_id = l.tenant_id and a.id = l.account_id
                     union all
                    select 1000, 'operator', 'to ' || ca.name, c.buy_amount, c.currency, c.buy_billed_s, c.buy_rate,
                           c.buy_connect_fee, c.buy_initial_s, c.buy_next_s, c.buy_rate_id, c.rating -> 'buy', null
                      from call c
                      left join routing.carrier_trunks t on t.tenant_id = c.tenant_id and t.id = c.carrier_trunk_id
                      left join routing.carriers ca on ca.tenant_id = t.tenant_id and ca.id = t.carrier_id) p
             order by p.turn
            """, deadline: Self.limit
        ).map { row in
            Payer(
                role: try row.column(0), name: try row.column(1), amount: try row.column(2),
                currency: try row.column(3), billedSeconds: try row.column(4), rate: try row.column(5),
                connectFee: try row.column(6), initialSeconds: try row.column(7), nextSeconds: try row.column(8),
                rateID: try row.column(9),
                rating: try row.column(10, as: String?.self).map { try KeptRating(parsing: $0) },
                margin: try row.column(11))
        }
    }
}
