package import Foundation
package import Postgres
package import Telecom

/// The ledger of an account over a month.
package struct LedgerStatement: Sendable {
    package let currency: String
    package let opening: MoneySum
    package let openingHeld: MoneySum
    package let closing: MoneySum
    package let closingHeld: MoneySum
    /// Whether the month is closed: then it stays as it is.
    package let isClosed: Bool
    package let lines: [Line]
    /// Whether these are all lines, and not the first of too many.
    package let isComplete: Bool

    /// Calls, messages, holds and charges of a day together, or one posting of another kind.
    package struct Line: Sendable {
        /// The day of UTC.
        package let day: String
        /// cdr, payment, adjustment …
        package let source: String
        package let count: Int
        /// Of them, those of calls of earlier months.
        package let late: Int
        /// What the account got; below zero: gave.
        package let amount: MoneySum
        /// `nil` for several together.
        package let posting: UUID?
        package let memo: String
    }
}

/// Reads what an account had, got and gave in a month of UTC.
package struct ReadStatement: Sendable {
    private let database: Database
    private let tenant: UUID
    private static let limit = Duration.seconds(120)
    /// Lines that are told at most.
    package static let maximumLines = 10_000

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// - Parameters:
    ///   - month: its first day, 2026-10-01.
    ///   - isWhole: every call, message, hold and charge is a line of its own.
    ///   - most: lines at most.
    package func callAsFunction(
        _ account: UUID, month: String, isWhole: Bool = false, most: Int = ReadStatement.maximumLines
    ) async throws -> LedgerStatement {
        let span: SQL = """
            (select \(month)::timestamp at time zone 'UTC' as begins,
                    (\(month)::timestamp + interval '1 month') at time zone 'UTC' as ends) s
            """
        let sums = try await database.run(
            """
            select a.currency, o.total, o.held, o.total + coalesce(m.available + m.pending + m.held, 0),
                   o.held + coalesce(m.held, 0),
                   exists (select from billing.ledger_periods p
                            where p.tenant_id = \(tenant) and p.period_to >= s.ends)
              from \(span)
              join accounts.accounts a on a.tenant_id = \(tenant) and a.id = \(account)
              left join lateral (select p.id, p.period_to from billing.ledger_periods p
                                  where p.tenant_id = \(tenant) and p.period_to <= s.begins
                                  order by p.sequence desc limit 1) p on true
              left join billing.ledger_closings c
                on c.tenant_id = \(tenant) and c.ledger_period_id = p.id and c.account_id = a.id
              left join lateral billing.sum_entries(\(tenant), array[a.id], coalesce(p.period_to, '-infinity'),
                                                    s.begins) b on true
              left join lateral billing.sum_entries(\(tenant), array[a.id], s.begins, s.ends) m on true
             cross join lateral (
                   select coalesce(c.closing_available + c.closing_pending + c.closing_held, 0)
                          + coalesce(b.available + b.pending + b.held, 0) as total,
                          coalesce(c.closing_held, 0) + coalesce(b.held, 0) as held) o
            """, deadline: Self.limit
        ).first(String.self, MoneySum.self, MoneySum.self, MoneySum.self, MoneySum.self, Bool.self)
        guard let sums else { throw BillingFailure("there is no such account") }
        let lines = try await lines(account, span, isWhole, most + 1)
        return LedgerStatement(
            currency: sums.0, opening: sums.1, openingHeld: sums.2, closing: sums.3, closingHeld: sums.4,
            isClosed: sums.5, lines: Array(lines.prefix(most)), isComplete: lines.count <= most)
    }

    private func lines(
        _ account: UUID, _ span: SQL, _ isWhole: Bool, _ most: Int
    ) async throws -> [LedgerStatement.Line] {
        try await database.run(
            """
            select to_char(min(l.posted_at) at time zone 'UTC', 'YYYY-MM-DD'), l.source, count(*),
                   count(*) filter (where l.occurred_at < s.begins), -sum(l.counter),
                   case when count(*) = 1 then min(l.id::text)::uuid end,
                   case when count(*) = 1 then min(l.memo) else '' end
              from \(span)
              join billing.ledger l
                on l.tenant_id = \(tenant) and l.account_id = \(account)
               and l.posted_at >= s.begins and l.posted_at < s.ends
             group by s.begins, (l.posted_at at time zone 'UTC')::date, l.source,
                      case when \(isWhole) or l.source not in ('cdr', 'mdr', 'hold', 'hold_release', 'charge')
                           then l.id end
             order by (l.posted_at at time zone 'UTC')::date, min(l.posted_at), min(l.id::text)
             limit \(most)
            """, deadline: Self.limit
        ).decode(String.self, String.self, Int.self, Int.self, MoneySum.self, UUID?.self, String.self)
            .map { day, source, count, late, amount, posting, memo in
                LedgerStatement.Line(
                    day: day, source: source, count: count, late: late, amount: amount, posting: posting, memo: memo)
            }
    }
}
