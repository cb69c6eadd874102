import Foundation
import Postgres
import TestSupport
import Testing

/// audit.is_secret: what is never written to a log.
@Suite(.database) struct IsSecretTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        "password", "password_hash", "key_sha256", "ha1_md5_ciphertext", "auth_secret_ref", "client_secret", "token",
        "refresh_token", "passcode_ciphertext", "pin", "api_key", "private_key", "nonce", "recovery_hashes", "passwd",
        "pwd",
        "authorization", "set_cookie", "card_number", "cvv", "ssn", "iban", "signing_key", "credentials", "pass",
    ])
    func `is one`(name: String) async throws {
        #expect(try await db.app.run("select audit.is_secret(\(name))").value(Bool.self) == true)
    }

    @Test(arguments: [
        "name", "key_prefix", "token_id", "passed", "hashtag", "spin", "content_hash", "checksum_sha256",
        "secret_rotated_at", "key_id", "passport_claims", "cookie_count", "account_number",
    ])
    func `is none`(name: String) async throws {
        #expect(try await db.app.run("select audit.is_secret(\(name))").value(Bool.self) == false)
    }
}
