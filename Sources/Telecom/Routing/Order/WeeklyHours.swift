/// Hours of the week by the clock of a time zone.
package struct WeeklyHours: Sendable, Hashable {
    /// The zone's distance from UTC, from an instant on. Whoever loads a rule works these out as far as it is asked.
    package struct Offset: Sendable, Hashable {
        package let fromMicroseconds: Int64
        package let seconds: Int64

        package init(fromMicroseconds: Int64, seconds: Int64) {
            self.fromMicroseconds = fromMicroseconds
            self.seconds = seconds
        }
    }

    /// Bit 0 is Monday.
    let weekdays: UInt8
    /// In microseconds of the day; the whole day when they are equal. Hours that close before they open end on the next
    /// day, and belong to the day that they begin on.
    let opens: Int64
    let closes: Int64
    /// By time.
    let offsets: [Offset]

    /// - Parameters:
    ///   - weekdays: 1 is Monday.
    ///   - hours: the microseconds of the day between which they are; nil for the whole day.
    package init(weekdays: [Int], hours: (opens: Int64, closes: Int64)? = nil, offsets: [Offset] = []) {
        self.weekdays = weekdays.reduce(0) { $0 | 1 << UInt8(truncatingIfNeeded: $1 - 1) }
        (opens, closes) = hours ?? (0, 0)
        self.offsets = offsets
    }

    /// Whether an instant lies in them.
    package func contains(_ microseconds: Int64) -> Bool {
        let offset = offsets.last { $0.fromMicroseconds <= microseconds } ?? offsets.first
        let local = microseconds + (offset?.seconds ?? 0) * 1_000_000
        let day = local >= 0 ? local / Self.day : (local - Self.day + 1) / Self.day
        let clock = local - day * Self.day
        // The first day of 1970 was a Thursday.
        let weekday = Int(((day + 3) % 7 + 7) % 7)
        if opens == closes { return has(weekday) }
        if opens < closes { return has(weekday) && clock >= opens && clock < closes }
        return clock >= opens && has(weekday) || clock < closes && has((weekday + 6) % 7)
    }

    private func has(_ weekday: Int) -> Bool { weekdays & 1 << weekday != 0 }

    private static let day: Int64 = 86_400_000_000
}
