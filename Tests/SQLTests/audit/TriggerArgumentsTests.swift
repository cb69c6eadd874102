import Foundation
import Postgres
import TestSupport
import Testing

/// audit.trigger_arguments: what the trigger of a table is told.
@Suite(.database) struct TriggerArgumentsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("accounts.contacts", "accounts.contacts|tenant_id|account_id|||metadata"),
        ("accounts.accounts", "accounts.accounts|tenant_id|id|||metadata"),
        ("core.tenants", "core.tenants|id||||metadata"),
        ("auth.user_roles", "auth.user_roles|tenant_id||user_id,role_id||"),
        (
            "routing.trunk_credentials",
            "routing.trunk_credentials|tenant_id|account_id||ha1_md5_ciphertext,ha1_sha256_ciphertext|"
        ),
    ])
    func `name, tenant, account, key, secrets, objects`(table: String, expected: String) async throws {
        let found = try await db.owner.run(
            "select array_to_string(audit.trigger_arguments(\(table)::regclass), '|')"
        ).value(String.self)
        #expect(found == expected)
    }
}
