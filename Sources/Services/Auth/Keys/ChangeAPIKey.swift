package import Foundation
package import Postgres

/// What is done with a key that there is: another secret for it, or its end.
package enum ChangeAPIKey {
    /// How long the old secret of a key opens after it was replaced is no time at all: make a second key for a change
    /// without a gap, and end the first when nobody uses it.
    /// - Returns: the key with its new secret, shown this once.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func rotate(_ id: UUID, _ scope: RequestScope, _ session: Connection) async throws -> APIKeyText {
        let row = try await session.run(
            """
            select scopes from auth.api_keys
             where tenant_id = \(scope.tenant) and id = \(id) and revoked_at is null
            """
        ).first
        guard let row else { throw ResourceFault(.notFound, "there is no API key \(id.text) that is not revoked") }
        try GrantRoles.refuse(try row.column(0, as: [String].self), scope)
        let key = APIKeyText.make()
        _ = try await session.run(
            """
            update auth.api_keys set key_prefix = \(key.prefix), key_sha256 = decode(\(key.sha256.hex), 'hex')
             where tenant_id = \(scope.tenant) and id = \(id)
            """)
        return key
    }

    /// Ends a key for good.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func revoke(
        _ id: UUID, because reason: String, _ scope: RequestScope, _ session: Connection
    ) async throws {
        let row = try await session.run(
            "select scopes from auth.api_keys where tenant_id = \(scope.tenant) and id = \(id)"
        ).first
        guard row != nil else { throw ResourceFault(.notFound, "there is no API key \(id.text)") }
        _ = try await session.run(
            """
            update auth.api_keys set revoked_at = now(), revoked_reason = \(reason)
             where tenant_id = \(scope.tenant) and id = \(id) and revoked_at is null
            """)
    }
}
