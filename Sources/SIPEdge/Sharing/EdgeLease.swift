/// Until when an edge may take calls that a limit counts, in seconds since 1970 by the clock of its machine.
package struct EdgeLease: Sendable, Hashable {
    /// Until when it has every limit as a whole; 0 for not at all.
    package let wholeUntil: Int
    /// Until when it may use its shares; 0 for not at all.
    package let sharesUntil: Int

    package init(wholeUntil: Int = 0, sharesUntil: Int = 0) {
        self.wholeUntil = wholeUntil
        self.sharesUntil = sharesUntil
    }

    /// Takes no call that a limit counts.
    package static let closed = EdgeLease()
}
