import Foundation
import Glibc
import Processes
import TestSupport
import Testing

@testable import Postgres

/// The client behind a real PgBouncer in transaction mode, where every batch may meet another session.
@Suite(.serialized) struct PoolerTests {  // serialized: the tests share one PgBouncer with a few sessions
    private static let started = Task { try await start() }

    private static func start() async throws -> String {
        let cluster = try await TestCluster.shared
        let directory = "\(cluster.server.directory.root)/pooler"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let user = SystemUser.isRoot ? SystemUser(named: "postgres") : nil
        if let user { _ = unsafe chown(directory, user.uid, user.gid) }
        let settings = """
            [databases]
            * = host=\(cluster.server.directory.socketDirectory)
            [pgbouncer]
            unix_socket_dir = \(directory)
            listen_port = 6432
            auth_type = any
            pool_mode = transaction
            default_pool_size = 3
            ignore_startup_parameters = extra_float_digits
            """
        let file = "\(directory)/pgbouncer.ini"
        try settings.write(toFile: file, atomically: true, encoding: .utf8)
        // `any` logs everybody in as this user, which is what a test of sessions needs.
        let withUser = settings.replacing("* = host", with: "* = user=heddle_owner host")
        try withUser.write(toFile: file, atomically: true, encoding: .utf8)
        _ = try await Starter(reactor: cluster.reactor).start(
            Program(
                path: "/usr/sbin/pgbouncer", arguments: [file], directory: directory, user: user,
                output: .file("/dev/null"), lifetime: .endsWithParent(signal: SIGKILL)))
        let socket = "\(directory)/.s.PGSQL.6432"
        try await until("PgBouncer listens") { FileManager.default.fileExists(atPath: socket) }
        return "host='\(directory)' port=6432 dbname=postgres user=heddle_owner"
    }

    private func database(_ adjust: (inout DatabaseConfiguration) -> Void = { _ in }) async throws -> Database {
        var configuration = DatabaseConfiguration(address: try await Self.started.value)
        configuration.usesTransactionPooler = true
        adjust(&configuration)
        return try Database(configuration, reactor: try await TestCluster.shared.reactor)
    }

    @Test func `many tasks over few sessions get their own answers`() async throws {
        let database = try await database()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<300 {
                group.addTask { try await database.run("select \(number)").value(Int.self) == number }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test func `a context is gone with its transaction, whoever gets the session next`() async throws {
        let database = try await database()
        for round in 0..<20 {
            let inside = try await database.transaction(
                context: "select set_config('app.tenant_id', \("tenant \(round)"), true)"
            ) { try await $0.run("select current_setting('app.tenant_id', true)").value(String.self) }
            #expect(inside == "tenant \(round)")
            let outside = try await database.run("select nullif(current_setting('app.tenant_id', true), '')")
                .values(String?.self)
            #expect(outside == [nil])
        }
    }

    @Test func `a batch with its context is one transaction through the pooler too`() async throws {
        let database = try await database()
        let results = try await database.run([
            "select set_config('app.tenant_id', \("t"), true)", "select current_setting('app.tenant_id', true)",
        ])
        #expect(try results[1].value(String.self) == "t")
    }

    @Test func `the server stops a statement that takes too long, and the session's next user is not bound`()
        async throws
    {
        let database = try await database { $0.requestTimeout = .seconds(10) }
        let error = await #expect(throws: PostgresError.self) { try await database.run("select pg_sleep(60)") }
        #expect(error?.code == .timedOut && error?.outcomeIsUnknown == false)
        for _ in 0..<20 {
            let limit = try await database.transaction { session in
                try await session.run("show statement_timeout").value(String.self)
            }
            #expect(limit == "0")
        }
    }
}
