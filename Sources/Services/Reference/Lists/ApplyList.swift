import Postgres

/// Makes the rows of a list what `incoming_list` says, and tells what that changed.
struct ApplyList {
    let list: PublishedList
    /// Whether what is not in the file stays.
    let isDelta: Bool
    /// Whether it may take much of what is loaded away.
    let allowsShrink: Bool

    func callAsFunction(_ session: Connection) async throws -> ImportResult.Changes {
        // Readers go on; another import waits.
        try await session.run(
            "lock table \(unescaped: list.table) in share row exclusive mode", deadline: ImportBlocks.statementLimit)
        var changes = ImportResult.Changes()
        changes.changed = try await run(
            """
            update \(unescaped: list.table) t set (\(names(list.values))) = row(\(names(list.values, of: "i")))
              from incoming_list i
             where \(scope) and \(sameKey)
               and (\(names(list.values, of: "t"))) is distinct from (\(names(list.values, of: "i")))
            """, session)
        changes.new = try await run(
            """
            insert into \(unescaped: list.table) (\(owner.column)\(names(list.keys + list.values)))
            select \(owner.value)\(names(list.keys + list.values)) from incoming_list i
             where not exists (select from \(unescaped: list.table) t where \(scope) and \(sameKey))
            """, session)
        if !isDelta {
            changes.gone = try await run(
                """
                delete from \(unescaped: list.table) t
                 where \(scope) and not exists (select from incoming_list i where \(sameKey))
                """, session)
        }
        changes.rows =
            try await session.run(
                "select count(*) from \(unescaped: list.table) t where \(scope)",
                deadline: ImportBlocks.statementLimit
            ).value() ?? 0
        if !allowsShrink { try changes.requireNoShrink() }
        return changes
    }

    private func run(_ statement: SQL, _ session: Connection) async throws -> Int {
        try await session.run(statement, deadline: ImportBlocks.statementLimit).affected
    }

    private func names(_ columns: [PublishedList.Column], of table: String? = nil) -> SQL {
        SQL(unescaped: columns.map { (table.map { $0 + "." } ?? "") + $0.name }.joined(separator: ", "))
    }

    private var sameKey: SQL {
        SQL(unescaped: list.keys.map { "t.\($0.name) = i.\($0.name)" }.joined(separator: " and "))
    }

    /// Whose rows they are.
    private var scope: SQL {
        switch list {
        case .localAreas: "true"
        case .portedNumbers(let tenant): "t.tenant_id = \(tenant)"
        }
    }

    private var owner: (column: SQL, value: SQL) {
        switch list {
        case .localAreas: ("", "")
        case .portedNumbers(let tenant): ("tenant_id, ", "\(tenant), ")
        }
    }
}
