import Foundation
import Postgres
import TestSupport
import Testing

/// A customer cannot point at the papers and people of another, and no call, conversion or payout mixes two accounts.
@Suite(.database) struct ForeignDocumentTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Row: Sendable, CustomTestStringConvertible {
        var insert: String
        var constraint: String
        /// Whether people of an account may try it; the rest is written by staff or the engine.
        var isCustomers = false

        var testDescription: String { constraint }
    }

    /// MINE and THEIRS are ids of two campaigns, and of an account, a document and a contact with each.
    @Test(arguments: [
        Row(
            insert: "numbers.port_requests (tenant_id, account_id, pon, loa_document_id) "
                + "values (TENANT, MINE, null, THEIRS)",
            constraint: "port_request_has_letter_of_authority", isCustomers: true),
        Row(
            insert: "numbers.port_requests (tenant_id, account_id, bill_document_id) values (TENANT, MINE, THEIRS)",
            constraint: "port_request_has_bill", isCustomers: true),
        Row(
            insert: "numbers.port_requests (tenant_id, account_id, csr_document_id) values (TENANT, MINE, THEIRS)",
            constraint: "port_request_has_service_record", isCustomers: true),
        Row(
            insert: "numbers.e911_addresses (tenant_id, account_id, label, caller_name, house_number, street_name, "
                + "locality, region, postal_code, notify_contact_id) "
                + "values (TENANT, MINE, 'x', 'x', '1', 'x', 'x', 'NY', '10001', THEIRS)",
            constraint: "e911_address_has_contact_to_notify", isCustomers: true),
        Row(
            insert: "numbers.e911_addresses (tenant_id, account_id, label, caller_name, house_number, street_name, "
                + "locality, region, postal_code, acknowledgement_document_id) "
                + "values (TENANT, MINE, 'x', 'x', '1', 'x', 'x', 'NY', '10001', THEIRS)",
            constraint: "e911_address_has_acknowledgement", isCustomers: true),
        Row(
            insert: "accounts.documents (tenant_id, account_id, kind, title, reference, checksum, size_bytes, "
                + "replaces_document_id) values (TENANT, MINE, 'contract', 'x', 'file:x', sha256('x'), 1, THEIRS)",
            constraint: "document_is_successor_of_document_of_its_account", isCustomers: true),
        Row(
            insert: "billing.tax_exemptions (tenant_id, account_id, reason, valid_from, document_id) "
                + "values (TENANT, MINE, 'government', '2026-01-01', THEIRS)",
            constraint: "exemption_has_certificate"),
        Row(
            insert: "audit.compliance_records (tenant_id, account_id, kind, title, document_id) "
                + "values (TENANT, MINE, 'e911', 'x', THEIRS)",
            constraint: "compliance_record_has_document_of_its_account"),
        Row(
            insert: "tracking.calls (tenant_id, started_at, id, account_id, campaign_id) "
                + "values (TENANT, now(), MINE, MINE, THEIRS)",
            constraint: "tracked_call_is_of_campaign"),
        Row(
            insert: "tracking.calls (tenant_id, started_at, id, account_id, publisher_id) "
                + "values (TENANT, now(), MINE, MINE, THEIRS)",
            constraint: "tracked_call_is_sent_by_publisher_that_is_known"),
        Row(
            insert: "tracking.calls (tenant_id, started_at, id, account_id, buyer_id) "
                + "values (TENANT, now(), MINE, MINE, THEIRS)",
            constraint: "tracked_call_is_taken_by_buyer_that_is_known"),
        Row(
            insert: "tracking.calls (tenant_id, started_at, id, account_id, target_id) "
                + "values (TENANT, now(), MINE, MINE, THEIRS)",
            constraint: "tracked_call_rings_target"),
        Row(
            insert: "tracking.call_legs (tenant_id, started_at, account_id, call_started_at, call_id, position, "
                + "target_id) values (TENANT, now(), MINE, now(), MINE, 1, THEIRS)",
            constraint: "leg_rings_target"),
        Row(
            insert: "tracking.conversions (tenant_id, account_id, side, source, call_started_at, call_id, campaign_id, "
                + "publisher_id, amount, currency, idempotency_key) "
                + "values (TENANT, MINE, 'payout', 'postback', now(), MINE, MINE, THEIRS, 1, 'USD', 'x')",
            constraint: "conversion_is_of_publisher"),
        Row(
            insert: "billing.payouts (tenant_id, account_id, payee_kind, publisher_id, statement_number, currency, "
                + "period_from, period_to, idempotency_key) "
                + "values (TENANT, MINE, 'publisher', THEIRS, 'x', 'USD', '2026-01-01', '2026-02-01', 'x')",
            constraint: "payout_is_for_publisher"),
    ])
    func `is refused`(row: Row) async throws {
        let tenant = try await db.tenant()
        let (mine, theirs) = (try await tenant.campaign(), try await tenant.campaign())
        for id in [mine.id, theirs.id] {
            try await db.owner.run(
                """
                insert into accounts.documents (tenant_id, id, account_id, kind, title, reference, checksum, size_bytes)
                values (\(tenant.id), \(id), \(id), 'contract', 'x', 'file:x', sha256('x'), 1)
                """)
            try await db.owner.run(
                """
                insert into accounts.contacts (tenant_id, id, account_id, name, email)
                values (\(tenant.id), \(id), \(id), 'x', 'x@x.example')
                """)
        }
        func insert(_ target: UUID) async throws -> Refusal? {
            let statement = SQL(
                unescaped: "insert into "
                    + row.insert.replacing("TENANT", with: "'\(tenant.id)'").replacing("MINE", with: "'\(mine.id)'")
                    .replacing("THEIRS", with: "'\(target)'"))
            return try await Refusal.of {
                guard row.isCustomers else { return _ = try await db.owner.run(statement) }
                _ = try await db.app.run([tenant.people(of: [mine.id]), statement])
            }
        }
        #expect(try await insert(theirs.id) == Refusal("23503", row.constraint))
        #expect(try await insert(mine.id) == nil)
    }

    @Test func `a call of no account has no parties`() async throws {
        let campaign = try await db.tenant().campaign()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                insert into tracking.calls (tenant_id, started_at, id, campaign_id)
                values (\(campaign.tenant.id), now(), \(UUID()), \(campaign.id))
                """)
        }
        #expect(refusal == Refusal("23514", "tracked_call_of_no_account_has_no_parties"))
    }
}
