package import Postgres

/// Reads what the API shows of the model.
package struct ReadResources: Sendable {
    private let database: Database

    /// - Parameter database: as the API.
    package init(_ database: Database) { self.database = database }

    /// Reads them, with what permissions and lists say of them.
    /// - Throws: `PostgresError`.
    package func callAsFunction() async throws -> ExposedModel {
        let catalog = try await ReadCatalog(database)()
        let permissions = try await database.run(
            "select name, read_permission, write_permission from ref.resource_permissions"
        ).decode(String.self, String?.self, String?.self)
        let staff = try await database.run("select name || '.' || column_name from ref.staff_columns")
            .values(String.self)
        let snapshots = try await database.run("select name, snapshot from ref.snapshot_tables")
            .decode(String.self, String.self)
        let triggered = try await database.run(
            """
            select distinct n.nspname || '.' || c.relname
              from pg_catalog.pg_trigger t
              join pg_catalog.pg_class c on c.oid = t.tgrelid
              join pg_catalog.pg_namespace n on n.oid = c.relnamespace
              join pg_catalog.pg_proc p on p.oid = t.tgfoid
              join pg_catalog.pg_namespace f on f.oid = p.pronamespace
             where t.tgtype & 4 > 0 and not t.tgisinternal
               and f.nspname || '.' || p.proname not in ('audit.record_change', 'core.keep_terms')
            """
        ).values(String.self)
        let views = try await database.run(
            "select name, key_columns, filled_columns, since_column from ref.view_keys"
        ).decode(String.self, [String].self, [String].self, String?.self)
        let maker = ResourceMaker(
            domains: Dictionary(
                uniqueKeysWithValues: catalog.schemas.flatMap { schema in
                    schema.domains.map { ("\(schema.name).\($0.name)", $0) }
                }),
            permissions: Dictionary(uniqueKeysWithValues: permissions.map { ($0, (read: $1, write: $2)) }),
            staffColumns: Set(staff), snapshots: Dictionary(uniqueKeysWithValues: snapshots.map { ($0, $1) }),
            triggered: Set(triggered),
            views: Dictionary(
                uniqueKeysWithValues: views.map { name, key, filled, since in
                    (name, ViewKey(columns: key, filled: Set(key + filled), since: since))
                }))
        let made = catalog.tables.compactMap(maker.resource)
        let names = Set(made.map(\.name))
        return ExposedModel(
            resources: made.map { $0.expanding(into: names) },
            schemas: Dictionary(uniqueKeysWithValues: catalog.schemas.map { ($0.name, $0.comment) }))
    }
}

/// What the API shows of the model.
package struct ExposedModel: Sendable {
    /// In the order of their names.
    package let resources: [Resource]
    /// The comments of schemas, by name.
    package let schemas: [String: String]

    package init(resources: [Resource], schemas: [String: String]) {
        self.resources = resources
        self.schemas = schemas
    }
}
