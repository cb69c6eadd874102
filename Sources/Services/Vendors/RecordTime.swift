import Foundation

/// Reads the times of carriers' records, in microseconds since 1970.
///
/// A time without a zone is of the zone that the file is in. Where clocks go back an hour comes twice, and the first of
/// the two is taken; comparing finds out, for it looks at the clock hour by hour.
struct RecordTime {
    static let form = "a time like 2026-12-01 13:05:59, perhaps with a zone, or seconds since 1970"

    private let clock: LocalClock
    private let daysFirst: Bool

    init(clock: LocalClock, daysFirst: Bool) {
        self.clock = clock
        self.daysFirst = daysFirst
    }

    /// `nil` when the text is no time.
    func read(_ text: String) -> Int64? {
        if let counted = EpochText.microseconds(text) { return counted }
        let bytes = text.utf8
        let end = bytes.firstIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "T") } ?? bytes.endIndex
        var day = String(text[..<end])
        var rest = text[end...]
        if day.utf8.count == 14, day.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            // 20261201130559
            let digits = Array(day)
            rest = " \(String(digits[8...9])):\(String(digits[10...11])):\(String(digits[12...13]))\(rest)"[...]
            day = String(digits[..<8])
        } else if daysFirst {
            let parts = day.split(omittingEmptySubsequences: false) { "/-.".contains($0) }
            if parts.count == 3, parts[2].count == 4 { day = "\(parts[1])/\(parts[0])/\(parts[2])" }
        }
        guard let date = CalendarDay(day), let time = TimeOfDay(rest) else { return nil }
        let local = date.secondsSince1970 + time.seconds
        return Int64(time.offset.map { local - $0 } ?? clock.utc(local)) * 1_000_000 + time.microseconds
    }
}

/// `13:05:59.250`, `1:05 PM`, each perhaps with a zone behind.
private struct TimeOfDay {
    var seconds = 0
    var microseconds: Int64 = 0
    /// How many seconds its zone is ahead of UTC.
    var offset: Int?

    /// Midnight for an empty text.
    init?(_ text: Substring) {
        var rest = text.drop { $0 == " " || $0 == "T" }
        if rest.isEmpty { return }
        guard readZone(&rest) else { return nil }
        var isAfternoon: Bool?
        for (name, value) in [("AM", false), ("PM", true)] where rest.uppercased().hasSuffix(name) {
            rest = rest.dropLast(2)
            isAfternoon = value
        }
        while rest.last == " " { rest.removeLast() }
        let halves = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        if halves.count == 2 {
            guard let fraction = DecimalText.scaled("0.\(halves[1])", by: 1_000_000) else { return nil }
            microseconds = fraction
        }
        let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard (2...3).contains(parts.count), var hour = parts[0], let minute = parts[1],
            let second = parts.count == 3 ? parts[2] : 0, (0...23).contains(hour), (0...59).contains(minute),
            (0...60).contains(second)
        else { return nil }
        if let isAfternoon {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        seconds = (hour * 60 + minute) * 60 + second
    }

    /// Takes the zone off; `false` when it is none.
    private mutating func readZone(_ rest: inout Substring) -> Bool {
        for name in ["UTC", "GMT", "Z"] where rest.hasSuffix(name) {
            rest = rest.dropLast(name.count)
            while rest.last == " " { rest.removeLast() }
            offset = 0
            return true
        }
        guard let sign = rest.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return true }
        guard let ahead = ZoneOffset.seconds(rest[sign...]) else { return false }
        offset = ahead
        rest = rest[..<sign]
        while rest.last == " " { rest.removeLast() }
        return true
    }
}
