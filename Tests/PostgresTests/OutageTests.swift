import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Postgres

/// What happens when the server goes away: each test kills or freezes a server of its own.
@Suite struct OutageTests {
    @Test func `after the sessions are killed the next request opens new ones`() async throws {
        let cluster = try await TestCluster.start(name: "killed")
        let database = try cluster.client()
        try await database.run("create table survivors (id int8)")
        try await database.run("insert into survivors values (1)")
        let admin = try cluster.client { $0.sharedConnections = 1 }
        try await admin.run(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where pid <> pg_backend_pid() and backend_type = 'client backend'
            """)
        try await until("the sessions are gone") {
            try await admin.run(
                "select count(*) from pg_stat_activity where backend_type = 'client backend'"
            ).value(Int.self) == 1
        }
        #expect(try await database.run("select id from survivors").values(Int.self) == [1])
        await cluster.discard()
    }

    @Test func `a server that is gone is told within the deadline, and nothing was sent`() async throws {
        let cluster = try await TestCluster.start(name: "gone")
        let database = try cluster.client()
        try await database.run("select 1")
        await cluster.server.stop()
        let start = ContinuousClock.now
        let error = await #expect(throws: PostgresError.self) {
            try await database.run("select 1", deadline: .milliseconds(300))
        }
        #expect(error?.code == .unavailable)
        #expect(ContinuousClock.now - start < .seconds(9))  // and not the ten of the usual wait
        await cluster.discard()
    }

    @Test func `a frozen server is told as an unknown outcome, and works again when it thaws`() async throws {
        let cluster = try await TestCluster.start(name: "frozen")
        let database = try cluster.client { $0.sharedConnections = 1 }
        let backend = try #require(try await database.run("select pg_backend_pid()").value(Int.self))
        kill(Int32(backend), SIGSTOP)
        let error = await #expect(throws: PostgresError.self) {
            try await database.run("select 1", deadline: .milliseconds(200))
        }
        #expect(error?.code == .timedOut)
        kill(Int32(backend), SIGCONT)
        #expect(try await database.run("select 2").value(Int.self) == 2)
        await cluster.discard()
    }

    @Test func `a killed server recovers what was committed`() async throws {
        let cluster = try await TestCluster.start(name: "crash")
        let database = try cluster.client()
        try await database.run("create table committed (id int8)")
        try await database.run("insert into committed select generate_series(1, 1000)")
        let keeper = Task { await cluster.server.keepRunning { _ in } }
        let killed = cluster.server.pid
        kill(killed, SIGKILL)
        try await until("it is started again", within: .seconds(60)) { cluster.server.pid != killed }
        #expect(try await database.run("select count(*) from committed").value(Int.self) == 1000)
        keeper.cancel()
        await keeper.value
        await cluster.discard()
    }

    @Test func `notifications arrive, and a lost session is told and opened again`() async throws {
        let cluster = try await TestCluster.start(name: "listen")
        let database = try cluster.client()
        let log = SignalLog()
        let listener = Task { await database.listen(to: ["news"]) { log.add($0) } }
        func wait(for signal: Database.Signal, times: Int = 1) async throws {
            try await until("\(signal)") { log.signals.count { $0 == signal } >= times }
        }
        try await wait(for: .connected)
        try await database.run("select pg_notify('news', 'one')")
        try await wait(for: .notified(Notification(channel: "news", payload: "one")))
        try await database.run(
            "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'")
        try await until("the loss is told") { log.reasons.first?.code == .connectionLost }
        try await wait(for: .connected, times: 2)
        try await database.run("select pg_notify('news', 'two')")
        try await wait(for: .notified(Notification(channel: "news", payload: "two")))
        listener.cancel()
        await cluster.discard()
    }

    @Test func `a listener that cannot listen is told why, and tries at longer and longer intervals`() async throws {
        let database = try await TestCluster.shared.client("no_such_database")
        let log = SignalLog()
        let listener = Task { await database.listen(to: ["news"]) { log.add($0) } }
        try await until("it has tried four times") { log.reasons.count >= 4 }
        listener.cancel()
        await listener.value
        #expect(log.reasons.prefix(4).allSatisfy { $0.message.contains("no_such_database") })
        let times = log.times
        #expect(times[3] - times[2] >= .milliseconds(1000))
    }
}

/// What a listener was told, in order.
private final class SignalLog: Sendable {
    private let heard = Mutex<[(signal: Database.Signal, at: ContinuousClock.Instant)]>([])
    var signals: [Database.Signal] { heard.withLock { $0.map(\.signal) } }
    var times: [ContinuousClock.Instant] { heard.withLock { $0.map(\.at) } }
    /// Why it was disconnected, each time.
    var reasons: [PostgresError] {
        signals.compactMap { signal in
            if case .disconnected(let reason) = signal { reason } else { nil }
        }
    }
    func add(_ signal: Database.Signal) { heard.withLock { $0.append((signal, .now)) } }
}
