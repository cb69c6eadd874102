package import Foundation
package import Postgres
package import Telecom

/// A reminder that stands: of an invoice that is still open.
package struct Reminder: Sendable {
    package let ban: String
    package let account: String
    package let email: String?
    package let number: String
    package let level: Int
    package let action: String
    package let raisedOn: String
    package let currency: String
    package let minorDigits: Int
    package let open: MoneySum
    package let isNew: Bool
}

/// What a round of reminders did.
package struct DunningResult: Sendable {
    package let raised: Int
    /// Accounts whose outbound calls were stopped, and let go again.
    package let suspended: [String]
    package let released: [String]
    package let reminders: [Reminder]
}

/// Raises the reminders that are due and carries out what they stop. Emergency calls are never stopped: a suspension is
/// a rule of the router, and those calls are not asked about rules.
package struct RunDunning: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// - Parameter day: the day it is, `2026-11-26`; `nil` is today, in UTC.
    package func callAsFunction(on day: String? = nil) async throws -> DunningResult {
        try await database.transaction(statementTimeout: .seconds(300)) { session in
            let today = try await session.run(
                "select coalesce(\(day)::text::date, (now() at time zone 'UTC')::date)::text"
            ).value(String.self)
            let raised = try await session.run(
                "select billing.raise_dunning(\(tenant), \(today)::text::date)"
            ).value(Int.self)
            let changed = try await session.run(
                """
                select a.ban, d.is_suspended from billing.act_on_dunning(\(tenant)) d
                  join accounts.accounts a on a.tenant_id = \(tenant) and a.id = d.account_id order by 1
                """
            ).decode(String.self, Bool.self)
            return DunningResult(
                raised: raised ?? 0, suspended: changed.filter(\.1).map(\.0),
                released: changed.filter { !$0.1 }.map(\.0), reminders: try await standing(today, session))
        }
    }

    private func standing(_ today: String?, _ session: Connection) async throws -> [Reminder] {
        try await session.run(
            """
            select a.ban, a.name, p.email, i.number, d.level, d.action, d.raised_on::text, i.currency, i.minor_digits,
                   i.open_amount, d.raised_on = \(today)::text::date
              from billing.dunning_events d
              join billing.invoices i on i.tenant_id = d.tenant_id and i.id = d.invoice_id
              join accounts.accounts a on a.tenant_id = d.tenant_id and a.id = d.account_id
              left join billing.billing_profiles p on p.tenant_id = d.tenant_id and p.account_id = d.account_id
             where d.tenant_id = \(tenant) and d.resolved_at is null
               and d.level = (select max(e.level) from billing.dunning_events e
                               where e.tenant_id = d.tenant_id and e.invoice_id = d.invoice_id)
             order by a.ban, i.number
            """
        ).map { row in
            Reminder(
                ban: try row.column(0), account: try row.column(1), email: try row.column(2),
                number: try row.column(3), level: try row.column(4), action: try row.column(5),
                raisedOn: try row.column(6), currency: try row.column(7), minorDigits: try row.column(8),
                open: try row.column(9), isNew: try row.column(10))
        }
    }
}
