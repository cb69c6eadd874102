package import Foundation
package import Postgres

/// Rates calls again, by the prices that a run names, and writes down those that come out otherwise. Nothing else
/// changes.
///
/// Calls are taken in their order, a page in a transaction that also moves the run's position: whoever ends it loses a
/// page at most, and resumed it goes on there. Two at once take turns.
package struct RerateCalls: Sendable {
    private let database: Database
    private let tenant: UUID
    private let pageSize: Int

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID, pageSize: Int = 5000) {
        self.database = database
        self.tenant = tenant
        self.pageSize = pageSize
    }

    private static let limit = Duration.seconds(300)

    /// Begins a run and rates all its calls.
    /// - Returns: the id of the run.
    /// - Throws: `BillingFailure` when something that is named is not there.
    package func callAsFunction(
        _ choice: RerateChoice, progress: (RerateProgress) -> Void = { _ in }
    ) async throws -> UUID {
        let id = try await BeginRerate(database, tenant: tenant)(choice)
        try await resume(id, progress: progress)
        return id
    }

    /// Rates what a run has left; nothing when it has rated all.
    package func resume(_ id: UUID, progress: (RerateProgress) -> Void = { _ in }) async throws {
        let book = RerateBook()
        while let told = try await ratePage(of: id, book) { progress(told) }
    }

    /// - Returns: nil when nothing is left.
    private func ratePage(of id: UUID, _ book: RerateBook) async throws -> RerateProgress? {
        try await database.transaction { session in
            guard let task = try await RerateTask.lock(id, of: tenant, session) else { return nil }
            let calls = try await read(task, session)
            let levels = task.side.sells ? try await OldLevels(task).read(of: calls, session) : []
            let found = try await book.find(calls + levels, task, session)
            let rated = try await RatedAgain.rate(found, session)
            let kept = rated.filter { $0.isWorthKeeping }
            try await store(kept, of: task, session)
            let counts = try await session.run(
                """
                update billing.rerate_runs
                   set seen_count = seen_count + \(calls.count),
                       rated_count = rated_count + \(Set(found.filter { $0.sells || $0.buys }.map(\.raw.id)).count),
                       different_count = different_count + \(kept.count { $0.differs }),
                       unpriced_count = unpriced_count + \(kept.count { $0.missing != nil }),
                       position_at = coalesce(\(calls.last?.raw.startedAt), position_at),
                       position_id = coalesce(\(calls.last?.raw.id), position_id),
                       state = case when \(calls.count < pageSize) then 'rated' else state end,
                       rated_at = case when \(calls.count < pageSize) then now() end
                 where tenant_id = \(tenant) and id = \(id)
                returning seen_count, call_count
                """
            ).first(Int.self, Int.self)
            return counts.map { RerateProgress(done: $0.0, total: max($0.0, $0.1)) }
        }
    }

    /// The calls of a run, beside those that no price is looked up for.
    static func choice(_ tenant: UUID, _ account: UUID?, _ carrier: UUID?) -> SQL {
        var choice: SQL = "and e.direction in ('outbound', 'inbound') and e.disposition not in ('refused', 'lost')"
        if let account {
            // Of a reseller those of the accounts below it too, for which it is charged.
            choice = """
                \(choice)
                and e.account_id = any (array(
                    select h.descendant_account_id
                      from accounts.account_hierarchy h
                      join accounts.accounts a on a.tenant_id = \(tenant) and a.id = h.ancestor_account_id
                     where h.tenant_id = \(tenant) and h.ancestor_account_id = \(account)
                       and (h.depth = 0 or a.kind = 'reseller')))
                """
        }
        if let carrier {
            choice = """
                \(choice)
                and e.carrier_trunk_id in (select t.id from routing.carrier_trunks t
                                            where t.tenant_id = \(tenant) and t.carrier_id = \(carrier))
                """
        }
        return choice
    }

    /// The limit is in the text: a plan for any limit reads all calls of the window.
    private func read(_ task: RerateTask, _ session: Connection) async throws -> [OldCall] {
        var start: SQL = "e.started_at >= \(task.window.lowerBound)"
        if let position = task.position {
            start = "e.started_at >= \(position.at) and (e.started_at, e.id) > (\(position.at), \(position.id))"
        }
        let rows = try await session.run(
            """
            select \(OldCall.columns)
              from cdr.enriched_cdr e
              left join lateral (
                   select sum(r.sell_amount - r.old_sell_amount) as amount from billing.rerate_calls r
                    where r.tenant_id = \(tenant) and r.started_at = e.started_at and r.cdr_id = e.id
                      and r.level = 0 and r.state = 'carried') k on true
             where e.tenant_id = \(tenant) and \(start) and e.started_at < \(task.window.upperBound)
                   \(Self.choice(tenant, task.accountID, task.carrierID))
             order by e.started_at, e.id
             limit \(unescaped: String(pageSize))
            """, deadline: Self.limit)
        return try rows.map { try OldCall($0, of: tenant, asOf: task.asOf) }
    }

    /// By way of a table of the session: where nobody may pass over row security, COPY is refused.
    private func store(_ calls: [RatedAgain], of task: RerateTask, _ session: Connection) async throws {
        if calls.isEmpty { return }
        try await session.run(
            "create temporary table rerated (like billing.rerate_calls including defaults) on commit drop")
        _ = try await session.copyIn("rerated (\(unescaped: RatedAgain.columns))") { writer in
            for call in calls { try await call.write(to: writer, of: task) }
        }
        try await session.run(
            """
            insert into billing.rerate_calls (\(unescaped: RatedAgain.columns))
            select \(unescaped: RatedAgain.columns) from rerated on conflict do nothing
            """, deadline: Self.limit)
        try await session.run("drop table rerated")
    }
}
