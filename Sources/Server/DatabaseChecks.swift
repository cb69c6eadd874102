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
    /// and functions and views run as their owner. Without it every call would be refused, without an error. A role
    /// that has no BYPASSRLS needs a policy of its own on every table: `db/optional/without_bypassrls.sql`.
    /// - Throws: `RowsHidden`, with what an administrator has to do.
    package func requireAllRows() async throws {
        let bound = try await engine.run(
            """
            with house as (
                select n.oid from pg_namespace n
                 where n.nspowner = (select c.nspowner from pg_namespace c where c.nspname = 'core')
            ), roles as (
                select r.oid, r.rolname from pg_roles r
                 where not (r.rolsuper or r.rolbypassrls)
                   and (r.rolname = current_user
                        or r.oid in (select p.proowner from pg_proc p
                                      where p.prosecdef and p.pronamespace in (select oid from house))
                        or r.oid in (select c.relowner from pg_class c
                                      where c.relkind in ('v', 'm') and c.relnamespace in (select oid from house)))
            ), hidden as (
                select r.rolname, c.oid::regclass::text as name
                  from roles r
                 cross join pg_class c
                 where c.relrowsecurity and not c.relispartition and c.relnamespace in (select oid from house)
                   and not exists (select from pg_policy p
                                    where p.polrelid = c.oid and p.polpermissive and p.polcmd = '*'
                                      and pg_get_expr(p.polqual, p.polrelid) = 'true'
                                      and coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'true') = 'true'
                                      and r.oid = any (p.polroles))
            )
            select quote_ident(h.rolname), count(*), min(h.name) from hidden h group by h.rolname order by 1
            """
        ).decode(String.self, Int.self, String.self)
        guard bound.isEmpty else { throw RowsHidden(bound.map { .init(role: $0.0, tables: $0.1, first: $0.2) }) }
    }
}

/// Roles that row policies hide tenants from.
package struct RowsHidden: Error, Sendable, CustomStringConvertible {
    /// A role, as SQL writes it, with how many tables it sees no tenant in, and one of them.
    package struct Bound: Sendable {
        package let role: String
        package let tables: Int
        package let first: String
    }

    package let bound: [Bound]

    init(_ bound: [Bound]) { self.bound = bound }

    package var description: String {
        let roles = bound.map { "\($0.role) (\($0.tables) tables, as \($0.first))" }.joined(separator: " and ")
        let commands = bound.map { "alter role \($0.role) bypassrls;" }.joined(separator: " ")
        return "row policies hide the tenants from \(roles), so that no call could be routed or charged; where nobody "
            + "can grant bypassrls let the owner run db/optional/without_bypassrls.sql, else a superuser: \(commands)"
    }
}

/// Why a command has no database to work on.
package struct DatabaseMissing: Error, Sendable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
