import Postgres
import SIPEdge
import Services

/// The router without an edge: what it decides in a second, with the money held and for free calls.
struct RouterAlone: Sendable {
    let bench: Workbench

    private static let window = 256
    /// The seed sells it for nothing: the called party pays.
    private static let freeNumber = "+18005550142"

    func run() async throws -> [Measurement] {
        let model = try await OperatorDatabase.make(bench, name: "router")
        let routing = try await model.routing()
        let calls = OpenCalls(model.engine)
        let (charged, free) = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await calls.run() }
            let charged = try await answers(SeedDemo.called, "charged", routing, calls)
            let free = try await answers(Self.freeNumber, "free", routing, calls)
            group.cancelAll()
            return (charged, free)
        }
        let holds = try await model.owner.run("select count(*) from billing.holds").value(Int.self) ?? 0
        guard holds >= charged.tally.routed else {
            throw BenchError("\(charged.tally.routed) charged calls were routed, but only \(holds) have a hold")
        }
        try await model.checkLedger()
        await model.close()
        return measurements(charged, free)
    }

    private struct Answers: Sendable {
        let tally: InviteLoad.Tally
        let median: Double
        let worstOfHundred: Double
    }

    private func answers(
        _ dialled: String, _ name: String, _ routing: RoutingKeeper, _ calls: OpenCalls
    ) async throws -> Answers {
        try await RunningRouter.serve(routing, calls, bench.logger) { router in
            let load = InviteLoad(
                port: router.port, dialled: dialled, window: Self.window, seconds: bench.isQuick ? 2 : 6, run: name)
            let tally = try await load()
            let latency = router.latency
            return Answers(tally: tally, median: latency.median, worstOfHundred: latency.worstOfHundred)
        }
    }

    private func measurements(_ charged: Answers, _ free: Answers) -> [Measurement] {
        let method =
            "UDP INVITEs, \(Self.window) under way, from a thread of the same process on the same cores; decided, "
            + "stored and, where charged, the money held with synchronous commit"
        let against = "free calls"
        return [
            Measurement(
                "router, charged calls", charged.tally.perSecond, "answers/s", against: against, free.tally.perSecond,
                method: "\(method); refused \(charged.tally.refused), lost \(charged.tally.lost)"),
            Measurement(
                "router, charged calls, p50", charged.median / 1000, "ms", against: against, free.median / 1000,
                method: method),
            Measurement(
                "router, charged calls, p99", charged.worstOfHundred / 1000, "ms", against: against,
                free.worstOfHundred / 1000, method: method),
        ]
    }
}
