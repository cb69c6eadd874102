import Foundation
import Postgres
import TestSupport
import Testing

/// Ten operators with twenty accounts each, and the traffic of three months, with statistics.
struct Crowd: Sendable {
    let database: TestDatabase
    /// The one that asks: a full tenant, so that there is a row to copy in every table.
    let tenant: Tenant
    /// Tables and partitions of more than a few pages. Reading one of the others whole is right.
    let large: Set<String>
    /// The table or the index that a partition, or an index of a partition, belongs to.
    let wholes: [String: String]
    /// A row of the tenant in every table that the statements name, its values as text.
    let samples: [String: [String: String?]]

    /// Fills the database of the suite. Nothing else of the suite may write there at the same time.
    static func make(in database: TestDatabase, calls: Int) async throws -> Crowd {
        let tenant = try await database.tenant()
        try await tenant.fillEveryTable()
        try await database.owner.lease { session in
            try await session.runScript(
                SQL(unescaped: setup.replacing("TENANT", with: "'\(tenant.id)'::uuid")))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for half in Growth.halves {
                group.addTask { try await database.owner.lease { try await grow(half, tenant, calls, on: $0) } }
            }
            try await group.waitForAll()
        }
        try await database.owner.lease { session in
            try await session.runScript("refresh materialized view reporting.hourly_traffic_data")
            try await session.runScript("analyze")
        }
        return try await Crowd(
            database: database, tenant: tenant, large: largeTables(of: database), wholes: wholes(of: database),
            samples: samples(of: tenant))
    }

    /// Triggers and keys rest: they are tested elsewhere, and would take longer than the rows.
    private static func grow(_ tables: [Growth], _ tenant: Tenant, _ calls: Int, on session: Connection) async throws {
        var script = "begin; set local session_replication_role = replica;\n"
        for growth in tables {
            let values = try String(decoding: JSONEncoder().encode(growth.values), as: UTF8.self)
                .replacing("'", with: "''")
            script += "select crowd.grow('\(growth.table)', '\(tenant.id)', \(growth.rows(of: calls)), '\(values)');\n"
        }
        try await session.runScript(SQL(unescaped: script + "commit;"))
    }

    private static func largeTables(of database: TestDatabase) async throws -> Set<String> {
        let names = try await database.owner.run(
            "select relname from pg_class where relkind in ('r', 'm') and relpages > 50"
        ).decode(String.self)
        try #require(names.contains { $0.hasPrefix("enriched_cdr_p") } && names.contains("ledger"))
        return Set(names)
    }

    private static func wholes(of database: TestDatabase) async throws -> [String: String] {
        let pairs = try await database.owner.run(
            """
            select part.relname, whole.relname from pg_inherits h
              join pg_class part on part.oid = h.inhrelid join pg_class whole on whole.oid = h.inhparent
            """
        ).decode(String.self, String.self)
        return Dictionary(pairs) { first, _ in first }
    }

    private static func samples(of tenant: Tenant) async throws -> [String: [String: String?]] {
        var samples: [String: [String: String?]] = [:]
        let names = Set(HotStatement.all.flatMap { $0.sql.matches(of: HotStatement.value).map { String($0.output.1) } })
        for table in names.sorted() {
            let row = try await tenant.database.owner.run(
                """
                select (select jsonb_object_agg(v.key, v.value) from jsonb_each_text(to_jsonb(last)) as v)
                  from (select * from \(unescaped: table) where tenant_id = \(tenant.id)
                         order by created_at desc limit 50) last
                 order by created_at limit 1
                """, deadline: .seconds(60)
            ).value(JSONText.self)
            let text = try #require(row?.text, "there is no row in \(table)")
            samples[table] = try JSONDecoder().decode([String: String?].self, from: Data(text.utf8))
        }
        return samples
    }
}

extension HotStatement {
    /// A value of the sample of a table.
    static var value: Regex<(Substring, Substring, Substring)> { /\{(\w+\.\w+)\.(\w+)\}/ }
}

extension Crowd {
    /// Runs a statement twice, for the first one fills the session's caches, and takes back what it did.
    func plan(of statement: HotStatement) async throws -> Plan {
        struct Explained: Error { let json: String }
        let sql = statement.sql.replacing(HotStatement.value) { value($0.output.1, $0.output.2) }
            .replacing("TENANT", with: "'\(tenant.id)'::uuid")
        let explain = SQL(unescaped: "explain (analyze, buffers, timing off, format json) " + sql)
        do {
            try await client(of: statement).transaction(context: context(of: statement)) { session in
                _ = try await session.run(explain)
                let answer = try await session.run(explain).value(JSONText.self)
                throw Explained(json: try #require(answer).text)
            }
        } catch let explained as Explained {
            return try Plan(json: explained.json)
        } catch {
            throw HotStatementError(description: "\(statement.name): \(String(reflecting: error))\n\(sql)")
        }
        throw HotStatementError(description: "\(statement.name): the transaction was not taken back")
    }

    private func value(_ table: Substring, _ column: Substring) -> String {
        guard let value = samples[String(table)]?[String(column)] ?? nil else { return "null" }
        return "'" + value.replacing("'", with: "''") + "'"
    }

    private func client(of statement: HotStatement) -> Database {
        switch statement.role {
        case .owner: database.owner
        case .engine: database.engine
        case .staff, .people: database.app
        }
    }

    private func context(of statement: HotStatement) -> SQL? {
        switch statement.role {
        case .owner, .engine: return nil
        case .staff: return tenant.staff
        case .people:
            let accounts = samples.values.compactMap { $0["account_id"] ?? nil }.compactMap { UUID(uuidString: $0) }
            return tenant.people(of: Array(Set(accounts)))
        }
    }

    /// What is wrong with a plan; nothing is right.
    func faults(in plan: Plan, of statement: HotStatement) -> [String] {
        var faults: [String] = []
        let nodes = plan.nodes
        let whole = Set(nodes.filter { $0.kind == "Seq Scan" }.compactMap(\.relation)).intersection(large)
        faults += whole.sorted().map { "reads all of \($0)" }

        let used = Set(nodes.compactMap(\.index).map { wholes[$0] ?? $0 })
        if !statement.indexes.isEmpty, used.isDisjoint(with: statement.indexes) {
            faults.append("uses \(used.sorted()), and should use one of \(statement.indexes)")
        }
        if let limit = statement.partitions {
            let scanned = Dictionary(grouping: Set(nodes.compactMap(\.relation))) { wholes[$0] ?? "" }
            for (table, partitions) in scanned where table != "" && partitions.count > limit {
                faults.append("looks into \(partitions.count) partitions of \(table), and should into \(limit) at most")
            }
        }
        if plan.pages > statement.pages {
            faults.append("touches \(plan.pages) pages, and should \(statement.pages) at most")
        }
        return faults
    }

    private struct HotStatementError: Error, CustomStringConvertible { let description: String }
}
