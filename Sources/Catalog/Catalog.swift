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
        /// The names of its key's columns, in their order.
        package let primaryKey: [String]
        package let foreignKeys: [ForeignKey]

        package var fullName: String { schema + "." + name }
    }

    /// A column, and what it means.
    package struct Column: Sendable {
        package let name: String
        /// As PostgreSQL writes it: `core.e164`, `text[]`.
        package let type: String
        package let isNullable: Bool
        /// Empty for a column that is not explained, and so not shown by the API.
        package let comment: String
    }

    /// A key to another table.
    package struct ForeignKey: Sendable {
        /// The constraint's name: a sentence.
        package let name: String
        package let columns: [String]
        /// The table that it points to, with its schema.
        package let target: String
        /// Whether the row goes with the one that it points to.
        package let cascades: Bool
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
