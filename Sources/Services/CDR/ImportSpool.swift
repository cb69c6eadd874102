import Foundation
import Glibc
package import Postgres

/// Takes the edge's CDR files into `cdr.raw_cdr`: each line once, whatever crashes in between.
///
///     spool/cdr_<n>.log          the edge writes here
///     spool/cdr_<n>.log.<t>.in   taken over: renamed, and the edge told to open a new file
///     archive/                   imported
///     rejected/                  lines that are not CDRs, with the reason
package struct ImportSpool: Sendable {
    private let database: Database
    private let directory: String
    /// Tells the edge to open new files; `false` when there is no edge that could write.
    private let rotate: @Sendable () async throws -> Bool

    /// - Parameters:
    ///   - database: as the engine.
    ///   - directory: the edge's directory, with `spool` in it.
    ///   - rotate: throws when the edge runs but does not listen; then nothing is taken over.
    package init(
        _ database: Database, directory: String, rotate: @escaping @Sendable () async throws -> Bool
    ) {
        self.database = database
        self.directory = directory
        self.rotate = rotate
    }

    /// What an import came to.
    package struct Result: Sendable, Hashable {
        package var files = 0
        /// Lines that were new.
        package var imported = 0
        /// Lines that were there already.
        package var repeated = 0
        package var rejected = 0
        /// Another importer was at work, and nothing was looked at.
        package var isBusy = false
    }

    private var spool: String { "\(directory)/spool" }

    /// Imports what the edge has written until now.
    package func callAsFunction() async throws -> Result {
        var result = Result()
        // One importer at a time on this machine; with two the rows would be the same, but the files would be gone.
        guard let lock = SpoolLock(path: "\(directory)/spool.lock") else {
            result.isBusy = true
            return result
        }
        defer { lock.release() }
        try await takeOver(lock)
        for file in try files(suffix: ".in") {
            let outcome = try await importFile("\(spool)/\(file)")
            result.files += 1
            result.imported += outcome.imported
            result.repeated += outcome.repeated
            result.rejected += outcome.rejected
            try archive(file)
        }
        return result
    }

    // MARK: Steps

    private func files(suffix: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: spool) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: spool).filter { $0.hasSuffix(suffix) }.sorted()
    }

    /// Renames the files that the edge writes, and waits until it writes to new ones.
    private func takeOver(_ lock: SpoolLock) async throws {
        var renamed: [(from: String, to: String)] = []
        for file in try files(suffix: ".log") where try size(of: "\(spool)/\(file)") > 0 {
            let stamp = Int(Date().timeIntervalSince1970 * 1000)
            let target = "\(spool)/\(file).\(stamp).taken"
            guard unsafe rename("\(spool)/\(file)", target) == 0 else { continue }  // another importer was faster
            renamed.append((file, target))
        }
        guard try !renamed.isEmpty || !files(suffix: ".taken").isEmpty else { return }
        try await lock.beginRotation()
        // Until the edge has rotated it may go on writing to a file that is renamed: those stay `.taken`, for the next
        // run to try again, which loses nothing.
        if try await rotate() {
            // A write that had begun ends long before this.
            try await Task.sleep(for: .milliseconds(1100))
        }
        for file in try files(suffix: ".taken") {
            let source = "\(spool)/\(file)"
            _ = unsafe rename(source, String(source.dropLast("taken".count)) + "in")
        }
    }

    private func size(of path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    private func importFile(_ path: String) async throws -> Result {
        var result = Result()
        var rejects: [String] = []
        let reader = try LineReader(path: path)
        var number = 0
        while true {
            let lines = try reader.next(5_000)
            if lines.isEmpty { break }
            var batch: [Numbered] = []
            for line in lines {
                number += 1
                do throws(SpoolLine.Problem) {
                    // A line without its end may look whole and still lack digits of its last field.
                    guard line.isComplete else { throw SpoolLine.Problem(description: "the last line is cut") }
                    batch.append(Numbered(number: number, text: line.text, line: try SpoolLine(line.text)))
                } catch {
                    rejects.append("line \(number): \(error.description)\t\(line.text)")
                }
            }
            let stored = try await store(batch[...], &rejects)
            result.imported += stored.new
            result.repeated += stored.taken - stored.new
        }
        result.rejected = rejects.count
        try keep(rejects, of: path)
        return result
    }

    private struct Numbered {
        let number: Int
        let text: Substring
        let line: SpoolLine
    }

    /// Stores lines; those that the database refuses are halved until the bad one is found, and only that is rejected.
    private func store(_ lines: ArraySlice<Numbered>, _ rejects: inout [String]) async throws -> (taken: Int, new: Int)
    {
        guard let first = lines.first else { return (0, 0) }
        do {
            return (lines.count, try await insert(lines.map(\.line)))
        } catch let error as PostgresError where error.isAboutTheData {
            guard lines.count > 1 else {
                rejects.append("line \(first.number): \(error.description)\t\(first.text)")
                return (0, 0)
            }
            let middle = lines.startIndex + lines.count / 2
            let (one, other) = (
                try await store(lines[..<middle], &rejects), try await store(lines[middle...], &rejects)
            )
            return (one.taken + other.taken, one.new + other.new)
        }
    }

    /// - Returns: how many were new, or came for a call that was taken for lost.
    private func insert(_ lines: [SpoolLine]) async throws -> Int {
        try await database.transaction { session in
            try await session.run(
                "create temporary table incoming (like cdr.raw_cdr including defaults) on commit drop")
            _ = try await session.copyIn("incoming (\(Self.columns))") { writer in
                for line in lines { try await line.write(to: writer) }
            }
            // A tenant that does not exist owns nothing: its calls are nobody's, and are kept.
            let new = try await session.run(
                """
                insert into cdr.raw_cdr (tenant_id, \(unescaped: Self.columnsAfterTenant))
                select coalesce((select t.id from core.tenants t where t.id = i.tenant_id), core.unattributed_tenant()),
                       \(unescaped: Self.columnsAfterTenant)
                  from incoming i
                on conflict do nothing
                """, deadline: .seconds(60)
            ).affected
            return new < lines.count ? new + (try await supersede(session)) : new
        }
    }

    /// What the edge says takes the place of what was put there when nothing came from it, and is rated.
    private func supersede(_ session: Connection) async throws -> Int {
        try await session.run(
            """
            update cdr.raw_cdr r
               set (\(unescaped: Self.columnsAfterKey), processed_at)
                   = (select \(unescaped: Self.columnsAfterKey), null::timestamptz from incoming i
                       where i.started_at = r.started_at and i.id = r.id limit 1)
              from (select distinct tenant_id, started_at, id from incoming) d
             where r.tenant_id = d.tenant_id and r.started_at = d.started_at and r.id = d.id
               and r.hangup = \(RawCall.lost)
            """, deadline: .seconds(60)
        ).affected
    }

    private static let columns = "tenant_id, " + columnsAfterTenant

    private static let columnsAfterTenant = "started_at, id, " + columnsAfterKey

    private static let columnsAfterKey = """
        edge_id, routing_id, account_id, trunk_id, carrier_trunk_id, sell_rate_id,
        buy_rate_id, direction, call_id, from_tag, to_tag, caller, callee, source, ringing_at, answered_at, ended_at,
        duration_ms, sip_code, sip_reason, hangup, attempts
        """

    private func keep(_ rejects: [String], of path: String) throws {
        guard !rejects.isEmpty else { return }
        let folder = "\(directory)/rejected"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let name = URL(filePath: path).lastPathComponent
        try (rejects.joined(separator: "\n") + "\n").write(
            toFile: "\(folder)/\(name).txt", atomically: true, encoding: .utf8)
    }

    private func archive(_ file: String) throws {
        let folder = "\(directory)/archive"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard unsafe rename("\(spool)/\(file)", "\(folder)/\(file.dropLast(3))") == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }
}

extension SpoolLine {
    fileprivate func write(to writer: CopyWriter) async throws(PostgresError) {
        try await writer.row(
            tenantID ?? CallRecord.unattributedTenant, Date(microseconds: receivedMicroseconds), cdrID, edge, routingID,
            accountID, trunkID, carrierTrunkID, sellRateID, buyRateID, direction, callID, fromTag, toTag, caller,
            callee, source, ringingMicroseconds.map { Date(microseconds: $0) },
            answeredMicroseconds.map { Date(microseconds: $0) }, endedMicroseconds.map { Date(microseconds: $0) },
            Int64(talkMilliseconds), Int32(code), reason, hangup, attempts)
    }
}
