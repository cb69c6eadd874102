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
        #expect(try await account.chargeHold(other, "1").refusal == "suspended")
    }

    @Test func `what is above the hold is within the spend caps, and counts in them`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "1000")
        let cap = try await tenant.cap("10", of: account)
        let hold = try await account.holdMoney("0.5", "a")
        #expect(try await account.chargeHold(hold.id, "500").refusal == "spend_cap")
        #expect(try await account.balance == Balance(available: "999.5", held: "0.5"))
        #expect(try await account.chargeHold(hold.id, "4").isNew)
        #expect(try await tenant.counted(in: cap)?.hasPrefix("4,") == true)
        #expect(try await account.balance == Balance(available: "996"))
        // One that was given back leaves the caps, and is charged like any other money.
        let late = try #require(try await account.holdMoney("1", "b").id)
        _ = try await tenant.release(late)
        #expect(try await account.chargeHold(late, "6.5").refusal == "spend_cap")
        #expect(try await account.chargeHold(late, "5").isNew)
        #expect(try await tenant.counted(in: cap)?.hasPrefix("9,") == true)
        // What was delivered passes the cap, and all of it counts.
        let delivered = try await account.holdMoney("0.5", "c")
        #expect(try await account.chargeHold(delivered.id, "7", overdraws: true).isNew)
        #expect(try await tenant.counted(in: cap)?.hasPrefix("16,") == true)
        #expect(try await tenant.ledgerFaults() == [])
        #expect(try await account.entryFaults() == [])
    }

    @Test func `what is above the hold is not for who is suspended, or below a reseller with nothing left`()
        async throws
    {
        let tenant = try await db.tenant()
        let reseller = try await tenant.account(balance: "1")
        try await tenant.makeReseller(reseller)
        let account = try await tenant.account(balance: "10", below: reseller)
        let holds = [try await account.holdMoney("1", "a"), try await account.holdMoney("1", "b")]
        try await reseller.spend("1")
        #expect(try await account.chargeHold(holds[0].id, "2").refusal == "no_balance_above")
        try await account.set("suspended")
        #expect(try await account.chargeHold(holds[0].id, "1.00000001").refusal == "suspended")
        #expect(try await account.chargeHold(holds[0].id, "1").isNew)
        #expect(try await account.chargeHold(holds[1].id, "2", overdraws: true).isNew)
        #expect(try await account.balance == Balance(available: "7"))
    }

    @Test(arguments: [false, true]) func `nothing is charged to an account that is closed`(
        isDelivered: Bool
    ) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let hold = try #require(try await account.holdMoney("1", "a").id)
        let charged = try await account.holdMoney("1", "b")
        _ = try await tenant.release(hold)
        let charge = try await account.chargeHold(charged.id, "1")
        try await account.set("closed")
        #expect(try await account.chargeHold(hold, "1", overdraws: isDelivered).refusal == "closed")
        // What was charged before is told all the same.
        #expect(try await account.chargeHold(charged.id, "1").id == charge.id)
        #expect(try await account.balance == Balance(available: "9"))
    }

    @Test func `whoever closes the account is waited for, and found to have closed it`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let hold = try #require(try await account.holdMoney("1", "a").id)
        _ = try await tenant.release(hold)
        let late = try await withThrowingTaskGroup(of: MoneyAnswer.self) { group in
            try await db.owner.transaction { session in
                try await session.run(
                    """
                    update accounts.accounts set status = 'closed'
                     where tenant_id = \(tenant.id) and id = \(account.id)
                    """)
                group.addTask { try await account.chargeHold(hold, "1", overdraws: true) }
                try await until("it waits") {
                    try await session.run(
                        """
                        select count(*) from pg_locks
                         where not granted and locktype = 'transactionid'
                           and transactionid = pg_current_xact_id()::xid
                        """
                    ).value(Int.self) == 1
                }
            }
            return try await group.next()
        }
        #expect(late?.refusal == "closed")
        #expect(try await account.balance == Balance(available: "10"))
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
