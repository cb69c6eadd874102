/// The model as a page for people: every schema with its tables, columns, domains and functions, in Markdown.
package struct SchemaReference: Sendable {
    private let catalog: Catalog

    package init(_ catalog: Catalog) { self.catalog = catalog }

    /// The whole page.
    package func text() -> String {
        let head = """
            # The model

            Made by `make schema` from the comments in the database; do not edit. A column without a meaning here is not
            shown by the API. Every key starts with the tenant, and every table of a tenant has a foreign key to
            `core.tenants` that cascades; neither is repeated below.

            ![The tables of all schemas and the keys between them](../erd.png)

            """
        let contents = catalog.schemas.map { schema in
            "- [\(schema.name)](#\(schema.name)): \(schema.comment)"
        }.joined(separator: "\n")
        return head + contents + "\n" + catalog.schemas.map(section).joined()
    }

    private func section(_ schema: Catalog.Schema) -> String {
        var lines = ["", "## \(schema.name)", "", schema.comment]
        for table in schema.tables { lines += part(table) }
        if !schema.domains.isEmpty {
            lines += [
                "", "### Domains of \(schema.name)", "", "| domain | over | allows | meaning |", "|---|---|---|---|",
            ]
            lines += schema.domains.map { domain in
                row([
                    "`\(domain.name)`", domain.base, domain.checks.map { "`\(Self.plain($0))`" }.joined(separator: " "),
                    domain.comment,
                ])
            }
        }
        if !schema.functions.isEmpty {
            lines += ["", "### Functions of \(schema.name)", "", "| function | returns | meaning |", "|---|---|---|"]
            lines += schema.functions.map { row(["`\($0.name)(\($0.arguments))`", $0.result, $0.comment]) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func part(_ table: Catalog.Table) -> [String] {
        let kind =
            switch table.kind {
            case .table: ""
            case .partitioned: " (partitioned by month)"
            case .view: " (view)"
            case .materializedView: " (materialized view)"
            }
        var lines = [
            "", "### \(table.fullName)\(kind)", "", table.comment, "", "| column | type | meaning |", "|---|---|---|",
        ]
        lines += table.columns.map { column in
            row(["`\(column.name)`", column.type + (column.isNullable ? ", may be null" : ""), column.comment])
        }
        if !table.primaryKey.isEmpty { lines += ["", "Key: `\(table.primaryKey.joined(separator: ", "))`."] }
        let keys = table.foreignKeys.filter { $0.target != "core.tenants" }
        if !keys.isEmpty {
            lines += [""]
            lines += keys.map { key in
                let columns = key.columns.filter { $0 != "tenant_id" }.joined(separator: ", ")
                return "- `\(columns)` → `\(key.target)`\(key.cascades ? ", goes with it" : "") (`\(key.name)`)"
            }
        }
        return lines
    }

    private func row(_ cells: [String]) -> String {
        "| " + cells.map(Self.plain).joined(separator: " | ") + " |"
    }

    /// A bar or a line end would end the cell.
    private static func plain(_ text: String) -> String {
        String(text.map { $0 == "\n" ? " " : $0 }).split(separator: "|", omittingEmptySubsequences: false)
            .joined(separator: "\\|")
    }
}
