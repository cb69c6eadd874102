import Foundation
import Postgres

/// PostgreSQL's own benchmark program and its tables.
struct Pgbench: Sendable {
    let bench: Workbench
    let database: String

    static let accountsPerScale = 100_000
    static let scale = 10
    static let accounts = scale * accountsPerScale

    /// A database with pgbench's tables, made when it is not there yet.
    static func prepare(_ bench: Workbench) async throws -> Pgbench {
        let pgbench = Pgbench(bench: bench, database: "pgbench")
        let admin = try bench.client("postgres")
        let exists = try await admin.run("select true from pg_database where datname = \(pgbench.database)")
            .value(Bool.self)
        await admin.close()
        if exists == true { return pgbench }
        try await bench.createDatabase(pgbench.database)
        _ = try await pgbench.run(["-i", "-q", "-I", "dtGvp", "-s", String(scale)], limit: .seconds(120))
        return pgbench
    }

    /// Point reads per second of the built-in script, and pgbench's processor time for each in microseconds.
    func reads(clients: Int) async throws -> [Double] {
        let before = ProcessorTime.children
        let rate = try await rate(clients: clients, script: ["-S"])
        return [rate, (ProcessorTime.children - before) / (rate * Double(bench.seconds))]
    }

    /// Point reads per second, `size` of them in one round trip.
    func pipelinedReads(clients: Int, size: Int) async throws -> [Double] {
        let read = "\\set aid random(1, \(Self.accounts))\nselect abalance from pgbench_accounts where aid = :aid;\n"
        let script = "\\startpipeline\n" + String(repeating: read, count: size) + "\\endpipeline\n"
        let path = "\(bench.root)/pipeline.sql"
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        return [try await rate(clients: clients, script: ["-f", path]) * Double(size)]
    }

    private func rate(clients: Int, script: [String]) async throws -> Double {
        let output = try await run(
            script + [
                "-n", "-M", "prepared", "-c", String(clients), "-j", String(min(clients, 2)), "-T",
                String(bench.seconds),
            ], limit: .seconds(bench.seconds + 30))
        let line = output.split(separator: "\n").first { $0.hasPrefix("tps = ") }
        guard let rate = line?.split(separator: " ").dropFirst(2).first.flatMap({ Double($0) }) else {
            throw BenchError("pgbench printed no tps: \(output.suffix(300))")
        }
        return rate
    }

    private func run(_ arguments: [String], limit: Duration) async throws -> String {
        try await bench.run(bench.programs.pgbench, bench.address + arguments + [database], limit: limit)
    }
}

/// Point reads through our client, for as long as is measured.
struct Readers: Sendable {
    let database: Database
    let tasks: Int
    /// Reads in one round trip.
    let batch: Int

    /// Reads per second, and the processor time of this program for each in microseconds.
    func rate(seconds: Int) async throws -> [Double] {
        let spent = ProcessorTime.own
        let start = ContinuousClock.now
        let deadline = start + .seconds(seconds)
        let reads = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<tasks {
                // On the reactor's thread, where the answers are read: the way the router's tasks would do it.
                group.addTask(executorPreference: database.reactor) {
                    try await read(until: deadline, seed: UInt64(task))
                }
            }
            return try await group.reduce(0, +)
        }
        return [Double(reads) / (ContinuousClock.now - start).seconds, (ProcessorTime.own - spent) / Double(reads)]
    }

    private func read(until deadline: ContinuousClock.Instant, seed: UInt64) async throws -> Int {
        var random = SplitMix(seed: seed)
        var done = 0
        while ContinuousClock.now < deadline {
            let queries = (0..<batch).map { _ -> SQL in
                let account = Int32(random.next() % UInt64(Pgbench.accounts)) + 1
                return "select abalance from pgbench_accounts where aid = \(account)"
            }
            for rows in try await database.run(queries) {
                guard try rows.value(Int.self) != nil else { throw BenchError("an account of pgbench is missing") }
            }
            done += batch
        }
        return done
    }
}

/// A small generator of numbers (SplitMix64): the system's asks the kernel for each.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
