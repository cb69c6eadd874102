import Foundation
import HTTPTypes
import Postgres
import Services

/// What staff does with balances: each in one transaction with the answer that is kept for its key, so that nothing is
/// posted twice.
enum BillingVerbs {
    static let all = [adjust, creditLimit, lowBalance]

    private static let adjust = Verb(
        method: .post, path: "/v1/billing/accounts/{key}/adjust", name: "adjust_balance", tag: "billing",
        summary: "Correct the balance of an account", description: "The ledger has it with who did it, and why.",
        access: .staff("billing:write"),
        body: [
            .init("amount", .decimal, "What is added; negative takes away."),
            .init("reason", .text(3...500), "Why; it is in the statement."),
        ],
        answer: .object(
            "adjustment",
            [.init("id", .uuid, "Of the ledger."), .init("available", .text(1...40), "What there is now.")]),
        status: 201
    ) { call in
        let account = try call.id()
        return try await call.changeAsEngine { session, scope in
            let made = try await ChangeBalance.adjust(
                account, by: call.body.required("amount"), because: call.body.required("reason"), scope, session)
            return .object("adjustment", status: 201) { json in
                json.id("id", made.id)
                json.text("available", made.available)
            }
        }
    }

    private static let creditLimit = Verb(
        method: .put, path: "/v1/billing/accounts/{key}/credit_limit", name: "set_credit_limit", tag: "billing",
        summary: "Set how far below nothing an account may go", access: .staff("billing:write"),
        body: [
            .init("credit_limit", .decimal, "In the account's currency; not below 0."),
            .init("reason", .text(3...500), "Why; the voucher has it."),
        ],
        answer: .object(
            "credit_limit",
            [
                .init("account_id", .uuid, "The account."),
                .nullable("credit_limit_before", .text(1...40), "What it was."),
            ])
    ) { call in
        let account = try call.id()
        return try await call.changeAsEngine { session, scope in
            let before = try await ChangeBalance.setCreditLimit(
                account, to: call.body.required("credit_limit"), because: call.body.required("reason"), scope, session)
            return .object("credit_limit") { json in
                json.id("account_id", account)
                json.textOrNull("credit_limit_before", before)
            }
        }
    }

    private static let lowBalance = Verb(
        method: .put, path: "/v1/billing/accounts/{key}/low_balance", name: "set_low_balance", tag: "billing",
        summary: "Say below what `balance.low` tells of an account",
        description: "It is told when what the account has, with what is held of it, falls below, and again after it "
            + "was not below in between.",
        access: .staff("billing:write"),
        body: [
            .optional(
                "low_balance", .decimal,
                "In the account's currency; of who pays later below 0. Without it none is told.")
        ],
        answer: .object(
            "low_balance",
            [
                .init("account_id", .uuid, "The account."),
                .nullable("low_balance", .text(1...40), "What it is now."),
                .nullable("low_balance_before", .text(1...40), "What it was."),
            ])
    ) { call in
        let (account, bound) = (try call.id(), call.body.text("low_balance"))
        return try await call.changeAsEngine { session, scope in
            let before = try await ChangeBalance.setLowBalance(account, to: bound, scope, session)
            return .object("low_balance") { json in
                json.id("account_id", account)
                json.textOrNull("low_balance", bound)
                json.textOrNull("low_balance_before", before)
            }
        }
    }
}
