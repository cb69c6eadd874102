package import Foundation
package import Postgres
package import Telecom

/// An invoice in a line.
package struct InvoiceLine: Sendable {
    package let id: UUID
    /// `nil` for a draft.
    package let number: String?
    package let status: String
    package let ban: String
    package let account: String
    package let currency: String
    package let minorDigits: Int
    package let firstDay: String
    package let nextDay: String
    package let dueOn: String?
    package let total: MoneySum
    package let open: MoneySum
}

/// Which invoices are listed.
package struct InvoiceFilter: Sendable {
    package var accountID: UUID?
    /// draft, finalised, paid or void.
    package var status: String?
    package var limit = 100

    package init() {}
}

/// Finds and lists the invoices of a tenant.
package struct ListInvoices: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// The newest first.
    package func callAsFunction(_ filter: InvoiceFilter) async throws -> [InvoiceLine] {
        try await database.run(
            """
            select i.id, i.number, i.status, a.ban, a.name, i.currency, i.minor_digits, i.period_from::text,
                   i.period_to::text, i.due_on::text, i.total, i.open_amount
              from billing.invoices i
              join accounts.accounts a on a.tenant_id = i.tenant_id and a.id = i.account_id
             where i.tenant_id = \(tenant)
               and (\(filter.accountID)::uuid is null or i.account_id = \(filter.accountID))
               and (\(filter.status)::text is null or i.status = \(filter.status))
             order by i.created_at desc, i.id desc limit \(filter.limit)
            """
        ).map { row in
            InvoiceLine(
                id: try row.column(0), number: try row.column(1), status: try row.column(2), ban: try row.column(3),
                account: try row.column(4), currency: try row.column(5),
                minorDigits: try row.column(6), firstDay: try row.column(7), nextDay: try row.column(8),
                dueOn: try row.column(9), total: try row.column(10),
                open: try row.column(11))
        }
    }

    /// The invoices of numbers or ids, in their order.
    /// - Throws: `BillingFailure` that names the first that there is not, or that several sellers have.
    package func ids(of names: [String]) async throws -> [UUID] {
        var ids: [UUID] = []
        for name in names {
            let found = try await database.run(
                """
                select id from billing.invoices
                 where tenant_id = \(tenant) and (number = \(name) or id::text = lower(\(name))) limit 2
                """
            ).values(UUID.self)
            guard found.count == 1 else {
                let what = found.isEmpty ? "there is no invoice" : "there are several invoices; name one by its id:"
                throw BillingFailure("\(what) \"\(name.forDisplay(60))\"")
            }
            ids += found
        }
        return ids
    }

    /// Every draft that a run made, in the order of their periods.
    package func drafts() async throws -> [UUID] {
        try await database.run(
            """
            select id from billing.invoices
             where tenant_id = \(tenant) and status = 'draft' and billing_cycle_id is not null
             order by period_from, id
            """
        ).values(UUID.self)
    }

    /// Takes an invoice back that nobody was sent; a draft goes altogether.
    /// - Returns: whether there was anything to take back.
    /// - Throws: `BillingFailure` for one that was sent or credited: it says what to do.
    package func void(_ invoice: UUID, reason: String) async throws -> Bool {
        do {
            return try await database.transaction { session in
                try await session.run("select billing.void_invoice(\(tenant), \(invoice), \(reason))").value(Bool.self)
                    ?? false
            }
        } catch let error as PostgresError where error.server?.sqlState == "23514" {
            throw BillingFailure(error.advice)
        }
    }
}
