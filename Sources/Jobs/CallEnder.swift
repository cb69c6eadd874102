package import Foundation
package import Logging
package import Postgres
import Services

/// Hangs up the calls of the edge on this machine that somebody asked to end: looks every second.
package struct CallEnder: Sendable {
    private let take: TakeHangUps
    private let edge: String
    private let logger: Logger
    private let hangUp: @Sendable (Set<UUID>) async throws -> [UUID: Bool]

    private static let pause = Duration.seconds(1)

    /// - Parameters:
    ///   - database: as the engine.
    ///   - edge: its id.
    ///   - hangUp: ends calls by their routing ids, and returns of those that are in progress whether the edge took it.
    package init(
        _ database: Database, edge: String, logger: Logger,
        hangUp: @escaping @Sendable (Set<UUID>) async throws -> [UUID: Bool]
    ) {
        take = TakeHangUps(database)
        self.edge = edge
        self.logger = logger
        self.hangUp = hangUp
    }

    /// Works until the task is cancelled.
    package func run() async {
        await Rounds(pause: Self.pause, logger: logger).run("calls could not be hung up") { try await end() }
    }

    /// Looks once.
    package func end() async throws {
        let done = try await take(of: edge, hangUp)
        if done > 0 { logger.info("\(done) calls were hung up as asked, or were over by then") }
    }
}
