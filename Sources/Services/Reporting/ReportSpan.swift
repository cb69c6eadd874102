package import Foundation
import Postgres

/// What a report is over: full hours, in UTC.
package struct ReportSpan: Sendable, Hashable, CustomStringConvertible {
    package let from: Date
    /// The first instant that is no longer in it.
    package let until: Date

    private static let (hour_s, day_s) = (3_600, 86_400)

    /// - Returns: nil where an end is no full hour, or the first does not come before the other.
    package init?(from: Date, until: Date) {
        guard from < until, [from, until].allSatisfy({ Self.seconds($0) % Self.hour_s == 0 }) else { return nil }
        self.from = from
        self.until = until
    }

    private static func seconds(_ date: Date) -> Int { Int(date.timeIntervalSince1970.rounded(.down)) }

    /// Whether it begins and ends at midnights.
    package var isOfDays: Bool { [from, until].allSatisfy { Self.seconds($0) % Self.day_s == 0 } }

    /// Its days, the first and the last perhaps in part: what is read of call records in one statement.
    var days: [(from: Date, until: Date)] {
        let (first, last) = (Self.seconds(from), Self.seconds(until))
        return stride(from: first - first % Self.day_s, to: last, by: Self.day_s).map { day in
            let (begin, end) = (max(day, first), min(day + Self.day_s, last))
            return (Date(timeIntervalSince1970: Double(begin)), Date(timeIntervalSince1970: Double(end)))
        }
    }

    /// The instants that hours or days of it begin at.
    package func starts(every unit: TimePlot.Unit) -> [Date] {
        let step = unit == .hour ? Self.hour_s : Self.day_s
        let first = Self.seconds(from)
        return stride(from: first - first % step, to: Self.seconds(until), by: step).map {
            Date(timeIntervalSince1970: Double($0))
        }
    }

    /// Sums of it, with `hour_at` and `on_day`: by day where that is fine enough.
    func sums(of tenant: UUID, byHour: Bool) -> SQL {
        if isOfDays && !byHour {
            return """
                (select d.*, null::timestamptz as hour_at, d.day as on_day
                   from cdr.daily_summary d
                  where d.tenant_id = \(tenant) and d.day >= (\(from) at time zone 'UTC')::date
                    and d.day < (\(until) at time zone 'UTC')::date)
                """
        }
        return """
            (select h.*, h.bucket_at as hour_at, (h.bucket_at at time zone 'UTC')::date as on_day
               from cdr.hourly_summary h
              where h.tenant_id = \(tenant) and h.bucket_at >= \(from) and h.bucket_at < \(until))
            """
    }

    package var description: String { "\(Self.text(from)) until \(Self.text(until))" }

    private static func text(_ date: Date) -> String {
        let text = date.formatted(.iso8601)
        return text.hasSuffix("T00:00:00Z") ? String(text.prefix(10)) : text
    }
}
