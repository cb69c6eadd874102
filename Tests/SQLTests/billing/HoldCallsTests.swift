import Foundation
import Postgres
import TestSupport
import Testing

/// billing.hold_calls: holds within what an account may spend.
@Suite(.database) struct HoldCallsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `without a cap it is what place_holds gives`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "5")
        let calls = (["3", "3", "1"] as [Amount]).map { CappedCall(account: account, wanted: $0, minimum: "0.5") }
        #expect(try await tenant.hold(calls) == [.held("3"), .held("2"), .poor])
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `nothing is held below a reseller that has nothing left`() async throws {
        let tenant = try await db.tenant()
        let reseller = try await tenant.account(balance: "1")
        let account = try await tenant.account(balance: "10", below: reseller)
        let other = try await tenant.account(balance: "10")
        try await tenant.makeReseller(reseller)
        let calls = [account, other, account].map { CappedCall(account: $0, wanted: "2") }
        #expect(try await tenant.hold(calls) == [.held("2"), .held("2"), .held("2")])
        try await reseller.spend("1")
        let more = [account, other].map { CappedCall(account: $0, wanted: "3") }
        #expect(try await tenant.hold(more) == [.poorAbove, .held("3")])
        // All calls of a batch; one that has its hold keeps it, one that costs nothing needs none.
        #expect(try await tenant.hold([CappedCall(account: account, wanted: "3")]) == [.poorAbove])
        let free = CappedCall(account: account, wanted: "0")
        #expect(try await tenant.hold([calls[0], free]) == [.held("2"), .held("0")])
        #expect(try await account.balance.held == "4")
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `a call for which bundles keep seconds costs a reseller money, whatever it wants`() async throws {
        let tenant = try await db.tenant()
        let reseller = try await tenant.account(balance: "0")
        let account = try await tenant.account(balance: "0", below: reseller)
        try await tenant.makeReseller(reseller)
        let calls = (0..<2).map { _ in CappedCall(account: account, wanted: "0", minimum: "0") }
        try await db.owner.run(
            """
            with plan as (
                insert into billing.rate_plans (tenant_id, name, currency)
                values (\(tenant.id), 'bundled', 'USD') returning id
            ), bundle as (
                insert into billing.bundles (tenant_id, rate_plan_id, name, prefixes, included, valid_from)
                select \(tenant.id), p.id, 'x', '{1}', 600, '2020-01-01' from plan p returning id
            ), counter as (
                insert into billing.bundle_counters (tenant_id, account_id, bundle_id, period_from, period_to, included)
                select \(tenant.id), \(account.id), b.id, '2026-09-01', '2026-10-01', 600 from bundle b
                returning bundle_id
            )
            insert into billing.bundle_holds (tenant_id, id, bundle_id, account_id, period_from, seconds, expires_at)
            select \(tenant.id), \(calls[0].routing), c.bundle_id, \(account.id), '2026-09-01', 60, now()
              from counter c
            """)
        #expect(try await tenant.hold(calls) == [.poorAbove, .held("0")])
    }

    @Test func `a call whose minimum is nothing starts without money`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "1")
        let calls = (0..<3).map { _ in CappedCall(account: account, wanted: "0.75", minimum: "0") }
        #expect(try await tenant.hold(calls) == [.held("0.75"), .held("0.25"), .held("0")])
        // The same again is the same.
        #expect(try await tenant.hold(calls) == [.held("0.75"), .held("0.25"), .held("0")])
        #expect(try await account.balance.held == "1")
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `a call gets what the cap leaves, and none below its minimum`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        let cap = try await tenant.cap("10", of: account)
        let calls = (["4", "4", "4", "4"] as [Amount]).map { CappedCall(account: account, wanted: $0, minimum: "1") }
        #expect(try await tenant.hold(calls) == [.held("4"), .held("4"), .held("2"), .capped])
        #expect(try await tenant.counted(in: cap) == "10, 1 refused, reached")
        #expect(try await account.balance.held == "10")
        // A repeat gets what it got, and counts once.
        #expect(try await tenant.hold([calls[0]]) == [.held("4")])
        #expect(try await tenant.counted(in: cap) == "10, 1 refused, reached")
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `the money is still needed, and only what is held counts`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "3")
        let cap = try await tenant.cap("10", of: account)
        let calls = (0..<3).map { _ in CappedCall(account: account, wanted: "2") }
        #expect(try await tenant.hold(calls) == [.held("2"), .held("1"), .poor])
        #expect(try await tenant.counted(in: cap) == "3, 0 refused")
        // What costs nothing is neither held nor counted.
        #expect(try await tenant.hold([CappedCall(account: account, wanted: "0")]) == [.held("0")])
    }

    @Test func `a cap of a destination counts calls there, and all that match hold together`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        let (all, britain) = (
            try await tenant.cap("10", of: account), try await tenant.cap("3", of: account, prefix: "44")
        )
        let calls = [
            CappedCall(account: account, wanted: "2", called: "+442079460958"),
            CappedCall(account: account, wanted: "2", called: "+442079460958"),
            CappedCall(account: account, wanted: "2", called: "+442079460958"),
            CappedCall(account: account, wanted: "9", called: "+12125550100"),
            CappedCall(account: account, wanted: "1", called: nil),
        ]
        #expect(try await tenant.hold(calls) == [.held("2"), .held("1"), .capped, .held("7"), .capped])
        #expect(try await tenant.counted(in: all) == "10, 1 refused, reached")
        #expect(try await tenant.counted(in: britain) == "3, 1 refused, reached")
    }

    @Test func `each account has the operator's cap to itself, and its own goes before it`() async throws {
        let tenant = try await db.tenant()
        let accounts = [
            try await tenant.account(balance: "100"), try await tenant.account(balance: "100"),
            try await tenant.account(balance: "100"),
        ]
        try await tenant.cap("10")
        try await tenant.cap("50", of: accounts[2])
        let calls = accounts.map { CappedCall(account: $0, wanted: "60") }
        #expect(try await tenant.hold(calls) == [.held("10"), .held("10"), .held("50")])
    }

    @Test func `a cap that does not refuse counts and is reached`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        let cap = try await tenant.cap("5", of: account, refuses: false)
        let calls = (0..<3).map { _ in CappedCall(account: account, wanted: "3") }
        #expect(try await tenant.hold(calls) == [.held("3"), .held("3"), .held("3")])
        #expect(try await tenant.counted(in: cap) == "9, 0 refused, reached")
    }

    @Test func `a cap that is over, or not begun, caps nothing`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        let (over, future) = (try await tenant.cap("1"), try await tenant.cap("1"))
        try await db.owner.run(
            "update billing.spend_caps set valid_to = '2026-02-01' where tenant_id = \(tenant.id) and id = \(over)")
        try await db.owner.run(
            """
            update billing.spend_caps set valid_from = now() + interval '1 hour'
             where tenant_id = \(tenant.id) and id = \(future)
            """)
        #expect(try await tenant.hold([CappedCall(account: account, wanted: "60")]) == [.held("60")])
    }

    /// Three routers, each with batches of its own, ask for two hundred calls of a dollar at once.
    @Test func `calls of three routers at once hold no more than the cap`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "1000")
        let cap = try await tenant.cap("10", of: account)
        let holds = try await withThrowingTaskGroup { group in
            for router in 0..<3 {
                group.addTask {
                    try await db.engine.lease { session in
                        var holds: [Amount] = []
                        for batch in 0..<10 {
                            let size = router == 0 && batch < 5 ? 8 : router == 0 ? 4 : 7
                            let ids = (0..<size).map { _ in UUID() }
                            let amounts = try await session.run(
                                """
                                select amount
                                  from billing.hold_calls(\(tenant.id), \(ids.map { _ in account.id }), \(ids),
                                                          \(ids.map { _ in "0.7" as Amount }),
                                                          \(ids.map { _ in "0.01" as Amount }),
                                                          \(ids.map { _ in "+12125550100" }))
                                """
                            ).values(Amount?.self)
                            holds += amounts.compactMap(\.self)
                        }
                        return holds
                    }
                }
            }
            return try await group.reduce(into: [Amount]()) { $0 += $1 }
        }
        // Fourteen whole calls, and one that gets the rest.
        #expect(holds.count == 15)
        #expect(try await account.balance.held == "10")
        #expect(try await tenant.counted(in: cap) == "10, 185 refused, reached")
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `lists of different lengths are refused`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "1")
        await #expect(throws: PostgresError.self) {
            try await db.engine.run(
                """
                select billing.hold_calls(\(tenant.id), \([account.id]), \([UUID()]), \(["1" as Amount]),
                                          \(["1" as Amount]), '{}'::text[])
                """)
        }
    }
}
