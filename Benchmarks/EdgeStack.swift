import Deploy
import Foundation
import Jobs
import Processes
import SIPEdge
import Services

/// The edge and what stands behind it, composed as the server does: Kamailio, routing data, holds, and the pipeline
/// that imports and rates meanwhile. The router is started apart, so that each step has a histogram of its own.
struct EdgeStack: Sendable {
    let bench: Workbench
    let model: OperatorDatabase
    let routing: RoutingKeeper
    let calls: OpenCalls
    let pipeline: CDRPipeline
    let edge: EdgeProcess
    let sipPort: Int
    let routerPort: Int
    let carriers: [String]

    static let customerHost = "127.0.0.9"

    static func open(_ bench: Workbench) async throws -> EdgeStack {
        let carriers = try ["127.0.0.2", "127.0.0.3", "127.0.0.4"].map {
            "\($0):\(try DatagramSocket.freePort(host: $0))"
        }
        var addresses = [DemoParty.customer: "\(customerHost):\(try DatagramSocket.freePort(host: customerHost))"]
        for (party, address) in zip(DemoParty.carriers, carriers) { addresses[party] = address }
        let model = try await OperatorDatabase.make(bench, name: "edge", addresses: addresses)
        let sipPort = try DatagramSocket.freePort()
        let routerPort = try DatagramSocket.freePort()
        var settings = EdgeSettings(
            id: "bench", directory: "\(bench.root)/edge", configuration: Deploy.kamailioConfiguration,
            listeners: ["udp:127.0.0.1:\(sipPort)"], rpcPort: try DatagramSocket.freePort(),
            routers: ["127.0.0.1:\(routerPort)"])
        settings.sourceRateMaximum = 0
        let edge = EdgeProcess(settings, reactor: bench.reactor, logger: bench.logger)
        let importSpool = ImportSpool(model.engine, directory: settings.directory) {
            guard await edge.isRunning else { return false }
            try await edge.control.rotateFiles()
            return true
        }
        let pipeline = CDRPipeline(
            edge: .init(id: settings.id, importSpool: importSpool, liveCalls: { nil }),
            rateCalls: RateCalls(model.engine), closeLostCalls: CloseLostCalls(model.engine), logger: bench.logger)
        return EdgeStack(
            bench: bench, model: model, routing: try await model.routing(), calls: OpenCalls(model.engine),
            pipeline: pipeline, edge: edge, sipPort: sipPort, routerPort: routerPort, carriers: carriers)
    }

    /// Ends the edge first: its last CDRs come with its end.
    func close() async {
        await edge.stop()
        await model.close()
    }

    /// Runs everything but the router for as long as the body.
    func serve<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await calls.run() }
            group.addTask { await pipeline.run() }
            let farEnds = try await startCarriers()
            do {
                // Kamailio looks for its router at the start.
                try await withRouter { _ in
                    if let plan = routing.data?.emergencyPlan { await edge.apply(plan) }
                    try await edge.start()
                }
                let value = try await body()
                await stop(farEnds)
                group.cancelAll()
                return value
            } catch {
                await stop(farEnds)
                throw error
            }
        }
    }

    /// Runs the router for as long as the body.
    func withRouter<Value: Sendable>(_ body: @Sendable (RunningRouter) async throws -> Value) async throws -> Value {
        try await RunningRouter.serve(port: routerPort, routing, calls, bench.logger, body)
    }

    private func startCarriers() async throws -> [RunningProcess] {
        var farEnds: [RunningProcess] = []
        for carrier in carriers {
            farEnds.append(try await Sipp(bench: bench).answering(at: carrier))
        }
        // SIPp has no sign of being ready; it listens within a few milliseconds.
        try await Task.sleep(for: .milliseconds(300))
        guard farEnds.allSatisfy(\.isRunning) else {
            await stop(farEnds)
            throw BenchError("SIPp could not listen at \(carriers.joined(separator: ", ")); see \(bench.root)")
        }
        return farEnds
    }

    private func stop(_ farEnds: [RunningProcess]) async {
        for farEnd in farEnds { await farEnd.stop(signal: SIGKILL) }
    }
}
