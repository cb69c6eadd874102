import Foundation
import Postgres
import TestSupport
import Testing

/// billing.usable_balance: what is left of an account down to its limit.
@Suite(.database) struct UsableBalanceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `what is held is not left, and what may be owed is`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10", creditLimit: "5")
        _ = try await account.hold("3")
        let usable = try await db.owner.run("select billing.usable_balance(\(tenant.id), \(account.id))")
        #expect(try usable.value(Amount.self) == "12")
        let nobody = try await db.owner.run("select billing.usable_balance(\(tenant.id), \(UUID()))")
        #expect(try nobody.value(Amount?.self) ?? nil == nil)
    }
}
