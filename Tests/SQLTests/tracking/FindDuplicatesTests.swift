import Foundation
import Postgres
import TestSupport
import Testing

/// tracking.find_duplicates: which earlier call makes a call a duplicate, and to whom the caller was connected before.
@Suite(.database) struct FindDuplicatesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Found: Sendable, Equatable {
        let duplicateOf: UUID?
        let connectedTo: String?
    }

    private func find(
        _ campaign: Campaign, at time: String = "2026-11-02 00:00:00+00", caller: String? = "+12125550100"
    ) async throws -> Found {
        let row = try await db.engine.run(
            """
            select duplicate_of_call_id, previously_connected_target
              from tracking.find_duplicates(\(campaign.tenant.id), \([campaign.id]), \(NullableArray([caller])),
                                            array[\(time)::timestamptz])
            """
        ).first(UUID?.self, String?.self)
        let (call, target) = try #require(row)
        return Found(duplicateOf: call, connectedTo: target)
    }

    @Test func `the last earlier call of the caller in the campaign counts`() async throws {
        let campaign = try await db.tenant().campaign()
        let call = try await campaign.call(Campaign.connected)
        #expect(try await find(campaign) == Found(duplicateOf: call, connectedTo: "target"))
        #expect(try await find(campaign, at: "2026-11-01 10:00:00+00") == Found(duplicateOf: nil, connectedTo: nil))
        #expect(try await find(campaign, caller: "+12125550199") == Found(duplicateOf: nil, connectedTo: nil))
        let later = try await campaign.call(at: "2026-11-01 11:00:00+00")
        #expect(try await find(campaign) == Found(duplicateOf: later, connectedTo: "target"))
        let other = try await campaign.tenant.campaign()
        #expect(try await find(other) == Found(duplicateOf: nil, connectedTo: nil))
    }

    @Test func `a window ends what counts, but not to whom the caller was connected`() async throws {
        let campaign = try await db.tenant().campaign()
        let call = try await campaign.call(Campaign.connected)
        try await campaign.change("duplicate_window_s = 3600")
        #expect(try await find(campaign, at: "2026-11-01 11:00:00+00").duplicateOf == call)
        #expect(
            try await find(campaign, at: "2026-11-01 11:00:01+00") == Found(duplicateOf: nil, connectedTo: "target"))
    }

    @Test func `the earlier call must have come as far as the campaign says`() async throws {
        let campaign = try await db.tenant().campaign()
        let call = try await campaign.call(Campaign.connected)
        for (stage, length, counts) in [
            ("incoming", "null", true), ("connected", "null", true), ("call_length", "110", true),
            ("call_length", "111", false), ("converted", "null", false),
        ] {
            try await campaign.change("duplicate_stage = '\(stage)', duplicate_length_s = \(length)")
            #expect(try await find(campaign).duplicateOf == (counts ? call : nil), "\(stage) \(length)")
        }
    }

    @Test func `blocked calls and tests do not count`() async throws {
        let campaign = try await db.tenant().campaign()
        try await campaign.call(["is_test": "true"])
        try await campaign.call([
            "status": "'blocked'", "block_reason": "'dnc_listed'",
            "call_complete_timestamp": "'2026-11-01 10:00:00+00'",
            "no_conversion_reason": "'blocked'", "no_payout_reason": "'blocked'",
        ])
        #expect(try await find(campaign) == Found(duplicateOf: nil, connectedTo: nil))
    }

    @Test func `callers without a number are one caller only where the campaign says so`() async throws {
        let campaign = try await db.tenant().campaign()
        let call = try await campaign.call(caller: nil)
        #expect(try await find(campaign, caller: nil).duplicateOf == nil)
        try await campaign.change("duplicates_anonymous = true")
        #expect(try await find(campaign, caller: nil).duplicateOf == call)
        #expect(try await find(campaign).duplicateOf == nil)
    }

    @Test func `answers for each call, in order`() async throws {
        let campaign = try await db.tenant().campaign()
        try await campaign.call()
        let answers = try await db.engine.run(
            """
            select is_duplicate
              from tracking.find_duplicates(\(campaign.tenant.id), \([UUID(), campaign.id, campaign.id]),
                                            \(["+12125550100", "+12125550100", "+12125550101"]),
                                            array_fill('2026-11-02'::timestamptz, array[3]))
             order by turn
            """
        ).values(Bool.self)
        #expect(answers == [false, true, false])
    }
}
