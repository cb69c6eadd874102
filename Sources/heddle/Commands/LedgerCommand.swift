import ArgumentParser
import Foundation
import Postgres
import Reactor
import Server
import Services
import Telecom

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Prove, read, correct and close the ledger.",
        discussion: """
            Nothing that was posted is changed: it is reversed, or adjusted. A month that is closed takes nothing any \
            more; what comes late is posted in the month that is open, with its own date beside it. Months are of UTC.
            """,
        subcommands: [
            Check.self, Show.self, Close.self, Closed.self, Adjust.self, Reverse.self, Topup.self, Limit.self,
        ])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prove that balances are the sums of entries, and that every entry has what it comes from.",
            discussion: """
                Looks at what was posted since the last close, and at the chain of closes. Exits with 1 when something \
                differs, and names it. Entries of calls whose month is in files of the archive alone are counted; with \
                --archived the files are read, and what they have of each account is held against its entries.
                """)

        @OptionGroup var options: DataOptions

        @Option(help: ArgumentHelp("Only this tenant (default: every one).", valueName: "slug or id"))
        var tenant: String?

        @Flag(help: "Read the closed months again too, entry by entry.")
        var all = false

        @Flag(help: "Read the archived months of calls too.")
        var archived = false

        @Option(
            help: ArgumentHelp(
                "Where the archive's files are now (default: where they were written).", valueName: "directory"))
        var from: String?

        @OptionGroup var length: ListLength

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let proofs = try await options.withDatabases(options.configuration()) { try await prove($0.engine) }
            print(json ? LedgerText.json(proofs) : proofs.map(LedgerText.proof).joined(separator: "\n"))
            if proofs.contains(where: { !$0.proof.isWhole }) { throw ExitCode(1) }
        }

        private func prove(_ database: Database) async throws -> [LedgerText.TenantProof] {
            let only: UUID? = if let tenant { try await FindTenant(database)(tenant) } else { nil }
            let tenants = try await database.run(
                """
                select id, slug from core.tenants
                 where id = \(only) or \(only)::uuid is null and id <> core.unattributed_tenant() order by slug
                """
            ).decode(UUID.self, String.self)
            var settings = CheckLedger.Options()
            settings.rereadsClosed = all
            settings.limit = length.number
            if archived {
                settings.archive = CountArchivedCalls(
                    tool: try ParquetTool(reactor: Reactor(name: "archive")), in: from)
            }
            var proofs: [LedgerText.TenantProof] = []
            for (id, slug) in tenants {
                let proof = try await CheckLedger(database, tenant: id)(settings)
                proofs.append(LedgerText.TenantProof(tenant: slug, proof: proof))
            }
            return proofs
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what an account had, got and gave in a month.",
            discussion: "Calls, holds and charges of a day are one line each without --each. The ids are for "
                + "`ledger reverse`.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "The account's BAN, or its id.")
        var account: String

        @Option(help: ArgumentHelp("The month (default: this one).", valueName: "2026-10"))
        var month = LedgerMonth.current

        @Flag(help: "Every call, hold and charge on a line of its own.")
        var each = false

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let statement = try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                let id = try await FindAccount(databases.engine)(account, of: owner)
                return try await ReadStatement(databases.engine, tenant: owner)(
                    id, month: month.firstDay, isWhole: each)
            }
            print(json ? LedgerText.json(statement) : LedgerText.statement(statement, month))
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close a month for good, when the ledger is proved up to its end.",
            discussion: """
                Refused while something differs, or while calls of the month have no price; with a --reason such calls \
                are left to the month that is open. A month is not opened again.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Option(help: ArgumentHelp("The month.", valueName: "2026-10"))
        var month: LedgerMonth

        @Option(help: "Why calls without a price are left to a later month.")
        var reason: String?

        func run() async throws {
            let (closed, proof) = try await options.withDatabases(options.configuration()) { databases in
                let close = CloseLedger(
                    owner: databases.owner, engine: databases.engine, tenant: try await tenant.id(in: databases))
                return try await close(month.firstDay, by: LedgerActor.name, reason: reason)
            }
            guard let closed else {
                complain(LedgerText.findings(proof))
                throw CommandFailure("\(month) was not closed: the ledger differs, as above")
            }
            print(
                "\(closed.month) is closed: \(closed.accounts.shown) accounts, \(closed.entries.shown) entries, "
                    + "link \(closed.sequence):\(closed.digest)")
            if closed.unratedCalls > 0 { complain("\(closed.unratedCalls.shown) calls without a price come later") }
        }
    }

    struct Closed: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the closed months with their links.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let months = try await options.withDatabases(options.configuration()) { databases in
                try await CloseLedger(
                    owner: databases.owner, engine: databases.engine, tenant: try await tenant.id(in: databases)
                ).list()
            }
            print(json ? LedgerText.json(months) : LedgerText.months(months))
        }
    }
}

/// A month of UTC on the command line: `2026-10`.
struct LedgerMonth: ExpressibleByArgument, CustomStringConvertible {
    let description: String

    /// The one of the clock.
    static let current = LedgerMonth(
        description: String(Date().formatted(.iso8601.year().month().day()).prefix(7)))

    /// As the database reads it.
    var firstDay: String { description + "-01" }

    init?(argument: String) {
        guard argument.count == 7, CalendarDay(argument + "-01") != nil else { return nil }
        description = argument
    }

    private init(description: String) { self.description = description }
}

/// Who works on this terminal, for the books.
enum LedgerActor {
    static var name: String { NSUserName() }
}
