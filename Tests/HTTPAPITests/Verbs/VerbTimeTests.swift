import Foundation
import Testing

@testable import HTTPAPI

/// Times that verbs are given: those of RFC 3339, and no others.
@Suite struct VerbTimeTests {
    @Test(arguments: [
        ("2026-01-31T13:00:00Z", 1_769_864_400), ("2026-01-31t13:00:00.5z", 1_769_864_400.5),
        ("2026-01-31T13:00:00.25Z", 1_769_864_400.25), ("2026-01-31T08:00:00-05:00", 1_769_864_400),
        ("2026-01-31T18:30:00+05:30", 1_769_864_400), ("2026-02-01T12:59:00+23:59", 1_769_864_400),
        ("2026-01-30T15:59:00-21:01", 1_769_864_400),
    ])
    func `an instant, however its zone is written`(text: String, seconds: Double) {
        let time = VerbInput.time(text)?.timeIntervalSince1970
        #expect(time.map { abs($0 - seconds) < 0.000_001 } ?? false, "\(time ?? 0)")
    }

    @Test(arguments: [
        "", "now", "2026-01-31", "2026-01-31T13:00:00", "2026-01-31 13:00:00Z", "2026-01-31T13:00Z",
        "2026-01-31T13:00:00+24:00", "2026-01-31T13:00:00+05:60", "2026-01-31T13:00:00+0530", "2026-01-31T25:00:00Z",
        "2026-02-30T13:00:00Z", "2026-13-01T13:00:00Z", "2026-01-31T13:61:00Z", "2026-01-31T13:00:00.0000001Z",
        "--26-01-31T13:00:00Z", "2026-01-31T13:00:00Z ", "20260-1-31T13:00:00Z", "2026-01-31T24:00:00Z",
    ])
    func `nothing else is one`(text: String) { #expect(VerbInput.time(text) == nil) }
}
