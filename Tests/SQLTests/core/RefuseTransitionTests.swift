import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger core.refuse_transition: a column of states moves as the list beside its table allows, and no other way.
@Suite(.database) struct RefuseTransitionTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func move(_ campaign: Campaign, to status: String) async throws -> Refusal? {
        try await Refusal.of { try await campaign.change("status = '\(status)'") }
    }

    @Test func `moves as the list allows, stays, and moves no other way`() async throws {
        let refused = Refusal("23514", "tracking_campaign_keeps_to_its_states")
        let campaign = try await db.tenant().campaign()
        #expect(try await move(campaign, to: "paused") == refused)
        #expect(try await move(campaign, to: "draft") == nil)
        #expect(try await move(campaign, to: "active") == nil)
        #expect(try await move(campaign, to: "active") == nil)
        #expect(try await move(campaign, to: "draft") == refused)
        #expect(try await move(campaign, to: "paused") == nil)
        #expect(try await move(campaign, to: "archived") == nil)
        #expect(try await move(campaign, to: "active") == refused)
        #expect(try await move(campaign, to: "paused") == nil)
    }

    @Test func `without a list it stays`() async throws {
        let campaign = try await db.tenant().campaign()
        let call = try await campaign.call(Campaign.connected)
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                update tracking.calls set status = 'connected'
                 where tenant_id = \(campaign.tenant.id) and id = \(call)
                """)
        }
        #expect(refusal == Refusal("23514", "tracked_call_keeps_to_its_states"))
        // What else there is of an ended call may be added.
        try await db.owner.run(
            """
            update tracking.calls set status = 'completed', cost = 0.5
             where tenant_id = \(campaign.tenant.id) and id = \(call)
            """)
    }
}
