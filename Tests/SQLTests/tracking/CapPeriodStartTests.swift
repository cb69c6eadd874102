import Foundation
import Postgres
import TestSupport
import Testing

/// tracking.cap_period_start: hours, days and months of the wall clock.
@Suite(.database) struct CapPeriodStartTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let period: String
        var zone = "America/New_York"
        let at: String
        let starts: String

        var testDescription: String { "\(period) \(at)" }
    }

    @Test(arguments: [
        Case(period: "hour", at: "2026-11-10 12:34:56-05", starts: "2026-11-10 12:00:00-05"),
        Case(period: "day", at: "2026-11-10 23:59:59-05", starts: "2026-11-10 00:00:00-05"),
        Case(period: "day", at: "2026-11-01 12:00:00-05", starts: "2026-11-01 00:00:00-04"),  // the clock went back
        Case(period: "day", zone: "Asia/Kolkata", at: "2026-11-10 18:30:00+00", starts: "2026-11-11 00:00:00+05:30"),
        Case(period: "month", at: "2026-12-01 04:59:59+00", starts: "2026-11-01 00:00:00-04"),
        Case(period: "total", at: "2026-11-10 12:00:00-05", starts: "1970-01-01 00:00:00+00"),
        Case(period: "now", at: "2026-11-10 12:00:00-05", starts: "1970-01-01 00:00:00+00"),
    ])
    func `starts with the hour, the day, the month, or 1970`(line: Case) async throws {
        let isRight = try await TestDatabase.suite.engine.run(
            """
            select tracking.cap_period_start(\(line.period), \(line.zone), \(line.at)::timestamptz)
                   = \(line.starts)::timestamptz
            """
        ).value(Bool.self)
        #expect(isRight == true)
    }
}
