import Foundation
import Glibc
import Processes
import TestSupport

/// Runs the program, or a script about it, on a database, as somebody at a terminal does.
struct TestCommandLine {
    private let database: TestDatabase

    init(_ database: TestDatabase) { self.database = database }

    private var environment: [String: String] {
        ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "DATABASE_URL": database.cluster.address(database.name)]
    }

    static func scratch() -> String { "\(StaleRuns.directory("line"))-\(UUID().uuidString.prefix(8))" }

    /// - Parameter program: another one than `heddle`.
    func start(
        _ arguments: [String], _ extra: [String: String] = [:], program: String? = nil, output: String
    ) async throws -> RunningProcess {
        var environment = environment.merging(extra) { $1 }
        environment["HEDDLE_DATA"] = environment["HEDDLE_DATA"] ?? "\(output).data"
        return try await Starter(reactor: database.cluster.reactor).start(
            Program(
                path: program ?? TestHeddle.program, arguments: arguments, environment: environment,
                output: .file(output), lifetime: .endsWithParent(signal: SIGKILL)))
    }

    /// Runs it to its end.
    func run(
        _ arguments: [String], _ extra: [String: String] = [:], program: String? = nil
    ) async throws -> CommandResult {
        let file = Self.scratch()
        defer {
            for path in [file, "\(file).data"] {
                try? FileManager.default.removeItem(atPath: path)  // the next run's sweep would do it
            }
        }
        let process = try await start(arguments, extra, program: program, output: file)
        return try await CommandResult(of: process, arguments, output: file)
    }
}
