import Foundation

/// Reads the times of carriers' records, in microseconds since 1970.
///
/// A time without a zone is of the zone that the file is in. Where clocks go back an hour comes twice, and the first of
/// the two is taken; comparing finds out, for it looks at the clock hour by hour.
struct RecordTime {
    static let form = "a time like 2026-12-01 13:05:59, perhaps with a zone, or seconds since 1970"

    private let zone: TimeZone?
    private let daysFirst: Bool
    /// How far the zone is ahead, by quarters of an hour of its own clock.
    private var offsets: [Int: Int] = [:]

    init(zone: TimeZone?, daysFirst: Bool) {
        self.zone = zone
        self.daysFirst = daysFirst
    }

    /// How many quarters of an hour are remembered: those of two years.
    private static let remembered = 70_080

    /// `nil` when the text is no time.
    mutating func read(_ text: String) -> Int64? {
        if let counted = Self.sinceEpoch(text) { return counted }
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
        let offset = time.offset ?? zone.map { ahead(of: local, $0) } ?? 0
        return Int64(local - offset) * 1_000_000 + Int64(time.microseconds)
    }

    /// Ten digits are seconds, perhaps with a fraction, thirteen milliseconds, sixteen microseconds.
    private static func sinceEpoch(_ text: String) -> Int64? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ $0.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }),
            let number = Int64(Substring(parts[0]))
        else { return nil }
        switch (parts[0].count, parts.count) {
        case (10, 1): return number * 1_000_000
        case (13, 1): return number * 1_000
        case (16, 1): return number
        case (10, 2):
            let digits = Substring(parts[1]).prefix(6)
            guard let fraction = Int64(digits + String(repeating: "0", count: 6 - digits.count)) else { return nil }
            return number * 1_000_000 + fraction
        default: return nil
        }
    }

    private mutating func ahead(of local: Int, _ zone: TimeZone) -> Int {
        let quarter = local / 900
        if let known = offsets[quarter] { return known }
        func offset(at time: Int) -> Int {
            zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(time)))
        }
        // What was ahead the day before and still is when that is taken off, else what comes after.
        let start = quarter * 900
        let before = offset(at: start - 86_400)
        let found = offset(at: start - before) == before ? before : offset(at: start + 86_400)
        if offsets.count >= Self.remembered { offsets.removeAll() }
        offsets[quarter] = found
        return found
    }
}

/// `13:05:59.250`, `1:05 PM`, each perhaps with a zone behind.
private struct TimeOfDay {
    var seconds = 0
    var microseconds = 0
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
            let digits = halves[1].prefix(6)
            guard let fraction = Int(digits + String(repeating: "0", count: 6 - digits.count)), fraction >= 0 else {
                return nil
            }
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
        let digits = rest[rest.index(after: sign)...].filter { $0 != ":" }
        guard digits.count == 2 || digits.count == 4, let number = Int(digits) else { return false }
        let (hours, minutes) = digits.count == 2 ? (number, 0) : number.quotientAndRemainder(dividingBy: 100)
        guard hours <= 14, minutes < 60 else { return false }
        offset = (hours * 60 + minutes) * 60 * (rest[sign] == "-" ? -1 : 1)
        rest = rest[..<sign]
        while rest.last == " " { rest.removeLast() }
        return true
    }
}
