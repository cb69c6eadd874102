package import Foundation
package import Postgres
package import Telecom

/// Routes calls of the past again by two states of the routing data, and says what the second would have changed: other
/// carriers, other costs, calls that would have had no route.
///
/// Both states are asked what they would do now, so that a row that began yesterday counts. The first route is taken to
/// have answered: what fails in between is not known of a carrier that was never tried.
package struct ReplayCalls: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// Calls that are in memory at a time.
    private static let batchSize = 5_000
    private static let limit = Duration.seconds(300)

    /// One call of the past.
    struct Call: Sendable {
        let trunkID: UUID
        let called: String
        let caller: String
        let routingNumber: String?
        let startedAt: Date
        let talkSeconds: Int64
    }

    /// - Parameters:
    ///   - span: when the calls began.
    ///   - time: when they are taken to be made again; prices and rules of then count.
    ///   - progress: hears of calls done.
    package func callAsFunction(
        _ span: Range<Date>, by before: RoutingSnapshot, and after: RoutingSnapshot, at time: Date = Date(),
        progress: (Int) -> Void = { _ in }
    ) async throws -> ReplaySums {
        var sums = ReplaySums()
        let now = time.microseconds
        try await database.transaction { session in
            try await session.run("set transaction isolation level repeatable read, read only")
            try await session.run(
                """
                declare replayed no scroll cursor for
                select trunk_id, to_number, coalesce(from_number, ''), lrn, started_at, (talk_ms + 999) / 1000
                  from cdr.enriched_cdr
                 where tenant_id = \(tenant) and started_at >= \(span.lowerBound) and started_at < \(span.upperBound)
                   and direction = 'outbound' and trunk_id is not null and to_number is not null
                 order by started_at
                """)
            while true {
                let rows = try await session.run(
                    "fetch \(unescaped: String(Self.batchSize)) from replayed", deadline: Self.limit)
                if rows.isEmpty { break }
                for row in rows {
                    let call = Call(
                        trunkID: try row.column(0), called: try row.column(1), caller: try row.column(2),
                        routingNumber: try row.column(3), startedAt: try row.column(4), talkSeconds: try row.column(5))
                    sums.add(call, route(call, by: before, at: now), route(call, by: after, at: now))
                }
                progress(sums.calls)
            }
        }
        return sums
    }

    private func route(_ call: Call, by snapshot: RoutingSnapshot, at now: Int64) -> ReplayedRoute {
        let porting = call.routingNumber.flatMap { E164($0) }.flatMap { NumberPorting(routingNumber: $0, .cache) }
        let decision = snapshot.explain(
            trunkID: call.trunkID, of: tenant, dialled: call.called, caller: call.caller, porting: (porting, nil),
            at: now)
        guard let decision else { return .refused("trunk_gone") }
        switch decision.outcome {
        case .challenge: return .refused("challenge")
        case .refused(let refusal): return .refused(refusal.reason)
        case .routed:
            guard let first = decision.candidates.first, let charge = decision.charge, let buying = first.buying
            else { return .refused("emergency") }
            return .routed(
                ReplayedRoute.Priced(
                    carrier: first.name, sell: charge.terms.holdAmount(seconds: call.talkSeconds),
                    cost: buying.terms.holdAmount(seconds: call.talkSeconds), prefix: charge.prefix.description))
        }
    }
}

/// What became of a call when it was routed again.
enum ReplayedRoute: Sendable {
    case routed(Priced)
    /// The reason's name.
    case refused(String)

    /// What it came to at the first carrier.
    struct Priced: Sendable {
        let carrier: String
        let sell: Money
        let cost: Money
        /// Of the selling price.
        let prefix: String
    }
}
