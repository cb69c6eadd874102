import Logging
import Services
import TestSupport
import Testing

@testable import SIPEdge

/// A router with the demonstration's data, at real sockets.
struct TestRouter {
    private let router: Router
    private let logger: Logger

    /// Makes a router, and runs one server of it.
    static func run(_ body: (UInt16) async throws -> Void) async throws {
        try await with { try await $0.serve(body) }
    }

    /// Makes a router.
    /// - Parameters:
    ///   - edges: addresses that may ask it.
    ///   - digestListeners: listeners of edges that let callers log in; `nil` for all.
    static func with(
        edges: Set<String> = ["127.0.0.1"], digestListeners: [String]? = nil, _ body: (TestRouter) async throws -> Void
    ) async throws {
        let database = try TestDatabase.suite
        try await SeedDemo(database.owner)()
        let routing = RoutingKeeper(
            database.engine, listening: database.engine,
            secrets: RoutingSecrets(
                open: { _, _, _ in throw EdgeError("no secrets here") },
                resolve: { _ in throw EdgeError("no secrets here") }, report: { _ in }))
        try await routing.refresh()
        let calls = OpenCalls(database.engine)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var settings = Router.Settings(nonceSecret: [UInt8](repeating: 7, count: 32))
        settings.edges = edges
        settings.digestListeners = digestListeners
        let router = Router(settings, routing: routing, calls: calls, logger: logger)
        try await withThrowingTaskGroup { group in
            group.addTask { await calls.run() }
            try await body(TestRouter(router: router, logger: logger))
            group.cancelAll()
        }
    }

    /// Runs a server, which knows no transactions yet, and hands over its port.
    func serve(_ body: (UInt16) async throws -> Void) async throws {
        let server = try RouterServer(host: "127.0.0.1", port: 0, router: router, logger: logger)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run { port.yield($0) } }
            var found = ports.makeAsyncIterator()
            try await body(UInt16(try #require(await found.next())))
            group.cancelAll()
        }
    }
}

/// Asks as the edge does, each time for another call.
final class Edge {
    private var calls = 0

    func placeCall(_ port: UInt16) async throws {
        #expect(try await routed(by: UDPClient(to: "127.0.0.1", port)).answer.hasPrefix("SIP/2.0 302 "))
    }

    /// The request of a call that is routed, and its answer.
    func routed(by client: UDPClient) async throws -> (request: [UInt8], answer: String) {
        while true {
            calls += 1
            let headers = edgeHeaders(source: "127.0.0.9;5060;udp", received: "\(1_790_000_000_000_000 + calls)")
            let request = invite(headers, branch: "z9hG4bK-good-\(calls)", callID: "good-\(calls)@test")
            let answer = try #require(await client.ask(request))
            // On a busy machine the money for a call may take too long, and it is refused with 503.
            if !answer.hasPrefix("SIP/2.0 503 ") || calls >= Self.callsMaximum { return (request, answer) }
        }
    }

    private static let callsMaximum = 2_000
}
