package import Postgres

/// Reads the catalog of a database, as it was at one moment.
package struct ReadCatalog: Sendable {
    private let database: Database

    /// - Parameter database: as any role: what a catalog says is not secret.
    package init(_ database: Database) { self.database = database }

    /// Reads our schemas: all but PostgreSQL's own and `public`.
    package func callAsFunction() async throws -> Catalog {
        try await database.transaction { session in
            try await session.run("set transaction isolation level repeatable read, read only")
            let tables = Dictionary(grouping: try await tables(session), by: \.schema)
            let domains = Dictionary(grouping: try await domains(session), by: \.0)
            let functions = Dictionary(grouping: try await functions(session), by: \.0)
            let schemas = try await session.run(
                """
                select n.nspname, coalesce(obj_description(n.oid, 'pg_namespace'), '') from pg_namespace n
                 where \(Self.isOurs) order by 1
                """
            ).decode(String.self, String.self)
            return Catalog(
                schemas: schemas.map { name, comment in
                    Catalog.Schema(
                        name: name, comment: comment, tables: tables[name] ?? [],
                        domains: domains[name]?.map(\.1) ?? [], functions: functions[name]?.map(\.1) ?? [])
                })
        }
    }

    static let isOurs: SQL = "n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public')"

    private func tables(_ session: Connection) async throws -> [Catalog.Table] {
        let columns = Dictionary(grouping: try await columns(session), by: \.0)
        let keys = Dictionary(grouping: try await foreignKeys(session), by: \.0)
        let constraints = Dictionary(grouping: try await constraints(session), by: \.0)
        let indexes = Dictionary(grouping: try await indexes(session), by: \.0)
        let policies = Dictionary(grouping: try await policies(session), by: \.0)
        let rows = try await session.run(
            """
            select c.oid::int8, n.nspname, c.relname, c.relkind::text, coalesce(obj_description(c.oid, 'pg_class'), ''),
                   coalesce(pg_get_partkeydef(c.oid), ''),
                   coalesce((select array_agg(a.attname::text order by k.place)
                               from pg_index i, unnest(i.indkey::int2[]) with ordinality k (number, place)
                               join pg_attribute a on a.attnum = k.number
                              where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid), '{}'),
                   \(Self.letters("has_table_privilege", "c.oid", ["select", "insert", "update", "delete"]))
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where \(Self.isOurs) and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
             order by 2, 3
            """)
        return try rows.decode(
            Int.self, String.self, String.self, String.self, String.self, String.self, [String].self, String.self
        ).map { id, schema, name, kind, comment, partitionKey, key, grants in
            Catalog.Table(
                schema: schema, name: name, kind: Catalog.Table.Kind(rawValue: kind) ?? .table, comment: comment,
                columns: columns[id]?.map(\.1) ?? [], partitionKey: partitionKey, primaryKey: key,
                foreignKeys: keys[id]?.map(\.1) ?? [], constraints: constraints[id]?.map(\.1) ?? [],
                indexes: indexes[id]?.map(\.1) ?? [], policies: policies[id]?.map(\.1) ?? [],
                grants: Catalog.Grants(letters: grants))
        }
    }

    private func domains(_ session: Connection) async throws -> [(String, Catalog.Domain)] {
        try await session.run(
            """
            select n.nspname::text, t.typname::text, format_type(t.typbasetype, t.typtypmod),
                   array(select pg_get_constraintdef(k.oid, true) from pg_constraint k
                          where k.contypid = t.oid order by k.conname),
                   coalesce(obj_description(t.oid, 'pg_type'), '')
              from pg_type t join pg_namespace n on n.oid = t.typnamespace
             where \(Self.isOurs) and t.typtype = 'd' order by 1, 2
            """
        ).decode(String.self, String.self, String.self, [String].self, String.self).map {
            schema, name, base, checks, comment in
            (schema, Catalog.Domain(name: name, base: base, checks: checks, comment: comment))
        }
    }

    private func functions(_ session: Connection) async throws -> [(String, Catalog.Function)] {
        try await session.run(
            """
            select n.nspname::text, p.proname::text, pg_get_function_arguments(p.oid),
                   coalesce(pg_get_function_result(p.oid), ''), coalesce(obj_description(p.oid, 'pg_proc'), '')
              from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where \(Self.isOurs) order by 1, 2, 3
            """
        ).decode(String.self, String.self, String.self, String.self, String.self).map {
            schema, name, arguments, result, comment in
            (schema, Catalog.Function(name: name, arguments: arguments, result: result, comment: comment))
        }
    }
}
