/// The timers of RFC 3261 section 17.1.1.1 and the bounds of the table.
package struct TransactionSettings: Sendable, Hashable {
    /// Round-trip estimate; the first interval of a repeated final response.
    package var t1: Duration
    /// The longest interval between repetitions.
    package var t2: Duration
    /// How long a message may stay in the network.
    package var t4: Duration
    /// After this long without any response an INVITE gets a 100 Trying (section 17.2.1).
    package var tryingAfter: Duration
    /// How long the application may take for its final response; then an INVITE gets a 500.
    package var pendingMax: Duration
    /// The most transactions at once, in any state; a request over it gets a 503.
    package var transactionsMax: Int
    /// The Retry-After of that 503.
    package var overloadRetryAfterSeconds: Int

    /// The values of the RFC, and 100,000 transactions.
    package init(
        t1: Duration = .milliseconds(500), t2: Duration = .seconds(4), t4: Duration = .seconds(5),
        tryingAfter: Duration = .milliseconds(200), pendingMax: Duration = .seconds(32),
        transactionsMax: Int = 100_000, overloadRetryAfterSeconds: Int = 2
    ) {
        self.t1 = t1
        self.t2 = t2
        self.t4 = t4
        self.tryingAfter = tryingAfter
        self.pendingMax = pendingMax
        self.transactionsMax = transactionsMax
        self.overloadRetryAfterSeconds = overloadRetryAfterSeconds
    }

    /// Timers H, J and L: how long a final response is kept.
    var keep: Duration { t1 * 64 }
}
