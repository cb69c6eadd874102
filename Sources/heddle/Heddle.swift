import ArgumentParser
import Glibc
import Postgres
import Server

/// The command line. One file a command; what a command does is somewhere below.
@main
struct Heddle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heddle",
        abstract: "A carrier's back office and SIP edge: routing, holding, rating and posting every call.",
        discussion: """
            Without DATABASE_URL an embedded PostgreSQL is used, with its data in --data. Settings come from the \
            environment, or from the file that --config names: docs/reference/config.md lists them. \
            docs/reference/cli.md has the exit codes.
            """,
        version: "0.1.0",
        subcommands: [
            Serve.self, MigrateCommand.self, Seed.self, Status.self, Psql.self, RouteCommand.self, CallCommand.self,
            CDRCommand.self, BalanceCommand.self, EdgeCommand.self, AuditCommand.self, SheetCommand.self,
            ReferenceCommand.self, VendorCommand.self, InvoiceCommand.self, CreditNoteCommand.self, PaymentCommand.self,
            DunningCommand.self, ArchiveCommand.self, LedgerCommand.self, RerateCommand.self, ReportCommand.self,
            APICommand.self, UserCommand.self, StatementCommand.self, SchemaCommand.self, MessageCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            guard let code = ExitStatus.of(error) else { exit(withError: error) }
            complain("Error: \(error)")
            Glibc.exit(code.rawValue)
        }
    }
}
