package import struct FoundationEssentials.UUID

/// Another rate at hours of days (`billing.rate_windows`).
package struct RateWindow: Sendable, Hashable {
    package let id: UUID
    /// Bit 0 is Monday, bit 6 Sunday, bit 7 a holiday.
    let days: UInt8
    /// In microseconds of the day; the whole day when they are equal. Hours that close before they open end on the next
    /// day, and belong to the day that they begin on.
    let opens: Int64
    let closes: Int64
    package let change: RateChange

    /// - Parameters:
    ///   - days: 1 is Monday, 7 Sunday, 8 a holiday.
    ///   - hours: the microseconds of the day between which they are; nil for the whole day.
    package init(id: UUID, days: [Int], hours: (opens: Int64, closes: Int64)? = nil, change: RateChange) {
        self.id = id
        self.days = days.reduce(0) { $0 | 1 << UInt8(truncatingIfNeeded: $1 - 1) }
        (opens, closes) = hours ?? (0, 0)
        self.change = change
    }

    fileprivate func holds(at clock: Int64, today: UInt8, yesterday: UInt8) -> Bool {
        if opens == closes { return days & today != 0 }
        if opens < closes { return days & today != 0 && clock >= opens && clock < closes }
        return clock >= opens && days & today != 0 || clock < closes && days & yesterday != 0
    }
}

/// Windows with the clock that they go by.
///
/// An instant is in a window when the clock on the wall says so. So an hour that the clock goes through twice is in it
/// twice, one that the clock leaves out never comes, and neither needs a rule of its own.
package struct RateClock: Sendable, Hashable {
    /// The first one that holds counts.
    package let windows: [RateWindow]
    /// The distances of the zone from UTC, by time, as far as calls may last.
    let offsets: [WeeklyHours.Offset]
    /// In days since 1970.
    let holidays: Set<Int64>

    package init(windows: [RateWindow] = [], offsets: [WeeklyHours.Offset] = [], holidays: [Int] = []) {
        self.windows = windows
        self.offsets = offsets
        self.holidays = Set(holidays.map(Int64.init))
    }

    private static let day: Int64 = 86_400_000_000

    /// The window that holds at an instant, by its position, nil for none, and until when that cannot change.
    func window(at microseconds: Int64) -> (position: Int?, untilMicroseconds: Int64) {
        if windows.isEmpty { return (nil, .max) }
        let step = offsets.lastIndex { $0.fromMicroseconds <= microseconds }
        let offset = (step.map { offsets[$0] } ?? offsets.first)?.seconds ?? 0
        let local = microseconds + offset * 1_000_000
        let day = local >= 0 ? local / Self.day : (local - Self.day + 1) / Self.day
        let clock = local - day * Self.day
        let (today, yesterday) = (bit(of: day), bit(of: day - 1))
        var position: Int?
        var next = Self.day
        for (index, window) in windows.enumerated() {
            if position == nil, window.holds(at: clock, today: today, yesterday: yesterday) { position = index }
            if window.opens > clock { next = min(next, window.opens) }
            if window.closes > clock { next = min(next, window.closes) }
        }
        let nextStep = step.map { $0 + 1 } ?? 1
        let until = microseconds + next - clock
        guard nextStep < offsets.count else { return (position, until) }
        return (position, min(until, offsets[nextStep].fromMicroseconds))
    }

    private func bit(of day: Int64) -> UInt8 {
        if holidays.contains(day) { return 0x80 }
        // The first day of 1970 was a Thursday.
        return 1 << UInt8(truncatingIfNeeded: ((day + 3) % 7 + 7) % 7)
    }
}
