package import Foundation
package import Postgres
import Telecom

/// Routes calls of the past again by two states of the routing data, and says what the second would have changed: other
/// carriers, other costs, calls that would have had no route.
///
/// Each call is made again in the seven days from an instant, on its own day of the week and at its own time of day, so
/// that rows that have begun by then and rules with hours count as they would. The first route is taken to have
/// answered: what fails in between is not known of a carrier that was never tried.
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

    /// Which calls: those of customers to numbers, that began in a span.
    package struct Selection: Sendable {
        package let span: Range<Date>
        /// Amounts of several currencies have no sum.
        package let currency: String
        /// The last so many; all when `nil`.
        package var most: Int?

        package init(_ span: Range<Date>, currency: String, most: Int? = nil) {
            self.span = span
            self.currency = currency
            self.most = most
        }
    }

    /// One call of the past.
    struct Call: Sendable {
        let trunkID: UUID
        let carrierTrunkID: UUID?
        let called: String
        let caller: String
        let routingNumber: String?
        let startedAt: Date
        let talkSeconds: Int64
    }

    /// A call by both states.
    struct Replayed {
        let call: Call
        let before: Decision?
        let after: Decision?
        /// The instant by whose prices and rules.
        let at: Int64
    }

    /// - Parameters:
    ///   - time: from when on they are taken to be made again.
    ///   - heed: hears of each call.
    func callAsFunction(
        _ selection: Selection, by before: RehearsedRouting, and after: RehearsedRouting, at time: Date,
        heed: (Replayed, _ isLost: Bool) -> Void
    ) async throws -> ReplaySums {
        var sums = ReplaySums()
        let now = time.microseconds
        let (old, new) = (before.snapshot.trunkPositions(of: tenant), after.snapshot.trunkPositions(of: tenant))
        try await database.transaction { session in
            try await session.run("set transaction isolation level repeatable read, read only")
            try await session.run(
                """
                declare replayed no scroll cursor for
                select trunk_id, carrier_trunk_id, to_number, coalesce(from_number, ''), lrn, started_at,
                       (talk_ms + 999) / 1000
                  from \(calls(selection)) order by started_at desc limit \(selection.most ?? .max)
                """)
            while true {
                let rows = try await session.run(
                    "fetch \(unescaped: String(Self.batchSize)) from replayed", deadline: Self.limit)
                if rows.isEmpty { break }
                for row in rows {
                    let call = Call(
                        trunkID: try row.column(0), carrierTrunkID: try row.column(1), called: try row.column(2),
                        caller: try row.column(3), routingNumber: try row.column(4), startedAt: try row.column(5),
                        talkSeconds: try row.column(6))
                    let at = Self.again(call.startedAt.microseconds, from: now)
                    let replayed = Replayed(
                        call: call, before: decide(call, by: before, old[call.trunkID], at: at),
                        after: decide(call, by: after, new[call.trunkID], at: at), at: at)
                    heed(replayed, sums.add(replayed))
                }
            }
        }
        return sums
    }

    /// Routes them, and nothing more.
    package func callAsFunction(
        _ selection: Selection, by before: RehearsedRouting, and after: RehearsedRouting, at time: Date = Date()
    ) async throws -> ReplaySums {
        try await self(selection, by: before, and: after, at: time) { _, _ in }
    }

    /// How many calls there are, counted up to a bound.
    package func count(_ selection: Selection, upTo most: Int) async throws -> Int {
        try await database.run(
            "select count(*) from (select from \(calls(selection)) limit \(most)) as counted", deadline: Self.limit
        ).value(Int.self) ?? 0
    }

    private func calls(_ selection: Selection) -> SQL {
        """
        cdr.enriched_cdr
         where tenant_id = \(tenant) and started_at >= \(selection.span.lowerBound)
           and started_at < \(selection.span.upperBound) and currency = \(selection.currency)
           and direction = 'outbound' and trunk_id is not null and to_number is not null
        """
    }

    private func decide(
        _ call: Call, by state: RehearsedRouting, _ trunk: Int?, at time: Int64
    ) -> Decision? {
        guard let trunk else { return nil }
        let porting = call.routingNumber.flatMap { E164($0) }.flatMap { NumberPorting(routingNumber: $0, .cache) }
        return state.snapshot.explain(
            trunkAt: trunk, dialled: call.called, caller: call.caller, porting: (porting, nil), at: time,
            health: state.quality)
    }

    /// The first instant from then on that is as many whole weeks after the call.
    static func again(_ startedAt: Int64, from now: Int64) -> Int64 {
        let week: Int64 = 7 * 86_400 * 1_000_000
        let left = (now - startedAt) % week
        return left > 0 ? now + week - left : now - left
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

    /// - Parameter decision: `nil` when the trunk is not there any more.
    init(_ decision: Decision?, talkSeconds: Int64) {
        guard let decision else {
            self = .refused("trunk_gone")
            return
        }
        switch decision.outcome {
        case .challenge: self = .refused("challenge")
        case .refused(let refusal): self = .refused(refusal.reason)
        case .routed:
            guard let first = decision.firstCandidate, let charge = decision.charge, let buying = first.buying else {
                self = .refused("emergency")
                return
            }
            self = .routed(
                Priced(
                    carrier: first.name, sell: charge.terms.holdAmount(seconds: talkSeconds),
                    cost: buying.terms.holdAmount(seconds: talkSeconds), prefix: charge.prefix.description))
        }
    }
}
