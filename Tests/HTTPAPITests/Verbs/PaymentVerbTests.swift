import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Money that comes in, as a developer records it.
@Suite(.database, .served) struct PaymentVerbTests {
    private static let path = "/v1/billing/payments"

    /// What an account has.
    private func available(_ mine: TestOperator, _ account: UUID? = nil) async throws -> Double? {
        try await mine.database.owner.run(
            """
            select available::text from billing.account_balance
             where tenant_id = \(mine.id) and account_id = \(account ?? mine.account)
            """
        ).value(String.self).flatMap { Double($0) }
    }

    /// Another account of the operator.
    private func account(_ mine: TestOperator, currency: String = "USD") async throws -> UUID {
        let id = UUID()
        try await mine.database.owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name, currency)
            values (\(mine.id), \(id), \(String(id.text.uppercased().prefix(18))), 'Other', \(currency))
            """)
        return id
    }

    private func body(_ account: UUID, _ amount: String, reference: String? = nil) -> String {
        let more = reference.map { #","reference":"\#($0)""# } ?? ""
        return #"{"account_id":"\#(account.text)","amount":"\#(amount)"\#(more)}"#
    }

    static let wrong = [
        WrongMember("amount", #""-1""#, 422), WrongMember("amount", #""0""#, 422),
        WrongMember("amount", #""0.001""#, 422), WrongMember("amount", #""1.123456789""#, 400),
        WrongMember("amount", #""12345678901""#, 400), WrongMember("amount", #""1e3""#, 400),
        WrongMember("amount", #""+1""#, 400), WrongMember("amount", "1", 400), WrongMember("amount", nil, 400),
        WrongMember("currency", #""EUR""#, 400), WrongMember("method", #""gold""#, 400),
        WrongMember("reference", #""""#, 400), WrongMember("received_at", #""yesterday""#, 400),
        WrongMember("account_id", #""x""#, 400), WrongMember("account_id", nil, 400),
        WrongMember("account_id", #""00000000-0000-7000-8000-000000000000""#, 422),
    ]

    @Test(arguments: wrong) func `what is wrong with a payment is told by its name`(_ wrong: WrongMember) async throws {
        try await ResourceServer.run { api in
            let body = wrong.body(["account_id": "\"\(api.mine.account.text)\"", "amount": #""10""#])
            let answer = try await api.send(.POST, Self.path, body)
            #expect(wrong.fault(of: answer) == nil)
            #expect(try await available(api.mine) == 0)
        }
    }

    @Test func `a reference is recorded once, however often it is sent`() async throws {
        try await ResourceServer.run { api in
            let (mine, other) = (api.mine.account, try await account(api.mine))
            let first = try await api.send(.POST, Self.path, body(mine, "10.5", reference: "WIRE 1"))
            #expect(first.status == 201 && first.text.contains(#""is_new":true"#), "\(first.text)")
            let again = try await api.send(.POST, Self.path, body(mine, "10.50", reference: "WIRE 1"))
            #expect(again.status == 200 && again.text.contains(#""is_new":false"#), "\(again.text)")
            #expect(try again.member("id") == first.member("id"))
            for wrong in [body(mine, "11", reference: "WIRE 1"), body(other, "10.5", reference: "WIRE 1")] {
                let answer = try await api.send(.POST, Self.path, wrong)
                #expect(answer.status == 422 && answer.text.contains("\"#/reference\""), "\(answer.text)")
            }
            // Without a reference two are two.
            for _ in 0..<2 { #expect(try await api.send(.POST, Self.path, body(other, "1")).status == 201) }
            #expect(try await available(api.mine) == 10.5)
            #expect(try await available(api.mine, other) == 2)
        }
    }

    @Test func `many who send one reference at once record it once`() async throws {
        try await ResourceServer.run { api in
            let body = body(api.mine.account, "7", reference: "WIRE 2")
            let told = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { try await api.send(.POST, Self.path, body).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(told.sorted() == [200, 200, 200, 200, 200, 201])
            #expect(try await available(api.mine) == 7)
        }
    }

    @Test func `an account of another operator is none, and nobody of an account records money`() async throws {
        try await ResourceServer.run { api in
            let other = try await TestOperator.make(api.server.database)
            let answer = try await api.send(.POST, Self.path, body(other.account, "10"))
            #expect(answer.status == 422 && answer.text.contains("\"#/account_id\""), "\(answer.text)")
            #expect(try await available(other) == 0)
            let people = try await api.mine.key(["billing:read", "billing:write"]) { $0.account = api.mine.account }
            let reader = try await api.mine.key(["billing:read"])
            for key in [people.text, reader.text] {
                #expect(try await api.send(.POST, Self.path, body(api.mine.account, "10"), key: key).status == 403)
            }
            #expect(try await available(api.mine) == 0)
        }
    }

    @Test func `an amount has the decimals of its currency, and may be as large as one can be written`() async throws {
        try await ResourceServer.run { api in
            let yen = try await account(api.mine, currency: "JPY")
            let half = try await api.send(.POST, Self.path, body(yen, "0.5"))
            #expect(half.status == 422 && half.text.contains("\"#/amount\""), "\(half.text)")
            let whole = try await api.send(.POST, Self.path, body(yen, "500"))
            #expect(try whole.status == 201 && whole.member("currency") == "JPY", "\(whole.text)")
            for _ in 0..<2 {
                let most = try await api.send(.POST, Self.path, body(api.mine.account, "9999999999.99"))
                #expect(try most.status == 201 && Double(most.member("unapplied")) == 9_999_999_999.99, "\(most.text)")
            }
            #expect(try await available(api.mine) == 19_999_999_999.98)
        }
    }
}
