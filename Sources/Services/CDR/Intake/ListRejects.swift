package import Foundation
package import Postgres

/// Lists the records of files that were not taken, and drops those that are not to be.
package struct ListRejects: Sendable {
    private let database: Database
    private let tenant: UUID

    /// - Parameter database: as the engine.
    package init(_ database: Database, tenant: UUID) {
        self.database = database
        self.tenant = tenant
    }

    /// The newest of a state, the last first.
    package func callAsFunction(
        _ choice: RejectChoice, state: String = "open", limit: Int
    ) async throws -> [RejectedLine] {
        let rows = try await database.run(
            """
            select r.id, f.name, f.source, r.line, r.content, r.is_cut, r.column_number, r.column_name, r.value,
                   r.reason, r.state
              from cdr.rejected_lines r
              join cdr.import_files f on f.tenant_id = r.tenant_id and f.id = r.import_file_id
             where r.tenant_id = \(tenant) and r.state = \(state) and \(choice.condition)
             order by r.created_at desc, r.id desc
             limit \(limit)
            """)
        return try rows.map(RejectedLine.init)
    }

    /// How many wait.
    package func count(_ choice: RejectChoice = RejectChoice()) async throws -> Int {
        try await database.run(
            """
            select count(*) from cdr.rejected_lines r
              join cdr.import_files f on f.tenant_id = r.tenant_id and f.id = r.import_file_id
             where r.tenant_id = \(tenant) and r.state = 'open' and \(choice.condition)
            """
        ).value(Int.self) ?? 0
    }

    /// Notes that records are not to be taken.
    /// - Returns: how many that were open.
    package func drop(_ choice: RejectChoice) async throws -> Int {
        try await database.run(
            """
            update cdr.rejected_lines r set state = 'dropped', settled_at = now()
              from cdr.import_files f
             where r.tenant_id = \(tenant) and f.tenant_id = r.tenant_id and f.id = r.import_file_id
               and r.state = 'open' and \(choice.condition)
            """, deadline: .seconds(60)
        ).affected
    }
}

extension RejectChoice {
    /// On `r`, the lines, and `f`, their files.
    var condition: SQL {
        "(\(ids.isEmpty) or r.id = any (\(ids))) and (\(file)::text is null or f.name = \(file))"
    }
}

extension RejectedLine {
    /// - Parameter row: id, name and source of the file, line, content, whether it is cut, number and name of the
    ///   column, value, reason, state.
    init(_ row: Row) throws(PostgresError) {
        self.init(
            id: try row.column(0), file: try row.column(1), source: try row.column(2), line: try row.column(3),
            content: try row.column(4), isCut: try row.column(5), column: try row.column(6),
            field: try row.column(7), value: try row.column(8), reason: try row.column(9), state: try row.column(10))
    }
}
