package import Foundation
package import Postgres

/// Gives one draft its number, or takes one invoice back, in a transaction of its caller's.
package enum ChangeInvoice {
    /// - Returns: its number.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func finalise(_ invoice: UUID, _ scope: RequestScope, _ session: Connection) async throws -> String {
        let known = try await session.run(
            "select count(*) from billing.invoices where tenant_id = \(scope.tenant) and id = \(invoice)"
        ).value(Int.self)
        guard known == 1 else { throw ResourceFault(.notFound, "there is no invoice \(invoice.text)") }
        let number = try await AskModel.run(
            "select number from billing.finalise_invoices(\(scope.tenant), \([invoice]))", session
        ).value(String.self)
        guard let number else { throw ResourceFault(.refused, "the invoice is no draft") }
        return number
    }

    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func void(
        _ invoice: UUID, because reason: String, _ scope: RequestScope, _ session: Connection
    ) async throws {
        let isVoid = try await AskModel.run(
            "select billing.void_invoice(\(scope.tenant), \(invoice), \(reason))", session
        ).value(Bool.self)
        guard isVoid == true else { throw ResourceFault(.refused, "there is nothing of it to take back") }
    }
}
