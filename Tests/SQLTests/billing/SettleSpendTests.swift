import Foundation
import Postgres
import TestSupport
import Testing

/// billing.settle_spend: when a hold ends, its caps count the price instead.
@Suite(.database) struct SettleSpendTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `the price takes the place of the hold, and a released hold makes room`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        let (cap, other) = (
            try await tenant.cap("10", of: account), try await tenant.cap("10", of: account, span: "hour")
        )
        let calls = (0..<4).map { _ in CappedCall(account: account, wanted: "2") }
        _ = try await tenant.hold(calls)
        try await tenant.post([
            RatedCall(account: account, routing: calls[0].routing, amount: "0.5"),
            RatedCall(account: account, routing: calls[1].routing, amount: "0"),
            RatedCall(account: account, routing: nil, amount: "5"),
        ])
        #expect(try await tenant.counted(in: cap) == "4.5, 0 refused")
        _ = try await tenant.release(calls[2].routing)
        #expect(try await tenant.counted(in: cap) == "2.5, 0 refused")
        #expect(try await tenant.counted(in: other) == "2.5, 0 refused")
        // A call that came after all is paid for, and counts.
        try await tenant.post([RatedCall(account: account, routing: calls[2].routing, amount: "3")])
        #expect(try await tenant.counted(in: cap) == "5.5, 0 refused")
        #expect(try await tenant.hold([CappedCall(account: account, wanted: "9")]) == [.held("4.5")])
        #expect(try await tenant.ledgerFaults() == [])
    }

    @Test func `of a charge that two holds pay each counts its part`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        let cap = try await tenant.cap("10", of: account)
        let hold = try await account.holdMoney("2", "a")
        #expect(try await account.chargeHold(hold.id, "5").isNew)
        #expect(try await tenant.counted(in: cap) == "5, 0 refused")
        let less = try await account.holdMoney("2", "b")
        #expect(try await account.chargeHold(less.id, "0.5").isNew)
        #expect(try await tenant.counted(in: cap) == "5.5, 0 refused")
    }

    @Test func `a repeat of a posting or a release changes nothing`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        let cap = try await tenant.cap("10", of: account)
        let call = CappedCall(account: account, wanted: "2")
        _ = try await tenant.hold([call])
        let rated = RatedCall(account: account, routing: call.routing, amount: "1")
        for _ in 0..<2 { try await tenant.post([rated]) }
        _ = try await tenant.release(call.routing)
        #expect(try await tenant.counted(in: cap) == "1, 0 refused")
    }
}
