package import Foundation
package import Postgres

/// What is done with a key that there is: another secret for it, or its end.
package enum ChangeAPIKey {
    /// Gives a key another secret. The old one opens nothing from then on: for a change without a gap make a second
    /// key, and end the first when nobody uses it.
    /// One that acts in somebody's name is his alone to have.
    /// - Returns: the key with its new secret, shown this once.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func rotate(_ id: UUID, _ scope: RequestScope, _ session: Connection) async throws -> APIKeyText {
        let row = try await session.run(
            """
            select scopes, coalesce(user_id = \(scope.user), user_id is null) from auth.api_keys
             where tenant_id = \(scope.tenant) and id = \(id) and revoked_at is null
            """
        ).first
        guard let row else { throw ResourceFault(.notFound, "there is no API key \(id.text) that is not revoked") }
        guard try row.column(1, as: Bool.self) else {
            throw ResourceFault(.forbidden, "the key acts in the name of another: end it, and make one of your own")
        }
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
    /// - Returns: whether it was active until now.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    @discardableResult
    package static func revoke(
        _ id: UUID, because reason: String, _ scope: RequestScope, _ session: Connection
    ) async throws -> Bool {
        let isNew = try await session.run(
            """
            update auth.api_keys set revoked_at = now(), revoked_reason = \(reason)
             where tenant_id = \(scope.tenant) and id = \(id) and revoked_at is null
            """
        ).affected
        if isNew == 1 { return true }
        let known = try await session.run(
            "select count(*) from auth.api_keys where tenant_id = \(scope.tenant) and id = \(id)"
        ).value(Int.self)
        guard known == 1 else { throw ResourceFault(.notFound, "there is no API key \(id.text)") }
        return false
    }
}
