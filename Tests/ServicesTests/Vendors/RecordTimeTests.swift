import Foundation
import Testing

@testable import Services

/// Times as carriers write them.
@Suite struct RecordTimeTests {
    private func read(_ text: String, _ zone: String? = nil, daysFirst: Bool = false) -> String? {
        let time = RecordTime(clock: zone.flatMap { LocalClock($0) } ?? .utc, daysFirst: daysFirst)
        guard let microseconds = time.read(text) else { return nil }
        let seconds = Date(timeIntervalSince1970: Double(microseconds / 1_000_000)).formatted(.iso8601)
        let rest = microseconds % 1_000_000
        return rest == 0 ? seconds : "\(seconds) \(rest)"
    }

    @Test(
        arguments: [
            ("2026-10-02 13:05:59", "2026-10-02T13:05:59Z"), ("2026-10-02T13:05:59Z", "2026-10-02T13:05:59Z"),
            ("2026-10-02T13:05:59.250Z", "2026-10-02T13:05:59Z 250000"),
            ("2026-10-02T13:05:59.1234567+02:00", "2026-10-02T11:05:59Z 123456"),
            ("2026-10-02 13:05:59-0430", "2026-10-02T17:35:59Z"), ("2026-10-02 13:05:59 UTC", "2026-10-02T13:05:59Z"),
            ("10/02/2026 1:05:59 PM", "2026-10-02T13:05:59Z"), ("10/2/2026 12:00 AM", "2026-10-02T00:00:00Z"),
            ("10/02/2026 12:30 PM", "2026-10-02T12:30:00Z"), ("20261002 130559", nil),
            ("20261002130559", "2026-10-02T13:05:59Z"),
            ("20261002", "2026-10-02T00:00:00Z"), ("1790946359", "2026-10-02T13:05:59Z"),
            ("1790946359.5", "2026-10-02T13:05:59Z 500000"), ("1790946359250", "2026-10-02T13:05:59Z 250000"),
            ("1790946359250125", "2026-10-02T13:05:59Z 250125"), ("2026-13-02 13:05:59", nil),
            ("2026-10-02 25:05:59", nil),
            ("2026-10-02 13:60:59", nil), ("2026-10-02 13:05:59 EST", nil), ("yesterday", nil), ("", nil), ("12", nil),
            ("10/02/2026 13:05 PM", nil), ("2026-10-02 13:05:59+99:00", nil),
        ] as [(String, String?)])
    func `a time, or none`(text: String, expected: String?) {
        #expect(read(text) == expected, "\(text)")
    }

    @Test func `days first where a map says so`() {
        #expect(read("02/10/2026 13:05", daysFirst: true) == "2026-10-02T13:05:00Z")
        #expect(read("31.12.2026 00:00", daysFirst: true) == "2026-12-31T00:00:00Z")
    }

    @Test(arguments: [
        ("2026-07-01 12:00:00", "2026-07-01T16:00:00Z"), ("2026-12-01 12:00:00", "2026-12-01T17:00:00Z"),
        // Clocks go forward at 2 and back at 2: the hour that is not there, and the one that comes twice.
        ("2026-03-08 01:59:59", "2026-03-08T06:59:59Z"), ("2026-03-08 02:30:00", "2026-03-08T07:30:00Z"),
        ("2026-03-08 03:00:00", "2026-03-08T07:00:00Z"), ("2026-11-01 00:59:59", "2026-11-01T04:59:59Z"),
        ("2026-11-01 01:30:00", "2026-11-01T05:30:00Z"), ("2026-11-01 02:00:00", "2026-11-01T07:00:00Z"),
        ("2026-11-01 01:30:00-05:00", "2026-11-01T06:30:00Z"),
    ])
    func `a wall clock of New York`(text: String, expected: String) {
        #expect(read(text, "America/New_York") == expected, "\(text)")
    }
}
