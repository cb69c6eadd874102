import Foundation
import Postgres
import TestSupport
import Testing

/// audit.mask_text: what is a secret wherever it stands.
@Suite(.database) struct MaskTextTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("Authorization: Bearer eyJhbGciOi.abc-1", "Authorization: Bearer ***"), ("basic dXNlcjpwYXNz", "basic ***"),
        ("card 4111 1111 1111 1111, thanks", "card ***, thanks"), ("5500-0000-0000-0004", "***"),
        ("the bearer of it", "the bearer of it"), ("+491700000000000", "+491700000000000"),
        ("1780000000000000", "1780000000000000"), ("12125550100", "12125550100"),
        ("5b0e7c1d-4111-4111-8111-411111111111", "5b0e7c1d-4111-4111-8111-411111111111"),
    ])
    func `masks credentials and cards, and nothing else`(text: String, kept: String) async throws {
        #expect(try await db.app.run("select audit.mask_text(\(text))").value(String.self) == kept)
    }
}
