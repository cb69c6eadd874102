import ArgumentParser
import Foundation
import Logging
import Reactor
import Server

/// What every command takes.
struct DataOptions: ParsableArguments {
    @Option(
        name: .long,
        help:
            "Directory of the embedded database and of the edge (default: HEDDLE_DATA, or the system's place for data)."
    )
    var data: String?

    /// The settings of this process.
    func configuration() throws -> Configuration {
        try Configuration(ProcessInfo.processInfo.environment, dataDirectory: data)
    }

    /// Opens the database for one command, and closes it after; the embedded one is started when nobody runs it.
    func withDatabases<Value>(_ body: (Databases) async throws -> Value) async throws -> Value {
        let databases = try await Databases.open(try configuration(), reactor: Reactor(name: "heddle"))
        do {
            let value = try await body(databases)
            await databases.close()
            return value
        } catch {
            await databases.close()
            throw error
        }
    }
}

/// The log: to standard error, as plain lines.
func makeLogger(_ level: Logger.Level = .info) -> Logger {
    var logger = Logger(label: "heddle") { StreamLogHandler.standardError(label: $0) }
    let wanted = ProcessInfo.processInfo.environment["HEDDLE_LOG"].flatMap { Logger.Level(rawValue: $0) }
    logger.logLevel = wanted ?? level
    return logger
}
