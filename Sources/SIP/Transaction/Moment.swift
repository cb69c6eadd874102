/// A reading of a monotonic clock, in nanoseconds since any fixed start. The module reads no clock; its caller does.
package struct Moment: Sendable, Hashable, Comparable {
    /// Nanoseconds since the start of the clock.
    package let nanoseconds: Int64

    /// A reading.
    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Earlier is less.
    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment `duration` later.
    package static func + (moment: Moment, duration: Duration) -> Moment {
        let (seconds, attoseconds) = duration.components
        return Moment(nanoseconds: moment.nanoseconds &+ seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
    }
}
