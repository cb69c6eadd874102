package import Logging
package import Postgres
package import Services

/// Tells webhooks of events: looks twice a second for what happened, and for deliveries whose time has come.
package struct WebhookSender: Sendable {
    private let dispatch: DispatchEvents
    private let deliver: DeliverEvents
    private let logger: Logger

    private static let pause = Duration.milliseconds(500)

    /// - Parameter database: as the engine.
    package init(_ database: Database, _ send: SendWebhook, logger: Logger) {
        dispatch = DispatchEvents(database)
        deliver = DeliverEvents(database, send) { logger.warning("\($0)") }
        self.logger = logger
    }

    /// Works until the task is cancelled. Events are dispatched beside the deliveries: a receiver that hangs does not
    /// keep them waiting.
    package func run() async {
        async let dispatching: Void = Rounds(pause: Self.pause, pauseAfterFailure: .seconds(5), logger: logger)
            .run("events could not be dispatched") { while try await dispatch() > 0 {} }
        await Rounds(pause: Self.pause, pauseAfterFailure: .seconds(5), logger: logger)
            .run("events could not be delivered") { try await deliver() }
        await dispatching
    }
}
