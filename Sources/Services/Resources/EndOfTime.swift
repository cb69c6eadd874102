import Catalog

/// PostgreSQL's infinities, which mean "always" and "for ever", as days and instants that every program can read: the
/// first and the last of the calendar's four-digit years.
enum EndOfTime {
    static let firstInstant = "0001-01-01T00:00:00.000000Z"
    static let lastInstant = "9999-12-31T23:59:59.999999Z"
    private static let firstDay = "0001-01-01"
    private static let lastDay = "9999-12-31"

    /// A day as the API shows it.
    static func shown(day: String) -> String {
        switch day {
        case "-infinity": firstDay
        case "infinity": lastDay
        default: day
        }
    }

    /// A value as the database has it.
    static func stored(_ text: String, _ kind: ValueKind) -> String {
        switch (kind, text) {
        case (.timestamp, firstInstant), (.date, firstDay): "-infinity"
        case (.timestamp, lastInstant), (.date, lastDay): "infinity"
        default: text
        }
    }
}
