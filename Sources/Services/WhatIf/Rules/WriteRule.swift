import Foundation
import Postgres

/// Makes one change of a file, or finds out what is wrong with it.
struct WriteRule {
    private let change: RuleChange
    private let table: RuleTable
    private let named: NamedTables
    private let tenant: UUID
    private(set) var problems: [RuleProblem] = []

    init(_ change: RuleChange, _ table: RuleTable, _ named: NamedTables, tenant: UUID) {
        self.change = change
        self.table = table
        self.named = named
        self.tenant = tenant
    }

    /// - Returns: how many rows it touched; nil when there are problems, and then the transaction is as it was.
    mutating func callAsFunction(_ session: Connection) async throws -> Int? {
        let values = try await resolved(change.columns, session)
        var row: [(name: String, value: JSONTree)] = []
        switch change.row {
        case nil: break
        case .object(let columns)?:
            let sorted = columns.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
            row = try await resolved(sorted, session)
        case .some(let name): row = try await own(name.text ?? "", session)
        }
        guard problems.isEmpty else { return nil }
        try await session.run("savepoint rule")
        do {
            let rows = try await write(values, row, session)
            if change.action == .change || change.action == .remove, rows == 0 {
                add("row", change.row?.json ?? "", "columns of a row that is there")
            }
            return rows
        } catch let error as PostgresError {
            guard error.server != nil else { throw error }
            if ["55P03", "40001"].contains(error.sqlState) {
                throw ImportFailure(
                    "change \(change.number): somebody else is changing these rows of \(table.name); try again")
            }
            guard Self.isAboutTheChange(error) else { throw error }
            try await session.run("rollback to savepoint rule")
            try await blame(error, values + row, session)
            return nil
        }
    }

    // MARK: Names

    /// The columns with the ids of what they name.
    private mutating func resolved(
        _ columns: [(name: String, value: JSONTree)], _ session: Connection
    ) async throws -> [(name: String, value: JSONTree)] {
        var resolved: [(name: String, value: JSONTree)] = []
        for (name, value) in columns {
            guard let column = table.columns[name] else {
                add(name, value.json, "one of \(table.columns.keys.sorted().joined(separator: ", "))")
                continue
            }
            guard let target = column.target, let text = value.text else {
                resolved.append((name, value))
                continue
            }
            guard let id = try await find(text, in: target, as: name, session) else { continue }
            resolved.append((name, .string(id.text)))
        }
        return resolved
    }

    /// The row itself, by its name or id.
    private mutating func own(_ text: String, _ session: Connection) async throws -> [(name: String, value: JSONTree)] {
        guard table.hasID else {
            add("row", text, "columns by which to find it: \(table.name) has no names")
            return []
        }
        return try await find(text, in: table.name, as: "row", session).map { [("id", .string($0.text))] } ?? []
    }

    /// The one row of a table that is called so.
    private mutating func find(
        _ text: String, in target: String, as field: String, _ session: Connection
    ) async throws -> UUID? {
        try named.check(target)
        let names = try await session.run(
            """
            select attname::text from pg_attribute
             where attrelid = \(target)::regclass and attname in ('ban', 'name') and not attisdropped order by 1
            """
        ).values(String.self)
        var isCalled: SQL = "id::text = lower(\(text))"
        for name in names { isCalled = "\(isCalled) or \(identifier: name) = \(text)" }
        let from: SQL = "from \(RuleTable.sql(target)) where tenant_id = \(tenant)"
        let found = try await session.run("select id \(from) and (\(isCalled)) order by id limit 2").values(UUID.self)
        if found.count == 1 { return found[0] }
        if found.count > 1 {
            add(field, text, "the id of one: several of \(target) are called so")
        } else if let name = names.last {
            let some = try await session.run(
                "select \(identifier: name)::text \(from) order by 1 limit 10"
            ).values(String.self)
            add(field, text, some.isEmpty ? "a row of \(target), of which there is none" : Self.choice(some))
        } else {
            add(field, text, "the id of a row of \(target)")
        }
        return nil
    }

