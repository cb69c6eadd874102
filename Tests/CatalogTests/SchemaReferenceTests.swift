import Foundation
import TestSupport
import Testing

@testable import Catalog

/// What is rendered from the database's catalog, and committed.
@Suite(.database, .serialized) struct SchemaReferenceTests {
    private static let docs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs")
    private static let isRecording = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil

    private func catalog() async throws -> Catalog { try await ReadCatalog(try TestDatabase.suite.owner)() }

    private func verify(_ text: String, _ path: String) throws {
        let file = Self.docs.appending(path: path)
        if Self.isRecording { try text.write(to: file, atomically: true, encoding: .utf8) }
        // As a Bool, since a failure would print both.
        let isCurrent = (try? String(contentsOf: file, encoding: .utf8)) == text
        #expect(isCurrent, "docs/\(path) is stale: run `make schema` and commit it with the migration")
    }

    private func files(in folder: String) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: Self.docs.appending(path: folder).path))
    }

    /// Empties a folder of what is recorded anew, so that nothing is left of schemas that have gone.
    private func empty(_ folder: URL) throws {
        try? FileManager.default.removeItem(at: folder)  // there is none at first
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    @Test func `docs/reference/schema.md and its pages say what the database says`() async throws {
        let pages = SchemaReference(try await catalog()).pages()
        if Self.isRecording { try empty(Self.docs.appending(path: "reference/schema")) }
        for page in pages { try verify(page.text, "reference/\(page.path)") }
        let names = pages.compactMap { $0.path.split(separator: "/").dropFirst().first.map(String.init) }
        #expect(try files(in: "reference/schema") == Set(names), "run `make schema`: a page has no schema")
    }

    /// `make schema` draws what is recorded here. A drawn picture repeats the digest of what it was drawn from, since
    /// how it looks depends on the machine's Graphviz and letters.
    @Test func `the pictures are drawn from what the database is`() async throws {
        let catalog = try await catalog()
        let whole = EntityDiagram(catalog)
        try verify(whole.dot(), "erd.dot")
        let parts = catalog.schemas.map { ($0.name, EntityDiagram(catalog, schema: $0.name)) }.filter { !$1.isEmpty }
        if Self.isRecording {
            let drafts = Self.docs.deletingLastPathComponent().appending(path: ".build/erd")
            try empty(drafts)
            for (name, part) in parts {
                try part.dot().write(to: drafts.appending(path: "\(name).dot"), atomically: true, encoding: .utf8)
            }
            return
        }
        #expect(FileManager.default.fileExists(atPath: Self.docs.appending(path: "erd.png").path))
        #expect(try files(in: "erd") == Set(parts.map { "\($0.0).svg" }))
        for (path, diagram) in [("erd.svg", whole)] + parts.map({ ("erd/\($0.0).svg", $0.1) }) {
            let picture = try? String(contentsOf: Self.docs.appending(path: path), encoding: .utf8)
            let isCurrent = picture?.contains("\"\(diagram.pictureID)\"") == true
            #expect(isCurrent, "docs/\(path) is stale: run `make schema`")
        }
    }

    @Test func `a table is told with its key, its columns and what it points to`() async throws {
        let catalog = try await catalog()
        let table = try #require(catalog.tables.first { $0.fullName == "routing.trunk_acl" })
        #expect(table.kind == .table && table.primaryKey == ["tenant_id", "id"])
        let network = try #require(table.columns.first { $0.name == "network" })
        #expect(network.type == "cidr" && !network.isNullable && !network.comment.isEmpty)
        #expect(
            table.foreignKeys.contains { $0.columns.contains("trunk_id") && $0.target == "routing.trunks" })
        #expect(catalog.tables.first { $0.fullName == "cdr.raw_cdr" }?.kind == .partitioned)
        #expect(!catalog.tables.contains { $0.name.contains("raw_cdr_") })
        #expect(catalog.schemas.first { $0.name == "core" }?.domains.contains { $0.name == "e164" } == true)
        #expect(catalog.schemas.first { $0.name == "billing" }?.functions.contains { $0.name == "post_calls" } == true)
    }

    /// A page, and what it says.
    private static let samples: [(String, String)] = [
        ("schema/accounts.md", "| `id` | uuid |  | `core.uuid_v7()` | Identifier, unique within the tenant. |"),
        ("schema/accounts.md", "| `kind` | [accounts.account_kind](#accountsaccount_kind) |  | `'customer'` |"),
        ("schema/accounts.md", "\n### accounts.account_kind\n"),
        ("schema/accounts.md", "\nAllowed:\n\n- `customer`\n- `reseller`\n"),
        ("schema/accounts.md", "- `accounts_pkey`: `PRIMARY KEY (tenant_id, id)`"),
        ("schema/accounts.md", "[billing.ledger](billing.md#billingledger) (`account_id`)"),
        ("schema/accounts.md", "- `tenant_isolation`: `tenant_id = :tenant AND "),
        ("schema/accounts.md", "![The tables of accounts](../../erd/accounts.svg)"),
        ("schema/billing.md", "- `refund_amount_above_zero`: `CHECK (amount > 0)`"),
        ("schema/billing.md", "- `account_has_one_plan_at_a_time`: `EXCLUDE USING gist "),
        ("schema/queue.md", "- `job_is_queued_once`: unique `(tenant_id, queue, unique_key) WHERE state IN ('ready'"),
        ("schema/cdr.md", "Partitioned by `RANGE (started_at)`"),
        ("schema/cdr.md", "- `routing_id` → [routing.routing_requests](routing.md#routingrouting_requests), without a"),
        ("schema/cdr.md", "| always `(sell_amount - buy_amount)` |"),
        ("schema.md", "- [tracking.calls](schema/tracking.md#trackingcalls): "),
    ]

    @Test func `the pages tell types, defaults, rules, indexes, policies and who points where`() async throws {
        let pages = SchemaReference(try await catalog()).pages()
        for (path, text) in Self.samples {
            #expect(pages.first { $0.path == path }?.text.contains(text) == true, "\(path): \(text)")
        }
    }

    @Test func `every link of the pages leads to a heading`() async throws {
        let pages = SchemaReference(try await catalog()).pages()
        let headings = pages.flatMap { page in
            page.text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                "\(page.path)#\(line.drop { $0 == "#" || $0 == " " }.filter { $0 != "." })"
            }
        }
        #expect(Set(headings).count == headings.count, "two headings would have one anchor")
        var missing: Set<String> = []
        for page in pages {
            for link in page.text.matches(of: /\]\(([a-z_\/.]*)#([a-z0-9_]+)\)/) {
                let folder = page.path.hasPrefix("schema/") ? "schema/" : ""
                let target = (link.output.1.isEmpty ? page.path : folder + link.output.1) + "#" + link.output.2
                if !headings.contains(target) { missing.insert("\(page.path): \(target)") }
            }
        }
        #expect(missing == [])
    }

    @Test func `on one page all links stay on it`() async throws {
        let text = SchemaReference(try await catalog()).text()
        #expect(text.contains("(#billingholds)") && !text.contains(".md#"))
    }
}
