import Telecom
import Testing

/// Hours by the clock on the wall, also on the days that it is changed.
@Suite struct FlowScheduleTests {
    /// New York in 2026: it goes forward on 8 March at 7:00 UTC, and back on 1 November at 6:00 UTC.
    private static let newYork = [
        WeeklyHours.Offset(fromMicroseconds: 1_767_225_600_000_000, seconds: -18_000),
        WeeklyHours.Offset(fromMicroseconds: 1_772_953_200_000_000, seconds: -14_400),
        WeeklyHours.Offset(fromMicroseconds: 1_793_512_800_000_000, seconds: -18_000),
    ]
    private static let spring: Int64 = 1_772_953_200
    private static let autumn: Int64 = 1_793_512_800
    /// Midnight in New York that begins Thursday, 26 November 2026, day 20783 since 1970.
    private static let thursday: Int64 = 1_795_669_200

    private static func hours(_ from: Double, _ to: Double) -> FlowSchedule.Hours {
        FlowSchedule.Hours(opens: Int64(from * 3_600_000_000), closes: Int64(to * 3_600_000_000))
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let week: [Int: [FlowSchedule.Hours]]
        var exceptions: [Int64: [FlowSchedule.Hours]] = [:]
        /// In seconds since 1970.
        let at: Int64
        let moment: FlowSchedule.Moment
        var testDescription: String { name }
    }

    private static let office = [4: [hours(9, 12), hours(13, 17)]]
    private static let night = [3: [hours(22, 2)], 4: [hours(22, 2)]]

    private static let plain = [
        Row(name: "before", week: office, at: thursday + 9 * 3_600 - 1, moment: .closed),
        Row(name: "from the first second", week: office, at: thursday + 9 * 3_600, moment: .open),
        Row(name: "at noon", week: office, at: thursday + 12 * 3_600, moment: .onBreak),
        Row(name: "after", week: office, at: thursday + 17 * 3_600, moment: .closed),
        Row(name: "another day", week: office, at: thursday + 34 * 3_600, moment: .closed),
        Row(name: "the night of yesterday", week: night, at: thursday + 7_199, moment: .open),
        Row(name: "that night is over", week: night, at: thursday + 7_200, moment: .closed),
        Row(name: "the night of today", week: night, at: thursday + 22 * 3_600, moment: .open),
        Row(name: "to the end of the day", week: [4: [hours(9, 24)]], at: thursday + 86_399, moment: .open),
        Row(name: "no hours at all", week: [:], at: thursday, moment: .closed),
    ]

    private static let different = [
        Row(
            name: "a holiday", week: office, exceptions: [20_783: []], at: thursday + 10 * 3_600, moment: .closed),
        Row(
            name: "other hours", week: office, exceptions: [20_783: [hours(18, 20)]], at: thursday + 19 * 3_600,
            moment: .open),
        Row(
            name: "not its own hours", week: office, exceptions: [20_783: [hours(18, 20)]],
            at: thursday + 10 * 3_600, moment: .closed),
        Row(
            name: "a holiday takes no night over", week: night, exceptions: [20_783: []], at: thursday + 3_600,
            moment: .closed),
        Row(
            name: "the night of a day that is different", week: [:], exceptions: [20_782: [hours(22, 2)]],
            at: thursday + 3_600, moment: .open),
    ]

    private static let changes = [
        Row(
            name: "an hour that never comes, before", week: [7: [hours(2, 2.5)]], at: spring - 1, moment: .closed),
        Row(name: "an hour that never comes, after", week: [7: [hours(2, 2.5)]], at: spring, moment: .closed),
        Row(name: "over it", week: [7: [hours(1.5, 3.5)]], at: spring + 1_799, moment: .open),
        Row(name: "it ends an hour sooner", week: [7: [hours(1.5, 3.5)]], at: spring + 1_800, moment: .closed),
        Row(name: "an hour that comes twice, first", week: [7: [hours(1, 1.75)]], at: autumn - 3_000, moment: .open),
        Row(name: "between", week: [7: [hours(1, 1.75)]], at: autumn - 600, moment: .closed),
        Row(name: "an hour that comes twice, again", week: [7: [hours(1, 1.75)]], at: autumn + 600, moment: .open),
        Row(name: "over at last", week: [7: [hours(1, 1.75)]], at: autumn + 2_700, moment: .closed),
    ]

    @Test(arguments: plain + different + changes)
    func `it is open when the clock on the wall says so`(row: Row) {
        let schedule = FlowSchedule("s", week: row.week, exceptions: row.exceptions, offsets: Self.newYork)
        #expect(schedule.moment(at: row.at * 1_000_000) == row.moment)
    }

    @Test func `before 1970 it is a day as any other`() {
        let schedule = FlowSchedule("s", week: [3: [Self.hours(9, 17)]])
        // Wednesday, 31 December 1969, 12:00 UTC.
        #expect(schedule.moment(at: -12 * 3_600_000_000) == .open)
    }
}
