import Postgres
import TestSupport

/// What of the catalog is ours.
enum House {
    /// The schemas of the model.
    static let schemas = [
        "accounts", "audit", "auth", "billing", "cdr", "compliance", "core", "flows", "integration", "messaging",
        "numbers", "queue", "ref", "reporting", "routing", "tracking", "vendor_mgmt",
    ]

    /// The same, as they stand in a statement.
    static let schemaList = schemas.map { "'\($0)'" }.joined(separator: ", ")

    static let roles = ["heddle_app", "heddle_engine", "heddle_report"]
}

/// A table of the catalog.
struct CatalogTable: Sendable, CustomStringConvertible {
    let name: String
    /// What its rows belong to.
    let hasTenant: Bool
    let hasAccount: Bool
    /// What the role that was asked for may do with it, or with some of its columns.
    let verbs: Set<String>
    /// The columns that can be written.
    let columns: [String]
    /// An assignment that the role may make and that changes nothing.
    let touch: String

    var description: String { name }
}

extension TestDatabase {
    /// Every table of the model, without partitions.
    func tables(for role: String = "heddle_app") async throws -> [CatalogTable] {
        let rows = try await owner.run(
            """
            select format('%I.%I', n.nspname, c.relname),
                   bool_or(a.attname = 'tenant_id'), bool_or(a.attname = 'account_id'),
                   array(select v from unnest(array['select', 'insert', 'update', 'delete']) v
                          where has_table_privilege(\(role), c.oid, v)
                             or v <> 'delete' and has_any_column_privilege(\(role), c.oid, v)),
                   array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = ''),
                   coalesce(min(format('%1$I = %1$I', a.attname)) filter (
                                where a.attname <> 'tenant_id' and a.attgenerated = ''
                                  and has_column_privilege(\(role), c.oid, a.attnum, 'update')), '')
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
              join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in (\(unescaped: House.schemaList))
             group by c.oid, n.nspname, c.relname
             order by 1
            """
        ).decode(String.self, Bool.self, Bool.self, [String].self, [String].self, String.self)
        return rows.map {
            CatalogTable(name: $0.0, hasTenant: $0.1, hasAccount: $0.2, verbs: Set($0.3), columns: $0.4, touch: $0.5)
        }
    }
}
