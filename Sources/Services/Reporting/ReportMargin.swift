package import Foundation
import Postgres
package import Telecom

/// What calls brought and cost, by who pays, who carried them, where they went, how they were priced, or when: from the
/// sums.
package struct ReportMargin: Sendable {
    private let source: ReportSource
    private let tenant: UUID

    package init(_ source: ReportSource, tenant: UUID) {
        self.source = source
        self.tenant = tenant
    }

    /// Calls of one customer, carrier, destination, jurisdiction or day, in one currency.
    package struct Row: Sendable, Hashable {
        package let name: String
        package let currency: String
        package let calls: Int
        package let seizures: Int
        package let answered: Int
        package let talkMilliseconds: Int
        package let sell: MoneySum
        package let buy: MoneySum
        package let margin: MoneySum

        /// Answer-seizure ratio, in per cent, as in ``CallQuality``; nil without seizures.
        package var answerSeizureRatio: Double? { seizures > 0 ? 100 * Double(answered) / Double(seizures) : nil }
        /// Average call duration in seconds; nil without answered calls.
        package var averageCallDuration: Double? {
            answered > 0 ? Double(talkMilliseconds) / 1000 / Double(answered) : nil
        }
        /// Of what the accounts pay, in per cent; nil when they pay nothing.
        package var marginPercent: Double? {
            sell > .zero ? 100 * Double(margin.units) / Double(sell.units) : nil
        }
    }

    /// What was found.
    package struct Report: Sendable {
        package let rows: [Row]
        package let origin: ReportSource.Origin
    }

    /// The least margin first, so that what needs a look stands on top; hours and days in their order.
    package func callAsFunction(by grouping: ReportGrouping, in span: ReportSpan) async throws -> Report {
        let order: SQL = grouping.unit == nil ? "margin, 1" : "1"
        let seizures: SQL = grouping == .carrier ? "sum(seizures)" : "sum(calls - refused)"
        let (rows, origin) = try await source.read(for: tenant) { session in
            try await session.run(
                """
                select \(grouping.name), s.currency, s.calls, s.seizures, s.answered, s.talk_ms, s.sell_amount,
                       s.buy_amount, s.sell_amount - s.buy_amount as margin
                  from (select tenant_id, \(grouping.key), currency, sum(calls)::bigint as calls,
                               \(seizures)::bigint as seizures,
                               sum(answered)::bigint as answered, sum(talk_ms)::bigint as talk_ms,
                               sum(sell_amount) as sell_amount, sum(buy_amount) as buy_amount
                          from \(span.sums(of: tenant, byHour: grouping == .hour)) t
                         group by tenant_id, \(grouping.key), currency) s
                 where s.calls > 0
                 order by \(order)
                 limit 100000
                """, deadline: ReportSource.limit
            ).decode(
                String.self, String.self, Int.self, Int.self, Int.self, Int.self, MoneySum.self, MoneySum.self,
                MoneySum.self)
        }
        return Report(
            rows: rows.map {
                Row(
                    name: $0, currency: $1, calls: $2, seizures: $3, answered: $4, talkMilliseconds: $5, sell: $6,
                    buy: $7, margin: $8)
            }, origin: origin)
    }
}
