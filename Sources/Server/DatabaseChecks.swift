import Foundation
import Postgres
import Services

extension Configuration {
    /// Whether there is a database to look at: a given one, or an embedded one that was made before.
    /// - Throws: `DatabaseMissing`, so that a wrong directory is not filled with a new, empty database.
    package func requireDatabase() throws {
        guard databaseURL == nil else { return }
        let directory = try embeddedDirectory
        // Only the server's user may enter the cluster: its directory is what everybody can see.
        guard !FileManager.default.fileExists(atPath: directory.cluster) else { return }
        throw DatabaseMissing(
            "there is no database in \(directory.root); run `heddle serve`, or `heddle seed demo`, or name another "
                + "directory with --data")
    }
}

extension Databases {
    /// - Throws: `DatabaseMissing` when migrations are pending, since nothing else could be read.
    package func requireSchema() async throws {
        let pending = try await migration().status().pending.count
        guard pending > 0 else { return }
        throw DatabaseMissing(
            "the database lacks \(pending) \(pending == 1 ? "migration" : "migrations"); run `heddle migrate`")
    }
}

/// Why a command has no database to work on.
package struct DatabaseMissing: Error, Sendable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
