package import Foundation
package import Postgres

/// A key as it may be shown.
package struct APIKeyLine: Sendable {
    package let id: UUID
    package let name: String
    package let prefix: String
    /// BAN of the account that it is confined to.
    package let account: String?
    package let scopes: [String]
    package let requestsPerMinute: Int
    /// active, expired or revoked.
    package let state: String
    package let lastUsedAt: Date?
    package let expiresAt: Date?
    package let createdAt: Date
}

/// Lists a tenant's API keys, and ends them.
package struct ListAPIKeys: Sendable {
    private let database: Database

    /// - Parameter database: as the API.
    package init(_ database: Database) { self.database = database }

    /// The newest first.
    package func callAsFunction(_ scope: RequestScope, limit: Int) async throws -> [APIKeyLine] {
        let rows = try await database.run([
            scope.opening,
            """
            select k.id, k.name, k.key_prefix, a.ban, k.scopes, k.rate_limit_per_minute::bigint,
                   case when k.revoked_at is not null then 'revoked' when k.expires_at <= now() then 'expired'
                        else 'active' end,
                   k.last_used_at, k.expires_at, k.created_at
              from auth.api_keys k
              left join accounts.accounts a on a.tenant_id = k.tenant_id and a.id = k.account_id
             where k.tenant_id = \(scope.tenant)
             order by k.created_at desc, k.id desc
             limit \(limit)
            """,
        ])
        return try rows.last?.map { row in
            APIKeyLine(
                id: try row.column(0), name: try row.column(1), prefix: try row.column(2), account: try row.column(3),
                scopes: try row.column(4), requestsPerMinute: try row.column(5), state: try row.column(6),
                lastUsedAt: try row.column(7), expiresAt: try row.column(8), createdAt: try row.column(9))
        } ?? []
    }

    /// What keys may permit, with what that is.
    package func permissions() async throws -> [(name: String, description: String)] {
        try await database.run("select name, description from auth.permissions order by name")
            .decode(String.self, String.self).map { ($0, $1) }
    }

    /// Ends a key for good.
    /// - Parameter key: its prefix, or its id.
    /// - Returns: whether it was active until now.
    /// - Throws: `APIKeyFailure` when there is none.
    package func revoke(_ key: String, because reason: String, _ scope: RequestScope) async throws -> Bool {
        try await database.transaction(context: scope.opening, statementTimeout: .seconds(10)) { session in
            let id = try await session.run(
                """
                select k.id from auth.api_keys k
                 where k.tenant_id = \(scope.tenant) and (k.key_prefix = \(key) or k.id::text = lower(\(key)))
                """
            ).value(UUID.self)
            guard let id else {
                throw APIKeyFailure("there is no API key \"\(key.forDisplay(60))\"; `heddle api key list` lists them")
            }
            return try await ChangeAPIKey.revoke(id, because: reason, scope, session)
        }
    }
}
