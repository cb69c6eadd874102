import Foundation
import Postgres
import TestSupport
import Testing

/// billing.open_spend_windows: what is spent already when a cap counts for the first time.
@Suite(.database) struct OpenSpendWindowsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a cap that is younger than its day finds what the day has spent and holds`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        let calls = (0..<3).map { _ in CappedCall(account: account, wanted: "4") }
        _ = try await tenant.hold(calls)
        try await tenant.post([RatedCall(account: account, routing: calls[0].routing, amount: "3")])
        _ = try await tenant.release(calls[1].routing)
        let cap = try await tenant.cap("10", of: account)
        // 3 are spent and 4 held, of 10.
        #expect(try await tenant.hold([CappedCall(account: account, wanted: "9")]) == [.held("3")])
        #expect(try await tenant.counted(in: cap) == "10, 0 refused, reached")
        // The hold that was there before settles in it too.
        try await tenant.post([RatedCall(account: account, routing: calls[2].routing, amount: "1")])
        #expect(try await tenant.counted(in: cap) == "7, 0 refused, reached")
    }

    @Test func `what was charged for no call counts once, however many holds paid it`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        let holds = [
            try await account.holdMoney("2", "a"), try await account.holdMoney("2", "b"),
            try await account.holdMoney("2", "c"),
        ]
        #expect(try await account.chargeHold(holds[0].id, "5").isNew)
        #expect(try await account.chargeHold(holds[1].id, "0.5").isNew)
        _ = try await tenant.release(try #require(holds[2].id))
        #expect(try await account.chargeHold(holds[2].id, "1").isNew)
        #expect(try await account.chargeMoney("3", "d").isNew)
        let cap = try await tenant.cap("100", of: account)
        #expect(try await tenant.hold([CappedCall(account: account, wanted: "1")]) == [.held("1")])
        #expect(try await tenant.counted(in: cap) == "10.5, 0 refused")
    }

    @Test func `an hour begins anew, on the wall clock of the cap`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        let cap = try await tenant.cap("10", of: account, span: "day")
        try await db.owner.run(
            """
            update billing.spend_caps set time_zone = 'America/New_York'
             where tenant_id = \(tenant.id) and id = \(cap)
            """)
        for time in ["2026-07-02 03:59Z", "2026-07-02 04:00Z", "2026-07-02 23:00Z"] {
            try await db.owner.run(
                """
                select * from billing.open_spend_windows(\(tenant.id), array[\(account.id)]::uuid[],
                                                         \(time)::timestamptz)
                """)
        }
        let starts = try await db.owner.run(
            """
            select to_char(starts_at at time zone 'UTC', 'DD HH24') from billing.spend_windows
             where tenant_id = \(tenant.id) order by starts_at
            """
        ).values(String.self)
        #expect(starts == ["01 04", "02 04"])
    }

    @Test func `an account that is none has no span`() async throws {
        let tenant = try await db.tenant()
        try await tenant.cap("10")
        let count = try await db.owner.run(
            """
            select count(*) from billing.open_spend_windows(\(tenant.id), array[\(UUID()), null]::uuid[], now())
            """
        ).value(Int.self)
        #expect(count == 0)
    }
}
