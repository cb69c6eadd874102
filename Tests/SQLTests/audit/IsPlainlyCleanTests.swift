import Foundation
import Postgres
import TestSupport
import Testing

/// audit.is_plainly_clean: nothing that audit.sanitise would change is told to be clean.
@Suite(.database) struct IsPlainlyCleanTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func isClean(_ body: String, depth: Int? = 8) async throws -> Bool? {
        try await db.app.run(
            "select audit.is_plainly_clean(\(body)::text::jsonb::text, \(depth)::integer)"
        ).value(Bool.self)
    }

    @Test func `what has no secret is clean, as far as it is short and not too deep`() async throws {
        #expect(try await isClean(#"{"limit": "50", "order": "-created_at", "ids": [1, 2]}"#) == true)
        #expect(try await isClean(#"{"a": "\#(String(repeating: "x", count: 300))"}"#) == false)
        #expect(try await isClean("[[[1]]]", depth: 3) == true)
        #expect(try await isClean("[[[1]]]", depth: 2) == false)
        #expect(try await isClean("[[[[[[[[[[1]]]]]]]]]]", depth: nil) == true)
    }

    /// Whatever else is found to be a secret is found here.
    @Test func `every name of a secret is seen, however it is written`() async throws {
        let names = [
            "pass", "password", "passwords", "passwd", "pwd", "passphrase", "passcode", "pin", "secret", "secrets",
            "token", "tokens", "ciphertext", "hash", "hashes", "ha1", "otp", "totp", "nonce", "private_key",
            "signing_keys", "secret_key", "api_key", "access_key", "authorization", "cookie", "cookies", "credential",
            "credentials", "card_number", "cvv", "cvc", "ssn", "iban", "row_sha256", "auth_secret_ref",
        ]
        for name in names {
            #expect(try await db.app.run("select audit.is_secret(\(name))").value(Bool.self) == true, "\(name)")
            for written in [name, name.uppercased(), name.replacing("_", with: "-"), "my_\(name)", "my.\(name)"] {
                #expect(try await isClean(#"{"\#(written)": 1}"#) == false, "\(written)")
            }
        }
        let values = [
            "Bearer abcdefgh", "BASIC abcdefgh", "digest abcdefgh", "4111111111111111", "5500 0000 0000 0004",
        ]
        for value in values {
            #expect(try await isClean(#"["\#(value)"]"#) == false, "\(value)")
        }
    }
}
