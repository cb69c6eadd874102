import Foundation
import Postgres

/// Calls that were given routes and have not ended.
struct ToldCalls: FollowedTopic {
    private var told = ToldRows()
    let hasMore = false

    /// Requests that are open longer are lost ones, which somebody is looking for: so only months count in which a call
    /// may be.
    private static let longest = "7 days"

    func statement(_ scope: RequestScope) -> SQL {
        """
        with known as materialized (
            select * from unnest(\(told.ids), \(told.times)) as k (id, requested_at)
        ), open as materialized (
            select r.id, r.requested_at from routing.routing_requests r
             where r.tenant_id = \(scope.tenant) and r.state = 'open'
               and r.requested_at > now() - \(Self.longest)::interval
             order by r.requested_at desc, r.id
             limit \(ToldRows.most)
        ), told as (
            (select o.id, o.requested_at, true as is_new from open o
              where not exists (select from known k where k.id = o.id)
              order by o.requested_at
              limit \(told.free))
            union all
            select k.id, k.requested_at, false from known k where not exists (select from open o where o.id = k.id)
        )
        select t.id, t.requested_at, t.is_new, r.cdr_id, r.state::text, r.direction::text, r.account_id, r.trunk_id,
               r.from_number, r.to_number, r.jurisdiction::text, r.hold_amount::text, r.max_duration_s::bigint,
               r.finished_at
          from told t
          left join lateral (
               select r.* from routing.routing_requests r
                where r.tenant_id = \(scope.tenant) and r.requested_at = t.requested_at and r.id = t.id
                limit 1) r on true
         where t.is_new or r.state is distinct from 'open'
         order by t.requested_at, t.id
        """
    }

    mutating func messages(of rows: Rows, readAt: Date) throws -> [StreamMessage] {
        var messages: [StreamMessage] = []
        for row in rows {
            let id = try row.column(0, as: UUID.self)
            let startedAt = try row.column(1, as: Date.self)
            let isNew = try row.column(2, as: Bool.self)
            guard isNew ? told.keep(id, startedAt) : told.drop(id) else { continue }
            messages.append(
                StreamMessage(name: isNew ? "call.started" : "call.ended", data: try Self.data(row, id, startedAt)))
        }
        return messages
    }

    /// Nothing of the carriers: people of an account see it.
    private static func data(_ row: Row, _ id: UUID, _ startedAt: Date) throws -> String {
        try JSONWriter.object { json in
            json.id("id", id)
            json.idOrNull("cdr_id", try row.column(3))
            json.time("requested_at", startedAt)
            json.textOrNull("state", try row.column(4))
            json.textOrNull("direction", try row.column(5))
            json.idOrNull("account_id", try row.column(6))
            json.idOrNull("trunk_id", try row.column(7))
            json.textOrNull("from_number", try row.column(8))
            json.textOrNull("to_number", try row.column(9))
            json.textOrNull("jurisdiction", try row.column(10))
            json.textOrNull("hold_amount", try row.column(11))
            json.numberOrNull("max_duration_s", try row.column(12))
            json.time("finished_at", try row.column(13))
        }
    }
}
