package import Foundation
package import Postgres
package import Telecom

/// What a run found: sums by account, destination or carrier, and the calls that differ most.
package struct ReportRerate: Sendable {
    private let database: Database
    private let tenant: UUID

    private static let limit = Duration.seconds(300)

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// What a row is about.
    package enum Grouping: String, Sendable, CaseIterable {
        case account, destination, carrier

        fileprivate var name: SQL {
            switch self {
            case .account:
                """
                coalesce((select a.name || ' (' || a.ban || ')' from accounts.accounts a
                           where a.tenant_id = s.tenant_id and a.id = s.account_id), 'nobody')
                """
            case .destination:
                """
                coalesce(nullif(concat_ws(' ', '+' || nullif(s.prefix, ''),
                                          (select d.country from cdr.destinations() d where d.prefix = s.prefix
                                            limit 1)), ''), 'unknown')
                """
            case .carrier:
                """
                coalesce((select c.name || ' / ' || t.name
                            from routing.carrier_trunks t
                            join routing.carriers c on c.tenant_id = t.tenant_id and c.id = t.carrier_id
                           where t.tenant_id = s.tenant_id and t.id = s.carrier_trunk_id), 'none')
                """
            }
        }

        /// Resellers are accounts; by other groups each call counts once, by what its own account pays.
        fileprivate var choice: SQL { self == .account ? "" : "and c.level = 0" }

        fileprivate var key: SQL {
            switch self {
            case .account: "account_id"
            case .destination: "prefix"
            case .carrier: "carrier_trunk_id"
            }
        }
    }

    /// Old and new money of one side.
    package struct Side: Sendable, Hashable {
        package let old: MoneySum
        package let new: MoneySum

        package var difference: MoneySum { new - old }
    }

    /// Calls of one account, destination or carrier, in one currency.
    package struct Row: Sendable, Hashable {
        package let name: String
        package let currency: String
        package let calls: Int
        package let talkMilliseconds: Int
        /// Calls of these without a price on a side.
        package let unpriced: Int
        package let sell: Side
        package let buy: Side
    }

    /// What differs most first.
    package func callAsFunction(_ run: UUID, by grouping: Grouping) async throws -> [Row] {
        try await database.run(
            """
            select \(grouping.name), s.currency, s.calls, s.talk_ms, s.unpriced, s.old_sell, s.new_sell, s.old_buy,
                   s.new_buy
              from (select c.tenant_id, \(grouping.key), c.currency, count(*) as calls,
                           sum(c.talk_ms)::bigint as talk_ms, count(c.missing) as unpriced,
                           coalesce(sum(c.old_sell_amount) filter (where c.sell_amount is not null), 0) as old_sell,
                           coalesce(sum(c.sell_amount), 0) as new_sell,
                           coalesce(sum(c.old_buy_amount) filter (where c.buy_amount is not null), 0) as old_buy,
                           coalesce(sum(c.buy_amount), 0) as new_buy
                      from billing.rerate_calls c
                     where c.tenant_id = \(tenant) and c.rerate_run_id = \(run) \(grouping.choice)
                     group by c.tenant_id, \(grouping.key), c.currency) s
             order by abs(s.new_sell - s.old_sell) + abs(s.new_buy - s.old_buy) desc, s.calls desc, 1, 2
             limit 10000
            """, deadline: Self.limit
        ).decode(
            String.self, String.self, Int.self, Int.self, Int.self, MoneySum.self, MoneySum.self, MoneySum.self,
            MoneySum.self
        ).map { row in
            Row(
                name: row.0, currency: row.1, calls: row.2, talkMilliseconds: row.3, unpriced: row.4,
                sell: Side(old: row.5, new: row.6), buy: Side(old: row.7, new: row.8))
        }
    }

    /// Why calls have no price, and how many.
    package func missing(_ run: UUID) async throws -> [(reason: String, calls: Int)] {
        try await database.run(
            """
            select missing, count(*) from billing.rerate_calls
             where tenant_id = \(tenant) and rerate_run_id = \(run) and missing is not null
             group by 1 order by 2 desc, 1 limit 20
            """, deadline: Self.limit
        ).decode(String.self, Int.self).map { ($0.0, $0.1) }
    }

    /// The calls that differ most.
    package func top(_ run: UUID, atMost limit: Int) async throws -> [RerateLine] {
        try await lines(
            """
            where c.tenant_id = \(tenant) and c.rerate_run_id = \(run)
             order by abs(coalesce(c.sell_amount - c.old_sell_amount, 0))
                      + abs(coalesce(c.buy_amount - c.old_buy_amount, 0)) desc, c.started_at, c.cdr_id
             limit \(limit)
            """)
    }

    /// All calls in their order, some at a time.
    package func each(_ run: UUID, _ take: ([RerateLine]) throws -> Void) async throws {
        var last: RerateLine?
        while true {
            var start: SQL = ""
            if let last {
                start = "and (c.started_at, c.cdr_id, c.level) > (\(last.startedAt), \(last.id), \(last.level))"
            }
            let page = try await lines(
                """
                where c.tenant_id = \(tenant) and c.rerate_run_id = \(run) \(start)
                 order by c.started_at, c.cdr_id, c.level limit 5000
                """)
            if page.isEmpty { return }
            try take(page)
            last = page.last
        }
    }

    private func lines(_ choice: SQL) async throws -> [RerateLine] {
        let rows = try await database.run(
            """
            select c.started_at, c.cdr_id, a.ban, t.name, c.direction, c.prefix, c.currency, c.talk_ms,
                   c.old_sell_amount, c.sell_amount, c.old_buy_amount, c.buy_amount, c.state,
                   coalesce(c.note, c.missing), c.level
              from billing.rerate_calls c
              left join accounts.accounts a on a.tenant_id = c.tenant_id and a.id = c.account_id
              left join routing.carrier_trunks t on t.tenant_id = c.tenant_id and t.id = c.carrier_trunk_id
            \(choice)
            """, deadline: Self.limit)
        return try rows.map { row in
            RerateLine(
                startedAt: try row.column(0), id: try row.column(1), account: try row.column(2),
                carrierTrunk: try row.column(3), direction: try row.column(4), prefix: try row.column(5),
                currency: try row.column(6), talkMilliseconds: try row.column(7), oldSell: try row.column(8),
                newSell: try row.column(9), oldBuy: try row.column(10), newBuy: try row.column(11),
                state: try row.column(12), note: try row.column(13), level: try row.column(14))
        }
    }
}

/// A call of a run.
package struct RerateLine: Sendable, Hashable {
    package let startedAt: Date
    package let id: UUID
    /// BAN.
    package let account: String?
    package let carrierTrunk: String?
    package let direction: String
    package let prefix: String
    package let currency: String
    package let talkMilliseconds: Int
    package let oldSell: Money
    /// Nil for a side that was not rated again, or has no price.
    package let newSell: Money?
    package let oldBuy: Money
    package let newBuy: Money?
    package let state: String
    /// Why it is held, was skipped, or has no price.
    package let note: String?
    /// 0 for what the account of the call pays, from 1 on what resellers above it are charged.
    package var level = 0
}
