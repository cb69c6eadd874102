import Foundation
import HTTPAPI
import NIOHTTP1
import Postgres
import ServiceLifecycle
import Services
import TestSupport
import Testing

/// Streams through a server: what comes, to whom, and how they end.
@Suite(.database) struct LiveStreamTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let all = ["cdr:read", "billing:read", "audit:read", "integration:read"]

    @Test func `what is comes first, and then what changes`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(Self.all).text
        let (one, two) = (UUID(), UUID())
        try await mine.call(one)
        try await mine.dispatch()
        try await TestServer.run { server in
            try await OpenStream.read("of=calls,balances,jobs,events", key: key, of: server) { stream in
                #expect(stream.messages.first?.rest == ["retry: 2000"])
                #expect(stream.named("call.started").map { $0.data["id"]?.shown } == [one.text])
                #expect(stream.named("balance.changed").map { $0.data["available"]?.shown } == ["0.00000000"])
                let topics = stream.named("stream.current").first?.data["topics"]
                #expect(topics == ["calls", "balances", "jobs", "events"])

                try await mine.call(two)
                try await db.owner.run(
                    """
                    update routing.routing_requests set state = 'finished', finished_at = now()
                     where tenant_id = \(mine.id) and id = \(one)
                    """)
                try await db.owner.run(
                    "update billing.account_balance set available = 5 where tenant_id = \(mine.id)")
                try await db.owner.run(
                    "insert into queue.jobs (tenant_id, kind) values (\(mine.id), 'test')")
                try await mine.event("invoice.paid", account: mine.account)
                try await mine.dispatch()
                try await until("all came") {
                    stream.named("call.started").count == 2 && stream.named("call.ended").count == 1
                        && stream.named("balance.changed").count == 2 && stream.named("job.changed").count == 1
                        && stream.types == ["invoice.paid"]
                }
                #expect(stream.named("call.ended").first?.data["id"]?.shown == one.text)
                #expect(stream.named("call.ended").first?.data["state"] == "finished")
                #expect(stream.named("balance.changed").last?.data["available"] == "5.00000000")
                let event = try #require(stream.named("event").first)
                #expect(event.data["data"]?["number"]?.shown == "1" && event.id != nil)
                try await db.owner.run(
                    """
                    update queue.jobs set state = 'cancelled', finished_at = now() where tenant_id = \(mine.id)
                    """)
                try await until("the job ended") { stream.named("job.ended").first?.data["state"] == "cancelled" }
            }
        }
    }

    @Test func `nobody hears of another operator, and people of an account hear of theirs`() async throws {
        let (mine, other) = (try await TestOperator.make(db), try await TestOperator.make(db))
        let neighbour = UUID()
        try await db.owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name)
            values (\(mine.id), \(neighbour), \(String(neighbour.text.filter(\.isHexDigit).prefix(12))), 'Neighbour')
            """)
        let key = try await mine.key(Self.all) { $0.account = mine.account }.text
        let theirCall = UUID()
        try await mine.call(theirCall, account: neighbour)
        try await mine.dispatch()
        try await other.call(UUID())
        try await TestServer.run { server in
            try await OpenStream.read("of=calls,balances,events", key: key, of: server) { stream in
                #expect(stream.named("call.started").isEmpty)
                #expect(stream.named("balance.changed").map { $0.data["account_id"]?.shown } == [mine.account.text])
                try await other.event("invoice.paid", account: other.account)
                try await mine.event("invoice.void", account: neighbour)
                try await mine.event("sheet.published")
                try await db.owner.run(
                    """
                    update billing.account_balance set available = 7
                     where tenant_id = any (\([mine.id, other.id])) and account_id <> \(mine.account)
                    """)
                try await mine.event("invoice.paid", account: mine.account)
                try await mine.dispatch()
                try await until("the own event came") { !stream.types.isEmpty }
                try await Task.sleep(for: .milliseconds(1_200))
                #expect(stream.types == ["invoice.paid"])
                #expect(stream.named("balance.changed").count == 1 && stream.named("call.started").isEmpty)
            }
        }
    }

    @Test func `who comes back gets what it missed, each event once`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(Self.all).text
        try await TestServer.run { server in
            let seen = Seen()
            try await OpenStream.read("of=events&types=invoice.*", key: key, of: server) { stream in
                try await mine.event("invoice.paid", count: 2)
                try await mine.event("payment.failed")
                try await mine.dispatch()
                try await until("both came") { stream.types.count == 2 }
                await seen.add(stream.named("event"))
            }
            // More than one look finds at once.
            try await mine.event("invoice.void", count: 230)
            try await mine.dispatch()
            let last = try #require(await seen.last)
            let again = [("Last-Event-ID", last)]
            try await OpenStream.read("of=events&types=invoice.*", key: key, headers: again, of: server) { stream in
                try await mine.event("invoice.drafted")
                try await mine.dispatch()
                try await until("all came") { stream.types.last == "invoice.drafted" }
                await seen.add(stream.named("event"))
            }
            let types = await seen.messages.map { $0.data["type"]?.shown ?? "" }
            #expect(
                types == ["invoice.paid", "invoice.paid"] + Array(repeating: "invoice.void", count: 230)
                    + ["invoice.drafted"])
            #expect(Set(await seen.messages.map { $0.data["id"]?.shown }).count == 233)
        }
    }

    @Test func `a stream of a key that was revoked ends, and says why`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(Self.all)
        try await TestServer.run {
            $0.checkTime = .milliseconds(200)
            $0.streamPause = .milliseconds(100)
            $0.streamAliveTime = .milliseconds(300)
        } _: { server in
            try await OpenStream.read("of=balances", key: key.text, of: server) { stream in
                try await until("it lives") { stream.messages.contains { $0.rest == [": alive"] } }
                _ = try await ListAPIKeys(db.app).revoke(key.prefix, because: "test", mine.scope)
                try await until("it ended") { stream.hasEnded }
                #expect(stream.messages.last?.name == "stream.ended")
                #expect(stream.messages.last?.data["reason"] == "key")
            }
        }
    }

    @Test func `a stream ends when its time is over`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(Self.all).text
        try await TestServer.run {
            $0.streamTime = .milliseconds(500)
            $0.streamPause = .milliseconds(100)
        } _: { server in
            try await OpenStream.read("of=balances", key: key, of: server) { stream in
                try await until("it ended") { stream.hasEnded }
                #expect(stream.messages.last?.data["reason"] == "time")
            }
        }
    }

    @Test func `an operator has so many streams, and a place is free again when one was left`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(Self.all).text
        try await TestServer.run {
            $0.mostStreamsOfOne = 1
            $0.streamPause = .milliseconds(100)
        } _: { server in
            try await OpenStream.read("of=balances", key: key, of: server) { _ in
                let refused = try await server.ask(.GET, "/v1/stream?of=balances", key: key)
                #expect(refused.status == 429 && refused.text.contains("1 streams"), "\(refused.text)")
                let other = try await TestOperator.make(db).key(Self.all).text
                #expect(try await server.begins(.GET, "/v1/stream?of=balances", key: other) == 200)
            }
            try await until("there is a place again") {
                try await server.begins(.GET, "/v1/stream?of=balances", key: key) == 200
            }
            // No body, no place.
            for _ in 0..<2 {
                #expect(try await server.begins(.HEAD, "/v1/stream?of=balances", key: key) == 200)
            }
        }
    }

    /// What a key asks for, whether it is of an account, and what it gets.
    private static let refusals: [([String], Bool, String, Int, String)] = [
        (["billing:read"], false, "of=calls", 403, "cdr:read or routing:read"),
        (["billing:read"], false, "of=balances,events", 403, "integration:read"),
        (["audit:read"], true, "of=jobs", 403, "account-key"), (all, false, "of=pigeons", 400, "calls, balances"),
        (all, false, "", 400, "\"of\""), (all, false, "of=", 400, "\"of\""),
        (all, false, "of=events&types=Invoice", 400, "invoice.*"), (all, false, "of=events&since=1", 400, "since"),
    ]

    @Test(arguments: refusals)
    func `what nobody may hear, or can be heard, is no stream`(
        scopes: [String], isOfAccount: Bool, query: String, status: Int, expected: String
    ) async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(scopes) { if isOfAccount { $0.account = mine.account } }.text
        try await TestServer.run { server in
            let answer = try await server.ask(.GET, "/v1/stream?\(query)", key: key)
            #expect(answer.status == status && answer.text.contains(expected), "\(answer.text)")
        }
    }

    @Test func `a place that no stream gave is refused`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(Self.all).text
        try await TestServer.run { server in
            let answer = try await server.ask(
                .GET, "/v1/stream?of=events", key: key, headers: [("Last-Event-ID", "yesterday")])
            #expect(answer.status == 400 && answer.text.contains("Last-Event-ID"), "\(answer.text)")
        }
    }

    @Test(.timeLimit(.minutes(2))) func `whoever does not read its stream is shown out`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(Self.all).text
        // More than the kernel keeps for somebody who does not read.
        try await mine.event("invoice.paid", padding: 60_000, count: 400)
        try await mine.dispatch()
        try await TestServer.run {
            $0.answerTime = .seconds(1)
            $0.mostStreamsOfOne = 1
        } _: { server in
            await RawClient.sendWithoutEnd(
                "GET /v1/stream?of=events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r\n"
                    + "Last-Event-ID: 0.0.00000000-0000-7000-8000-000000000000\r\n\r\n", port: server.port)
            try await until("its place is free") {
                try await server.begins(.GET, "/v1/stream?of=events", key: key) == 200
            }
        }
    }

    @Test func `when the server stops, streams end`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(Self.all).text
        let (ports, listens) = AsyncStream.makeStream(of: Int.self)
        var settings = HTTPSettings(directory: TestServer.directory)
        settings.port = 0
        settings.streamPause = .milliseconds(100)
        let server = HTTPServer(
            settings, probes: HTTPProbes(missing: { [] }, metrics: { [] }),
            api: HTTPServices(
                app: db.app, engine: db.engine, resolve: ResolveSecret(environment: [:]), ring: TestServer.ring,
                passwords: TestServer.passwords),
            logger: TestServer.logger, listening: { listens.yield($0) })
        let services = ServiceGroup(services: [server], logger: TestServer.logger)
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            group.addTask {
                for await port in ports {
                    let server = TestServer(port: port, database: db)
                    try await OpenStream.read("of=balances", key: key, of: server) { stream in
                        await services.triggerGracefulShutdown()
                        try await until("it ended") { stream.hasEnded }
                        #expect(stream.messages.last?.data["reason"] == "stopping")
                    }
                    return
                }
            }
            try await group.waitForAll()
        }
        // Nobody was waited for until the time of requests was over.
        #expect(ContinuousClock.now - began < settings.stopTime)
    }
}

/// What several streams brought.
private actor Seen {
    private(set) var messages: [OpenStream.Message] = []

    var last: String? { messages.last?.id }

    func add(_ more: [OpenStream.Message]) { messages += more }
}
