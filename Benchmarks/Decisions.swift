import Foundation
import Services
import Telecom

/// The decision alone, on one core and in memory: identify the caller, jurisdiction, selling price, every carrier's
/// price, order, routes.
struct Decisions: Sendable {
    let bench: Workbench

    func run() async throws -> [Measurement] {
        let kamailio = KamailioRouting.Allocator.allCases.map { KamailioRouting(bench: bench, allocator: $0) }
        let usual = try measure(vendors: KamailioRouting.gateways, prefixes: kamailio[0].prefixes)
        let large = try measure(vendors: bench.isQuick ? 2 : 3, prefixes: bench.isQuick ? 50_000 : 2_000_000)
        let alone = measurements(usual, "decisions") + measurements(large, "decisions, large decks")
        var beside: [Measurement] = []
        for kamailio in kamailio { beside += try await peers(kamailio, usual) }
        return alone + beside
    }

    /// Kamailio's modules with the same number of carriers and prefixes, in the same run.
    private func peers(_ kamailio: KamailioRouting, _ ours: Result) async throws -> [Measurement] {
        let theirs = try await kamailio.run()
        let method =
            "one thread; \(ours.market); Kamailio's one worker has as many prefixes and gateways, no prices, and its "
            + "empty loop is taken off"
        let memory = kamailio.allocator == .usual ? "Debian's usual allocator" : "its fast allocator"
        return [("lcr's load_gws", theirs.lcr), ("drouting's do_routing", theirs.drouting)].map { name, rate in
            Measurement(
                "decisions, beside Kamailio", ours.perSecond, "decisions/s",
                against: "\(name) with \(memory), look-ups/s", rate, method: method)
        }
    }

    private struct Result {
        let market: String
        let perSecond: Double
        /// Nanoseconds of one decision.
        let median: Double
        let worstOfHundred: Double
        let bytesPerRate: Double
    }

    private func measure(vendors: Int, prefixes: Int) throws -> Result {
        let market = try DecisionMarket(vendors: vendors, prefixesPerVendor: prefixes)
        let calls = try market.calls(100_000)
        let now = Int64(Date().timeIntervalSince1970 * 1e6)
        var routed = 0
        for call in calls where isRouted(market.snapshot.decide(call, at: now)) { routed += 1 }
        guard routed > calls.count / 2 else { throw BenchError("only \(routed) of \(calls.count) calls had a route") }
        let rates = (0..<bench.rounds).map { _ in rate(market, calls, now) }
        let times = calls.map { call in nanoseconds(market, call, now) }.sorted()
        return Result(
            market: "\(vendors) carriers of \(prefixes) prefixes and four prices each", perSecond: median(rates),
            median: times[times.count / 2], worstOfHundred: times[times.count * 99 / 100],
            bytesPerRate: market.bytesPerRate)
    }

    private func isRouted(_ decision: Decision) -> Bool { decision.routeCount > 0 }

    private func rate(_ market: DecisionMarket, _ calls: [CallRequest], _ now: Int64) -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + .seconds(bench.seconds)
        var count = 0
        var routes = 0
        while clock.now < end {
            // By position: a call with its texts is not copied before it is decided.
            for position in count % calls.count..<count % calls.count + 1000 {
                routes += market.snapshot.decide(calls[position], at: now).routeCount
            }
            count += 1000
        }
        // The routes are counted so that no decision can be left out.
        return routes > 0 ? Double(count) / (clock.now - start).seconds : 0
    }

    private func nanoseconds(_ market: DecisionMarket, _ call: CallRequest, _ now: Int64) -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let decision = market.snapshot.decide(call, at: now)
        let duration = (clock.now - start).seconds * 1e9
        return decision.routeCount > 0 ? duration : 0
    }

    private func measurements(_ result: Result, _ name: String) -> [Measurement] {
        let method = "one thread; \(result.market); random numbers of the whole of North America"
        return [
            Measurement(name, result.perSecond, "decisions/s", method: "\(method); \(bench.roundsText)"),
            Measurement("\(name), p50", result.median / 1000, "µs", method: method),
            Measurement("\(name), p99", result.worstOfHundred / 1000, "µs", method: method),
            Measurement("\(name), memory", result.bytesPerRate, "bytes/rate", method: method),
        ]
    }
}
