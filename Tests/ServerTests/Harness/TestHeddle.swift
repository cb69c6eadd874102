import Foundation
import Glibc
import Postgres
import Processes
import Reactor
import Synchronization
import TestSupport
import Testing

/// A heddle of the tests' own: the real program with its database, edge and routers, on free ports and in memory.
final class TestHeddle: Sendable {
    let directory: String
    let plan: AddressPlan
    let reactor: Reactor
    /// As the engine: sees all tenants.
    let database: Database
    /// As the owner: changes what a test needs changed.
    let owner: Database
    private let environment: [String: String]
    private let started = Mutex<[Served]>([])
    let names = Atomic<Int>(0)

    /// A `heddle serve`, and where it says what it does.
    struct Served: Sendable {
        let process: RunningProcess
        let log: String
    }

    /// The heddle of the suite that runs; set by the trait `.heddle`.
    @TaskLocal static var current: TestHeddle?

    static var suite: TestHeddle {
        get throws { try #require(current, "write @Suite(.heddle(…)) on the suite") }
    }

    init(_ name: String, _ extra: [String: String]) throws {
        StaleRuns.sweep()
        directory = StaleRuns.directory(name)
        plan = try AddressPlan()
        reactor = Reactor(name: "test-\(name)")
        environment = [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HEDDLE_DATA": directory,
            "HEDDLE_EDGE_ID": name, "HEDDLE_SIP_LISTEN": "udp:\(plan.edge),tcp:\(plan.edge)",
            "HEDDLE_EDGE_RPC_PORT": "\(plan.rpcPort)", "HEDDLE_ROUTERS": plan.routers.joined(separator: ","),
            "HEDDLE_SOURCE_RATE_MAX": "0",
        ].merging(extra) { $1 }
        let embedded = try EmbeddedDirectory(root: "\(directory)/postgres")
        let reactor = reactor
        func client(_ role: String) throws -> Database {
            var settings = DatabaseConfiguration(address: embedded.address(database: "heddle", role: role))
            settings.waitLimit = .seconds(60)  // a session takes seconds to open while every other suite starts as well
            return try Database(settings, reactor: reactor)
        }
        database = try client("heddle_engine")
        owner = try client("heddle_owner")
    }

    /// The settings that the program has.
    var settings: [String: String] { environment }

    // MARK: Processes

    /// Starts `heddle serve`, and waits until the log says a sentence.
    @discardableResult
    func serve(
        _ role: String = "edge,router,worker", until sentence: String = "the SIP edge on",
        _ extra: [String: String] = [:], arguments: [String] = []
    ) async throws -> RunningProcess {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let log = "\(directory)/heddle-\(names.wrappingAdd(1, ordering: .relaxed).newValue).log"
        let process = try await Starter(reactor: reactor).start(
            Program(
                path: try Self.program, arguments: ["serve", "--role", role] + arguments,
                environment: environment.merging(extra) { $1 }, directory: directory, output: .file(log),
                lifetime: .endsWithParent(signal: SIGTERM)))
        started.withLock { $0.append(Served(process: process, log: log)) }
        try await until("\(log) says \"\(sentence)\"", within: .seconds(60)) {
            guard process.isRunning else { throw HarnessError("heddle ended: \(Self.tail(log))") }
            return Self.text(log).contains(sentence)
        }
        return process
    }

    /// A program that plays a part, ended with the test at the latest.
    func start(
        _ path: String, _ arguments: [String], _ environment: [String: String]? = nil, log: String
    ) async throws -> RunningProcess {
        try await Starter(reactor: reactor).start(
            Program(
                path: path, arguments: arguments,
                environment: environment ?? ["PATH": "/usr/bin:/bin", "TERM": "dumb", "HOME": directory],
                directory: directory, output: .file("\(directory)/\(log)"), lifetime: .endsWithParent(signal: SIGKILL)))
    }

    /// Every heddle of ours that serves.
    var serving: [Served] { started.withLock(\.self).filter(\.process.isRunning) }

    /// Kills every heddle of ours at once, and waits until PostgreSQL has followed.
    func killServers() async {
        for process in serving.map(\.process) {
            process.signal(SIGKILL)
            _ = await process.waitForExit(atMost: .seconds(10))
        }
    }

    /// Stops every heddle of ours in order.
    func stopServers() async {
        for server in serving.reversed() { await server.process.stop(grace: .seconds(40)) }
    }

    /// Ends everything, whatever state a test left it in, and removes the directory.
    func discard() async {
        await database.close()
        await owner.close()
        for server in serving.reversed() { await server.process.stop(grace: .seconds(20)) }
        StaleRuns.endPrograms(in: directory)
        if ProcessInfo.processInfo.environment["HEDDLE_TEST_KEEP"] != nil { return }
        try? FileManager.default.removeItem(atPath: directory)  // the next run's sweep would do it
    }

    /// The number in a pid file of ours.
    func pid(_ file: String) -> Int32? {
        Self.text("\(directory)/\(file)").split(separator: "\n").first.flatMap { Int32($0) }
    }

    /// The PostgreSQL server of this heddle.
    var postmaster: Int32? { pid("postgres/cluster/postmaster.pid") }
    var kamailio: Int32? { pid("edge/run/kamailio.pid") }

    /// `heddle`, which is built beside the tests.
    static var program: String {
        get throws {
            let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let found = URL(filePath: bundle).deletingLastPathComponent().appending(path: "heddle").path
            guard FileManager.default.isExecutableFile(atPath: found) else {
                throw HarnessError("\(found) is not there; run swift build --build-tests")
            }
            return found
        }
    }

    static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    static func tail(_ path: String) -> String { text(path).split(separator: "\n").suffix(5).joined(separator: "\n") }
}

/// What went wrong in the harness itself.
struct HarnessError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Gives a suite a heddle of its own: `@Suite(.heddle("main"))`.
struct HeddleTrait: SuiteTrait, TestScoping {
    let name: String
    let environment: [String: String]
    /// What the first process runs.
    let role: String
    /// Whether it finds a database that is migrated, instead of making one.
    let isPrepared: Bool

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let heddle = try TestHeddle(name, environment)
        do {
            if isPrepared { try await PreparedCluster.copy(to: "\(heddle.directory)/postgres") }
            try await heddle.serve(role)
            try await heddle.seed()
            try await TestHeddle.$current.withValue(heddle) { try await function() }
        } catch {
            await heddle.discard()
            throw error
        }
        await heddle.discard()
    }
}

extension Trait where Self == HeddleTrait {
    static func heddle(
        _ name: String, role: String = "edge,router,worker", digest: String = "none", isPrepared: Bool = true
    ) -> Self {
        HeddleTrait(
            name: name, environment: ["HEDDLE_DIGEST_ALGORITHMS": digest], role: role, isPrepared: isPrepared)
    }
}
