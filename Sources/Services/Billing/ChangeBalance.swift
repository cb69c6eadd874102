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
        try await find(account, scope, session)
        let id = UUID.v7()
        do throws(PostgresError) {
            try await session.run(
                "select billing.adjust(\(scope.tenant), \(account), \(id), \(amount)::text::numeric, \(reason))")
        } catch {
            throw failure(error, "amount", amount)
        }
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
        try await find(account, scope, session)
        let rows: Rows
        do throws(PostgresError) {
            rows = try await session.run(
                """
                select billing.change_credit_limit(\(scope.tenant), \(account), \(limit)::text::numeric,
                                                   \(reason))::text
                """)
        } catch {
            throw failure(error, "credit_limit", limit)
        }
        return try rows.value(String?.self) ?? nil
    }

    private static func find(_ account: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        let currency = try await session.run(
            """
            select currency from billing.account_balance
             where tenant_id = \(scope.tenant) and account_id = \(account)
            """
        ).value(String.self)
        if currency == nil { throw ResourceFault(.notFound, "there is no account \(account.text)") }
    }

    private static func failure(_ error: PostgresError, _ name: String, _ value: String) -> any Error {
        let told = WriteFailure.ofModel(error)
        guard let fault = told as? ResourceFault else { return told }
        let expected: String
        switch error.server?.constraint {
        case "adjustment_not_zero": expected = "an amount that is not 0"
        case "balance_not_below_credit_limit": expected = "no more than the account has, down to its credit limit"
        case "total_not_below_zero": expected = "0 or more"
        default: return fault
        }
        return ResourceFault(
            fault.kind, fault.description, [.init(name, pointer: "/\(name)", value, expected: expected)])
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
