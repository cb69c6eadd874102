import Foundation
import Glibc
import Processes
import Reactor
import TestSupport
import Testing

@testable import Postgres

@Suite struct EmbeddedDirectoryTests {
    @Test func `a deep directory gets a short socket`() throws {
        let deep = try EmbeddedDirectory(root: "/dev/shm/" + String(repeating: "deep/", count: 30))
        #expect("\(deep.socketDirectory)/.s.PGSQL.5432".utf8.count <= 107)
    }

    /// PGPORT is of another server.
    @Test func `the address names the port, whatever the environment says`() throws {
        let directory = try EmbeddedDirectory(root: "/srv/heddle")
        #expect(
            directory.address(database: "heddle", role: "heddle_engine")
                == "host='/srv/heddle/socket' port=5432 dbname='heddle' user='heddle_engine'")
    }

    @Test(arguments: [#"it's \ odd"#, "one,two"])
    func `a directory may have any name`(name: String) async throws {
        let cluster = try await TestCluster.start(name: name)
        let database = try cluster.client()
        #expect(try await database.run("select 1").value(Int.self) == 1)
        await cluster.discard()
        // Only one in /tmp is not gone with the rest.
        try? FileManager.default.removeItem(atPath: cluster.server.directory.socketDirectory)
    }

    @Test(.enabled(if: SystemUser.isRoot))
    func `a directory that the server's user may not enter is told with what to do`() async throws {
        let above = StaleRuns.directory("closed")
        try FileManager.default.createDirectory(
            atPath: above, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        let directory = try EmbeddedDirectory(root: "\(above)/postgres")
        let error = await #expect(throws: EmbeddedError.self) {
            _ = try await EmbeddedServer.start(directory, reactor: Reactor(name: "test-closed"))
        }
        #expect(error?.code == .directory)
        #expect(error?.description.contains(directory.root) == true && error?.description.contains("--data") == true)
        try? FileManager.default.removeItem(atPath: above)  // the next run's sweep would do it
    }

    @Test(.enabled(if: SystemUser.isRoot))
    func `the server's user can pass through directories that were made for it`() async throws {
        // In a process of its own, since the umask is everybody's.
        await #expect(processExitsWith: .success) {
            umask(0o077)
            let above = "\(StaleRuns.root)/\(StaleRuns.prefix)\(getpid())-made"
            defer { try? FileManager.default.removeItem(atPath: above) }  // the next run's sweep would do it
            try EmbeddedDirectory(root: "\(above)/data/postgres").makeRoot()
            for path in [above, "\(above)/data", "\(above)/data/postgres"] {
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode.map { $0 & 0o011 } == 0o011, "\(path)")
            }
        }
    }

    @Test func `a log that became long is set aside, and its last line is known`() throws {
        let directory = StaleRuns.directory("log")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }  // the next run's sweep would do it
        let log = ServerLog(path: "\(directory)/postgres.log", limitBytes: 10_000)
        #expect(log.lastLine == "the log is empty")
        for round in 1...2 {
            let long = String(repeating: "a line of round \(round)\n", count: 1000) + "the last of round \(round)\n"
            try long.write(toFile: log.path, atomically: false, encoding: .utf8)
            #expect(log.lastLine == "the last of round \(round)")
            log.cut()
            #expect(log.lastLine == "the log is empty")
            #expect(try String(contentsOfFile: log.olderPath, encoding: .utf8) == long)
        }
        try "short\n".write(toFile: log.path, atomically: false, encoding: .utf8)
        log.cut()
        #expect(log.lastLine == "short")
    }
}
