import ArgumentParser

/// The command line. One file a command; what a command does is somewhere below.
@main
struct Heddle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heddle",
        abstract: "A carrier's back office and SIP edge: routing, holding, rating and posting every call.",
        discussion: """
            Without DATABASE_URL an embedded PostgreSQL is used, with its data in --data. Settings come from the \
            environment: docs/reference/config.md lists them.
            """,
        version: "0.1.0",
        subcommands: [
            Serve.self, MigrateCommand.self, Seed.self, Status.self, Psql.self, RouteCommand.self, CallCommand.self,
            CDRCommand.self, BalanceCommand.self,
        ])
}
