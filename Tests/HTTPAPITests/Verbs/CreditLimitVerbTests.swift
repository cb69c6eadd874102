import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// How far below nothing an account may go, as staff sets it, and what that means to its next call.
@Suite(.database, .served) struct CreditLimitVerbTests {
    private func path(_ account: UUID) -> String { "/v1/billing/accounts/\(account.text)/credit_limit" }

    private func body(_ limit: String) -> String { #"{"credit_limit":"\#(limit)","reason":"as agreed"}"# }

    /// What is held for a call that wants so much and needs it.
    private func hold(_ api: ResourceServer, _ amount: Int) async throws -> String? {
        try await api.server.database.engine.run(
            """
            select coalesce(billing.place_hold(\(api.mine.id), \(api.mine.account), \(UUID()), \(Int32(amount)),
                                               \(Int32(amount)))::float8::text, '-')
            """
        ).value(String.self)
    }

    static let wrong = [
        WrongMember("credit_limit", #""-1""#, 422), WrongMember("credit_limit", #""-0.00000001""#, 422),
        WrongMember("credit_limit", #""10000000000""#, 400), WrongMember("credit_limit", #""1.123456789""#, 400),
        WrongMember("credit_limit", #""much""#, 400), WrongMember("credit_limit", "5", 400),
        WrongMember("credit_limit", nil, 400), WrongMember("reason", #""ok""#, 400), WrongMember("reason", nil, 400),
    ]

    @Test(arguments: wrong) func `what is wrong with a limit is told by its name`(_ wrong: WrongMember) async throws {
        try await ResourceServer.run { api in
            let body = wrong.body(["credit_limit": #""5""#, "reason": #""as agreed""#])
            let answer = try await api.send(.PUT, path(api.mine.account), body)
            #expect(wrong.fault(of: answer) == nil)
            #expect(try await hold(api, 1) == "-")
        }
    }

    @Test func `the next call has what the limit permits, and one that goes on keeps what it has`() async throws {
        try await ResourceServer.run { api in
            var before = 0.0
            // A limit, what a call asks for that needs it, and what is held for it.
            let steps: [(limit: String, wanted: Int, held: String)] = [
                ("0", 2, "-"), ("5", 2, "2"), ("5", 4, "-"), ("5", 3, "3"), ("1", 1, "-"), ("6", 1, "1"),
                ("9999999999.99999999", 1_000_000, "1000000"), ("0", 1, "-"),
            ]
            for step in steps {
                let answer = try await api.send(.PUT, path(api.mine.account), body(step.limit))
                #expect(answer.status == 200, "\(answer.text)")
                #expect(try Double(answer.member("credit_limit_before")) == before)
                before = try #require(Double(step.limit))
                #expect(try await hold(api, step.wanted) == step.held, "\(step)")
            }
            let held = try await api.server.database.owner.run(
                """
                select held::float8::text || ' ' || overdrawn::float8::text from billing.account_balance
                 where tenant_id = \(api.mine.id)
                """
            ).value(String.self)
            // What was taken above the limit of today is not taken back.
            #expect(held == "1000006 1000006")
            let vouchers = try await api.server.database.owner.run(
                "select reason from billing.vouchers where tenant_id = \(api.mine.id) and kind = 'credit_limit'"
            ).values(String.self)
            #expect(vouchers == Array(repeating: "as agreed", count: steps.count))
        }
    }

    @Test func `staff of the operator sets limits, for its own accounts, and nobody else does`() async throws {
        try await ResourceServer.run { api in
            let (mine, other) = (api.mine, try await TestOperator.make(api.server.database))
            let people = try await mine.key(["billing:read", "billing:write"]) { $0.account = mine.account }.text
            let reader = try await mine.key(["billing:read"]).text
            let stranger = try await other.key(["billing:read", "billing:write"]).text
            let askers: [(who: String, key: String?, account: UUID, status: Int)] = [
                ("people of the account", people, mine.account, 403), ("a reader", reader, mine.account, 403),
                ("another operator", stranger, mine.account, 404), ("staff, of nobody", nil, UUID(), 404),
                ("staff, of another's", nil, other.account, 404), ("staff", nil, mine.account, 200),
            ]
            for asker in askers {
                let answer = try await api.send(.PUT, path(asker.account), body("5"), key: asker.key)
                #expect(answer.status == asker.status, "\(asker.who): \(answer.text)")
            }
            let limits = try await api.server.database.owner.run(
                """
                select credit_limit::float8::text from billing.account_balance
                 where tenant_id in (\(mine.id), \(other.id)) order by tenant_id = \(mine.id)
                """
            ).values(String.self)
            #expect(limits == ["0", "5"])
        }
    }
}
