import ArgumentParser
import Foundation
import Reactor
import Server
import Services

extension ArchiveCommand {
    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a month out of the database that is safe in its file.",
            discussion: """
                Refused, with the reason and exit code 1, when the file is not there or not the one that was verified, \
                when the month's time in the database is not over, when a legal hold, a dispute, a call without a \
                price, a posting or a final invoice holds it, or when it was changed since. What came for a month \
                after it was dropped is not dropped: restore the month beside it, archive it anew, and drop that.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice
        @OptionGroup var place: Place

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let outcomes = try await options.withDatabases(options.configuration()) { databases in
                let tables = try await choice.tables(in: databases)
                let records = try await ListArchives(databases.engine)(months: [choice.month])
                    .filter { tables.contains($0.table) }
                if records.isEmpty {
                    throw ArchiveFailure("\(choice.month) is not archived; `heddle archive run` first")
                }
                return try await ArchiveOutcome.each(of: records) { record in
                    try await DropArchived(databases.engine)(record, in: place.from)
                        ? "is dropped" : "was dropped already"
                }
            }
            try ArchiveText.tell(outcomes, json: json)
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a month back into the database from its file.",
            discussion: "The file stays; the month goes again by `archive drop`, or by the worker the next day.")

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice
        @OptionGroup var place: Place

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let tool = try ParquetTool(reactor: Reactor(name: "archive"))
            let outcomes = try await options.withDatabases(options.configuration()) { databases in
                let tables = try await choice.tables(in: databases)
                let records = try await ListArchives(databases.engine)(months: [choice.month])
                    .filter { tables.contains($0.table) }
                if records.isEmpty { throw ArchiveFailure("\(choice.month) is not archived") }
                return try await ArchiveOutcome.each(of: records) { record in
                    let rows = try await RestoreArchive(databases.owner, tool: tool)(record, in: place.from)
                    return "is back: \(rows.shown) rows"
                }
            }
            try ArchiveText.tell(outcomes, json: json)
        }
    }

    struct Query: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask files of the archive.",
            discussion: """
                Either parts of a SELECT over one table (--where, --columns, --limit), or a whole one (--sql), in \
                which tables have their names: select count(*) from cdr.enriched_cdr. The SQL is DuckDB's; nothing \
                can be changed by it. With --tenant it sees the rows of that tenant alone.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var place: Place

        @Option(help: ArgumentHelp("Months, each with its own --month (default: all).", valueName: "YYYY-MM"))
        var month: [CalendarMonth] = []

        @Option(help: "The table that parts of a SELECT are of.")
        var table = "cdr.enriched_cdr"

        @Option(help: ArgumentHelp("Only the rows of this tenant (default: all).", valueName: "slug or id"))
        var tenant: String?

        @Option(name: .customLong("where"), help: ArgumentHelp("Which rows.", valueName: "condition"))
        var condition: String?

        @Option(help: "Which columns, separated by commas (default: all).")
        var columns: String?

        @Option(help: "How many rows at most.")
        var limit: Int?

        @Option(help: ArgumentHelp("The whole question.", valueName: "select"))
        var sql: String?

        @Flag(help: "Write CSV, for programs: texts are as they are, and a spreadsheet may take one for a formula.")
        var csv = false

        @Flag(help: "Write JSON.")
        var json = false

        func validate() throws {
            guard sql == nil || (condition == nil && columns == nil && limit == nil) else {
                throw ValidationError("--sql is the whole question: leave --where, --columns and --limit out")
            }
            guard !(csv && json) else { throw ValidationError("say --csv or --json") }
            guard (limit ?? 0) >= 0 else { throw ValidationError("--limit is not below 0") }
        }

        func run() async throws {
            let tool = try ParquetTool(reactor: Reactor(name: "archive"))
            var question = QueryArchive.Question()
            question.sql = sql
            question.table = table
            question.condition = condition
            question.columns = columns
            question.limit = limit
            let (asked, records) = try await options.withDatabases(options.configuration()) { databases in
                var asked = question
                if let tenant { asked.tenant = try await FindTenant(databases.engine)(tenant) }
                return (
                    asked,
                    try await ListArchives(databases.engine)(
                        table: sql == nil ? table : nil, months: month)
                )
            }
            try await QueryArchive(tool: tool)(
                asked, of: records, in: place.from, form: json ? .json : csv ? .csv : .table)
        }
    }
}
