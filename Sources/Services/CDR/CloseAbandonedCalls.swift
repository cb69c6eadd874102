package import Foundation
package import Postgres

/// Ends requests that no edge has closed: its machine is gone, or has been cut off from the database for hours. Each
/// gets a CDR that says so, as in `CloseLostCalls`. What such an edge still has in its files is posted when it comes
/// back, without the hold.
package struct CloseAbandonedCalls: Sendable {
    private let database: Database
    /// What must have passed after the longest possible end of a call.
    private let grace: Duration

    /// - Parameter database: as the engine.
    package init(_ database: Database, grace: Duration = .seconds(6 * 3600)) {
        self.database = database
        self.grace = grace
    }

    /// - Returns: how many calls got a CDR that says they were lost.
    package func callAsFunction(now: Date = Date()) async throws -> Int {
        let seconds = Int(grace.components.seconds)
        let overdue = try await database.run(
            """
            select q.tenant_id, q.requested_at, q.id from routing.routing_requests q
             where q.state = 'open'
               and q.requested_at + make_interval(secs => coalesce(q.max_duration_s, 86400) + \(seconds)) < \(now)
               and not exists (select from cdr.raw_cdr r
                                where r.tenant_id = any (array[q.tenant_id, core.unattributed_tenant()])
                                  and r.started_at = q.requested_at and r.id = q.cdr_id and r.processed_at is null)
             order by q.requested_at limit 500
            """
        ).decode(UUID.self, Date.self, UUID.self)
        var lost = 0
        for (tenant, requestedAt, id) in overdue {
            lost += try await CloseLostCalls.close(tenant, requestedAt, id, in: database)
        }
        return lost
    }
}
