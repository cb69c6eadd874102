import Foundation
import Postgres
import TestSupport
import Testing

/// billing.lock_balances: what is left of accounts, which changes by nobody else until the transaction ends.
@Suite(.database) struct LockBalancesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `each account once, in order, with what is left down to its limit`() async throws {
        let tenant = try await db.tenant()
        let other = try await db.tenant().account(balance: "9")
        let accounts = try await [tenant.account(balance: "3", creditLimit: "2"), tenant.account(balance: "0.5")]
        let named = (accounts + accounts + [other]).map(\.id)
        let rows = try await db.owner.run(
            "select account_id, usable, currency from billing.lock_balances(\(tenant.id), \(named))"
        ).decode(UUID.self, Amount.self, String.self)
        let expected = zip(accounts.map(\.id), ["5", "0.5"] as [Amount]).sorted { $0.0 < $1.0 }
        #expect(rows.map(\.0) == expected.map(\.0))
        #expect(rows.map(\.1) == expected.map(\.1))
        #expect(rows.map(\.2) == ["USD", "USD"])
    }

    @Test func `others wait until the transaction ends`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "3")
        let take: SQL = "select from billing.account_balance where account_id = \(account.id) for no key update nowait"
        try await db.owner.transaction { session in
            try await session.run("select from billing.lock_balances(\(tenant.id), \([account.id]))")
            #expect(try await Refusal.of { try await db.owner.run(take) } == Refusal("55P03"))
        }
        #expect(try await db.owner.run(take).count == 1)
    }

    @Test func `only functions that move the balances may call it`() async throws {
        let book = try await db.book()
        #expect(
            try await book.refusal("select from billing.lock_balances(TENANT, array[ACCOUNT])", as: db.engine)
                == Refusal("42501"))
    }
}
