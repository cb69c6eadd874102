import ArgumentParser
import Foundation
import Logging
import Reactor
import Server
import Services

/// What every command takes.
struct DataOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Directory of the embedded database and of the edge (default: HEDDLE_DATA, or the system's place for "
                + "data).",
            valueName: "directory"))
    var data: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "File with settings, NAME=value a line; the environment comes first (default: HEDDLE_CONFIG).",
            valueName: "file"))
    var config: String?

    /// The settings of this process. What was set and has no effect is said in the log.
    func configuration() throws -> Configuration {
        let settings = try Configuration(ProcessInfo.processInfo.environment, dataDirectory: data, file: config)
        let logger = makeLogger(settings)
        for oversight in settings.oversights { logger.warning("\(oversight)") }
        return settings
    }

    /// What a command needs of the database before it can do its work.
    enum Need {
        /// It may be empty, and an embedded one may have to be made.
        case anything
        /// It is there, at whatever schema.
        case exists
        /// It has the schema of this program.
        case migrated
    }

    /// Opens the database for one command, and closes it after; the embedded one is started when nobody runs it.
    func withDatabases<Value>(
        _ settings: Configuration, _ need: Need = .migrated, _ body: (Databases) async throws -> Value
    ) async throws -> Value {
        if need != .anything { try settings.requireDatabase() }
        let databases = try await Databases.open(settings, reactor: Reactor(name: "heddle"))
        do {
            if need == .migrated { try await databases.requireSchema() }
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
func makeLogger(_ settings: Configuration, _ level: Logger.Level = .info) -> Logger {
    var logger = Logger(label: "heddle") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = settings.logLevel ?? level
    return logger
}
