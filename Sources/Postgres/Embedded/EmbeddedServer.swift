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
    private let lock: FileLock
    private let state: Mutex<State>

    private struct State {
        var process: RunningProcess
        var isStopping = false
    }

    private init(
        _ directory: EmbeddedDirectory, _ durability: Durability, _ reactor: Reactor, lock: FileLock,
        _ report: (String) -> Void
    ) async throws {
        self.directory = directory
        self.durability = durability
        self.reactor = reactor
        self.lock = lock
        state = Mutex(State(process: try await Self.launch(directory, durability, reactor, report)))
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
    /// - Parameter report: hears of a start that takes long, which a recovery may.
    /// - Throws: `EmbeddedError`; `directoryInUse` when another program runs it.
    package static func start(
        _ directory: EmbeddedDirectory, durability: Durability = .full, reactor: Reactor,
        report: (String) -> Void = { _ in }
    ) async throws -> EmbeddedServer {
        let programs = try PostgresPrograms.find()
        try directory.makeRoot()
        // Before anything else is touched: it may be in use.
        let lock = try lock(directory)
        try directory.prepare()
        try await makeCluster(directory, programs, Starter(reactor: reactor))
        return try await EmbeddedServer(directory, durability, reactor, lock: lock, report)
    }

    private static func lock(_ directory: EmbeddedDirectory) throws(EmbeddedError) -> FileLock {
        do throws(FileLock.Failure) {
            return try FileLock(path: directory.lockPath)
        } catch {
            throw switch error {
            case .isTaken:
                EmbeddedError(
                    .directoryInUse,
                    "another heddle uses \(directory.root); stop it, or give another directory with --data")
            case .system(let code):
                EmbeddedError(
                    .directory,
                    "cannot lock \(directory.lockPath): \(systemMessage(code)); check who owns the directory")
            }
        }
    }

    private static func launch(
        _ directory: EmbeddedDirectory, _ durability: Durability, _ reactor: Reactor, _ report: (String) -> Void
    ) async throws -> RunningProcess {
        // Sessions of a killed server end a moment after it, and keep its shared memory until then.
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            try await removeLeftovers(directory, reactor)
            do {
                return try await launchOnce(directory, durability, reactor, report)
            } catch let error as EmbeddedError where error.code == .failed && ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    private static func launchOnce(
        _ directory: EmbeddedDirectory, _ durability: Durability, _ reactor: Reactor, _ report: (String) -> Void
    ) async throws -> RunningProcess {
        directory.log.cut()
        let process = try await startProgram(
            Program(
                path: PostgresPrograms.find().postgres, arguments: arguments(directory, durability),
                directory: directory.cluster, user: directory.user, output: .file(directory.log.path),
                lifetime: .endsWithParent(signal: SIGINT)), directory, Starter(reactor: reactor))
        do {
            try await waitUntilReady(process, directory, report)
        } catch {
            await process.stop(signal: SIGINT, grace: .seconds(30))  // nothing to do unless the wait was cancelled
            throw error
        }
        return process
    }

    /// Starts the server again whenever it ends without being asked to, until `stop` or cancellation.
    /// - Parameter report: hears of each restart, and of one that takes long.
    package func keepRunning(_ report: (String) -> Void) async {
        while !Task.isCancelled {
            let process = process
            guard await process.waitForExit(atMost: .milliseconds(500)) else {
                directory.log.cut()
                continue
            }
            guard !state.withLock(\.isStopping) else { return }
            report("PostgreSQL ended (\(process.exitCode.map { "code \($0)" } ?? "unknown")); it is started again")
            do {
                let next = try await Self.launch(directory, durability, reactor, report)
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
}
