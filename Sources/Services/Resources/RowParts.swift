package import Postgres

/// All rows of a query, some thousand at a time; each part in a transaction of its own, so that a reader who takes an
/// hour holds nothing.
package struct RowParts {
    private let database: Database
    private let query: RowQuery
    private let scope: RequestScope
    private var place: SQL?
    private var isOver = false

    private static let rowsAtOnce = 2_000

    init(_ database: Database, _ query: RowQuery, _ scope: RequestScope) {
        self.database = database
        self.query = query
        self.scope = scope
    }

    package var shape: RowShape { query.shape }

    /// The next rows; `nil` when there are none.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package mutating func next() async throws -> [Row]? {
        if isOver { return nil }
        let statement = query.page(scope, from: place, rows: Self.rowsAtOnce)
        let batch = [scope.opening, statement]
        let rows = try await ListRows.timed { try await ListRows.runAlone(batch, database)[1] }
        let part = Array(rows.prefix(Self.rowsAtOnce))
        if rows.count > Self.rowsAtOnce, let last = part.last {
            place = query.order.behind(try query.order.values(of: last, query.shape))
        } else {
            isOver = true
        }
        return part.isEmpty ? nil : part
    }
}
