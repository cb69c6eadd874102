import Foundation
import Postgres
import TestSupport
import Testing

/// A customer of a test's tenant, and what can be done with its money: by the engine what calls need, by the owner what
/// people do.
struct Account: Sendable {
    let tenant: Tenant
    let id: UUID
}

/// What an account has.
struct Balance: Sendable, Equatable {
    var available: Amount = .zero
    var held: Amount = .zero
    var creditLimit: Amount = .zero
    var overdrawn: Amount = .zero
}

/// A rated call on its way to the ledger.
struct RatedCall: Sendable {
    var id = UUID()
    var account: Account
    /// The hold that it was made with.
    var routing: UUID?
    var amount: Amount
}

extension Account {
    var balance: Balance {
        get async throws {
            let row = try await tenant.database.owner.run(
                """
                select available, held, credit_limit, overdrawn
                  from billing.account_balance where tenant_id = \(tenant.id) and account_id = \(id)
                """
            ).first(Amount.self, Amount.self, Amount.self, Amount.self)
            let (available, held, creditLimit, overdrawn) = try #require(row)
            return Balance(available: available, held: held, creditLimit: creditLimit, overdrawn: overdrawn)
        }
    }

    /// The statement of a hold, for batches.
    func holdStatement(
        _ wanted: Amount, atLeast minimum: Amount = "0.00000001", routing: UUID = UUID()
    ) -> SQL {
        """
        select billing.place_hold(\(tenant.id), \(id), \(routing), \(wanted), \(minimum))
        """
    }

    /// Asks for a hold; nil when it is refused.
    func hold(
        _ wanted: Amount, atLeast minimum: Amount = "0.00000001", routing: UUID = UUID()
    ) async throws -> Amount? {
        let statement = holdStatement(wanted, atLeast: minimum, routing: routing)
        return try await tenant.database.engine.run(statement).value(Amount?.self) ?? nil
    }

    @discardableResult
    func topUp(_ amount: Amount, payment: UUID = UUID()) async throws -> Bool? {
        try await tenant.database.owner.run(
            "select billing.top_up(\(tenant.id), \(id), \(payment), \(amount), 'test')"
        ).value(Bool.self)
    }

    @discardableResult
    func adjust(_ amount: Amount, adjustment: UUID = UUID()) async throws -> Bool? {
        try await tenant.database.owner.run(
            "select billing.adjust(\(tenant.id), \(id), \(adjustment), \(amount), 'test')"
        ).value(Bool.self)
    }

    /// Posts a call of so much, as if it had been made without a hold.
    func spend(_ amount: Amount) async throws {
        try await tenant.post([RatedCall(account: self, amount: amount)])
    }

    func setCreditLimit(_ limit: Amount) async throws {
        try await tenant.database.owner.run("select billing.set_credit_limit(\(tenant.id), \(id), \(limit))")
    }

    /// State, amount and call of a hold.
    func holdState(_ routing: UUID) async throws -> String? {
        try await tenant.database.owner.run(
            "select state from billing.holds where tenant_id = \(tenant.id) and id = \(routing)"
        ).value(String.self)
    }
}

extension Tenant {
    /// Gives a hold back; nil when there is none open.
    func release(_ routing: UUID) async throws -> Amount? {
        try await database.engine.run("select billing.release_hold(\(id), \(routing), 'test')")
            .value(Amount?.self) ?? nil
    }

    /// Posts calls; how many postings were made.
    @discardableResult
    func post(_ calls: [RatedCall]) async throws -> Int? {
        try await database.engine.run(
            """
            select posted from billing.post_calls(\(id), \(calls.map(\.id)), \(calls.map(\.account.id)),
                                                  \(NullableArray(calls.map(\.routing))), \(calls.map(\.amount)))
            """
        ).value(Int.self)
    }
}
