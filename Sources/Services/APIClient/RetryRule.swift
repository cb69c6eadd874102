/// Whether a request that failed is made again, and when.
package struct RetryRule: Sendable {
    /// How often at most.
    package let most: Int

    /// What came of a request.
    enum Outcome: Sendable, Equatable {
        case answered(status: Int, retryAfter: String?)
        /// No answer, or half of one.
        case brokenOff
    }

    private static let longestSeconds = 60
    private static let mostSecondsUnasked = 16

    package init(most: Int) { self.most = most }

    /// - Parameters:
    ///   - attempt: the one that came to that, from 1.
    ///   - isRepeatable: the same once more does nothing more than once.
    /// - Returns: how long to wait first; nil when it stays as it is.
    func wait(after outcome: Outcome, attempt: Int, isRepeatable: Bool) -> Duration? {
        guard attempt <= most, isRepeatable else { return nil }
        let unasked = min(1 << min(attempt - 1, 10), Self.mostSecondsUnasked)
        switch outcome {
        case .brokenOff: return .seconds(unasked)
        case .answered(let status, let retryAfter):
            let asked = retryAfter.flatMap { Int($0) }.map { max($0, 0) }
            // Whoever asks for more is not waited for: a script had better know.
            if let asked, asked > Self.longestSeconds { return nil }
            switch status {
            case 429, 502, 503, 504: return .seconds(asked ?? unasked)
            // The same is being done: a request whose answer was lost, most likely.
            case 409: return asked.map { .seconds($0) }
            default: return nil
            }
        }
    }
}
