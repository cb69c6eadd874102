package import Logging
package import Postgres

/// Refreshes the reports over the sums of calls, every five minutes.
///
/// Several workers do no harm: a report that one has refreshed is young for the other.
package struct ReportKeeper: Sendable {
    private let database: Database
    private let logger: Logger

    private static let pause = Duration.seconds(300)
    /// A report that is younger was refreshed by another worker.
    private static let youngest_s = 240
    /// A refresh of a large report may take its time.
    private static let refreshLimit = Duration.seconds(1800)

    /// - Parameter database: as the engine.
    package init(_ database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        await Rounds(pause: Self.pause, logger: logger)
            .run("the reports could not be brought up to date") { try await keep() }
    }

    /// Brings the reports up to date, once.
    package func keep() async throws {
        let old = try await database.run(
            "select name from reporting.freshness where age_s is null or age_s > \(Self.youngest_s) order by name"
        ).values(String.self)
        for name in old {
            let rows =
                try await database.run("select reporting.refresh(\(name))", deadline: Self.refreshLimit)
                .value(Int?.self) ?? nil
            if let rows { logger.debug("refreshed the report \(name): \(rows) rows") }
        }
    }
}
