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

    @Test(.serialized, arguments: Soak.seeds(short: 3, long: 40))
    func `SQL and the router choose the same carriers, and say the same of the others`(seed: UInt64) async throws {
        var market = RandomMarket(seed: seed)
        try await market.store(db)
        let none = RoutingSecrets(
            open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() },
            report: { _ in })
        let snapshot = try await LoadRouting(db.engine, secrets: none)().snapshot
        let calls = market.someCalls(200)
        let answers = try await askSQL(market, calls)
        var outcomes: [String: Int] = [:]
        for call in calls {
            let decision = try #require(
                snapshot.explain(
                    trunkID: market.id, of: market.id, dialled: call.called, caller: call.caller ?? "anonymous",
                    at: call.at.microseconds))
            let router = decision.candidates.map { line($0) }
            // The router forgets rows when they end: where SQL still says that a price is over, it knows of none.
            let sql = (answers[call.position] ?? []).map { line in
                var line = line
                if line.outcome == "out_of_date", !market.hasPrefix(of: call.called, at: line.trunk) {
                    line.outcome = "no_prefix"
                }
                return line
            }
            #expect(sql == router, "seed \(seed): \(call), \(decision.outcome)")
            for line in router { outcomes[line.outcome, default: 0] += 1 }
        }
        // The market is worth the comparison.
        #expect(outcomes["chosen", default: 0] > 0, "seed \(seed): \(outcomes)")
    }

    private func askSQL(_ market: RandomMarket, _ calls: [RandomMarket.Call]) async throws -> [Int: [Line]] {
        let rows = try await db.engine.run(
            """
            select c.position, l.carrier_trunk_id, l.outcome, l.rate_id, l.prefix, l.jurisdiction,
                   l.jurisdiction_reason, l.expected_cost, l.expected_margin
              from jsonb_to_recordset(\(try JSONText(rows: calls)))
                       as c (position integer, called text, caller text, at timestamptz)
             cross join lateral routing.calculate_lcr(\(market.id), c.called, c.caller, \(market.id), c.at)
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
