import Postgres
import Schema
import Services
import TestSupport
import Testing

/// Every release migrates the databases of all releases before it: step by step, with rows in the tables, they end
/// where a new one does.
@Suite struct UpgradeTests {
    @Test func `a database of every earlier version comes to the same schema, with all its rows`() async throws {
        let cluster = try await TestCluster.shared
        let all = try Schema.migrations()
        let (upgraded, name) = try await empty(in: cluster)
        var kept: [Kept] = []
        for count in 1...all.count {
            // What `heddle migrate --check` of this release says of the version before.
            #expect(try await Migrate(upgraded, migrations: all).status().pending == Array(all[(count - 1)...]))
            #expect(try await Migrate(upgraded, migrations: Array(all[..<count])).run() == [all[count - 1]])
            if count >= Self.partitions {
                // A server of that version made the months that it was about to need.
                try await upgraded.run("select core.create_monthly_partitions()")
            }
            if let rows = UpgradeRows.byVersion[count] {
                try await upgraded.lease { try await $0.runScript(SQL(unescaped: rows.script)) }
                for table in rows.tables { try await kept.append(keep(table, in: upgraded)) }
            }
        }
        #expect(kept.count > 40)
        let status = try await Migrate(upgraded, migrations: all).status()
        #expect(status.pending.isEmpty && status.ahead.isEmpty)

        for table in kept {
            let lost = try await upgraded.run(
                """
                select count(*) from jsonb_array_elements(\(table.rows)) before
                 where not exists (select from \(unescaped: table.name) t where to_jsonb(t) @> before.value)
                """
            ).value(Int.self)
            #expect(lost == 0, "rows of \(table.name) are gone, or not what they were")
        }
        #expect(try await upgraded.run("select * from core.count_strays()").isEmpty)
        #expect(try await upgraded.run("select * from billing.check_ledger(\(UpgradeRows.tenant))").isEmpty)
        #expect(try await upgraded.run("select * from audit.check_triggers()").isEmpty)

        let (fresh, freshName) = try await empty(in: cluster)
        try await Migrate(fresh, migrations: all).run()
        try await fresh.run("select core.create_monthly_partitions()")
        let difference = try cluster.schemaDump(of: name).split(separator: "\n")
            .difference(from: cluster.schemaDump(of: freshName).split(separator: "\n"))
        #expect(difference.isEmpty, "\(difference.map(\.line).prefix(40).joined(separator: "\n"))")

        await upgraded.close()
        await fresh.close()
    }

    /// The version that has core.create_monthly_partitions().
    private static let partitions = 7

    /// What a table had in it when its rows were made, but for the time of the last change: a step may write to rows.
    private struct Kept {
        let name: String
        let rows: JSONText
    }

    private func keep(_ table: String, in database: Database) async throws -> Kept {
        let rows = try await database.run(
            "select jsonb_agg(to_jsonb(t) - 'updated_at') from \(unescaped: table) t"
        ).value(JSONText.self)
        return Kept(name: table, rows: try #require(rows, "there is no row in \(table)"))
    }

    private func empty(in cluster: TestCluster) async throws -> (Database, name: String) {
        let name = "upgrade_\(UInt32.random(in: 0..<(.max)))"
        try await cluster.createDatabase(name)
        return (try cluster.client(name), name)
    }
}

extension CollectionDifference<Substring>.Change {
    fileprivate var line: String {
        switch self {
        case .insert(_, let line, _): "upgraded only: \(line)"
        case .remove(_, let line, _): "fresh only: \(line)"
        }
    }
}
