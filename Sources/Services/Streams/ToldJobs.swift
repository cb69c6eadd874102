import Foundation
import Postgres

/// Work that waits or is being done.
struct ToldJobs: FollowedTopic {
    private var told = ToldRows()
    let hasMore = false

    func statement(_ scope: RequestScope) -> SQL {
        """
        with known as materialized (
            select * from unnest(\(told.ids), \(told.times)) as k (id, updated_at)
        ), seen as (
            (select j.id from queue.jobs j
              where j.tenant_id = \(scope.tenant) and j.state in ('ready', 'running')
              order by j.run_at, j.id
              limit \(ToldRows.most))
            union
            select k.id from known k
        )
        select s.id, coalesce(j.updated_at, now()), coalesce(j.state in ('ready', 'running'), false), j.queue, j.kind,
               j.state::text, j.attempts::bigint, j.max_attempts::bigint, j.run_at, j.last_error, j.created_at,
               j.finished_at
          from seen s
          left join known k on k.id = s.id
          left join queue.jobs j on j.tenant_id = \(scope.tenant) and j.id = s.id
         where k.updated_at is distinct from j.updated_at
         order by j.run_at, s.id
        """
    }

    mutating func messages(of rows: Rows, readAt: Date) throws -> [StreamMessage] {
        var messages: [StreamMessage] = []
        for row in rows {
            let id = try row.column(0, as: UUID.self)
            let changedAt = try row.column(1, as: Date.self)
            let isOpen = try row.column(2, as: Bool.self)
            guard isOpen ? told.keep(id, changedAt) : told.drop(id) else { continue }
            messages.append(StreamMessage(name: isOpen ? "job.changed" : "job.ended", data: try Self.data(row, id)))
        }
        return messages
    }

    /// Of a job that was cleared away nothing is left but its id.
    private static func data(_ row: Row, _ id: UUID) throws -> String {
        try JSONWriter.object { json in
            json.id("id", id)
            json.textOrNull("queue", try row.column(3))
            json.textOrNull("kind", try row.column(4))
            json.textOrNull("state", try row.column(5))
            json.numberOrNull("attempts", try row.column(6))
            json.numberOrNull("max_attempts", try row.column(7))
            json.time("run_at", try row.column(8))
            json.textOrNull("last_error", try row.column(9))
            json.time("created_at", try row.column(10))
            json.time("finished_at", try row.column(11))
        }
    }
}
