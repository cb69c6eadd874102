import ArgumentParser
import Foundation
import Postgres
import Schema
import Server
import Services

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database to the schema of this program.",
        discussion: "Only forward, file by file; a second run finds nothing to do.")

    @OptionGroup var options: DataOptions

    @Flag(help: "Change nothing; exit with 1 when migrations are pending.")
    var check = false

    @Flag(help: "Change nothing; list what would be applied.")
    var dryRun = false

    func run() async throws {
        let settings = try options.configuration()
        try await options.withDatabases(settings, check || dryRun ? .exists : .anything) { databases in
            let migrate = try databases.migration()
            if check || dryRun {
                let status = try await migrate.status()
                for migration in status.pending { print("pending \(migration.file)") }
                if !status.ahead.isEmpty {
                    print(
                        "the database is ahead of us: \(status.ahead.map(String.init).joined(separator: ", "))"
                    )
                }
                if status.pending.isEmpty { print("nothing is pending") }
                if check && !status.pending.isEmpty { throw ExitCode(1) }
                return
            }
            let applied = try await migrate.run { event in
                switch event {
                case .waits: print("another program migrates the database; waiting for its end")
                case .applies(let migration): print("applying \(migration.file)")
                }
            }
            try await databases.owner.run("select core.create_monthly_partitions()")
            print(
                applied.isEmpty
                    ? "nothing to apply" : "applied \(applied.count) \(applied.count == 1 ? "migration" : "migrations")"
            )
        }
    }
}
