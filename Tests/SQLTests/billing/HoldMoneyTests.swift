import Foundation
import Postgres
import TestSupport
import Testing

/// billing.hold_money: money that is kept back for what is no call.
@Suite(.database) struct HoldMoneyTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a reference holds once, and not with another amount`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10", creditLimit: "1")
        let made = try await account.holdMoney("3", "a")
        #expect(made.isNew && made.refusal == nil && made.usable == "8")
        let again = try await account.holdMoney("3", "a")
        #expect(again == MoneyAnswer(id: made.id, isNew: false, refusal: nil, usable: "8"))
        #expect(try await account.holdMoney("4", "a").refusal == "reference_taken")
        #expect(try await account.holdMoney("3", "a", currency: "EUR").refusal == "reference_taken")
        #expect(try await account.balance == Balance(available: "7", held: "3", creditLimit: "1"))
        // Another account's reference is another one.
        #expect(try await tenant.account(balance: "5").holdMoney("4", "a").isNew)
        #expect(try await tenant.ledgerFaults() == [])
        #expect(try await account.entryFaults() == [])
    }

    @Test func `all of it or nothing`() async throws {
        let account = try await db.tenant().account(balance: "10", creditLimit: "1")
        let refused = try await account.holdMoney("11.00000001", "a")
        #expect(refused == MoneyAnswer(id: nil, isNew: false, refusal: "no_balance", usable: "11"))
        #expect(try await account.holdMoney("11", "a").isNew)
        #expect(try await account.holdMoney("0.00000001", "b").refusal == "no_balance")
    }

    @Test func `of an account that is there, is active and pays in that currency`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        #expect(try await account.holdMoney("1", "a", currency: "EUR").refusal == "currency")
        #expect(try await Account(tenant: tenant, id: UUID()).holdMoney("1", "a").refusal == "no_account")
        let other = try await db.tenant()
        #expect(try await Account(tenant: other, id: account.id).holdMoney("1", "a").refusal == "no_account")
        #expect(try await account.holdMoney("1", "before").isNew)
        try await account.set("suspended")
        #expect(try await account.holdMoney("1", "a").refusal == "suspended")
        // What was held before is told all the same.
        #expect(try await account.holdMoney("1", "before").refusal == nil)
    }

    @Test func `within the spend caps of the account, which count it until it ends`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        let cap = try await tenant.cap("10", of: account)
        let hold = try await account.holdMoney("6", "a")
        #expect(hold.isNew)
        #expect(try await account.holdMoney("6", "b").refusal == "spend_cap")
        #expect(try await account.chargeHold(hold.id, "2.5").isNew)
        #expect(try await tenant.counted(in: cap)?.hasPrefix("2.5,") == true)
        #expect(try await account.chargeMoney("7.5", "c").isNew)
        #expect(try await account.chargeMoney("0.5", "d").refusal == "spend_cap")
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `what was charged is not held again, and each who asks has references of his own`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        #expect(try await account.chargeMoney("1", "a").isNew)
        #expect(try await account.holdMoney("1", "a").refusal == "reference_charged")
        let own = try await account.holdMoney("2", "a", by: account.id)
        #expect(own.isNew)
        #expect(try await account.holdMoney("2", "a", by: account.id).id == own.id)
        let other = try await tenant.account()
        #expect(try await account.holdMoney("3", "a", by: other.id).isNew)
        #expect(try await account.balance == Balance(available: "4", held: "5"))
        // What is charged in its place is of whoever asked for the hold.
        let charged = try await account.chargeHold(own.id, "2")
        #expect(try await account.asker(ofCharge: charged.id) == "\(account.id.uuidString.lowercased()) a")
    }

    @Test(arguments: ["0", "-1", "0.000000001", "9999999999.1", "'NaN'", "null"])
    func `what is no amount is refused`(amount: String) async throws {
        let book = try await db.book()
        let refusal = try await book.refusal(
            "select billing.hold_money(TENANT, ACCOUNT, 'a', \(amount), 'USD', 'x', now() + interval '1 hour', null)")
        #expect(refusal == .badParameter)
    }

    @Test(arguments: [
        ("now()", Refusal.badParameter), ("null", .badParameter),
        ("now() + interval '32 days'", Refusal("23514", "hold_of_no_call_is_of_31_days_at_most")),
    ])
    func `it ends at a time to come, in a month`(expires: String, refusal: Refusal) async throws {
        let book = try await db.book()
        try await book.account.topUp("10")
        let asked = "select billing.hold_money(TENANT, ACCOUNT, 'a', 1, 'USD', 'x', \(expires), null)"
        #expect(try await book.refusal(asked) == refusal)
        #expect(try await book.account.balance == Balance(available: "10"))
    }

    @Test func `many at once under one reference hold once, and nobody holds what is gone`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let made = try await withThrowingTaskGroup(of: MoneyAnswer.self) { group in
            for number in 0..<24 { group.addTask { try await account.holdMoney("3", "r\(number % 6)") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(made.count { $0.isNew } == 3)
        #expect(Set(made.compactMap(\.id)).count == 3)
        #expect(try await account.balance == Balance(available: "1", held: "9"))
        #expect(try await tenant.ledgerFaults() == [])
    }
}
