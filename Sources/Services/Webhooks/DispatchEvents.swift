package import Postgres

/// Makes the deliveries of events: one for each webhook that wants one.
///
/// All events of a transaction get one time, which is taken when it has the lock, and so is later than those of all
/// that were committed before it: by this time, and by their own within it, events are in the order of commits, which
/// is how streams tell of them (`StreamPlace`).
package struct DispatchEvents: Sendable {
    private let database: Database

    /// Events that are looked at in one transaction.
    private static let most = 500
    /// One dispatcher at a time, so that the deliveries of a key come in the order of its events.
    private static let lock = 7_301_001

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// - Returns: how many events were dispatched; 0 when there are none, or another process is at it.
    package func callAsFunction() async throws -> Int {
        try await database.transaction(context: "select 1", statementTimeout: .seconds(60)) { session in
            let isFirst = try await session.run("select pg_try_advisory_xact_lock(\(Self.lock))").value(Bool.self)
            guard isFirst == true else { return 0 }
            let rows = try await session.run(
                """
                with due as materialized (
                    select e.* from integration.events e
                     where e.dispatched_at is null
                     order by e.occurred_at, e.tenant_id, e.id
                     limit \(Self.most)
                ), made as (
                    insert into integration.deliveries (tenant_id, occurred_at, account_id, event_id, webhook_id,
                                                        event_type, ordering_key)
                    select e.tenant_id, e.occurred_at, e.account_id, e.id, w.id, e.type, e.ordering_key
                      from due e
                      join integration.webhooks w
                        on w.tenant_id = e.tenant_id and w.status <> 'disabled' and w.created_at <= e.occurred_at
                       and (w.account_id is null or w.account_id = e.account_id)
                       and (w.campaign_id is null or w.campaign_id = e.campaign_id)
                       and (w.publisher_id is null or w.publisher_id = e.publisher_id)
                       and exists (select from unnest(w.event_types) t
                                    where t = '*' or t = e.type
                                       or right(t, 2) = '.*' and starts_with(e.type, left(t, -1)))
                       and not exists (select from jsonb_array_elements(w.filters) f
                                        cross join lateral coalesce(
                                              f -> 'value' ? (e.payload #>> string_to_array(f ->> 'tag', '.')), false)
                                              as has
                                        where has is distinct from case f ->> 'operator' when 'any_of' then true
                                                                        when 'none_of' then false end)
                        on conflict do nothing
                ), noted as (
                    update integration.events e set dispatched_at = (select clock_timestamp())
                      from due d
                     where e.tenant_id = d.tenant_id and e.occurred_at = d.occurred_at and e.id = d.id
                    returning 1
                )
                select count(*) from noted
                """, deadline: .seconds(60))
            return try rows.value(Int.self) ?? 0
        }
    }
}
