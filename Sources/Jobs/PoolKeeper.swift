package import Logging
package import Postgres
import Services

/// Keeps to how often the numbers of caller-ID pools may be shown.
///
/// Several workers do no harm: what one has let rest the other finds at rest.
package struct PoolKeeper: Sendable {
    private let rest: RestPoolNumbers
    private let logger: Logger

    private static let pause = Duration.seconds(10)

    /// - Parameter database: as the engine.
    package init(_ database: Database, logger: Logger) {
        rest = RestPoolNumbers(database)
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        await Rounds(pause: Self.pause, logger: logger)
            .run("the calls of caller-ID pools could not be counted") { try await keep() }
    }

    /// Counts once.
    package func keep() async throws {
        let changed = try await rest()
        if changed > 0 { logger.info("\(changed) numbers of caller-ID pools went to rest or came back") }
    }
}
