import Foundation

/// How a file writes its times.
enum TimeFormat: Sendable, Equatable {
    /// A date with a time of day, or a count since 1970 whose length tells its unit.
    case any
    /// 2026-11-26T14:05:00.250Z; without a zone it is the mapping's.
    case iso8601
    /// A count since 1970.
    case epoch(CDRMapping.DurationUnit)
    case pattern(TimePattern)

    static let forms = "any, iso8601, epoch_s, epoch_ms, epoch_us, or a pattern as %d.%m.%Y %H:%M:%S"

    init?(_ text: String) {
        switch text {
        case "any": self = .any
        case "iso8601": self = .iso8601
        case "epoch_s": self = .epoch(.seconds)
        case "epoch_ms": self = .epoch(.milliseconds)
        case "epoch_us": self = .epoch(.microseconds)
        default:
            guard let pattern = TimePattern(text) else { return nil }
            self = .pattern(pattern)
        }
    }

    var text: String {
        switch self {
        case .any: "any"
        case .iso8601: "iso8601"
        case .epoch(let unit): "epoch_\(unit.rawValue)"
        case .pattern(let pattern): pattern.text
        }
    }

    /// What a value should look like.
    var expected: String {
        switch self {
        case .any: "a time like 2026-11-26 14:05:00, or a count since 1970"
        case .iso8601: "a time like 2026-11-26T14:05:00Z"
        case .epoch(.seconds): "seconds since 1970"
        case .epoch(.milliseconds): "milliseconds since 1970"
        case .epoch(.microseconds): "microseconds since 1970"
        case .pattern(let pattern): "a time as \(pattern.text)"
        }
    }

    /// Microseconds since 1970; `nil` when the text is no time of this form.
    func microseconds(_ text: String, _ clock: LocalClock) -> Int64? {
        switch self {
        case .any: EpochText.microseconds(text) ?? Self.dateTime(text, clock)
        case .iso8601: Self.dateTime(text, clock)
        case .epoch(let unit): DecimalText.scaled(text, by: unit.microseconds)
        case .pattern(let pattern): pattern.microseconds(text, clock)
        }
    }

    /// 2026-11-26 14:05:00, with T between, decimals, and Z, UTC or an offset behind.
    private static func dateTime(_ text: String, _ clock: LocalClock) -> Int64? {
        let day = text.prefix { $0 != " " && $0 != "T" }
        guard day.utf8.count == 10, day.utf8.dropFirst(4).first.map({ $0 == 0x2D || $0 == 0x2F }) == true,
            let midnight = CalendarDay(String(day.map { $0 == "/" ? "-" : $0 }))?.secondsSince1970
        else { return nil }
        var rest = text.dropFirst(day.count).drop { $0 == " " || $0 == "T" }
        var offset: Int?
        for zone in ["UTC", "GMT", "Z", "z"] where rest.hasSuffix(zone) {
            rest = rest.dropLast(zone.count)
            offset = 0
        }
        if let sign = rest.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let ahead = ZoneOffset.seconds(rest[sign...]) else { return nil }
            offset = ahead
            rest = rest[..<sign]
        }
        while rest.last == " " { rest = rest.dropLast() }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = Int(parts[0]), let minute = Int(parts[1]),
            (0...23).contains(hour), (0...59).contains(minute), parts[2].first?.isNumber == true,
            let micros = DecimalText.scaled(String(parts[2]), by: 1_000_000), micros < 61_000_000
        else { return nil }
        let seconds = midnight + hour * 3600 + minute * 60
        return Int64(offset.map { seconds - $0 } ?? clock.utc(seconds)) * 1_000_000 + micros
    }
}

extension CDRMapping.DurationUnit {
    var microseconds: Int64 {
        switch self {
        case .seconds: 1_000_000
        case .milliseconds: 1_000
        case .microseconds: 1
        }
    }
}
