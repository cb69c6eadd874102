package import Logging
package import Services

/// Sends the mail that waits, over and over: links beside invoices. Several workers share the work.
package struct MailSender: Sendable {
    private let deliver: DeliverMail
    private let logger: Logger

    private static let pause = Duration.seconds(1)

    /// - Parameter make: gives what sends, which tells whom it is given of mails that were not sent.
    package init(logger: Logger, _ make: (@escaping @Sendable (String) -> Void) -> DeliverMail) {
        deliver = make { logger.warning("\($0)") }
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            for lane in DeliverMail.Lane.allCases { group.addTask { await send(lane) } }
        }
    }

    private func send(_ lane: DeliverMail.Lane) async {
        await Rounds(pause: Self.pause, pauseAfterFailure: .seconds(5), logger: logger)
            .run("mail could not be sent") { try await deliver(lane) }
    }
}
