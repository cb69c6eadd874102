package import Foundation
package import Postgres

/// Throws the shadow of a run away. What was posted stays posted, so a run of which something was is kept.
package struct CancelRerate: Sendable {
    private let database: Database
    private let tenant: UUID

    private static let limit = Duration.seconds(600)

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// - Returns: how many calls were thrown away.
    /// - Throws: `BillingFailure` when it is posted, or being posted.
    package func callAsFunction(_ run: RerateRun) async throws -> Int {
        try await database.transaction { session in
            let mine = try await session.run(
                """
                update billing.rerate_runs set state = 'cancelled', cancelled_at = now()
                 where tenant_id = \(tenant) and id = \(run.id) and state in ('rating', 'rated')
                """, deadline: Self.limit
            ).affected
            guard mine == 1 else {
                let now = try await session.run(
                    "select state from billing.rerate_runs where tenant_id = \(tenant) and id = \(run.id)"
                ).value(String.self)
                let id = run.id.uuidString.lowercased()
                throw BillingFailure(
                    now == "cancelled"
                        ? "run \(id) is cancelled"
                        : "run \(id) is \(now ?? "gone"), and what was posted is taken back by another run only")
            }
            return try await session.run(
                "delete from billing.rerate_calls where tenant_id = \(tenant) and rerate_run_id = \(run.id)",
                deadline: Self.limit
            ).affected
        }
    }
}
