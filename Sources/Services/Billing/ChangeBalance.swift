package import Foundation
package import Postgres

/// Corrects balances and sets credit limits, each with its reason, in a transaction of its caller's.
package enum ChangeBalance {
    /// Adds to what an account has, or takes away, never below its credit limit.
    /// - Parameter amount: a decimal number.
    /// - Returns: the adjustment, and what there is now.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func adjust(
        _ account: UUID, by amount: String, because reason: String, _ scope: RequestScope, _ session: Connection
    ) async throws -> (id: UUID, available: String?) {
        let id = UUID.v7()
        _ = try await AskModel.run(
            "select billing.adjust(\(scope.tenant), \(account), \(id), \(amount)::text::numeric, \(reason))", session)
        let available = try await session.run(
            """
            select available::text from billing.account_balance
             where tenant_id = \(scope.tenant) and account_id = \(account)
            """
        ).value(String.self)
        return (id, available)
    }

    /// Sets how far below nothing an account may go.
    /// - Parameter limit: a decimal number.
    /// - Returns: the limit that was before.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func setCreditLimit(
        _ account: UUID, to limit: String, because reason: String, _ scope: RequestScope, _ session: Connection
    ) async throws -> String? {
        try await AskModel.run(
            """
            select billing.change_credit_limit(\(scope.tenant), \(account), \(limit)::text::numeric, \(reason))::text
            """, session
        ).value(String?.self) ?? nil
    }

    /// Sets below what the event `balance.low` tells of an account.
    /// - Parameter bound: a decimal number; `nil` for none.
    /// - Returns: the bound that was before.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func setLowBalance(
        _ account: UUID, to bound: String?, _ scope: RequestScope, _ session: Connection
    ) async throws -> String? {
        try await AskModel.run(
            "select billing.set_low_balance(\(scope.tenant), \(account), \(bound)::text::numeric)::text", session
        ).value(String?.self) ?? nil
    }
}
