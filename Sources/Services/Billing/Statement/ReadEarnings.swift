package import Foundation
package import Postgres
import Telecom

/// Reads the statement of a publisher or a reseller.
///
/// Where a payout is made for the period its items are the lines, and must add up to it, to the last digit. Where none
/// is made yet the statement is provisional: what was approved and nobody has paid, with what is left from before.
package struct ReadEarnings: Sendable {
    let database: Database
    let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// Calls on one statement; more are for the CSV of a call list, not for a page.
    static let maximumLines = 200_000
    static let limit = Duration.seconds(300)

    /// Whose statement, as it was found.
    struct Recipient: Sendable {
        let id: UUID
        let accountID: UUID
        let timeZone: String
        let currency: String
        let digits: Int
        let minimum: Money
        let party: InvoiceDocument.Party
    }

    /// - Parameters:
    ///   - name: its name, code or id.
    ///   - number: of the payout's statement, where a period has several.
    /// - Throws: `BillingFailure` when it is not known, or its payout is not the sum of its items.
    package func callAsFunction(
        _ payee: StatementDocument.Payee, _ name: String, _ period: StatementPeriod, number: String? = nil
    ) async throws -> StatementDocument {
        let recipient =
            switch payee {
            case .publisher: try await publisher(name)
            case .reseller: try await reseller(name)
            }
        var document: StatementDocument
        if let payout = try await payout(of: recipient, payee, period, number) {
            document = try await head(payee, recipient, payout)
            document.lines = try await items(of: payout.id, recipient)
        } else {
            if let number { throw BillingFailure("there is no payout \(number) in that time") }
            document = try await head(payee, recipient, period)
            switch payee {
            case .publisher: try await earn(&document, of: recipient, period)
            case .reseller: try await earnMargins(&document, of: recipient, period)
            }
        }
        guard document.lines.count <= Self.maximumLines else {
            throw BillingFailure("that are more than \(Self.maximumLines) lines; ask for fewer days at a time")
        }
        return try document.checked()
    }

    // MARK: The payout

    struct Payout: Sendable {
        let id: UUID
        let number: String
        let status: String
        let currency: String
        let digits: Int
        let exact: Money
        let amount: Money
        let firstDay: String
        let lastDay: String
        let approvedOn: String?
        let dueOn: String?
        let method: String
        let notes: String
    }

    /// A payout is of the period when it begins and ends in it, give or take the hours that time zones are apart.
    private func payout(
        of recipient: Recipient, _ payee: StatementDocument.Payee, _ period: StatementPeriod, _ number: String?
    ) async throws -> Payout? {
        let publisher: UUID? = payee == .publisher ? recipient.id : nil
        let rows = try await database.run(
            """
            select p.id, p.statement_number, p.status, p.currency, p.minor_digits, p.exact_amount, p.amount,
                   (p.period_from at time zone z.name)::date::text,
                   ((p.period_to - interval '1 microsecond') at time zone z.name)::date::text,
                   (p.approved_at at time zone z.name)::date::text, p.due_on::text,
                   concat_ws(', ', case p.method when 'ach' then 'ACH' else initcap(p.method) end, p.destination_label),
                   p.notes
              from billing.payouts p
             cross join (select \(recipient.timeZone)::text as name) z
             where p.tenant_id = \(tenant) and p.account_id = \(recipient.accountID) and p.status <> 'cancelled'
               and p.publisher_id is not distinct from \(publisher)::uuid and p.buyer_id is null
               and (\(number)::text is null or p.statement_number = \(number))
               and p.period_from >= \(period.firstDay)::text::timestamp at time zone z.name - interval '1 day'
               and p.period_from < \(period.nextDay)::text::timestamp at time zone z.name
               and p.period_to <= \(period.nextDay)::text::timestamp at time zone z.name + interval '1 day'
             order by p.period_from, p.currency
            """)
        guard rows.count <= 1 else {
            let numbers = try rows.map { try $0.column(1, as: String.self) }.joined(separator: ", ")
            throw BillingFailure("there are several payouts in that time; name one with --number: \(numbers)")
        }
        return try rows.first.map { row in
            Payout(
                id: try row.column(0), number: try row.column(1), status: try row.column(2),
                currency: try row.column(3), digits: try row.column(4), exact: try row.column(5),
                amount: try row.column(6), firstDay: try row.column(7), lastDay: try row.column(8),
                approvedOn: try row.column(9), dueOn: try row.column(10), method: try row.column(11),
                notes: try row.column(12))
        }
    }

    private func items(of payout: UUID, _ recipient: Recipient) async throws -> [StatementDocument.Line] {
        let rows = try await database.run(
            """
            select i.kind, coalesce(v.id, i.id), to_char(v.call_started_at at time zone \(recipient.timeZone),
                                                         'YYYY-MM-DD HH24:MI'),
                   coalesce(nullif(i.description, ''), v.reason, m.name, ''), coalesce(c.caller_id, ''),
                   coalesce(c.did, ''), c.connected_duration, null::numeric, null::numeric, i.amount
              from billing.payout_items i
              left join tracking.conversions v on v.tenant_id = \(tenant) and v.id = i.conversion_id
              left join tracking.campaigns m on m.tenant_id = \(tenant) and m.id = v.campaign_id
              left join tracking.calls c
                on c.tenant_id = \(tenant) and c.started_at = v.call_started_at and c.id = v.call_id
             where i.tenant_id = \(tenant) and i.payout_id = \(payout)
             order by array_position(\(StatementDocument.Kind.allCases.map(\.rawValue))::text[], i.kind::text),
                      v.call_started_at nulls last, i.id
             limit \(Self.maximumLines + 1)
            """, deadline: Self.limit)
        return try rows.map(Self.line)
    }

    // MARK: Parts

    static func line(_ row: Row) throws -> StatementDocument.Line {
        let kind: String = try row.column(0)
        return StatementDocument.Line(
            kind: StatementDocument.Kind(rawValue: kind) ?? .adjustment, id: try row.column(1),
            at: try row.column(2), description: try row.column(3), party: try row.column(4),
            called: try row.column(5), seconds: try row.column(6), sold: try row.column(7),
            charged: try row.column(8), amount: try row.column(9))
    }

    private func head(
        _ payee: StatementDocument.Payee, _ recipient: Recipient, _ payout: Payout
    ) async throws -> StatementDocument {
        StatementDocument(
            payee: payee, id: payout.id, number: payout.number, status: payout.status, currency: payout.currency,
            minorDigits: payout.digits, firstDay: payout.firstDay, lastDay: payout.lastDay,
            timeZone: recipient.timeZone, approvedOn: payout.approvedOn, dueOn: payout.dueOn, method: payout.method,
            notes: payout.notes, payer: try await payer(of: recipient), recipient: recipient.party,
            minimum: recipient.minimum, paid: (payout.exact, payout.amount))
    }

    private func head(
        _ payee: StatementDocument.Payee, _ recipient: Recipient, _ period: StatementPeriod
    ) async throws -> StatementDocument {
        let last = try await database.run("select (\(period.nextDay)::text::date - 1)::text").value(String.self)
        return StatementDocument(
            payee: payee, id: recipient.id, number: nil, status: "provisional", currency: recipient.currency,
            minorDigits: recipient.digits, firstDay: period.firstDay, lastDay: last ?? period.firstDay,
            timeZone: recipient.timeZone, approvedOn: nil, dueOn: nil, method: nil, notes: "",
            payer: try await payer(of: recipient), recipient: recipient.party, minimum: recipient.minimum, paid: nil)
    }

    /// The seller of the account, or the tenant itself where it has none.
    private func payer(of recipient: Recipient) async throws -> InvoiceDocument.Party {
        let row = try await database.run(
            """
            select coalesce(e.legal_name, t.name), e.tax_number, e.street, e.city, e.region, e.postal_code, c.name,
                   e.email
              from core.tenants t
              left join billing.billing_profiles p
                on p.tenant_id = t.id and p.account_id = \(recipient.accountID)
              left join billing.legal_entities e
                on e.tenant_id = t.id
               and case when p.legal_entity_id is null then e.is_default else e.id = p.legal_entity_id end
              left join ref.countries c on c.code = e.country
             where t.id = \(tenant)
            """
        ).first
        guard let row else { throw BillingFailure("there is no such tenant") }
        return InvoiceDocument.Party(
            name: try row.column(0), taxNumber: try row.column(1), street: try row.column(2),
            city: try row.column(3), region: try row.column(4), postalCode: try row.column(5),
            country: try row.column(6), email: try row.column(7))
    }
}
