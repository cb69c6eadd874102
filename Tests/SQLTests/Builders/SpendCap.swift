import Foundation
import Postgres
import TestSupport

/// A call that asks for money within the caps of its account.
struct CappedCall: Sendable {
    var account: Account
    var routing = UUID()
    var wanted: Amount
    var minimum: Amount = "0.00000001"
    var called: String? = "+12125550100"
}

/// What became of it.
struct CappedHold: Sendable, Equatable {
    let amount: Amount?
    let refusal: String?

    static func held(_ amount: Amount) -> CappedHold { CappedHold(amount: amount, refusal: nil) }
    static let capped = CappedHold(amount: nil, refusal: "spend_cap")
    static let poor = CappedHold(amount: nil, refusal: "no_balance")
    static let poorAbove = CappedHold(amount: nil, refusal: "no_balance_above")
}

extension Tenant {
    /// The most that an account, or each account, may spend in a day.
    @discardableResult
    func cap(
        _ amount: Amount, of account: Account? = nil, prefix: String? = nil, span: String = "day",
        refuses: Bool = true, action: String = "alert"
    ) async throws -> UUID {
        let id = UUID()
        try await database.owner.run(
            """
            insert into billing.spend_caps (tenant_id, id, account_id, prefix, span, amount, refuses, action,
                                            valid_from)
            values (\(self.id), \(id), \(account?.id), \(prefix), \(span), \(amount), \(refuses), \(action),
                    '2026-01-01')
            """)
        return id
    }

    /// `billing.hold_calls()`, and what each call got, in the order of the calls.
    func hold(_ calls: [CappedCall]) async throws -> [CappedHold] {
        let rows = try await database.engine.run(
            """
            select routing_id, amount, refusal
              from billing.hold_calls(\(id), \(calls.map(\.account.id)), \(calls.map(\.routing)),
                                      \(calls.map(\.wanted)), \(calls.map(\.minimum)),
                                      \(NullableArray(calls.map(\.called))))
            """
        ).decode(UUID.self, Amount?.self, String?.self)
        let holds = Dictionary(uniqueKeysWithValues: rows.map { ($0.0, CappedHold(amount: $0.1, refusal: $0.2)) })
        return calls.compactMap { holds[$0.routing] }
    }

    /// What is counted in a cap, of all its accounts and spans together, and how many calls it refused.
    func counted(in cap: UUID) async throws -> String? {
        try await database.owner.run(
            """
            select sum(amount)::float8 || ', ' || sum(refused) || ' refused' || case when max(reached_at) is null
                   then '' else ', reached' end
              from billing.spend_windows where tenant_id = \(id) and spend_cap_id = \(cap)
            """
        ).value(String.self)
    }
}
