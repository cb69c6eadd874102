import Foundation
import Postgres

/// Writes down, in the transaction that stores its records, how far a file was read and what of it was not taken.
struct RecordProgress {
    private let tenant: UUID
    private let file: IntakeFile
    private let options: IntakeOptions

    /// Bytes of a record that are kept with what is wrong with it; a longer one cannot be resubmitted.
    private static let longestKept = 20_000

    init(tenant: UUID, _ file: IntakeFile, _ options: IntakeOptions) {
        self.tenant = tenant
        self.file = file
        self.options = options
    }

    /// Makes the file's row.
    /// - Throws: `ImportFailure` when another import has made it meanwhile.
    func begin(_ session: Connection) async throws {
        let made = try await session.run(
            """
            insert into cdr.import_files (tenant_id, id, source, preset, name, size_bytes, digest, mapping,
                                          mapping_digest, heading)
            values (\(tenant), \(file.id), \(options.source), \(options.preset), \(file.name), \(file.size),
                    \(file.digest), \(JSONText(options.mapping.json)), \(file.mappingDigest), \(file.heading))
            on conflict (tenant_id, source, digest, mapping_digest) do nothing
            """
        ).affected
        guard made == 1 else { throw Self.busy(file.name) }
    }

    /// - Parameter before: where the file was read from; somebody else's import has moved it otherwise.
    func advance(
        from before: IntakeFile.Position, _ result: StoreIntake.Result, rejected: Int, isLast: Bool,
        _ session: Connection
    ) async throws {
        let first = result.firstCall.map { Date(microseconds: $0) }
        let last = result.lastCall.map { Date(microseconds: $0) }
        let moved = try await session.run(
            """
            update cdr.import_files
               set offset_bytes = \(file.position.offset), line_count = \(file.position.lines),
                   read_bytes = \(file.position.read),
                   imported_count = imported_count + \(result.imported),
                   repeated_count = repeated_count + \(result.repeated),
                   rejected_count = rejected_count + \(rejected),
                   skipped_count = skipped_count + \(result.skipped),
                   first_call_at = least(first_call_at, \(first)), last_call_at = greatest(last_call_at, \(last)),
                   status = case when \(isLast) then 'finished' else 'running' end,
                   finished_at = case when \(isLast) then now() end
             where tenant_id = \(tenant) and id = \(file.id) and status = 'running'
               and offset_bytes = \(before.offset) and read_bytes = \(before.read)
            """
        ).affected
        guard moved == 1 else { throw Self.busy(file.name) }
    }

    private static func busy(_ name: String) -> ImportFailure {
        ImportFailure("another import of \(name) is at work; it goes on alone", isBusy: true)
    }

    /// Keeps what was not taken. What was rejected before, by an import that was ended, is there.
    /// - Returns: how many were new.
    func reject(
        _ rejected: [(record: IntakeRecord, problem: RecordProblem)], _ session: Connection
    ) async throws -> Int {
        if rejected.isEmpty { return 0 }
        return try await session.run(
            """
            insert into cdr.rejected_lines (tenant_id, import_file_id, line, start_byte, content, is_cut, column_number,
                                            column_name, value, reason)
            select \(tenant), \(file.id), r.line, r.start_byte, r.content, r.is_cut, r.column_number, r.column_name,
                   r.value, r.reason
              from unnest(\(rejected.map { Int64($0.record.line) }), \(rejected.map { Int64($0.record.start) }),
                          \(rejected.map { Self.content($0.record) }),
                          \(rejected.map { $0.record.isCut || $0.record.text.count > Self.longestKept }),
                          \(rejected.map { Int32($0.problem.column) }),
                          \(rejected.map { $0.problem.name.forDisplay(200) }),
                          \(rejected.map { $0.problem.value.forDisplay(200) }),
                          \(rejected.map { $0.problem.words.forDisplay(1_000) }))
                   r (line, start_byte, content, is_cut, column_number, column_name, value, reason)
            on conflict (tenant_id, import_file_id, start_byte) do nothing
            """, deadline: .seconds(60)
        ).affected
    }

    /// PostgreSQL stores every character but one.
    private static func content(_ record: IntakeRecord) -> String {
        String(decoding: record.text.prefix(longestKept).map { $0 == 0 ? 0x3F : $0 }, as: UTF8.self)
    }
}
