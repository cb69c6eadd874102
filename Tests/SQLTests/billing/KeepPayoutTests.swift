import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger billing.keep_payout, and the ways of a payout: what is earned is paid once.
@Suite(.database) struct KeepPayoutTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let approve = "status = 'approved', approved_at = now()"

    @Test func `starts as an empty draft`() async throws {
        let campaign = try await db.tenant().campaign()
        let refusal = try await Refusal.of {
            try await db.engine.run(
                """
                insert into billing.payouts (tenant_id, account_id, payee_kind, publisher_id, statement_number,
                                             currency, exact_amount, period_from, period_to, idempotency_key)
                values (\(campaign.tenant.id), \(campaign.id), 'publisher', \(campaign.id), 'x', 'USD', 5, '2026-11-01',
                        '2026-12-01', 'x')
                """)
        }
        #expect(refusal == Refusal("23514", "payout_starts_as_an_empty_draft"))
    }

    @Test func `is approved as the sum of its items, above zero`() async throws {
        let campaign = try await db.tenant().campaign()
        let payout = try await campaign.payout()
        #expect(
            try await payout.change(Self.approve) == Refusal("23514", "payout_that_is_approved_is_above_zero"))
        try await payout.add("10", for: nil)
        #expect(try await payout.change("exact_amount = 11") == nil)
        #expect(try await payout.change(Self.approve) == Refusal("23514", "payout_is_the_sum_of_its_items"))
        #expect(try await payout.change("exact_amount = 10") == nil)
        #expect(try await payout.change(Self.approve) == nil)
    }

    @Test func `what is paid is the sum of its items, rounded once to what the currency has`() async throws {
        let campaign = try await db.tenant().campaign()
        for (currency, items, amount) in [
            ("USD", ["0.00400000", "0.00400000"], "0.01"), ("USD", ["0.00333333", "0.00111111"], "0"),
            ("JPY", ["10.4", "0.1"], "11"), ("KWD", ["1.2344", "0.0001"], "1.235"),
        ] as [(String, [Amount], Amount)] {
            let payout = try await campaign.payout(currency: currency)
            for item in items { try await payout.add(item, for: nil) }
            #expect(try await payout.amount() == amount, "\(items) \(currency)")
            #expect(try await payout.change("currency = 'CAD'") == Refusal("23514", "payout_keeps_its_currency"))
            #expect(try await payout.change("minor_digits = 8") == Refusal("23514", "payout_keeps_its_currency"))
            #expect(try await payout.change("status = 'cancelled', cancelled_at = now()") == nil)
        }
    }

    @Test func `goes its way, and no other`() async throws {
        let campaign = try await db.tenant().campaign()
        let payout = try await campaign.payout()
        try await payout.add("10", for: nil)
        let refused = Refusal("23514", "payout_keeps_to_its_states")
        #expect(try await payout.change("status = 'sent', sent_at = now()") == refused)
        #expect(try await payout.change(Self.approve) == nil)
        #expect(
            try await payout.change("status = 'sent'") == Refusal("23514", "payout_says_when_it_came_to_its_status"))
        #expect(try await payout.change("status = 'sent', sent_at = now()") == nil)
        #expect(try await payout.change("status = 'cancelled', cancelled_at = now()") == refused)
        #expect(try await payout.change("status = 'failed', failed_at = now(), failure_reason = 'closed'") == nil)
        #expect(try await payout.change("status = 'approved'") == nil)
        #expect(try await payout.change("status = 'sent'") == nil)
        #expect(try await payout.change("status = 'paid', paid_at = now()") == nil)
        #expect(try await payout.change("status = 'draft'") == refused)
        #expect(try await payout.change("status = 'returned', returned_at = now()") == nil)
    }

    @Test func `a conversion is paid once, and free again when its payout is cancelled`() async throws {
        let campaign = try await db.tenant().campaign()
        let conversion = try await campaign.conversion("10")
        let payout = try await campaign.payout()
        try await payout.add("10", for: conversion)
        #expect(
            try await Refusal.of { try await payout.add("10", for: conversion) }
                == Refusal("23505", "conversion_is_paid_out_once"))
        #expect(
            try await Refusal.of { _ = try await campaign.payout() } == Refusal("23505", "period_is_paid_out_once"))

        #expect(try await payout.change("status = 'cancelled', cancelled_at = now()") == nil)
        let next = try await campaign.payout()
        try await next.add("10", for: conversion)
        #expect(try await next.change(Self.approve) == nil)
    }
}
