package import Logging
package import Postgres
import Services

/// Makes money of messages, over and over. Several workers share the work.
package struct MessageBiller: Sendable {
    private let post: PostMessages
    private let logger: Logger

    private static let pause = Duration.seconds(5)

    /// - Parameter database: as the engine.
    package init(_ database: Database, logger: Logger) {
        post = PostMessages(database)
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        await Rounds(pause: Self.pause, logger: logger).run("messages could not be posted") { try await bill() }
    }

    /// Posts until nothing waits.
    package func bill() async throws {
        while !Task.isCancelled {
            let result = try await post()
            if result.setAside > 0 {
                logger.warning("\(result.setAside) messages cannot be charged; `heddle message aside` says why")
            }
            if result.posted + result.setAside > 0 {
                if let failure = result.failure { logger.warning("messages of an operator are not posted: \(failure)") }
                continue
            }
            if let failure = result.failure { throw failure }
            return
        }
    }
}
