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
        case .any: Self.count(text) ?? Self.dateTime(text, clock)
        case .iso8601: Self.dateTime(text, clock)
        case .epoch(let unit): FixedPoint.scaled(text, by: unit.microseconds)
        case .pattern(let pattern): pattern.microseconds(text, clock)
        }
    }

    /// 10 digits are seconds, 13 milliseconds, 16 microseconds; seconds may have decimals.
    private static func count(_ text: String) -> Int64? {
        let whole = text.prefix { $0 != "." }
        guard whole.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        switch whole.utf8.count {
        case 9, 10: return FixedPoint.scaled(text, by: 1_000_000)
        case 13: return FixedPoint.scaled(text, by: 1_000)
        case 16: return FixedPoint.scaled(text, by: 1)
        default: return nil
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
            let micros = FixedPoint.scaled(String(parts[2]), by: 1_000_000), micros < 61_000_000
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

/// Decimal numbers without the errors of floating point.
enum FixedPoint {
    /// `37.25` by 1000 is 37250; what is behind the last unit is cut. `nil` for what is no number, or too large.
    static func scaled(_ text: String, by scale: Int64) -> Int64? {
        let isNegative = text.hasPrefix("-")
        let digits = isNegative ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), text.utf8.count <= 40, !parts[0].isEmpty,
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let whole = Int64(parts[0]), whole <= Int64.max / scale - 1
        else { return nil }
        var value = whole * scale
        var place = scale
        let decimals: Substring = parts.count == 2 ? parts[1] : ""
        for digit in decimals.utf8.prefix(18) where place > 1 {
            place /= 10
            value += Int64(digit - 0x30) * place
        }
        return isNegative ? -value : value
    }
}

/// How far a written zone is ahead of UTC.
enum ZoneOffset {
    /// Reads +0530, -05:00 and +02.
    static func seconds(_ text: some StringProtocol) -> Int? {
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = String(text.dropFirst()).replacing(":", with: "")
        guard digits.utf8.count == 2 || digits.utf8.count == 4, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(digits)
        else { return nil }
        let (hours, minutes) = digits.utf8.count == 2 ? (number, 0) : number.quotientAndRemainder(dividingBy: 100)
        guard hours <= 14, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * 60 * (sign == "-" ? -1 : 1)
    }
}
