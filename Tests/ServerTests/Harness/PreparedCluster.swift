import Foundation
import Glibc
import Processes
import Reactor
import TestSupport

/// An embedded database that no heddle has served yet: made once in a run, by the program itself, and copied for each
/// heddle. Making it takes longer than most tests.
enum PreparedCluster {
    private static let made = Task {
        let directory = StaleRuns.directory("prepared")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HEDDLE_DATA": directory]
        try await run(try TestHeddle.program, ["migrate"], environment)
        return "\(directory)/postgres/cluster"
    }

    /// Gives an embedded server that has not begun a database that is migrated and empty.
    /// - Parameter root: of the server's files.
    static func copy(to root: String) async throws {
        let cluster = try await made.value
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try await run("/bin/cp", ["-a", cluster, "\(root)/cluster"], ["PATH": "/usr/bin:/bin"])
    }

    private static func run(_ program: String, _ arguments: [String], _ environment: [String: String]) async throws {
        let log = "\(StaleRuns.directory("prepared"))/\(UUID().uuidString.prefix(8)).log"
        let process = try await Starter(reactor: Reactor(name: "test-prepared")).start(
            Program(
                path: program, arguments: arguments, environment: environment, output: .file(log),
                lifetime: .endsWithParent(signal: SIGKILL)))
        guard await process.waitForExit(atMost: .seconds(120)), process.exitCode == 0 else {
            throw HarnessError("\(program) \(arguments.joined(separator: " ")): \(TestHeddle.tail(log))")
        }
    }
}
