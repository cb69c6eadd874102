package import Catalog
package import Postgres

/// Reads one row of a table as somebody may see it.
package struct ReadRow: Sendable {
    private let list: ListRows

    /// - Parameter database: as the API.
    package init(_ database: Database, _ resources: ResourceSet) { list = ListRows(database, resources) }

    /// - Parameter parameters: `fields` and `expand`.
    /// - Returns: a page of one row.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package func callAsFunction(
        _ key: String, of resource: Resource, _ parameters: [(name: String, value: String)], _ scope: RequestScope
    ) async throws -> RowPage {
        for (name, value) in parameters where !["fields", "expand"].contains(name) {
            throw ResourceFault.parameter("parameter", "\(name)=\(value)", expected: "fields or expand")
        }
        let row = try RowKey(key, of: resource)
        var query = try RowQuery(parameters, of: resource, isStaff: scope.account == nil, isOfKey: true)
        query.choose(row)
        let page = try await list(query, scope)
        guard !page.rows.isEmpty else { throw RowKey.notFound(key, resource) }
        return page
    }
}
