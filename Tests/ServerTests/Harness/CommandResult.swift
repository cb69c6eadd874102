import Glibc
import Processes
import Synchronization

/// What a command of the program printed, and what it ended with.
struct CommandResult {
    let code: Int32?
    /// Standard output and error together.
    let output: String

    /// Waits for the end of a command.
    /// - Parameter file: where its output goes.
    init(of process: RunningProcess, _ arguments: [String], output file: String) async throws {
        guard await process.waitForExit(atMost: .seconds(60)) else {
            await process.stop(signal: SIGKILL)
            throw HarnessError("\(arguments.joined(separator: " ")) does not end: \(TestHeddle.tail(file))")
        }
        code = process.exitCode
        output = TestHeddle.text(file)
    }
}

extension TestHeddle {
    /// Runs a command of the program with the settings of this heddle.
    func command(_ arguments: [String]) async throws -> CommandResult {
        let log = "command-\(names.wrappingAdd(1, ordering: .relaxed).newValue).log"
        let process = try await start(Self.program, arguments, settings, log: log)
        return try await CommandResult(of: process, arguments, output: "\(directory)/\(log)")
    }
}
