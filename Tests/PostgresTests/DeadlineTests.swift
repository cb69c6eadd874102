import Foundation
import Glibc
import TestSupport
import Testing

@testable import Postgres

/// Who waits for how long, at both ends.
@Suite struct DeadlineTests {
    private func database(_ adjust: (inout DatabaseConfiguration) -> Void = { _ in }) async throws -> Database {
        try await TestCluster.shared.client("postgres", adjust)
    }

    @Test func `a locked row holds up its own batch for its deadline, and nobody behind it for longer`() async throws {
        let database = try await database { $0.sharedConnections = 1 }
        let other = try await self.database()
        try await other.run("create table if not exists row_lock as select 1 as id, 0 as balance")
        try await database.run("select 1")  // opening a session may take longer than the deadline below
        let start = ContinuousClock.now
        try await other.transaction { session in
            try await session.run("update row_lock set balance = 1")
            let error = await #expect(throws: PostgresError.self) {
                try await database.run(
                    ["select 1", "update row_lock set balance = 2"], deadline: .milliseconds(300))
            }
            #expect(error?.code == .timedOut)
            // The row is locked still, and the session's own limit is half a minute.
            #expect(try await database.run("select 1").value(Int.self) == 1)
            #expect(ContinuousClock.now - start < .seconds(15))
        }
    }

    @Test func `a statement that the server stopped is known not to be done`() async throws {
        let database = try await database {
            $0.sharedConnections = 1
            $0.requestTimeout = .seconds(20)
        }
        let usual = try await database.run("show statement_timeout").value(String.self)
        // On a busy machine the server's word may come after our own deadline: then it is asked again.
        var error: PostgresError?
        for _ in 0..<10 where error?.sqlState == nil {
            error = await #expect(throws: PostgresError.self) {
                try await database.run("select pg_sleep(60)", deadline: .seconds(1))
            }
        }
        #expect(error?.code == .timedOut && error?.sqlState == "57014" && error?.outcomeIsUnknown == false)
        #expect(usual == "20s")
        #expect(try await database.run("show statement_timeout").value(String.self) == usual)
    }

    @Test func `what asks for more time than requests have gets it, and keeps nobody waiting`() async throws {
        let database = try await database {
            $0.sharedConnections = 1
            $0.requestTimeout = .milliseconds(500)
        }
        async let long = database.run("select true from pg_sleep(1.2)", deadline: .seconds(60)).value(Bool.self)
        try await until("a short request is answered") {
            (try? await database.run("select 1").value(Int.self)) == 1
        }
        #expect(try await long == true)
    }

    @Test func `a transaction whose server says nothing is not waited for twice`() async throws {
        struct Refusal: Error {}
        let cluster = try await TestCluster.start(name: "frozenrollback")
        let database = try cluster.client { $0.requestTimeout = .seconds(60) }
        let start = ContinuousClock.now
        var frozen: [Int32] = []
        func freeze(_ session: Connection) async {
            frozen.append(Int32(await session.serverProcess))
            kill(frozen[frozen.count - 1], SIGSTOP)
        }
        let error = await #expect(throws: PostgresError.self) {
            try await database.transaction { session in
                await freeze(session)
                try await session.run("select 1", deadline: .milliseconds(200))
            }
        }
        #expect(error?.code == .timedOut)
        await #expect(throws: Refusal.self) {
            try await database.transaction { session in
                await freeze(session)
                throw Refusal()
            }
        }
        #expect(ContinuousClock.now - start < .seconds(30))
        for backend in frozen { kill(backend, SIGCONT) }
        await cluster.discard()
    }
}
