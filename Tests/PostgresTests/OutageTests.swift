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
        try await Task.sleep(for: .milliseconds(50))
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
        #expect(ContinuousClock.now - start < .seconds(2))
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
        let deadline = ContinuousClock.now + .seconds(10)
        while cluster.server.pid == killed && ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(cluster.server.pid != killed)
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
            let deadline = ContinuousClock.now + .seconds(10)
            while log.count(signal) < times {
                try #require(ContinuousClock.now < deadline, "no \(signal) within 10 s")
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        try await wait(for: .connected)
        try await database.run("select pg_notify('news', 'one')")
        try await wait(for: .notified(Notification(channel: "news", payload: "one")))
        try await database.run(
            "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'")
        try await wait(for: .disconnected)
        try await wait(for: .connected, times: 2)
        try await database.run("select pg_notify('news', 'two')")
        try await wait(for: .notified(Notification(channel: "news", payload: "two")))
        listener.cancel()
        await cluster.discard()
    }
}

/// What a listener was told, in order.
private final class SignalLog: Sendable {
    private let signals = Mutex<[Database.Signal]>([])
    func add(_ signal: Database.Signal) { signals.withLock { $0.append(signal) } }
    func count(_ signal: Database.Signal) -> Int { signals.withLock { $0.count { $0 == signal } } }
}
