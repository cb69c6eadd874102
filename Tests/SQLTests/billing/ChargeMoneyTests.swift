import Foundation
import Postgres
import TestSupport
import Testing

/// billing.charge_money: what is charged at once; and all that moves such money, at once and at random.
@Suite(.database) struct ChargeMoneyTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `once for a reference, as far as it is left`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let charged = try await account.chargeMoney("4", "a")
        #expect(charged.isNew && charged.usable == "6")
        #expect(
            try await account.chargeMoney("4", "a")
                == MoneyAnswer(id: charged.id, isNew: false, refusal: nil, usable: "6"))
        #expect(try await account.chargeMoney("5", "a").refusal == "reference_taken")
        #expect(try await account.chargeMoney("6.00000001", "b").refusal == "no_balance")
        #expect(try await account.chargeMoney("1", "b", currency: "EUR").refusal == "currency")
        #expect(try await account.balance == Balance(available: "6"))
        #expect(try await tenant.ledgerFaults() == [])
        #expect(try await account.entryFaults() == [])
    }

    @Test func `what was delivered is charged whatever is left, but of an account that is closed`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "1")
        #expect(try await account.chargeMoney("4", "a", overdraws: true).isNew)
        #expect(try await account.chargeMoney("1", "b", overdraws: true).isNew)
        #expect(try await account.balance == Balance(available: "-4", overdrawn: "4"))
        try await account.set("suspended")
        #expect(try await account.chargeMoney("1", "c").refusal == "suspended")
        #expect(try await account.chargeMoney("1", "c", overdraws: true).isNew)
        try await account.set("closed")
        #expect(try await account.chargeMoney("1", "d", overdraws: true).refusal == "closed")
        #expect(try await tenant.ledgerFaults() == [])
        #expect(try await account.entryFaults() == [])
    }

    @Test func `what was held is not charged at once as well, and each who asks has references of his own`()
        async throws
    {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let hold = try #require(try await account.holdMoney("1", "a").id)
        #expect(try await account.chargeMoney("1", "a").refusal == "reference_held")
        _ = try await tenant.release(hold)
        #expect(try await account.chargeMoney("1", "a").refusal == "reference_held")
        let own = try await account.chargeMoney("2", "a", by: account.id)
        #expect(own.isNew)
        #expect(try await account.asker(ofCharge: own.id) == "\(account.id.uuidString.lowercased()) a")
        // The one that was taken by somebody else is the operator's all the same.
        #expect(try await account.chargeMoney("3", "b", by: account.id).isNew)
        let charged = try await account.chargeMoney("4", "b")
        #expect(charged.isNew)
        #expect(try await account.asker(ofCharge: charged.id) == "- b")
        #expect(try await account.balance == Balance(available: "1"))
    }

    @Test func `what was delivered counts in the spend caps, whatever they and the balance leave`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "6")
        let cap = try await tenant.cap("5", of: account)
        for (amount, counted) in [("4", "4,"), ("3", "7,"), ("2", "9,")] as [(Amount, String)] {
            #expect(try await account.chargeMoney(amount, counted, overdraws: true).isNew)
            #expect(try await tenant.counted(in: cap)?.hasPrefix(counted) == true)
        }
        #expect(try await tenant.counted(in: cap) == "9, 0 refused, reached")
        #expect(try await account.balance == Balance(available: "-3", overdrawn: "3"))
        // A cap that is younger finds it as well.
        let younger = try await tenant.cap("100", of: account, span: "hour")
        try await account.topUp("10")
        #expect(try await account.chargeMoney("0.5", "x", overdraws: true).isNew)
        #expect(try await tenant.counted(in: younger) == "9.5, 0 refused")
        #expect(try await tenant.ledgerFaults() == [])
        #expect(try await account.entryFaults() == [])
    }

    @Test func `a charge is on the next invoice with the others that are called so, and posted once`() async throws {
        let book = try await db.book()
        try await book.account.topUp("10")
        for number in 0..<3 { _ = try await book.account.chargeMoney("0.004", "r\(number)") }
        try await book.run(
            """
            insert into billing.invoices (tenant_id, id, account_id, legal_entity_id, currency, period_from, period_to)
            values (TENANT, ID1, ACCOUNT, TENANT, 'USD', '2020-01-01', '2100-01-01');
            select billing.draft_charges(TENANT, array[ID1]);
            """)
        let items = try await book.read(
            """
            select concat_ws(' ', kind, description, quantity::float8, amount::float8, posted_amount::float8)
              from billing.invoice_items where tenant_id = TENANT
            """)
        #expect(items == ["one_off Conference 3 0.01 0.012"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)")
        // The rounding alone was posted with it.
        #expect(try await book.account.balance == Balance(available: "9.99"))
        #expect(try await book.account.entryFaults() == [])
    }

    /// What a step did, as the oracle adds it up.
    private struct Outcome: Sendable {
        var charged = Amount.zero
        var overdrawn = false
    }

    @Test(arguments: [11, 12] as [UInt64], [false, true])
    func `many at once charge nothing twice and overdraw nothing`(seed: UInt64, isCapped: Bool) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "40", creditLimit: "2")
        if isCapped { try await tenant.cap("1000", of: account) }
        let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for worker in 0..<8 as Range<UInt64> {
                group.addTask {
                    var generator = SeededGenerator(seed: seed &* 100 &+ worker)
                    var outcome = Outcome()
                    for _ in 0..<25 { try await step(account, &generator, &outcome) }
                    return outcome
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let balance = try await account.balance
        let charged = outcomes.map(\.charged).reduce(.zero, +)
        #expect(balance.available + balance.held == "40" - charged)
        #expect(balance.available >= "-2" && balance.held >= .zero && balance.overdrawn == .zero)
        #expect(!outcomes.contains { $0.overdrawn })
        #expect(try await tenant.ledgerFaults() == [])
        #expect(try await account.entryFaults() == [])
        let references = try await db.owner.run(
            """
            select coalesce(max(n), 0) from (select count(*) as n from billing.charges
                                              where tenant_id = \(tenant.id) group by reference) c
            """)
        #expect(try references.value(Int.self) ?? 0 <= 1)
    }

    /// Few references, so that several want the same.
    private func step(
        _ account: Account, _ generator: inout SeededGenerator, _ outcome: inout Outcome
    ) async throws {
        let reference = "r\(Int.random(in: 0..<30, using: &generator))"
        let amount = Amount(units: Int64.random(in: 1...400_000_000, using: &generator))
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<4: _ = try await account.holdMoney("1.5", reference)
        case 4..<7:
            let charged = try await account.chargeHold(hold(reference, account), amount)
            if charged.isNew { outcome.charged += amount }
            outcome.overdrawn = outcome.overdrawn || charged.usable.map { $0 < .zero } ?? false
        case 7:
            if let id = try await hold(reference, account) { _ = try await account.tenant.release(id) }
        case 8:
            let charged = try await account.chargeMoney(amount, "c" + reference)
            if charged.isNew { outcome.charged += amount }
        default:
            try await account.tenant.database.engine.run("select billing.release_expired_holds(now() + interval '1 h')")
        }
    }

    private func hold(_ reference: String, _ account: Account) async throws -> UUID? {
        try await account.tenant.database.owner.run(
            """
            select id from billing.holds
             where tenant_id = \(account.tenant.id) and account_id = \(account.id) and reference = \(reference)
            """
        ).value(UUID.self)
    }
}
