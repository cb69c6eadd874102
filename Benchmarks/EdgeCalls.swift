import Jobs
import Postgres
import SIPEdge
import Services

/// Whole calls: SIPp calls Kamailio, the router decides and holds, Kamailio calls the carrier, SIPp answers, talk,
/// BYE, CDR. The rate climbs until one call in a hundred fails, or until the calls cannot be placed so fast.
struct EdgeCalls: Sendable {
    let bench: Workbench

    static let failuresAllowed = 0.01
    /// How much of the rate that was asked for has to be reached.
    static let shareToReach = 0.9
    private static let rates = [100, 200, 300, 400, 500, 600, 700, 800, 1000, 1200, 1350, 1500]

    struct Step: Sendable {
        let rate: Int
        let outcome: Sipp.Outcome
        let median: Double
        let worstOfHundred: Double

        var isGood: Bool {
            outcome.failedShare < EdgeCalls.failuresAllowed
                && outcome.placedPerSecond >= Double(rate) * EdgeCalls.shareToReach
        }

        /// As measured, but never more than was asked for: SIPp's statistics come in intervals.
        var perSecond: Double { min(outcome.placedPerSecond, Double(rate)) }

        var text: String {
            "\(rate)/s: \(outcome.placedPerSecond.short)/s placed, \((outcome.failedShare * 100).short) % failed"
        }
    }

    func run() async throws -> [Measurement] {
        let stack = try await EdgeStack.open(bench)
        do {
            let steps = try await stack.serve { try await climb(stack) }
            let rated = try await settle(stack)
            await stack.close()
            let succeeded = steps.map(\.outcome.succeeded).reduce(0, +)
            guard rated >= succeeded else {
                throw BenchError("SIPp saw \(succeeded) calls through, but only \(rated) answered ones were rated")
            }
            return try measurements(steps, rated: rated)
        } catch {
            await stack.close()
            throw error
        }
    }

    private func climb(_ stack: EdgeStack) async throws -> [Step] {
        var steps: [Step] = []
        for rate in bench.isQuick ? [50, 100] : Self.rates {
            try Task.checkCancellation()
            let step = try await stack.withRouter { router in
                let outcome = try await Sipp(bench: bench).call(
                    "127.0.0.1:\(stack.sipPort)", from: EdgeStack.customerHost, rate: rate,
                    seconds: bench.isQuick ? 2 : 5)
                let latency = router.latency
                return Step(
                    rate: rate, outcome: outcome, median: latency.median, worstOfHundred: latency.worstOfHundred)
            }
            steps.append(step)
            if !step.isGood { break }
        }
        return steps
    }

    /// Imports and rates what is left; how many answered calls have been rated, and the sums hold.
    private func settle(_ stack: EdgeStack) async throws -> Int {
        await stack.edge.stop()
        try await stack.pipeline.runOnce()
        try await stack.model.checkLedger()
        return try await stack.model.owner.run(
            "select count(*) from cdr.enriched_cdr where disposition = 'answered'"
        ).value(Int.self) ?? 0
    }

    private func measurements(_ steps: [Step], rated: Int) throws -> [Measurement] {
        guard let best = steps.last(where: \.isGood) else {
            throw BenchError("no step went well: \(steps.map(\.text).joined(separator: ", "))")
        }
        let isCapped = steps.last?.isGood == true
        let method =
            "SIPp, Kamailio, router, database and SIPp on one machine, \(Sipp.talkMilliseconds) ms talk; "
            + steps.map(\.text).joined(separator: ", ") + (isCapped ? "; no higher rate was tried" : "")
        let circumstance = "at \(best.perSecond.short) calls/s through the edge"
        return [
            Measurement(
                "edge, calls with < 1 % failed", best.perSecond, isCapped ? "calls/s at least" : "calls/s",
                method: method),
            Measurement("edge, the router's p50", best.median / 1000, "ms", method: circumstance),
            Measurement("edge, the router's p99", best.worstOfHundred / 1000, "ms", method: circumstance),
            Measurement(
                "edge, answered calls rated", Double(rated), "calls", against: "calls that SIPp saw through",
                Double(steps.map(\.outcome.succeeded).reduce(0, +)),
                method: "CDRs imported, rated and posted while and after; every balance equals its ledger"),
        ]
    }
}
