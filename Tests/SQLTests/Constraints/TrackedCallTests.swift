import Foundation
import Postgres
import TestSupport
import Testing

/// What a tracked call cannot be without; its flags and its reasons never disagree.
@Suite(.database) struct TrackedCallTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Row: Sendable, CustomTestStringConvertible {
        let change: String
        let constraint: String?

        var testDescription: String { change }
    }

    private static let end = "call_complete_timestamp = started_at + interval '1 minute', "
    private static let reasons = "no_conversion_reason = 'not_connected', no_payout_reason = 'not_connected'"

    /// Changes of a call that has just come in.
    @Test(arguments: [
        Row(change: "status = 'connected', call_connected_timestamp = started_at", constraint: nil),
        Row(change: end + reasons, constraint: "tracked_call_ends_with_its_status"),
        Row(
            change: end + "status = 'completed', " + reasons, constraint: "missed_call_says_why"),
        Row(change: end + "status = 'missed', " + reasons, constraint: "missed_call_says_why"),
        Row(change: end + "status = 'missed', missed_reason = 'no_answer', " + reasons, constraint: nil),
        Row(
            change: end + "status = 'missed', missed_reason = 'no_answer', no_payout_reason = 'not_connected'",
            constraint: "call_is_converted_or_says_why_not"),
        Row(
            change: end + "status = 'missed', missed_reason = 'no_answer', no_conversion_reason = 'not_connected'",
            constraint: "call_is_paid_out_or_says_why_not"),
        Row(
            change: end + "status = 'blocked', " + reasons,
            constraint: "blocked_call_is_not_connected_and_costs_nothing"),
        Row(change: end + "status = 'blocked', block_reason = 'dnc_listed', " + reasons, constraint: nil),
        Row(change: "block_reason = 'because'", constraint: "block_reason_is_known"),
        Row(change: "revenue = 5", constraint: "call_is_converted_or_says_why_not"),
        Row(change: "payout = 5", constraint: "call_is_paid_out_or_says_why_not"),
        Row(
            change: "converted = true, no_conversion_reason = 'voided'",
            constraint: "call_is_converted_or_says_why_not"),
        Row(change: "duplicate_of_call_id = id", constraint: "duplicate_is_named_with_its_time"),
        Row(change: "previously_connected_target = 'x'", constraint: "previous_target_has_date"),
        Row(
            change: "call_connected_timestamp = started_at - interval '1 s'",
            constraint: "tracked_call_is_connected_between_start_and_end"),
        Row(change: "connected_duration_ms = 1", constraint: "tracked_call_durations_not_below_zero"),
        Row(change: "cost = -1", constraint: "amount_not_below_zero"),
    ])
    func `is as its status says`(row: Row) async throws {
        let campaign = try await db.tenant().campaign()
        let call = try await campaign.call()
        let refusal = try await Refusal.of {
            try await db.engine.run(
                """
                update tracking.calls set \(unescaped: row.change)
                 where tenant_id = \(campaign.tenant.id) and started_at = '2026-11-01 10:00:00+00' and id = \(call)
                """)
        }
        #expect(refusal == row.constraint.map { Refusal("23514", $0) })
    }

    @Test func `what follows from another column is made of it`() async throws {
        let campaign = try await db.tenant().campaign()
        let call = try await campaign.call(Campaign.connected)
        try await db.engine.run(
            """
            update tracking.calls
               set converted = true, no_conversion_reason = null, revenue = 20, cost = 0.5,
                   previously_connected_date = started_at, duplicate_of_started_at = started_at,
                   duplicate_of_call_id = id
             where tenant_id = \(campaign.tenant.id) and id = \(call)
            """)
        let row = try await db.engine.run(
            """
            select concat_ws(' ', caller_id_area_code, connected_duration, duration_formatted,
                             connected_duration_formatted, trim_scale(profit), is_duplicate, previously_connected,
                             blocked, missed_call)
              from tracking.calls where tenant_id = \(campaign.tenant.id) and id = \(call)
            """
        ).value(String.self)
        #expect(row == "212 110 00:02:00 00:01:50 19.5 t t f f")
    }

    @Test func `a call has the key of its CDR, and names campaigns of its tenant only`() async throws {
        let campaign = try await db.tenant().campaign()
        let other = try await db.tenant().campaign()
        let stranger = Campaign(tenant: campaign.tenant, id: other.id)
        #expect(
            try await Refusal.of { try await stranger.call() }?.sqlState == "23503")
        #expect(
            try await Refusal.of {
                try await db.owner.run(
                    """
                    insert into tracking.calls (tenant_id, started_at, id, account_id, campaign_id)
                    values (\(campaign.tenant.id), now(), \(UUID()), \(campaign.id), \(other.id))
                    """)
            } == Refusal("23503", "tracked_call_is_of_campaign"))
    }
}
