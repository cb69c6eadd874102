import Foundation
import Glibc
import Processes
package import Reactor
import Synchronization

/// A private PostgreSQL: made on first use, reached by a unix socket only, ended with the program that started it.
package final class EmbeddedServer: Sendable {
    package let directory: EmbeddedDirectory
    private let durability: Durability
    private let reactor: Reactor
    private let lock: DirectoryLock
    private let state: Mutex<State>

    private struct State {
        var process: RunningProcess
        var isStopping = false
    }

    private init(
        _ directory: EmbeddedDirectory, _ durability: Durability, _ reactor: Reactor, lock: DirectoryLock
    ) async throws {
        self.directory = directory
        self.durability = durability
        self.reactor = reactor
        self.lock = lock
        state = Mutex(State(process: try await Self.launch(directory, durability, reactor)))
    }

    private var process: RunningProcess { state.withLock(\.process) }

    /// How durable the cluster is.
    package enum Durability: Sendable {
        /// A commit survives a power cut.
        case full
        /// A commit survives the death of any process, not of the machine: for tests in memory.
        case processOnly
    }

    /// Starts the cluster, making it first when there is none.
    /// - Throws: `EmbeddedError`; `directoryInUse` when another program runs it.
    package static func start(
        _ directory: EmbeddedDirectory, durability: Durability = .full, reactor: Reactor
    ) async throws -> EmbeddedServer {
        let programs = try PostgresPrograms.find()
        try directory.prepare()
        guard let lock = try DirectoryLock(path: directory.lockPath) else {
            throw EmbeddedError(
                .directoryInUse,
                "another heddle uses \(directory.root); stop it, or give another directory with --data")
        }
        try await makeCluster(directory, programs, Starter(reactor: reactor))
        return try await EmbeddedServer(directory, durability, reactor, lock: lock)
    }

    private static func launch(
        _ directory: EmbeddedDirectory, _ durability: Durability, _ reactor: Reactor
    ) async throws -> RunningProcess {
        // Sessions of a killed server end a moment after it, and keep its shared memory until then.
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            try await removeLeftovers(directory, reactor)
            do {
                return try await launchOnce(directory, durability, reactor)
            } catch let error as EmbeddedError where error.code == .failed && ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    private static func launchOnce(
        _ directory: EmbeddedDirectory, _ durability: Durability, _ reactor: Reactor
    ) async throws -> RunningProcess {
        let process = try await Starter(reactor: reactor).start(
            Program(
                path: PostgresPrograms.find().postgres, arguments: arguments(directory, durability),
                directory: directory.cluster, user: directory.user, output: .file(directory.log),
                lifetime: .endsWithParent(signal: SIGINT)))
        try await waitUntilReady(process, directory)
        return process
    }

    /// Starts the server again whenever it ends without being asked to, until `stop` or cancellation.
    /// - Parameter report: hears of each restart.
    package func keepRunning(_ report: (String) -> Void) async {
        while !Task.isCancelled {
            let process = process
            guard await process.waitForExit(atMost: .milliseconds(500)) else { continue }
            guard !state.withLock(\.isStopping) else { return }
            report("PostgreSQL ended (\(process.exitCode.map { "code \($0)" } ?? "unknown")); it is started again")
            do {
                let next = try await Self.launch(directory, durability, reactor)
                state.withLock { $0.process = next }
            } catch {
                // The rest of the program goes on without its database, and tells so; calls in progress do not end.
                guard !Task.isCancelled else { return }
                report("PostgreSQL does not start: \(error)")
                try? await Task.sleep(for: .seconds(2))  // a cancelled sleep ends the loop
            }
        }
    }

    /// Whether some program runs the cluster of a directory now.
    package static func isRunning(_ directory: EmbeddedDirectory) -> Bool {
        guard let file = PostmasterFile(cluster: directory.cluster) else { return false }
        return file.isReady && file.isServer(of: directory.cluster)
    }

    /// Whether the server's process still runs.
    package var isRunning: Bool { process.isRunning }

    /// The server's process, for tests that kill it.
    package var pid: Int32 { process.pid }

    /// Ends the server in order ("fast": sessions are cut, everything is written).
    package func stop() async {
        state.withLock { $0.isStopping = true }
        await process.stop(signal: SIGINT, grace: .seconds(30))
    }

    private static func waitUntilReady(_ process: RunningProcess, _ directory: EmbeddedDirectory) async throws {
        let deadline = ContinuousClock.now + .seconds(60)  // recovery after a crash takes a while
        while ContinuousClock.now < deadline {
            if let file = PostmasterFile(cluster: directory.cluster), file.pid == process.pid, file.isReady { return }
            guard process.isRunning else {
                throw EmbeddedError(
                    .failed, "PostgreSQL ended at its start; see \(directory.log): \(lastLine(of: directory.log))")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw EmbeddedError(.failed, "PostgreSQL is not ready after 60 s; see \(directory.log)")
    }

    private static func lastLine(of path: String) -> String {
        let log = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""  // no log is an empty log
        return log.split(separator: "\n").last.map(String.init) ?? "the log is empty"
    }

    // MARK: Steps of the start

    private static func arguments(_ directory: EmbeddedDirectory, _ durability: Durability) -> [String] {
        var settings = [
            "listen_addresses": "",
            "unix_socket_directories": directory.socketDirectory,
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "256MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "lc_messages": "C",
        ]
        if durability == .processOnly {
            // synchronous_commit stays on: without it a killed server forgets what it had acknowledged.
            settings["fsync"] = "off"
            settings["full_page_writes"] = "off"
            settings["shared_buffers"] = "128MB"
            settings["max_wal_size"] = "256MB"
        }
        return ["-D", directory.cluster]
            + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    private static func makeCluster(
        _ directory: EmbeddedDirectory, _ programs: PostgresPrograms, _ starter: Starter
    ) async throws {
        let versionFile = "\(directory.cluster)/PG_VERSION"
        if let version = try? String(contentsOfFile: versionFile, encoding: .utf8) {  // none: not made yet
            guard Int(version.trimmingCharacters(in: .whitespacesAndNewlines)) == PostgresPrograms.majorVersion else {
                throw EmbeddedError(
                    .wrongVersion,
                    "\(directory.cluster) was made by PostgreSQL \(version.prefix(8)), this is "
                        + "\(PostgresPrograms.majorVersion); give another directory with --data, or dump and restore it"
                )
            }
            return
        }
        // Made under another name and renamed: a cluster that was interrupted while it was made is never used.
        let initdb = try await starter.start(
            Program(
                path: programs.initdb,
                arguments: [
                    "-D", directory.unfinishedCluster, "-U", "heddle_owner", "-A", "trust", "-E", "UTF8",
                    "--locale=C.UTF-8", "--no-instructions",
                ],
                directory: directory.root, user: directory.user, output: .file(directory.log),
                lifetime: .endsWithParent(signal: SIGKILL)))
        let ended = await initdb.waitForExit(atMost: .seconds(120))
        guard ended, initdb.exitCode == 0,
            unsafe rename(directory.unfinishedCluster, directory.cluster) == 0
        else {
            throw EmbeddedError(
                .failed,
                "initdb could not make \(directory.unfinishedCluster); see \(directory.log). Every directory "
                    + "above it must let the user \(directory.user?.name ?? NSUserName()) pass")
        }
    }

    /// After kill -9 of the program and its server together, the pid file, or even the server, may still be there.
    private static func removeLeftovers(_ directory: EmbeddedDirectory, _ reactor: Reactor) async throws {
        guard let file = PostmasterFile(cluster: directory.cluster) else { return }
        guard file.isServer(of: directory.cluster), let orphan = RunningProcess(pid: file.pid, reactor: reactor) else {
            PostmasterFile.remove(from: directory.cluster)
            return
        }
        orphan.signal(SIGINT)
        if await orphan.waitForExit(atMost: .seconds(5)) { return }
        orphan.signal(SIGQUIT)
        guard await orphan.waitForExit(atMost: .seconds(10)) else {
            throw EmbeddedError(
                .directoryInUse, "an earlier PostgreSQL (process \(file.pid)) still uses \(directory.cluster); end it")
        }
    }
}
