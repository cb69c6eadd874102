package import Foundation
import Postgres
package import Telecom

/// What calls brought and cost, by who pays, who carried them, where they went, how they were priced, or when: from the
/// sums.
///
/// It is the operator's margin. What an account below resellers pays is the reseller's; of such a call the operator has
/// what the topmost reseller is charged, which takes its place, in its own currency.
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
        /// How many of the calls resellers sold: what they bring is what the topmost reseller is charged.
        package var resold = 0

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
                with parts as (
                    select tenant_id, account_id, carrier_trunk_id, prefix, country, jurisdiction, hour_at, on_day,
                           currency, calls, seizures, refused, answered, talk_ms, sell_amount, buy_amount, 0 as resold
                      from \(span.sums(of: tenant, byHour: grouping == .hour)) t
                     union all
                    \(Self.resold(tenant, span))
                )
                select \(grouping.name), s.currency, s.calls, s.seizures, s.answered, s.talk_ms, s.sell_amount,
                       s.buy_amount, s.sell_amount - s.buy_amount as margin, s.resold
                  from (select tenant_id, \(grouping.key), currency, sum(calls)::bigint as calls,
                               \(seizures)::bigint as seizures,
                               sum(answered)::bigint as answered, sum(talk_ms)::bigint as talk_ms,
                               sum(sell_amount) as sell_amount, sum(buy_amount) as buy_amount, sum(resold) as resold
                          from parts
                         group by tenant_id, \(grouping.key), currency) s
                 where s.calls > 0 or s.sell_amount <> 0
                 order by \(order)
                 limit 100000
                """, deadline: ReportSource.limit
            ).decode(
                String.self, String.self, Int.self, Int.self, Int.self, Int.self, MoneySum.self, MoneySum.self,
                MoneySum.self, Int.self)
        }
        return Report(
            rows: rows.map {
                Row(
                    name: $0, currency: $1, calls: $2, seizures: $3, answered: $4, talkMilliseconds: $5, sell: $6,
                    buy: $7, margin: $8, resold: $9)
            }, origin: origin)
    }

    /// What the sums have of calls that resellers sold is taken off, and what the topmost reseller is charged put in
    /// its place: from the charges, for sums know accounts and not who is above them.
    private static func resold(_ tenant: UUID, _ span: ReportSpan) -> SQL {
        """
        select e.tenant_id, e.account_id, e.carrier_trunk_id, coalesce(d.calling_code, p.prefix, ''),
               coalesce(d.country, ''), e.jurisdiction, date_bin('1 hour', e.started_at, '2000-01-01 00:00:00+00'),
               (e.started_at at time zone 'UTC')::date, c.currency, 0, 0, 0, 0, 0, c.amount, 0, c.calls
          from (select distinct on (l.started_at, l.cdr_id) l.started_at, l.cdr_id, l.currency, l.amount
                  from cdr.level_charges l
                 where l.tenant_id = \(tenant) and l.started_at >= \(span.from) and l.started_at < \(span.until)
                 order by l.started_at, l.cdr_id, l.level desc) top
          join cdr.enriched_cdr e
            on e.tenant_id = \(tenant) and e.started_at = top.started_at and e.id = top.cdr_id
           and e.started_at >= \(span.from) and e.started_at < \(span.until)
         cross join lateral (select cdr.destination_prefix(e.to_number) as prefix) p
          left join cdr.destinations() d on d.prefix = p.prefix
         cross join lateral (values (e.currency::text, -e.sell_amount, 1), (top.currency::text, top.amount, 0))
               as c (currency, amount, calls)
        """
    }
}
