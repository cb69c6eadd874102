import Foundation
import Postgres
import TestSupport
import Testing

/// What the model says to whoever asks for money that is for no call.
struct MoneyAnswer: Sendable, Equatable {
    /// The hold or the charge.
    let id: UUID?
    let isNew: Bool
    let refusal: String?
    /// What is left of the account.
    let usable: Amount?
}

extension Account {
    func holdMoney(
        _ amount: Amount, _ reference: String, currency: String = "USD", lasting: String = "1 hour",
        by asker: UUID? = nil
    ) async throws -> MoneyAnswer {
        try await answer(
            """
            select hold_id, is_new, refusal, usable
              from billing.hold_money(\(tenant.id), \(id), \(reference), \(amount), \(currency), 'Conference',
                                      now() + \(lasting)::text::interval, \(asker))
            """)
    }

    func chargeHold(_ hold: UUID?, _ amount: Amount, overdraws: Bool = false) async throws -> MoneyAnswer {
        try await answer(
            """
            select charge_id, is_new, refusal, usable
              from billing.charge_hold(\(tenant.id), \(hold), \(amount), null, 'service', \(overdraws))
            """)
    }

    func chargeMoney(
        _ amount: Amount, _ reference: String, currency: String = "USD", overdraws: Bool = false, by asker: UUID? = nil
    ) async throws -> MoneyAnswer {
        try await answer(
            """
            select charge_id, is_new, refusal, usable
              from billing.charge_money(\(tenant.id), \(id), \(reference), \(amount), \(currency), 'Conference',
                                        'service', \(overdraws), \(asker))
            """)
    }

    private func answer(_ statement: SQL) async throws -> MoneyAnswer {
        let row = try await tenant.database.engine.run(statement)
            .first(UUID?.self, Bool.self, String?.self, Amount?.self)
        let (id, isNew, refusal, usable) = try #require(row)
        return MoneyAnswer(id: id, isNew: isNew, refusal: refusal, usable: usable)
    }

    /// The account that asked for a charge, and what it is called; the operator is `-`.
    func asker(ofCharge charge: UUID?) async throws -> String? {
        try await tenant.database.owner.run(
            """
            select coalesce(asker_account_id::text, '-') || ' ' || reference from billing.charges
             where tenant_id = \(tenant.id) and id = \(charge)
            """
        ).value(String.self)
    }

    /// Suspends it, closes it or lets it go on.
    func set(_ status: String) async throws {
        try await tenant.database.owner.run(
            "update accounts.accounts set status = \(status) where tenant_id = \(tenant.id) and id = \(id)")
    }

    /// What billing.check_entries() finds wrong; empty is right.
    func entryFaults() async throws -> [String] {
        try await tenant.database.engine.run(
            """
            select problem from billing.check_entries(\(tenant.id), array[\(id)::uuid], '-infinity', 'infinity')
             order by 1
            """
        ).values(String.self)
    }
}
