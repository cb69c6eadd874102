package import Foundation
package import Postgres
package import Telecom

/// A payment, what it pays or paid, and what of it was given back.
package struct PaymentStory: Sendable {
    package let payment: PaymentLine
    package let provider: String
    package let memo: String
    package let applications: [Application]
    package let refunds: [Refund]

    /// A part of it that pays, or paid, an invoice.
    package struct Application: Sendable {
        package let invoiceID: UUID
        package let number: String
        package let amount: Money
        package let appliedAt: Date
        /// When it was taken from the invoice again, and why.
        package let reversedAt: Date?
        package let reversalReason: String?
    }

    /// A part of it that was given back, or taken back by the bank.
    package struct Refund: Sendable {
        package let id: UUID
        /// refund or chargeback.
        package let kind: String
        package let amount: Money
        package let reason: String
        package let reference: String?
        package let refundedAt: Date
    }
}

/// Finds a payment and tells all of it.
package struct ReadPayment: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// The payment that somebody means by its id or its reference.
    /// - Throws: `BillingFailure` when there is none, or several providers call one so.
    package func id(of name: String) async throws -> UUID {
        let ids = try await database.run(
            """
            select id from billing.payments
             where tenant_id = \(tenant) and (id::text = lower(\(name)) or external_id = \(name))
             order by id limit 2
            """
        ).values(UUID.self)
        guard let id = ids.first else {
            throw BillingFailure(
                "there is no payment with the id or reference \"\(name.forDisplay(60))\"; `heddle payment list` lists "
                    + "them")
        }
        guard ids.count == 1 else {
            throw BillingFailure(
                "several providers have a payment \"\(name.forDisplay(60))\"; name it by its id: `heddle payment list`")
        }
        return id
    }

    /// - Throws: `BillingFailure` when there is none.
    package func callAsFunction(_ id: UUID) async throws -> PaymentStory {
        let rows = try await database.run([
            PaymentLine.query("p.id = \(id)", of: tenant, 1),
            "select provider, memo from billing.payments where tenant_id = \(tenant) and id = \(id)",
            """
            select a.invoice_id, coalesce(i.number, i.id::text), a.amount, a.applied_at, a.reversed_at,
                   a.reversal_reason
              from billing.payment_applications a
              join billing.invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id
             where a.tenant_id = \(tenant) and a.payment_id = \(id)
             order by a.applied_at, a.id
            """,
            """
            select id, kind, amount, reason, external_id, refunded_at from billing.refunds
             where tenant_id = \(tenant) and payment_id = \(id)
             order by refunded_at, id
            """,
        ])
        guard let payment = try rows[0].first.map(PaymentLine.init),
            let (provider, memo) = try rows[1].first(String.self, String.self)
        else { throw BillingFailure("there is no such payment") }
        return PaymentStory(
            payment: payment, provider: provider, memo: memo,
            applications: try rows[2].decode(
                UUID.self, String.self, Money.self, Date.self, Date?.self, String?.self
            ).map { .init(invoiceID: $0, number: $1, amount: $2, appliedAt: $3, reversedAt: $4, reversalReason: $5) },
            refunds: try rows[3].decode(
                UUID.self, String.self, Money.self, String.self, String?.self, Date.self
            ).map { .init(id: $0, kind: $1, amount: $2, reason: $3, reference: $4, refundedAt: $5) })
    }
}
