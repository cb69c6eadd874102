package import Foundation
package import Postgres

/// Has the edge on this machine end the calls of its own that somebody asked to hang up, and notes what came of it.
package struct TakeHangUps: Sendable {
    private let database: Database

    /// Few enough for one second: the edge is asked for each.
    private static let batchSize = 100
    /// How long an edge that does not answer is asked again.
    private static let patienceSeconds: Int32 = 60
    /// An edge learns a call's routing id with the router's answer, which leaves after the request is stored.
    private static let youthSeconds: Int32 = 5

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// What is waited for.
    private struct Waiting {
        let tenant: UUID
        let id: UUID
        /// The call; `nil` when no request of the account has that id, or its CDR is in.
        let call: UUID?
        let isYoung: Bool
        let isOverdue: Bool
    }

    /// - Parameters:
    ///   - edge: its id.
    ///   - hangUp: ends calls by their routing ids, and returns of those that are in progress whether the edge took it.
    /// - Returns: how many are done.
    /// - Throws: `PostgresError`, or what `hangUp` throws.
    package func callAsFunction(
        of edge: String, _ hangUp: (Set<UUID>) async throws -> [UUID: Bool]
    ) async throws -> Int {
        let waiting = try await waiting(edge)
        if waiting.isEmpty { return 0 }
        let calls = Set(waiting.compactMap(\.call))
        let told: [UUID: Bool]
        do {
            told = try await calls.isEmpty ? [:] : hangUp(calls)
        } catch {
            let failed = Outcome.failed("the edge could not be asked for \(Self.patienceSeconds) s")
            _ = try await settle(waiting.map { ($0, $0.isOverdue ? failed : nil) })
            throw error
        }
        return try await settle(waiting.map { ($0, Self.outcome($0, told)) })
    }

    /// What came of one (`routing.hang_up_outcome`).
    private enum Outcome {
        case ended
        case notFound
        case failed(String)

        var name: String {
            switch self {
            case .ended: "ended"
            case .notFound: "not_found"
            case .failed: "failed"
            }
        }

        /// Empty of what did not fail.
        var failure: String { if case .failed(let reason) = self { reason } else { "" } }
    }

    /// - Returns: `nil` while it is to be asked again.
    private static func outcome(_ one: Waiting, _ told: [UUID: Bool]) -> Outcome? {
        switch one.call.flatMap({ told[$0] }) {
        case true?: .ended
        case false?: one.isOverdue ? .failed("the edge did not end the call within \(patienceSeconds) s") : nil
        case nil: one.isYoung ? nil : .notFound
        }
    }

    private func waiting(_ edge: String) async throws -> [Waiting] {
        try await database.run(
            """
            select h.tenant_id, h.id, q.id,
                   coalesce(q.requested_at > now() - make_interval(secs => \(Self.youthSeconds)), false),
                   h.requested_at < now() - make_interval(secs => \(Self.patienceSeconds))
              from routing.hang_ups h
              left join lateral (select q.id, q.requested_at
                                   from routing.routing_requests q
                                  where q.tenant_id = h.tenant_id and q.id = h.routing_id and q.state = 'open'
                                    and q.edge_id = h.edge_id and q.account_id is not distinct from h.account_id
                                  order by q.requested_at desc limit 1) q on true
             where h.edge_id = \(edge) and h.done_at is null
             order by h.requested_at limit \(Self.batchSize)
            """
        ).map { row in
            Waiting(
                tenant: try row.column(0), id: try row.column(1), call: try row.column(2),
                isYoung: try row.column(3), isOverdue: try row.column(4))
        }
    }

    private func settle(_ outcomes: [(Waiting, Outcome?)]) async throws -> Int {
        let done = outcomes.compactMap { one, outcome in outcome.map { (one, $0) } }
        if done.isEmpty { return 0 }
        return try await database.run(
            """
            update routing.hang_ups h set done_at = now(), outcome = d.outcome, failure = nullif(d.failure, '')
              from unnest(\(done.map(\.0.tenant)), \(done.map(\.0.id)), \(done.map(\.1.name)),
                          \(done.map(\.1.failure))) as d (tenant_id, id, outcome, failure)
             where h.tenant_id = d.tenant_id and h.id = d.id and h.done_at is null
            """
        ).affected
    }
}
