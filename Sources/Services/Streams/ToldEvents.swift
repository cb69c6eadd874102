import Foundation
import Postgres

/// What happened, as webhooks are told of it, and once webhooks were looked for: from the beginning of the stream, or
/// from behind the event that a client saw last.
struct ToldEvents: FollowedTopic {
    /// Types of webhooks' form; none are all.
    private let types: [String]
    /// `nil` until the first look, which finds out what time it is.
    private var place: StreamPlace?
    private(set) var hasMore = false

    /// A payload may have 64 KB.
    private static let most = 100
    /// A dispatch takes two minutes at most, or is broken off: what it gave an older time is there, or never will be.
    private static let longestDispatch = 180.0
    /// No event waits longer to be dispatched, so that older months need not be looked at.
    private static let longestWait = "31 days"

    init(_ types: [String], after place: StreamPlace?) {
        self.types = types
        self.place = place
    }

    func statement(_ scope: RequestScope) -> SQL {
        guard let place else { return "select 1 where false" }
        let wanted: SQL =
            types.isEmpty
            ? ""
            : """
            and exists (select from unnest(\(types)) t
                         where t = '*' or t = e.type or right(t, 2) = '.*' and starts_with(e.type, left(t, -1)))
            """
        // A test is its webhook's alone, and is dispatched by whoever asks for it.
        return """
            select e.dispatched_at, e.occurred_at, e.id, e.type::text, e.version::bigint, e.account_id, e.subject,
                   e.subject_id, e.payload::text
              from integration.events e
             where e.tenant_id = \(scope.tenant) and e.dispatched_at >= \(place.dispatchedAt)
               and (e.dispatched_at, e.occurred_at, e.id) > (\(place.dispatchedAt), \(place.occurredAt), \(place.id))
               and e.occurred_at > \(place.dispatchedAt) - \(Self.longestWait)::interval
               and e.type <> 'webhook.test' \(wanted)
             order by e.dispatched_at, e.occurred_at, e.id
             limit \(Self.most)
            """
    }

    mutating func messages(of rows: Rows, readAt: Date) throws -> [StreamMessage] {
        guard let place else {
            self.place = StreamPlace(before: readAt)
            return []
        }
        var last = place
        let messages = try rows.map { row in
            last = StreamPlace(
                dispatchedAt: try row.column(0), occurredAt: try row.column(1), id: try row.column(2))
            return StreamMessage(name: "event", place: last, data: try Self.data(row))
        }
        hasMore = rows.count == Self.most
        // What others see is not read again and again by who sees none of it.
        let over = readAt - Self.longestDispatch
        if !hasMore, last.dispatchedAt < over { last = StreamPlace(before: over) }
        self.place = last
        return messages
    }

    /// As webhooks get it, with whose it is.
    private static func data(_ row: Row) throws -> String {
        try JSONWriter.object { json in
            json.id("id", try row.column(2))
            json.text("type", try row.column(3, as: String.self))
            json.number("version", try row.column(4, as: Int.self))
            json.time("timestamp", try row.column(1))
            json.idOrNull("account_id", try row.column(5))
            json.text("subject", try row.column(6, as: String.self))
            json.idOrNull("subject_id", try row.column(7))
            json.raw("data", try row.column(8, as: String.self))
        }
    }
}