    private static func choice(_ names: [String]) -> String {
        "a name or id that there is, like \(names.map { $0.forDisplay(60) }.joined(separator: ", "))"
    }

    // MARK: Writing

    private func write(
        _ values: [(name: String, value: JSONTree)], _ row: [(name: String, value: JSONTree)], _ session: Connection
    ) async throws -> Int {
        let new: SQL = "jsonb_populate_record(null::\(table.sql), \(Self.document(values))) as n"
        let match: SQL = "jsonb_populate_record(null::\(table.sql), \(Self.document(row))) as m"
        let isRow = row.reduce("t.tenant_id = \(tenant)" as SQL) { sql, column in
            "\(sql) and t.\(identifier: column.name) is not distinct from m.\(identifier: column.name)"
        }
        let statement: SQL =
            switch change.action {
            case .add:
                """
                insert into \(table.sql) (tenant_id\(Self.list(values) { ", \(identifier: $0)" }))
                select \(tenant)\(Self.list(values) { ", n.\(identifier: $0)" }) from \(new)
                """
            case .change:
                "update \(table.sql) as t set \(Self.assignments(values)) from \(new), \(match) where \(isRow)"
            case .remove: "delete from \(table.sql) as t using \(match) where \(isRow)"
            }
        return try await session.run(statement).affected
    }

    private static func list(_ columns: [(name: String, value: JSONTree)], _ text: (String) -> SQL) -> SQL {
        columns.reduce("" as SQL) { sql, column in "\(sql)\(text(column.name))" }
    }

    private static func assignments(_ columns: [(name: String, value: JSONTree)]) -> SQL {
        var sql: SQL = ""
        for (position, column) in columns.enumerated() {
            let separator: SQL = position == 0 ? "" : ", "
            sql = "\(sql)\(separator)\(identifier: column.name) = n.\(identifier: column.name)"
        }
        return sql
    }

    private static func document(_ columns: [(name: String, value: JSONTree)]) -> JSONText {
        JSONText(JSONTree.object(Dictionary(columns.map { ($0.name, $0.value) }) { first, _ in first }).json)
    }

    // MARK: What is wrong

    private mutating func add(_ field: String, _ value: String, _ expected: String) {
        problems.append(RuleProblem(change.number, table.name, field: field, value: value, expected: expected))
    }

    /// Data exceptions, constraints, and what triggers refuse.
    private static func isAboutTheChange(_ error: PostgresError) -> Bool {
        ["22", "23", "P0"].contains { error.sqlState?.hasPrefix($0) ?? false }
    }

    /// Finds the column that the database does not take; else it is the row as a whole.
    private mutating func blame(
        _ refusal: PostgresError, _ columns: [(name: String, value: JSONTree)], _ session: Connection
    ) async throws {
        if refusal.sqlState == "23502", let column = refusal.server?.column {
            add(column, "null", "a value: \(table.columns[column]?.expected ?? "not null")")
            return
        }
        for column in columns where try await !isTaken(column, session) {
            add(column.name, column.value.text ?? column.value.json, table.columns[column.name]?.expected ?? "")
        }
        if problems.isEmpty { add("", "", Self.reason(refusal)) }
    }

    /// Whether the database takes the value for its column.
    private func isTaken(_ column: (name: String, value: JSONTree), _ session: Connection) async throws -> Bool {
        let statement: SQL = """
            select \(identifier: column.name)
              from jsonb_populate_record(null::\(table.sql), \(Self.document([column])))
            """
        do {
            try await session.run(statement)
            return true
        } catch {
            guard Self.isAboutTheChange(error) else { throw error }
        }
        try await session.run("rollback to savepoint rule")
        return false
    }

    /// A constraint's name is a sentence; what a trigger says is one too.
    static func reason(_ error: any Error) -> String {
        guard let server = (error as? PostgresError)?.server else { return "\(error)" }
        return server.constraint?.replacing("_", with: " ") ?? server.message
    }
}
