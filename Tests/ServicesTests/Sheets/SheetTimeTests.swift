import Foundation
import Testing

@testable import Services

/// How sheets write times.
@Suite struct SheetTimeTests {
    static let times: [(text: String, daysFirst: Bool, expected: String?)] = [
        ("2026-12-01", false, "2026-12-01T00:00:00Z"), ("12/01/2026", false, "2026-12-01T00:00:00Z"),
        ("01/12/2026", true, "2026-12-01T00:00:00Z"), ("1.12.2026", true, "2026-12-01T00:00:00Z"),
        ("31/12/2026", true, "2026-12-31T00:00:00Z"), ("31/12/2026", false, nil),
        ("20261201", false, "2026-12-01T00:00:00Z"),
        ("2016-04-18 00:00:01 UTC", false, "2016-04-18T00:00:01Z"),
        ("2026-12-01T12:30:00Z", false, "2026-12-01T12:30:00Z"),
        ("2026-12-01 12:30", false, "2026-12-01T12:30:00Z"),
        ("2026-12-01T00:00:00+02:00", false, "2026-11-30T22:00:00Z"),
        ("2026-12-01 00:00:00 -0500", false, "2026-12-01T05:00:00Z"),
        ("2026-12-01 12:30:00.125", false, "2026-12-01T12:30:00Z"),
        ("2024-02-29", false, "2024-02-29T00:00:00Z"), ("2026-02-29", false, nil), ("2026-13-01", false, nil),
        ("tomorrow", false, nil), ("", false, nil), ("2026-12-01 25:00", false, nil), ("2026-12-01 12:60", false, nil),
        ("2026-12-01 12", false, nil), ("46357", false, nil),
    ]

    @Test(arguments: times) func `a time is read as it is written`(text: String, daysFirst: Bool, expected: String?) {
        #expect(SheetTime.read(text, daysFirst: daysFirst)?.formatted(.iso8601) == expected)
    }
}
