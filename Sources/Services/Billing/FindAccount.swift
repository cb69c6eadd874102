package import Foundation
package import Postgres

/// Finds the account that somebody means by its BAN or id.
package struct FindAccount: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// - Throws: `BillingFailure` when there is none.
    package func callAsFunction(_ name: String, of tenant: UUID) async throws -> UUID {
        let id = try await database.run(
            """
            select id from accounts.accounts
             where tenant_id = \(tenant) and (ban = upper(\(name)) or id::text = lower(\(name)))
            """
        ).value(UUID.self)
        guard let id else { throw BillingFailure("there is no account with the BAN or id \"\(name.forDisplay(60))\"") }
        return id
    }
}
