import Foundation
import Glibc
import Postgres
import Processes
import Services
import TestSupport
import Testing

extension EndToEndTests {
    /// A month is archived, dropped and put back while what does it is killed: the command, its DuckDB, or PostgreSQL.
    @Suite(
        .serialized,
        .enabled(
            if: ParquetTool.places.contains(where: FileManager.default.isExecutableFile), "DuckDB is not installed"))
    struct ArchiveCrashSoakTests {
        private static let rounds = Soak.count(short: 3, long: 60)
        private static let rows = Soak.count(short: 10_000, long: 50_000)

        @Test(arguments: Soak.seeds(short: 1, long: 1))
        func `no call is lost or there twice, a file is whole or not there, and the next try ends it`(
            seed: UInt64
        ) async throws {
            let month = try await ArchivedMonth.make(rows: Self.rows)
            do {
                var random = SeededGenerator(seed: seed)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await month.cluster.server.keepRunning { _ in } }
                    for round in 0..<Self.rounds {
                        // Each in turn, so that the short form has all of them.
                        let victim = ArchivedMonth.Victim.allCases[round % ArchivedMonth.Victim.allCases.count]
                        try await month.goesAndComesBack(killing: victim, &random)
                    }
                    group.cancelAll()
                }
            } catch {
                await month.discard()
                throw error
            }
            await month.discard()
        }
    }
}

/// A month of calls on a cluster that is killed.
private struct ArchivedMonth {
    let cluster: TestCluster
    private let owner: Database
    private let directory: String
    private let rows: Int
    private let before: String

    private static let name = "archive-crash"
    private static let choice = ["--month", "2020-05", "--table", "cdr.raw_cdr"]
    private var file: String { "\(directory)/cdr.raw_cdr-2020-05.parquet" }

    enum Victim: CaseIterable {
        case command, tool, database
    }

    private init(_ cluster: TestCluster, _ owner: Database, rows: Int) async throws {
        self.cluster = cluster
        self.owner = owner
        self.rows = rows
        directory = "\(StaleRuns.directory(Self.name))-files"
        try await owner.run("select core.create_monthly_partition('cdr.raw_cdr', '2020-05-01')")
        try await owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, sip_reason, processed_at)
            select core.unattributed_tenant(), '2020-05-02'::timestamptz + n * interval '7 seconds', gen_random_uuid(),
                   'x', 200, md5(n::text), now()
              from generate_series(1, \(rows)) n
            """, deadline: .seconds(60))
        before = try await Self.state(owner)
    }

    static func make(rows: Int) async throws -> ArchivedMonth {
        StaleRuns.sweep()
        try await PreparedCluster.copy(to: StaleRuns.directory(name))
        let cluster = try await TestCluster.start(name: name)
        return try await ArchivedMonth(cluster, try cluster.client("heddle"), rows: rows)
    }

    func discard() async {
        await owner.close()
        await cluster.discard()
        try? FileManager.default.removeItem(atPath: directory)  // the next run's sweep would do it
    }

    /// Each step is killed, looked at, and done again.
    func goesAndComesBack(killing victim: Victim, _ random: inout SeededGenerator) async throws {
        try await kill(victim, ["run", "--to", directory], &random)
        #expect(try await state() == before)
        if FileManager.default.fileExists(atPath: file) { try await fileIsWhole() }
        try await end(["run", "--to", directory])
        try await fileIsWhole()
        try await end(["verify"])
        let left = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        #expect(left == [".lock", "cdr.raw_cdr-2020-05.parquet"])

        try await kill(victim, ["drop"], &random)
        let dropped = try await state()
        #expect(dropped == before || dropped == "0 ")
        try await end(["drop"])
        #expect(try await state() == "0 ")
        try await fileIsWhole()

        try await kill(victim, ["restore"], &random)
        let restored = try await state()
        #expect(restored == before || restored == "0 ")
        if restored != before { try await end(["restore"]) }
        #expect(try await state() == before)
    }

    /// All of the month, as one digest. The database may just be coming back.
    private func state() async throws -> String {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                return try await Self.state(owner)
            } catch let error as PostgresError {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private static func state(_ owner: Database) async throws -> String {
        try await owner.run(
            """
            select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by id)), '')
              from cdr.raw_cdr t
             where started_at >= '2020-05-01' and started_at < '2020-06-01'
            """, deadline: .seconds(60)
        ).value(String.self) ?? ""
    }

    /// DuckDB reads all of it, whatever the database says of it.
    private func fileIsWhole() async throws {
        let tool = try #require(ParquetTool.places.first(where: FileManager.default.isExecutableFile))
        let question = "select count(*) || ' ' || count(sip_reason) from read_parquet('\(file)')"
        let result = try await run(tool, ["-no-init", "-list", "-noheader", "-c", question])
        #expect(result.code == 0 && result.output == "\(rows) \(rows)\n", "\(result.output)")
    }

    // MARK: Commands

    private func start(_ program: String, _ arguments: [String], log: String) async throws -> RunningProcess {
        try await Starter(reactor: cluster.reactor).start(
            Program(
                path: program, arguments: arguments,
                environment: [
                    "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "DATABASE_URL": cluster.address("heddle"),
                    "HEDDLE_DATA": "\(directory)-data",
                ], output: .file(log), lifetime: .endsWithParent(signal: SIGKILL)))
    }

    private func run(_ program: String, _ arguments: [String]) async throws -> CommandResult {
        let log = "\(StaleRuns.directory(Self.name))-\(UUID().uuidString.prefix(8)).log"
        defer { try? FileManager.default.removeItem(atPath: log) }  // the next run's sweep would do it
        return try await CommandResult(of: start(program, arguments, log: log), arguments, output: log)
    }

    /// Does a step of the archive, as often as the database that is coming back makes necessary.
    private func end(_ step: [String]) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let result = try await run(TestHeddle.program, Self.arguments(step))
            if result.code == 0 { return }
            guard ContinuousClock.now < deadline else { throw HarnessError("\(step) failed: \(result.output)") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private static func arguments(_ step: [String]) -> [String] {
        // `verify` takes one table.
        ["archive"] + step.prefix(1) + choice + step.dropFirst()
    }

    /// Begins a step and kills somebody in it, at any instant.
    private func kill(_ victim: Victim, _ step: [String], _ random: inout SeededGenerator) async throws {
        let log = "\(StaleRuns.directory(Self.name))-killed.log"
        let process = try await start(TestHeddle.program, Self.arguments(step), log: log)
        try await Task.sleep(for: .milliseconds(Int.random(in: 20...1_200, using: &random)))
        switch victim {
        case .command: process.signal(SIGKILL)
        case .tool:
            for child in Descendants.of(process.pid).subtracting([process.pid]) { Glibc.kill(child, SIGKILL) }
        case .database: try ProcessTree(cluster.server.pid).signal(SIGKILL)
        }
        guard await process.waitForExit(atMost: .seconds(120)) else {
            await process.stop(signal: SIGKILL)
            throw HarnessError("\(step) hangs: \(TestHeddle.tail(log))")
        }
    }
}
