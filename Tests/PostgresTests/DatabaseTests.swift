import Foundation
import TestSupport
import Testing

@testable import Postgres

@Suite struct DatabaseTests {
    private func database(_ adjust: (inout DatabaseConfiguration) -> Void = { _ in }) async throws -> Database {
        try await TestCluster.shared.client("postgres", adjust)
    }

    @Test func `a thousand tasks share two sessions and each gets its own answer`() async throws {
        let database = try await database()
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for number in 0..<1000 {
                group.addTask { (number, try await database.run("select \(number)").value(Int.self) ?? -1) }
            }
            for try await (asked, answered) in group { #expect(asked == answered) }
        }
    }

    @Test func `an error in one batch does not touch those beside it`() async throws {
        let database = try await database()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    do {
                        return try await database.run("select 10 / \(number % 2)").value(Int.self) == 10
                    } catch let error as PostgresError {
                        return error.sqlState == "22012" && number % 2 == 0
                    }
                }
            }
            for try await fine in group { #expect(fine) }
        }
    }

    @Test func `a batch is one transaction`() async throws {
        let database = try await database()
        try await database.run("create table if not exists batch_is_atomic (id int8 primary key)")
        await #expect(throws: PostgresError.self) {
            try await database.run([
                "insert into batch_is_atomic values (\(1))",
                "insert into batch_is_atomic values (\(1))",
            ])
        }
        #expect(try await database.run("select count(*) from batch_is_atomic").value(Int.self) == 0)
    }

    @Test func `a constraint is told by name and the value stays out of the description`() async throws {
        let database = try await database()
        try await database.run(
            """
            create table if not exists errors_are_values
                (amount int8, constraint amount_is_positive check (amount > 0))
            """
        )
        let error = await #expect(throws: PostgresError.self) {
            try await database.run("insert into errors_are_values values (\(-4711))")
        }
        #expect(error?.code == .server)
        #expect(error?.sqlState == "23514")
        #expect(error?.server?.constraint == "amount_is_positive")
        #expect(error?.server?.table == "errors_are_values")
        #expect(error.map { !"\($0)".contains("4711") } == true)
        #expect(error.map { String(reflecting: $0).contains("4711") } == true)
    }

    @Test func `a statement that cannot be prepared tells why, to all who sent it at once`() async throws {
        let database = try await database { $0.sharedConnections = 1 }
        let states = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    do {
                        try await database.run("select no_such_column from pg_class")
                        return nil
                    } catch let error as PostgresError {
                        return error.sqlState
                    } catch {
                        return nil
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(states == [String?](repeating: "42703", count: 10))
    }

    @Test func `a table that changes under a prepared statement is read again`() async throws {
        let database = try await database { $0.sharedConnections = 1 }
        try await database.run("drop table if exists plan_changes")
        try await database.run("create table plan_changes as select 1::int8 as a")
        #expect(try await database.run("select * from plan_changes").columns == ["a"])
        try await database.run("alter table plan_changes add column b text")
        #expect(try await database.run("select * from plan_changes").columns == ["a", "b"])
    }

    @Test func `a transaction commits what it did, and nothing when it throws`() async throws {
        struct Refusal: Error {}
        let database = try await database()
        try await database.run("create table if not exists transactions (id int8)")
        try await database.transaction { session in
            try await session.run("insert into transactions values (1)")
        }
        await #expect(throws: Refusal.self) {
            try await database.transaction { session in
                try await session.run("insert into transactions values (2)")
                throw Refusal()
            }
        }
        #expect(try await database.run("select id from transactions").values(Int.self) == [1])
    }

    @Test func `a context holds inside its transaction and no longer`() async throws {
        let database = try await database { $0.maximumLeases = 1 }
        let inside = try await database.transaction(context: "select set_config('app.tenant_id', \("t1"), true)") {
            try await $0.run("select current_setting('app.tenant_id', true)").value(String.self)
        }
        #expect(inside == "t1")
        let outside = try await database.lease {
            try await $0.run("select nullif(current_setting('app.tenant_id', true), '')").values(String?.self)
        }
        #expect(outside == [nil])
    }

    @Test func `a statement that takes too long is cancelled by the server`() async throws {
        let database = try await database()
        let error = await #expect(throws: PostgresError.self) {
            try await database.transaction(statementTimeout: .milliseconds(50)) {
                _ = try await $0.run("select pg_sleep(10)")
            }
        }
        #expect(error?.sqlState == "57014")
    }

    @Test func `a cancelled task stops waiting and its leased statement is cancelled`() async throws {
        let database = try await database { $0.maximumLeases = 1 }
        let marker = "cancelled-\(UUID().uuidString)"
        func isRunning() async throws -> Bool {
            try await database.run(
                "select true from pg_stat_activity where state = 'active' and starts_with(query, \("/* \(marker)"))"
            ).value(Bool.self) == true
        }
        let task = Task {
            try await database.lease {
                try await $0.run("/* \(unescaped: marker) */ select pg_sleep(600)", deadline: .seconds(600))
            }
        }
        try await until("the statement runs") { try await isRunning() }
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { _ = try await task.value }
        #expect(error?.code == .cancelled)
        try await until("the server has ended it") { try await !isRunning() }
        // The only lease is free again, on a session that is fit for use.
        #expect(try await database.lease { try await $0.run("select 1").value(Int.self) } == 1)
    }

    @Test func `leases are bounded, and so is the queue for them`() async throws {
        let database = try await database {
            $0.maximumLeases = 1
            $0.maximumWaiters = 1
            // On a busy machine a look at the waiter may come some seconds late.
            $0.waitLimit = .seconds(8)
        }
        // The limit is one for opening a session as well: it is open before anything is measured.
        try await until("a session is open") { (try? await database.lease { _ in }) != nil }
        let (release, holding) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
        let holder = Task {
            defer { holding.continuation.finish() }
            try await database.lease { _ in
                holding.continuation.finish()
                for await _ in release.stream {}
            }
        }
        for await _ in holding.stream {}
        let waiter = Task { try await database.lease { _ in } }
        try await until("the waiter waits") { await database.load == (1, 1) }
        let refused = await #expect(throws: PostgresError.self) { try await database.lease { _ in } }
        #expect(refused?.code == .exhausted)
        let late = await #expect(throws: PostgresError.self) { try await waiter.value }
        #expect(late?.code == .exhausted)
        release.continuation.finish()
        try await holder.value
        #expect(await database.load == (0, 0))
    }

    @Test func `a request has a deadline`() async throws {
        let database = try await database()
        for limit in [Duration.milliseconds(50), .milliseconds(200)] {
            let error = await #expect(throws: PostgresError.self) {
                try await database.lease { try await $0.run("select pg_sleep(60)", deadline: limit) }
            }
            #expect(error?.code == .timedOut)
            #expect(error?.outcomeIsUnknown == true)
        }
    }

    @Test func `a client that was closed opens nothing again`() async throws {
        let database = try await database()
        try await database.run("select 1")
        await database.close()
        let shared = await #expect(throws: PostgresError.self) { try await database.run("select 1") }
        let leased = await #expect(throws: PostgresError.self) { try await database.lease { _ in } }
        #expect(shared?.message.contains("closed") == true && leased?.message.contains("closed") == true)
    }
}
