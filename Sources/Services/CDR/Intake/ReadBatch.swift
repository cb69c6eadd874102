package import Foundation
package import Postgres

/// A batch of call records as it is in `cdr.import_files`, with the first of what was not taken of it.
package struct IntakeBatch: Sendable {
    package let id: UUID
    package let source: String
    package let preset: String
    package let name: String
    /// running or finished.
    package let status: String
    package let lines: Int
    /// Records that were new, that were there already, that were not taken, and that are about no call of their own.
    package let imported: Int
    package let repeated: Int
    package let rejected: Int
    package let skipped: Int
    package let firstCallAt: Date?
    package let lastCallAt: Date?
    package let createdAt: Date
    package let finishedAt: Date?
    package let rejects: [RejectedLine]
    /// Whether there are more of those.
    package let hasMoreRejects: Bool
}

/// Reads what came of a batch, within what the asker may see.
package struct ReadBatch: Sendable {
    private let database: Database

    /// - Parameter database: as the API.
    package init(_ database: Database) { self.database = database }

    /// - Parameter after: the rejected record behind which the list goes on.
    /// - Returns: `nil` when the asker has no such batch.
    package func callAsFunction(
        _ id: UUID, _ scope: RequestScope, rejects limit: Int, after: UUID? = nil
    ) async throws -> IntakeBatch? {
        let rows = try await database.run([
            scope.opening,
            """
            select source, preset, name, status, line_count, imported_count, repeated_count, rejected_count,
                   skipped_count, first_call_at, last_call_at, created_at, finished_at
              from cdr.import_files
             where tenant_id = \(scope.tenant) and id = \(id)
            """,
            """
            select r.id, f.name, f.source, r.line, r.content, r.is_cut, r.column_number, r.column_name, r.value,
                   r.reason, r.state
              from cdr.rejected_lines r
              join cdr.import_files f on f.tenant_id = r.tenant_id and f.id = r.import_file_id
             where r.tenant_id = \(scope.tenant) and r.import_file_id = \(id)
               and r.start_byte > coalesce((select s.start_byte from cdr.rejected_lines s
                                             where s.tenant_id = \(scope.tenant) and s.id = \(after)
                                               and s.import_file_id = \(id)), -1)
             order by r.start_byte
             limit \(limit + 1)
            """,
        ])
        guard let row = rows[1].first else { return nil }
        let rejects = try rows[2].map(RejectedLine.init)
        return IntakeBatch(
            id: id, source: try row.column(0), preset: try row.column(1), name: try row.column(2),
            status: try row.column(3), lines: try row.column(4), imported: try row.column(5),
            repeated: try row.column(6), rejected: try row.column(7), skipped: try row.column(8),
            firstCallAt: try row.column(9), lastCallAt: try row.column(10), createdAt: try row.column(11),
            finishedAt: try row.column(12), rejects: Array(rejects.prefix(limit)),
            hasMoreRejects: rejects.count > limit)
    }
}
