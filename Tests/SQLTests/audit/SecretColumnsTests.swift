import Foundation
import Postgres
import TestSupport
import Testing

/// audit.secret_columns: the columns that the trail masks.
@Suite(.database) struct SecretColumnsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func secrets(_ table: String) async throws -> [String] {
        try await db.owner.run(
            "select c from unnest(audit.secret_columns(\(table)::regclass)) c order by 1"
        ).decode(String.self)
    }

    @Test func `are secrets by name, bytes, and references to secrets`() async throws {
        #expect(try await secrets("auth.users").contains("password_hash"))
        #expect(try await secrets("auth.api_keys").contains("key_sha256"))
        #expect(try await secrets("routing.carrier_trunks") == ["auth_secret_ref"])
        #expect(try await secrets("routing.trunk_credentials") == ["ha1_md5_ciphertext", "ha1_sha256_ciphertext"])
        #expect(try await secrets("accounts.contacts") == [])
    }

    /// They are compared with the arguments of the triggers.
    @Test(arguments: ["enable_seqscan", "enable_indexscan"])
    func `stand in the order of the table, however it is read`(plan: String) async throws {
        let columns = try await db.owner.run([
            "select set_config(\(plan), 'off', true), set_config('enable_bitmapscan', 'off', true)",
            "select array_to_string(audit.secret_columns('auth.users'), ' ')",
        ]).last?.value(String.self)
        #expect(columns == "password_hash totp_ciphertext recovery_hashes")
    }

    /// The columns of audited tables that are masked as a whole. One more or less is a decision, to be seen in review.
    private static let committed: Set = [
        "accounts.documents.checksum", "audit.stir_shaken_certs.fingerprint", "audit.stir_shaken_certs.key_secret_ref",
        "auth.api_keys.key_sha256", "auth.support_entries.token_hash", "auth.user_tokens.token_hash",
        "auth.users.password_hash",
        "auth.users.recovery_hashes", "auth.users.totp_ciphertext", "billing.ledger_periods.digest",
        "billing.ledger_periods.previous_digest", "billing.payment_providers.former_secret_ref",
        "billing.payment_providers.signing_secret_ref", "compliance.consent_records.evidence_checksum",
        "compliance.consent_tokens.evidence_checksum", "compliance.consent_tokens.token",
        "flows.flow_versions.checksum", "integration.webhooks.old_secret_ciphertext",
        "integration.webhooks.secret_ciphertext", "messaging.customer_sms_auth.password_ciphertext",
        "messaging.inbound_routes.signing_secret_ciphertext", "numbers.port_requests.passcode_ciphertext",
        "routing.carrier_trunks.auth_secret_ref", "routing.trunk_credentials.ha1_md5_ciphertext",
        "routing.trunk_credentials.ha1_sha256_ciphertext", "tracking.buyer_endpoints.auth_secret_ciphertext",
        "tracking.recordings.checksum", "vendor_mgmt.service_providers.secret_ref",
        "vendor_mgmt.smpp_connectors.password_ref",
    ]

    /// What sounds like a secret and is none.
    private static let open: Set = [
        "auth.users.totp_key_id", "integration.webhooks.old_secret_key_id", "integration.webhooks.secret_key_id",
    ]

    @Test func `the list is the one that was agreed on, and nothing that sounds like a secret is missing`() async throws
    {
        let columns = try await db.owner.run(
            """
            select format('%s.%s', t.oid::regclass, a.attname), a.attname = any (audit.secret_columns(t.oid))
              from (select distinct tgrelid as oid from pg_trigger
                     where tgfoid = 'audit.record_change()'::regprocedure) t
              join pg_class c on c.oid = t.oid and not c.relispartition
              join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
              join pg_type y on y.oid = a.atttypid
             where a.attname = any (audit.secret_columns(t.oid))
                or y.typcategory not in ('B', 'D', 'N', 'T') and y.typname <> 'uuid'
                   and a.attname ~ '(pass(word|code|wd)?|secret|token|hash|credential|recovery|cookie|nonce|otp|ha1)'
            """
        ).decode(String.self, Bool.self)
        #expect(Set(columns.filter(\.1).map(\.0)).symmetricDifference(Self.committed) == [])
        #expect(Set(columns.filter { !$0.1 }.map(\.0)).symmetricDifference(Self.open) == [])
    }
}
