/// How an attempt to call ended, by the names of the CDR.
package enum CallOutcome: String, Sendable, Hashable, CaseIterable {
    case answered
    case busy
    case noAnswer = "no_answer"
    case cancelled
    case failed
    /// By the router: no carrier was asked.
    case refused
    /// Nobody knows how it ended.
    case lost

    /// Its place in a set of them.
    var bit: UInt8 {
        switch self {
        case .answered: 1
        case .busy: 2
        case .noAnswer: 4
        case .cancelled: 8
        case .failed: 16
        case .refused: 32
        case .lost: 64
        }
    }
}
