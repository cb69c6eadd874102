package import Logging
package import Postgres
import Services

/// Proves, once a day, that the sums of the day that closed are those of its calls. A difference would be a fault,
/// which nothing mends by the way; it is told here, and as `heddle_sum_differences`.
package struct SumWatcher: Sendable {
    private let check: CheckSums
    private let logger: Logger

    /// A look that finds nothing due costs next to nothing.
    private static let pause = Duration.seconds(900)

    /// - Parameter database: as the engine.
    package init(_ database: Database, logger: Logger) {
        check = CheckSums(database)
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        await Rounds(pause: Self.pause, logger: logger)
            .run("the sums of yesterday could not be compared with its calls") { try await watch() }
    }

    /// Compares what is due, once.
    package func watch() async throws {
        for day in try await check() {
            if day.differences == 0 {
                logger.debug("the sums of \(day.day) of \(day.tenantID) are those of its calls")
            } else {
                logger.error(
                    """
                    \(day.differences) sums of \(day.day) of \(day.tenantID) are not those of its calls, such as \
                    \(day.example ?? ""); cdr.check_sums() tells all
                    """)
            }
        }
    }
}
