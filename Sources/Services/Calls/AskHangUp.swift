package import Foundation
package import Postgres

/// Asks the edge that has a call to end it, in a transaction of its caller's. The edge looks every second.
package enum AskHangUp {
    /// - Parameter call: its routing id.
    /// - Returns: the row that will say what came of it; the same while one waits.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func ask(
        _ call: UUID, because reason: String, _ scope: RequestScope, _ session: Connection
    ) async throws -> UUID {
        // Nothing is found of others: the row policy is the API's.
        let request = try await session.run(
            """
            select state, account_id, edge_id from routing.routing_requests
             where tenant_id = \(scope.tenant) and id = \(call)
             order by requested_at desc limit 1
            """
        ).first(String.self, UUID?.self, String.self)
        guard let (state, account, edge) = request else {
            throw ResourceFault(.notFound, "there is no call \(call.text)")
        }
        guard state == "open" else { throw ResourceFault(.refused, "the call is over: it is \(state)") }
        try await session.run(
            """
            insert into routing.hang_ups (tenant_id, account_id, routing_id, edge_id, reason, requested_by)
            values (\(scope.tenant), \(account), \(call), \(edge), \(reason), \(scope.actor))
                on conflict (tenant_id, routing_id) where done_at is null do nothing
            """)
        let id = try await session.run(
            """
            select id from routing.hang_ups
             where tenant_id = \(scope.tenant) and routing_id = \(call) and done_at is null
            """
        ).value(UUID.self)
        // Another one was done between the two statements: the call has its end.
        guard let id else { throw ResourceFault(.underWay, "the call is being hung up") }
        return id
    }
}
