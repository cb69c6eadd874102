import ArgumentParser
import Foundation
import Server
import Services

struct RerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerate", abstract: "Rate calls again, look at what differs, and post the differences once.",
        discussion: """
            A run rates the calls of a window by the prices that it names and changes nothing: `run`, then `show`, \
            then `post` or `cancel`. Posting gives the calls their new prices and the accounts the differences; what \
            is on an invoice stays, and its difference goes on the next one.
            """,
        subcommands: [Run.self, List.self, Show.self, Post.self, Cancel.self])

    /// Which run.
    struct Choice: ParsableArguments {
        @OptionGroup var tenant: TenantOption

        @Argument(help: "The run's id, or its end.")
        var run: String

        func found(in databases: Databases) async throws -> (tenant: UUID, run: RerateRun) {
            let tenant = try await tenant.id(in: databases)
            return (tenant, try await ReadRerates(databases.engine, tenant: tenant).find(run))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the runs, the newest first.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption
        @OptionGroup var length: ListLength

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let runs = try await options.withDatabases(options.configuration()) { databases in
                try await ReadRerates(databases.engine, tenant: tenant.id(in: databases)).list(atMost: length.number)
            }
            print(json ? RerateText.json(runs) : RerateText.table(runs))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a run found.",
            discussion: """
                Only calls that differ, or have no price on a side, are in it. Old and new amounts of a side are of \
                the calls that have a new price on that side. By account, resellers are rows of their own, of the \
                calls below them; by destination and carrier calls are by what their own account pays.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice

        @Option(
            help: ArgumentHelp(
                "What a row is about: \(ReportRerate.Grouping.allCases.map(\.rawValue).joined(separator: ", ")).",
                valueName: "what"))
        var by = ReportRerate.Grouping.account

        @Option(help: ArgumentHelp("Write all its calls to a file, a row each.", valueName: "file"))
        var csv: String?

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let (tenant, run) = try await choice.found(in: databases)
                let finding = try await RerateFinding(databases.engine, tenant: tenant, run, by: by)
                print(json ? RerateText.json(finding) : RerateText.text(finding))
                if let csv { try await RerateCSV(path: csv).write(run, databases.engine, tenant: tenant) }
            }
        }
    }

    struct Post: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Post the differences that a run found, each once.",
            discussion: """
                Calls get their new prices, their sums by hour and day too, and accounts the differences. A call that \
                was changed since the run, or that a later run has posted, is skipped; one that is on a draft waits: \
                void the draft, or finalise it, and post again. One that is on an invoice keeps its price there, and \
                the difference is charged with the next invoice. Posting again does nothing twice, and goes on where \
                it was ended. Exits with 1 when calls were skipped or wait.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice

        @Flag(help: "Print JSON, and no progress.")
        var json = false

        func run() async throws {
            let result = try await options.withDatabases(options.configuration()) { databases in
                let (tenant, run) = try await choice.found(in: databases)
                let meter = ProgressMeter()
                defer { meter.end() }
                return try await PostRerate(databases.engine, tenant: tenant)(run) { if !json { meter.tell($0) } }
            }
            print(json ? RerateText.json(result) : RerateText.text(result))
            guard result.skipped == 0, result.held == 0 else { throw ExitCode(1) }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Throw away what a run found; nothing of it was posted.")

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice

        func run() async throws {
            let (run, calls) = try await options.withDatabases(options.configuration()) { databases in
                let (tenant, run) = try await choice.found(in: databases)
                return (run, try await CancelRerate(databases.engine, tenant: tenant)(run))
            }
            print("run \(run.id.uuidString.lowercased()) is cancelled; \(calls.shown) calls of it are thrown away")
        }
    }
}

extension ReportRerate.Grouping: ExpressibleByArgument {}
