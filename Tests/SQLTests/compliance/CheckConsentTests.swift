import Foundation
import Postgres
import TestSupport
import Testing

/// compliance.check_consent: whether a number agreed, firmly enough, and has not taken it back.
@Suite(.database) struct CheckConsentTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let number = "+12125550100"

    /// Keeps a consent; `more` are further columns, as they stand in SQL.
    @discardableResult
    private func consent(
        _ account: Account, _ kind: String, at time: String, _ more: KeyValuePairs<String, String> = [:]
    ) async throws -> UUID {
        let consent = UUID()
        let columns = more.map { ", \($0.key)" }.joined()
        let values = more.map { ", \($0.value)" }.joined()
        try await db.engine.run(
            """
            insert into compliance.consent_records (tenant_id, id, account_id, number, kind, method,
                                                    obtained_at\(unescaped: columns))
            values (\(account.tenant.id), \(consent), \(account.id), \(Self.number), \(kind), 'web_form',
                    \(time)::timestamptz\(unescaped: values))
            """)
        return consent
    }

    /// Why it is no consent; "valid" when it is.
    private func check(
        _ account: Account, wants kind: String = "express", channel: String = "voice", at time: String = "2026-11-26"
    ) async throws -> String? {
        try await db.engine.run(
            """
            select case when is_valid then 'valid' else code end
              from compliance.check_consent(\(account.tenant.id), \(account.id), \([Self.number]), \(kind), \(channel),
                                            \(time)::timestamptz)
            """
        ).value(String.self)
    }

    @Test func `is as firm as is wanted, from its day on, for its account`() async throws {
        let tenant = try await db.tenant()
        let (account, other) = (try await tenant.account(), try await tenant.account())
        #expect(try await check(account) == "none")
        try await consent(account, "express", at: "2026-01-01")
        #expect(try await check(account) == "valid")
        #expect(try await check(account, wants: "customer") == "valid")
        #expect(try await check(account, wants: "express_written") == "too_weak")
        #expect(try await check(account, wants: "whatever") == "none")
        #expect(try await check(account, at: "2025-12-31") == "none")
        #expect(try await check(other) == "none")
        try await consent(account, "express_written", at: "2026-02-01")
        #expect(try await check(account, wants: "express_written") == "valid")
    }

    @Test func `ends, is of its channel, and is lost with the number`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await consent(account, "express", at: "2026-01-01", ["channel": "'sms'"])
        #expect(try await check(account) == "none")
        #expect(try await check(account, channel: "sms") == "valid")
        try await consent(account, "express", at: "2026-01-01", ["channel": "'voice'", "expires_at": "'2026-02-01'"])
        #expect(try await check(account) == "expired")
        let other = try await tenant.account()
        try await consent(
            other, "express", at: "2026-01-01", ["reassigned_answer": "'yes'", "reassigned_asked_at": "'2026-03-01'"])
        #expect(try await check(other) == "reassigned")
    }

    @Test func `taking one back takes back all that was given before`() async throws {
        let account = try await db.tenant().account()
        try await consent(account, "express_written", at: "2026-01-01")
        let second = try await consent(account, "express", at: "2026-02-01")
        try await db.engine.run(
            """
            update compliance.consent_records set revoked_at = '2026-03-01', revoked_by = 'sms'
             where tenant_id = \(account.tenant.id) and id = \(second)
            """)
        #expect(try await check(account) == "revoked")
        #expect(try await check(account, at: "2026-02-28") == "valid")
        try await consent(account, "express", at: "2026-04-01")
        #expect(try await check(account) == "valid")
    }

    @Test func `a proof that is of another number is none`() async throws {
        let account = try await db.tenant().account()
        let id = "eb9fc4dd9bed9ad451a5648946cf4bf09b5bb947"
        try await db.owner.run(
            """
            insert into compliance.consent_tokens (tenant_id, id, account_id, provider, token, url)
            values (\(account.tenant.id), \(account.id), \(account.id), 'trustedform', \(id),
                    \("https://cert.trustedform.com/" + id))
            """)
        try await consent(account, "express_written", at: "2026-01-01", ["consent_token_id": "'\(account.id)'"])
        #expect(try await check(account) == "valid")
        try await db.engine.run("update compliance.consent_tokens set status = 'mismatched' where id = \(account.id)")
        #expect(try await check(account) == "token_mismatched")
        let refusal = try await Refusal.of {
            try await db.engine.run("update compliance.consent_tokens set status = 'received' where id = \(account.id)")
        }
        #expect(refusal == Refusal("23514", "consent_token_keeps_to_its_states"))
    }

    @Test(arguments: ["https://evil.example/eb9fc4dd9bed9ad451a5648946cf4bf09b5bb947", nil])
    func `a TrustedForm certificate is at TrustedForm`(url: String?) async throws {
        let account = try await db.tenant().account()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                insert into compliance.consent_tokens (tenant_id, account_id, provider, token, url)
                values (\(account.tenant.id), \(account.id), 'trustedform', 'x', \(url))
                """)
        }
        #expect(refusal == Refusal("23514", "trustedform_token_has_its_url"))
    }

    @Test func `what was agreed is never rewritten`() async throws {
        let account = try await db.tenant().account()
        let record = try await consent(account, "express", at: "2026-01-01")
        func change(_ columns: String) async throws -> Refusal? {
            try await Refusal.of {
                try await db.owner.run(
                    "update compliance.consent_records set \(unescaped: columns) where id = \(record)")
            }
        }
        let refused = Refusal("23001", "consent_records_is_append_only")
        #expect(try await change("wording = 'x'") == refused)
        #expect(try await change("obtained_at = now()") == refused)
        #expect(try await change("revoked_at = now(), revoked_by = 'voice'") == nil)
        #expect(try await change("revoked_at = null, revoked_by = null") == refused)
    }
}
