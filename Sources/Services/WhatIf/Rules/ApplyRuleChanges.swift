package import Foundation
package import Postgres

/// Makes the changes of a file inside a transaction that is rolled back, as `RehearseRouting` runs it: each is checked
/// by the database's own types, keys and triggers, and what is wrong is told all at once.
package struct ApplyRuleChanges: Sendable {
    private let changes: [RuleChange]
    private let tenant: UUID
    /// What can be changed.
    private let tables: [String]
    /// What whoever asks may do; `nil` is all.
    private let permissions: Set<String>?

    /// Problems after which the rest is not looked at.
    private static let mostProblems = 20
    /// Nobody else is kept waiting, nor waited for, longer than this.
    private static let lockLimit = "2s"

    /// - Throws: `ImportFailure` when the file as a whole cannot be read, `RuleProblems` when a change is not one.
    package init(_ path: String, tenant: UUID) throws {
        changes = try ReadRuleChanges.file(path)
        self.tenant = tenant
        tables = RuleTable.names
        permissions = nil
    }

    /// The same list, as a request has it. It changes no accounts: whoever charges one would wait for its row.
    /// - Parameters:
    ///   - json: the list.
    ///   - permissions: what whoever asks may do: it names rows of tables that it may read. `nil` is all.
    /// - Throws: `ImportFailure` or `RuleProblems`, likewise.
    package init(json: String, tenant: UUID, permissions: Set<String>?) throws {
        changes = try ReadRuleChanges.changes(Data(json.utf8), "changes")
        self.tenant = tenant
        tables = RuleTable.names.filter { $0 != "accounts.accounts" }
        self.permissions = permissions
    }

    /// - Throws: `RuleProblems` when some change cannot be made, `ImportFailure` when somebody else is at its rows,
    ///   `ResourceFault` when whoever asks may not read what it names.
    package func callAsFunction(_ session: Connection) async throws -> [RuleEffect] {
        try await session.run("select set_config('lock_timeout', \(Self.lockLimit), true)")
        let named = try await NamedTables(permissions, session)
        var effects: [RuleEffect] = []
        var problems: [RuleProblem] = []
        for change in changes where problems.count < Self.mostProblems {
            guard let name = RuleTable.fullName(change.table, of: tables) else {
                problems.append(
                    RuleProblem(
                        change.number, "", field: change.action.rawValue, value: change.table,
                        expected: "one of \(tables.joined(separator: ", "))"))
                continue
            }
            try named.check(name)
            let table = try await RuleTable(name, session)
            var writing = WriteRule(change, table, named, tenant: tenant)
            if let rows = try await writing(session) {
                effects.append(
                    RuleEffect(change: change.number, action: change.action.rawValue, table: name, rows: rows))
            }
            problems += writing.problems
        }
        if !problems.isEmpty { throw RuleProblems(problems: problems) }
        do {
            // What is checked at the end of a transaction is checked now: this one has no good end.
            try await session.run("set constraints all immediate")
        } catch {
            throw ImportFailure("the changes together cannot be made: \(WriteRule.reason(error))")
        }
        return effects
    }
}
