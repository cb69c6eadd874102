package import Foundation
package import Postgres

/// Gives drafts their numbers.
package struct FinaliseInvoices: Sendable {
    private let database: Database
    private let tenant: UUID
    private let scope: RequestScope?

    /// - Parameters:
    ///   - database: as the engine.
    ///   - scope: who asks for it, where that is somebody of the API.
    package init(_ database: Database, tenant: UUID, for scope: RequestScope? = nil) {
        self.database = database
        self.tenant = tenant
        self.scope = scope
    }

    /// In one transaction; when it fails, each alone.
    /// - Returns: the numbers, and what could not be finalised.
    package func callAsFunction(_ invoices: [UUID]) async throws -> ([String], [InvoiceRunFailure]) {
        do {
            let numbers = try await database.transaction(context: scope?.opening) { session in
                try await session.run(
                    "select f.number from billing.finalise_invoices(\(tenant), \(invoices)) f", deadline: .seconds(60)
                ).values(String.self)
            }
            return (numbers, [])
        } catch let error as PostgresError where error.isOfTheStatement {
            guard invoices.count > 1 else {
                return ([], try await failure(of: invoices[0], error))
            }
            var (numbers, failures): ([String], [InvoiceRunFailure]) = ([], [])
            for invoice in invoices {
                let (given, refused) = try await self([invoice])
                numbers += given
                failures += refused
            }
            return (numbers, failures)
        }
    }

    private func failure(of invoice: UUID, _ error: PostgresError) async throws -> [InvoiceRunFailure] {
        let ban = try await database.run(
            """
            select a.ban from billing.invoices i
              join accounts.accounts a on a.tenant_id = i.tenant_id and a.id = i.account_id
             where i.tenant_id = \(tenant) and i.id = \(invoice)
            """
        ).value(String.self)
        return [InvoiceRunFailure(ban: ban ?? invoice.uuidString.lowercased(), reason: error.reason)]
    }
}
