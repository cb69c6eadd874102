import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Money that goes back, as a developer enters it.
@Suite(.database, .served) struct RefundVerbTests {
    /// A payment of the operator's account.
    /// - Returns: the path of its verbs.
    private func pay(_ api: ResourceServer, _ amount: String) async throws -> String {
        let body = #"{"account_id":"\#(api.mine.account.text)","amount":"\#(amount)"}"#
        let made = try await api.send(.POST, "/v1/billing/payments", body)
        return "/v1/billing/payments/\(try made.member("id").lowercased())/refund"
    }

    private func body(_ reference: String, _ amount: String? = nil, chargeback: Bool = false) -> String {
        let part = amount.map { #","amount":"\#($0)""# } ?? ""
        return #"{"reason":"paid twice","reference":"\#(reference)","chargeback":\#(chargeback)\#(part)}"#
    }

    private func available(_ api: ResourceServer) async throws -> Double? {
        try await api.server.database.owner.run(
            """
            select available::text from billing.account_balance
             where tenant_id = \(api.mine.id) and account_id = \(api.mine.account)
            """
        ).value(String.self).flatMap { Double($0) }
    }

    @Test func `a payment goes back in parts, each once for its reference, and never more than was paid`() async throws
    {
        try await ResourceServer.run { api in
            let path = try await pay(api, "100")
            let steps: [(body: String, status: Int, told: String)] = [
                (body("BACK 1", "30"), 200, #""is_new":true"#), (body("BACK 1", "30"), 200, #""is_new":false"#),
                (body("BACK 1"), 200, #""is_new":false"#), (body("BACK 1", "31"), 422, "\"#/reference\""),
                (body("BACK 1", "30", chargeback: true), 422, "\"#/reference\""),
                (body("BACK 2", "70.01"), 422, "the amount is at most 70.00"),
                (body("BACK 2", "70.01", chargeback: true), 422, "\"#/amount\""),
                (body("BACK 2"), 200, #""is_new":true"#), (body("BACK 2", "70"), 200, #""is_new":false"#),
                (body("BACK 3", "1"), 422, "all of the payment was given back before"),
            ]
            for step in steps {
                let answer = try await api.send(.POST, path, step.body)
                #expect(answer.status == step.status && answer.text.contains(step.told), "\(step.body): \(answer.text)")
            }
            #expect(try await available(api) == 0)
            let refunds = try await api.get("/v1/billing/refunds?order=created_at")
            #expect(try refunds.column("amount").compactMap { Double($0) } == [30, 70], "\(refunds.text)")
            let faults = try await api.server.database.owner.run(
                "select bucket from billing.check_ledger(\(api.mine.id))"
            ).values(String.self)
            #expect(faults == [])
        }
    }

    @Test func `the account gives back no more than it has, the bank takes what it takes`() async throws {
        try await ResourceServer.run { api in
            let path = try await pay(api, "50")
            let spent = try await api.send(
                .POST, "/v1/billing/accounts/\(api.mine.account.text)/adjust", #"{"amount":"-50","reason":"spent"}"#)
            #expect(spent.status == 201, "\(spent.text)")
            let refused = try await api.send(.POST, path, body("BACK 1"))
            #expect(refused.status == 422 && refused.text.contains("a chargeback enters"), "\(refused.text)")
            #expect(!refused.text.contains("--"), "it is no command line: \(refused.text)")
            for isNew in [true, false] {
                let taken = try await api.send(.POST, path, body("dp_1", chargeback: true))
                #expect(taken.status == 200 && taken.text.contains(#""is_new":\#(isNew)"#), "\(taken.text)")
            }
            #expect(try await available(api) == -50)
        }
    }

    static let wrong = [
        WrongMember("amount", #""-1""#, 422), WrongMember("amount", #""0""#, 422),
        WrongMember("amount", #""0.001""#, 422), WrongMember("amount", #""10.01""#, 422),
        WrongMember("amount", #""1.123456789""#, 400), WrongMember("amount", "1", 400),
        WrongMember("reason", #""no""#, 400), WrongMember("reason", nil, 400), WrongMember("reference", #""""#, 400),
        WrongMember("reference", nil, 400), WrongMember("chargeback", #""yes""#, 400),
    ]

    @Test(arguments: wrong) func `what is wrong with a refund is told by its name`(_ wrong: WrongMember) async throws {
        try await ResourceServer.run { api in
            let path = try await pay(api, "10")
            let body = wrong.body(["reason": #""paid twice""#, "reference": #""BACK 1""#, "amount": #""1""#])
            let answer = try await api.send(.POST, path, body)
            #expect(wrong.fault(of: answer) == nil)
            #expect(try await available(api) == 10)
        }
    }

    @Test func `the payment of another operator is none, and nobody of an account gives back`() async throws {
        try await ResourceServer.run { api in
            let path = try await pay(api, "10")
            let stranger = try await TestOperator.make(api.server.database)
            let theirs = try await stranger.key(["billing:read", "billing:write"]).text
            #expect(try await api.send(.POST, path, body("BACK 1"), key: theirs).status == 404)
            let people = try await api.mine.key(["billing:read", "billing:write"]) { $0.account = api.mine.account }
            #expect(try await api.send(.POST, path, body("BACK 1"), key: people.text).status == 403)
            for id in [UUID().text, "x"] {
                let answer = try await api.send(.POST, "/v1/billing/payments/\(id)/refund", body("BACK 1"))
                #expect(answer.status == 404, "\(answer.text)")
            }
            #expect(try await available(api) == 10)
        }
    }

    @Test func `many who send one reference at once give it back once`() async throws {
        try await ResourceServer.run { api in
            let (path, body) = (try await pay(api, "100"), self.body("BACK 1", "20"))
            let told = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<6 { group.addTask { try await api.send(.POST, path, body).text } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(told.count { $0.contains(#""is_new":true"#) } == 1)
            #expect(told.count { $0.contains(#""is_new":false"#) } == 5, "\(told)")
            #expect(try await available(api) == 80)
        }
    }
}
