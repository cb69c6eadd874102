import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// The router in memory and `routing.calculate_lcr()` are two programs by one set of rules: they answer the same.
@Suite(.database) struct CalculateLCRTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// What becomes of a carrier trunk.
    private struct Line: Hashable, CustomStringConvertible {
        let trunk: UUID
        var outcome: String
        /// The row, its prefix, and jurisdiction with reason: empty when the carrier's price was not looked at.
        let price: [String]
        let cost: Money?
        let margin: Money?

        var description: String {
            "\(trunk.uuidString.prefix(4)) \(outcome) \(price) cost \(cost?.description ?? "-")"
        }
    }

    @Test(.serialized, arguments: Soak.seeds(short: 3, long: 40), [false, true])
    func `SQL and the router choose the same carriers, and say the same of the others`(
        seed: UInt64, isOrdered: Bool
    ) async throws {
        // Ids follow from the seed, and each may be there once.
        var market = RandomMarket(seed: isOrdered ? seed &+ 1 << 32 : seed)
        try await market.store(db)
        try await market.storePlaces(db.owner)
        let none = RoutingSecrets(
            open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() },
            report: { _ in })
        if isOrdered { try await market.store(market.makeOrder(), db) }
        let data = try await LoadRouting(db.engine, secrets: none)()
        let snapshot = data.snapshot
        let calls = market.someCalls(200)
        let answers = try await askSQL(market, calls)
        var outcomes: [String: Int] = [:]
        for call in calls {
            let decision = try #require(
                snapshot.explain(
                    trunkID: market.id, of: market.id, dialled: call.called, caller: call.caller ?? "anonymous",
                    porting: (ported(call.routing), ported(call.callerRouting)),
                    codecs: CodecSet(names: call.codecs ?? []), at: call.at.microseconds, health: data.health))
            let router = decision.candidates.map { line($0) }
            // The router forgets rows when they end: where SQL still says that a price is over, it knows of none.
            let bought = bought(call)
            let sql = (answers[call.position] ?? []).map { line in
                var line = line
                if line.outcome == "out_of_date", !market.hasPrefix(of: bought, at: line.trunk) {
                    line.outcome = "no_prefix"
                }
                return line
            }
            #expect(sql == router, "seed \(seed): \(call), \(decision.outcome)")
            for line in router {
                outcomes[line.outcome, default: 0] += 1
                for word in line.price.dropFirst(2) { outcomes[word, default: 0] += 1 }
            }
        }
        // The market is worth the comparison, unless a rule or the state of the carriers leaves no route at all.
        if !isOrdered, !outcomes.isEmpty { #expect(outcomes.count > 1, "seed \(seed): \(outcomes)") }
    }

    private func ported(_ number: String?) -> NumberPorting? {
        number.flatMap { E164($0) }.flatMap { NumberPorting(routingNumber: $0, .dip) }
    }

    /// The number whose price counts at the carriers: where the called one was ported to.
    private func bought(_ call: RandomMarket.Call) -> String {
        guard call.called.hasPrefix("+1"), let routing = ported(call.routing)?.routingNumber else { return call.called }
        return "+" + routing.description.drop { $0 == "+" }
    }

    private func askSQL(_ market: RandomMarket, _ calls: [RandomMarket.Call]) async throws -> [Int: [Line]] {
        let rows = try await db.engine.run(
            """
            select c.position, l.carrier_trunk_id, l.outcome, l.rate_id, l.prefix, l.jurisdiction,
                   l.jurisdiction_reason, l.expected_cost, l.expected_margin
              from jsonb_to_recordset(\(try JSONText(rows: calls)))
                       as c (position integer, called text, caller text, routing text, caller_routing text,
                             codecs text[], at timestamptz)
             cross join lateral routing.calculate_lcr(\(market.id), c.called, c.caller, \(market.id), c.at, null,
                                                        c.routing, c.caller_routing, c.codecs)
                       with ordinality as l
             order by c.position, l.ordinality
            """, deadline: .seconds(60)
        ).decode(
            Int.self, UUID.self, String.self, UUID?.self, String?.self, String.self, String.self, Money?.self,
            Money?.self)
        var answers: [Int: [Line]] = [:]
        for (position, trunk, outcome, rate, prefix, jurisdiction, reason, cost, margin) in rows {
            let price = rate.map { [$0.uuidString, prefix ?? "", jurisdiction, reason] } ?? []
            answers[position, default: []].append(
                Line(trunk: trunk, outcome: outcome, price: price, cost: cost, margin: margin))
        }
        return answers
    }

    private func line(_ candidate: Candidate) -> Line {
        let price = candidate.buying.map {
            [
                $0.rateID.uuidString, $0.prefix.description, $0.jurisdiction.jurisdiction.rawValue,
                $0.jurisdiction.reason.rawValue,
            ]
        }
        return Line(
            trunk: candidate.carrierTrunkID, outcome: candidate.outcome.rawValue, price: price ?? [],
            cost: candidate.buying?.expectedCost, margin: candidate.buying?.expectedMargin)
    }
}
