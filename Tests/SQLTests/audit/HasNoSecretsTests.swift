import Foundation
import Postgres
import TestSupport
import Testing

/// audit.has_no_secrets: operators' secrets are references, never values.
@Suite(.database) struct HasNoSecretsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        (#"{"X-Tenant": "a"}"#, true, true), (#"{"Authorization": "env:HOOK_TOKEN"}"#, false, true),
        (#"{"Authorization": "Bearer abcdefgh"}"#, false, false), (#"{"X-Note": "Bearer abcdefgh"}"#, false, false),
        (#"{"login": [{"password": "x"}]}"#, false, false), (#"{"login": [{"password": "file:/run/x"}]}"#, false, true),
        (#"{"password": {"a": "env:X"}}"#, false, false), (#"{"password": null}"#, true, true), ("{}", true, true),
    ])
    func `by name or by looks`(body: String, without: Bool, byReference: Bool) async throws {
        let json: SQL = "\(unescaped: "'\(body)'::jsonb")"
        let found = try await db.app.run("select audit.has_no_secrets(\(json)), audit.has_no_secrets(\(json), true)")
            .first(Bool.self, Bool.self)
        #expect(found?.0 == without && found?.1 == byReference)
    }

    @Test func `headers and settings of plugins hold to it, and accounts name no reference`() async throws {
        let account = try await db.tenant().account()
        let tenant = account.tenant.id
        func webhook(_ headers: String, of account: UUID?) async throws -> Refusal? {
            try await Refusal.of {
                try await db.owner.run(
                    """
                    insert into integration.webhooks (tenant_id, account_id, name, url, event_types, headers,
                                                      secret_ciphertext, secret_key_id)
                    values (\(tenant), \(account), \(UUID().uuidString), 'https://x.example/', '{call.completed}',
                            \(unescaped: "'\(headers)'"), 'x', 'k')
                    """)
            }
        }
        #expect(
            try await webhook(#"{"Authorization": "x"}"#, of: nil)
                == Refusal("23514", "webhook_header_names_secrets_by_reference"))
        #expect(try await webhook(#"{"Authorization": "env:X"}"#, of: nil) == nil)
        #expect(
            try await webhook(#"{"Authorization": "env:X"}"#, of: account.id)
                == Refusal("23514", "webhook_of_account_has_no_secret_headers"))
        #expect(try await webhook(#"{"X-Source": "us"}"#, of: account.id) == nil)
        let plugin = try await Refusal.of {
            try await db.owner.run(
                """
                insert into vendor_mgmt.service_providers (tenant_id, kind, name, plugin, config)
                values (\(tenant), 'lrn', 'x', 'plugin', '{"login": {"password": "x"}}')
                """)
        }
        #expect(plugin == Refusal("23514", "service_config_names_secrets_by_reference"))
    }
}
