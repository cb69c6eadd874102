import Foundation
import Postgres
import TestSupport
import Testing

/// What users, sessions and tokens cannot be without.
@Suite(.database) struct LoginTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("auth.users", "totp_ciphertext = 'x'", "totp_is_whole"),
        ("auth.users", "totp_confirmed_at = now()", "totp_is_whole"),
        ("auth.users", "failed_logins = -1", "failed_logins_not_below_zero"),
        ("auth.users", "password_hash = '$2a$09$' || repeat('x', 53)", "password_is_bcrypt"),
        ("auth.users", "password_hash = '$2a$32$' || repeat('x', 53)", "password_is_bcrypt"),
        ("auth.api_keys", "revoked_reason = 'x'", "api_key_is_revoked_for_a_reason"),
        ("auth.sessions", "token_hash = 'x'", "session_token_is_32_bytes"),
        ("auth.sessions", "idle_expires_at = expires_at + interval '1 s'", "session_idle_end_not_after_its_end"),
        ("auth.sessions", "revoked_at = now()", "session_is_revoked_for_a_reason"),
        ("auth.user_tokens", "used_at = now(), revoked_at = now()", "user_token_is_used_or_revoked"),
        ("auth.login_attempts", "outcome = 'guessed'", "login_outcome_is_known"),
    ])
    func `is refused`(table: String, values: String, constraint: String) async throws {
        let tenant = try await db.sharedTenant()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                update \(unescaped: table) set \(unescaped: values)
                 where tenant_id = \(tenant.id) and account_id = \(tenant.firstAccount)
                """)
        }
        #expect(refusal == Refusal("23514", constraint))
    }

    @Test func `a session is of the account of its user`() async throws {
        let tenant = try await db.sharedTenant()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                update auth.sessions set account_id = \(tenant.secondAccount)
                 where tenant_id = \(tenant.id) and user_id = \(tenant.firstAccount)
                """)
        }
        #expect(refusal == Refusal("23503", "session_is_of_the_account_of_its_user"))
    }

    /// Of nobody, of the account's own people, of staff, of another account's people; and a key for the whole tenant,
    /// which staff alone can make.
    @Test func `a key of an account acts in the name of its own people alone`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        let people = tenant.people(of: [tenant.firstAccount])
        let staff = tenant.part(7)
        let strange = Refusal("23503", "api_key_is_of_the_account_of_its_user")
        let cases: [(context: SQL, account: UUID?, user: UUID?, refusal: Refusal?)] = [
            (people, tenant.firstAccount, nil, nil), (people, tenant.firstAccount, tenant.firstAccount, nil),
            (people, tenant.firstAccount, staff, strange),
            (people, tenant.firstAccount, tenant.secondAccount, strange),
            (people, nil, staff, .rowPolicy), (tenant.staff, nil, staff, nil),
            (tenant.staff, tenant.secondAccount, staff, strange),
        ]
        for (number, key) in cases.enumerated() {
            let refusal = try await Refusal.of {
                _ = try await db.app.run([
                    key.context,
                    """
                    insert into auth.api_keys (tenant_id, account_id, user_id, name, key_prefix, key_sha256)
                    values (\(tenant.id), \(key.account), \(key.user), 'x', \("case_000\(number)"), sha256('x'))
                    """,
                ])
            }
            #expect(refusal == key.refusal, "case \(number)")
        }
    }

    @Test func `one link of a purpose works at a time`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        let invitation: SQL =
            """
            insert into auth.user_tokens (tenant_id, account_id, user_id, purpose, token_hash, email, expires_at)
            values (\(tenant.id), \(tenant.firstAccount), \(tenant.firstAccount), 'invitation', sha256('again'),
                    'x@x.example', now() + interval '1 day')
            """
        #expect(
            try await Refusal.of { try await db.owner.run(invitation) }
                == Refusal("23505", "user_has_one_open_token_of_a_purpose"))
        try await db.owner.run("update auth.user_tokens set revoked_at = now() where tenant_id = \(tenant.id)")
        #expect(try await Refusal.of { try await db.owner.run(invitation) } == nil)
    }

    @Test func `reports never see what is secret`() async throws {
        let report = try db.cluster.client(db.name, role: "heddle_report")
        for column in ["totp_ciphertext", "totp_key_id", "recovery_hashes", "password_hash"] {
            let refusal = try await Refusal.of { try await report.run("select \(unescaped: column) from auth.users") }
            #expect(refusal == .notPermitted)
        }
        let refusal = try await Refusal.of { try await report.run("select token_hash from auth.sessions") }
        #expect(refusal == .notPermitted)
        await report.close()
    }
}
