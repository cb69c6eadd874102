import Postgres

/// A day of the Gregorian calendar, as PostgreSQL's `date`: counted from 2000-01-01.
package struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    private let number: Int32

    /// Before all days: what holds without a date has always held.
    package static let beginning = CalendarDay(number: .min)

    private init(number: Int32) { self.number = number }

    /// Reads 2026-11-01, 11/01/2026, 11-1-2026 and 20261101; a time of day behind it does not count.
    package init?(_ text: String) {
        let day = text.prefix { $0 != " " && $0 != "T" }
        let parts = day.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "-" }
        guard parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return nil }
        let lengths = parts.map(\.count)
        if lengths == [8] {
            self.init(day.prefix(4), day.dropFirst(4).prefix(2), day.suffix(2))
        } else if lengths == [4, 2, 2] {
            self.init(parts[0], parts[1], parts[2])
        } else if lengths.count == 3, lengths[2] == 4, lengths.prefix(2).allSatisfy({ $0 == 1 || $0 == 2 }) {
            self.init(parts[2], parts[0], parts[1])
        } else {
            return nil
        }
    }

    private init?(_ year: Substring, _ month: Substring, _ day: Substring) {
        guard let year = Int(year), let month = Int(month), let day = Int(day), (1900...2199).contains(year),
            (1...12).contains(month), (1...Self.length(ofMonth: month, year)).contains(day)
        else { return nil }
        // Years begin in March here, so that a leap day is the last of its year.
        let marchYear = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let days = 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear
        number = Int32(days - Self.daysBefore2000)
    }

    /// From the first of March of the year 0 to 2000-01-01.
    private static let daysBefore2000 = 730_425

    private static func length(ofMonth month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// When it begins, in UTC.
    package var secondsSince1970: Int { (Int(number) + Self.days1970To2000) * 86_400 }

    private static let days1970To2000 = 10_957

    /// As in SQL.
    package var description: String {
        guard self != .beginning else { return "-infinity" }
        let days = Int(number) + Self.daysBefore2000
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = era * 400 + yearOfEra + (month < 10 ? 0 : 1)
        return "\(year)-\(Self.twoDigits(month < 10 ? month + 3 : month - 9))-\(Self.twoDigits(day))"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    package static func < (one: CalendarDay, other: CalendarDay) -> Bool { one.number < other.number }
}

extension CalendarDay: PostgresEncodable {
    package static var postgresType: UInt32 { 1082 }
    package func encode(into bytes: inout [UInt8]) { number.encode(into: &bytes) }
}
