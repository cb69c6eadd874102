import AsyncHTTPClient
import Foundation
import HTTPAPI
import NIOCore
import NIOHTTP1
import Postgres
import ServiceLifecycle
import Services
import TestSupport
import Testing

/// What the server does to clients that are slow, large or many, and what it tells of itself.
@Suite(.database) struct ServerBoundsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `it says that it lives, whether it can serve, and in numbers how it is`() async throws {
        try await TestServer.run { server in
            #expect(try await server.ask(.GET, "/healthz").text == "{\"status\":\"alive\"}\n")
            #expect(try await server.ask(.GET, "/readyz").text == "{\"status\":\"ready\",\"missing\":[]}\n")
            #expect(try await server.ask(.HEAD, "/healthz").status == 200)
            let metrics = try await server.ask(.GET, "/metrics")
            #expect(metrics.headers.first(name: "Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
            #expect(metrics.text.contains("heddle_test 1\n"))
            let counted = "heddle_http_requests_total{method=\"GET\",route=\"/readyz\",status=\"200\"} 1\n"
            #expect(metrics.text.contains(counted), "\(metrics.text)")
        }
        try await TestServer.run(missing: ["the database does not answer"]) { server in
            let answer = try await server.ask(.GET, "/readyz")
            #expect(answer.status == 503 && answer.text.contains("the database does not answer"))
            #expect(try await server.ask(.GET, "/healthz").status == 200)
        }
    }

    @Test(arguments: [
        ("GET", "/", 404), ("GET", "/v1/nothing", 404), ("DELETE", "/healthz", 405), ("GET", "/v1/cdr/batches", 405),
        ("GET", "/%2e%2e/etc/passwd", 404),
    ])
    func `what is not there is a problem too`(method: String, path: String, status: Int) async throws {
        try await TestServer.run { server in
            let answer = try await server.ask(.RAW(value: method), path)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.headers.first(name: "Content-Type") == "application/problem+json")
            #expect(try answer.member("status") == String(answer.status))
        }
    }

    @Test func `a head that is too long, or is none, ends the connection`() async throws {
        try await TestServer.run { server in
            let long = "GET /healthz HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n"
            let many = "GET /healthz HTTP/1.1\r\n" + (0..<200).map { "X-\($0): x\r\n" }.joined() + "\r\n"
            for head in [long, many, "\u{1}\u{2}\r\n\r\n", "GET /healthz HTTP/9.9\r\n\r\n"] {
                let answer = try await RawClient.send([head], port: server.port)
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(80))")
            }
            #expect(try await server.ask(.GET, "/healthz").status == 200)
        }
    }

    @Test func `whoever sends a head or a body drop by drop is shown out`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        try await TestServer.run {
            $0.idleTime = .seconds(1)
            $0.bodyTime = .seconds(1)
            $0.leastBytesPerSecond = 1 << 20
        } _: { server in
            let head =
                "POST /v1/cdr/batches HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nAuthorization: Bearer \(key)\r\n"
            let drops = (0..<100).map { "X-\($0): x\r\n" }
            // It ends long before the last drop, which would be after half a minute.
            let start = ContinuousClock.now
            _ = try await RawClient.send([head] + drops, port: server.port, pause: .milliseconds(300))
            let body = [head + "Content-Length: 100000\r\n\r\n"] + (0..<100).map { "\($0)," }
            _ = try await RawClient.send(body, port: server.port, pause: .milliseconds(300))
            #expect(ContinuousClock.now - start < .seconds(40))
            #expect(try await mine.batches() == 0)
        }
    }

    @Test func `a body has an end, however steadily it comes`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        try await TestServer.run {
            $0.bodyTime = .seconds(600)
            $0.mostBodyTime = .seconds(1)
        } _: { server in
            let lines = [TestOperator.heading] + (0..<100).map { mine.lines($0..<$0 + 1) }
            let head =
                "POST /v1/cdr/batches HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
                + "Authorization: Bearer \(key)\r\nContent-Length: \(lines.joined().utf8.count)\r\n\r\n"
            // All of it would be there after ten seconds, and be taken.
            let answer = try await RawClient.send([head] + lines, port: server.port, pause: .milliseconds(100))
            #expect(answer.isEmpty, "\(answer)")
            #expect(try await mine.batches() == 0)
        }
    }

    @Test func `a body that is not wanted is not waited for`() async throws {
        try await TestServer.run {
            $0.refusedTime = .milliseconds(300)
        } _: { server in
            let head = "POST /v1/cdr/batches HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"
            let parts = [head] + (0..<100).map { _ in String(repeating: "x", count: 1_000) }
            let answer = try await RawClient.send(parts, port: server.port, pause: .milliseconds(100))
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 401"))
        }
    }

    @Test(.timeLimit(.minutes(2))) func `whoever does not read what it is answered is shown out`() async throws {
        try await TestServer.run {
            $0.idleTime = .seconds(600)
            $0.answerTime = .seconds(1)
        } _: { server in
            // It ends when the server closes the connection, and not before.
            await RawClient.sendWithoutEnd(
                String(repeating: "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", count: 100), port: server.port)
            let answer = try await server.ask(.GET, "/healthz")
            #expect(answer.status == 200)
        }
    }

    @Test func `connections above the limit wait until one ends`() async throws {
        try await TestServer.run {
            $0.mostConnections = 2
            $0.idleTime = .seconds(2)
        } _: { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask { _ = try await RawClient.send(["GET"], port: server.port) }
                }
                group.addTask {
                    let answer = try await server.ask(.GET, "/healthz")
                    #expect(answer.status == 200)
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `when it is asked to stop, what is under way is answered`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        let body = TestOperator.heading + mine.lines(0..<2)
        let (ports, listens) = AsyncStream.makeStream(of: Int.self)
        var settings = HTTPSettings(directory: TestServer.directory)
        settings.port = 0
        let server = HTTPServer(
            settings, probes: HTTPProbes(missing: { [] }, metrics: { [] }),
            api: HTTPServices(
                app: db.app, engine: db.engine, resolve: ResolveSecret(environment: [:]), ring: TestServer.ring,
                passwords: TestServer.passwords),
            logger: TestServer.logger, listening: { listens.yield($0) })
        let services = ServiceGroup(services: [server], logger: TestServer.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            group.addTask {
                for await port in ports {
                    let head =
                        "POST /v1/cdr/batches HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
                        + "Authorization: Bearer \(key)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                    async let answer = RawClient.send([head, body], port: port, pause: .seconds(1))
                    try await Task.sleep(for: .milliseconds(500))
                    await services.triggerGracefulShutdown()
                    #expect(try await answer.hasPrefix("HTTP/1.1 201"))
                    return
                }
            }
            try await group.waitForAll()
        }
        #expect(try await mine.calls() == 2)
    }
}
