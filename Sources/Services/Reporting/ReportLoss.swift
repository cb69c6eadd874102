package import Foundation
import Postgres
package import Telecom

/// The calls that were sold under their cost, by customer, destination and carrier trunk, the greatest loss first, with
/// some of them as examples. From the call records, a day in a statement: in sums a loss hides behind a profit.
package struct ReportLoss: Sendable {
    private let source: ReportSource
    private let tenant: UUID

    package init(_ source: ReportSource, tenant: UUID) {
        self.source = source
        self.tenant = tenant
    }

    /// A call that costs more than it brings.
    package struct Example: Sendable, Hashable {
        package let id: UUID
        package let startedAt: Date
        package let loss: MoneySum
    }

    /// Calls of a customer to a destination over a carrier trunk, in one currency.
    package struct Row: Sendable, Hashable {
        package let customer: String
        package let destination: String
        package let carrier: String
        package let currency: String
        package fileprivate(set) var calls: Int
        package fileprivate(set) var talkMilliseconds: Int
        package fileprivate(set) var sell: MoneySum
        package fileprivate(set) var buy: MoneySum
        /// Those that lose most.
        package fileprivate(set) var examples: [Example]

        package var loss: MoneySum { buy - sell }
    }

    /// All rated calls of a currency.
    package struct Total: Sendable, Hashable {
        package let currency: String
        /// Calls that cost or bring anything.
        package fileprivate(set) var calls = 0
        package fileprivate(set) var profit = MoneySum.zero
        package fileprivate(set) var losing = 0
        package fileprivate(set) var loss = MoneySum.zero
    }

    /// What was found.
    package struct Report: Sendable {
        package let rows: [Row]
        package let totals: [Total]
        package let origin: ReportSource.Origin
    }

    package static let mostDays = 92
    /// As many as a statement gives of a day.
    private static let examples = 3

    private struct Key: Hashable {
        let account: UUID?
        let destination: String
        let trunk: UUID?
        let currency: String
    }

    /// - Parameter span: of ``mostDays`` at most.
    package func callAsFunction(in span: ReportSpan) async throws -> Report {
        let (found, origin) = try await source.read(for: tenant) { session in
            var rows: [Key: Row] = [:]
            var totals: [String: Total] = [:]
            for (from, until) in span.days {
                for (key, row) in try await day(from, until, session) {
                    rows[key] = rows[key].map { Self.sum($0, row) } ?? row
                }
                for total in try await total(from, until, session) {
                    totals[total.currency] = Self.sum(totals[total.currency] ?? Total(currency: total.currency), total)
                }
            }
            return (rows: Array(rows.values), totals: Array(totals.values))
        }
        return Report(
            rows: found.rows.sorted {
                ($1.loss, $0.customer, $0.destination, $0.carrier) < ($0.loss, $1.customer, $1.destination, $1.carrier)
            }, totals: found.totals.sorted { $0.currency < $1.currency }, origin: origin)
    }

    private static func sum(_ one: Row, _ other: Row) -> Row {
        var sum = one
        sum.calls += other.calls
        sum.talkMilliseconds += other.talkMilliseconds
        sum.sell += other.sell
        sum.buy += other.buy
        let all = (one.examples + other.examples).sorted { ($1.loss, $0.startedAt) < ($0.loss, $1.startedAt) }
        sum.examples = Array(all.prefix(examples))
        return sum
    }

    private static func sum(_ one: Total, _ other: Total) -> Total {
        var sum = one
        sum.calls += other.calls
        sum.profit += other.profit
        sum.losing += other.losing
        sum.loss += other.loss
        return sum
    }

    /// Read by key, in one partition.
    private func day(_ from: Date, _ until: Date, _ session: Connection) async throws -> [(Key, Row)] {
        try await session.run(
            """
            with losing as (
                select e.id, e.started_at, e.account_id, e.carrier_trunk_id, e.currency, e.talk_ms, e.sell_amount,
                       e.buy_amount, e.margin, cdr.destination_prefix(e.to_number) as prefix
                  from cdr.enriched_cdr e
                 where e.tenant_id = \(tenant) and e.started_at >= \(from) and e.started_at < \(until) and e.margin < 0
            ), s as (
                select \(tenant)::uuid as tenant_id, l.account_id, l.carrier_trunk_id,
                       coalesce(d.calling_code, l.prefix, '') as prefix, coalesce(d.country, '') as country,
                       l.currency, count(*) as calls, sum(l.talk_ms)::bigint as talk_ms, sum(l.sell_amount) as sell,
                       sum(l.buy_amount) as buy,
                       (array_agg(l.id order by l.margin, l.started_at, l.id))[1:3] as ids,
                       (array_agg(l.started_at order by l.margin, l.started_at, l.id))[1:3] as times,
                       (array_agg(-l.margin order by l.margin, l.started_at, l.id))[1:3] as losses
                  from losing l
                  left join cdr.destinations() d on d.prefix = l.prefix
                 group by 2, 3, 4, 5, 6
            )
            select s.account_id, s.carrier_trunk_id, \(ReportGrouping.customer.name),
                   \(ReportGrouping.destination.name), \(ReportGrouping.carrier.name), s.currency,
                   array[s.calls, s.talk_ms]::bigint[], s.sell, s.buy, s.ids, s.times, s.losses::numeric[]
              from s
            """, deadline: ReportSource.limit
        ).decode(
            UUID?.self, UUID?.self, String.self, String.self, String.self, String.self, [Int].self, MoneySum.self,
            MoneySum.self, [UUID].self, [Date].self, [MoneySum].self
        ).map { account, trunk, customer, destination, carrier, currency, counts, sell, buy, ids, times, losses in
            let examples = ids.indices.map { Example(id: ids[$0], startedAt: times[$0], loss: losses[$0]) }
            return (
                Key(account: account, destination: destination, trunk: trunk, currency: currency),
                Row(
                    customer: customer, destination: destination, carrier: carrier, currency: currency,
                    calls: counts[0], talkMilliseconds: counts[1], sell: sell, buy: buy, examples: examples)
            )
        }
    }

    private func total(_ from: Date, _ until: Date, _ session: Connection) async throws -> [Total] {
        try await session.run(
            """
            select e.currency, count(*), coalesce(sum(e.margin) filter (where e.margin > 0), 0),
                   count(*) filter (where e.margin < 0), coalesce(-sum(e.margin) filter (where e.margin < 0), 0)
              from cdr.enriched_cdr e
             where e.tenant_id = \(tenant) and e.started_at >= \(from) and e.started_at < \(until)
               and (e.sell_amount > 0 or e.buy_amount > 0)
             group by e.currency
            """, deadline: ReportSource.limit
        ).decode(String.self, Int.self, MoneySum.self, Int.self, MoneySum.self).map {
            var total = Total(currency: $0)
            (total.calls, total.profit, total.losing, total.loss) = ($1, $2, $3, $4)
            return total
        }
    }
}
