import Foundation
import HTTPTypes
import Postgres
import Services

/// What staff does with money: each in one transaction with the answer that is kept for its key, so that nothing is
/// posted twice.
enum BillingVerbs {
    static let all = [finalise, void, adjust, creditLimit]

    private static let finalise = Verb(
        method: .post, path: "/v1/billing/invoices/{key}/finalise", name: "finalise_invoice", tag: "billing",
        summary: "Give a draft its number, and post it", description: "From then on it does not change.",
        access: .staff("billing:write"),
        answer: .object(
            "invoice_number", [.init("id", .uuid, "The invoice."), .init("number", .text(1...100), "Its number.")])
    ) { call in
        let id = try call.id()
        return try await call.changeAsEngine { session, scope in
            let known = try await session.run(
                "select count(*) from billing.invoices where tenant_id = \(scope.tenant) and id = \(id)"
            ).value(Int.self)
            guard known == 1 else { throw ResourceFault(.notFound, "there is no invoice \(id.text)") }
            let number = try await refusing {
                try await session.run(
                    "select number from billing.finalise_invoices(\(scope.tenant), \([id]))"
                ).value(String.self)
            }
            guard let number else { throw ResourceFault(.refused, "the invoice is no draft") }
            return .object("invoice_number") { json in
                json.id("id", id)
                json.text("number", number)
            }
        }
    }

    private static let void = Verb(
        method: .post, path: "/v1/billing/invoices/{key}/void", name: "void_invoice", tag: "billing",
        summary: "Take an invoice back", access: .staff("billing:write"),
        body: [.init("reason", .text(3...500), "Why.")], answer: .none, status: 204
    ) { call in
        let id = try call.id()
        return try await call.changeAsEngine { session, scope in
            let isVoid = try await refusing {
                try await session.run(
                    "select billing.void_invoice(\(scope.tenant), \(id), \(call.body.required("reason")))"
                ).value(Bool.self)
            }
            guard isVoid == true else { throw ResourceFault(.refused, "the invoice is void, or a draft, or not there") }
            return .nothing
        }
    }

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
        let (account, adjustment) = (try call.id(), UUID.v7())
        return try await call.changeAsEngine { session, scope in
            _ = try await refusing {
                try await session.run(
                    """
                    select billing.adjust(\(scope.tenant), \(account), \(adjustment),
                                          \(call.body.required("amount"))::text::numeric,
                                          \(call.body.required("reason")))
                    """)
            }
            let available = try await session.run(
                """
                select available::text from billing.account_balance
                 where tenant_id = \(scope.tenant) and account_id = \(account)
                """
            ).value(String.self)
            return .object("adjustment", status: 201) { json in
                json.id("id", adjustment)
                json.text("available", available)
            }
        }
    }

    private static let creditLimit = Verb(
        method: .put, path: "/v1/billing/accounts/{key}/credit_limit", name: "set_credit_limit", tag: "billing",
        summary: "Set how far below nothing an account may go", access: .staff("billing:write"),
        body: [.init("credit_limit", .decimal, "In the account's currency; not below 0.")], answer: .none, status: 204
    ) { call in
        let account = try call.id()
        return try await call.changeAsEngine { session, scope in
            _ = try await refusing {
                try await session.run(
                    """
                    select billing.set_credit_limit(\(scope.tenant), \(account),
                                                    \(call.body.required("credit_limit"))::text::numeric)
                    """)
            }
            return .nothing
        }
    }

    /// What the model refuses is told in its words.
    static func refusing<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as PostgresError {
            throw ResourceFault(model: error) ?? error
        }
    }
}

extension ResourceFault {
    /// What a function of the model refused, in its own words; `nil` for what is no refusal.
    init?(model error: PostgresError) {
        guard let state = error.sqlState, let server = error.server else { return nil }
        switch state {
        case "P0002", "02000": self.init(.notFound, server.message)
        case _ where state.hasPrefix("22") || state.hasPrefix("23") || state == "P0001" || state == "55000":
            self.init(.refused, server.message)
        default: return nil
        }
    }
}
