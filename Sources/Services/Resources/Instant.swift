import Foundation
import Postgres

/// A timestamptz as the API writes it: UTC, RFC 3339, always with six decimals, so that what was read can be asked for.
struct Instant: Sendable, Equatable, PostgresDecodable {
    /// µs since 2000-01-01; the ends of the range are PostgreSQL's infinities.
    let microseconds: Int64

    static var postgresTypes: [UInt32] { [PostgresType.timestamptz] }

    init(microseconds: Int64) { self.microseconds = microseconds }

    init(_ date: Date) {
        self.init(microseconds: Int64((date.timeIntervalSinceReferenceDate * 1e6).rounded()) + Self.referenceOffset)
    }

    /// From 2000-01-01 to 2001-01-01, where Foundation begins to count.
    private static let referenceOffset: Int64 = 31_622_400_000_000

    init?(postgres bytes: RawSpan, type: UInt32) {
        guard let value = Int64(postgres: bytes, type: PostgresType.int8) else { return nil }
        microseconds = value
    }

    var text: String {
        let bytes = [UInt8](capacity: Self.mostBytes) { appendText(to: &$0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How long a text is at most.
    static let mostBytes = 32

    /// The same as bytes, for who writes many.
    func appendText(to text: inout OutputSpan<UInt8>) {
        if microseconds == .max { return text.append(EndOfTime.lastInstant) }
        if microseconds == .min { return text.append(EndOfTime.firstInstant) }
        let (days, time) = Self.floorDivided(microseconds, by: 86_400_000_000)
        var (year, month, day) = Self.civil(days + 10_957)
        if year < 0 { text.append(UInt8(ascii: "-")) }  // ISO 8601: the year 0 is 1 BC
        year = abs(year)
        if year > 9999 { Self.appendPair(year / 10_000, to: &text) }
        Self.appendPair(year / 100 % 100, to: &text)
        Self.appendPair(year % 100, to: &text)
        Self.appendPair(month, after: "-", to: &text)
        Self.appendPair(day, after: "-", to: &text)
        Self.appendPair(time / 3_600_000_000, after: "T", to: &text)
        Self.appendPair(time / 60_000_000 % 60, after: ":", to: &text)
        Self.appendPair(time / 1_000_000 % 60, after: ":", to: &text)
        let rest = time % 1_000_000
        Self.appendPair(rest / 10_000, after: ".", to: &text)
        Self.appendPair(rest / 100 % 100, to: &text)
        Self.appendPair(rest % 100, to: &text)
        text.append(UInt8(ascii: "Z"))
    }

    /// Two digits, and what stands before them.
    private static func appendPair(_ number: Int64, after mark: Unicode.Scalar? = nil, to text: inout OutputSpan<UInt8>)
    {
        if let mark { text.append(UInt8(ascii: mark)) }
        text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10))
        text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }

    private static func floorDivided(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }

    /// The day of the Gregorian calendar that is so many days after 1970-01-01, by eras of 400 years, each beginning in
    /// March.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivided(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
