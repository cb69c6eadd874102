import Postgres
import TestSupport
import Testing

/// routing.rule_in_effect: weekly hours by the clock of a time zone.
@Suite(.database) struct RuleInEffectTests {
    struct Row: CustomTestStringConvertible {
        let weekdays: String
        var opens: String?
        var closes: String?
        var zone = "UTC"
        let at: String
        let holds: Bool
        var testDescription: String { "\(weekdays) \(opens ?? "")-\(closes ?? "") \(zone) at \(at)" }
    }

    /// 2026-06-01 is a Monday.
    @Test(arguments: [
        Row(weekdays: "{1,2,3,4,5}", at: "2026-06-01 00:00Z", holds: true),
        Row(weekdays: "{1,2,3,4,5}", at: "2026-05-31 23:59Z", holds: false),
        Row(weekdays: "{1}", opens: "09:00", closes: "17:00", at: "2026-06-01 09:00Z", holds: true),
        Row(weekdays: "{1}", opens: "09:00", closes: "17:00", at: "2026-06-01 17:00Z", holds: false),
        Row(weekdays: "{1}", opens: "09:00", closes: "17:00", at: "2026-06-02 10:00Z", holds: false),
        Row(
            weekdays: "{1}", opens: "09:00", closes: "17:00", zone: "America/New_York", at: "2026-06-01 20:59Z",
            holds: true),
        Row(
            weekdays: "{1}", opens: "09:00", closes: "17:00", zone: "America/New_York", at: "2026-06-01 12:59Z",
            holds: false),
        // In winter an hour later.
        Row(
            weekdays: "{1}", opens: "09:00", closes: "17:00", zone: "America/New_York", at: "2026-12-07 13:59Z",
            holds: false),
        // The night from Sunday to Monday belongs to Sunday.
        Row(weekdays: "{7}", opens: "22:00", closes: "06:00", at: "2026-05-31 22:00Z", holds: true),
        Row(weekdays: "{7}", opens: "22:00", closes: "06:00", at: "2026-06-01 05:59Z", holds: true),
        Row(weekdays: "{7}", opens: "22:00", closes: "06:00", at: "2026-06-01 06:00Z", holds: false),
        Row(weekdays: "{1}", opens: "22:00", closes: "06:00", at: "2026-06-01 05:59Z", holds: false),
    ])
    func `an instant lies in hours or not`(_ row: Row) async throws {
        let holds = try await TestDatabase.suite.engine.run(
            """
            select routing.rule_in_effect(\(row.weekdays)::text::integer[], \(row.opens)::text::time,
                                          \(row.closes)::text::time, \(row.zone), \(row.at)::text::timestamptz)
            """
        ).value(Bool.self)
        #expect(holds == row.holds)
    }
}
