import Crypto
import Foundation
import Glibc
package import Postgres
import Processes
import Synchronization

/// How far the writing of a month is.
package struct ArchiveProgress: Sendable, Equatable {
    package let table: String
    package let done: Int
    package let rows: Int
}

/// Writes a month of a table to a Parquet file, reads the file back, and notes it when it is right.
///
/// The month is read in one moment of the database and streamed to the tool: memory is bounded. Whatever is killed, the
/// month is in the database as before; a file that is not whole has another name, and the next run takes it away.
package struct WriteArchive: Sendable {
    private let database: Database
    private let tool: ParquetTool
    private let directory: String

    /// - Parameters:
    ///   - database: as the engine.
    ///   - directory: of the files; it is made.
    package init(_ database: Database, tool: ParquetTool, directory: String) {
        self.database = database
        self.tool = tool
        self.directory = directory
    }

    /// What is sent at once.
    private static let chunk = 256 * 1024
    /// The first row may wait for a sort.
    private static let patience = Duration.seconds(3600)

    /// - Parameter report: hears of the progress.
    /// - Throws: `ArchiveFailure` when the month is not over, not there, or its file is not what was written.
    package func callAsFunction(
        _ table: String, _ month: CalendarMonth, report: (ArchiveProgress) -> Void = { _ in }
    ) async throws -> ArchiveRecord {
        let time = try await check(table, month)
        let lock = try prepare()
        defer { lock.release() }
        let work = try ParquetTool.Workplace(in: directory)
        defer { work.remove() }
        let part = "\(work.path)/part.parquet"
        let (shape, expected, fingerprint) = try await database.transaction(
            context: "set transaction isolation level repeatable read, read only"
        ) { session in
            try await export(session, table, time, month, to: part, in: work, report)
        }
        if let difference = try await tool.facts(of: part, shape, in: work).difference(from: expected) {
            throw ArchiveFailure("the file of \(table) has \(difference); nothing was changed")
        }
        let path = "\(directory)/\(table)-\(month).parquet"
        let digest = try FileDigest(of: part)
        let version = try await tool.version(in: work)
        try await database.transaction { session in
            try await note(session, table, month, shape, expected, fingerprint, path, digest, version)
            try Self.keep(part, as: path)
        }
        guard let record = try await ListArchives(database)(table: table, months: [month]).first else {
            throw ArchiveFailure("\(table) of \(month) was taken out of the list while it was archived")
        }
        return record
    }

    /// - Returns: what the table's months are told by.
    private func check(_ table: String, _ month: CalendarMonth) async throws -> String {
        let row = try await database.run(
            """
            select d.time_column, core.month_partition(d.name, \(month.firstDay)::date) is not null,
                   \(month.next.firstDay)::timestamp at time zone 'UTC' <= now(),
                   exists (select from core.archives a where a.name = d.name and a.month = \(month.firstDay)::date
                                                               and a.dropped_at is not null)
              from ref.retention_defaults d
              join pg_partitioned_table p on p.partrelid = to_regclass(d.name)
             where d.name = \(table)
            """
        ).first
        guard let row else {
            throw ArchiveFailure("\(table) is no table with months; try cdr.enriched_cdr")
        }
        guard try row.column(2) else { throw ArchiveFailure("\(month) is not over yet") }
        // Whatever came late, the file is the only copy of the rest: it is not written over.
        let isThere: Bool = try row.column(1)
        if try row.column(3) {
            throw ArchiveFailure(
                "\(table) of \(month) is in its file alone: "
                    + (isThere ? "restore it first, beside what came since, and archive it anew" : "it is archived"))
        }
        if isThere { return try row.column(0) }
        throw ArchiveFailure("\(table) has no month \(month)")
    }

    /// One run at a time in a directory; what a killed one left is taken away.
    private func prepare() throws -> FileLock {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let lock: FileLock
        do {
            lock = try FileLock(path: "\(directory)/.lock")
        } catch .isTaken {
            throw ArchiveFailure("another run writes to \(directory); wait for its end")
        } catch .system(let code) {
            throw ArchiveFailure("\(directory) cannot be written: \(systemMessage(code))")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: directory)
        where name.hasPrefix(ParquetTool.Workplace.prefix) {
            try FileManager.default.removeItem(atPath: "\(directory)/\(name)")
        }
        return lock
    }

    // MARK: The rows

    /// Texts are the same whatever the session's settings are.
    static let settings: SQL = """
        select set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
               set_config('IntervalStyle', 'postgres', true), set_config('bytea_output', 'hex', true),
               set_config('extra_float_digits', '1', true)
        """

    private func export(
        _ session: Connection, _ table: String, _ time: String, _ month: CalendarMonth, to part: String,
        in work: ParquetTool.Workplace, _ report: (ArchiveProgress) -> Void
    ) async throws -> (ArchivedTable, ArchiveFacts, String) {
        try await session.run(Self.settings)
        let columns = try await session.run(
            "select name, type, is_generated from core.archive_columns(\(table)::text::regclass)"
        ).map { row in
            ArchivedColumn(name: try row.column(0), type: try row.column(1), isGenerated: try row.column(2))
        }
        let shape = ArchivedTable(name: table, time: time, columns: columns)
        var (expected, fingerprint) = try await Self.measure(session, table, month)
        expected.digest = try await stream(session, shape, month, expected.rows, to: part, in: work, report)
        return (shape, expected, fingerprint)
    }

    /// - Parameter columns: which ones the fingerprint is of; `nil` is all.
    static func measure(
        _ session: Connection, _ table: String, _ month: CalendarMonth, columns: [String]? = nil
    ) async throws -> (ArchiveFacts, fingerprint: String) {
        let row = try await session.run(
            """
            select m.row_count, coalesce(to_char(m.first_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), ''),
                   coalesce(to_char(m.last_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), ''), m.sums::text,
                   m.fingerprint::text
              from core.measure_month(\(table), \(month.firstDay)::date, \(columns)) m
            """, deadline: patience
        ).first
        guard let row else { throw ArchiveFailure("\(table) of \(month) cannot be measured") }
        let sums: String = try row.column(3)
        let facts = ArchiveFacts(
            rows: try row.column(0), firstAt: try row.column(1), lastAt: try row.column(2),
            sums: try JSONDecoder().decode([String: String].self, from: Data(sums.utf8)), digest: "")
        return (facts, try row.column(4))
    }

    /// - Returns: the digest of what was sent.
    private func stream(
        _ session: Connection, _ table: ArchivedTable, _ month: CalendarMonth, _ rows: Int, to part: String,
        in work: ParquetTool.Workplace, _ report: (ArchiveProgress) -> Void
    ) async throws -> String {
        let pipe = try NamedPipe("\(work.path)/rows.csv")
        let process = try await tool.start(
            """
            copy (select * from \(table.reader(of: pipe.path))) to \(ArchivedTable.text(part))
                (format parquet, compression zstd, row_group_size 122880,
                 kv_metadata {heddle_table: \(ArchivedTable.text(table.name)), heddle_month: '\(month)'});
            """, in: work)
        do {
            let sent = SentRows()
            async let sending = send(session, table.source(month), through: pipe, to: process, sent)
            while !sent.isOver {
                report(ArchiveProgress(table: table.name, done: sent.count, rows: rows))
                try await Task.sleep(for: .milliseconds(50))
            }
            let digest = try await sending
            report(ArchiveProgress(table: table.name, done: sent.count, rows: rows))
            try await tool.finish(process, in: work)
            return digest
        } catch {
            // Where the tool failed, its own words say more than that it stopped reading.
            if error is ArchiveFailure, await process.waitForExit(atMost: .seconds(5)) {
                try await tool.finish(process, in: work)
            }
            await process.stop(signal: SIGKILL)
            throw error
        }
    }

    /// The pipe is closed behind the last row: that is how the tool knows it.
    private func send(
        _ session: Connection, _ source: SQL, through pipe: NamedPipe, to process: RunningProcess,
        _ sent: SentRows
    ) async throws -> String {
        defer { sent.end() }
        let descriptor = try await pipe.openWriter(to: process)
        defer { close(descriptor) }
        var hash = SHA256()
        var buffer: [UInt8] = []
        try await session.copyOutCSV(source, idleLimit: Self.patience) { row in
            buffer.append(contentsOf: row)
            sent.add()
            if buffer.count < Self.chunk { return }
            hash.update(data: buffer)
            try await NamedPipe.write(buffer, to: descriptor)
            buffer.removeAll(keepingCapacity: true)
        }
        hash.update(data: buffer)
        try await NamedPipe.write(buffer, to: descriptor)
        return hash.finalize().hex
    }

    // MARK: The file

    /// Gives the file its name once it is on the disk.
    private static func keep(_ part: String, as path: String) throws {
        for (name, isLast) in [(part, false), ((path as NSString).deletingLastPathComponent, true)] {
            if isLast {
                guard unsafe chmod(part, 0o400) == 0, unsafe rename(part, path) == 0 else {
                    throw ArchiveFailure("\(path) cannot be written: \(systemMessage(errno))")
                }
            }
            let descriptor = unsafe open(name, O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            guard descriptor >= 0, fsync(descriptor) == 0 else {
                throw ArchiveFailure("\(name) cannot be brought to the disk: \(systemMessage(errno))")
            }
        }
    }

    /// While it is noted, nobody drops the month: its file is not written over when that is all that there is.
    private func note(
        _ session: Connection, _ table: String, _ month: CalendarMonth, _ shape: ArchivedTable, _ facts: ArchiveFacts,
        _ fingerprint: String,
        _ path: String, _ digest: FileDigest, _ version: String
    ) async throws {
        let sums = String(decoding: try JSONEncoder().encode(facts.sums), as: UTF8.self)
        let columns = String(decoding: try JSONEncoder().encode(shape.columns), as: UTF8.self)
        let (first, last) = facts.rows == 0 ? (nil, nil) : (facts.firstAt + "+00", facts.lastAt + "+00")
        let noted = try await session.run(
            """
            insert into core.archives (name, month, path, sha256, byte_count, digest, row_count, first_at, last_at,
                                       sums, fingerprint, columns, tool, verified_at)
            values (\(table), \(month.firstDay)::text::date, \(path), \(digest.sha256), \(digest.size),
                    \(facts.digest), \(facts.rows), \(first)::text::timestamptz, \(last)::text::timestamptz,
                    \(sums)::text::jsonb, \(fingerprint)::text::numeric, \(columns)::text::jsonb, \(version), now())
            on conflict (name, month) do update
               set path = excluded.path, sha256 = excluded.sha256, byte_count = excluded.byte_count,
                   digest = excluded.digest, row_count = excluded.row_count, first_at = excluded.first_at,
                   last_at = excluded.last_at, sums = excluded.sums, fingerprint = excluded.fingerprint,
                   columns = excluded.columns, tool = excluded.tool, verified_at = excluded.verified_at
             where archives.dropped_at is null
            returning true
            """
        ).first
        if noted == nil { throw ArchiveFailure("\(table) of \(month) was dropped while it was archived anew") }
    }
}

/// How many rows were sent: whoever sends counts, and whoever waits looks.
private final class SentRows: Sendable {
    private let rows = Atomic(0)
    private let over = Atomic(false)

    var count: Int { rows.load(ordering: .relaxed) }
    func add() { rows.add(1, ordering: .relaxed) }

    var isOver: Bool { over.load(ordering: .acquiring) }
    func end() { over.store(true, ordering: .releasing) }
}
