import Foundation
import Glibc
import Processes
import Reactor

/// The steps of a start.
extension EmbeddedServer {
    static func makeCluster(
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
        let initdb = try await startProgram(
            Program(
                path: programs.initdb,
                arguments: [
                    "-D", directory.unfinishedCluster, "-U", "heddle_owner", "-A", "trust", "-E", "UTF8",
                    "--locale=C.UTF-8", "--no-instructions",
                ],
                directory: directory.root, user: directory.user, output: .file(directory.log.path),
                lifetime: .endsWithParent(signal: SIGKILL)), directory, starter)
        let ended = await initdb.waitForExit(atMost: .seconds(120))
        guard ended, initdb.exitCode == 0,
            unsafe rename(directory.unfinishedCluster, directory.cluster) == 0
        else {
            throw EmbeddedError(
                .failed,
                "initdb could not make \(directory.unfinishedCluster); see \(directory.log.path): "
                    + directory.log.lastLine)
        }
    }

    /// After kill -9 of the program and its server together, the pid file, or even the server, may still be there.
    static func removeLeftovers(_ directory: EmbeddedDirectory, _ reactor: Reactor) async throws {
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

    /// Starts a program of PostgreSQL as the user that it runs as.
    static func startProgram(
        _ program: Program, _ directory: EmbeddedDirectory, _ starter: Starter
    ) async throws -> RunningProcess {
        do {
            return try await starter.start(program)
        } catch let error as ProcessError where error.step == "chdir" && error.code == EACCES {
            let user = directory.user?.name ?? NSUserName()
            throw EmbeddedError(
                .directory,
                "PostgreSQL runs as the user \(user), who may not enter \(directory.root): let that user pass through "
                    + "every directory above it (chmod o+x), or give another directory with --data")
        }
    }

    /// How often somebody who waits is told that it goes on.
    static let reportInterval = Duration.seconds(10)

    /// Waits for as long as the server lives: a recovery takes its time, and one that is stopped begins anew.
    static func waitUntilReady(
        _ process: RunningProcess, _ directory: EmbeddedDirectory, each interval: Duration = reportInterval,
        _ report: (String) -> Void
    ) async throws {
        let start = ContinuousClock.now
        var nextReport = start + interval
        while true {
            if let file = PostmasterFile(cluster: directory.cluster), file.pid == process.pid, file.isReady { return }
            guard process.isRunning else {
                throw EmbeddedError(
                    .failed, "PostgreSQL ended at its start; see \(directory.log.path): \(directory.log.lastLine)")
            }
            if ContinuousClock.now >= nextReport {
                let seconds = (ContinuousClock.now - start).components.seconds
                report("PostgreSQL is not ready after \(seconds) s: \(directory.log.lastLine)")
                nextReport += interval
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    static func arguments(_ directory: EmbeddedDirectory, _ durability: Durability) -> [String] {
        var settings = [
            "listen_addresses": "",
            "port": "\(EmbeddedDirectory.port)",
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
}
