import Foundation
package import Postgres
import Telecom

/// Makes money of CDRs: raw → enriched → rated → posted, a batch in one transaction, each call exactly once.
///
/// A batch that fails leaves everything as it was; the next run takes it again. A call that the database refuses for
/// what is in it is set aside with the reason, and stops no other.
package struct RateCalls: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

    private static let batchSize = 500

    /// What a batch came to.
    package struct Result: Sendable, Hashable {
        package var calls = 0
        /// Postings that were made; a call that cost nothing and held nothing needs none.
        package var posted = 0
        /// Calls that could not be rated: `cdr.raw_cdr.rating_error` says why.
        package var setAside = 0
    }

    /// Rates one batch of calls, the oldest first.
    package func callAsFunction() async throws -> Result {
        do {
            return try await rate(atMost: Self.batchSize)
        } catch is Unrateable {
            return try await rateOneByOne()
        }
    }

    /// The batch has a call that the database refuses: found by taking them singly.
    private func rateOneByOne() async throws -> Result {
        var result = Result()
        for _ in 0..<Self.batchSize {
            let one: Result
            do {
                one = try await rate(atMost: 1)
            } catch let unrateable as Unrateable {
                one = try await setAside(unrateable)
            }
            if one.calls == 0 { break }
            result.calls += one.calls
            result.posted += one.posted
            result.setAside += one.setAside
        }
        return result
    }

    /// What the database refused, and the first call of the batch: the culprit when it was alone.
    private struct Unrateable: Error {
        let call: RawCall
        let cause: PostgresError
    }

    private func setAside(_ unrateable: Unrateable) async throws -> Result {
        let call = unrateable.call
        _ = try await database.run(
            """
            update cdr.raw_cdr set rating_error = \(unrateable.cause.description)
             where tenant_id = \(call.tenantID) and started_at = \(call.startedAt) and id = \(call.id)
               and processed_at is null
            """)
        return Result(calls: 1, setAside: 1)
    }

    private func rate(atMost limit: Int) async throws -> Result {
        let (calls, result) = try await database.transaction { session -> ([RawCall], Result) in
            let calls = try await take(session, atMost: limit)
            guard let first = calls.first else { return ([], Result()) }
            do {
                return (calls, try await rate(calls, session))
            } catch let error as PostgresError where error.isAboutTheData {
                throw Unrateable(call: first, cause: error)
            }
        }
        // Apart, so that no account is locked before those of the postings. Who is killed in between leaves requests
        // that `CloseLostCalls` ends in the same way.
        try await releaseUnused(calls)
        return result
    }

    private func rate(_ calls: [RawCall], _ session: Connection) async throws -> Result {
        let rates = try await UsedRates(session, of: calls)
        let unpriced = calls.filter { $0.lacksPrice(in: rates) }
        let rated = calls.filter { !$0.lacksPrice(in: rates) }
        try await setAside(unpriced, session)
        let priced = rated.map { $0.rated(with: rates) }
        try await store(priced, session)
        try await finish(rated, session)
        // Last, because from here on the accounts' new calls wait for their holds until this commits.
        let posted = try await post(priced, session)
        return Result(calls: calls.count, posted: posted, setAside: unpriced.count)
    }

    /// Calls whose price is gone: rating them at nothing would be a gift that nobody sees.
    private func setAside(_ calls: [RawCall], _ session: Connection) async throws {
        guard !calls.isEmpty else { return }
        try await session.run(
            """
            update cdr.raw_cdr r set rating_error = 'the row of the rate plan or deck that it was routed by is gone'
              from unnest(\(calls.map(\.tenantID)), \(calls.map(\.startedAt)), \(calls.map(\.id)))
                   as d (tenant_id, started_at, id)
             where r.tenant_id = d.tenant_id and r.started_at = d.started_at and r.id = d.id
            """)
    }

    /// Two pipelines share the work: each passes over the rows that the other has.
    ///
    /// An account that does not exist is nobody: the call is kept, priced, and charged to no one. It must not stop the
    /// calls behind it.
    private func take(_ session: Connection, atMost limit: Int) async throws -> [RawCall] {
        let rows = try await session.run(
            """
            with todo as (
                select r.* from cdr.raw_cdr r
                 where r.processed_at is null and r.rating_error is null
                 order by r.started_at, r.tenant_id, r.id
                 limit \(limit)
                   for update skip locked
            )
            select t.tenant_id, t.started_at, t.id, coalesce(t.routing_id, q.id), a.id,
                   coalesce(t.trunk_id, q.trunk_id), coalesce(t.carrier_trunk_id, q.carrier_trunk_id),
                   coalesce(nullif(t.direction, ''), q.direction, 'unknown'), q.from_number, q.to_number,
                   q.jurisdiction, q.jurisdiction_reason, t.sip_code, t.ringing_at, t.answered_at, t.ended_at,
                   t.duration_ms, t.hangup, coalesce(t.sell_rate_id, q.sell_rate_id), t.buy_rate_id,
                   coalesce(a.currency, n.currency)
              from todo t
              join core.tenants n on n.id = t.tenant_id
              left join routing.routing_requests q
                on q.tenant_id = t.tenant_id and q.requested_at = t.started_at and q.id = t.routing_id
              left join accounts.accounts a
                on a.tenant_id = t.tenant_id and a.id = coalesce(t.account_id, q.account_id)
            """, deadline: .seconds(60))
        return try rows.map { try RawCall($0) }
    }

    private func store(_ calls: [RatedCDR], _ session: Connection) async throws {
        try await session.run(
            "create temporary table rated (like cdr.enriched_cdr including defaults) on commit drop")
        _ = try await session.copyIn("rated (\(RatedCDR.columns))") { writer in
            for call in calls { try await call.write(to: writer) }
        }
        try await session.run(
            """
            insert into cdr.enriched_cdr (\(unescaped: RatedCDR.columns), posted_at)
            select \(unescaped: RatedCDR.columns), now() from rated
            on conflict (tenant_id, started_at, id) do update
               set (\(unescaped: RatedCDR.columnsAfterKey), posted_at)
                   = row (\(unescaped: RatedCDR.excludedAfterKey), excluded.posted_at)
             where enriched_cdr.disposition = \(RawCall.lost)
            """, deadline: .seconds(60))
    }

    private func post(_ calls: [RatedCDR], _ session: Connection) async throws -> Int {
        var posted = 0
        // A lost call gave its hold back; were it posted, its true CDR could not be.
        let chargeable = calls.filter { $0.raw.accountID != nil && !$0.raw.isLost }
        for (tenant, calls) in Dictionary(grouping: chargeable, by: \.raw.tenantID).sorted(by: { $0.key < $1.key }) {
            posted +=
                try await session.run(
                    """
                    select billing.post_calls(\(tenant), \(calls.map(\.raw.id)), \(calls.compactMap(\.raw.accountID)),
                                              \(NullableArray(calls.map(\.raw.routingID))), \(calls.map(\.sell.amount)))
                    """, deadline: .seconds(60)
                ).value(Int.self) ?? 0
        }
        return posted
    }

    private func finish(_ calls: [RawCall], _ session: Connection) async throws {
        let tenants = calls.map(\.tenantID)
        let times = calls.map(\.startedAt)
        let ended = calls.map { $0.isLost ? nil : $0.routingID }
        _ = try await session.run(
            [
                """
                update cdr.raw_cdr r set processed_at = now()
                  from unnest(\(tenants), \(times), \(calls.map(\.id))) as d (tenant_id, started_at, id)
                 where r.tenant_id = d.tenant_id and r.started_at = d.started_at and r.id = d.id
                """,
                """
                update routing.routing_requests q set state = 'finished', finished_at = now()
                  from unnest(\(tenants), \(times), \(NullableArray(ended)))
                       as d (tenant_id, started_at, id)
                 where q.tenant_id = d.tenant_id and q.requested_at = d.started_at and q.id = d.id
                   and q.state in ('open', 'lost')
                """,
            ], deadline: .seconds(60))
    }

    /// A router that died, or was too slow, may have held money for a call that the edge then ended without its answer.
    /// The CDR does not know the routing id, but the request knows the id of the CDR.
    private func releaseUnused(_ calls: [RawCall]) async throws {
        let unanswered = calls.filter { $0.routingID == nil }
        guard !unanswered.isEmpty else { return }
        _ = try await database.run(
            """
            with unused as (
                select q.tenant_id, q.requested_at, q.id,
                       billing.release_hold(q.tenant_id, q.id, 'the edge did not get the answer') as released
                  from (select q.tenant_id, q.requested_at, q.id
                          from unnest(\(unanswered.map(\.startedAt)), \(unanswered.map(\.id)))
                               as d (requested_at, cdr_id)
                          join routing.routing_requests q
                            on q.requested_at = d.requested_at and q.cdr_id = d.cdr_id
                         where q.state = 'open'
                         order by q.tenant_id, q.account_id offset 0) q
            )
            update routing.routing_requests q set state = 'finished', finished_at = now()
              from unused u
             where q.tenant_id = u.tenant_id and q.requested_at = u.requested_at and q.id = u.id
               and (u.released is null or u.released >= 0)
            """, deadline: .seconds(60))
    }
}
