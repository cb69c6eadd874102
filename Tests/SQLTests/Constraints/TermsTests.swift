import Foundation
import Postgres
import TestSupport
import Testing

/// Terms say what they are for and how much, and stay as they were agreed.
@Suite(.database) struct TermsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Row: Sendable, CustomTestStringConvertible {
        let values: String
        let constraint: String?

        var testDescription: String { values }
    }

    /// side, publisher, buyer, target, trigger, length, kind, amount, percent. OWNER stands for the campaign's id.
    @Test(arguments: [
        Row(values: "'payout', OWNER, null, null, 'connected', null, 'fixed', 10, null", constraint: nil),
        Row(values: "'payout', OWNER, null, null, 'conversion', null, 'percent', null, 80", constraint: nil),
        Row(values: "'revenue', null, OWNER, null, 'call_length', 90, 'fixed', 20, null", constraint: nil),
        Row(values: "'revenue', null, null, OWNER, 'connected', null, 'bid', null, null", constraint: nil),
        Row(
            values: "'revenue', OWNER, null, null, 'connected', null, 'fixed', 10, null",
            constraint: "terms_name_whom_they_are_for"),
        Row(
            values: "'payout', null, OWNER, null, 'connected', null, 'fixed', 10, null",
            constraint: "terms_name_whom_they_are_for"),
        Row(
            values: "'revenue', null, OWNER, OWNER, 'connected', null, 'fixed', 10, null",
            constraint: "terms_name_whom_they_are_for"),
        Row(
            values: "'payout', OWNER, null, null, 'connected', null, 'fixed', null, 80",
            constraint: "terms_have_the_amount_of_their_kind"),
        Row(
            values: "'payout', OWNER, null, null, 'connected', null, 'bid', null, null",
            constraint: "payout_terms_are_not_paid_by_bid"),
        Row(
            values: "'revenue', null, OWNER, null, 'connected', null, 'percent', null, 80",
            constraint: "revenue_terms_are_no_share_of_themselves"),
        Row(
            values: "'revenue', null, OWNER, null, 'call_length', null, 'fixed', 20, null",
            constraint: "terms_length_is_given_when_it_counts"),
        Row(
            values: "'payout', OWNER, null, null, 'keyword', null, 'fixed', 20, null",
            constraint: "terms_value_is_given_when_it_counts"),
    ])
    func `are whole`(row: Row) async throws {
        let campaign = try await db.tenant().campaign()
        let values = row.values.replacing("OWNER", with: "'\(campaign.id)'")
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                insert into tracking.terms (tenant_id, account_id, campaign_id, side, publisher_id, buyer_id, target_id,
                                            trigger, min_duration_s, amount_kind, amount, percent)
                values (\(campaign.tenant.id), \(campaign.id), \(campaign.id), \(unescaped: values))
                """)
        }
        #expect(refusal == row.constraint.map { Refusal("23514", $0) })
    }

    @Test func `change in name, order and end alone`() async throws {
        let campaign = try await db.tenant().campaign()
        let terms = UUID()
        try await db.owner.run(
            """
            insert into tracking.terms (tenant_id, id, account_id, campaign_id, side, trigger, amount_kind, amount)
            values (\(campaign.tenant.id), \(terms), \(campaign.id), \(campaign.id), 'payout', 'connected', 'fixed', 10)
            """)
        func change(_ columns: String) async throws -> Refusal? {
            try await Refusal.of {
                try await db.owner.run("update tracking.terms set \(unescaped: columns) where id = \(terms)")
            }
        }
        #expect(try await change("name = 'x', priority = 2, valid_to = now() + interval '1 day'") == nil)
        for columns in ["amount = 11", "trigger = 'incoming'", "filters = '[1]'", "valid_from = now()"] {
            #expect(try await change(columns) == Refusal("23001", "terms_is_append_only"), "\(columns)")
        }
    }
}
