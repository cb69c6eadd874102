package import Logging
package import Postgres

/// Makes the partitions of the coming months ahead of time, once a day and at the start.
package struct PartitionKeeper: Sendable {
    private let database: Database
    private let logger: Logger

    /// - Parameter database: as the engine.
    package init(_ database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        await Rounds(pause: .seconds(24 * 3600), logger: logger)
            .run("monthly partitions could not be made") { try await keep() }
    }

    /// Makes what is missing, once, and warns of rows that lie outside every month: something has a wrong clock.
    package func keep() async throws {
        let made = try await database.run("select core.create_monthly_partitions()").value(Int.self) ?? 0
        if made > 0 { logger.info("made \(made) monthly partitions") }
        let strays = try await database.run("select name, strays from core.count_strays()")
        for (partition, rows) in try strays.decode(String.self, Int.self) {
            logger.warning("\(partition) has \(rows) rows, whose times lie outside every month; look at their clock")
        }
    }
}
