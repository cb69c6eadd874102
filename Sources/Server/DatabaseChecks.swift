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

extension Databases {
    /// Makes sure that row policies hide nothing from who routes, rates and moves money: the engine serves all tenants,
    /// and the functions of billing run as their owner. Without it every call would be refused, without an error.
    /// - Throws: `RowsHidden`, with what an administrator has to do.
    package func requireAllRows() async throws {
        let bound = try await engine.run(
            """
            select quote_ident(r.rolname) from pg_roles r
             where not (r.rolsuper or r.rolbypassrls)
               and (r.rolname = current_user
                    or r.oid in (select p.proowner from pg_proc p
                                  where p.prosecdef and p.pronamespace = 'billing'::regnamespace))
             order by 1
            """
        ).values(String.self)
        guard bound.isEmpty else { throw RowsHidden(roles: bound) }
    }
}

/// Roles that row policies hide every tenant from.
package struct RowsHidden: Error, Sendable, CustomStringConvertible {
    /// As SQL writes them.
    package let roles: [String]

    package var description: String {
        let commands = roles.map { "alter role \($0) bypassrls;" }.joined(separator: " ")
        return "row policies hide every tenant from \(roles.joined(separator: " and ")), so that no call could be "
            + "routed or charged; let a superuser of the database run: \(commands)"
    }
}

/// Why a command has no database to work on.
package struct DatabaseMissing: Error, Sendable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
