import Postgres
import Services

/// What the audit trail costs: the same updates with and without it, each with its commit on disk.
struct AuditCost: Sendable {
    let bench: Workbench

    private static let table: SQL = "accounts.contacts"
    private static let trigger: SQL = "trigger contacts_audit_update"

    func run() async throws -> [Measurement] {
        let model = try await OperatorDatabase.make(bench, name: "audit")
        try await fill(model.owner)
        let single = try await compare(model.owner, rows: 1, times: bench.isQuick ? 50 : 500)
        let bulk = try await compare(model.owner, rows: Self.contacts, times: bench.isQuick ? 1 : 5)
        await model.close()
        return [
            measurement("audited update of one row", single, rows: 1),
            measurement("audited update of \(Self.contacts) rows", bulk, rows: Self.contacts),
        ]
    }

    private static let contacts = 10_000

    private func fill(_ owner: Database) async throws {
        try await owner.run(
            """
            insert into accounts.contacts (tenant_id, account_id, kind, name, email)
            select \(SeedDemo.tenant), \(SeedDemo.customerAccount), 'technical', 'Contact ' || n,
                   'contact' || n || '@example.net'
              from generate_series(1, \(Self.contacts)) n
            """, deadline: .seconds(120))
    }

    /// Milliseconds of one statement, audited and not, measured in turns.
    private func compare(_ owner: Database, rows: Int, times: Int) async throws -> (audited: Double, plain: Double) {
        let figures = try await medians(
            rounds: bench.rounds, { [try await milliseconds(owner, rows, times, isAudited: true)] },
            { [try await milliseconds(owner, rows, times, isAudited: false)] })
        return (figures[0][0], figures[1][0])
    }

    private func milliseconds(_ owner: Database, _ rows: Int, _ times: Int, isAudited: Bool) async throws -> Double {
        let state: SQL = isAudited ? "enable" : "disable"
        try await owner.run("alter table \(Self.table) \(state) \(Self.trigger)")
        let keys: SQL = "select id from \(Self.table) where tenant_id = \(SeedDemo.tenant) order by id limit \(rows)"
        let start = ContinuousClock.now
        for turn in 0..<times {
            try await owner.run(
                """
                update \(Self.table) set name = 'Turn ' || \(turn)::text
                 where tenant_id = \(SeedDemo.tenant) and id in (\(keys))
                """, deadline: .seconds(60))
        }
        return (ContinuousClock.now - start).seconds * 1000 / Double(times)
    }

    private func measurement(_ name: String, _ figures: (audited: Double, plain: Double), rows: Int) -> Measurement {
        Measurement(
            name, figures.audited, "ms", against: "the same without the trail", figures.plain,
            method: "accounts.contacts, one column of \(rows) rows changed in a transaction, commit on disk; in turns")
    }
}
