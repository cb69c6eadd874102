import Foundation
import Postgres
import TestSupport
import Testing

/// Webhooks are reached by https at a name, want known shapes of events, and say why they are not served.
@Suite(.database) struct WebhookTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Row: Sendable, CustomTestStringConvertible {
        var url = "https://x.example/hook"
        var types = ["call.completed"]
        let constraint: String?

        var testDescription: String { "\(url) \(types)" }
    }

    private static let url = "webhook_url_is_https_without_login"
    private static let types = "webhook_has_event_types_that_are_types_or_stars"

    @Test(arguments: [
        Row(constraint: nil), Row(url: "https://x.example", constraint: nil),
        Row(url: "https://x.example:8443/a?b=c@d", constraint: nil),
        Row(url: "https://x.example?id={call.id}", constraint: nil),
        Row(url: "http://x.example/hook", constraint: url),
        Row(url: "https://user:word@x.example/hook", constraint: url),
        Row(url: "https://x.example/a b", constraint: url),
        Row(types: ["*"], constraint: nil), Row(types: ["call.*", "payout.paid"], constraint: nil),
        Row(types: [], constraint: types), Row(types: ["call"], constraint: types),
        Row(types: ["Call.x"], constraint: types), Row(types: [""], constraint: types),
        Row(types: ["call.*.x"], constraint: types),
    ])
    func `has an address and events`(row: Row) async throws {
        let account = try await db.tenant().account()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                insert into integration.webhooks (tenant_id, account_id, name, url, event_types, secret_ciphertext,
                                                  secret_key_id)
                values (\(account.tenant.id), \(account.id), 'x', \(row.url), \(row.types), 'x', 'x')
                """)
        }
        #expect(refusal == row.constraint.map { Refusal("23514", $0) })
    }

    @Test(
        arguments: [
            ("{}", true), (#"{"X-Source": "heddle"}"#, true), (#"{"X-N": 1e150}"#, false), (#"{"X": null}"#, false),
            (#"{"X": ["a"]}"#, false), (#"{"A": "b", "X": {"y": "z"}}"#, false),
        ])
    func `its headers are texts`(headers: String, isTaken: Bool) async throws {
        let account = try await db.tenant().account()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                insert into integration.webhooks (tenant_id, account_id, name, url, event_types, secret_ciphertext,
                                                  secret_key_id, headers)
                values (\(account.tenant.id), \(account.id), 'x', 'https://x.example', '{*}', 'x', 'x',
                        \(headers)::text::jsonb)
                """)
        }
        #expect(refusal == (isTaken ? nil : Refusal("23514", "webhook_header_values_are_texts")))
    }

    @Test func `an open breaker and a disabled webhook say more`() async throws {
        let account = try await db.tenant().account()
        try await db.owner.run(
            """
            insert into integration.webhooks (tenant_id, id, account_id, name, url, event_types, secret_ciphertext,
                                              secret_key_id)
            values (\(account.tenant.id), \(account.id), \(account.id), 'x', 'https://x.example', '{*}', 'x', 'x')
            """)
        func change(_ columns: String) async throws -> Refusal? {
            try await Refusal.of {
                try await db.engine.run(
                    "update integration.webhooks set \(unescaped: columns) where id = \(account.id)")
            }
        }
        #expect(try await change("breaker = 'open'") == Refusal("23514", "open_breaker_says_until_when"))
        #expect(try await change("breaker = 'open', breaker_opened_at = now(), breaker_retry_at = now()") == nil)
        #expect(try await change("status = 'disabled'") == Refusal("23514", "disabled_webhook_says_why"))
        #expect(try await change("status = 'disabled', disabled_at = now(), disabled_reason = '410'") == nil)
    }

    @Test func `a delivery ends once`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await db.owner.run(
            """
            insert into integration.webhooks (tenant_id, id, account_id, name, url, event_types, secret_ciphertext,
                                              secret_key_id)
            values (\(tenant.id), \(account.id), \(account.id), 'x', 'https://x.example', '{*}', 'x', 'x')
            """)
        let insertion: SQL =
            """
            insert into integration.deliveries (tenant_id, occurred_at, account_id, event_id, webhook_id, event_type,
                                                ordering_key)
            values (\(tenant.id), '2026-11-01', \(account.id), \(account.id), \(account.id), 'call.completed', 'x')
            """
        try await db.engine.run(insertion)
        #expect(try await Refusal.of { try await db.engine.run(insertion) }?.sqlState == "23505")
        try await db.engine.run(
            """
            update integration.deliveries set status = 'delivered', finished_at = now()
             where tenant_id = \(tenant.id)
            """)
        let refusal = try await Refusal.of {
            try await db.engine.run(
                """
                update integration.deliveries set status = 'pending', finished_at = null
                 where tenant_id = \(tenant.id)
                """)
        }
        #expect(refusal == Refusal("23514", "delivery_keeps_to_its_states"))
    }
}
