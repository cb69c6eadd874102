/// The entity-relationship diagram of the catalog, or of one schema, as text for a program that draws it.
///
/// A line that crosses half the picture cannot be followed. So lines join tables of one schema only, and a key to a
/// table of another schema is named where it starts. The key of every table to its tenant is left out, and in the
/// picture of all schemas those to the account as well, unless the table has no other.
package struct EntityDiagram: Sendable {
    let tables: [Catalog.Table]
    let links: [Link]
    let isWhole: Bool
    /// Names of all schemas and of all tables, which give each its colour.
    let schemaNames: [String]
    let tableNames: [String]

    /// A key, as the picture shows it.
    struct Link: Hashable {
        let from: String
        /// The column that its line ends at: what the key is called.
        let column: String
        let target: String
        /// Whether a foreign key keeps it; else it is a `LooseKey`.
        let isHeld: Bool
        /// Whether a row may point to nothing.
        let isOptional: Bool
        /// Whether its columns are the row's own key: at most one row points there.
        let isOne: Bool

        /// Whether a line is drawn: to another table of the same schema.
        var isLine: Bool { from != target && Link.schema(from) == Link.schema(target) }
        /// Whether both rows are about the same thing, told twice: a call and its CDR.
        var isSameThing: Bool { isOne && !isHeld }

        static func schema(_ name: String) -> Substring { name.prefix { $0 != "." } }
    }

    /// - Parameter schema: `nil` for all.
    package init(_ catalog: Catalog, schema: String? = nil) {
        let known = catalog.tables.filter { $0.kind == .table || $0.kind == .partitioned }
        let tables = known.filter { schema == nil || $0.schema == schema }
        let names = known.map(\.fullName)
        let found = tables.flatMap(Self.links).filter { names.contains($0.target) }
        let ubiquitous: Set<String> = schema == nil ? ["core.tenants", "accounts.accounts"] : ["core.tenants"]
        self.tables = tables
        isWhole = schema == nil
        schemaNames = catalog.schemas.map(\.name)
        tableNames = names
        links = Self.withoutUbiquitous(Self.once(found), ubiquitous)
    }

    /// Whether there is nothing to draw.
    package var isEmpty: Bool { tables.isEmpty }

    private static func links(of table: Catalog.Table) -> [Link] {
        let nullable = Set(table.columns.filter(\.isNullable).map(\.name))
        let held = table.foreignKeys.map { key in
            Link(
                from: table.fullName, column: telling(key), target: key.target, isHeld: true,
                isOptional: !nullable.isDisjoint(with: key.columns), isOne: Set(key.columns) == Set(table.primaryKey))
        }
        let loose = LooseKey.all.filter { $0.table == table.fullName }.map { key in
            Link(
                from: table.fullName, column: key.columns.last ?? "", target: key.target, isHeld: false,
                isOptional: true, isOne: Set(key.columns + ["tenant_id"]) == Set(table.primaryKey))
        }
        return held + loose
    }

    /// The column that tells a key from the others of its table: what it contains for safety says nothing.
    private static func telling(_ key: Catalog.ForeignKey) -> String {
        if let place = key.targetColumns.firstIndex(of: "id") { return key.columns[place] }
        return key.columns.last { $0 != "tenant_id" && $0 != "account_id" } ?? key.columns.last ?? ""
    }

    /// A key with one column more, which sees to it that both rows are of one account, is the same line. A row may
    /// point to nothing only where every one of them allows it.
    private static func once(_ links: [Link]) -> [Link] {
        let same = Dictionary(grouping: links) { [$0.from, $0.column, $0.target] }
        return same.values.map { links in
            Link(
                from: links[0].from, column: links[0].column, target: links[0].target,
                isHeld: links.contains(where: \.isHeld), isOptional: links.allSatisfy(\.isOptional),
                isOne: links.contains(where: \.isOne))
        }
    }

    /// Leaves out the keys to what all have. Inside that table's own schema they stay, and where nothing else would
    /// join the table to another one.
    private static func withoutUbiquitous(_ links: [Link], _ ubiquitous: Set<String>) -> [Link] {
        let kept = links.filter {
            !ubiquitous.contains($0.target) || Link.schema($0.from) == Link.schema($0.target)
        }
        let joined = Set(kept.flatMap { [$0.from, $0.target] })
        let alone = Dictionary(grouping: links.filter { !joined.contains($0.from) }, by: \.from)
        let only = alone.values.compactMap { links in links.min { $0.target < $1.target } }
        return (kept + only).sorted { ($0.from, $0.target, $0.column) < ($1.from, $1.target, $1.column) }
    }

    /// Every table has these, and nobody looks for them in a picture.
    func isShown(_ column: Catalog.Column, of table: Catalog.Table) -> Bool {
        !["created_at", "updated_at"].contains(column.name) || table.primaryKey.contains(column.name)
    }

    func marks(of column: Catalog.Column, in table: Catalog.Table) -> [String] {
        let isKey = links.contains { $0.from == table.fullName && $0.column == column.name }
        return (table.primaryKey.contains(column.name) ? ["PK"] : []) + (isKey ? ["FK"] : [])
    }
}
