import Logging
import SIPEdge
import Services

/// A router on a port of its own, with a fresh histogram.
struct RunningRouter: Sendable {
    let server: RouterServer
    let port: Int

    /// Serves for as long as the body runs.
    /// - Parameter port: 0 takes a free one.
    static func serve<Value: Sendable>(
        port: Int = 0, _ routing: RoutingKeeper, _ calls: OpenCalls, _ logger: Logger,
        _ body: @Sendable (RunningRouter) async throws -> Value
    ) async throws -> Value {
        let settings = Router.Settings(nonceSecret: (0..<32).map { _ in UInt8.random(in: 0...255) })
        let server = try RouterServer(
            host: "127.0.0.1", port: port, router: Router(settings, routing: routing, calls: calls, logger: logger),
            logger: logger)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                do {
                    try await server.run { continuation.yield($0) }
                } catch is CancellationError {
                    // The body is done.
                }
            }
            var listening: Int?
            for await port in ports {
                listening = port
                break
            }
            guard let listening else {
                try await group.waitForAll()
                throw BenchError("the router did not listen")
            }
            let value = try await body(RunningRouter(server: server, port: listening))
            group.cancelAll()
            try await group.waitForAll()
            return value
        }
    }

    /// What the router took for its answers, in microseconds.
    var latency: (median: Double, worstOfHundred: Double) {
        (server.latencies.microseconds(at: 0.5), server.latencies.microseconds(at: 0.99))
    }
}
