package import Postgres

/// Months whose time in the database is over, but that are in no file, or in one that they differ from by now.
package struct FindDueMonths: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// A month that should be in a file.
    package struct Due: Sendable, Equatable {
        package let table: String
        package let month: CalendarMonth
        /// Why it may not leave the database yet, in words: it would be written in vain, for it may still change.
        package let obstacles: String?
    }

    /// A month that was changed since is found by reading it.
    private static let patience = Duration.seconds(3600)

    /// - Returns: the oldest first. A month that is away but for what came late is none: people restore it.
    package func callAsFunction() async throws -> [Due] {
        try await database.run(
            """
            with months as materialized (
                select d.name, m.month, a.row_count, a.fingerprint
                  from ref.retention_defaults d
                  join pg_catalog.pg_inherits i on i.inhparent = to_regclass(d.name)
                  join pg_catalog.pg_class c on c.oid = i.inhrelid
                 cross join lateral (select to_date(substring(c.relname from '_p([0-9]{6})$'), 'YYYYMM') as month) m
                  left join core.archives a on a.name = d.name and a.month = m.month
                 where m.month + make_interval(months => 1 + d.hot_months) <= now() at time zone 'UTC'
                   and a.dropped_at is null
            )
            select m.name, to_char(m.month, 'YYYY-MM'),
                   (select string_agg(coalesce(o.row_count || ' ', '') || o.reason, '; ')
                      from core.archive_obstacles(m.name, m.month) o)
              from months m
             where m.fingerprint is null
                or exists (select from core.measure_month(m.name, m.month) n
                            where (n.row_count, n.fingerprint) is distinct from (m.row_count, m.fingerprint))
             order by m.month, m.name
            """, deadline: Self.patience
        ).decode(String.self, String.self, String?.self).map { table, month, obstacles in
            guard let month = CalendarMonth(month) else { throw ArchiveFailure("a month has no name") }
            return Due(table: table, month: month, obstacles: obstacles)
        }
    }
}
