import Testing

@testable import Telecom

@Suite struct WeeklyHoursTests {
    private static let hour: Int64 = 3_600_000_000
    /// Monday, 2026-06-01, 00:00 UTC.
    private static let monday: Int64 = 1_780_272_000_000_000

    struct Row: CustomTestStringConvertible {
        var weekdays = [1, 2, 3, 4, 5]
        var hours: (opens: Int64, closes: Int64)?
        /// Hours east of UTC.
        var offset: Int64 = 0
        /// Hours after Monday 00:00 UTC, in halves.
        let inside: [Double]
        let outside: [Double]
        var testDescription: String { "\(weekdays) \(String(describing: hours)) \(offset)" }
    }

    @Test(arguments: [
        Row(inside: [0, 23.5, 119.5], outside: [-0.5, 120, 167.5]),
        Row(hours: (9, 17), inside: [9, 16.5, 24 + 9], outside: [8.5, 17, 120 + 12]),
        // New York in summer: 9 to 17 there is 13 to 21 UTC.
        Row(hours: (9, 17), offset: -4, inside: [13, 20.5], outside: [9, 12.5, 21]),
        // From ten in the evening until six: the night from Friday to Saturday belongs to Friday.
        Row(hours: (22, 6), inside: [22, 24, 24 + 5.5, 120 + 5.5], outside: [0, 5.5, 6, 21.5, 120 + 6, 120 + 22]),
        Row(weekdays: [7], hours: (22, 6), inside: [-1, 0, 5.5], outside: [6, 22]),
        Row(weekdays: [1], offset: 9, inside: [-9, 14.5], outside: [-9.5, 15]),
    ])
    func `hours of the week by the clock of a place`(_ row: Row) {
        let hours = WeeklyHours(
            weekdays: row.weekdays, hours: row.hours.map { ($0.opens * Self.hour, $0.closes * Self.hour) },
            offsets: [WeeklyHours.Offset(fromMicroseconds: 0, seconds: row.offset * 3600)])
        func time(_ hours: Double) -> Int64 { Self.monday + Int64(hours * 2) * Self.hour / 2 }
        for hour in row.inside { #expect(hours.contains(time(hour)), "\(hour)") }
        for hour in row.outside { #expect(!hours.contains(time(hour)), "\(hour)") }
    }

    @Test func `the clock is that of the time`() {
        let offsets = [
            WeeklyHours.Offset(fromMicroseconds: 0, seconds: -5 * 3600),
            WeeklyHours.Offset(fromMicroseconds: Self.monday, seconds: -4 * 3600),
        ]
        let hours = WeeklyHours(
            weekdays: [1, 2, 3, 4, 5, 6, 7], hours: (20 * Self.hour, 21 * Self.hour), offsets: offsets)
        #expect(hours.contains(Self.monday))  // 20:00 by the new offset
        #expect(!hours.contains(Self.monday + Self.hour))
        #expect(!hours.contains(Self.monday - 24 * Self.hour))  // 19:00 by the old one
        #expect(hours.contains(Self.monday - 23 * Self.hour))
    }
}
