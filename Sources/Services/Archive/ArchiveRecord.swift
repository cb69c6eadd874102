package import Foundation
package import Postgres

/// A month that is in a file.
package struct ArchiveRecord: Sendable {
    package let table: String
    package let month: CalendarMonth
    /// Where the file was written.
    package let path: String
    package let sha256: String
    package let bytes: Int
    package let rows: Int
    package let verifiedAt: Date
    /// Whether the month is in the database as well.
    package let isInDatabase: Bool
    /// Whether it is in its file alone.
    package let isDropped: Bool
    /// Whether it is in its file alone, but the database has a month of what came since it was dropped.
    package let hasLateRows: Bool
    /// First day that it may leave the database; `nil` where it stays as long as it is kept.
    package let staysUntil: String?
    /// Whether that day has come.
    package let isDue: Bool
    /// Exact sums of money, by column.
    package var sums: [String: String] { facts.sums }

    let facts: ArchiveFacts
    let columns: [ArchivedColumn]
    let time: String

    var shape: ArchivedTable { ArchivedTable(name: table, time: time, columns: columns) }

    /// Where the file is.
    /// - Parameter directory: where files were moved to; `nil` is where they were written.
    package func file(in directory: String?) -> String {
        guard let directory else { return path }
        return "\(directory)/\((path as NSString).lastPathComponent)"
    }
}

/// Reads what is archived.
package struct ListArchives: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// - Returns: by month and table, the newest month first.
    package func callAsFunction(table: String? = nil, months: [CalendarMonth] = []) async throws -> [ArchiveRecord] {
        let days = months.map(\.firstDay)
        let rows = try await database.run(
            """
            select a.name, a.month::text, a.path, a.sha256, a.byte_count, a.row_count, a.digest, a.verified_at,
                   a.dropped_at is null and core.month_partition(a.name, a.month) is not null,
                   (a.month + make_interval(months => 1 + d.hot_months))::date::text, d.time_column,
                   coalesce(to_char(a.first_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), ''),
                   coalesce(to_char(a.last_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), ''),
                   a.sums::text, a.columns::text,
                   coalesce(a.month + make_interval(months => 1 + d.hot_months) <= now() at time zone 'UTC', false),
                   a.dropped_at is not null and core.month_partition(a.name, a.month) is not null,
                   a.dropped_at is not null
              from core.archives a
              join ref.retention_defaults d on d.name = a.name
             where (\(table)::text is null or a.name = \(table))
               and (\(days)::text[] = '{}' or a.month::text = any (\(days)))
             order by a.month desc, a.name
            """)
        return try rows.map(Self.record)
    }

    private static func record(_ row: Row) throws -> ArchiveRecord {
        guard let month = CalendarMonth(try row.column(1)) else { throw ArchiveFailure("a month has no name") }
        let (sums, columns): (String, String) = (try row.column(13), try row.column(14))
        let facts = ArchiveFacts(
            rows: try row.column(5), firstAt: try row.column(11), lastAt: try row.column(12),
            sums: try JSONDecoder().decode([String: String].self, from: Data(sums.utf8)), digest: try row.column(6))
        return ArchiveRecord(
            table: try row.column(0), month: month, path: try row.column(2), sha256: try row.column(3),
            bytes: try row.column(4), rows: facts.rows, verifiedAt: try row.column(7), isInDatabase: try row.column(8),
            isDropped: try row.column(17), hasLateRows: try row.column(16), staysUntil: try row.column(9),
            isDue: try row.column(15), facts: facts,
            columns: try JSONDecoder().decode([ArchivedColumn].self, from: Data(columns.utf8)),
            time: try row.column(10))
    }

    /// The tables that are archived when nobody names one: whose months leave the database.
    /// - Parameter month: those that have it in the database; `nil` is all.
    package func usualTables(with month: CalendarMonth? = nil) async throws -> [String] {
        let day = month?.firstDay
        return try await database.run(
            """
            select name from ref.retention_defaults
             where hot_months is not null
               and (\(day)::text is null or core.month_partition(name, \(day)::text::date) is not null)
             order by name
            """
        ).values(String.self)
    }
}
