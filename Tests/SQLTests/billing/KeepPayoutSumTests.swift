import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger billing.keep_payout_sum: a payout is the sum of its items, and keeps them once it is no draft.
@Suite(.database) struct KeepPayoutSumTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `follows items that come, change and go`() async throws {
        let campaign = try await db.tenant().campaign()
        let payout = try await campaign.payout()
        try await payout.add("12.5", for: nil)
        try await payout.add("-2.5", for: nil)
        #expect(try await payout.amount() == "10")
        try await db.engine.run(
            "update billing.payout_items set amount = 20 where payout_id = \(payout.id) and amount > 0")
        #expect(try await payout.amount() == "17.5")
        try await db.engine.run("delete from billing.payout_items where payout_id = \(payout.id) and amount < 0")
        #expect(try await payout.amount() == "20")
    }

    @Test func `refuses items once the payout is approved`() async throws {
        let campaign = try await db.tenant().campaign()
        let payout = try await campaign.payout()
        try await payout.add("10", for: nil)
        #expect(try await payout.change("status = 'approved', approved_at = now()") == nil)
        let refused = Refusal("23001", "payout_items_are_changed_in_a_draft_only")
        #expect(try await Refusal.of { try await payout.add("1", for: nil) } == refused)
        for statement in [
            "update billing.payout_items set amount = 1 where payout_id = '\(payout.id)'",
            "delete from billing.payout_items where payout_id = '\(payout.id)'",
        ] {
            let refusal = try await Refusal.of { try await db.engine.run(SQL(unescaped: statement)) }
            #expect(refusal == refused, "\(statement)")
        }
        #expect(try await payout.amount() == "10")
    }

    @Test func `many items at once add up`() async throws {
        let campaign = try await db.tenant().campaign()
        let payout = try await campaign.payout()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { try await payout.add("0.1", for: nil) } }
            try await group.waitForAll()
        }
        #expect(try await payout.amount() == "2")
    }

    @Test func `the purge of a tenant takes paid payouts along`() async throws {
        let campaign = try await db.tenant().campaign()
        let payout = try await campaign.payout()
        try await payout.add("10", for: nil)
        #expect(try await payout.change("status = 'approved', approved_at = now()") == nil)
        try await campaign.tenant.makePurgeable()
        try await db.owner.run("delete from core.tenants where id = \(campaign.tenant.id)")
        #expect(try await payout.amount() == nil)
    }
}
