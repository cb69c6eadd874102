import ArgumentParser
import Foundation
import Glibc
import Postgres
import Server

struct Psql: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open psql on the database in use, embedded or not.",
        discussion: """
            As the role that owns the model. What stands behind -- goes to psql: heddle psql -- -At -c 'select 1'. \
            Exits as psql does: 1 for its own errors, 2 for a lost connection, 3 for a script that failed with \
            ON_ERROR_STOP.
            """)

    @OptionGroup var options: DataOptions

    @Argument(parsing: .postTerminator, help: "Arguments for psql.")
    var arguments: [String] = []

    func run() async throws {
        let code = try await options.withDatabases(options.configuration(), .exists) { databases in
            let process = Process()
            process.executableURL = URL(filePath: try PostgresPrograms.find().psql)
            process.arguments = arguments
            let target = try ConnectionTarget(address: databases.address)
            process.environment = ProcessInfo.processInfo.environment.merging(target.environment) { $1 }
            // psql reads the terminal itself: Ctrl-C is for it, not for us.
            signal(SIGINT, SIG_IGN)
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        throw ExitCode(code)
    }
}
