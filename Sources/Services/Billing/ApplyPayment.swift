package import Foundation
package import Postgres
package import Telecom

/// Says which invoices a payment pays, and which no longer.
package struct ApplyPayment: Sendable {
    private let tenant: UUID
    private let change: PaymentChange

    /// - Parameters:
    ///   - database: as the engine.
    ///   - scope: for whom, and who does it.
    package init(_ database: Database, for scope: RequestScope) {
        tenant = scope.tenant
        change = PaymentChange(database: database, scope: scope)
    }

    /// Lets what is left of a payment pay the open invoices of its account, the first due first.
    /// - Returns: how much of it.
    package func callAsFunction(_ payment: UUID) async throws -> Money {
        try await change(payment) { session, line in
            guard line.unapplied > .zero else { throw BillingFailure("nothing of the payment is left") }
            return try await session.run("select billing.apply_payment(\(tenant), \(payment))").value(Money.self)
                ?? .zero
        }
    }

    /// Lets a payment pay one invoice.
    /// - Parameter amount: how much; `nil` is as much as is left of the one and open of the other.
    /// - Returns: how much of it.
    package func callAsFunction(_ payment: UUID, to invoice: UUID, _ amount: Money?) async throws -> Money {
        try await change(payment) { session, line in
            let row = try await session.run(
                """
                select i.open_amount, i.status, exists (select from billing.payments p
                                                         where p.tenant_id = i.tenant_id and p.id = \(payment)
                                                           and p.account_id = i.account_id)
                  from billing.invoices i where i.tenant_id = \(tenant) and i.id = \(invoice) for no key update of i
                """
            ).first(MoneySum.self, String.self, Bool.self)
            guard let (open, status, isSameAccount) = row, isSameAccount else {
                throw BillingFailure("the invoice is not one of the account \(line.ban), whose payment it is")
            }
            guard open > .zero else { throw BillingFailure("the invoice is \(status), and nothing of it is open") }
            let most = MoneySum(line.unapplied) <= open ? line.unapplied : Money(units: Int64(open.units))
            guard most > .zero else {
                throw BillingFailure("nothing of the payment is left; `heddle payment unapply` frees what pays another")
            }
            let part = amount ?? most
            guard line.allows(part), part <= most else {
                throw BillingFailure(
                    "\(line.text(line.unapplied)) of the payment are left and \(line.text(open)) of the invoice are "
                        + "open: --amount is above zero and at most \(most.text(minimumDecimals: line.minorDigits))")
            }
            try await session.run(
                """
                insert into billing.payment_applications (tenant_id, account_id, payment_id, invoice_id, amount)
                select tenant_id, account_id, id, \(invoice), \(part) from billing.payments
                 where tenant_id = \(tenant) and id = \(payment)
                """)
            return part
        }
    }

    /// Takes a payment from an invoice, or from all that it pays: what it paid there is left, for others.
    /// - Returns: how much of it.
    package func unapply(_ payment: UUID, from invoice: UUID?, reason: String) async throws -> Money {
        try await change(payment) { session, _ in
            // The invoices before their parts, in the order of their ids, as everybody does.
            try await session.run(
                """
                select from billing.invoices i
                 where i.tenant_id = \(tenant)
                   and i.id in (select a.invoice_id from billing.payment_applications a
                                 where a.tenant_id = \(tenant) and a.payment_id = \(payment)
                                   and a.reversed_at is null)
                 order by i.id for no key update
                """)
            let parts = try await session.run(
                """
                update billing.payment_applications
                   set reversed_at = now(), reversal_reason = \(reason)
                 where tenant_id = \(tenant) and payment_id = \(payment) and reversed_at is null
                   and (\(invoice)::uuid is null or invoice_id = \(invoice))
                returning amount
                """
            ).values(Money.self)
            guard !parts.isEmpty else {
                throw BillingFailure(
                    invoice == nil
                        ? "the payment pays no invoice" : "the payment does not pay that invoice; `heddle payment show`"
                )
            }
            return parts.reduce(.zero, +)
        }
    }
}
