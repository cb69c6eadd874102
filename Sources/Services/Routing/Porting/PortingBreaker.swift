/// Whether a service is asked: one that has failed some times in a row is left alone for a while, and then one question
/// tells whether it is back. It also keeps to the rate that the contract allows.
struct PortingBreaker: Sendable {
    private var failures = 0
    /// Nobody asks before this instant, in seconds.
    private var closedUntil = 0.0
    /// How many were asked in which second.
    private var second = 0
    private var asked = 0

    static let failuresAllowed = 5
    static let pauseSeconds = 5.0

    /// - Parameter isOpen: whether the service was away already: then one question finds out.
    init(isOpen: Bool = false) {
        if isOpen { failures = Self.failuresAllowed }
    }

    /// Whether the service may be asked now; if so, it counts.
    mutating func admits(at now: Double, atMostPerSecond rate: Int?) -> Bool {
        guard now >= closedUntil else { return false }
        if let rate {
            if Int(now) != second { (second, asked) = (Int(now), 0) }
            guard asked < rate else { return false }
            asked += 1
        }
        // One question is on its way to a service that was away; the others wait for what it brings.
        if failures >= Self.failuresAllowed { closedUntil = now + Self.pauseSeconds }
        return true
    }

    mutating func succeeded() { (failures, closedUntil) = (0, 0) }

    mutating func failed(at now: Double) {
        failures += 1
        if failures >= Self.failuresAllowed { closedUntil = now + Self.pauseSeconds }
    }
}
