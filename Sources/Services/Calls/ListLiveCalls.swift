package import Foundation
package import Postgres

/// The calls in progress, as whoever asks may see them: the requests whose CDR is awaited.
package enum ListLiveCalls {
    /// A call in progress.
    package struct Live: Sendable {
        /// The routing id.
        package let id: UUID
        /// The id that its CDR will have.
        package let cdr: UUID
        package let account: UUID?
        package let trunk: UUID?
        package let direction: String
        package let from: String
        package let to: String
        /// When the edge received it.
        package let since: Date
        /// Money held for it; a decimal number.
        package let hold: String?
        package let edge: String
        package let maxSeconds: Int?
    }

    package static let most = 1_000

    /// - Parameter account: whose; `nil` is all that may be seen.
    /// - Returns: the youngest first.
    /// - Throws: `PostgresError`.
    package static func list(
        of account: UUID?, limit: Int, _ scope: RequestScope, _ session: Connection
    ) async throws -> [Live] {
        try await session.run(
            """
            select q.id, q.cdr_id, q.account_id, q.trunk_id, q.direction, coalesce(q.from_number, q.caller),
                   coalesce(q.to_number, q.callee), q.requested_at, q.hold_amount::text, q.edge_id,
                   q.max_duration_s::bigint
              from routing.routing_requests q
             where q.tenant_id = \(scope.tenant) and q.state = 'open'
               and (\(account)::uuid is null or q.account_id = \(account)::uuid)
             order by q.requested_at desc, q.id desc limit \(limit)
            """
        ).map { row in
            Live(
                id: try row.column(0), cdr: try row.column(1), account: try row.column(2), trunk: try row.column(3),
                direction: try row.column(4), from: try row.column(5), to: try row.column(6),
                since: try row.column(7), hold: try row.column(8), edge: try row.column(9),
                maxSeconds: try row.column(10))
        }
    }
}
