package import Logging
package import Postgres
import Services

/// Watches how carriers do: counts tries every few seconds, opens and closes breakers, measures quality every minute.
package struct CarrierKeeper: Sendable {
    private let database: Database
    private let logger: Logger

    private static let pause = Duration.seconds(2)

    /// - Parameter database: as the engine.
    package init(_ database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        await Rounds(pause: Self.pause, pauseAfterFailure: .seconds(10), logger: logger)
            .run("the tries at carriers could not be counted") { try await keep() }
    }

    /// Counts what was posted since, once.
    package func keep() async throws {
        let result = try await CountAttempts(database)()
        if result.switched > 0 { logger.warning("\(result.switched) breakers of carrier trunks opened or closed") }
        if result.measured > 0 { logger.debug("measured the carriers of \(result.measured) operators") }
    }
}
