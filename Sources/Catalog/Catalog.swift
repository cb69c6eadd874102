/// What the database says of itself: its tables, domains and functions with their comments. Documentation and pictures
/// are rendered from it, so that there is no second list of columns anywhere.
package struct Catalog: Sendable {
    package let schemas: [Schema]

    package init(schemas: [Schema]) { self.schemas = schemas }

    /// A schema with all that it holds, each in the order of its name.
    package struct Schema: Sendable {
        package let name: String
        package let comment: String
        package let tables: [Table]
        package let domains: [Domain]
        package let functions: [Function]

        package init(name: String, comment: String, tables: [Table], domains: [Domain], functions: [Function]) {
            self.name = name
            self.comment = comment
            self.tables = tables
            self.domains = domains
            self.functions = functions
        }
    }

    /// A table, view or materialized view; partitions are part of their table.
    package struct Table: Sendable {
        /// What it is; the raw value is PostgreSQL's `relkind`.
        package enum Kind: String, Sendable {
            case table = "r"
            case partitioned = "p"
            case view = "v"
            case materializedView = "m"
        }

        package let schema: String
        package let name: String
        package let kind: Kind
        package let comment: String
        package let columns: [Column]
        /// What decides the partition, as PostgreSQL writes it: `RANGE (started_at)`; empty where there is none.
        package let partitionKey: String
        /// The names of its key's columns, in their order.
        package let primaryKey: [String]
        package let foreignKeys: [ForeignKey]
        /// Its other constraints: the primary key first, then each kind in the order of the names.
        package let constraints: [Constraint]
        /// The indexes that no constraint has made.
        package let indexes: [Index]
        package let policies: [Policy]
        /// What `heddle_app` may do with the table as a whole; its columns may be granted more.
        package let grants: Grants

        package var fullName: String { schema + "." + name }
    }

    /// A type of the model: a base type with checks and a meaning.
    package struct Domain: Sendable {
        package let name: String
        package let base: String
        /// The checks, as PostgreSQL writes them.
        package let checks: [String]
        package let comment: String
    }

    /// A function, with its arguments as PostgreSQL writes them.
    package struct Function: Sendable {
        package let name: String
        package let arguments: String
        package let result: String
        package let comment: String
    }

    package var tables: [Table] { schemas.flatMap(\.tables) }
}
