/// The model for people, in Markdown: a page that lists all tables, and a page of each schema with its tables, their
/// columns and rules, its domains and functions.
package struct SchemaReference: Sendable {
    let catalog: Catalog
    /// Whether all stands on one page, so that links stay on it.
    let isOnePage: Bool
    private let domains: Set<String>

    /// A page, and its path below `docs/reference`.
    package struct Page: Sendable {
        package let path: String
        package let text: String
    }

    package init(_ catalog: Catalog) { self.init(catalog, isOnePage: false) }

    private init(_ catalog: Catalog, isOnePage: Bool) {
        self.catalog = catalog
        self.isOnePage = isOnePage
        domains = Set(catalog.schemas.flatMap { schema in schema.domains.map { "\(schema.name).\($0.name)" } })
    }

    /// The list of tables, then the schemas.
    package func pages() -> [Page] {
        [Page(path: "schema.md", text: list())]
            + catalog.schemas.map { Page(path: "schema/\($0.name).md", text: page($0)) }
    }

    /// Everything on one page, to be read in a terminal or searched.
    package func text() -> String {
        let page = SchemaReference(catalog, isOnePage: true)
        return page.catalog.schemas.map(page.page).joined(separator: "\n")
    }

    // MARK: The list of tables

    private func list() -> String {
        let head = """
            # The model

            Made by `make schema` from what the database says of itself; do not edit. Below are all tables; each schema
            has a page with their columns, rules and indexes, its domains and functions, and a picture.

            A column without a meaning there is not shown by the API. Every key of a tenant's table begins with the
            tenant, and every such table has a foreign key to `core.tenants` that cascades; this is not repeated. Of
            other foreign keys each says what becomes of the row when the one goes that it points to: it goes with it,
            or keeps it from going. Names of constraints and unique indexes are what errors say. Conditions of row
            policies call what `core.set_context()` has set `:tenant` (`app.tenant_id`), `:accounts`
            (`app.account_ids`) and `:all_accounts` (`app.account_scope` is `tenant`).

            [![All tables and the keys between them](../erd.png)](../erd.svg)

            The picture as [SVG](../erd.svg), to zoom and search; `heddle schema erd` draws it from a database, also as
            Mermaid.

            """
        let sections = catalog.schemas.map { schema in
            var lines = ["", "## \(schema.name)", "", schema.comment + " [Page](schema/\(schema.name).md)", ""]
            lines += schema.tables.map {
                "- [\($0.fullName)](schema/\(schema.name).md#\(Self.anchor($0.fullName))): \(Self.line($0.comment))"
            }
            return lines.joined(separator: "\n") + "\n"
        }
        return head + sections.joined()
    }

    // MARK: The page of a schema

    private func page(_ schema: Catalog.Schema) -> String {
        var lines = ["# \(schema.name)", "", schema.comment]
        if !isOnePage {
            lines += ["", "Made by `make schema`; do not edit. [All schemas](../schema.md)"]
            if !EntityDiagram(catalog, schema: schema.name).isEmpty {
                lines += ["", "![The tables of \(schema.name)](../../erd/\(schema.name).svg)"]
            }
        }
        for table in schema.tables { lines += section(table) }
        if !schema.domains.isEmpty { lines += ["", "## Domains of \(schema.name)"] }
        for domain in schema.domains { lines += section(domain, of: schema.name) }
        if !schema.functions.isEmpty {
            lines += ["", "## Functions of \(schema.name)", "", "| function | returns | meaning |", "|---|---|---|"]
            lines += schema.functions.map {
                Self.row([Self.code("\($0.name)(\($0.arguments))"), Self.code($0.result), $0.comment])
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ domain: Catalog.Domain, of schema: String) -> [String] {
        var lines = ["", "### \(schema).\(domain.name)", "", domain.comment, "", "Over `\(domain.base)`."]
        for check in domain.checks {
            if let values = PlainSQL.allowedValues(check) {
                lines += ["", "Allowed:", ""] + values.map { "- `\($0)`" }
            } else {
                lines += ["", Self.code(PlainSQL.text(check))]
            }
        }
        return lines
    }

    // MARK: Links

    /// A link from the page of a schema to a table or a domain.
    func link(_ name: String, from schema: String) -> String {
        let owner = name.prefix { $0 != "." }
        let page = isOnePage || owner == schema ? "" : "\(owner).md"
        return "[\(name)](\(page)#\(Self.anchor(name)))"
    }

    /// A column's type, as a link where it is a domain or a list of one.
    func type(_ type: String, from schema: String) -> String {
        let name = type.hasSuffix("[]") ? String(type.dropLast(2)) : type
        guard domains.contains(name) else { return type }
        return link(name, from: schema) + type.dropFirst(name.count)
    }

    /// As web pages make it of a heading.
    private static func anchor(_ name: String) -> String { name.filter { $0 != "." } }

    // MARK: Markdown

    static func row(_ cells: [String]) -> String {
        "| " + cells.map { line($0).replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }

    static func line(_ text: String) -> String { text.replacing("\n", with: " ") }

    /// Empty for nothing. A text with the mark that ends code gets two of them.
    static func code(_ text: String) -> String {
        if text.isEmpty { return "" }
        return text.contains("`") ? "`` \(line(text)) ``" : "`\(line(text))`"
    }
}
