/// A time span that includes its start and not its end, in microseconds since 1970 UTC.
package struct Validity: Sendable, Hashable {
    package let fromMicroseconds: Int64
    package let untilMicroseconds: Int64

    package static let always = Validity()

    /// - Parameters: what is left out is unbounded, as a NULL or an infinite timestamp in the database.
    package init(fromMicroseconds: Int64 = .min, untilMicroseconds: Int64 = .max) {
        self.fromMicroseconds = fromMicroseconds
        self.untilMicroseconds = untilMicroseconds
    }

    /// Whether a moment lies in the span.
    package func contains(_ microseconds: Int64) -> Bool {
        fromMicroseconds <= microseconds && microseconds < untilMicroseconds
    }

    func overlaps(_ other: Validity) -> Bool {
        fromMicroseconds < other.untilMicroseconds && other.fromMicroseconds < untilMicroseconds
    }
}
