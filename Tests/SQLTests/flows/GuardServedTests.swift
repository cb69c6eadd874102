import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger flows.guard_served: calls run a published version of their own flow.
@Suite(.database) struct GuardServedTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a draft is not served, nor a version of another flow`() async throws {
        let campaign = try await db.tenant().campaign()
        let (draft, other) = (try await campaign.draft(), try await campaign.draft())
        #expect(
            try await draft.refusal("update flows.flows set published_version_id = VERSION where id = FLOW")
                == Refusal("23514", "served_version_is_published"))
        try await other.drawShortest()
        try await other.publish()
        #expect(
            try await draft.refusal("update flows.flows set published_version_id = '\(other.id)' where id = FLOW")
                == Refusal("23503", "flow_is_served_by_version_of_its_own"))
    }
}
