import Logging
import Synchronization

/// Keeps what a test logs.
struct RecordingLog: LogHandler {
    private final class Lines: Sendable {
        let all = Mutex<[(level: Logger.Level, text: String)]>([])
    }

    private let lines = Lines()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    /// A logger that writes here.
    var logger: Logger { Logger(label: "test") { _ in self } }

    var warnings: [String] { texts(.warning) }
    var errors: [String] { texts(.error) }
    var informed: [String] { texts(.info) }

    private func texts(_ level: Logger.Level) -> [String] {
        lines.all.withLock { $0.filter { $0.level == level }.map(\.text) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.all.withLock { $0.append((event.level, "\(event.message)")) }
    }
}
