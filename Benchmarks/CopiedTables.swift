import Foundation
import Postgres

/// Rows as text files that psql copies into the same tables of another database: partitions, indexes, keys and checks
/// are the model's in both.
struct CopiedTables: Sendable {
    private let bench: Workbench
    private let files: [(table: String, path: String)]

    /// - Parameter tables: with their schemas, in an order in which their rows can be copied.
    init(_ bench: Workbench, _ tables: [String]) throws {
        self.bench = bench
        let mark = UUID().uuidString.prefix(8).lowercased()
        files = try tables.map { table in
            let directory = bench.server.directory.root
            guard let name = table.split(separator: ".").last else { throw BenchError("\(table) has no schema") }
            return (table: table, path: "\(directory)/\(name)-\(mark).txt")
        }
    }

    /// Writes the rows of a tenant into the files.
    /// - Parameter conditions: which rows, of tables of which not all are wanted.
    func write(from owner: Database, tenant: UUID, where conditions: [String: String] = [:]) async throws {
        for (table, path) in files {
            let columns = try await columns(table, owner)
            try await owner.lease { session in
                try await session.runScript(
                    """
                    copy (select \(unescaped: columns) from \(unescaped: table)
                           where tenant_id = '\(unescaped: tenant.uuidString)'
                             and \(unescaped: conditions[table] ?? "true")) to '\(unescaped: path)'
                    """)
            }
        }
    }

    /// What it took psql to copy the files into a database.
    func copy(into name: String, _ owner: Database) async throws -> (rows: Int, seconds: Double) {
        var arguments = bench.address + ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", name]
        for (table, path) in files {
            arguments += ["-c", "\\copy \(table) (\(try await columns(table, owner))) from '\(path)'"]
        }
        let before = try await rows(owner)
        let start = ContinuousClock.now
        _ = try await bench.run(bench.programs.psql, arguments, limit: .seconds(600))
        let elapsed = (ContinuousClock.now - start).seconds
        return (try await rows(owner) - before, elapsed)
    }

    /// What somebody wrote: the server makes the other columns itself.
    private func columns(_ table: String, _ owner: Database) async throws -> String {
        let names = try await owner.run(
            """
            select quote_ident(attname) from pg_attribute
             where attrelid = (\(table)::text)::regclass and attnum > 0 and not attisdropped and attgenerated = ''
             order by attnum
            """
        ).values(String.self)
        return names.joined(separator: ", ")
    }

    private func rows(_ owner: Database) async throws -> Int {
        var rows = 0
        for (table, _) in files {
            rows += try await owner.run("select count(*) from \(unescaped: table)").value(Int.self) ?? 0
        }
        return rows
    }
}
