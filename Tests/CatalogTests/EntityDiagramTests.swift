import TestSupport
import Testing

@testable import Catalog

/// The pictures, as text for the programs that draw them.
@Suite(.database, .serialized) struct EntityDiagramTests {
    private func diagram(_ schema: String? = nil) async throws -> EntityDiagram {
        EntityDiagram(try await ReadCatalog(try TestDatabase.suite.owner)(), schema: schema)
    }

    private func lines(_ dot: String) -> [Substring] { dot.split(separator: "\n").filter { $0.contains(" -> \"") } }

    @Test func `a picture of one schema has its tables, and names those of others at the key`() async throws {
        let dot = try await diagram("numbers").dot()
        #expect(dot.contains("\"numbers.dids\" [label=<") && !dot.contains("\"accounts.accounts\""))
        #expect(dot.contains("→ accounts.accounts") && dot.contains("→ routing.trunks"))
        #expect(dot.contains("\"numbers.port_requests\":title:e -> \"numbers.port_events\":\"port_request_id\":w"))
        #expect(!dot.contains("→ core.tenants"))
    }

    @Test func `a key that no foreign key keeps is dashed in the whole picture`() async throws {
        let lines = lines(try await diagram().dot())
        for (target, from) in [
            ("cdr.raw_cdr", "cdr.enriched_cdr"), ("tracking.calls", "tracking.call_legs"),
            ("tracking.calls", "tracking.recordings"), ("messaging.mdr", "messaging.webhook_attempts"),
            ("billing>routing.routing_requests", "billing.holds"), ("tracking>cdr.raw_cdr", "tracking.calls"),
        ] {
            let line = lines.first { $0.contains("\"\(target)\" -> \"\(from)\"") }
            #expect(line?.contains("style=dashed") == true, "\(target) -> \(from)")
        }
    }

    @Test func `a foreign key is a solid line, and tells whether it must be there`() async throws {
        let lines = lines(try await diagram().dot())
        let must = lines.first { $0.contains("\"routing.trunks\" -> \"routing.trunk_acl\"") }
        #expect(must?.contains("arrowtail=tee, arrowhead=crowodot, style=solid") == true)
        let may = lines.first { $0.contains("\"vendor_mgmt.contracts\" -> \"vendor_mgmt.invoices\"") }
        #expect(may?.contains("arrowtail=teeodot") == true)
    }

    @Test func `a key that also holds the account is told once, by its own column`() async throws {
        let links = try await diagram("auth").links
        #expect(links.filter { $0.from == "auth.sessions" && $0.target == "auth.users" }.map(\.column) == ["user_id"])
        #expect(Set(links.map { [$0.from, $0.column, $0.target] }).count == links.count)
    }

    @Test func `a table stands alone only if it is of no tenant`() async throws {
        let diagram = try await diagram()
        let joined = Set(diagram.links.flatMap { [$0.from, $0.target] })
        let alone = diagram.tables.filter { !joined.contains($0.fullName) }
        #expect(alone.filter { table in table.foreignKeys.count > 0 }.map(\.fullName) == [])
        #expect(diagram.links.contains { $0.from == "billing.account_balance" && $0.target == "accounts.accounts" })
    }

    @Test func `lines end within their schema`() async throws {
        for line in lines(try await diagram().dot()) where !line.contains("legend_") {
            let ends = line.split(separator: "\"").filter { $0.contains(".") }.prefix(2).map { name in
                name.prefix { $0 != "." && $0 != ">" }
            }
            #expect(ends.count == 2 && ends[0] == ends[1], "\(line)")
        }
    }

    @Test func `a picture says how to read it, and is the same every time`() async throws {
        for schema in [nil, "core"] {
            let (first, second) = (try await diagram(schema), try await diagram(schema))
            #expect(first.dot() == second.dot() && first.dot().contains("id=\"\(first.pictureID)\""))
            #expect(first.dot().contains("How to read it"))
        }
    }

    @Test func `Mermaid draws the same keys`() async throws {
        let mermaid = try await diagram("cdr").mermaid()
        #expect(mermaid.hasPrefix("erDiagram\n") && mermaid.contains("    cdr_raw_cdr {\n        uuid tenant_id PK\n"))
        #expect(mermaid.contains("cdr_raw_cdr |o..o| cdr_enriched_cdr : \"id\""))
        #expect(mermaid.contains("accounts_accounts |o..o{ cdr_enriched_cdr : \"account_id\""))
        #expect(mermaid.contains("cdr_reconciliation_runs ||--o{ cdr_reconciliation_items : \"reconciliation_run_id\""))
    }
}
