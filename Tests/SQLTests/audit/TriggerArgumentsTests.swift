import Foundation
import Postgres
import TestSupport
import Testing

/// audit.trigger_arguments: what the trigger of a table is told.
@Suite(.database) struct TriggerArgumentsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("accounts.contacts", "accounts.contacts|tenant_id|account_id||"),
        ("accounts.accounts", "accounts.accounts|tenant_id|id||"),
        ("core.tenants", "core.tenants|id|||"),
        ("auth.user_roles", "auth.user_roles|tenant_id||user_id,role_id|"),
        ("routing.carrier_trunks", "routing.carrier_trunks|tenant_id|||auth_secret_ref"),
    ])
    func `name, tenant, account, key, secrets`(table: String, expected: String) async throws {
        let found = try await db.owner.run(
            "select array_to_string(audit.trigger_arguments(\(table)::regclass), '|')"
        ).value(String.self)
        #expect(found == expected)
    }
}
