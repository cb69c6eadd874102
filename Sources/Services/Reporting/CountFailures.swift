import Foundation
import Postgres

/// Counts the tries at carriers that failed, by carrier trunk, destination and what the carrier said: from the call
/// records themselves, a day in a statement, for the sums do not keep codes.
///
/// They are the tries that the sums count as seizures without an answer.
struct CountFailures: Sendable {
    let tenant: UUID

    /// Failed tries that have everything in common.
    struct Count: Sendable {
        let trunk: UUID
        let destination: String
        let code: String
        let rang: Bool
        let calls: Int
    }

    private static let entry = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:([2-6][0-9]{2}|timeout)$"

    func callAsFunction(_ span: ReportSpan, _ session: Connection) async throws -> [Count] {
        var counts: [Count] = []
        for (from, until) in span.days { counts += try await count(from, until, session) }
        return counts
    }

    /// Both tables are read by their keys, in one partition each, and joined in the order of these.
    private func count(_ from: Date, _ until: Date, _ session: Connection) async throws -> [Count] {
        try await session.run(
            """
            with calls as (
                select e.carrier_trunk_id, e.disposition, e.sip_code, e.ringing_at is not null as rang,
                       cdr.destination_prefix(e.to_number) as prefix, coalesce(r.attempts, '') as attempts
                  from cdr.enriched_cdr e
                  left join cdr.raw_cdr r
                    on r.tenant_id = \(tenant) and r.started_at = e.started_at and r.id = e.id
                   and r.started_at >= \(from) and r.started_at < \(until)
                 where e.tenant_id = \(tenant) and e.started_at >= \(from) and e.started_at < \(until)
                   and e.direction in ('outbound', 'emergency')
            ), tries as (
                select c.carrier_trunk_id, c.prefix, c.rang,
                       case when c.disposition = 'lost' then 'lost'
                            when l.said[1] = c.carrier_trunk_id::text then l.said[2]
                            else c.sip_code::text end as code
                  from calls c
                 cross join lateral (
                       select regexp_match(c.attempts, '([0-9a-f-]{36}):([3-6][0-9]{2}|timeout);?$') as said) l
                 where c.carrier_trunk_id is not null and c.disposition not in ('answered', 'refused')
                 union all      -- every try of a call but the last, which is where it ended
                select t.carrier_trunk_id, c.prefix, false, t.code
                  from calls c
                 cross join lateral (
                       select split_part(entry, ':', 1)::uuid as carrier_trunk_id, split_part(entry, ':', 2) as code,
                              row_number() over (order by turn desc) as turn_from_last
                         from string_to_table(c.attempts, ';') with ordinality as listed (entry, turn)
                        where entry ~ \(Self.entry)) t
                 where c.attempts like '%:%:%' and t.turn_from_last > 1
            )
            select t.carrier_trunk_id, coalesce(nullif(concat_ws(' ', '+' || nullif(coalesce(d.calling_code, t.prefix),
                   ''), d.country), ''), 'unknown') as destination, t.code, t.rang, count(*)
              from tries t
              left join cdr.destinations() d on d.prefix = t.prefix
             group by 1, 2, 3, 4
            """, deadline: ReportSource.limit
        ).decode(UUID.self, String.self, String.self, Bool.self, Int.self).map {
            Count(trunk: $0, destination: $1, code: $2, rang: $3, calls: $4)
        }
    }
}
