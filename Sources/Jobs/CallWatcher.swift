package import Logging
package import Postgres
import Services

/// Looks for fraud in what was called, every minute, and suspends and reports as the operators' rules say.
///
/// Several workers do no harm: what one looks at the other passes over.
package struct CallWatcher: Sendable {
    private let watchCalls: WatchCalls
    private let logger: Logger

    private static let pause = Duration.seconds(60)

    /// - Parameter database: as the engine.
    package init(_ database: Database, logger: Logger) {
        watchCalls = WatchCalls(database)
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        await Rounds(pause: Self.pause, logger: logger)
            .run("calls could not be looked at for fraud") { try await watch() }
    }

    /// Looks once.
    package func watch() async throws {
        for finding in try await watchCalls() {
            logger.warning(
                """
                \(finding.name) of account \(finding.accountID.text)\
                \(finding.prefix.map { ", calls to \($0)" } ?? ""): \(finding.action), \
                incident \(finding.incidentID.text)\(finding.isNew ? "" : " again")
                """)
        }
    }
}
