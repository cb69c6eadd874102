import Foundation
import Glibc
import Processes
import Reactor
import Synchronization
import TestSupport
import Testing

@testable import Postgres

@Suite struct EmbeddedServerTests {
    private let reactor = Reactor(name: "test-embedded")

    /// A directory of a test's own, without anything in it.
    private func directory(_ name: String) throws -> EmbeddedDirectory {
        try EmbeddedDirectory(root: StaleRuns.directory(name))
    }

    private func discard(_ directory: EmbeddedDirectory) {
        try? FileManager.default.removeItem(atPath: directory.root)  // the next run's sweep would do it
    }

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

    @Test func `what an interrupted initdb left is replaced, what one that works makes is left alone`() async throws {
        let directory = try directory("twostarts")
        let leftover = "\(directory.unfinishedCluster)/leftover"
        try FileManager.default.createDirectory(atPath: leftover, withIntermediateDirectories: true)
        let first = Task { try await EmbeddedServer.start(directory, durability: .processOnly, reactor: reactor) }
        // It is gone, and initdb is at work.
        try await until("initdb works", within: .seconds(120)) {
            FileManager.default.fileExists(atPath: "\(directory.unfinishedCluster)/base")
                || FileManager.default.fileExists(atPath: directory.cluster)
        }
        let error = await #expect(throws: EmbeddedError.self) {
            _ = try await EmbeddedServer.start(directory, durability: .processOnly, reactor: reactor)
        }
        #expect(error?.code == .directoryInUse)
        let server = try await first.value
        #expect(EmbeddedServer.isRunning(directory))
        #expect(!FileManager.default.fileExists(atPath: "\(directory.cluster)/leftover"))
        await server.stop()
        discard(directory)
    }

    @Test func `a pid file that another process got since is thrown away`() async throws {
        let directory = try directory("stalepid")
        func startAndStop() async throws {
            await (try EmbeddedServer.start(directory, durability: .processOnly, reactor: reactor)).stop()
        }
        try await startAndStop()  // and with the server its lock is gone
        let file = "\(directory.cluster)/postmaster.pid"
        try "\(getpid())\n\(directory.cluster)\n".write(toFile: file, atomically: false, encoding: .utf8)
        let next = try await EmbeddedServer.start(directory, durability: .processOnly, reactor: reactor)
        #expect(PostmasterFile(cluster: directory.cluster)?.pid == next.pid)
        await next.stop()
        discard(directory)
    }

    @Test func `a server whose program was upgraded since is known as a server`() async throws {
        let directory = try directory("upgraded")
        try FileManager.default.createDirectory(atPath: directory.cluster, withIntermediateDirectories: true)
        let program = "\(directory.root)/postgres"
        // Another program writes it: what tests beside this one fork would keep our own descriptor open for a moment,
        // and a file that is written to cannot be started.
        let copy = try await Starter(reactor: reactor).start(
            Program(path: "/bin/cp", arguments: ["/bin/sleep", program], lifetime: .endsWithParent(signal: SIGKILL)))
        #expect(await copy.waitForExit(atMost: .seconds(30)))
        let process = try await Starter(reactor: reactor).start(
            Program(
                path: program, arguments: ["600"], directory: directory.cluster,
                lifetime: .endsWithParent(signal: SIGKILL)))
        try FileManager.default.removeItem(atPath: program)
        try "\(process.pid)\n".write(
            toFile: "\(directory.cluster)/postmaster.pid", atomically: false, encoding: .utf8)
        #expect(PostmasterFile(cluster: directory.cluster)?.isServer(of: directory.cluster) == true)
        await process.stop(signal: SIGKILL)
        #expect(PostmasterFile(cluster: directory.cluster)?.isServer(of: directory.cluster) == false)
        discard(directory)
    }

    @Test func `a server that recovers is waited for as long as it lives`() async throws {
        let directory = try directory("recovers")
        try FileManager.default.createDirectory(atPath: directory.cluster, withIntermediateDirectories: true)
        func start() async throws -> RunningProcess {
            try await Starter(reactor: reactor).start(
                Program(path: "/bin/sleep", arguments: ["600"], lifetime: .endsWithParent(signal: SIGKILL)))
        }
        let (slow, dying) = (try await start(), try await start())
        var reports = 0
        try await EmbeddedServer.waitUntilReady(slow, directory, each: .milliseconds(20)) { _ in
            reports += 1
            let status = reports < 3 ? "starting" : "ready"
            let lines = "\(slow.pid)\n\n\n\n\n\n\n\(status)\n"
            // What cannot be written is not found, and the next report comes.
            try? lines.write(toFile: "\(directory.cluster)/postmaster.pid", atomically: true, encoding: .utf8)
        }
        #expect(reports == 3)
        let error = await #expect(throws: EmbeddedError.self) {
            try await EmbeddedServer.waitUntilReady(dying, directory, each: .milliseconds(20)) { _ in
                dying.signal(SIGKILL)
            }
        }
        #expect(error?.code == .failed)
        await slow.stop(signal: SIGKILL)
        discard(directory)
    }

    @Test func `PostgreSQL ends when its program is killed`() async throws {
        // The program is a process of its own, which finds the directory by the number of this one.
        let root = StaleRuns.directory("programkilled")
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let root = "\(StaleRuns.root)/\(StaleRuns.prefix)\(getppid())-programkilled"
            let directory = try EmbeddedDirectory(root: root)
            let server = try await EmbeddedServer.start(
                directory, durability: .processOnly, reactor: Reactor(name: "test-killed"))
            try "\(server.pid)".write(toFile: "\(directory.root)/pid", atomically: true, encoding: .utf8)
            kill(getpid(), SIGKILL)
        }
        let pid = try #require(Int32(try String(contentsOfFile: "\(root)/pid", encoding: .utf8)))
        // The init of a container may leave it as a zombie, which runs nothing any more.
        try await until("the server has ended") { RunningProcess.executable(of: pid) == nil }
        try? FileManager.default.removeItem(atPath: root)  // the next run's sweep would do it
    }

    @Test func `a cluster of another version is refused with what to do`() async throws {
        let directory = try directory("version")
        try FileManager.default.createDirectory(atPath: directory.cluster, withIntermediateDirectories: true)
        try "9.6\n".write(toFile: "\(directory.cluster)/PG_VERSION", atomically: false, encoding: .utf8)
        let error = await #expect(throws: EmbeddedError.self) {
            _ = try await EmbeddedServer.start(directory, reactor: reactor)
        }
        #expect(error?.code == .wrongVersion)
        #expect(error?.description.contains("--data") == true)
        discard(directory)
    }

    @Test func `missing programs name what to install`() {
        let error = #expect(throws: EmbeddedError.self) { try PostgresPrograms.find(in: ["/nowhere"]) }
        #expect(error?.description.contains("make setup") == true)
    }
}
