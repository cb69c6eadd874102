package import Foundation
package import Postgres
package import Telecom

/// Charges accounts for what is no call of ours, what was held for it or at once: in the ledger with the answer, and on
/// the next invoice.
package enum ChargeMoney {
    /// What was charged.
    package struct Charge: Sendable {
        package let id: UUID
        package let account: UUID
        package let amount: Money
        package let currency: String
        package let reference: String?
        package let description: String
        /// What is left of the account, with its credit limit; a decimal number.
        package let usable: String
        /// Whether it was not charged before.
        package let isNew: Bool
    }

    /// Charges what was held, and gives the rest back; or more, as far as it is left.
    /// - Parameter amount: all that was held when `nil`.
    /// - Throws: `ResourceFault`, `SpendCapReached`, or `PostgresError`.
    package static func charge(
        hold id: UUID, _ amount: Money?, _ sale: HoldMoney.Sale, _ scope: RequestScope, _ session: Connection
    ) async throws -> Charge {
        try check(sale, scope)
        let hold = try await HoldMoney.claim(id, scope, session)
        let wanted = amount ?? hold.amount
        let row = try await AskModel.run(
            """
            select charge_id, is_new, refusal, trim_scale(usable)::text
              from billing.charge_hold(\(scope.tenant), \(id), \(wanted), \(sale.description),
                                       \(sale.taxCategory), \(sale.isDelivered))
            """, session
        ).first(UUID?.self, Bool.self, String?.self, String?.self)
        if case (let charge?, let isNew, nil, _)? = row {
            return try await read(charge, isNew: isNew, scope, session)
        }
        throw fault(row?.2, hold, wanted, usable: row?.3)
    }

    /// Why a hold was not charged.
    private static func fault(
        _ refusal: String?, _ hold: HoldMoney.Hold, _ wanted: Money, usable: String?
    ) -> any Error {
        let isOpen = hold.state == "open"
        switch refusal {
        case "charged_before":
            return ResourceFault(
                .conflict, "the hold was charged with another amount",
                [.init("amount", pointer: "/amount", wanted.description, expected: "what was charged")])
        case "suspended":
            return ResourceFault(
                .refused, "the account is suspended, and pays what is held and no more",
                [
                    .init(
                        "amount", pointer: "/amount", wanted.description,
                        expected: isOpen ? "\(hold.amount) at most" : "a hold that is open")
                ])
        case "closed": return ResourceFault(.refused, "the account is closed")
        case "spend_cap":
            return SpendCapReached(
                account: hold.account, amount: isOpen ? wanted - hold.amount : wanted, asked: wanted)
        case "no_balance_above":
            return ResourceFault(
                .refused, HoldMoney.nothingAbove,
                [
                    .init(
                        "amount", pointer: "/amount", wanted.description,
                        expected: isOpen ? "\(hold.amount) at most" : "a hold that is open")
                ])
        case "no_balance":
            let left = "\(usable ?? "0") \(hold.currency)"
            let held = isOpen ? "\(hold.amount) \(hold.currency) is held, and " : ""
            return ResourceFault(
                .unaffordable, "\(held)the account has \(left) left beside, with its credit limit",
                [
                    .init(
                        "amount", pointer: "/amount", wanted.description,
                        expected: "what is held and \(left) at most")
                ])
        default: return ResourceFault(.refused, "the hold was paid by a call: its record has its routing id")
        }
    }

    /// Charges at once.
    /// - Throws: `ResourceFault`, `SpendCapReached`, or `PostgresError`.
    package static func charge(
        _ entry: HoldMoney.Entry, _ sale: HoldMoney.Sale, _ scope: RequestScope, _ session: Connection
    ) async throws -> Charge {
        try check(sale, scope)
        let row = try await AskModel.run(
            """
            select charge_id, is_new, refusal, trim_scale(usable)::text
              from billing.charge_money(\(scope.tenant), \(entry.account), \(entry.reference), \(entry.amount),
                                        \(entry.currency), \(entry.description), \(sale.taxCategory),
                                        \(sale.isDelivered), \(scope.asker))
            """, session
        ).first(UUID?.self, Bool.self, String?.self, String?.self)
        guard case (let charge?, let isNew, nil, _)? = row else {
            throw try await HoldMoney.fault(row?.2 ?? "no_account", entry, usable: row?.3, scope, session)
        }
        return try await read(charge, isNew: isNew, scope, session)
    }

    /// How something is taxed, and whether it is charged beyond a credit limit, is the operator's to say.
    private static func check(_ sale: HoldMoney.Sale, _ scope: RequestScope) throws {
        guard scope.asker != nil else { return }
        guard !sale.isDelivered, sale.taxCategory == HoldMoney.usualTaxCategory else {
            throw ResourceFault(
                .forbidden, "`delivered` and `tax_category` are the operator's to say, and not of people of an account")
        }
    }

    private static func read(
        _ id: UUID, isNew: Bool, _ scope: RequestScope, _ session: Connection
    ) async throws -> Charge {
        let row = try await session.run(
            """
            select c.account_id, c.amount, b.currency, c.reference, c.description,
                   trim_scale(b.available + b.credit_limit)::text
              from billing.charges c
              join billing.account_balance b on b.tenant_id = c.tenant_id and b.account_id = c.account_id
             where c.tenant_id = \(scope.tenant) and c.id = \(id)
            """
        ).first(UUID.self, Money.self, String.self, String?.self, String.self, String.self)
        guard let (account, amount, currency, reference, description, usable) = row else {
            throw ResourceFault(.notFound, "there is no charge \(id.text)")
        }
        return Charge(
            id: id, account: account, amount: amount, currency: currency, reference: reference,
            description: description, usable: usable, isNew: isNew)
    }
}
