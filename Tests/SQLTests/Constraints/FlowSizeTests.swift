import Foundation
import Postgres
import TestSupport
import Testing

/// What calls are sent by is read for each of them: none of it may be large.
@Suite(.database) struct FlowSizeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(
        arguments: [
            ("flows.nodes", "config", "node_config_is_not_above_64_kb"),
            ("flows.edges", "condition", "edge_condition_is_not_above_64_kb"),
            ("flows.flow_versions", "variables", "flow_variables_are_not_above_64_kb"),
            ("tracking.targets", "filters", "target_filters_are_not_above_64_kb"),
            ("tracking.campaign_routes", "filters", "route_filters_are_not_above_64_kb"),
        ])
    func `settings, conditions and filters have a bound`(
        table: String, column: String, constraint: String
    ) async throws {
        let account = try await db.tenant().account()
        let scene = try await FlowScene.make(db.owner, tenant: account.tenant.id, account: account.id)
        try await scene.run(
            """
            insert into tracking.campaign_routes (tenant_id, account_id, campaign_id, target_id)
            values (TENANT, OWNER, CAMPAIGN, NORTH);
            """)
        // {"x": "…"} and ["…"] have nine and four bytes around the text.
        let around = column == "filters" ? ("[\"", "\"]") : ("{\"x\": \"", "\"}")
        let most = 65_536 - around.0.utf8.count - around.1.utf8.count
        let refusals: [(Int, Refusal?)] = [(most, nil), (most + 1, Refusal("23514", constraint))]
        for (length, expected) in refusals {
            let value = around.0 + String(repeating: "x", count: length) + around.1
            let refusal = try await Refusal.of {
                try await db.owner.run(
                    """
                    update \(unescaped: table) set \(unescaped: column) = \(value)::text::jsonb
                     where tenant_id = \(scene.tenant)
                    """)
            }
            #expect(refusal == expected)
        }
    }
}
