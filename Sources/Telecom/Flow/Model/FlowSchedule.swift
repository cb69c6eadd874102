/// Hours of operation, as in `tracking.schedules`; `tracking.open_schedules` says the same.
///
/// Hours are wall clocks. So an hour that the clock goes through twice is open twice, one that it leaves out never
/// comes, and neither needs a rule of its own.
package struct FlowSchedule: Sendable, Hashable {
    /// From when until when it is open on a day, in microseconds of that day; what closes before it opens ends on the
    /// next day.
    package struct Hours: Sendable, Hashable {
        package let opens: Int64
        package let closes: Int64

        package init(opens: Int64, closes: Int64) {
            self.opens = opens
            self.closes = closes
        }

        fileprivate var end: Int64 { closes < opens ? closes + FlowSchedule.day : closes }
    }

    /// How it is at an instant.
    package enum Moment: Sendable, Hashable {
        case open
        /// Closed between two windows of a day.
        case onBreak
        case closed
    }

    package let name: String
    /// By weekday, 1 is Monday.
    let week: [Int: [Hours]]
    /// By day since 1970: days that are different. One without hours is closed.
    let exceptions: [Int64: [Hours]]
    /// The distances of its zone from UTC, by time, as far as a call may last.
    let offsets: [WeeklyHours.Offset]

    private static let day: Int64 = 86_400_000_000

    package init(
        _ name: String, week: [Int: [Hours]], exceptions: [Int64: [Hours]] = [:], offsets: [WeeklyHours.Offset] = []
    ) {
        self.name = name
        self.week = week
        self.exceptions = exceptions
        self.offsets = offsets
    }

    /// - Parameter microseconds: since 1970.
    package func moment(at microseconds: Int64) -> Moment {
        let offset = offsets.last { $0.fromMicroseconds <= microseconds } ?? offsets.first
        let local = microseconds + (offset?.seconds ?? 0) * 1_000_000
        let today = local >= 0 ? local / Self.day : (local - Self.day + 1) / Self.day
        let clock = local - today * Self.day
        let hours = hours(of: today)
        if hours.contains(where: { clock >= $0.opens && clock < $0.end }) { return .open }
        // A night that began yesterday; a day that is different takes nothing over.
        if exceptions[today] == nil, self.hours(of: today - 1).contains(where: { clock + Self.day < $0.end }) {
            return .open
        }
        let isBetween = hours.contains { $0.end <= clock } && hours.contains { $0.opens > clock }
        return isBetween ? .onBreak : .closed
    }

    private func hours(of day: Int64) -> [Hours] {
        // The first day of 1970 was a Thursday.
        exceptions[day] ?? week[Int(((day + 3) % 7 + 7) % 7) + 1] ?? []
    }
}
