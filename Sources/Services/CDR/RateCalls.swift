import Foundation
package import Postgres
import Telecom

/// Makes money of CDRs: raw → enriched → rated → summed up → posted, a batch in one transaction, each call once.
///
/// A batch that fails leaves everything as it was; the next run takes it again. A call that the database refuses for
/// what is in it is set aside with the reason, and stops no other.
package struct RateCalls: Sendable {
    private let database: Database
    private let accounts = KnownAccounts()
    private let prices = PriceBook()
    private let blocks = KnownBlocks()
    private let destinations = Destinations()
    private let position = QueuePosition()
    private let size = BatchSize()

    /// - Parameter database: as the engine.
    package init(_ database: Database) {
        self.database = database
    }

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
        let limit = size.now
        do {
            let result = try await rate(atMost: limit, behind: position.next())
            return result
        } catch {
            position.rewind()
            size.shrink()
            guard error is Unrateable else { throw error }
            await accounts.forget()
            return try await rateOneByOne()
        }
    }

    /// The batch has a call that the database refuses: found by taking them singly.
    private func rateOneByOne() async throws -> Result {
        var result = Result()
        for _ in 0..<BatchSize.smallest {
            let one: Result
            do {
                one = try await rate(atMost: 1, behind: nil)
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
        try await database.transaction { session in
            try await mark([(unrateable.call, unrateable.cause.description)], session)
        }
        try await giveBack([unrateable.call])
        return Result(calls: 1, setAside: 1)
    }

    /// The calls are kept with the reason for people to mend: those that this transaction took, or that nobody did.
    private func mark(_ calls: [(RawCall, reason: String)], _ session: Connection) async throws {
        if calls.isEmpty { return }
        try await session.run(
            """
            update cdr.raw_cdr r set rating_error = d.reason, processed_at = null
              from unnest(\(calls.map(\.0.tenantID)), \(calls.map(\.0.startedAt)), \(calls.map(\.0.id)),
                          \(calls.map(\.reason))) as d (tenant_id, started_at, id, reason)
             where r.tenant_id = d.tenant_id and r.started_at = d.started_at and r.id = d.id
               and (r.processed_at is null or r.processed_at = now())
            """)
    }

    /// Their money is not kept: a customer must not wait for that. A call that is mended and rated after all posts
    /// without its hold. Apart, so that no account is locked before those of the postings; who is killed in between
    /// leaves holds that `CloseLostCalls` gives back with the requests.
    private func giveBack(_ calls: [RawCall]) async throws {
        let held = calls.filter { $0.routingID != nil }
        if held.isEmpty { return }
        let keys: SQL = """
            unnest(\(held.map(\.tenantID)), \(held.map(\.startedAt)), \(held.compactMap(\.routingID)))
                   as d (tenant_id, started_at, routing_id)
            """
        try await database.transaction { session in
            try await session.run(
                """
                update routing.routing_requests q set state = 'finished', finished_at = now() from \(keys)
                 where q.tenant_id = d.tenant_id and q.requested_at = d.started_at and q.id = d.routing_id
                   and q.state = 'open'
                """)
            try await session.run(
                """
                select billing.release_hold(k.tenant_id, k.id, 'the CDR was set aside')
                  from (select h.tenant_id, h.id from \(keys)
                          join billing.holds h on h.tenant_id = d.tenant_id and h.id = d.routing_id
                         order by h.tenant_id, h.account_id, h.id offset 0) k
                """)
        }
    }

    private func rate(atMost limit: Int, behind key: QueuePosition.Key?) async throws -> Result {
        // Records are looked up by their keys: of as many as a batch has, a plan may read the whole month for them.
        let byKey: SQL = "select set_config('enable_seqscan', 'off', true)"
        let (calls, batch) = try await database.transaction(context: byKey) { session -> ([RawCall], Batch) in
            let calls = try await take(session, atMost: limit, behind: key)
            guard let first = calls.first else { return ([], Batch()) }
            do {
                return (calls, try await rate(calls, session))
            } catch let error as PostgresError where error.isAboutTheData {
                throw Unrateable(call: first, cause: error)
            }
        }
        if limit >= BatchSize.smallest { size.note(calls.count, of: limit, locked: batch.locked) }
        // Apart, so that no account is locked before those of the postings. Who is killed in between leaves requests
        // that `CloseLostCalls` ends in the same way.
        try await giveBack(batch.aside)
        try await releaseUnused(calls)
        return Result(calls: calls.count, posted: batch.posted, setAside: batch.aside.count)
    }

    /// What became of the calls of a transaction.
    private struct Batch {
        var posted = 0
        var aside: [RawCall] = []
        /// For how long new calls of the accounts waited for their holds.
        var locked = Duration.zero
    }

    private func rate(_ calls: [RawCall], _ session: Connection) async throws -> Batch {
        let calls = try await prices.priced(calls, session)
        try await CallSums.share(Set(calls.map(\.tenantID)), session)
        let batch = try await RatingBatch(session, of: calls)
        try await mark(batch.aside, session)
        var rated = batch.rated
        let ends = try await blocks.ends(of: rated.map(\.raw), session)
        for (position, ends) in ends.enumerated() { rated[position].ends = ends }
        var sums = CallSums(try await destinations.read(session))
        let stored = try await store(rated, &sums, session)
        try await RatedLevel.store(stored, session)
        try await RatedEvents.emit(stored, session)
        try await endRequests(of: rated.map(\.raw), session)
        // Late, because from here on other batches wait for the sums until this commits; and last what the accounts'
        // new calls wait for.
        try await sums.store(session)
        let postings = try await CallPostings.post(stored, session)
        return Batch(posted: postings.posted, aside: batch.aside.map(\.0), locked: postings.locked)
    }

    /// The next batch; from the beginning when nothing is behind the key.
    private func take(
        _ session: Connection, atMost limit: Int, behind key: QueuePosition.Key?
    ) async throws -> [RawCall] {
        guard let key else { return try await take(session, where: "true", limit) }
        let calls = try await take(
            session,
            where: """
                r.started_at >= \(key.startedAt)
                and (r.started_at, r.tenant_id, r.id) > (\(key.startedAt), \(key.tenantID), \(key.id))
                """, limit)
        return calls.isEmpty ? try await take(session, where: "true", limit) : calls
    }

    /// Two pipelines share the work: each passes over the rows that the other has. They are marked as processed at
    /// once, while their pages are at hand: a failure takes that back with the rest. The limit is in the text: a plan
    /// for any limit reads all records of the month.
    ///
    /// An account that does not exist is nobody: the call is kept, priced, and charged to no one. It must not stop the
    /// calls behind it.
    private func take(_ session: Connection, where condition: SQL, _ limit: Int) async throws -> [RawCall] {
        let rows = try await session.run(
            """
            with todo as (
                select r.tenant_id, r.started_at, r.id, r.updated_at <> r.created_at as was_changed
                  from cdr.raw_cdr r
                 where r.processed_at is null and r.rating_error is null and \(condition)
                 order by r.started_at, r.tenant_id, r.id
                 limit \(unescaped: String(limit))
                   for update skip locked
            ), taken as (
                update cdr.raw_cdr r set processed_at = now(), updated_at = now()
                  from todo d
                 where r.tenant_id = d.tenant_id and r.started_at = d.started_at and r.id = d.id
                returning r.*, d.was_changed
            )
            select t.tenant_id, t.started_at, t.id, coalesce(t.routing_id, q.id), coalesce(t.account_id, q.account_id),
                   coalesce(t.trunk_id, q.trunk_id), coalesce(t.carrier_trunk_id, q.carrier_trunk_id),
                   coalesce(nullif(t.direction, ''), q.direction, 'unknown'),
                   case when q.id is null then t.caller else q.from_number end,
                   case when q.id is null then t.callee else q.to_number end,
                   q.jurisdiction, q.jurisdiction_reason, t.sip_code, t.ringing_at, t.answered_at, t.ended_at,
                   t.duration_ms, t.hangup, coalesce(t.sell_rate_id, q.sell_rate_id), t.buy_rate_id,
                   n.currency, q.from_state, q.to_state, q.lata, q.lrn, q.lrn_source, q.ported,
                   q.id is not null, t.was_changed, t.attempts
              from taken t
              join core.tenants n on n.id = t.tenant_id
              left join routing.routing_requests q
                on q.tenant_id = t.tenant_id and q.requested_at = t.started_at and q.id = t.routing_id
            """, deadline: .seconds(60))
        let calls = try rows.map { try RawCall($0) }
        position.advance(behind: calls)
        return try await accounts.recognise(calls, session)
    }

    /// - Returns: the calls that are stored as they were rated now: what was charged before stays as it is.
    private func store(
        _ calls: [RatedCDR], _ sums: inout CallSums, _ session: Connection
    ) async throws -> [RatedCDR] {
        // Not when the transaction began: prices may have been read since, and who looks for what was posted after a
        // time must find it. Where nobody may pass over row security, COPY is refused.
        let state = try await session.run(
            "select clock_timestamp(), row_security_active('cdr.enriched_cdr')"
        ).first(Date.self, Bool.self)
        guard let (now, isBound) = state, !isBound else { return try await replace(calls, &sums, session) }
        // Nearly always all are new, and are not taken apart.
        let changed = calls.filter(\.raw.wasChanged)
        let new = changed.isEmpty ? calls : calls.filter { !$0.raw.wasChanged }
        if !new.isEmpty {
            _ = try await session.copyIn("cdr.enriched_cdr (\(unescaped: RatedCDR.columns), posted_at)") { writer in
                for call in new { try await call.write(to: writer, postedAt: now) }
            }
            for call in new { sums.add(SummedCall(call)) }
        }
        return changed.isEmpty ? new : new + (try await replace(changed, &sums, session))
    }

    /// The longer way, for records that were changed since they came. A call that was taken for lost, or was nobody's,
    /// has been stored as such, and its record takes the place of that. Any other one has been charged: by its record
    /// nothing of it changes any more, but by rating it again (docs/decisions/0025-rating-again.md).
    private func replace(
        _ calls: [RatedCDR], _ sums: inout CallSums, _ session: Connection
    ) async throws -> [RatedCDR] {
        // Whoever rates them has their raw records, so that nobody else writes these rows.
        let found = try await session.run(
            """
            select \(SummedCall.columns)
              from unnest(\(calls.map(\.raw.tenantID)), \(calls.map(\.raw.startedAt)), \(calls.map(\.raw.id)))
                   as d (tenant_id, started_at, id)
              join cdr.enriched_cdr e
                on e.tenant_id = d.tenant_id and e.started_at = d.started_at and e.id = d.id
            """, deadline: .seconds(60)
        ).map { try SummedCall($0) }
        let old = Dictionary(found.map { (TenantKey($0.tenantID, $0.id), $0) }) { first, _ in first }
        var stored: [RatedCDR] = []
        for call in calls {
            if var old = old[TenantKey(call.raw.tenantID, call.raw.id)] {
                if old.isCharged { continue }
                // What was tried for a lost call nobody knew.
                if old.disposition != RawCall.lost { old.earlierTries = call.raw.earlierTries }
                sums.add(old, times: -1)
            }
            sums.add(SummedCall(call))
            stored.append(call)
        }
        if stored.isEmpty { return [] }
        try await session.run(
            "create temporary table rated (like cdr.enriched_cdr including defaults) on commit drop")
        _ = try await session.copyIn("rated (\(unescaped: RatedCDR.columns), posted_at)") { writer in
            for call in stored { try await call.write(to: writer) }
        }
        try await session.run(
            """
            insert into cdr.enriched_cdr (\(unescaped: RatedCDR.columns), posted_at)
            select \(unescaped: RatedCDR.columns), clock_timestamp() from rated
            on conflict (tenant_id, started_at, id) do update
               set (\(unescaped: RatedCDR.columnsAfterKey), posted_at)
                   = row (\(unescaped: RatedCDR.excludedAfterKey), excluded.posted_at)
            """, deadline: .seconds(60))
        return stored
    }

    private func endRequests(of calls: [RawCall], _ session: Connection) async throws {
        let ended = calls.filter { !$0.isLost && $0.routingID != nil }
        if ended.isEmpty { return }
        try await session.run(
            """
            update routing.routing_requests q set state = 'finished', finished_at = now(), updated_at = now()
              from unnest(\(ended.map(\.tenantID)), \(ended.map(\.startedAt)), \(ended.compactMap(\.routingID)))
                   as d (tenant_id, started_at, id)
             where q.tenant_id = d.tenant_id and q.requested_at = d.started_at and q.id = d.id
               and q.state in ('open', 'lost')
            """, deadline: .seconds(60))
    }

    /// A router that died, or was too slow, may have held money for a call that the edge then ended without its answer,
    /// or by another router's. The CDR does not know that routing id, but the request knows the id of the CDR.
    private func releaseUnused(_ calls: [RawCall]) async throws {
        guard !calls.isEmpty else { return }
        try await database.transaction { session in
            var unused: [(UUID, Date, UUID)] = []
            // A CDR without any router's answer knows no tenant. They are few, and looked for among all open requests.
            let nobodys = calls.filter { $0.tenantID == CallRecord.unattributedTenant }
            let owned = nobodys.isEmpty ? calls : calls.filter { $0.tenantID != CallRecord.unattributedTenant }
            for (isNobodys, calls) in [(false, owned), (true, nobodys)] where !calls.isEmpty {
                let ofTenant: SQL = isNobodys ? "" : "and q.tenant_id = d.tenant_id"
                unused += try await session.run(
                    """
                    select q.tenant_id, q.requested_at, q.id
                      from unnest(\(calls.map(\.tenantID)), \(calls.map(\.startedAt)), \(calls.map(\.id)),
                                  \(NullableArray(calls.map(\.routingID))))
                           as d (tenant_id, requested_at, cdr_id, routing_id)
                      join routing.routing_requests q
                        on q.requested_at = d.requested_at and q.cdr_id = d.cdr_id
                           \(ofTenant)
                     where q.state = 'open' and q.id is distinct from d.routing_id
                       for update of q skip locked
                    """, deadline: .seconds(60)
                ).decode(UUID.self, Date.self, UUID.self)
            }
            guard !unused.isEmpty else { return }
            let keys: SQL = """
                unnest(\(unused.map(\.0)), \(unused.map(\.1)), \(unused.map(\.2))) as d (tenant_id, requested_at, id)
                """
            try await session.run(
                """
                update routing.routing_requests q set state = 'finished', finished_at = now() from \(keys)
                 where q.tenant_id = d.tenant_id and q.requested_at = d.requested_at and q.id = d.id
                """)
            try await session.run(
                """
                select billing.release_hold(k.tenant_id, k.id, 'the edge did not get the answer')
                  from (select h.tenant_id, h.id from \(keys)
                          join billing.holds h on h.tenant_id = d.tenant_id and h.id = d.id
                         order by h.tenant_id, h.account_id, h.id offset 0) k
                """)
        }
    }
}
