import Crypto
import Foundation
import Postgres

/// A file in `cdr.import_files`: known by what is in it and how it is read, and how far it was read.
struct IntakeFile: Sendable {
    let id: UUID
    let name: String
    let size: Int
    let digest: String
    let mappingDigest: String
    /// Whether its row is there; it comes with the first records.
    var isStored = false
    var heading = ""
    var position = Position()
    var finishedAt: Date?
    /// What came of it, by this import and those before.
    var counts = Counts()

    struct Position: Sendable, Equatable {
        /// Where to go on.
        var offset = 0
        var lines = 0
        /// Up to where records were looked at: further, when some wait for another.
        var read = 0
    }

    struct Counts: Sendable, Equatable {
        var imported = 0
        var repeated = 0
        var rejected = 0
        var skipped = 0
    }

    /// Looks a file up.
    static func find(
        _ path: String, _ options: IntakeOptions, tenant: UUID, _ database: Database
    ) async throws -> IntakeFile {
        let read = try FileDigest(of: path)
        let mapping = SHA256.hash(data: Data(options.mapping.json.utf8)).hex
        var file = IntakeFile(
            id: .v7(), name: options.fileName ?? URL(filePath: path).lastPathComponent, size: read.size,
            digest: read.sha256, mappingDigest: mapping)
        let rows = try await database.run(
            """
            select id, heading, offset_bytes, line_count, finished_at, imported_count, repeated_count, rejected_count,
                   skipped_count, read_bytes
              from cdr.import_files
             where tenant_id = \(tenant) and source = \(options.source) and digest = \(read.sha256)
               and mapping_digest = \(mapping)
            """)
        guard let row = rows.first else { return file }
        file = IntakeFile(
            id: try row.column(0), name: file.name, size: file.size, digest: file.digest, mappingDigest: mapping,
            isStored: true,
            heading: try row.column(1),
            position: Position(offset: try row.column(2), lines: try row.column(3), read: try row.column(9)),
            finishedAt: try row.column(4))
        file.counts = Counts(
            imported: try row.column(5), repeated: try row.column(6), rejected: try row.column(7),
            skipped: try row.column(8))
        return file
    }
}
