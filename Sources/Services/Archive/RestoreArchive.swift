import Glibc
package import Postgres

/// Puts a month back from its file.
package struct RestoreArchive: Sendable {
    private let database: Database
    private let tool: ParquetTool

    /// - Parameter database: as the owner, who makes partitions and writes what is append-only.
    package init(_ database: Database, tool: ParquetTool) {
        self.database = database
        self.tool = tool
    }

    private static let patience = Duration.seconds(3600)

    /// The rows are there all at once, or not at all: an empty month is what a restore that was killed leaves. Rows
    /// that came after the month was dropped stay beside them.
    /// - Returns: how many rows came back.
    /// - Throws: `ArchiveFailure` when the month is there, or the file is not what it was.
    package func callAsFunction(_ record: ArchiveRecord, in directory: String? = nil) async throws -> Int {
        let path = record.file(in: directory)
        try VerifyArchive.check(record, at: path)
        let day = record.month.firstDay
        let work = try ParquetTool.Workplace.temporary
        defer { work.remove() }
        try await database.run(
            "select core.create_monthly_partition(\(record.table)::text::regclass, \(day)::text::date)")
        return try await database.transaction { session in
            try await session.run(WriteArchive.settings)
            let known = try await session.run(
                """
                select core.month_partition(a.name, a.month)::text
                  from core.archives a
                 where a.name = \(record.table) and a.month = \(day)::text::date and a.dropped_at is not null
                   for update
                """
            ).value(String.self)
            guard let partition = known else {
                throw ArchiveFailure("\(record.table) of \(record.month) is in the database already")
            }
            let columns = record.columns.filter { !$0.isGenerated }.map { ArchivedTable.quoted($0.name) }
            let before = try await measure(session, record)
            // What its triggers did when the rows were made is in the rows; keys are still looked at.
            try await session.run("alter table \(unescaped: partition) disable trigger user")
            let target: SQL = "\(unescaped: partition) (\(unescaped: columns.joined(separator: ", ")))"
            let rows = try await session.copyInCSV(target, idleLimit: Self.patience) { sink in
                try await tool.read(record.shape.rows(of: path, generated: false), in: work) { bytes in
                    try await sink.write(bytes)
                }
            }
            try await session.run("alter table \(unescaped: partition) enable trigger user")
            let after = try await measure(session, record)
            guard after.rows == before.rows + record.rows, try await fits(session, record, before, after) else {
                throw ArchiveFailure("what came back is not what \(path) has; nothing was changed")
            }
            try await session.run(
                """
                update core.archives set dropped_at = null, restored_at = now()
                 where name = \(record.table) and month = \(day)::text::date
                """)
            return rows
        }
    }

    /// By the columns that the file has: others may have come since.
    private func measure(
        _ session: Connection, _ record: ArchiveRecord
    ) async throws -> (rows: Int, fingerprint: String) {
        let (facts, fingerprint) = try await WriteArchive.measure(
            session, record.table, record.month, columns: record.columns.map(\.name))
        return (facts.rows, fingerprint)
    }

    /// Whether what is there now is what was there before and what the file has: fingerprints add up.
    private func fits(
        _ session: Connection, _ record: ArchiveRecord, _ before: (rows: Int, fingerprint: String),
        _ after: (rows: Int, fingerprint: String)
    ) async throws -> Bool {
        try await session.run(
            """
            select \(after.fingerprint)::text::numeric = \(before.fingerprint)::text::numeric + a.fingerprint
              from core.archives a where a.name = \(record.table) and a.month = \(record.month.firstDay)::text::date
            """
        ).value(Bool.self) ?? false
    }
}
