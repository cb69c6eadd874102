import Foundation
import Glibc
import TestSupport
import Testing

@testable import Postgres

/// A task that is cancelled waits for nothing any more.
@Suite struct CancellationTests {
    @Test func `a task that waits for a lease`() async throws {
        let database = try await TestCluster.shared.client {
            $0.maximumLeases = 1
            $0.waitLimit = .seconds(600)
        }
        try await database.lease { _ in
            let waiter = Task { try await database.lease { _ in } }
            try await until("it waits") { await database.load == (1, 1) }
            waiter.cancel()
            let error = await #expect(throws: PostgresError.self) { try await waiter.value }
            #expect(error?.code == .cancelled)
            #expect(await database.load == (1, 0))
        }
        #expect(await database.load == (0, 0))
    }

    @Test func `a task that waits for another to open the shared session`() async throws {
        let cluster = try await TestCluster.start(name: "waitsforconnect")
        let database = try cluster.client {
            $0.sharedConnections = 1
            $0.waitLimit = .seconds(600)
        }
        kill(cluster.server.pid, SIGSTOP)  // its socket takes connections, and nobody answers
        let first = Task { try await database.run("select 1") }
        try await until("it connects") { await database.connecting.isUnderWay }
        let second = Task { try await database.run("select 2") }
        try await until("it waits") { await database.connecting.waiting == 1 }
        second.cancel()
        let error = await #expect(throws: PostgresError.self) { try await second.value }
        #expect(error?.code == .cancelled)
        #expect(await database.connecting.isUnderWay)
        first.cancel()
        _ = try? await first.value  // it ends by an error, and that is all that counts
        kill(cluster.server.pid, SIGCONT)
        await cluster.discard()
    }
}
