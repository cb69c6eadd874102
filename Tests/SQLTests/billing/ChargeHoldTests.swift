import Foundation
import Postgres
import TestSupport
import Testing

/// billing.charge_hold: what was held is charged, once, and the rest given back.
@Suite(.database) struct ChargeHoldTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var creditLimit: Amount = "0"
        let amount: Amount
        var overdraws = false
        var refusal: String?
        var after = Balance(available: "7", held: "3")

        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "less, and the rest comes back", amount: "1", after: Balance(available: "9")),
        Case(name: "all of it", amount: "3", after: Balance(available: "7")),
        Case(name: "more, as far as it is left", amount: "10", after: Balance()),
        Case(name: "more than is left", amount: "10.00000001", refusal: "no_balance"),
        Case(
            name: "down to the credit limit", creditLimit: "2", amount: "12",
            after: Balance(available: "-2", creditLimit: "2")),
        Case(
            name: "whatever is left, where it was delivered", amount: "14", overdraws: true,
            after: Balance(available: "-4", overdrawn: "4")),
    ])
    func `a hold of three of ten`(line: Case) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10", creditLimit: line.creditLimit)
        let hold = try await account.holdMoney("3", "a")
        let charged = try await account.chargeHold(hold.id, line.amount, overdraws: line.overdraws)
        #expect(charged.refusal == line.refusal && charged.isNew == (line.refusal == nil))
        #expect(try await account.balance == line.after)
        let again = try await account.chargeHold(hold.id, line.amount, overdraws: line.overdraws)
        #expect(again.id == charged.id && !again.isNew && again.refusal == line.refusal)
        #expect(try await account.balance == line.after)
        #expect(try await tenant.ledgerFaults() == [])
        #expect(try await account.entryFaults() == [])
    }

    @Test func `what is held is charged although the account owes, but not twice with two amounts`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let hold = try await account.holdMoney("3", "a")
        try await account.spend("9")
        try await account.set("suspended")
        #expect(try await account.chargeHold(hold.id, "3").isNew)
        #expect(try await account.balance == Balance(available: "-2", overdrawn: "2"))
        #expect(try await account.chargeHold(hold.id, "2").refusal == "charged_before")
        #expect(try await account.chargeMoney("3", "a").id == account.chargeHold(hold.id, "3").id)
    }

    @Test func `one that was given back is charged from what is left`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let hold = try #require(try await account.holdMoney("3", "a").id)
        _ = try await tenant.release(hold)
        #expect(try await account.chargeHold(hold, "10.5").refusal == "no_balance")
        #expect(try await account.chargeHold(hold, "4").isNew)
        #expect(try await account.holdState(hold) == "superseded")
        #expect(try await account.balance == Balance(available: "6"))
        #expect(try await account.entryFaults() == [])
        // Who may not begin anything any more pays from what is held alone.
        let other = try #require(try await account.holdMoney("1", "b").id)
        _ = try await tenant.release(other)
        try await account.set("suspended")
        #expect(try await account.chargeHold(other, "1").refusal == "released")
    }

    @Test func `a hold of a call is not charged, nor one of another tenant`() async throws {
        let (tenant, other) = (try await db.tenant(), try await db.tenant())
        let account = try await tenant.account(balance: "10")
        let routing = UUID()
        _ = try await account.hold("3", routing: routing)
        #expect(try await account.chargeHold(routing, "1").refusal == "no_hold")
        let hold = try await account.holdMoney("3", "a")
        #expect(try await Account(tenant: other, id: account.id).chargeHold(hold.id, "1").refusal == "no_hold")
        let call = RatedCall(account: account, routing: hold.id, amount: "2")
        try await tenant.post([call])
        #expect(try await account.chargeHold(hold.id, "1").refusal == "call_posted")
        #expect(try await account.balance == Balance(available: "5", held: "3"))
    }
}
