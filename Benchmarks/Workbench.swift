import Foundation
import Glibc
import Logging
import Postgres
import Processes
import Reactor

/// What all benchmarks stand on: a PostgreSQL of its own with its files on disk and fsync on, and a directory.
struct Workbench: Sendable {
    let root: String
    let server: EmbeddedServer
    let reactor: Reactor
    let isQuick: Bool
    let logger: Logger

    private static let prefix = "heddle-bench-"

    static func open(in directory: String, isQuick: Bool) async throws -> Workbench {
        let reactor = Reactor(name: "bench")
        await removeStale(directory, reactor)
        let root = "\(directory)/\(prefix)\(getpid())"
        // Others may pass: PostgreSQL and Kamailio run as users of their own when we are root.
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        var logger = Logger(label: "heddle-bench") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        let server = try await EmbeddedServer.start(EmbeddedDirectory(root: "\(root)/postgres"), reactor: reactor)
        return Workbench(root: root, server: server, reactor: reactor, isQuick: isQuick, logger: logger)
    }

    func close() async {
        await server.stop()
        try? FileManager.default.removeItem(atPath: root)  // the next run's sweep would do it
    }

    // MARK: How long

    var rounds: Int { isQuick ? 1 : 3 }
    var seconds: Int { isQuick ? 1 : 4 }
    var roundsText: String {
        isQuick ? "one round of \(seconds) s" : "median of \(rounds) rounds of \(seconds) s in turns"
    }

    // MARK: The database

    var programs: PostgresPrograms { get throws { try PostgresPrograms.find() } }

    /// The arguments by which PostgreSQL's own programs reach the server.
    var address: [String] {
        ["-h", server.directory.socketDirectory, "-p", "\(EmbeddedDirectory.port)", "-U", "heddle_owner"]
    }

    func client(_ database: String, role: String = "heddle_owner", sessions: Int = 2) throws -> Database {
        var configuration = DatabaseConfiguration(
            address: server.directory.address(database: database, role: role))
        configuration.sharedConnections = sessions
        return try Database(configuration, reactor: reactor)
    }

    /// Makes an empty database.
    func createDatabase(_ name: String) async throws {
        let admin = try client("postgres")
        try await admin.lease { session in
            try await session.runScript("create database \(identifier: name) template template0 encoding 'UTF8'")
        }
        await admin.close()
    }

    /// How many times a second sessions did something, each over and over.
    /// - Parameter once: with random numbers of the session's own.
    func rate(
        sessions: Int, _ once: @escaping @Sendable (inout SplitMix) async throws -> Void
    ) async throws -> Double {
        let start = ContinuousClock.now
        let deadline = start + .seconds(seconds)
        let times = try await withThrowingTaskGroup(of: Int.self) { group in
            for session in 0..<sessions {
                group.addTask {
                    var random = SplitMix(seed: UInt64(session))
                    var times = 0
                    while ContinuousClock.now < deadline {
                        try await once(&random)
                        times += 1
                    }
                    return times
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(times) / (ContinuousClock.now - start).seconds
    }

    // MARK: Other programs

    /// Runs a program to its end; what it printed.
    /// - Throws: when it fails, or takes longer than the limit.
    func run(_ path: String, _ arguments: [String], limit: Duration) async throws -> String {
        let log = "\(root)/\(UUID().uuidString).log"
        let process = try await start(path, arguments, log: log)
        guard await process.waitForExit(atMost: limit) else {
            await process.stop(signal: SIGKILL)
            throw BenchError("\(path) did not end within \(limit)")
        }
        let output = try String(contentsOfFile: log, encoding: .utf8)
        guard process.exitCode == 0 else { throw BenchError("\(path) failed: \(output.suffix(500))") }
        return output
    }

    /// Starts a program that ends with us.
    func start(_ path: String, _ arguments: [String], log: String) async throws -> RunningProcess {
        try await Starter(reactor: reactor).start(
            Program(
                path: path, arguments: arguments,
                environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "dumb", "HOME": "/tmp"],
                directory: root, output: .file(log), lifetime: .endsWithParent(signal: SIGKILL)))
    }

    // MARK: Runs that were killed

    private static func removeStale(_ directory: String, _ reactor: Reactor) async {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []  // none: nothing stale
        for name in names where name.hasPrefix(prefix) {
            guard let pid = Int32(name.dropFirst(prefix.count)), kill(pid, 0) != 0 else { continue }
            let root = "\(directory)/\(name)"
            await stopEdge(of: root, reactor)
            try? FileManager.default.removeItem(atPath: root)  // another run may sweep as well
        }
    }

    /// The edge of a killed run lives on, as it should everywhere else.
    private static func stopEdge(of root: String, _ reactor: Reactor) async {
        guard let text = try? String(contentsOfFile: "\(root)/edge/run/kamailio.pid", encoding: .utf8),  // had none
            let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)),
            let edge = RunningProcess(pid: pid, reactor: reactor),
            edge.executable?.hasSuffix("/kamailio") == true
        else { return }
        await edge.stop(signal: SIGTERM, grace: .seconds(5))
    }
}
