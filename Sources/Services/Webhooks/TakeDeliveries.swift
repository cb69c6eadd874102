import Foundation
import Postgres

/// Takes deliveries that are due for a time: of each webhook and ordering key only the first that is not delivered,
/// none of a webhook that is paused or left alone, and of one that is looked at again one alone. Two workers never get
/// the same one; one whose worker dies is due again when its time is over.
struct TakeDeliveries: Sendable {
    private let database: Database

    /// Longer than any attempt takes.
    static let leaseSeconds = 90
    /// Of one webhook at once, so that one that hangs does not keep the others waiting.
    static let mostOfOne = 10

    /// - Parameter database: as the engine.
    init(_ database: Database) { self.database = database }

    /// - Parameters:
    ///   - most: how many.
    ///   - busy: webhooks that this worker has enough of, and operators.
    func callAsFunction(_ most: Int, busy: [UUID], busyTenants: [UUID]) async throws -> [DueDelivery] {
        let began = ContinuousClock.now
        let rows = try await database.run(
            """
            with due as materialized (
                select d.tenant_id, d.occurred_at, d.id, w.id as webhook_id, w.breaker
                  from integration.webhooks w
                 cross join lateral (
                       select case when w.breaker <> 'closed' then 1
                                   else least(\(Self.mostOfOne), w.max_per_minute - (
                                        select count(*) from integration.delivery_attempts a
                                         where w.max_per_minute is not null and a.tenant_id = w.tenant_id
                                           and a.webhook_id = w.id and a.attempted_at > now() - interval '1 minute'))
                              end as most) bound
                 cross join lateral (
                       select d.tenant_id, d.occurred_at, d.id, d.next_attempt_at
                         from integration.deliveries d
                        where d.tenant_id = w.tenant_id and d.webhook_id = w.id and d.status = 'pending'
                          and d.next_attempt_at <= now()
                          and not exists (select from integration.deliveries before
                                           where before.tenant_id = d.tenant_id and before.webhook_id = d.webhook_id
                                             and before.ordering_key = d.ordering_key and before.status = 'pending'
                                             and (before.occurred_at, before.event_id, before.replay)
                                                 < (d.occurred_at, d.event_id, d.replay))
                        order by d.next_attempt_at, d.id
                        limit greatest(0, bound.most)) d
                 where w.status = 'active' and w.id <> all (\(busy)) and w.tenant_id <> all (\(busyTenants))
                   and (w.breaker = 'closed' or w.breaker_retry_at <= now())
            ), chosen as materialized (
                select d.tenant_id, d.occurred_at, d.id
                  from integration.deliveries d
                  join due using (tenant_id, occurred_at, id)
                 where d.status = 'pending' and d.next_attempt_at <= now()
                 order by d.next_attempt_at, d.id
                 limit \(most)
                   for update of d skip locked
            ), looked_at as (
                update integration.webhooks w
                   set breaker = 'half_open',
                       breaker_retry_at = now() + make_interval(secs => \(Self.leaseSeconds))
                  from (select distinct c.tenant_id, due.webhook_id from chosen c
                          join due using (tenant_id, occurred_at, id) where due.breaker <> 'closed') c
                 where w.tenant_id = c.tenant_id and w.id = c.webhook_id
            ), taken as (
                update integration.deliveries d
                   set attempts = d.attempts + 1, last_attempt_at = now(),
                       next_attempt_at = now() + make_interval(secs => \(Self.leaseSeconds))
                  from chosen c
                 where d.tenant_id = c.tenant_id and d.occurred_at = c.occurred_at and d.id = c.id
                returning d.*
            )
            select t.tenant_id, t.occurred_at, t.id, t.account_id, t.webhook_id, t.attempts::bigint,
                   e.id, e.type, e.version::bigint, e.payload::text,
                   w.method, w.url, w.headers::text, w.body_template, w.secret_key_id,
                   encode(w.secret_ciphertext, 'hex'),
                   case when w.old_secret_expires_at > now() then w.old_secret_key_id end,
                   case when w.old_secret_expires_at > now() then encode(w.old_secret_ciphertext, 'hex') end,
                   w.timeout_ms::bigint, e.occurred_at, e.traceparent
              from taken t
              join integration.events e
                on e.tenant_id = t.tenant_id and e.occurred_at = t.occurred_at and e.id = t.event_id
              join integration.webhooks w on w.tenant_id = t.tenant_id and w.id = t.webhook_id
             order by t.occurred_at, t.event_id
            """, deadline: .seconds(30))
        return try rows.map { try Self.delivery($0, began) }
    }

    /// Reads nothing that an operator wrote: all rows are leased by now, and one that threw would hold up the others'.
    private static func delivery(_ row: Row, _ began: ContinuousClock.Instant) throws -> DueDelivery {
        var secrets = [Sealed(keyID: try row.column(14), bytes: Array(hex: try row.column(15)))]
        if let key = try row.column(16, as: String?.self), let bytes = try row.column(17, as: String?.self) {
            secrets.append(Sealed(keyID: key, bytes: Array(hex: bytes)))
        }
        return DueDelivery(
            tenant: try row.column(0), occurredAt: try row.column(1), id: try row.column(2),
            account: try row.column(3), webhook: try row.column(4), attempt: try row.column(5),
            event: DueDelivery.Event(
                id: try row.column(6), type: try row.column(7), version: try row.column(8),
                payload: try row.column(9), occurredAt: try row.column(19), trace: try row.column(20)),
            method: try row.column(10), url: try row.column(11),
            headers: try row.column(12), template: try row.column(13), secrets: secrets,
            timeout: .milliseconds(try row.column(18, as: Int.self)), leaseEnds: began + .seconds(leaseSeconds))
    }
}
