import Foundation
import Glibc
import Synchronization
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
            try await database.run(SQL(unescaped: statement), deadline: .seconds(60))
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
        let endless = EndlessCopy()
        let task = Task { try await endless.run(database) }
        let backend = try await endless.freeze()
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(await database.load == (0, 0))
        kill(backend, SIGKILL)
        await cluster.discard()
    }

    @Test func `a COPY whose server has stopped reading is given up`() async throws {
        let cluster = try await TestCluster.start(name: "idlecopy")
        let database = try cluster.client()
        try await database.run("create table frozen (id int8)")
        // A busy machine may take seconds for the first answer.
        let endless = EndlessCopy(idleLimit: .seconds(10))
        let task = Task { try await endless.run(database) }
        let backend = try await endless.freeze()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.code == .timedOut)
        kill(backend, SIGKILL)
        await cluster.discard()
    }

    @Test func `a statement that waits for a lock does not hold its shared session for ever`() async throws {
        let holder = try await database()
        let database = try await database {
            $0.sharedConnections = 1
            $0.requestTimeout = .seconds(1)
        }
        try await holder.run("create table if not exists locked (id int8)")
        try await holder.transaction { session in
            try await session.run("lock table locked")
            // Nobody else can take the lock before this transaction ends.
            await #expect(throws: PostgresError.self) { try await database.run("select count(*) from locked") }
            try await until("a request behind the one that waits is answered") {
                (try? await database.run("select 1").value(Int.self)) == 1
            }
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
        #expect(ContinuousClock.now - start < .seconds(9))  // and not the ten that a connection may take
        kill(cluster.server.pid, SIGCONT)
        #expect(try await database.run("select 2").value(Int.self) == 2)
        await cluster.discard()
    }

    @Test func `requests that are under way when a column changes its type are all answered`() async throws {
        let database = try await database { $0.sharedConnections = 1 }
        let other = try await self.database()
        try await other.run("drop table if exists widening")
        try await other.run("create table widening as select 1::int4 as id, 7::int4 as value")
        let end = End()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    while !end.hasCome {
                        let value = try await database.run("select value from widening where id = \(1)").value(Int.self)
                        #expect(value == 7)
                    }
                }
            }
            for type in ["int8", "int4", "int8", "int4", "int8"] {
                try await other.run("alter table widening alter column value type \(unescaped: type)")
                for _ in 0..<20 { try await database.run("select value from widening where id = \(1)") }
            }
            end.come()
            try await group.waitForAll()
        }
    }

    @Test func `a statement with more values than the protocol counts is refused alone`() async throws {
        let database = try await database { $0.sharedConnections = 1 }
        let session = try #require(try await database.run("select pg_backend_pid()").value(Int.self))
        var text = SQL.StringInterpolation(literalCapacity: 0, interpolationCount: Statement.maximumBinds)
        text.appendLiteral("select array[0")
        for number in 0...Statement.maximumBinds {
            text.appendLiteral(", ")
            text.appendInterpolation(number)
        }
        text.appendLiteral("]")
        let tooMany = SQL(stringInterpolation: text)
        let error = await #expect(throws: PostgresError.self) { try await database.run(tooMany) }
        #expect(error?.code == .invalidRequest)
        #expect(try await database.run("select pg_backend_pid()").value(Int.self) == session)
    }

    @Test func `a script and a COPY take no values, and say so before anything is sent`() async throws {
        let database = try await database()
        try await database.lease { session in
            let name = "pg_class"
            for refused in [
                await #expect(throws: PostgresError.self) { try await session.runScript("select \(name)") },
                await #expect(throws: PostgresError.self) { _ = try await session.copyIn("\(name) (id)") { _ in } },
                await #expect(throws: PostgresError.self) { try await session.copyOut("\(name)") { _ in } },
            ] {
                #expect(refused?.code == .invalidRequest)
            }
            let answer = try await session.run("select 1").value(Int.self)
            #expect(answer == 1)
        }
    }

    @Test(.timeLimit(.minutes(2))) func `a script that is longer than the socket's buffers is run`() async throws {
        let database = try await database()
        try await database.lease { session in
            let text = String(repeating: "x", count: 2_000_000)
            try await session.runScript(
                "create temporary table long_script as select length('\(unescaped: text)') as length")
            #expect(try await session.run("select length from long_script").value(Int.self) == text.count)
        }
    }

    @Test func `an array of another element type is not read`() async throws {
        let database = try await database()
        let row = try #require(try await database.run("select array['12345678']::varchar[]").first)
        #expect(throws: PostgresError.self) { try row.column(0, as: [Int].self) }
        #expect(try row.column(0, as: [String].self) == ["12345678"])
    }
}

/// Tells tasks to come to their end.
private final class End: Sendable {
    private let state = Atomic(false)
    var hasCome: Bool { state.load(ordering: .relaxed) }
    func come() { state.store(true, ordering: .relaxed) }
}

/// A COPY into the table `frozen` that never ends by itself.
private final class EndlessCopy: Sendable {
    private let idleLimit: Duration?
    private let backend = Atomic<Int>(0)
    private let rows = Atomic<Int>(0)

    init(idleLimit: Duration? = nil) { self.idleLimit = idleLimit }

    func run(_ database: Database) async throws {
        try await database.lease { session in
            backend.store(await session.serverProcess, ordering: .relaxed)
            _ = try await session.copyIn("frozen (id)", idleLimit: idleLimit) { writer in
                for id in 0... {
                    try await writer.row(id)
                    rows.store(id, ordering: .relaxed)
                }
            }
        }
    }

    /// Stops the server's process while it takes rows, and waits until no more can be sent.
    func freeze() async throws -> Int32 {
        try await until("rows are sent") { rows.load(ordering: .relaxed) > 0 }
        let process = Int32(backend.load(ordering: .relaxed))
        kill(process, SIGSTOP)
        var last = -1
        try await until("no more rows are sent") {
            let count = rows.load(ordering: .relaxed)
            defer { last = count }
            return count == last
        }
        return process
    }
}
