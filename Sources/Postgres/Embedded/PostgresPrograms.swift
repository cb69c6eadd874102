import Foundation

/// Where PostgreSQL's own programs are.
package struct PostgresPrograms: Sendable {
    /// The major version that the schema is made and tested for.
    package static let majorVersion = 15

    let directory: String

    package var initdb: String { "\(directory)/initdb" }
    package var postgres: String { "\(directory)/postgres" }
    package var psql: String { "\(directory)/psql" }
    package var dump: String { "\(directory)/pg_dump" }
    package var baseBackup: String { "\(directory)/pg_basebackup" }
    package var pgbench: String { "\(directory)/pgbench" }

    /// Finds the programs: Debian keeps them out of PATH, one directory a version.
    /// - Throws: `EmbeddedError` with what to install.
    package static func find(
        in candidates: [String] = ["/usr/lib/postgresql/\(majorVersion)/bin", "/usr/local/pgsql/bin"]
    ) throws(EmbeddedError) -> PostgresPrograms {
        for directory in candidates
        where FileManager.default.isExecutableFile(atPath: "\(directory)/postgres")
            && FileManager.default.isExecutableFile(atPath: "\(directory)/initdb")
        {
            return PostgresPrograms(directory: directory)
        }
        throw EmbeddedError(
            .programsMissing,
            "PostgreSQL \(majorVersion) is not installed (looked in \(candidates.joined(separator: ", "))); "
                + "run `make setup`, or set DATABASE_URL to a server that you have")
    }
}
