import Foundation
import Postgres

/// What staff does to a payment that is there: in one transaction, under its lock, which comes before those of
/// invoices.
struct PaymentChange: Sendable {
    let database: Database
    /// For whom, and who does it.
    let scope: RequestScope

    /// - Parameter body: gets the payment as it is under the lock.
    /// - Throws: `BillingFailure` when there is no such payment, or the database's own rules forbid it.
    func callAsFunction<Result: Sendable>(
        _ payment: UUID, _ body: (Connection, PaymentLine) async throws -> Result
    ) async throws -> Result {
        do {
            return try await database.transaction(context: scope.opening) { session in
                try await session.run(
                    """
                    select from billing.payments
                     where tenant_id = \(scope.tenant) and id = \(payment) for no key update
                    """)
                let line = try await session.run(PaymentLine.query("p.id = \(payment)", of: scope.tenant, 1)).first
                    .map(PaymentLine.init)
                guard let line else { throw BillingFailure.missing("there is no such payment") }
                return try await body(session, line)
            }
        } catch let error as PostgresError {
            throw Self.failure(error) ?? error
        }
    }

    private static func failure(_ error: PostgresError) -> BillingFailure? {
        switch error.server?.constraint {
        case "payment_is_applied_once_to_an_invoice":
            BillingFailure(
                "the payment pays that invoice already; `heddle payment unapply` first, and then apply all of it")
        case "balance_not_below_credit_limit":
            BillingFailure(
                "the account has used the money: what is given back would take it below its credit limit; "
                    + "a higher limit permits it, and a chargeback enters what the bank has taken already")
        default:
            ["23514", "23503"].contains(error.server?.sqlState) ? BillingFailure(error.advice) : nil
        }
    }
}
