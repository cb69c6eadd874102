import CCurl
import NIOPosix

/// Sends mails by SMTP, one after the other on each of a few threads of its own: libcurl waits where it is called.
package final class SendMail: Sendable {
    private let server: MailServer
    private let threads = NIOThreadPool(numberOfThreads: SendMail.threadCount)

    /// How many are sent at a time.
    private static let threadCount = 2
    private static let longestConnect = Duration.seconds(10)
    private static let longestQuit = Duration.seconds(5)
    private static let answerBytes = 512

    package init(_ server: MailServer) {
        self.server = server
        threads.start()
    }

    deinit { threads.shutdownGracefully { _ in } }

    /// Who it is from, who it goes to, and what it says: what a session needs to know.
    private struct Envelope: Sendable {
        let sender: String
        let recipients: String
        let bytes: [UInt8]
        let password: String
    }

    /// Sends one mail to all of its recipients, or to none. When the task is cancelled meanwhile nobody knows whether
    /// it was sent.
    /// - Returns: what the server said when it took it.
    /// - Throws: `MailFailure`, or `CancellationError`.
    @discardableResult
    package func callAsFunction(_ message: MailMessage, password: String? = nil) async throws -> String {
        let envelope = Envelope(
            sender: message.from.address.text, recipients: message.to.map(\.text).joined(separator: "\n"),
            bytes: try message.composed(), password: password ?? "")
        let (results, continuation) = AsyncStream.makeStream(of: Result<String, MailFailure>.self)
        let server = server
        threads.submit { state in
            if case .active = state { continuation.yield(Self.send(envelope, to: server)) }
            continuation.finish()
        }
        var result: Result<String, MailFailure>?
        for await one in results { result = one }
        guard let result else { throw CancellationError() }
        return try result.get()
    }

    private static func send(_ envelope: Envelope, to server: MailServer) -> Result<String, MailFailure> {
        var (status, began, handed): (Int, Int32, Int32) = (0, 0, 0)
        var answer = [CChar](repeating: 0, count: answerBytes)
        let limit = milliseconds(server.limit)
        let code = unsafe heddle_send_mail(
            server.url, server.security == .none ? 0 : 1, server.certificates ?? "", server.user ?? "",
            envelope.password, envelope.sender, envelope.recipients, envelope.bytes, envelope.bytes.count,
            min(limit, milliseconds(longestConnect)), limit, milliseconds(server.answerLimit),
            min(limit, milliseconds(longestQuit)),
            &status, &began, &handed, &answer, answerBytes)
        let said = String(decoding: answer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // Once it was taken it does not matter how the session ends.
        let isTaken = handed != 0 && (200...299).contains(status)
        guard code != HEDDLE_MAIL_SENT, !isTaken else { return .success(said) }
        let fault =
            code == HEDDLE_MAIL_LATE ? "the server takes too long" : unsafe String(cString: heddle_mail_fault(code))
        let stage = Stage(hasBegun: began != 0, isHanded: handed != 0)
        return .failure(failure(code, fault: fault, status: status, said: said, stage))
    }

    /// How far a mail came.
    struct Stage {
        /// The mail itself was being sent.
        let hasBegun: Bool
        /// Nothing of it is left to be sent.
        let isHanded: Bool
    }

    /// - Parameters:
    ///   - fault: libcurl's words.
    ///   - status: what the server said last, and `said` its line.
    static func failure(
        _ code: Int32, fault: String, status: Int, said: String, _ stage: Stage
    ) -> MailFailure {
        if stage.isHanded && status < 400 {
            return MailFailure(
                isFinal: false, mayHaveArrived: true,
                "the server has the mail whole, and did not say whether it took it: \(fault)")
        }
        // What is said of sender, recipient or mail, and not of us: a login that is missing or wrong is mended.
        let isOfMail = (code == HEDDLE_MAIL_REFUSED || stage.hasBegun) && (500...599).contains(status)
        let isOfUs = [530, 534, 535, 538].contains(status)
        if isOfMail && !isOfUs { return MailFailure(isFinal: true, said) }
        guard status >= 400 else { return MailFailure(isFinal: false, fault) }
        return MailFailure(isFinal: false, code == HEDDLE_MAIL_REFUSED ? said : "\(fault): \(said)")
    }

    private static func milliseconds(_ duration: Duration) -> Int { Int(duration / .milliseconds(1)) }
}
