package import Catalog
import Foundation
package import Postgres

/// Reads rows of a table as somebody may see them, a page at a time.
package struct ListRows: Sendable {
    private let database: Database
    private let resources: ResourceSet
    private let together: ReadTogether

    /// What a request may take in the database.
    static let deadline = Duration.seconds(10)

    /// - Parameter database: as the API.
    package init(_ database: Database, _ resources: ResourceSet) {
        self.database = database
        self.resources = resources
        together = ReadTogether(database)
    }

    /// - Throws: `ResourceFault`, or `PostgresError`.
    package func callAsFunction(_ query: RowQuery, _ scope: RequestScope) async throws -> RowPage {
        let (rows, total) = try await found(query, scope)
        let hasMore = rows.count > query.limit
        let shown = Array(rows.prefix(query.limit))
        return RowPage(
            rows: shown, shape: query.shape,
            next: hasMore ? try shown.last.map { try query.order.cursor(behind: $0, query.shape) } : nil,
            total: total, expanded: try await expand(shown, query, scope))
    }

    /// The rows of a page, one more than it has where there is a next one, and how many there are in all.
    private func found(_ query: RowQuery, _ scope: RequestScope) async throws -> ([Row], total: Int?) {
        if let id = query.idOfWhole {
            if let row = await together(id, of: query.resource, scope) { return ([row].compactMap(\.self), nil) }
        } else if query.isShortList(for: scope), let rows = await together(query, scope) {
            return (rows, nil)
        }
        var batch = [scope.opening, query.page(scope)]
        if query.countsAll { batch.append(query.total(scope)) }
        let answers = try await run(batch, isShort: query.isOfOne)
        return (Array(answers[1]), query.countsAll ? try answers[2].value(Int.self) : nil)
    }

    /// Reads all rows of a query, some thousand at a time.
    package func all(_ query: RowQuery, _ scope: RequestScope) -> RowParts { RowParts(database, query, scope) }

    /// The rows that rows name, each read once.
    private func expand(_ rows: [Row], _ query: RowQuery, _ scope: RequestScope) async throws -> [RowPage.Expanded] {
        var expanded: [RowPage.Expanded] = []
        for expansion in query.expansions {
            guard let target = resources[expansion.target], let column = expansion.columns.first,
                let targetColumn = expansion.targetColumns.first, let field = target.field(targetColumn)
            else { continue }
            // What somebody may not read by itself is not read beside something else either.
            guard scope.mayRead(target) else {
                throw ResourceFault.parameter(
                    "expand", expansion.name, expected: "what the key may read: it lacks \(target.readPermission ?? "")"
                )
            }
            let names = Set(try rows.compactMap { try query.shape.text($0, column) }).sorted()
            let shape = RowShape(target.fields(isStaff: scope.account == nil), and: [field])
            let tenant: SQL = target.tenantColumn.map { "t.\(identifier: $0) = \(scope.tenant) and" } ?? ""
            let found = try await run(
                [
                    scope.opening,
                    """
                    select \(shape.selection) from \(unescaped: target.name) t
                     where \(tenant) t.\(identifier: targetColumn)
                           = any (\(names)::text[]::\(unescaped: field.comparedType)[])
                    """,
                ], isShort: query.isOfOne)[1]
            var byName: [String: Row] = [:]
            for row in found { if let name = try shape.text(row, targetColumn) { byName[name] = row } }
            expanded.append(
                RowPage.Expanded(name: expansion.name, column: column, shape: shape, rows: byName))
        }
        return expanded
    }

    /// What may take its time has a session of its own: on a shared one everybody's keys would wait behind it.
    private func run(_ batch: [SQL], isShort: Bool) async throws -> [Rows] {
        try await Self.timed {
            if isShort { return try await database.run(batch, deadline: Self.deadline) }
            return try await Self.runAlone(batch, database)
        }
    }

    /// Runs a batch on a session of its own, as one transaction.
    static func runAlone(_ batch: [SQL], _ database: Database) async throws -> [Rows] {
        let limit = "\(deadline.components.seconds * 1_000 - 100)ms"
        let limited: [SQL] = ["select set_config('statement_timeout', \(limit), true)"] + batch
        return try await database.lease { try await $0.run(limited, deadline: deadline).dropFirst().map(\.self) }
    }

    /// Tells what took too long, and what cannot be compared, from what the database could not do.
    static func timed<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as PostgresError where error.sqlState?.hasPrefix("22") ?? false {
            throw ResourceFault(.refused, error.server?.message.forDisplay(300) ?? "a value cannot be read")
        } catch let error as PostgresError where error.code == .timedOut && error.server != nil {
            throw ResourceFault(
                .tooSlow,
                "it takes the database longer than \(deadline.components.seconds) s; ask for less, by a field that is "
                    + "in an index, and without count")
        }
    }
}

/// Some rows of a list, and where it goes on.
package struct RowPage: Sendable {
    package let rows: [Row]
    package let shape: RowShape
    /// The cursor of the next page; `nil` on the last one.
    package let next: String?
    /// How many rows there are in all, if that was asked.
    package let total: Int?
    let expanded: [Expanded]

    /// Rows of another table, by what names them.
    struct Expanded: Sendable {
        let name: String
        let column: String
        let shape: RowShape
        let rows: [String: Row]
    }

    /// Writes a row with what it names.
    package func write(_ row: Row, to json: inout JSONWriter) throws {
        try json.object { json in
            try shape.write(row, to: &json)
            for other in expanded {
                if let name = try shape.text(row, other.column), let named = other.rows[name] {
                    try json.object(other.name) { json in try other.shape.write(named, to: &json) }
                } else {
                    json.raw(other.name, "null")
                }
            }
        }
    }
}

/// What the API shows, by name.
package struct ResourceSet: Sendable {
    /// In the order of their names.
    package let all: [Resource]
    private let byName: [String: Resource]

    package init(_ resources: [Resource]) {
        all = resources
        byName = Dictionary(uniqueKeysWithValues: resources.map { ($0.name, $0) })
    }

    /// - Parameter name: with its schema.
    package subscript(name: String) -> Resource? { byName[name] }
}

extension RequestScope {
    /// Whether whoever asks may read a table, as far as permissions go; which rows, policies say.
    package func mayRead(_ resource: Resource) -> Bool {
        may(resource.readPermission) && (account == nil || resource.isSeenByAccounts)
    }

    /// Whether whoever asks may write a table, as far as permissions go.
    package func mayWrite(_ resource: Resource) -> Bool {
        resource.writePermission != nil && may(resource.writePermission)
            && (account == nil || resource.isSeenByAccounts)
    }
}
