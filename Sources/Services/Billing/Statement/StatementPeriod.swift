import Foundation

/// Whole days of a payee's calendar.
package struct StatementPeriod: Sendable, Equatable {
    /// `2026-10-01`
    package let firstDay: String
    /// The day after the last one.
    package let nextDay: String

    /// - Parameter month: `2026-10`.
    package init?(month: String) {
        guard let month = CalendarMonth(month) else { return nil }
        firstDay = month.firstDay
        nextDay = month.next.firstDay
    }

    /// - Parameter last: the last day.
    package init?(first: String, last: String) {
        guard let from = Self.day(first), let to = Self.day(last), to >= from else { return nil }
        firstDay = first
        nextDay = Self.style.format(to.addingTimeInterval(24 * 3600))
    }

    private static let style = Date.ISO8601FormatStyle().year().month().day()

    private static func day(_ text: String) -> Date? {
        guard text.utf8.count == 10, let day = try? Date(text, strategy: style), style.format(day) == text else {
            return nil
        }
        return day
    }
}
