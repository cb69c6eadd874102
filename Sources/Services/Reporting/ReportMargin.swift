package import Foundation
package import Postgres
package import Telecom

/// What calls brought and cost, by who pays, who carried them, where they went, how they were priced, or when: from the
/// sums by day, which are brought up to date first.
package struct ReportMargin: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// What a row is about.
    package enum Grouping: String, Sendable, CaseIterable {
        case customer
        case carrier
        case destination
        case jurisdiction
        case day

        fileprivate var name: SQL {
            switch self {
            case .customer:
                """
                coalesce((select a.name || ' (' || a.ban || ')' from accounts.accounts a
                           where a.tenant_id = s.tenant_id and a.id = s.account_id), 'nobody')
                """
            case .carrier:
                """
                coalesce((select c.name || ' / ' || t.name
                            from routing.carrier_trunks t
                            join routing.carriers c on c.tenant_id = t.tenant_id and c.id = t.carrier_id
                           where t.tenant_id = s.tenant_id and t.id = s.carrier_trunk_id), 'none')
                """
            case .destination: "coalesce(nullif(concat_ws(' ', '+' || nullif(s.prefix, ''), s.country), ''), 'unknown')"
            case .jurisdiction: "coalesce(s.jurisdiction, 'none')"
            case .day: "s.day::text"
            }
        }

        /// What is summed up before names are looked up.
        fileprivate var key: SQL {
            switch self {
            case .customer: "account_id"
            case .carrier: "carrier_trunk_id"
            case .destination: "prefix, country"
            case .jurisdiction: "jurisdiction"
            case .day: "day"
            }
        }
    }

    /// Calls of one customer, carrier, destination, jurisdiction or day, in one currency.
    package struct Row: Sendable, Hashable {
        package let name: String
        package let currency: String
        package let calls: Int
        package let answered: Int
        package let talkMilliseconds: Int
        package let sell: Money
        package let buy: Money
        package let margin: Money

        /// Answer-seizure ratio, in per cent; nil without calls.
        package var answerSeizureRatio: Double? { calls > 0 ? 100 * Double(answered) / Double(calls) : nil }
        /// Average call duration in seconds; nil without answered calls.
        package var averageCallDuration: Double? {
            answered > 0 ? Double(talkMilliseconds) / 1000 / Double(answered) : nil
        }
        /// Of what the accounts pay, in per cent; nil when they pay nothing.
        package var marginPercent: Double? {
            sell > .zero ? 100 * Double(margin.units) / Double(sell.units) : nil
        }
    }

    private static let limit = Duration.seconds(300)

    /// The least margin first, so that what needs a look stands on top; days in their order.
    /// - Parameters:
    ///   - from: the first day, in UTC.
    ///   - until: the first day that is no longer in it.
    package func callAsFunction(
        by grouping: Grouping, from: CalendarDay, until: CalendarDay
    ) async throws -> [Row] {
        _ = try await RollUpCalls(database)()
        let order: SQL = grouping == .day ? "1" : "margin, 1"
        return try await database.run(
            """
            select \(grouping.name), s.currency, s.calls, s.answered, s.talk_ms, s.sell_amount, s.buy_amount,
                   s.sell_amount - s.buy_amount as margin
              from (select tenant_id, \(grouping.key), currency, sum(calls)::bigint as calls,
                           sum(answered)::bigint as answered, sum(talk_ms)::bigint as talk_ms,
                           sum(sell_amount) as sell_amount, sum(buy_amount) as buy_amount
                      from cdr.daily_summary
                     where tenant_id = \(tenant) and day >= \(from) and day < \(until)
                     group by tenant_id, \(grouping.key), currency) s
             where s.calls > 0
             order by \(order)
             limit 100000
            """, deadline: Self.limit
        ).decode(String.self, String.self, Int.self, Int.self, Int.self, Money.self, Money.self, Money.self).map {
            Row(
                name: $0, currency: $1, calls: $2, answered: $3, talkMilliseconds: $4, sell: $5, buy: $6, margin: $7)
        }
    }
}
