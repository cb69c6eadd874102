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
}
