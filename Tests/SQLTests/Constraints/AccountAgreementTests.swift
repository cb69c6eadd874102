import Foundation
import Postgres
import TestSupport
import Testing

/// One customer cannot use what is another's: whatever points at a row of an account names that account as well.
@Suite(.database) struct AccountAgreementTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Row: Sendable, CustomTestStringConvertible {
        let insert: String
        let constraint: String

        var testDescription: String { constraint }
    }

    /// MINE and THEIRS are ids of two campaigns, and of all that belongs to each.
    @Test(arguments: [
        Row(
            insert: "tracking.buyer_endpoints (tenant_id, account_id, buyer_id, name, kind, number) "
                + "values (TENANT, MINE, THEIRS, 'y', 'pstn', '+12125550191')",
            constraint: "buyer_endpoint_belongs_to_buyer"),
        Row(
            insert: "tracking.targets (tenant_id, account_id, buyer_id, buyer_endpoint_id, name) "
                + "values (TENANT, MINE, MINE, THEIRS, 'y')",
            constraint: "target_rings_endpoint_of_its_buyer"),
        Row(
            insert: "tracking.campaign_publishers (tenant_id, campaign_id, publisher_id, account_id) "
                + "values (TENANT, MINE, THEIRS, MINE)",
            constraint: "publisher_is_in_campaign_of_its_account"),
        Row(
            insert: "tracking.campaign_routes (tenant_id, account_id, campaign_id, target_id) "
                + "values (TENANT, MINE, MINE, THEIRS)",
            constraint: "route_ends_at_target_of_its_account"),
        Row(
            insert: "tracking.terms (tenant_id, account_id, campaign_id, side, publisher_id, trigger, amount_kind, "
                + "amount) values (TENANT, MINE, MINE, 'payout', THEIRS, 'connected', 'fixed', 1)",
            constraint: "terms_are_of_publisher"),
        Row(
            insert: "tracking.caps (tenant_id, account_id, target_id, measure, period, max_value) "
                + "values (TENANT, MINE, THEIRS, 'live', 'now', 1)",
            constraint: "cap_is_of_target_of_its_account"),
        Row(
            insert: "tracking.number_pools (tenant_id, account_id, campaign_id, name) "
                + "values (TENANT, MINE, THEIRS, 'y')",
            constraint: "number_pool_belongs_to_campaign"),
        Row(
            insert: "integration.webhooks (tenant_id, account_id, name, url, event_types, secret_ciphertext, "
                + "secret_key_id, campaign_id) "
                + "values (TENANT, MINE, 'y', 'https://x.example', '{*}', 'x', 'x', THEIRS)",
            constraint: "webhook_is_for_campaign_of_its_account"),
        Row(
            insert: "compliance.consent_tokens (tenant_id, account_id, provider, token, publisher_id) "
                + "values (TENANT, MINE, 'jornaya', 'x', THEIRS)",
            constraint: "consent_token_is_of_publisher_of_its_account"),
    ])
    func `is refused`(row: Row) async throws {
        let tenant = try await db.tenant()
        let (mine, theirs) = (try await tenant.campaign(), try await tenant.campaign())
        let statement =
            "insert into "
            + row.insert.replacing("TENANT", with: "'\(tenant.id)'")
            .replacing("MINE", with: "'\(mine.id)'").replacing("THEIRS", with: "'\(theirs.id)'")
        let refusal = try await Refusal.of {
            _ = try await db.app.run([tenant.people(of: [mine.id]), SQL(unescaped: statement)])
        }
        #expect(refusal == Refusal("23503", row.constraint))
    }

    @Test func `a number leads to one campaign at a time, of its own account`() async throws {
        let tenant = try await db.tenant()
        let (mine, theirs) = (try await tenant.campaign(), try await tenant.campaign())
        let number = "+1" + String(UInt64.random(in: 2_000_000_000...9_899_999_999))
        try await db.owner.run(
            "insert into numbers.inventory (tenant_id, number) values (\(tenant.id), \(number))")
        try await db.owner.run(
            """
            insert into numbers.dids (tenant_id, id, account_id, number)
            values (\(tenant.id), \(mine.id), \(mine.id), \(number))
            """)
        func assign(to campaign: Campaign) async throws -> Refusal? {
            try await Refusal.of {
                try await db.owner.run(
                    """
                    insert into tracking.number_assignments (tenant_id, account_id, did_id, campaign_id)
                    values (\(tenant.id), \(campaign.id), \(mine.id), \(campaign.id))
                    """)
            }
        }
        #expect(try await assign(to: theirs) == Refusal("23503", "assigned_number_is_did_of_its_account"))
        #expect(try await assign(to: mine) == nil)
        #expect(try await assign(to: mine) == Refusal("23505", "number_is_assigned_once"))
        try await db.owner.run(
            "update tracking.number_assignments set released_at = now() where tenant_id = \(tenant.id)")
        #expect(try await assign(to: mine) == nil)
    }
}
