package import Foundation
package import Postgres

/// What a new key is to permit.
package struct APIKeyEntry: Sendable {
    /// What it is used for.
    package let name: String
    package let scopes: [String]
    /// The account that it is confined to.
    package var account: UUID?
    package var expiresAt: Date?
    /// Networks that it may be used from; all when there are none.
    package var addresses: [String] = []
    package var requestsPerMinute = 600
    /// In whose name it acts: it ends with who is disabled.
    package var user: UUID?

    package init(name: String, scopes: [String]) {
        self.name = name
        self.scopes = scopes
    }
}

/// Makes a key for programs. It is given away once, here: what is kept of it is a hash.
package struct CreateAPIKey: Sendable {
    private let database: Database

    /// - Parameter database: as the API.
    package init(_ database: Database) { self.database = database }

    /// - Throws: `APIKeyFailure` that says what is wrong with what was asked for.
    package func callAsFunction(_ entry: APIKeyEntry, _ scope: RequestScope) async throws -> APIKeyText {
        try await database.transaction(context: scope.opening, statementTimeout: .seconds(10)) { session in
            try await Self.make(entry, scope, session).key
        }
    }

    /// The same in a transaction of its caller's.
    package static func make(
        _ entry: APIKeyEntry, _ scope: RequestScope, _ session: Connection
    ) async throws -> (id: UUID, key: APIKeyText) {
        guard entry.name.contains(where: { !$0.isWhitespace }) else { throw APIKeyFailure("the key needs a name") }
        guard (1...1_000_000).contains(entry.requestsPerMinute) else {
            throw APIKeyFailure("the key has \(entry.requestsPerMinute) requests a minute, expected 1 to 1000000")
        }
        let key = APIKeyText.make()
        do {
            let id = try await session.run(
                """
                insert into auth.api_keys (tenant_id, account_id, user_id, name, key_prefix, key_sha256, scopes,
                                           expires_at, allowed_addresses, rate_limit_per_minute)
                values (\(scope.tenant), \(entry.account), \(entry.user), \(entry.name), \(key.prefix),
                        decode(\(key.sha256.hex), 'hex'), \(entry.scopes), \(entry.expiresAt),
                        \(entry.addresses)::text[]::cidr[], \(Int32(entry.requestsPerMinute)))
                returning id
                """
            ).value(UUID.self)
            guard let id else { throw APIKeyFailure("the key was not made") }
            return (id, key)
        } catch {
            throw failure(error, entry)
        }
    }

    /// What is wrong with the entry, when that is why it failed.
    private static func failure(_ error: any Error, _ entry: APIKeyEntry) -> any Error {
        guard let error = error as? PostgresError else { return error }
        if error.server?.constraint == "api_key_scope_is_a_permission" {
            return APIKeyFailure(
                "\(entry.scopes.joined(separator: ", ")) are not all permissions; `heddle api scopes` lists those")
        }
        if error.server?.constraint == "support_is_of_the_platform" {
            return APIKeyFailure(error.server?.message ?? "")
        }
        if error.server?.constraint == "api_key_is_of_the_account_of_its_user" {
            return APIKeyFailure("a key that acts in somebody's name is confined to his account, as he is")
        }
        if error.server?.constraint == "api_key_belongs_to_account" {
            return APIKeyFailure("there is no account \(entry.account?.text ?? "")")
        }
        if error.sqlState == "22P02" {
            return APIKeyFailure("\(entry.addresses.joined(separator: ", ")) are not all networks like 203.0.113.0/24")
        }
        return error
    }
}

/// Why a key was not made or found, in a sentence.
package struct APIKeyFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
