package import Logging
package import Postgres
package import Reactor
import Services

/// Writes months to files once their time in the database is over, one after the other, once a day. `HouseKeeper` drops
/// what is written.
package struct ArchiveKeeper: Sendable {
    private let database: Database
    private let directory: String
    private let program: String?
    private let reactor: Reactor
    private let logger: Logger

    /// - Parameters:
    ///   - database: as the engine.
    ///   - directory: of the files.
    ///   - program: where DuckDB is; `nil` looks in the usual places.
    package init(
        _ database: Database, directory: String, program: String? = nil, reactor: Reactor, logger: Logger
    ) {
        self.database = database
        self.directory = directory
        self.program = program
        self.reactor = reactor
        self.logger = logger
    }

    private static let day = Duration.seconds(24 * 3600)
    private static let hour = Duration.seconds(3600)

    /// Works until the task is cancelled.
    package func run() async {
        await Rounds(pause: Self.day, pauseAfterFailure: Self.hour, logger: logger)
            .run("no month could be archived") { try await keep() }
    }

    /// Writes what is due. A month that cannot be written keeps no other one.
    package func keep() async throws {
        let tool = try ParquetTool(reactor: reactor, program: program)
        let write = WriteArchive(database, tool: tool, directory: directory)
        for due in try await FindDueMonths(database)() {
            if let obstacles = due.obstacles {
                logger.info("\(due.table) of \(due.month) is not archived yet: \(obstacles)")
                continue
            }
            do {
                let record = try await write(due.table, due.month)
                logger.info(
                    "archived \(due.table) of \(due.month): \(record.rows) rows, \(record.bytes) bytes, \(record.path)")
            } catch {
                try Task.checkCancellation()
                logger.error("\(due.table) of \(due.month) could not be archived: \(error)")
            }
        }
    }
}
