import Foundation
import Reactor
import TestSupport
import Testing

@testable import Postgres

@Suite struct EmbeddedServerTests {
    @Test func `a directory in use is refused, and free again after the stop`() async throws {
        let cluster = try await TestCluster.start(name: "inuse")
        let error = await #expect(throws: EmbeddedError.self) {
            _ = try await EmbeddedServer.start(cluster.server.directory, reactor: cluster.reactor)
        }
        #expect(error?.code == .directoryInUse)
        #expect(EmbeddedServer.isRunning(cluster.server.directory))
        await cluster.discard()
        #expect(!EmbeddedServer.isRunning(cluster.server.directory))
    }

    @Test func `a pid file that another process got since is thrown away`() async throws {
        let cluster = try await TestCluster.start(name: "stalepid")
        await cluster.server.stop()
        let file = "\(cluster.server.directory.cluster)/postmaster.pid"
        try "\(getpid())\n\(cluster.server.directory.cluster)\n".write(toFile: file, atomically: false, encoding: .utf8)
        // The first server object still holds the lock, as a program whose server died does: start in its place.
        let directory = cluster.server.directory
        #expect(PostmasterFile(cluster: directory.cluster)?.isServer(of: directory.cluster) == false)
        await cluster.discard()
    }

    @Test func `a cluster of another version is refused with what to do`() async throws {
        let root = "/dev/shm/heddle-tests-\(getpid())-version"
        let directory = try EmbeddedDirectory(root: root)
        try FileManager.default.createDirectory(atPath: directory.cluster, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        try "9.6\n".write(toFile: "\(directory.cluster)/PG_VERSION", atomically: false, encoding: .utf8)
        let error = await #expect(throws: EmbeddedError.self) {
            _ = try await EmbeddedServer.start(directory, reactor: Reactor(name: "test-version"))
        }
        #expect(error?.code == .wrongVersion)
        #expect(error?.description.contains("--data") == true)
    }

    @Test func `missing programs name what to install`() {
        let error = #expect(throws: EmbeddedError.self) { try PostgresPrograms.find(in: ["/nowhere"]) }
        #expect(error?.description.contains("make setup") == true)
    }

    @Test func `a deep directory gets a short socket`() throws {
        let deep = try EmbeddedDirectory(root: "/dev/shm/" + String(repeating: "deep/", count: 30))
        #expect("\(deep.socketDirectory)/.s.PGSQL.5432".utf8.count <= 107)
    }
}
