import Foundation
package import Postgres

/// Reads a file of the archive again and compares it with what it had when it was written.
package struct VerifyArchive: Sendable {
    private let database: Database
    private let tool: ParquetTool

    /// - Parameter database: as the engine.
    package init(_ database: Database, tool: ParquetTool) {
        self.database = database
        self.tool = tool
    }

    /// - Throws: `ArchiveFailure` when the file is not there or not what it was.
    package func callAsFunction(_ record: ArchiveRecord, in directory: String? = nil) async throws {
        let path = record.file(in: directory)
        try Self.check(record, at: path)
        let work = try ParquetTool.Workplace.temporary
        defer { work.remove() }
        if let difference = try await tool.facts(of: path, record.shape, in: work).difference(from: record.facts) {
            throw ArchiveFailure("\(path) has \(difference)")
        }
        try await database.run(
            """
            update core.archives set verified_at = now()
             where name = \(record.table) and month = \(record.month.firstDay)::text::date
            """)
    }

    /// Whether the file is there, byte by byte.
    static func check(_ record: ArchiveRecord, at path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ArchiveFailure("\(path) is not there; name its directory with --from if it was moved")
        }
        guard let digest = try? FileDigest(of: path) else { throw ArchiveFailure("\(path) cannot be read") }
        guard digest.sha256 == record.sha256 else {
            throw ArchiveFailure("\(path) is not the file that was verified: its SHA-256 is \(digest.sha256)")
        }
    }
}
