import Foundation
import Glibc
import TestSupport
import Testing

@testable import Postgres

/// What could spoil a session for others, or tell success where there was none.
@Suite struct SessionFaultTests {
    private func database(_ adjust: (inout DatabaseConfiguration) -> Void = { _ in }) async throws -> Database {
        try await TestCluster.shared.client("postgres", adjust)
    }

    @Test func `the same text with values of other types is another statement`() async throws {
        let database = try await database { $0.sharedConnections = 1 }
        #expect(try await database.run("select \(7)").value(Int.self) == 7)
        // Eight bytes of text would pass for an int8.
        #expect(try await database.run("select \("eight by")").value(String.self) == "eight by")
        #expect(try await database.run("select \(7)").value(Int.self) == 7)
    }

    @Test func `a transaction whose failed statement was passed over is not told as committed`() async throws {
        let database = try await database()
        try await database.run("create table if not exists passed_over (id int8)")
        let error = await #expect(throws: PostgresError.self) {
            try await database.transaction { session in
                try await session.run("insert into passed_over values (1)")
                _ = try? await session.run("select 1 / 0")  // as a careless caller does
            }
        }
        #expect(error?.code == .rolledBack)
        #expect(try await database.run("select count(*) from passed_over").value(Int.self) == 0)
        // The session is as good as before.
        try await database.transaction { try await $0.run("insert into passed_over values (2)") }
        #expect(try await database.run("select id from passed_over").values(Int.self) == [2])
    }

    @Test(arguments: ["copy (select 1) to stdout", "copy pg_class from stdin"])
    func `COPY as a statement is refused, and the next one is answered`(statement: String) async throws {
        let database = try await database { $0.sharedConnections = 1 }
        let error = await #expect(throws: PostgresError.self) {
            try await database.run(SQL(unescaped: statement), deadline: .seconds(5))
        }
        #expect(error?.message.contains("copyIn") == true)
        #expect(try await database.run("select 1").value(Int.self) == 1)
    }

    @Test func `notices of a trigger do not stop a COPY`() async throws {
        let database = try await database()
        try await database.lease { session in
            try await session.runScript(
                """
                create table if not exists noisy (id int8);
                create or replace function pg_temp.shout() returns trigger language plpgsql as
                $$ begin raise notice '%', repeat('x', 20000); return new; end $$;
                create trigger shout before insert on noisy for each row execute function pg_temp.shout();
                """)
            let stored = try await session.copyIn("noisy (id)") { writer in
                for id in 0..<20_000 { try await writer.row(id) }
            }
            #expect(stored == 20_000)
        }
    }

    @Test func `a session that was told to cancel serves nobody after`() async throws {
        let database = try await database { $0.maximumLeases = 1 }
        let first = try await database.lease { session in
            let error = await #expect(throws: PostgresError.self) {
                try await session.run("select pg_sleep(30)", deadline: .milliseconds(50))
            }
            #expect(error?.code == .timedOut)
            return await session.serverProcess
        }
        // The request to cancel may arrive after the answer to the next statement's first half.
        let second = try await database.lease { await $0.serverProcess }
        #expect(first != second)
    }

    @Test func `a cancelled task leaves a COPY whose server has stopped reading`() async throws {
        let cluster = try await TestCluster.start(name: "frozencopy")
        let database = try cluster.client()
        try await database.run("create table frozen (id int8)")
        let (started, start) = AsyncStream.makeStream(of: Int32.self)
        let task = Task {
            try await database.lease { session in
                start.yield(Int32(await session.serverProcess))
                _ = try await session.copyIn("frozen (id)") { writer in
                    for id in 0... { try await writer.row(id) }
                }
            }
        }
        var processes = started.makeAsyncIterator()
        let backend = try #require(await processes.next())
        try await Task.sleep(for: .milliseconds(50))
        kill(backend, SIGSTOP)
        try await Task.sleep(for: .milliseconds(200))
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(await database.load == (0, 0))
        kill(backend, SIGKILL)
        await cluster.discard()
    }

    @Test func `a statement that waits for a lock does not hold its shared session for ever`() async throws {
        let database = try await database {
            $0.sharedConnections = 1
            $0.requestTimeout = .seconds(2)
        }
        try await database.run("create table if not exists locked (id int8)")
        try await database.transaction { session in
            try await session.run("lock table locked")
            // Nobody else can take the lock before this transaction ends.
            await #expect(throws: PostgresError.self) { try await database.run("select count(*) from locked") }
            var answer: Int?
            for _ in 0..<20 where answer == nil {
                answer = try? await database.run("select 1").value(Int.self)  // behind the one that waits
            }
            #expect(answer == 1)
        }
    }

    @Test func `the deadline of a request holds for opening the session too`() async throws {
        let cluster = try await TestCluster.start(name: "frozenstart")
        let database = try cluster.client()
        kill(cluster.server.pid, SIGSTOP)
        let start = ContinuousClock.now
        let error = await #expect(throws: PostgresError.self) {
            try await database.run("select 1", deadline: .milliseconds(300))
        }
        #expect(error?.code == .unavailable)
        #expect(ContinuousClock.now - start < .seconds(5))  // and not the ten seconds that a connection may take
        kill(cluster.server.pid, SIGCONT)
        #expect(try await database.run("select 2").value(Int.self) == 2)
        await cluster.discard()
    }

    @Test func `an array of another element type is not read`() async throws {
        let database = try await database()
        let row = try #require(try await database.run("select array['12345678']::varchar[]").first)
        #expect(throws: PostgresError.self) { try row.column(0, as: [Int].self) }
        #expect(try row.column(0, as: [String].self) == ["12345678"])
    }
}
