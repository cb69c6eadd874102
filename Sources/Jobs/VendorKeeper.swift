package import Logging
package import Postgres
import Services

/// Measures how well vendors did on the days that are over, and finds the promises that they did not keep; some times a
/// day, so that calls that are rated late are in it.
package struct VendorKeeper: Sendable {
    private let database: Database
    private let logger: Logger

    private static let pause = Duration.seconds(6 * 3_600)

    /// - Parameter database: as the engine.
    package init(_ database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        await Rounds(pause: Self.pause, logger: logger)
            .run("the vendors could not be measured") { try await keep() }
    }

    /// Measures what is over, once.
    package func keep() async throws {
        let result = try await MeasureVendors(database)()
        if result.metrics > 0 { logger.debug("measured vendors: \(result.metrics) values") }
        if result.breaches > 0 {
            logger.warning("\(result.breaches) promises of vendors were not kept, or changed: heddle vendor breaches")
        }
    }
}
