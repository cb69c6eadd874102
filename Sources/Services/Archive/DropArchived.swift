package import Postgres

/// Takes a month out of the database that is safe in its file.
package struct DropArchived: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    private static let patience = Duration.seconds(3600)

    /// - Returns: whether it was there.
    /// - Throws: `ArchiveFailure` when the file is not there or not the one, when the month's time in the database is
    ///   not over, when something holds it, when it was changed since, or when it is away but for what came late.
    package func callAsFunction(_ record: ArchiveRecord, in directory: String? = nil) async throws -> Bool {
        guard record.isInDatabase || record.hasLateRows else { return false }
        try VerifyArchive.check(record, at: record.file(in: directory))
        do {
            // Calls would wait behind us for the table: we give up where it is not free at once.
            return try await database.transaction(context: "select set_config('lock_timeout', '2s', true)") { session in
                try await session.run(
                    """
                    select core.drop_archived_month(\(record.table), \(record.month.firstDay)::text::date,
                                                    \(record.sha256))
                    """, deadline: Self.patience
                ).value(Bool.self) ?? false
            }
        } catch let error as PostgresError {
            guard let server = error.server else { throw error }
            if server.sqlState == "55P03" {
                throw ArchiveFailure("\(record.table) is in use; try again when less is going on")
            }
            // What holds it, in the words of the function; other errors are none of its sentences.
            guard server.sqlState == "23001" else { throw error }
            throw ArchiveFailure(server.message)
        }
    }
}
