package import Foundation
package import Postgres

/// Closes calls whose CDR will not come, because the edge was killed with the call in it: each gets a CDR that tells
/// what the router knew and that the call was lost, and its hold is given back. Nothing is debited.
///
/// A CDR that comes from the edge after all takes the place of that one (`ImportSpool`) and posts once (`RateCalls`).
package struct CloseLostCalls: Sendable {
    private let database: Database

    /// How much older than the list of live calls a request must be: the edge knows a call before the router does, but
    /// writes its variables one by one.
    private static let margin = 1.0
    /// What must have passed after the longest end of a call that the edge should have told of, and did not.
    private static let patienceSeconds = 600
    /// Few enough that an account's new calls do not wait long for their holds.
    private static let batchSize = 50

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

    /// The calls in progress, as an edge tells them.
    package struct LiveCalls: Sendable {
        /// The ids of their CDRs.
        package let ids: Set<UUID>
        /// When the edge that tells them started: older calls were in another one.
        package let since: Date

        package init(ids: Set<UUID>, since: Date) {
            self.ids = ids
            self.since = since
        }
    }

    /// Closes what is neither live nor in a CDR. The order in which the caller looks is what makes that certain: first
    /// the clock, then the edge's calls, then an import of everything that the edge had written by then.
    ///
    /// A call of an edge that has ended is closed at once. An edge that has run all the time leaves a CDR of each call;
    /// should it not, the hold stays for ten minutes after the call's longest end.
    /// - Parameters:
    ///   - edge: the id of the edge on this machine: nobody else knows which of its calls are in progress.
    ///   - live: its calls in progress.
    ///   - before: when the live calls were asked for, by the clock of the edge's machine.
    /// - Returns: how many calls got a CDR that says they were lost.
    package func callAsFunction(of edge: String, live: LiveCalls, before: Date) async throws -> Int {
        try await close(
            """
            q.edge_id = \(edge) and q.requested_at < \(before.addingTimeInterval(-Self.margin))
               and q.cdr_id <> all (\(Array(live.ids)))
               and (q.requested_at < \(live.since) or \(Self.ended(Self.patienceSeconds, before: before))
                    or exists (select from cdr.raw_cdr r
                                where r.tenant_id = any (array[q.tenant_id, core.unattributed_tenant()])
                                  and r.started_at = q.requested_at and r.id = q.cdr_id))
            """)
    }

    /// Closes what no edge has closed: its machine is gone, or has been cut off from the database for hours. What such
    /// an edge still has in its files is posted when it comes back, without the hold.
    /// - Parameter grace: what must have passed after the longest possible end of a call.
    /// - Returns: how many calls got a CDR that says they were lost.
    package func ofAbandonedEdges(
        after grace: Duration = .seconds(6 * 3600), now: Date = Date()
    ) async throws -> Int {
        try await close(Self.ended(Int(grace.components.seconds), before: now))
    }

    /// Gives back holds that no request stands behind any more, for no call will end them.
    /// - Returns: how many.
    package func releaseStrays() async throws -> Int { try await release("release_stray_holds") }

    /// Gives back holds of no call whose time is over.
    /// - Returns: how many.
    package func releaseExpired() async throws -> Int { try await release("release_expired_holds") }

    /// A batch may be short because somebody else is at one of its holds: the end is where there is none. What is due
    /// only later is left to the next look, so that there is an end.
    private func release(_ function: String) async throws -> Int {
        guard let now = try await database.run("select now()").value(Date.self) else { return 0 }
        var released = 0
        while true {
            let batch =
                try await database.run(
                    "select billing.\(identifier: function)(\(now), \(Int32(Self.batchSize)))", deadline: .seconds(60)
                ).value(Int.self) ?? 0
            released += batch
            if batch == 0 { return released }
        }
    }

    /// The call must have ended so many seconds ago.
    private static func ended(_ seconds: Int, before now: Date) -> SQL {
        "q.requested_at + make_interval(secs => coalesce(q.max_duration_s, 86400) + \(seconds)) < \(now)"
    }

    private func close(_ condition: SQL) async throws -> Int {
        var lost = 0
        while true {
            let (taken, recorded) = try await closeBatch(condition)
            lost += recorded
            if taken < Self.batchSize { return lost }
        }
    }

    /// - Returns: how many requests were ended, and how many of them got a CDR: not those that have one, because they
    ///   were stored after that had been rated, or another router's answer was the one that counted.
    private func closeBatch(_ condition: SQL) async throws -> (taken: Int, recorded: Int) {
        try await database.transaction { session in
            // Requests first, then holds and balances, as `RateCalls` does. A CDR that waits to be rated ends its
            // request by itself, and what another session has is being ended.
            let keys = try await session.run(
                """
                select q.tenant_id, q.requested_at, q.id from routing.routing_requests q
                 where q.state = 'open' and \(condition) and not \(Self.awaitsRating)
                 order by q.requested_at limit \(Self.batchSize)
                   for update of q skip locked
                """, deadline: .seconds(60)
            ).decode(UUID.self, Date.self, UUID.self)
            guard !keys.isEmpty else { return (0, 0) }
            let requests: SQL = """
                unnest(\(keys.map(\.0)), \(keys.map(\.1)), \(keys.map(\.2))) as d (tenant_id, requested_at, id)
                  join routing.routing_requests q
                    on q.tenant_id = d.tenant_id and q.requested_at = d.requested_at and q.id = d.id
                """
            let recorded = try await session.run(Self.record(requests), deadline: .seconds(60)).affected
            // What came from the edge in this moment keeps its hold, for the rating to take.
            let stillOpen: SQL = "\(requests) where not \(Self.awaitsRating)"
            try await session.run(
                """
                select billing.release_hold(k.tenant_id, k.id, 'no CDR came')
                  from (select q.tenant_id, q.id from \(stillOpen) order by q.tenant_id, q.account_id, q.id offset 0) k
                """, deadline: .seconds(60))
            try await session.run(Self.end(stillOpen), deadline: .seconds(60))
            return (keys.count, recorded)
        }
    }

    /// A CDR of the request is there that is still to be rated, and it is not one of ours.
    private static let awaitsRating: SQL = """
        exists (select from cdr.raw_cdr r
                 where r.tenant_id = any (array[q.tenant_id, core.unattributed_tenant()])
                   and r.started_at = q.requested_at and r.id = q.cdr_id
                   and r.processed_at is null and r.rating_error is null and r.hangup <> \(RawCall.lost))
        """

    private static func record(_ requests: SQL) -> SQL {
        """
        insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, routing_id, account_id, trunk_id,
                                 carrier_trunk_id, direction, call_id, from_tag, caller, callee, source,
                                 sip_code, sip_reason, hangup)
        select q.tenant_id, q.requested_at, q.cdr_id, q.edge_id, q.id, q.account_id, q.trunk_id,
               q.carrier_trunk_id, q.direction, q.call_id, q.from_tag, q.caller, q.callee, q.source, 500,
               'No CDR came', \(RawCall.lost)
          from \(requests)
         where not exists (select from cdr.raw_cdr r
                            where r.tenant_id = any (array[q.tenant_id, core.unattributed_tenant()])
                              and r.started_at = q.requested_at and r.id = q.cdr_id)
        on conflict do nothing
        """
    }

    private static func end(_ requests: SQL) -> SQL {
        """
        update routing.routing_requests e
           set finished_at = now(),
               state = case when exists (select from cdr.raw_cdr r
                                          where r.tenant_id = e.tenant_id
                                            and r.started_at = e.requested_at and r.id = e.cdr_id
                                            and r.hangup = \(RawCall.lost))
                            then 'lost' else 'finished' end
          from (select q.tenant_id, q.requested_at, q.id from \(requests)) k
         where e.tenant_id = k.tenant_id and e.requested_at = k.requested_at and e.id = k.id
        """
    }
}
