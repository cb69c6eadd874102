import Foundation
import Glibc
import Postgres
import Processes
import Reactor

/// A hot standby of a cluster of a test's own, that follows it by streaming; discard it before its primary.
package struct TestStandby: Sendable {
    package let cluster: TestCluster

    package static func start(of primary: TestCluster, name: String) async throws -> TestStandby {
        let reactor = Reactor(name: "test-\(name)")
        let directory = try EmbeddedDirectory(root: StaleRuns.directory(name))
        try FileManager.default.createDirectory(atPath: directory.root, withIntermediateDirectories: true)
        if let user = directory.user, unsafe chown(directory.root, user.uid, user.gid) != 0 {
            throw PostgresError(.configuration, "cannot give \(directory.root) to \(user.name)")
        }
        let backup = try await Starter(reactor: reactor).start(
            Program(
                path: try PostgresPrograms.find().baseBackup,
                arguments: [
                    "--pgdata", directory.cluster, "--write-recovery-conf", "--checkpoint", "fast", "--wal-method",
                    "stream", "--host", primary.server.directory.socketDirectory, "--port", "\(EmbeddedDirectory.port)",
                    "--username", "heddle_owner",
                ],
                directory: directory.root, user: directory.user, output: .file("\(directory.root)/backup.log"),
                lifetime: .endsWithParent(signal: SIGKILL)))
        guard await backup.waitForExit(atMost: .seconds(120)), backup.exitCode == 0 else {
            throw PostgresError(.configuration, "pg_basebackup failed; see \(directory.root)/backup.log")
        }
        let server = try await EmbeddedServer.start(directory, durability: .processOnly, reactor: reactor)
        return TestStandby(cluster: TestCluster(server: server, reactor: reactor))
    }
}
