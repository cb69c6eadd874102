import Foundation
import Postgres
import TestSupport
import Testing

/// tracking.reserve_caps: room under all caps at once, or under none, and never more than there is.
@Suite(.database) struct ReserveCapsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `reserves under all, or tells which are in the way`() async throws {
        let campaign = try await db.tenant().campaign()
        let tenant = campaign.tenant
        let live = try await campaign.cap("live", "now", most: "2")
        let revenue = try await campaign.cap("revenue", "month", most: "50.5")
        #expect(try await tenant.reserve([(live, "1"), (revenue, "20")]) == [])
        #expect(try await tenant.reserve([(live, "1"), (revenue, "40")]) == [revenue.id])
        #expect(try await live.read() == CapReading(used: "0", reserved: "1", remaining: "1"))
        #expect(try await tenant.reserve([(live, "1"), (revenue, "30.5")]) == [])
        #expect(try await tenant.reserve([(live, "1")]) == [live.id])
        #expect(try await revenue.read() == CapReading(used: "0", reserved: "50.5", remaining: "0"))
    }

    @Test func `a repeat takes nothing more`() async throws {
        let campaign = try await db.tenant().campaign()
        let live = try await campaign.cap("live", "now", most: "1")
        let holder = UUID()
        #expect(try await campaign.tenant.reserve([(live, "1")], for: holder) == [])
        #expect(try await campaign.tenant.reserve([(live, "1")], for: holder) == [])
        #expect(try await live.read() == CapReading(used: "0", reserved: "1", remaining: "0"))
    }

    @Test func `an expired reservation is in nobody's way`() async throws {
        let campaign = try await db.tenant().campaign()
        let live = try await campaign.cap("live", "now", most: "1")
        #expect(try await campaign.tenant.reserve([(live, "1")]) == [])
        #expect(try await campaign.tenant.reserve([(live, "1")], at: "2026-11-10 12:59:59-05") == [live.id])
        #expect(try await campaign.tenant.reserve([(live, "1")], at: "2026-11-10 13:00:00-05") == [])
    }

    @Test(arguments: ["null", "'NaN'", "-1"]) func `what is no amount is refused`(amount: String) async throws {
        let campaign = try await db.tenant().campaign()
        let live = try await campaign.cap("live", "now", most: "1")
        let refusal = try await Refusal.of {
            try await db.engine.run(
                """
                select tracking.reserve_caps(\(campaign.tenant.id), \(UUID()), \([live.id]),
                                             array[\(unescaped: amount)]::numeric[], now())
                """)
        }
        #expect(refusal == .badParameter)
    }

    @Test func `of fifty at once ten are let through, whatever order they name their caps in`() async throws {
        let campaign = try await db.tenant().campaign()
        let live = try await campaign.cap("live", "now", most: "10")
        let attempts = try await campaign.cap("attempts", "day", most: "10")
        let tenant = campaign.tenant
        let refused = try await withThrowingTaskGroup(of: [UUID].self) { group in
            for turn in 0..<50 {
                group.addTask {
                    let caps = turn.isMultiple(of: 2) ? [live, attempts] : [attempts, live]
                    return try await tenant.reserve(caps.map { (cap: $0, amount: "1") })
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(refused.filter { $0 == [] }.count == 10)
        #expect(try await live.read() == CapReading(used: "0", reserved: "10", remaining: "0"))
        #expect(try await attempts.read() == CapReading(used: "0", reserved: "10", remaining: "0"))
    }
}
