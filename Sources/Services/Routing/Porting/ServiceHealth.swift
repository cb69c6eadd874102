import Foundation

/// How a service does, as its answers say.
struct ServiceHealth: Sendable {
    /// The raw value is that of `vendor_mgmt.service_health`.
    enum Level: String, Sendable, Hashable {
        case healthy
        /// More than a tenth of the questions failed since it was last looked at.
        case degraded
        /// The breaker leaves it alone.
        case down
    }

    /// What there is to tell of it.
    struct Report: Sendable, Hashable {
        let level: Level
        /// The last answer or failure.
        let at: Date
        let consecutiveFailures: Int
        let failure: Failure?
    }

    struct Failure: Sendable, Hashable {
        let text: String
        let at: Date
    }

    private var questions = 0
    private var failures = 0
    private var consecutiveFailures = 0
    private var last: Date?
    private var failure: Failure?
    private var told: (level: Level, at: Date)?

    /// As long as it stays the same, it is told this often.
    static let repetition: TimeInterval = 60
    private static let textMaximum = 300

    mutating func answered(at now: Date) {
        questions += 1
        consecutiveFailures = 0
        last = now
    }

    mutating func failed(_ reason: PortingFailure, at now: Date) {
        questions += 1
        failures += 1
        consecutiveFailures += 1
        last = now
        failure = Failure(text: Self.text(reason), at: now)
    }

    /// What is to be written: nothing unless it was asked since, and then at once only what is news.
    mutating func report(at now: Date) -> Report? {
        guard questions > 0, let last else { return nil }
        let level: Level =
            consecutiveFailures >= PortingBreaker.failuresAllowed
            ? .down : failures * 10 > questions ? .degraded : .healthy
        if let told, told.level == level, now.timeIntervalSince(told.at) < Self.repetition { return nil }
        told = (level, now)
        (questions, failures) = (0, 0)
        return Report(level: level, at: last, consecutiveFailures: consecutiveFailures, failure: failure)
    }

    private static func text(_ reason: PortingFailure) -> String {
        switch reason {
        case .timedOut: return "it did not answer in time"
        case .unusable(let text):
            return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 }.prefix(textMaximum)))
        }
    }
}
