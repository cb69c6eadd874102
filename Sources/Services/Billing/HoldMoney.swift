package import Foundation
package import Postgres
package import Telecom

/// Holds and charges money of accounts for what is no call of ours, in a transaction of its caller's, as the engine.
/// Whoever is confined to an account has those below it as well, and no others; and of what is held for them only what
/// such an account asked for itself. The operator's holds are left alone, and have references of their own.
package enum HoldMoney {
    /// What is asked for.
    package struct Entry: Sendable {
        package let account: UUID
        package let amount: Money
        /// The account's, in capital letters.
        package let currency: String
        /// What the sender calls it, once within the account.
        package let reference: String
        /// What it is for, as the invoice says it.
        package let description: String

        package init(account: UUID, amount: Money, currency: String, reference: String, description: String) {
            self.account = account
            self.amount = amount
            self.currency = currency
            self.reference = reference
            self.description = description
        }
    }

    /// Money that is or was held.
    package struct Hold: Sendable {
        package let id: UUID
        package let account: UUID
        package let amount: Money
        package let currency: String
        package let reference: String?
        /// `open`, `settled`, `released` or `superseded`.
        package let state: String
        package let expiresAt: Date
        /// What was charged in its place.
        package let chargeID: UUID?
        /// The account that asked for it; `nil` for the operator.
        package let asker: UUID?
    }

    /// How what is charged is sold.
    package struct Sale: Sendable {
        /// What it is for; of a hold what it was held for, when `nil`.
        package var description: String?
        package var taxCategory = HoldMoney.usualTaxCategory
        /// Whether it is charged whatever is left, because it was delivered.
        package var isDelivered = false

        package init() {}
    }

    /// What is held or charged at once, at most.
    package static let most = Money(units: 9_999_999_999 * 100_000_000)
    package static let usualMinutes = 60
    /// The model keeps one for 31 days in all.
    package static let mostMinutes = 10_080
    package static let usualTaxCategory = "service"
    package static let taxCategories = [
        "voice", "toll_free", "messaging", "number", "access", "equipment", "service", "seller_fee", "untaxed",
    ]

    /// Keeps money back, all of it or nothing.
    /// - Returns: the hold, and whether it was not there before under its reference.
    /// - Throws: `ResourceFault`, `SpendCapReached`, or `PostgresError`.
    package static func hold(
        _ entry: Entry, minutes: Int, _ scope: RequestScope, _ session: Connection
    ) async throws -> (hold: Hold, isNew: Bool) {
        let row = try await AskModel.run(
            """
            select hold_id, is_new, refusal, trim_scale(usable)::text
              from billing.hold_money(\(scope.tenant), \(entry.account), \(entry.reference), \(entry.amount),
                                      \(entry.currency), \(entry.description),
                                      now() + make_interval(mins => \(Int32(minutes))), \(scope.asker))
            """, session
        ).first(UUID?.self, Bool.self, String?.self, String?.self)
        guard case (let id?, let isNew, nil, _)? = row else {
            throw try await fault(row?.2 ?? "no_account", entry, usable: row?.3, scope, session)
        }
        return (try await read(id, scope, session), isNew)
    }

    /// - Throws: `ResourceFault` when there is none, or when it is of a call, or another account's.
    package static func read(_ id: UUID, _ scope: RequestScope, _ session: Connection) async throws -> Hold {
        let row = try await session.run(
            """
            select h.account_id, h.amount, b.currency, h.reference, h.state, h.expires_at, h.charge_id,
                   h.asker_account_id
              from billing.holds h
              join billing.account_balance b on b.tenant_id = h.tenant_id and b.account_id = h.account_id
             where h.tenant_id = \(scope.tenant) and h.id = \(id) and h.expires_at is not null
            """
        ).first(UUID.self, Money.self, String.self, String?.self, String.self, Date.self, UUID?.self, UUID?.self)
        guard let (account, amount, currency, reference, state, expiresAt, chargeID, asker) = row,
            scope.account.map({ $0 == account || scope.descendants.contains(account) }) ?? true
        else { throw ResourceFault(.notFound, "there is no hold \(id.text) that is of no call") }
        return Hold(
            id: id, account: account, amount: amount, currency: currency, reference: reference, state: state,
            expiresAt: expiresAt, chargeID: chargeID, asker: asker)
    }

    /// One that whoever asks may charge, release and extend.
    /// - Throws: `ResourceFault` when there is none, or when it is the operator's or of an account that is not his.
    static func claim(_ id: UUID, _ scope: RequestScope, _ session: Connection) async throws -> Hold {
        let hold = try await read(id, scope, session)
        guard let own = scope.asker else { return hold }
        guard let asker = hold.asker, asker == own || asker == scope.account || scope.descendants.contains(asker) else {
            let holder = hold.asker == nil ? "the operator" : "another account"
            throw ResourceFault(.forbidden, "the hold is for \(holder), which charges it or gives it back")
        }
        return hold
    }

    /// Gives all of it back.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func release(
        _ id: UUID, because reason: String, _ scope: RequestScope, _ session: Connection
    ) async throws -> Hold {
        _ = try await claim(id, scope, session)
        let released =
            try await AskModel.run(
                "select billing.release_hold(\(scope.tenant), \(id), \(reason))::text", session
            ).value(String?.self) ?? nil
        let hold = try await read(id, scope, session)
        guard released != nil else { throw ResourceFault(.refused, "the hold is over: it is \(hold.state)") }
        return hold
    }

    /// Has it last so many minutes from now, if it does not last longer.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func extend(
        _ id: UUID, minutes: Int, _ scope: RequestScope, _ session: Connection
    ) async throws -> Hold {
        _ = try await claim(id, scope, session)
        let until = try await extended(id, minutes, scope, session)
        let hold = try await read(id, scope, session)
        guard until != nil else { throw ResourceFault(.refused, "the hold is over: it is \(hold.state)") }
        return hold
    }

    private static func extended(
        _ id: UUID, _ minutes: Int, _ scope: RequestScope, _ session: Connection
    ) async throws -> Date? {
        do throws(PostgresError) {
            return try await session.run(
                """
                select billing.extend_hold(\(scope.tenant), \(id), now() + make_interval(mins => \(Int32(minutes))))
                """
            ).value(Date?.self) ?? nil
        } catch {
            guard error.server?.constraint == "hold_of_no_call_is_of_31_days_at_most" else {
                throw WriteFailure.ofModel(error)
            }
            throw ResourceFault(
                .refused, "money is held for 31 days at most",
                [
                    .init(
                        "minutes", pointer: "/minutes", String(minutes),
                        expected: "what is left of 31 days since the hold was made")
                ])
        }
    }

    // MARK: What is refused

    /// Why an entry was not taken.
    static func fault(
        _ refusal: String, _ entry: Entry, usable: String?, _ scope: RequestScope, _ session: Connection
    ) async throws -> any Error {
        func wrong(_ kind: ResourceFault.Kind, _ sentence: String, _ name: String, _ value: String, _ expected: String)
            -> ResourceFault
        {
            ResourceFault(kind, sentence, [.init(name, pointer: "/" + name, value, expected: expected)])
        }
        let account = entry.account.text
        switch refusal {
        case "no_account":
            return wrong(.refused, "there is no account \(account)", "account_id", account, "the id of an account")
        case "suspended", "closed":
            return wrong(.refused, "the account is \(refusal)", "account_id", account, "an account that is active")
        case "reference_taken":
            return wrong(
                .conflict, "\"\(entry.reference.forDisplay(60))\" is there already, with another amount or currency",
                "reference", entry.reference, "one that was not used for this account")
        case "reference_charged", "reference_held":
            let what = refusal == "reference_charged" ? "was charged already" : "is held already: charge the hold"
            return wrong(
                .conflict, "\"\(entry.reference.forDisplay(60))\" \(what)", "reference", entry.reference,
                "one that was not used for this account")
        case "currency":
            let own = try await currency(of: entry.account, scope, session)
            return wrong(.refused, "the account pays in \(own)", "currency", entry.currency, own)
        case "no_balance":
            let left = "\(usable ?? "0") \(try await currency(of: entry.account, scope, session))"
            return wrong(
                .unaffordable, "the account has \(left) left, with its credit limit", "amount",
                entry.amount.description, "\(left) at most")
        case "spend_cap":
            return SpendCapReached(account: entry.account, amount: entry.amount, asked: entry.amount)
        case "no_balance_above":
            return wrong(
                .refused, nothingAbove, "account_id", account, "an account whose resellers have something left")
        default: return ResourceFault(.refused, refusal.replacing("_", with: " "))
        }
    }

    static let nothingAbove = "a reseller above the account has nothing left"

    private static func currency(
        of account: UUID, _ scope: RequestScope, _ session: Connection
    ) async throws -> String {
        try await session.run(
            """
            select currency from billing.account_balance
             where tenant_id = \(scope.tenant) and account_id = \(account)
            """
        ).value(String.self) ?? ""
    }
}
