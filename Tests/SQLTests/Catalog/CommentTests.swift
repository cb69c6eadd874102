import Foundation
import Postgres
import TestSupport
import Testing

/// What the API may show has a comment, for the documentation is made from it; what has none is not shown.
@Suite(.database) struct CommentTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Columns that heddle_app is granted and the API does not show: secrets and what is about them, with the reason.
    static let hidden: [String: String] = [
        "audit.audit_log.salt": "of the row's hash",
        "auth.api_keys.key_sha256": "secret",
        "auth.users.password_hash": "secret",
        "routing.trunk_credentials.ha1_md5_ciphertext": "secret",
        "routing.trunk_credentials.ha1_sha256_ciphertext": "secret",
        "routing.trunk_credentials.key_id": "of the secret",
        "routing.trunk_credentials.login": "for its claim",
        "routing.trunk_acl.source": "of its parts, to be there once",
        "auth.sessions.previous_token_hash": "secret", "auth.support_entries.token_hash": "secret",
        "auth.sessions.token_hash": "secret",
        "auth.user_tokens.token_hash": "secret",
        "auth.users.must_change_password": "of the login", "auth.users.password_changed_at": "of the login",
        "auth.users.recovery_hashes": "secret", "auth.users.totp_ciphertext": "secret",
        "auth.users.totp_key_id": "of the secret", "auth.users.totp_last_step": "of the secret",
        "integration.webhooks.old_secret_ciphertext": "secret",
        "integration.webhooks.old_secret_expires_at": "of the secret",
        "integration.webhooks.old_secret_key_id": "of the secret",
        "integration.webhooks.secret_ciphertext": "secret", "integration.webhooks.secret_key_id": "of the secret",
        "messaging.customer_sms_auth.key_id": "of the secret",
        "messaging.customer_sms_auth.password_ciphertext": "secret",
        "messaging.inbound_routes.key_id": "of the secret",
        "messaging.inbound_routes.signing_secret_ciphertext": "secret",
        "numbers.port_requests.key_id": "of the secret", "numbers.port_requests.passcode_ciphertext": "secret",
        "tracking.buyer_endpoints.auth_key_id": "of the secret",
        "tracking.buyer_endpoints.auth_secret_ciphertext": "secret",
    ]

    @Test func `every column that somebody is shown has a comment, or a reason to have none`() async throws {
        let silent = try await db.owner.run(
            """
            select a.attrelid::regclass || '.' || a.attname
              from pg_attribute a
              join pg_class c on c.oid = a.attrelid
              join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in (\(unescaped: House.schemaList))
               and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
               and a.attnum > 0 and not a.attisdropped
               and (c.relkind = 'm' or has_column_privilege('heddle_app', c.oid, a.attnum, 'select')
                    or has_column_privilege('heddle_report', c.oid, a.attnum, 'select'))
               and col_description(c.oid, a.attnum) is null
             order by 1
            """
        ).decode(String.self)
        let unexplained = Set(silent).subtracting(Self.hidden.keys).sorted()
        #expect(unexplained == [], "say what they mean: comment on column … is '…'")
        let needless = Set(Self.hidden.keys).subtracting(silent).sorted()
        #expect(needless == [], "they have a comment now; take them off the list")
    }

    @Test func `a secret is never shown`() async throws {
        let shown = try await db.owner.run(
            """
            select a.attrelid::regclass || '.' || a.attname
              from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in (\(unescaped: House.schemaList)) and c.relkind in ('r', 'p') and not c.relispartition
               and a.attname ~ '(password|secret|_hash|sha256|ciphertext|ha1)' and a.attname !~ '_ref$'
               and col_description(c.oid, a.attnum) is not null
               and has_column_privilege('heddle_app', c.oid, a.attnum, 'select')
            """
        ).decode(String.self)
        #expect(shown == [], "what has a comment is shown by the API")
    }

    /// Whatever has a name has a sentence, so that the generated documentation has no holes.
    @Test func `every schema, table, domain and function has a comment`() async throws {
        let silent = try await db.owner.run(
            """
            select 'schema ' || n.nspname from pg_namespace n
             where n.nspname in (\(unescaped: House.schemaList)) and obj_description(n.oid, 'pg_namespace') is null
            union all
            select 'table ' || c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in (\(unescaped: House.schemaList)) and c.relkind in ('r', 'p', 'v', 'm')
               and not c.relispartition and obj_description(c.oid, 'pg_class') is null
            union all
            select 'domain ' || format_type(t.oid, null) from pg_type t join pg_namespace n on n.oid = t.typnamespace
             where n.nspname in (\(unescaped: House.schemaList)) and t.typtype = 'd'
               and obj_description(t.oid, 'pg_type') is null
            union all
            select 'function ' || p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where n.nspname in (\(unescaped: House.schemaList)) and obj_description(p.oid, 'pg_proc') is null
             order by 1
            """
        ).decode(String.self)
        #expect(silent == [])
    }

    @Test func `a comment is a sentence`() async throws {
        let odd = try await db.owner.run(
            """
            select d.description
              from pg_description d
              left join pg_class c on d.classoid = 'pg_class'::regclass and c.oid = d.objoid
              left join pg_proc p on d.classoid = 'pg_proc'::regclass and p.oid = d.objoid
              left join pg_type t on d.classoid = 'pg_type'::regclass and t.oid = d.objoid
              join pg_namespace n on n.oid = coalesce(c.relnamespace, p.pronamespace, t.typnamespace)
             where n.nspname in (\(unescaped: House.schemaList)) and d.description !~ '[.…]$'
            """
        ).decode(String.self)
        #expect(odd == [], "end it with a full stop")
    }
}
