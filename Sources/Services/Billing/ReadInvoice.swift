package import Foundation
package import Postgres
import Telecom

/// Reads what is on an invoice. A draft has the parties as they are now.
package struct ReadInvoice: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// - Throws: `BillingFailure` when there is no such invoice.
    package func callAsFunction(_ invoice: UUID) async throws -> InvoiceDocument {
        let rows = try await database.run([head(invoice), items(invoice), taxes(invoice), destinations(invoice)])
        guard let row = rows[0].first else { throw BillingFailure("there is no such invoice") }
        var document = try Self.document(row)
        document.items = try rows[1].map(Self.item)
        document.taxes = try rows[2].map(Self.tax)
        document.destinations = try rows[3].map(Self.destination)
        return document
    }

    private func head(_ invoice: UUID) -> SQL {
        let party: SQL =
            """
            array(select coalesce(case k when 'country' then c.name end, p.party ->> k, '')
                    from unnest(array['name', 'tax_number', 'street', 'city', 'region', 'postal_code', 'country',
                                      'email', 'payment_details', 'ban', 'purchase_order'])
                         with ordinality as keys (k, n) order by n)
            """
        return """
            select i.id, i.number, i.status, i.currency, i.minor_digits, i.tax_rounding = 'document',
                   i.period_from::text, (i.period_to - 1)::text,
                   (i.finalised_at at time zone a.time_zone)::date::text, i.due_on::text, i.subtotal, i.tax_total,
                   i.total, i.open_amount, i.notes, i.detail_digest, i.detail_calls,
                   (i.statement ->> 'balance_before')::numeric, (i.statement ->> 'payments')::numeric,
                   (i.statement ->> 'refunds')::numeric, (i.statement ->> 'credits')::numeric,
                   (i.statement ->> 'voided')::numeric, (i.statement ->> 'balance')::numeric, s.values, b.values
              from billing.invoices i
              join accounts.accounts a on a.tenant_id = i.tenant_id and a.id = i.account_id
             cross join lateral billing.document_parties(i.tenant_id, i.id) now
             cross join lateral (
                   select \(party) as values
                     from (select case i.status when 'draft' then now.seller else i.seller end as party) p
                     left join ref.countries c on c.code = p.party ->> 'country') s
             cross join lateral (
                   select \(party) as values
                     from (select case i.status when 'draft' then now.buyer else i.buyer end as party) p
                     left join ref.countries c on c.code = p.party ->> 'country') b
             where i.tenant_id = \(tenant) and i.id = \(invoice)
            """
    }

    private func items(_ invoice: UUID) -> SQL {
        """
        select i.position, i.kind, i.description, i.service_from::text, (i.service_until - 1)::text, i.quantity, i.unit,
               i.unit_amount, i.exact_amount, i.amount, i.call_count, i.days_used, i.days_in_period
          from billing.invoice_items i
         where i.tenant_id = \(tenant) and i.invoice_id = \(invoice) order by i.position
        """
    }

    private func taxes(_ invoice: UUID) -> SQL {
        """
        select x.name, x.authority, x.jurisdiction, x.kind, x.calculation, i.position, x.base, x.rate, x.quantity,
               x.exempt_amount, x.amount
          from billing.invoice_taxes x
          left join billing.invoice_items i on i.tenant_id = x.tenant_id and i.id = x.invoice_item_id
         where x.tenant_id = \(tenant) and x.invoice_id = \(invoice)
         order by x.kind = 'seller_fee', x.level, x.name, i.position nulls first, x.id
        """
    }

    private func destinations(_ invoice: UUID) -> SQL {
        """
        select u.kind, u.direction, coalesce(c.name, 'Other'), coalesce(replace(u.jurisdiction, '_', '-'), ''),
               u.unit_count, u.billed_s, u.amount
          from billing.usage_summary u
          join billing.invoice_items i on i.tenant_id = u.tenant_id and i.id = u.invoice_item_id
          left join ref.countries c on c.code = u.country
         where u.tenant_id = \(tenant) and i.invoice_id = \(invoice)
         order by u.kind desc, u.direction desc, c.name nulls last, u.jurisdiction
        """
    }

    private static func document(_ row: Row) throws -> InvoiceDocument {
        let digest: String? = try row.column(15)
        let calls: Int? = try row.column(16)
        let before: MoneySum? = try row.column(17)
        var statement: InvoiceDocument.Statement?
        if let before {
            statement = InvoiceDocument.Statement(
                before: before, payments: try row.column(18), refunds: try row.column(19), credits: try row.column(20),
                voided: try row.column(21), balance: try row.column(22))
        }
        return InvoiceDocument(
            id: try row.column(0), number: try row.column(1), status: try row.column(2), currency: try row.column(3),
            minorDigits: try row.column(4), isTaxedAsADocument: try row.column(5),
            firstDay: try row.column(6), lastDay: try row.column(7), issuedOn: try row.column(8),
            dueOn: try row.column(9), subtotal: try row.column(10), taxTotal: try row.column(11),
            total: try row.column(12), open: try row.column(13), notes: try row.column(14),
            detail: digest.map { InvoiceDocument.Detail(digest: $0, calls: calls ?? 0) },
            seller: party(try row.column(23)), buyer: party(try row.column(24)), statement: statement)
    }

    private static func party(_ values: [String]) -> InvoiceDocument.Party {
        let text = values.map { $0.isEmpty ? nil : $0 }
        return InvoiceDocument.Party(
            name: text[0] ?? "", taxNumber: text[1], street: text[2], city: text[3], region: text[4],
            postalCode: text[5], country: text[6], email: text[7], paymentDetails: text[8], ban: text[9],
            purchaseOrder: text[10])
    }

    private static func item(_ row: Row) throws -> InvoiceDocument.Item {
        let used: Int? = try row.column(11)
        let whole: Int? = try row.column(12)
        var proration: (used: Int, of: Int)?
        if let used, let whole, used != whole { proration = (used, whole) }
        return InvoiceDocument.Item(
            position: try row.column(0), kind: try row.column(1), description: try row.column(2),
            firstDay: try row.column(3), lastDay: try row.column(4), quantity: try row.column(5),
            unit: try row.column(6), unitAmount: try row.column(7), exact: try row.column(8),
            amount: try row.column(9), calls: try row.column(10), proration: proration)
    }

    private static func tax(_ row: Row) throws -> InvoiceDocument.Tax {
        return InvoiceDocument.Tax(
            name: try row.column(0), authority: try row.column(1), jurisdiction: try row.column(2),
            kind: try row.column(3), calculation: try row.column(4), position: try row.column(5),
            base: try row.column(6), rate: try row.column(7), quantity: try row.column(8), exempt: try row.column(9),
            amount: try row.column(10))
    }

    private static func destination(_ row: Row) throws -> InvoiceDocument.Destination {
        InvoiceDocument.Destination(
            kind: try row.column(0), direction: try row.column(1), country: try row.column(2),
            jurisdiction: try row.column(3), units: try row.column(4), billedSeconds: try row.column(5),
            amount: try row.column(6))
    }
}
