package import Foundation
package import Postgres
package import Telecom

/// What is credited of an invoice.
package struct CreditRequest: Sendable {
    /// billing_error, service_credit, dispute, cancellation, tax, write_off or other.
    package var reason: String
    package var notes = ""
    /// Lines by their place on the invoice, and how much of each; empty is all that is left of the invoice.
    package var lines: [(position: Int, amount: Money)] = []

    package init(reason: String) { self.reason = reason }
}

/// A credit note that was issued.
package struct CreditNote: Sendable {
    package let number: String
    package let subtotal: MoneySum
    package let taxTotal: MoneySum
    package let total: MoneySum
    package let currency: String
    package let minorDigits: Int
}

/// Credits an invoice: lines, and of the taxes on them the same share as they were invoiced with. The last credit of
/// a line takes the rest of its taxes, so that nothing is left over by rounding.
package struct IssueCreditNote: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// - Throws: `BillingFailure` when there is nothing to credit; `PostgresError` when it is more than is left.
    package func callAsFunction(_ invoice: UUID, _ request: CreditRequest) async throws -> CreditNote {
        let note = UUID.v7()
        return try await database.transaction { session in
            // Nobody else credits it meanwhile.
            let found = try await session.run(
                """
                select status from billing.invoices where tenant_id = \(tenant) and id = \(invoice) for no key update
                """
            ).value(String.self)
            guard found == "finalised" || found == "paid" else {
                throw BillingFailure("only a finalised invoice is credited; this one is \(found ?? "not there")")
            }
            try await requireLines(request, invoice, session)
            try await session.run(
                """
                insert into billing.credit_notes (tenant_id, id, account_id, legal_entity_id, invoice_id, currency,
                                                  reason, notes)
                select tenant_id, \(note), account_id, legal_entity_id, id, currency, \(request.reason),
                       \(request.notes)
                  from billing.invoices where tenant_id = \(tenant) and id = \(invoice)
                """)
            let lines = try await session.run(items(note, invoice, request)).affected
            let taxes = try await session.run(taxes(note, invoice, isWhole: request.lines.isEmpty)).affected
            guard lines + taxes > 0 else { throw BillingFailure("nothing is left of the invoice to credit") }
            try await session.run("select billing.issue_credit_note(\(tenant), \(note))")
            return try await read(note, session)
        }
    }

    private func requireLines(_ request: CreditRequest, _ invoice: UUID, _ session: Connection) async throws {
        let known = try await session.run(
            "select position from billing.invoice_items where tenant_id = \(tenant) and invoice_id = \(invoice)"
        ).values(Int.self)
        for line in request.lines where !known.contains(line.position) {
            throw BillingFailure("the invoice has no line \(line.position)")
        }
    }

    private func items(_ note: UUID, _ invoice: UUID, _ request: CreditRequest) -> SQL {
        let positions = request.lines.map(\.position)
        let amounts = request.lines.map(\.amount)
        return """
            insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_item_id, description,
                                                   amount)
            select i.tenant_id, i.account_id, \(note), i.id, i.description,
                   coalesce(w.amount, i.amount - i.credited_amount)
              from billing.invoice_items i
              left join unnest(\(positions)::bigint[], \(amounts)::numeric[]) w (position, amount)
                on w.position = i.position
             where i.tenant_id = \(tenant) and i.invoice_id = \(invoice)
               and (w.position is not null or cardinality(\(positions)::bigint[]) = 0)
               and coalesce(w.amount, i.amount - i.credited_amount) <> 0
            """
    }

    /// The share of each tax: of its line, or of all lines that it is on where it was summed over the document. When
    /// all that is left is credited, so is what is left of the taxes, also of one on lines that come to nothing.
    private func taxes(_ note: UUID, _ invoice: UUID, isWhole: Bool) -> SQL {
        """
        insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_tax_id, description,
                                               amount)
        select s.tenant_id, s.account_id, \(note), s.id, s.name, s.amount
          from (select x.tenant_id, x.account_id, x.id, x.name,
                       case when \(isWhole) then x.amount - x.credited_amount
                            when coalesce(b.amount, 0) = 0 or b.credit = 0 then 0
                            when b.credit = b.amount - b.credited then x.amount - x.credited_amount
                            when x.amount < 0
                            then greatest(round(x.amount * b.credit / b.amount, v.minor_digits),
                                          x.amount - x.credited_amount)
                            else least(round(x.amount * b.credit / b.amount, v.minor_digits),
                                       x.amount - x.credited_amount) end as amount
                  from billing.invoice_taxes x
                  join billing.invoices v on v.tenant_id = x.tenant_id and v.id = x.invoice_id
                  join billing.taxes t on t.tenant_id = x.tenant_id and t.id = x.tax_id
                 cross join lateral (
                       select sum(i.amount) as amount, sum(i.credited_amount) as credited,
                              sum(coalesce(c.amount, 0)) as credit
                         from billing.invoice_items i
                         left join billing.credit_note_items c
                           on c.tenant_id = i.tenant_id and c.credit_note_id = \(note) and c.invoice_item_id = i.id
                        where i.tenant_id = x.tenant_id and i.invoice_id = x.invoice_id
                          and case when x.invoice_item_id is null then i.tax_category = any (t.categories)
                                   else i.id = x.invoice_item_id end) b
                 where x.tenant_id = \(tenant) and x.invoice_id = \(invoice)) s
         where s.amount <> 0
        """
    }

    private func read(_ note: UUID, _ session: Connection) async throws -> CreditNote {
        let row = try await session.run(
            """
            select number, subtotal, tax_total, total, currency, billing.minor_digits(currency)
              from billing.credit_notes where tenant_id = \(tenant) and id = \(note)
            """
        ).first(String.self, MoneySum.self, MoneySum.self, MoneySum.self, String.self, Int.self)
        guard let row else { throw BillingFailure("the credit note is not there") }
        return CreditNote(
            number: row.0, subtotal: row.1, taxTotal: row.2, total: row.3, currency: row.4, minorDigits: row.5)
    }
}
