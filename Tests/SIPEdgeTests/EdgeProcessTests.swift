import Deploy
import Foundation
import Glibc
import Logging
import Reactor
import TestSupport
import Testing

@testable import SIPEdge
@testable import Services

/// Kamailio as a process: what it is told while it runs, who takes it over, and what is in its way.
@Suite(.serialized, .timeLimit(.minutes(3))) struct EdgeProcessTests {
    private let reactor = Reactor(name: "edge-test")
    private let settings: EdgeSettings

    init() throws {
        StaleRuns.sweep()
        settings = try Self.settings("edge", rpcPort: Self.freePort())
    }

    private static func settings(_ name: String, rpcPort: Int) throws -> EdgeSettings {
        let directory = StaleRuns.directory("\(name)-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        return EdgeSettings(
            id: "test", directory: directory, configuration: Deploy.kamailioConfiguration,
            listeners: ["udp:127.0.0.1:\(try freePort())"], rpcPort: rpcPort, routers: ["127.0.0.1:\(try freePort())"])
    }

    private static func freePort() throws -> Int { Int(try FreePorts.take()) }

    private func edge(_ own: EdgeSettings? = nil) -> EdgeProcess {
        EdgeProcess(
            own ?? settings, reactor: reactor, logger: Logger(label: "edge-test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func discard() {
        StaleRuns.endPrograms(in: settings.directory)
        try? FileManager.default.removeItem(atPath: settings.directory)  // the next run's sweep would do it
    }

    private func plan(_ codes: [String], _ sources: [String]) -> RoutingData.EmergencyPlan {
        RoutingData.EmergencyPlan(
            codes: codes, techPrefixes: sources.isEmpty ? [] : ["7001", "*7#"], sources: sources, routes: [])
    }

    /// Waits until the running edge knows exactly a plan.
    private func knows(_ plan: RoutingData.EmergencyPlan, _ edge: EdgeProcess) async throws {
        let networks = EdgeFiles.networks(plan).mapValues { $0.joined(separator: ",") }
        let codes = Set(plan.codes)
        var found: (codes: Set<String>, networks: [String: String], prefixes: [String: String]) = ([], [:], [:])
        for _ in 0..<400 {
            found.codes = Set(try await edge.control.entries(of: "emergency_codes").keys)
            found.networks = try await edge.control.entries(of: "networks")
            found.prefixes = try await edge.control.entries(of: "tech_prefixes")
            if found.codes == codes && found.networks == networks
                && found.prefixes == EdgeFiles.techPrefixes(plan)
            {
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the edge knows \(found), expected \(codes) and \(networks)")
    }

    @Test func `a running edge forgets what is gone, and so does one that is adopted`() async throws {
        defer { discard() }
        let edge = edge()
        let first = plan(["112", "911"], ["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"])
        await edge.apply(first)
        try await edge.start()
        try await knows(first, edge)
        let second = plan(["911", "999"], ["192.0.2.0/25", "203.0.113.9/32"])
        await edge.apply(second)
        try await knows(second, edge)
        await edge.apply(plan([], []))
        try await knows(plan([], []), edge)
        await edge.apply(first)
        try await knows(first, edge)

        // Its heddle is gone, and the next one knows other networks; what it had begun is not gone on with.
        try await edge.control.refuseCalls()
        let next = self.edge()
        await next.apply(second)
        try await next.start()
        #expect(await next.pid == (await edge.pid))
        try await knows(second, next)
        #expect(try await next.control.entries(of: "edge").isEmpty)
        #expect(await next.liveCalls()?.ids == [])
        await next.stop()
        #expect(await next.liveCalls()?.ids == [])
    }

    @Test func `an edge that did not listen is told as soon as it does`() async throws {
        defer { discard() }
        let edge = edge()
        await edge.apply(plan(["911"], ["192.0.2.0/24"]))
        try await edge.start()
        let pids = try processes(try #require(await edge.pid))
        let next = plan(["112"], ["198.51.100.0/24"])
        pids.forEach { kill($0, SIGSTOP) }
        await edge.apply(next)
        #expect(await edge.liveCalls() == nil)
        pids.forEach { kill($0, SIGCONT) }
        try await withThrowingTaskGroup { group in
            group.addTask { await edge.keepRunning() }
            try await knows(next, edge)
            group.cancelAll()
        }
        await edge.stop()
    }

    @Test func `what a killed edge left behind does not keep the next one from starting`() async throws {
        defer { discard() }
        let edge = edge()
        try await edge.start()
        let old = try #require(await edge.pid)
        let workers = try processes(old).filter { $0 != old }
        kill(old, SIGKILL)
        while await edge.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try await edge.control.dialogs().isEmpty)  // its workers still answer
        let next = self.edge()
        try await next.start()
        #expect(await next.pid != old)
        #expect(!workers.isEmpty && workers.allSatisfy { !Self.executes($0) })
        await next.stop()
    }

    @Test func `a control port that is taken is named`() async throws {
        defer { discard() }
        let edge = edge()
        try await edge.start()
        let other = try Self.settings("rival", rpcPort: settings.rpcPort)
        let rival = self.edge(other)
        let error = await #expect(throws: EdgeError.self) { try await rival.start() }
        #expect(error?.description.contains("HEDDLE_EDGE_RPC_PORT") == true)
        // Nothing of it runs, so that what it may use of limits can be given back; the other one has calls.
        #expect(await rival.hasEnded)
        #expect(await !edge.hasEnded)
        #expect(await !self.edge().hasEnded)  // as a program sees it that has not adopted it
        await edge.stop()
        #expect(await edge.hasEnded)
        try FileManager.default.removeItem(atPath: other.directory)
    }

    /// Whether a process runs; one that has ended and waits for its parent does not.
    private static func executes(_ pid: Int32) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) != nil  // none: it has ended
    }

    /// A process and its children.
    private func processes(_ root: Int32) throws -> [Int32] {
        let list = try String(contentsOfFile: "/proc/\(root)/task/\(root)/children", encoding: .utf8)
        return [root] + list.split(separator: " ").compactMap { Int32($0) }
    }
}
