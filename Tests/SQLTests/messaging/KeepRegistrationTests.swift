import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger messaging.keep_registration: what the campaign registry does not change, we do not.
@Suite(.database) struct KeepRegistrationTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `a registered campaign keeps its use case, brand and reference`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        let brand = UUID()
        try await db.owner.run(
            """
            insert into messaging.brands_10dlc (tenant_id, id, account_id, name, legal_name, entity_type, email, phone)
            values (\(tenant.id), \(brand), \(tenant.firstAccount), 'other', 'x', 'private_profit', 'x@x.example',
                    '+12125550100')
            """)
        func refusal(of change: String) async throws -> Refusal? {
            try await Refusal.of {
                try await db.owner.run(
                    """
                    update messaging.campaigns_10dlc set \(unescaped: change)
                     where tenant_id = \(tenant.id) and account_id = \(tenant.firstAccount)
                    """)
            }
        }
        let kept = Refusal("23514", "campaign_10dlc_keeps_its_brand_and_use_case")
        // A draft may still change.
        #expect(try await refusal(of: "use_case = 'customer_care'") == nil)
        #expect(try await refusal(of: "registry_reference = 'CABC123'") == nil)
        #expect(try await refusal(of: "use_case = 'marketing'") == kept)
        #expect(try await refusal(of: "brand_10dlc_id = '\(brand)'") == kept)
        #expect(try await refusal(of: "registry_reference = 'CABC124'") == kept)
        #expect(try await refusal(of: "registry_reference = null") == kept)
        #expect(try await refusal(of: "name = 'y', use_case = 'customer_care'") == nil)
    }
}
