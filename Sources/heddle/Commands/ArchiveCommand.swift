import ArgumentParser
import Foundation
import Reactor
import Server
import Services

struct ArchiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Write months of call records to Parquet files, drop them from the database, and ask the files.",
        discussion: """
            A month is written and its file read back by `archive run`. It stays in the database until its time there \
            is over (hot_months in ref.retention_defaults) and nothing holds it; then `archive drop`, or the worker of \
            `heddle serve` once a day, takes it out.
            """,
        subcommands: [Run.self, List.self, Verify.self, Drop.self, Restore.self, Query.self])

    /// Which months.
    struct Choice: ParsableArguments {
        @Option(help: ArgumentHelp("The month, in UTC.", valueName: "YYYY-MM"))
        var month: CalendarMonth

        @Option(
            help: ArgumentHelp(
                "The table, as cdr.enriched_cdr (default: those that leave the database).",
                valueName: "table"))
        var table: [String] = []

        /// - Parameter isPresent: only those that have the month in the database.
        func tables(in databases: Databases, isPresent: Bool = false) async throws -> [String] {
            if !table.isEmpty { return table }
            let tables = try await ListArchives(databases.engine).usualTables(with: isPresent ? month : nil)
            if tables.isEmpty { throw ArchiveFailure("no table has a month \(month) in the database") }
            return tables
        }
    }

    /// Where the files are.
    struct Place: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Where the files are now (default: where they were written).", valueName: "directory"))
        var from: String?
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a month to files, and read them back.",
            discussion: """
                A month that was archived is archived anew; nothing else is changed in the database. A month that is \
                in its file alone is left out.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice

        @Option(help: ArgumentHelp("Where to (default: archive in --data).", valueName: "directory"))
        var to: String?

        @Flag(help: "Print JSON, and no progress.")
        var json = false

        func run() async throws {
            let settings = try options.configuration()
            let directory = URL(filePath: to ?? "\(settings.dataDirectory)/archive").path
            let tool = try ParquetTool(reactor: Reactor(name: "archive"))
            let meter = ProgressMeter()
            let records = try await options.withDatabases(settings) { databases in
                defer { meter.end() }
                let write = WriteArchive(databases.engine, tool: tool, directory: directory)
                var records: [ArchiveRecord] = []
                for table in try await choice.tables(in: databases, isPresent: true) {
                    records.append(try await write(table, choice.month) { if !json { meter.tell($0) } })
                }
                return records
            }
            print(ArchiveText.list(records, json: json))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what is archived, the newest month first.")

        @OptionGroup var options: DataOptions

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let records = try await options.withDatabases(options.configuration()) {
                try await ListArchives($0.engine)()
            }
            print(ArchiveText.list(records, json: json))
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read files again: digest, rows, times and sums must be what they were.",
            discussion: "Exits with 1 when a file is not there or not what it was.")

        @OptionGroup var options: DataOptions
        @OptionGroup var place: Place

        @Option(help: ArgumentHelp("One month (default: all).", valueName: "YYYY-MM"))
        var month: CalendarMonth?

        @Option(help: "One table (default: all).")
        var table: String?

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let tool = try ParquetTool(reactor: Reactor(name: "archive"))
            let outcomes = try await options.withDatabases(options.configuration()) { databases in
                let records = try await ListArchives(databases.engine)(
                    table: table, months: month.map { [$0] } ?? [])
                return try await ArchiveOutcome.each(of: records) { record in
                    try await VerifyArchive(databases.engine, tool: tool)(record, in: place.from)
                    return "is as it was written: \(record.rows.shown) rows"
                }
            }
            try ArchiveText.tell(outcomes, json: json)
        }
    }
}

extension CalendarMonth: ExpressibleByArgument {
    /// `2026-05`
    public init?(argument: String) { self.init(argument) }
}
