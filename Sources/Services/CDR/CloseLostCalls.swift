package import Foundation
package import Postgres

/// Ends requests whose CDR will not come any more, because the edge was killed with the call in its memory: the hold is
/// given back and nothing is debited. A CDR that comes after all supersedes that, and posts once (`RateCalls`).
package struct CloseLostCalls: Sendable {
    private let database: Database
    /// Whose calls are looked at; `nil` for all edges.
    private let edge: String?
    /// What must have passed after the longest possible end of a call.
    private let grace: Duration

    /// The calls of the edge on this machine, which alone knows what is in progress and what waits in its files.
    package init(_ database: Database, edge: String, grace: Duration = .seconds(600)) {
        self.database = database
        self.edge = edge
        self.grace = grace
    }

    /// The calls that no edge closed: its machine is gone, or has been cut off from the database for hours. What such
    /// an edge still has in its files is posted when it comes back, without the hold.
    package init(ofAbandonedEdges database: Database, grace: Duration = .seconds(6 * 3600)) {
        self.database = database
        edge = nil
        self.grace = grace
    }

    /// - Parameters:
    ///   - live: the routing ids of the calls in progress, as the edge lists them.
    ///   - oldestPending: since when there are lines that have not been imported; requests that may have ended after
    ///     it wait.
    /// - Returns: how many were closed.
    package func callAsFunction(
        live: Set<UUID> = [], oldestPending: Date? = nil, now: Date = Date()
    ) async throws -> Int {
        let seconds = Int(grace.components.seconds)
        let overdue = try await database.run(
            """
            select tenant_id, requested_at, id from routing.routing_requests
             where state = 'open' and (\(edge)::text is null or edge_id = \(edge))
               and requested_at + make_interval(secs => coalesce(max_duration_s, 86400) + \(seconds)) < \(now)
               and requested_at < coalesce(\(oldestPending), 'infinity'::timestamptz)
             order by requested_at limit 500
            """
        ).decode(UUID.self, Date.self, UUID.self)
        var closed = 0
        for (tenant, requestedAt, id) in overdue where !live.contains(id) {
            _ = try await database.run([
                "select billing.release_hold(\(tenant), \(id), \("no CDR came"))",
                """
                update routing.routing_requests set state = 'lost', finished_at = now()
                 where tenant_id = \(tenant) and requested_at = \(requestedAt) and id = \(id) and state = 'open'
                """,
            ])
            closed += 1
        }
        return closed
    }
}
