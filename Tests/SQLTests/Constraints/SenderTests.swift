import Foundation
import Postgres
import TestSupport
import Testing

/// What brands, campaigns, logins and routes of messages cannot be without.
@Suite(.database) struct SenderTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Row: Sendable, CustomTestStringConvertible {
        let table: String
        let values: String
        let refusal: Refusal

        init(_ table: String, _ values: String, _ constraint: String, sqlState: String = "23514") {
            self.table = table
            self.values = values
            refusal = Refusal(sqlState, constraint)
        }

        var testDescription: String { "\(table): \(values)" }
    }

    private static let told =
        "description = repeat('x', 40), message_flow = repeat('x', 40), samples = '{x}', status = 'tcr_pending'"

    @Test(arguments: [
        Row("brands_10dlc", "status = 'pending'", "brand_has_a_tax_id_unless_sole_proprietor"),
        Row(
            "brands_10dlc", "status = 'pending', entity_type = 'sole_proprietor'",
            "sole_proprietor_has_a_name_and_a_mobile"),
        Row(
            "brands_10dlc", "status = 'pending', entity_type = 'public_profit', tax_id = 'x'",
            "listed_brand_has_its_symbol"),
        Row("brands_10dlc", "registry_reference = 'X123456'", "brand_reference_is_b_and_six_characters"),
        Row("brands_10dlc", "trust_score = 101", "trust_score_between_0_and_100"),
        Row("campaigns_10dlc", "status = 'tcr_pending'", "campaign_says_what_it_sends_and_how_people_join"),
        Row(
            "campaigns_10dlc", told.replacing("{x}", with: "{a,b,c,d,e,f}"),
            "campaign_says_what_it_sends_and_how_people_join"),
        Row("campaigns_10dlc", told + ", use_case = 'mixed'", "mixed_campaign_has_2_to_5_sub_use_cases"),
        Row("campaigns_10dlc", "use_case = 'lottery'", "use_case_is_known"),
        Row("campaigns_10dlc", "opt_out_keywords = '{}'", "campaign_keywords_are_given"),
        Row("campaign_networks", "network = 'sprint'", "mobile_network_is_known"),
        Row("keywords", "keyword = 'enough'", "own_keyword_is_of_capitals_and_blanks"),
        Row("customer_sms_auth", "system_id = 'abc'", "sms_system_id_has_4_to_15_characters"),
        Row("inbound_routes", "target = 'webhook'", "inbound_route_names_its_target"),
        Row("inbound_routes", "url = 'http://x.example/'", "inbound_urls_are_https"),
        Row(
            "inbound_routes", "number = '+12125550100'", "inbound_route_is_of_did_of_its_account", sqlState: "23503"),
    ])
    func `is refused`(row: Row) async throws {
        let tenant = try await db.sharedTenant()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                update messaging.\(unescaped: row.table) set \(unescaped: row.values)
                 where tenant_id = \(tenant.id) and account_id = \(tenant.firstAccount)
                """)
        }
        #expect(refusal == row.refusal)
    }

    @Test func `a number sends for one campaign`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                insert into messaging.campaign_numbers (tenant_id, account_id, campaign_10dlc_id, number)
                select tenant_id, \(tenant.secondAccount), \(tenant.secondAccount), number
                  from messaging.campaign_numbers
                 where tenant_id = \(tenant.id) and account_id = \(tenant.firstAccount)
                """)
        }
        #expect(refusal == Refusal("23505", "number_is_on_one_campaign"))
    }

    @Test func `a campaign is of a brand of its own account`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                update messaging.campaigns_10dlc set brand_10dlc_id = \(tenant.secondAccount), name = 'y'
                 where tenant_id = \(tenant.id) and account_id = \(tenant.firstAccount)
                """)
        }
        #expect(refusal == Refusal("23503", "campaign_belongs_to_brand_of_its_account"))
    }
}
