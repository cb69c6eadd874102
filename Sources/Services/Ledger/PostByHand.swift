package import Foundation
package import Postgres
package import Telecom

/// What people post: corrections, reversals and credit limits, each with its reason and who did it.
package struct PostByHand: Sendable {
    private let owner: Database
    private let tenant: UUID
    private let actor: String

    /// - Parameters:
    ///   - owner: it is not the work of who serves calls.
    ///   - actor: who does it.
    package init(owner: Database, tenant: UUID, actor: String) {
        self.owner = owner
        self.tenant = tenant
        self.actor = actor
    }

    /// Corrects what an account has, never below its credit limit.
    package func adjust(_ account: UUID, by amount: Money, reason: String) async throws {
        _ = try await change("select billing.adjust(\(tenant), \(account), core.uuid_v7(), \(amount), \(reason))")
    }

    /// Takes a posting back, once.
    /// - Returns: what the account got; below zero: gave.
    package func reverse(_ posting: UUID, reason: String) async throws -> MoneySum {
        let rows = try await change(
            "select billing.reverse_posting(\(tenant), \(posting), core.uuid_v7(), \(reason))")
        return try rows.value(MoneySum.self) ?? .zero
    }

    /// - Returns: the limit that was before.
    package func setCreditLimit(_ account: UUID, to limit: Money, reason: String) async throws -> MoneySum {
        let rows = try await change(
            "select billing.change_credit_limit(\(tenant), \(account), \(limit), \(reason))")
        return try rows.value(MoneySum.self) ?? .zero
    }

    private func change(_ statement: SQL) async throws -> Rows {
        do {
            return try await owner.transaction { session in
                try await session.run("select core.set_request_context(\(actor), null, null)")
                return try await session.run(statement)
            }
        } catch let error as PostgresError where error.server?.constraint == "balance_not_below_credit_limit" {
            throw BillingFailure(
                "that would take the account below its credit limit; `heddle ledger limit` raises it")
        } catch let error as PostgresError where ["23514", "23503"].contains(error.server?.sqlState) {
            throw BillingFailure(error.advice)
        }
    }
}
