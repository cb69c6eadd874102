import Foundation
import TestSupport
import Testing

@testable import Catalog

/// What is rendered from the database's catalog, and committed.
@Suite(.database) struct SchemaReferenceTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func catalog() async throws -> Catalog { try await ReadCatalog(try TestDatabase.suite.owner)() }

    private func verify(_ text: String, _ path: String) throws {
        let file = Self.repository.appending(path: path)
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let committed = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        #expect(committed == text, "\(path) is stale: run `make schema` and commit it with the migration")
    }

    @Test func `docs/reference/schema.md says what the database says`() async throws {
        try verify(SchemaReference(try await catalog()).text(), "docs/reference/schema.md")
    }

    @Test func `the diagram is drawn from what the database is`() async throws {
        try verify(EntityDiagram(try await catalog()).dot(), "docs/erd.dot")
        #expect(FileManager.default.fileExists(atPath: Self.repository.appending(path: "docs/erd.png").path))
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

    @Test func `a diagram of one schema has its tables and names those it points to`() async throws {
        let diagram = EntityDiagram(try await catalog(), schema: "numbers")
        let (dot, mermaid) = (diagram.dot(), diagram.mermaid())
        #expect(dot.contains("\"numbers.dids\" -> \"accounts.accounts\""))
        #expect(dot.contains("\"numbers.dids\" [label=<") && !dot.contains("\"accounts.accounts\" [label=<"))
        #expect(!dot.contains("core.tenants"))
        #expect(mermaid.hasPrefix("erDiagram\n") && mermaid.contains("numbers_dids {"))
        #expect(mermaid.contains("accounts_accounts ||--o{ numbers_dids"))
    }
}
