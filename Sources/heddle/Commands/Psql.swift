import ArgumentParser
import Foundation
import Glibc
import Postgres
import Processes
import Reactor
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
            let target = try ConnectionTarget(address: databases.address)
            // psql reads the terminal itself: what its keys send is for it, not for us.
            for number in [SIGINT, SIGQUIT] { signal(number, SIG_IGN) }
            let psql = try await Starter(reactor: Reactor(name: "psql")).start(
                Program(
                    path: try PostgresPrograms.find().psql, arguments: arguments,
                    environment: ProcessInfo.processInfo.environment.merging(target.environment) { $1 },
                    lifetime: .sharesTerminal))
            while !(await psql.waitForExit(atMost: .seconds(3_600))) {}
            return psql.exitCode ?? 1
        }
        throw ExitCode(code)
    }
}
