import Foundation
package import Postgres

/// Prices messages and posts them to the ledger, a batch of each tenant in one transaction, each message exactly once.
package struct PostMessages: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

    /// What a round came to.
    package struct Result: Sendable, Hashable {
        package var posted = 0
        /// Without a price, or refused: `messaging.mdr.rating_error` says why.
        package var setAside = 0
        /// What stopped an operator's messages, the last where there are several; it stops nobody else's.
        package var failure: PostgresError?
    }

    private static let batchSize = 1000

    /// One batch of each tenant that has messages waiting.
    package func callAsFunction() async throws -> Result {
        var result = Result()
        let tenants = try await database.run(
            """
            select t.id from core.tenants t
             where exists (select from messaging.mdr m
                            where m.tenant_id = t.id and m.posted_at is null and m.rating_error is null
                              and m.status not in ('queued', 'held', 'blocked', 'cancelled'))
             order by t.id
            """, deadline: .seconds(60)
        ).values(UUID.self)
        for tenant in tenants {
            do throws(PostgresError) {
                let (posted, setAside) = try await post(tenant)
                result.posted += posted
                result.setAside += setAside
            } catch {
                result.failure = error
            }
        }
        return result
    }

    private func post(_ tenant: UUID) async throws(PostgresError) -> (Int, Int) {
        try await database.run(
            "select posted, set_aside from billing.post_messages(\(tenant), \(Int32(Self.batchSize)))",
            deadline: .seconds(60)
        ).first(Int.self, Int.self) ?? (0, 0)
    }
}
