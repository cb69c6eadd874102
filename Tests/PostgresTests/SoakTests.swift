import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

/// Long rounds: `make soak` runs a hundred, `make test` two.
@Suite struct SoakTests {
    private let rounds = Soak.count(short: 2, long: 100)

    @Test func `a server that is killed again and again forgets nothing that it acknowledged`() async throws {
        let cluster = try await TestCluster.start(name: "soak")
        let keeper = Task { await cluster.server.keepRunning { _ in } }
        let database = try cluster.client { $0.waitLimit = .seconds(30) }
        try await database.run("create table acknowledged (id int8 primary key)")
        var acknowledged: [Int] = []
        var next = 0
        var killed: Int32 = 0
        for round in 0..<rounds {
            killed = try await pid(of: cluster, after: killed)
            let victim = killed
            let killer = Task {
                try await Task.sleep(for: .milliseconds(50 + round * 7 % 200))
                kill(victim, SIGKILL)
            }
            // Writing goes on before, during and after: a session that is lost is opened again.
            let end = ContinuousClock.now + .milliseconds(400)
            let before = acknowledged.count
            while ContinuousClock.now < end || acknowledged.count == before {
                next += 1
                do {
                    try await database.run("insert into acknowledged values (\(next))")
                    acknowledged.append(next)
                } catch {
                    // Not acknowledged.
                }
            }
            try await killer.value
            // What was not acknowledged may be there or not; what was must be.
            let kept = Set(try await kept(database))
            #expect(acknowledged.allSatisfy { kept.contains($0) }, "round \(round)")
        }
        keeper.cancel()
        await keeper.value
        await cluster.discard()
    }

    /// The server that runs now, once it is another one than the last that was killed.
    private func pid(of cluster: TestCluster, after last: Int32) async throws -> Int32 {
        let deadline = ContinuousClock.now + .seconds(30)
        while cluster.server.pid == last {
            try #require(ContinuousClock.now < deadline, "the server was not started again")
            try await Task.sleep(for: .milliseconds(10))
        }
        return cluster.server.pid
    }

    /// The rows, asked for until the server is back.
    private func kept(_ database: Database) async throws -> [Int] {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            do {
                return try await database.run("select id from acknowledged").values(Int.self)
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }
}
