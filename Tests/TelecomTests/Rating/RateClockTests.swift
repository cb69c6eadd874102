import Telecom
import TestSupport
import Testing

/// Hours of the day within calls, also where the clock is changed. Instants are microseconds since 1970.
@Suite struct RateClockTests {
    /// New York in 2026: it goes forward on 8 March at 7:00 UTC, and back on 1 November at 6:00 UTC.
    private static let newYork = [
        WeeklyHours.Offset(fromMicroseconds: second(1_767_225_600), seconds: -18_000),
        WeeklyHours.Offset(fromMicroseconds: second(1_772_953_200), seconds: -14_400),
        WeeklyHours.Offset(fromMicroseconds: second(1_793_512_800), seconds: -18_000),
    ]

    private static func second(_ seconds: Int64) -> Int64 { seconds * 1_000_000 }
    private static func hour(_ hour: Double) -> Int64 { Int64(hour * 3_600_000_000) }

    private static func clock(
        _ days: [Int], _ hours: (Double, Double)?, holidays: [Int] = [], factor: Int64 = 5000
    ) -> RateClock {
        let window = RateWindow(
            id: uuid(1), days: days, hours: hours.map { (hour($0.0), hour($0.1)) },
            change: .factor(basisPoints: factor))
        return RateClock(windows: [window], offsets: newYork, holidays: holidays)
    }

    struct Row: CustomTestStringConvertible {
        let name: String
        let clock: RateClock
        var increments = "1/1"
        /// Seconds since 1970.
        let answered: Int64
        let seconds: Int64
        let amount: String
        var testDescription: String { name }
    }

    private static let everyDay = [1, 2, 3, 4, 5, 6, 7, 8]

    /// A minute costs 0.60, and half of it in the window. Thursday, 26 November 2026, 20:00 in New York is
    /// 1795741200; 330 days behind 1 January (20454) is that day, 20783.
    @Test(arguments: [
        Row(name: "outside", clock: clock([4], (9, 17)), answered: 1_795_741_200, seconds: 60, amount: "0.6"),
        Row(name: "inside", clock: clock([4], (20, 24)), answered: 1_795_741_200, seconds: 60, amount: "0.3"),
        Row(name: "another day", clock: clock([5], (20, 24)), answered: 1_795_741_200, seconds: 60, amount: "0.6"),
        Row(name: "into it", clock: clock([4], (20, 24)), answered: 1_795_741_170, seconds: 60, amount: "0.45"),
        Row(
            name: "an increment goes on across the boundary", clock: clock([4], (20, 24)), increments: "40/20",
            answered: 1_795_741_170, seconds: 100, amount: "0.7"),
        Row(
            name: "a night that began the day before", clock: clock([3], (22, 20.01)), answered: 1_795_741_200,
            seconds: 60, amount: "0.42"),
        Row(name: "over", clock: clock([4], (18, 20)), answered: 1_795_741_200, seconds: 60, amount: "0.6"),
        Row(
            name: "a night that is over", clock: clock([3], (22, 20)), answered: 1_795_741_200, seconds: 60,
            amount: "0.6"),
        Row(
            name: "the night of the holiday before", clock: clock([8], (22, 20.01), holidays: [20_782]),
            answered: 1_795_741_200, seconds: 60, amount: "0.42"),
        Row(
            name: "a holiday is no Thursday", clock: clock([4], nil, holidays: [20_783]), answered: 1_795_741_200,
            seconds: 60, amount: "0.6"),
        Row(
            name: "a holiday is a holiday", clock: clock([8], nil, holidays: [20_783]), answered: 1_795_741_200,
            seconds: 60, amount: "0.3"),
        Row(
            name: "midnight ends the day", clock: clock([4], nil), answered: 1_795_741_200 + 14_370, seconds: 60,
            amount: "0.45"),
        // 01:59:30 to 03:00:30: the hour between is left out.
        Row(
            name: "the clock goes forward", clock: clock(everyDay, (3, 4)), answered: 1_772_953_170, seconds: 60,
            amount: "0.45"),
        Row(
            name: "an hour that never was", clock: clock(everyDay, (2, 3)), answered: 1_772_953_170, seconds: 60,
            amount: "0.6"),
        // 01:30 comes twice: the window is open for both, and closed between.
        Row(
            name: "the clock goes back", clock: clock(everyDay, (1.5, 2)), answered: 1_793_512_800 - 3600,
            seconds: 7200, amount: "54"),
    ])
    func `a call pays by the clock on the wall`(_ row: Row) throws {
        let rules = RatingRules(
            terms: try terms("0.60", row.increments), extras: try RateExtras(id: uuid(2), clock: row.clock))
        let price = try rules.price(
            CallUse(talkMilliseconds: row.seconds * 1000, answeredMicroseconds: Self.second(row.answered)))
        #expect(price.amount == money(row.amount))
    }

    @Test func `a price names its parts`() throws {
        let rules = RatingRules(
            terms: try terms("0.60", "30/6"), extras: try RateExtras(id: uuid(2), clock: Self.clock([4], (20, 24))))
        let price = try rules.price(
            CallUse(talkMilliseconds: 61_000, answeredMicroseconds: Self.second(1_795_741_160), includedSeconds: 31))
        #expect(price.parts.map(\.billedSeconds) == [30, 12, 24])
        #expect(price.parts.map(\.includedSeconds) == [30, 1, 0])
        #expect(price.parts.map(\.increments) == [1, 2, 4])
        #expect(price.parts.map(\.windowID) == [nil, nil, uuid(1)])
        #expect(price.parts.map(\.isInitial) == [true, false, false])
        #expect(price.amount == money("0.23"))
    }
}
