import Testing

@testable import Services

@Suite struct TimeFormatTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let format: String
        let zone: String
        let text: String
        /// Microseconds since 1970.
        let expected: Int64?

        var testDescription: String { "\(text) as \(format) in \(zone)" }

        init(_ format: String, _ text: String, _ expected: Int64?, _ zone: String = "UTC") {
            self.format = format
            self.zone = zone
            self.text = text
            self.expected = expected
        }
    }

    /// 2026-11-20T10:00:00Z.
    private static let ten: Int64 = 1_795_168_800_000_000

    static let cases = [
        Case("any", "2026-11-20 10:00:00", ten), Case("any", "2026-11-20T10:00:00Z", ten),
        Case("any", "2026/11/20 10:00:00", ten), Case("any", "2026-11-20 10:00:00.25", ten + 250_000),
        Case("any", "2026-11-20T10:00:00.123456789Z", ten + 123_456),
        Case("any", "2026-11-20T12:00:00+02:00", ten), Case("any", "2026-11-20 05:00:00-0500", ten),
        Case("any", "2026-11-20 10:00:00 UTC", ten), Case("any", "1795168800", ten),
        Case("any", "1795168800.5", ten + 500_000), Case("any", "1795168800250", ten + 250_000),
        Case("any", "1795168800000001", ten + 1), Case("any", "2026-11-20", nil),
        Case("any", "20/11/2026 10:00:00", nil),
        Case("any", "2026-11-20 25:00:00", nil), Case("any", "2026-11-20 10:60:00", nil), Case("any", "1", nil),
        Case("any", "2026-11-20 10:00:-1", nil), Case("any", "2026-11-20 10:00:00 PST", nil), Case("any", "", nil),
        Case("any", "2026-11-20 10:00", nil), Case("any", "99999999999999999999", nil),
        Case("epoch_s", "1795168800", ten), Case("epoch_s", "1795168800.000001", ten + 1),
        Case("epoch_ms", "1795168800000", ten), Case("epoch_us", "1795168800000000", ten),
        Case("epoch_s", "x", nil), Case("epoch_s", "1e9", nil), Case("iso8601", "1795168800", nil),
        Case("%d.%m.%Y %H:%M:%S", "20.11.2026 10:00:00", ten),
        Case("%d/%b/%Y:%T %z", "20/Nov/2026:12:00:00 +0200", ten),
        Case("%m/%d/%y %I:%M:%S %p", "11/20/26 10:00:00 AM", ten),
        Case("%m/%d/%Y %I:%M %p", "11/20/2026 12:00 AM", ten - 36_000_000_000),
        Case("%F %T.%f", "2026-11-20 10:00:00.5", ten + 500_000), Case("%Y%m%d%H%M%S", "20261120100000", ten),
        Case("%F %T", "2026-11-20 10:00:00 x", nil), Case("%F %T", "2026-13-20 10:00:00", nil),
        Case("%F %T", "2026-11-20", nil), Case("%F %T", "2026-11-20 05:00:00", ten, "America/New_York"),
        Case("any", "2026-07-01 08:00:00", 1_782_907_200_000_000, "America/New_York"),
        // The hour that comes twice is the first of them, the one that never was lies behind the change.
        Case("any", "2026-11-01 01:30:00", 1_793_511_000_000_000, "America/New_York"),
        Case("any", "2026-03-08 02:30:00", 1_772_955_000_000_000, "America/New_York"),
        Case("any", "2026-11-20T10:00:00Z", ten, "America/New_York"),
    ]

    @Test(arguments: cases) func `reads`(time: Case) throws {
        let format = try #require(TimeFormat(time.format))
        let clock = try #require(LocalClock(time.zone))
        #expect(format.microseconds(time.text, clock) == time.expected)
        #expect(TimeFormat(format.text) == format)
    }

    @Test(arguments: ["", "%", "%Q", "%H:%M", "%Y-%m-%d", "%d %m %H", "ISO", "%F %I:%M"])
    func `a pattern has to tell the day and the hour`(pattern: String) {
        #expect(TimeFormat(pattern) == nil)
    }

    @Test(
        arguments: [
            ("37", 37_000), ("37.25", 37_250), ("0.0009", 0), ("-1.5", -1_500), ("1.", 1_000), (".5", nil), ("", nil),
            ("1,5", nil), ("1.2.3", nil), ("x", nil), ("9223372036854775807", nil), ("12345678901", 12_345_678_901_000),
        ] as [(String, Int64?)])
    func `decimals are exact`(text: String, expected: Int64?) {
        #expect(DecimalText.scaled(text, by: 1_000) == expected)
    }
}
