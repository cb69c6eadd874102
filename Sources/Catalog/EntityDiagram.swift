/// The entity-relationship diagram of the catalog, or of one schema, as text for a program that draws it.
///
/// The key of every table to its tenant is left out, and in the picture of all schemas those to the account as well:
/// they would join everything with everything.
package struct EntityDiagram: Sendable {
    private let tables: [Catalog.Table]
    private let isWhole: Bool

    /// - Parameter schema: `nil` for all.
    package init(_ catalog: Catalog, schema: String? = nil) {
        tables = catalog.tables.filter { table in
            (table.kind == .table || table.kind == .partitioned) && (schema == nil || table.schema == schema)
        }
        isWhole = schema == nil
    }

    /// Whether there is nothing to draw.
    package var isEmpty: Bool { tables.isEmpty }

    private struct Link: Hashable {
        let from: String
        let target: String
        let label: String
        /// The key is the whole row's key: at most one row points there.
        let isOne: Bool
    }

    private var hidden: Set<String> { isWhole ? ["core.tenants", "accounts.accounts"] : ["core.tenants"] }

    private var links: [Link] {
        tables.flatMap { table in
            table.foreignKeys.filter { !hidden.contains($0.target) }.map { key in
                Link(
                    from: table.fullName, target: key.target,
                    label: key.columns.filter { $0 != "tenant_id" }.joined(separator: ", "),
                    isOne: Set(key.columns) == Set(table.primaryKey))
            }
        }
    }

    // MARK: Mermaid

    /// For pages that draw it themselves.
    package func mermaid() -> String {
        var lines = ["erDiagram"]
        for table in tables {
            lines.append("    \(Self.mermaidName(table.fullName)) {")
            for column in table.columns where isShown(column, of: table) {
                let type = column.type.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
                let marks = marks(of: column, in: table)
                lines.append("        \(type) \(column.name)\(marks.isEmpty ? "" : " " + marks.joined(separator: ","))")
            }
            lines.append("    }")
        }
        for link in links {
            lines.append(
                "    \(Self.mermaidName(link.target)) ||--o\(link.isOne ? "|" : "{") "
                    + "\(Self.mermaidName(link.from)) : \"\(link.label)\"")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func mermaidName(_ name: String) -> String { name.split(separator: ".").joined(separator: "_") }

    // MARK: Graphviz

    /// For `dot`. The whole model shows tables only, a schema also their columns.
    package func dot() -> String {
        var lines = [
            "digraph model {",
            "    graph [rankdir=LR, fontname=\"Helvetica\", nodesep=0.18, ranksep=\(isWhole ? "1.6" : "1.1"),"
                + " splines=true, concentrate=\(isWhole ? "true" : "false"), pad=0.3];",
            "    node [shape=plain, fontname=\"Helvetica\", fontsize=11];",
            "    edge [color=\"#7a8699\", arrowsize=0.6, fontname=\"Helvetica\", fontsize=8, fontcolor=\"#5b6675\"];",
        ]
        for (schema, tables) in Dictionary(grouping: tables, by: \.schema).sorted(by: { $0.key < $1.key }) {
            lines += [
                "    subgraph \"cluster_\(schema)\" {",
                "        label=\"\(schema)\"; fontsize=15; style=\"rounded,filled\"; color=\"#d5dbe3\";"
                    + " fillcolor=\"\(Self.tint(schema))\";",
            ]
            lines += tables.map { "        \"\($0.fullName)\" [label=<\(label($0))>];" }
            lines.append("    }")
        }
        let drawn = Set(tables.map(\.fullName))
        for name in Set(links.map(\.target)).subtracting(drawn).sorted() {
            lines.append(
                "    \"\(name)\" [shape=box, style=\"rounded,dashed\", color=\"#9aa5b4\", fontcolor=\"#5b6675\"];")
        }
        for link in links.sorted(by: { ($0.from, $0.target, $0.label) < ($1.from, $1.target, $1.label) }) {
            let label = isWhole ? "" : ", label=\"\(link.label)\""
            lines.append(
                "    \"\(link.from)\" -> \"\(link.target)\" [dir=both, arrowhead=tee, "
                    + "arrowtail=\(link.isOne ? "teeodot" : "crowodot")\(label)];"
            )
        }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    private func label(_ table: Catalog.Table) -> String {
        let title = isWhole ? table.name : table.name + (table.kind == .partitioned ? " (monthly)" : "")
        var rows = [
            "<TR><TD BGCOLOR=\"#2f4a68\" ALIGN=\"LEFT\"><FONT COLOR=\"white\"><B>\(title)</B></FONT></TD></TR>"
        ]
        if !isWhole {
            rows += table.columns.map { column in
                let marks = marks(of: column, in: table)
                let mark =
                    marks.isEmpty
                    ? "" : " <FONT COLOR=\"#b06000\" POINT-SIZE=\"9\">\(marks.joined(separator: " "))</FONT>"
                return "<TR><TD ALIGN=\"LEFT\" BGCOLOR=\"white\">\(column.name)"
                    + " <FONT COLOR=\"#7a8699\" POINT-SIZE=\"9\">\(column.type)</FONT>\(mark)</TD></TR>"
            }
        }
        return
            "<TABLE BORDER=\"0\" CELLBORDER=\"\(isWhole ? 0 : 1)\" CELLSPACING=\"0\" CELLPADDING=\"4\" "
            + "COLOR=\"#c3ccd8\">"
            + rows.joined() + "</TABLE>"
    }

    private func marks(of column: Catalog.Column, in table: Catalog.Table) -> [String] {
        var marks: [String] = []
        if table.primaryKey.contains(column.name) { marks.append("PK") }
        let isKey = table.foreignKeys.contains { $0.target != "core.tenants" && $0.columns.contains(column.name) }
        if isKey && column.name != "tenant_id" { marks.append("FK") }
        return marks
    }

    /// Every table has these, and nobody looks for them in a picture.
    private func isShown(_ column: Catalog.Column, of table: Catalog.Table) -> Bool {
        !["created_at", "updated_at", "metadata"].contains(column.name)
    }

    /// A light colour of the schema's own, always the same.
    private static func tint(_ schema: String) -> String {
        let tints = ["#eef4fb", "#f1f8ef", "#fdf5e9", "#f7f0fa", "#fbf0f0", "#eef7f7", "#f6f6ec", "#f2f2f7"]
        return tints[schema.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xffff } % tints.count]
    }
}
