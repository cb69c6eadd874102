import Foundation
import Postgres
import TestSupport
import Testing

/// tracking.settle_caps: a reservation goes, and what happened is counted once.
@Suite(.database) struct SettleCapsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `counts what is named, frees the rest, once`() async throws {
        let campaign = try await db.tenant().campaign()
        let tenant = campaign.tenant
        let live = try await campaign.cap("live", "now", most: "2")
        let revenue = try await campaign.cap("revenue", "month", most: "50")
        let holder = UUID()
        #expect(try await tenant.reserve([(live, "1"), (revenue, "20")], for: holder) == [])
        #expect(try await tenant.settle(holder, counting: [(revenue, "12.5")]) == 1)
        #expect(try await live.read() == CapReading(used: "0", reserved: "0", remaining: "2"))
        #expect(try await revenue.read() == CapReading(used: "12.5", reserved: "0", remaining: "37.5"))

        #expect(try await tenant.settle(holder, counting: [(revenue, "12.5")]) == 0)
        #expect(try await revenue.read() == CapReading(used: "12.5", reserved: "0", remaining: "37.5"))
    }

    @Test func `counts in the period that was reserved in`() async throws {
        let campaign = try await db.tenant().campaign()
        let cap = try await campaign.cap("conversions", "hour", most: "5")
        let holder = UUID()
        #expect(try await campaign.tenant.reserve([(cap, "1")], for: holder, at: "2026-11-10 12:59:59-05") == [])
        #expect(try await campaign.tenant.settle(holder, counting: [(cap, "1")]) == 1)
        #expect(try await cap.read(at: "2026-11-10 12:00:00-05")?.used == "1")
        #expect(try await cap.read(at: "2026-11-10 13:00:00-05")?.used == "0")
    }

    @Test func `a holder that is not known counts nothing`() async throws {
        let campaign = try await db.tenant().campaign()
        let cap = try await campaign.cap("conversions", "hour", most: "5")
        #expect(try await campaign.tenant.settle(UUID(), counting: [(cap, "1")]) == 0)
        #expect(try await cap.read()?.used == "0")
    }
}
