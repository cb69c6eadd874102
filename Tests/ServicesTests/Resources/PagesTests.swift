import Catalog
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// Pages that are read by one statement, compared with each read by its own.
@Suite(.database) struct PagesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// The pages of a query, and of the same behind its first row: read together, and each alone.
    /// - Returns: how many rows there were.
    private func compare(_ query: [(name: String, value: String)], _ resource: Resource, _ scope: RequestScope)
        async throws -> Int
    {
        let first = try RowQuery(query + [("limit", "1")], of: resource, isStaff: true)
        try #require(first.isShortList(for: scope), "\(resource.name)")
        let alone = try await db.app.run([scope.opening, first.page(scope)])[1]
        var queries = [first]
        if !resource.key.isEmpty, let row = alone.first {
            let cursor = try first.order.cursor(behind: row, first.shape)
            queries.append(try RowQuery(query + [("limit", "1"), ("cursor", cursor)], of: resource, isStaff: true))
        }
        for query in queries {
            let answers = try await db.app.run([
                scope.opening, query.page(scope), query.pages([query, query, query], scope),
            ])
            let lines = try answers[1].map(query.shape.line)
            var pages: [[String]] = [[], [], []]
            for row in answers[2] {
                pages[try row.column(query.shape.width, as: Int.self)].append(try query.shape.line(row))
            }
            #expect(pages == [lines, lines, lines], "\(resource.name)")
        }
        return alone.count
    }

    @Test func `every table has the same pages together as alone`() async throws {
        let tenant = UUID.v7()
        try await db.owner.run(
            "insert into core.tenants (id, slug, name) values (\(tenant), \("p-" + tenant.text), 'P')")
        try await FullTenant.fill(tenant, db)
        let scope = RequestScope(tenant: tenant, actor: "test")
        var (rows, tables) = (0, 0)
        for resource in try await ReadResources(db.app)().resources where !resource.isView {
            rows += try await compare([], resource, scope)
            // What is expanded may be a column of the key.
            for expansion in resource.expansions {
                let field = try #require(resource.fields(isStaff: true).first)
                rows += try await compare([("fields", field.name), ("expand", expansion.name)], resource, scope)
            }
            tables += 1
        }
        #expect(tables > 100 && rows > tables)
    }
}
