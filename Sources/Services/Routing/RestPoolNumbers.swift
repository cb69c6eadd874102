import Foundation
package import Postgres

/// Lets the numbers of caller-ID pools rest that were shown often enough, and wakes those whose rest is over.
package struct RestPoolNumbers: Sendable {
    private let database: Database

    private static let limit = Duration.seconds(60)

    /// - Parameter database: as the engine, which sees all tenants.
    package init(_ database: Database) { self.database = database }

    /// Once for the same calls, however often it is done.
    /// - Returns: how many numbers went to rest or came back.
    package func callAsFunction() async throws -> Int {
        let tenants = try await database.run(
            """
            select tenant_id from routing.caller_id_pools
             where status = 'active' and num_nonnulls(calls_per_number_hour, calls_per_number_day) > 0
            union
            select tenant_id from routing.caller_id_pool_numbers where status = 'resting' and rested_until <= now()
            order by 1
            """, deadline: Self.limit
        ).values(UUID.self)
        var changed = 0
        for tenant in tenants {
            changed +=
                try await database.run("select routing.rest_pool_numbers(\(tenant))", deadline: Self.limit)
                .value(Int.self) ?? 0
        }
        return changed
    }
}
