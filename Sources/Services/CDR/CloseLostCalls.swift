package import Foundation
package import Postgres

/// Ends requests whose CDR will not come any more, because the edge was killed with the call in its memory: the call
/// gets a CDR that says so, from what the router knew, the hold is given back and nothing is debited.
///
/// A CDR that comes from the edge after all takes the place of that one (`ImportSpool`) and posts once (`RateCalls`).
package struct CloseLostCalls: Sendable {
    private let database: Database
    /// Only its calls are looked at: nobody else knows which of them are in progress.
    private let edge: String

    /// How much older than the list of live calls a request must be: the edge knows a call before the router does, but
    /// writes its variables one by one.
    private static let margin = 1.0

    /// - Parameters:
    ///   - database: as the engine.
    ///   - edge: the id of the edge on this machine.
    package init(_ database: Database, edge: String) {
        self.database = database
        self.edge = edge
    }

    /// Closes what is neither live nor in a CDR. The order in which the caller looks is what makes that certain: first
    /// the clock, then the edge's calls, then an import of everything that the edge had written by then.
    /// - Parameters:
    ///   - live: the CDR ids of the calls in progress.
    ///   - before: when the live calls were asked for, by the clock of the edge's machine.
    /// - Returns: how many calls got a CDR that says they were lost.
    package func callAsFunction(live: Set<UUID>, before: Date) async throws -> Int {
        // A CDR that waits to be rated ends its request by itself.
        let open = try await database.run(
            """
            select q.tenant_id, q.requested_at, q.id from routing.routing_requests q
             where q.state = 'open' and q.edge_id = \(edge)
               and q.requested_at < \(before.addingTimeInterval(-Self.margin)) and q.cdr_id <> all (\(Array(live)))
               and not exists (select from cdr.raw_cdr r
                                where r.tenant_id = any (array[q.tenant_id, core.unattributed_tenant()])
                                  and r.started_at = q.requested_at and r.id = q.cdr_id and r.processed_at is null)
             order by q.requested_at limit 500
            """
        ).decode(UUID.self, Date.self, UUID.self)
        var lost = 0
        for (tenant, requestedAt, id) in open {
            lost += try await Self.close(tenant, requestedAt, id, in: database)
        }
        return lost
    }

    /// - Returns: 1, or 0 when the call has a CDR: a request that was stored after its CDR was rated.
    static func close(
        _ tenant: UUID, _ requestedAt: Date, _ id: UUID, in database: Database
    ) async throws(PostgresError) -> Int {
        let results = try await database.run([
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, routing_id, account_id, trunk_id,
                                     carrier_trunk_id, direction, call_id, from_tag, caller, callee, source, sip_code,
                                     sip_reason, hangup)
            select q.tenant_id, q.requested_at, q.cdr_id, q.edge_id, q.id, q.account_id, q.trunk_id,
                   q.carrier_trunk_id, q.direction, q.call_id, q.from_tag, q.caller, q.callee, q.source, 500,
                   'No CDR came', \(RawCall.lost)
              from routing.routing_requests q
             where q.tenant_id = \(tenant) and q.requested_at = \(requestedAt) and q.id = \(id) and q.state = 'open'
               and not exists (select from cdr.raw_cdr r
                                where r.tenant_id = any (array[q.tenant_id, core.unattributed_tenant()])
                                  and r.started_at = q.requested_at and r.id = q.cdr_id)
            on conflict do nothing
            """,
            "select billing.release_hold(\(tenant), \(id), \("no CDR came"))",
            """
            update routing.routing_requests q
               set finished_at = now(),
                   state = case when exists (select from cdr.raw_cdr r
                                              where r.tenant_id = q.tenant_id
                                                and r.started_at = q.requested_at and r.id = q.cdr_id
                                                and r.hangup = \(RawCall.lost))
                                then 'lost' else 'finished' end
             where q.tenant_id = \(tenant) and q.requested_at = \(requestedAt) and q.id = \(id) and q.state = 'open'
            """,
        ])
        return results.first?.affected ?? 0
    }
}
