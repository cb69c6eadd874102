import Foundation
import Postgres
import TestSupport
import Testing

/// billing.adjust: a correction made by staff.
@Suite(.database) struct AdjustTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var creditLimit: Amount = "0"
        var held: Amount = "0"
        let amount: Amount
        var refusal: Refusal?

        var testDescription: String { name }
    }

    static let tooMuch = Refusal("23514", "balance_not_below_credit_limit")

    @Test(arguments: [
        Case(name: "nothing is no adjustment", amount: "0", refusal: Refusal("23514", "adjustment_not_zero")),
        Case(name: "for the account", amount: "3"),
        Case(name: "against the account", amount: "-3"),
        Case(name: "all that is left", amount: "-10"),
        Case(name: "a hundred-millionth more than is left", amount: "-10.00000001", refusal: tooMuch),
        Case(name: "down to the credit limit", creditLimit: "5", amount: "-15"),
        Case(name: "below the credit limit", creditLimit: "5", amount: "-15.00000001", refusal: tooMuch),
        Case(name: "money that is held cannot be taken", held: "4", amount: "-7", refusal: tooMuch),
        Case(name: "beside a hold", held: "4", amount: "-6"),
    ])
    func `corrects within the credit limit`(line: Case) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10", creditLimit: line.creditLimit)
        if line.held != .zero { _ = try await account.hold(line.held) }
        let before = try await account.balance

        let refusal = try await Refusal.of { try await account.adjust(line.amount) }

        #expect(refusal == line.refusal)
        var after = before
        if line.refusal == nil { after.available += line.amount }
        #expect(try await account.balance == after)
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `an adjustment posts once`() async throws {
        let account = try await db.tenant().account(balance: "10")
        let adjustment = UUID()
        #expect(try await account.adjust("-3", adjustment: adjustment) == true)
        #expect(try await account.adjust("-3", adjustment: adjustment) == false)
        #expect(try await account.balance == Balance(available: "7"))
    }

    @Test(arguments: ["null", "0.000000004"]) func `what is nothing is no adjustment`(amount: String) async throws {
        let account = try await db.tenant().account()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                select billing.adjust(\(account.tenant.id), \(account.id), \(UUID()), \(unescaped: amount)::numeric, '')
                """)
        }
        #expect(refusal == Refusal("23514", "adjustment_not_zero"))
    }

    @Test func `an account that is overdrawn can only be given to`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "1")
        try await tenant.post([RatedCall(account: account, amount: "4")])
        #expect(try await Refusal.of { try await account.adjust("-0.00000001") } == Self.tooMuch)
        #expect(try await account.adjust("1") == true)
        #expect(try await account.balance == Balance(available: "-2", overdrawn: "2"))
    }

    @Test func `an account of another tenant is not there`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let account = try await tenant.account()
        #expect(
            try await Refusal.of { try await Account(tenant: other, id: account.id).adjust("1") } == Refusal("23503"))
    }
}
