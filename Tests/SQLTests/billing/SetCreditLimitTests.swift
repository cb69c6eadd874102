import Foundation
import Postgres
import TestSupport
import Testing

/// billing.set_credit_limit: how far below zero an account may go.
@Suite(.database) struct SetCreditLimitTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `raises and lowers what calls may use, without a posting`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await account.setCreditLimit("5")
        #expect(try await account.hold("4") == "4")
        try await account.setCreditLimit("4.25")
        #expect(try await account.hold("4") == "0.25")
        #expect(try await account.balance == Balance(available: "-4.25", held: "4.25", creditLimit: "4.25"))
        #expect(try await tenant.postings() == 2)
    }

    @Test func `what is owed beyond a lowered limit is marked, and unmarked when the limit rises`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(creditLimit: "5")
        try await tenant.post([RatedCall(account: account, amount: "5")])
        try await account.setCreditLimit("2")
        #expect(try await account.balance == Balance(available: "-5", creditLimit: "2", overdrawn: "3"))
        #expect(try await account.hold("0.01") == nil)
        try await account.setCreditLimit("6")
        #expect(try await account.balance == Balance(available: "-5", creditLimit: "6"))
        #expect(try await account.hold("3") == "1")
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `is not below zero`() async throws {
        let account = try await db.tenant().account()
        #expect(
            try await Refusal.of { try await account.setCreditLimit("-1") }
                == Refusal("23514", "total_not_below_zero"))
    }

    @Test func `an account of another tenant is not there`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let account = try await tenant.account()
        #expect(
            try await Refusal.of { try await Account(tenant: other, id: account.id).setCreditLimit("1") }
                == Refusal("23503"))
        #expect(try await account.balance == Balance())
    }
}
