import Foundation

/// Reads the times of sheets: a day, which begins at midnight UTC, or a day with a time of day.
enum SheetTime {
    static let form = "a date like 2026-12-01, perhaps with a time"

    /// Reads 2026-12-01, 12/01/2026 (01/12/2026 where days go first), 20261201, each perhaps with 00:00:01, a T
    /// between, and UTC, Z or an offset behind.
    static func read(_ text: String, daysFirst: Bool) -> Date? {
        let day = text.prefix { $0 != " " && $0 != "T" }
        var written = String(day)
        if daysFirst {
            let parts = day.split(omittingEmptySubsequences: false) { "/-.".contains($0) }
            if parts.count == 3, parts[2].count == 4 { written = "\(parts[1])/\(parts[0])/\(parts[2])" }
        }
        guard let seconds = CalendarDay(written)?.secondsSince1970,
            let (time, offset) = timeOfDay(text.dropFirst(day.count))
        else { return nil }
        return Date(timeIntervalSince1970: Double(seconds + time - offset))
    }

    /// Seconds, and how many the zone is ahead of UTC.
    private static func timeOfDay(_ rest: Substring) -> (Int, Int)? {
        var rest = rest.drop { $0 == " " || $0 == "T" }
        guard !rest.isEmpty else { return (0, 0) }
        var offset = 0
        for zone in ["UTC", "GMT", "Z"] where rest.hasSuffix(zone) {
            rest = rest.dropLast(zone.count)
        }
        if let sign = rest.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            let digits = rest[rest.index(after: sign)...].filter { $0 != ":" }
            guard let number = Int(digits), digits.count == 2 || digits.count == 4, number >= 0 else { return nil }
            let (hours, minutes) = digits.count == 2 ? (number, 0) : number.quotientAndRemainder(dividingBy: 100)
            guard hours <= 14, minutes < 60 else { return nil }
            offset = (hours * 60 + minutes) * 60 * (rest[sign] == "-" ? -1 : 1)
            rest = rest[..<sign]
        }
        let clock = rest.filter { $0 != " " }.prefix { $0 != "." }
        if clock.isEmpty { return (0, offset) }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1],
            let second = parts.count == 3 ? parts[2] : 0,
            (0...24).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        return ((hour * 60 + minute) * 60 + second, offset)
    }
}
