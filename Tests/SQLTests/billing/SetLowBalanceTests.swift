import Foundation
import Postgres
import TestSupport
import Testing

/// billing.set_low_balance: a balance that falls below its bound is told of.
@Suite(.database) struct SetLowBalanceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func set(_ bound: Amount?, of account: Account) async throws -> Amount? {
        try await db.engine.run(
            "select billing.set_low_balance(\(account.tenant.id), \(account.id), \(bound))"
        ).value(Amount?.self) ?? nil
    }

    /// What was told, in its order: available and held.
    private func told(_ account: Account) async throws -> [String] {
        try await db.owner.run(
            """
            select (payload ->> 'available')::float8 || ' ' || (payload ->> 'held')::float8
              from integration.events
             where tenant_id = \(account.tenant.id) and type = 'balance.low' and account_id = \(account.id)
             order by occurred_at, id
            """
        ).values(String.self)
    }

    @Test func `it is set, taken away, and audited`() async throws {
        let book = try await db.book()
        #expect(try await set("5", of: book.account) == nil)
        #expect(try await set("-2.5", of: book.account) == "5")
        #expect(try await set(nil, of: book.account) == "-2.5")
        let trail = try await book.read(
            """
            select coalesce(new_values ->> 'low_balance', '-') from audit.audit_log
             where tenant_id = TENANT and object = 'billing.account_balance' order by occurred_at, id
            """)
        #expect(trail == ["5.00000000", "-2.50000000", "-"])
        let nobody = Account(tenant: book.tenant, id: UUID())
        #expect(try await Refusal.of { _ = try await set("1", of: nobody) } == Refusal("P0002"))
    }

    @Test func `each fall below it is told once, and what is only held is no fall`() async throws {
        let account = try await db.tenant().account(balance: "10")
        _ = try await set("5", of: account)
        let hold = try await account.holdMoney("8", "a")
        #expect(try await told(account) == [])
        #expect(try await account.chargeHold(hold.id, "4").isNew)
        #expect(try await told(account) == [])
        try await account.spend("1.5")
        #expect(try await told(account) == ["4.5 0"])
        try await account.spend("1")
        try await account.adjust("-0.5")
        #expect(try await told(account) == ["4.5 0"])
        try await account.topUp("7")
        _ = try await account.hold("3")
        #expect(try await account.chargeMoney("6", "b").isNew)
        #expect(try await told(account) == ["4.5 0", "1 3"])
    }

    @Test func `without a bound, exactly at it, and when it is set below nothing is told`() async throws {
        let account = try await db.tenant().account(balance: "10")
        try await account.spend("4")
        _ = try await set("7", of: account)
        try await account.spend("1")
        #expect(try await told(account) == [])
        _ = try await set("4", of: account)
        try await account.spend("1")
        #expect(try await told(account) == [])
        try await account.spend("0.00000001")
        #expect(try await told(account).count == 1)
    }

    @Test func `of calls that are posted at once one is told`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        _ = try await set("5", of: account)
        try await tenant.post((0..<20).map { _ in RatedCall(account: account, amount: "0.45") })
        #expect(try await told(account) == ["1 0"])
    }
}
