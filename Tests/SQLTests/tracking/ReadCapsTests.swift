import Foundation
import Postgres
import TestSupport
import Testing

/// tracking.read_caps: what was counted, what is reserved and what remains, in the period of an instant.
@Suite(.database) struct ReadCapsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a period begins with nothing used`() async throws {
        let campaign = try await db.tenant().campaign()
        let cap = try await campaign.cap("conversions", "day", most: "3")
        let holder = UUID()
        #expect(try await campaign.tenant.reserve([(cap, "1")], for: holder) == [])
        #expect(try await campaign.tenant.settle(holder, counting: [(cap, "1")]) == 1)
        #expect(try await cap.read() == CapReading(used: "1", reserved: "0", remaining: "2"))
        #expect(
            try await cap.read(at: "2026-11-10 23:59:59-05") == CapReading(used: "1", reserved: "0", remaining: "2"))
        #expect(
            try await cap.read(at: "2026-11-11 00:00:00-05") == CapReading(used: "0", reserved: "0", remaining: "3"))
    }

    @Test func `reservations count until they expire`() async throws {
        let campaign = try await db.tenant().campaign()
        let cap = try await campaign.cap("live", "now", most: "2")
        #expect(try await campaign.tenant.reserve([(cap, "2")]) == [])
        #expect(
            try await cap.read(at: "2026-11-10 12:59:59-05") == CapReading(used: "0", reserved: "2", remaining: "0"))
        #expect(
            try await cap.read(at: "2026-11-10 13:00:00-05") == CapReading(used: "0", reserved: "0", remaining: "2"))
    }

    @Test func `a cap that is not active, or of another tenant, has no row`() async throws {
        let campaign = try await db.tenant().campaign()
        let other = try await db.tenant()
        let cap = try await campaign.cap("live", "now", most: "2")
        #expect(try await Cap(tenant: other, id: cap.id).read() == nil)
        try await db.owner.run("update tracking.caps set is_active = false where id = \(cap.id)")
        #expect(try await cap.read() == nil)
    }
}
