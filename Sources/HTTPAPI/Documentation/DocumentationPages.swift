import Catalog
import Services

/// What a developer reads in a browser: how the API works, and of each table what one can do with its rows and what
/// their fields are. Rendered from what is served, without a script.
enum DocumentationPages {
    /// The tables of a schema.
    static func schema(_ name: String, _ model: ExposedModel) -> String {
        page("\(name) · Heddle API") { page in
            page.element("p", "crumb") { $0.link("/docs", "Heddle API") }
            page.element("h1", "", name)
            page.element("p", "lead", model.schemas[name] ?? "")
            for table in model.resources where table.schema == name { Self.table(table, &page) }
        }
    }

    private static func page(_ title: String, _ body: (inout HTMLText) -> Void) -> String {
        var page = HTMLText()
        page.markup(
            """
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8">\
            <meta name="viewport" content="width=device-width, initial-scale=1"><title>
            """)
        page.put(title)
        page.markup("</title><style>")
        page.markup(style)
        page.markup("</style></head><body><main>")
        body(&page)
        page.markup("</main></body></html>\n")
        return page.text
    }

    // MARK: Index

    /// How the API works, and the tables that there are.
    static func index(_ model: ExposedModel) -> String {
        let bySchema = Dictionary(grouping: model.resources, by: \.schema)
        return page("Heddle API") { page in
            page.element("h1", "", "Heddle API")
            guide(&page)
            page.element("h2", "", "Tables and views")
            for name in bySchema.keys.sorted() {
                page.element("h3") { $0.link("/docs/\(name)", name) }
                page.element("p", "", model.schemas[name] ?? "")
                page.element("table", "list") { rows in
                    for table in bySchema[name] ?? [] {
                        rows.element("tr") { row in
                            row.element("td") { $0.link("/docs/\(name)#\(table.table)", table.table) }
                            row.element("td", "", table.comment)
                            row.element("td", "verbs", verbs(table))
                        }
                    }
                }
            }
        }
    }

    private static func verbs(_ table: Resource) -> String {
        "read"
            + (table.isCreatable ? ", make" : "") + (table.isUpdatable ? ", change" : "")
            + (table.isDeletable ? ", delete" : "")
    }

    // MARK: A table

    private static func table(_ resource: Resource, _ page: inout HTMLText) {
        page.anchor("h2", id: resource.table, resource.table)
        page.element("p", "", resource.comment)
        page.element("pre", "", calls(resource))
        var notes = resource.isView ? ["A view."] : []
        notes.append(resource.readPermission.map { "Reading needs \($0)." } ?? "Any key may read.")
        if let since = resource.since { notes.append("A list needs \(since)[gte].") }
        if let write = resource.writePermission, resource.isCreatable || resource.isUpdatable {
            notes.append("Writing needs \(write).")
        }
        if !resource.isSeenByAccounts { notes.append("Keys of an account do not see it.") }
        if !resource.expansions.isEmpty {
            notes.append("Expands to \(resource.expansions.map(\.name).joined(separator: ", ")).")
        }
        page.element("p", "note", notes.joined(separator: " "))
        page.element("table", "fields") { rows in
            rows.element("tr") { head in
                for word in ["field", "type", "make", "change", "meaning"] { head.element("th", "", word) }
            }
            for field in resource.fields { row(field, &rows) }
        }
    }

    private static func calls(_ resource: Resource) -> String {
        let one = "\(resource.path)/{\(resource.key.joined(separator: "},{"))}"
        var calls = ["GET    \(resource.path)"]
        if resource.isCreatable { calls += ["POST   \(resource.path)", "POST   \(resource.path)/bulk"] }
        if !resource.key.isEmpty { calls.append("GET    \(one)") }
        if resource.isUpdatable { calls.append("PATCH  \(one)") }
        if resource.isDeletable { calls.append("DELETE \(one)") }
        return calls.joined(separator: "\n")
    }

    private static func row(_ field: Resource.Field, _ rows: inout HTMLText) {
        rows.element("tr") { row in
            row.element("td") { $0.element("code", "", field.name) }
            row.element("td", "type", type(field))
            row.element("td", "", field.isRequired ? "needed" : field.isCreatable ? "yes" : "")
            row.element("td", "", field.isUpdatable ? "yes" : "")
            row.element("td", "", field.comment + (field.isStaffOnly ? " Not shown to keys of an account." : ""))
        }
    }

    private static func type(_ field: Resource.Field) -> String {
        let words = FieldCheck.expectation(field)
        return words.hasPrefix("a ")
            ? String(words.dropFirst(2)) : words.hasPrefix("an ") ? String(words.dropFirst(3)) : words
    }

    // MARK: Guide

    private static func guide(_ page: inout HTMLText) {
        page.element("p", "lead") { lead in
            lead.put("Every table and view of the model, and what can be done with it. The same for programs: ")
            lead.link("/openapi.json", "openapi.json")
            lead.put(" (OpenAPI 3.1).")
        }
        for part in DocumentationGuide.parts {
            page.element("h2", "", part.title)
            for paragraph in part.paragraphs { page.element("p", "", paragraph) }
            if !part.example.isEmpty { page.element("pre", "", part.example) }
        }
    }

    private static let style: StaticString = """
        :root{color-scheme:light dark;--line:#8883;--soft:#8881;--dim:#777}\
        body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:64rem;margin:0 auto;padding:2rem 1.2rem 6rem}\
        h1{font-size:1.9rem;margin:.2em 0}h2{margin:2.2em 0 .3em;padding-top:.4em;border-top:1px solid var(--line)}\
        h3{margin:1.6em 0 .2em}p{margin:.4em 0 .8em;max-width:48rem}.lead{font-size:1.1rem}\
        .note,.crumb{color:var(--dim)}\
        pre{background:var(--soft);padding:.8em 1em;border-radius:6px;overflow-x:auto;white-space:pre;font-size:.85rem}\
        code,pre{font-family:ui-monospace,monospace}code{font-size:.85rem}\
        table{border-collapse:collapse;width:100%;font-size:.9rem}\
        th{text-align:left;color:var(--dim);font-weight:500}td,th{padding:.3em .8em .3em 0;vertical-align:top;\
        border-bottom:1px solid var(--line)}.type{max-width:16rem;overflow-wrap:anywhere}.verbs{color:var(--dim);\
        white-space:nowrap}
        """
}
