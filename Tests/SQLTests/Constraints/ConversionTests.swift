import Foundation
import Postgres
import TestSupport
import Testing

/// A call converts once a side; what comes later is a correction, and no amount ever changes.
@Suite(.database) struct ConversionTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `what arrives again is the same`() async throws {
        let campaign = try await db.tenant().campaign()
        let call = UUID()
        let first = try await campaign.conversion("12.5", call: call, key: "k")
        #expect(
            try await Refusal.of { _ = try await campaign.conversion("12.5", key: "k") }
                == Refusal("23505", "conversion_is_taken_once"))
        #expect(
            try await Refusal.of { _ = try await campaign.conversion("12.5", call: call) }
                == Refusal("23505", "call_is_converted_once"))
        _ = try await campaign.conversion("-2.5", call: call, corrects: first)
        #expect(
            try await Refusal.of { _ = try await campaign.conversion("-1") }
                == Refusal("23514", "conversion_is_first_or_corrects_another"))
    }

    @Test(arguments: [
        "amount = 1", "currency = 'EUR'", "call_id = tenant_id", "idempotency_key = 'other'",
    ]) func `what it says stays`(change: String) async throws {
        let campaign = try await db.tenant().campaign()
        let conversion = try await campaign.conversion("12.5")
        let refusal = try await Refusal.of {
            try await db.owner.run("update tracking.conversions set \(unescaped: change) where id = \(conversion)")
        }
        #expect(refusal == Refusal("23001", "conversions_is_append_only"))
    }

    @Test func `is approved before it is paid`() async throws {
        let campaign = try await db.tenant().campaign()
        let conversion = try await campaign.conversion("12.5")
        func change(_ columns: String) async throws -> Refusal? {
            try await Refusal.of {
                try await db.owner.run("update tracking.conversions set \(unescaped: columns) where id = \(conversion)")
            }
        }
        let refused = Refusal("23514", "conversion_keeps_to_its_states")
        #expect(try await change("status = 'paid', decided_at = now()") == refused)
        #expect(try await change("status = 'disputed'") == Refusal("23514", "disputed_conversion_says_why"))
        #expect(try await change("status = 'disputed', disputed_at = now(), dispute_reason = 'spam'") == nil)
        #expect(try await change("status = 'approved'") == Refusal("23514", "conversion_says_when_it_was_decided"))
        #expect(try await change("status = 'approved', decided_at = now()") == nil)
        #expect(try await change("status = 'paid'") == nil)
        #expect(try await change("status = 'rejected'") == refused)
    }
}
