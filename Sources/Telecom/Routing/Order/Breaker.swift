/// Leaves a carrier trunk alone while most of its calls fail, and finds out by itself when that is over: the state
/// behind a row of `routing.breakers`.
///
///     closed      counts tries in half minutes; becomes open when, of twenty or more in this half minute and the one
///                 before, half failed
///     open        no calls; becomes half open at a time that doubles with each failure, ten minutes at most
///     half open   a tenth of the calls; one that succeeds makes it closed, one that fails open again; what nobody
///                 decides is closed after ten minutes
package struct Breaker: Sendable, Hashable {
    /// What the clock makes of it.
    package enum State: Sendable, Hashable {
        case closed
        case open
        case halfOpen
    }

    /// Microseconds since 1970; 0 while it is closed.
    package var openUntil: Int64
    /// For how long it was opened last; 0 before the first time.
    package var backoffSeconds: Int64
    /// Tries of calls that began earlier say nothing any more.
    package var countsFrom: Int64
    /// The half minute that is counted now, and the one before.
    package var windowFrom: Int64
    package var counts: Counts
    package var earlier: Counts

    /// How tries ended.
    package struct Counts: Sendable, Hashable {
        package var attempts: Int
        package var failures: Int

        package init(attempts: Int = 0, failures: Int = 0) {
            self.attempts = attempts
            self.failures = failures
        }
    }

    package init(
        openUntil: Int64 = 0, backoffSeconds: Int64 = 0, countsFrom: Int64 = 0, windowFrom: Int64 = 0,
        counts: Counts = Counts(), earlier: Counts = Counts()
    ) {
        self.openUntil = openUntil
        self.backoffSeconds = backoffSeconds
        self.countsFrom = countsFrom
        self.windowFrom = windowFrom
        self.counts = counts
        self.earlier = earlier
    }

    package static let leastAttempts = 20
    package static let firstBackoffSeconds: Int64 = 30
    package static let longestBackoffSeconds: Int64 = 600
    static let window: Int64 = 30_000_000
    static let longestHalfOpen: Int64 = 600_000_000

    /// What it is at an instant.
    package func state(at now: Int64) -> State {
        if openUntil == 0 { return .closed }
        if now < openUntil { return .open }
        return now < openUntil + Self.longestHalfOpen ? .halfOpen : .closed
    }

    /// Whether a call passes: the tenth that probe do while it is half open.
    static func passes(openUntil: Int64, at now: Int64, _ draw: CallDraw) -> Bool {
        now >= openUntil + (draw.probes ? 0 : longestHalfOpen)
    }

    /// Takes in how tries have ended since the last time; called also when none have.
    /// - Returns: whether it opened or closed.
    package mutating func observe(succeeded: Int, failed: Int, at now: Int64) -> Bool {
        switch state(at: now) {
        case .open: return false
        case .halfOpen:
            if failed > 0, failed >= succeeded {
                open(at: now)
            } else if succeeded > 0 {
                close(from: now)
            } else {
                return false
            }
            return true
        case .closed:
            let timedOut = openUntil != 0
            if timedOut { close(from: openUntil) }
            count(succeeded: succeeded, failed: failed, at: now)
            let attempts = counts.attempts + earlier.attempts
            let failures = counts.failures + earlier.failures
            guard attempts >= Self.leastAttempts, failures * 2 >= attempts else { return timedOut }
            open(at: now)
            return true
        }
    }

    private mutating func count(succeeded: Int, failed: Int, at now: Int64) {
        let begin = now - now % Self.window
        if begin != windowFrom {
            earlier = begin - windowFrom == Self.window ? counts : Counts()
            counts = Counts()
            windowFrom = begin
        }
        counts.attempts += succeeded + failed
        counts.failures += failed
    }

    /// Twice as long as the last time, unless that is long over.
    private mutating func open(at now: Int64) {
        let isSoon = openUntil != 0 || now - countsFrom < Self.longestHalfOpen
        backoffSeconds =
            isSoon && backoffSeconds > 0
            ? min(backoffSeconds * 2, Self.longestBackoffSeconds) : Self.firstBackoffSeconds
        openUntil = now + backoffSeconds * 1_000_000
        countsFrom = openUntil
        (counts, earlier) = (Counts(), Counts())
    }

    private mutating func close(from start: Int64) {
        openUntil = 0
        countsFrom = start
        (counts, earlier) = (Counts(), Counts())
    }
}
