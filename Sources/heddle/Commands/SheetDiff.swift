import ArgumentParser
import Server
import Services

extension SheetCommand {
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how two versions differ, and what that would have made of last week's calls.")

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice
        @OptionGroup var traffic: TrafficOptions

        @Option(help: "The version before (default: the one that holds).")
        var from: Int?

        @Option(help: "The version after (default: the newest).")
        var to: Int?

        @Option(help: "How many differences to list.")
        var limit = 20

        @Option(help: ArgumentHelp("Days ahead that a raised price has to be announced.", valueName: "days"))
        var notice = 7

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let sheet = try await choice.sheet(in: databases)
                let versions = try await ListVersions(databases.engine)(sheet)
                guard let old = from ?? versions.first(where: \.holds)?.number, let new = to ?? versions.first?.number
                else { throw ValidationError("\(sheet.name) has no version in force; name one with --from") }
                let summary = try await CompareSheet(databases.engine)(
                    sheet, from: old, to: new, noticeDays: notice, limit: limit)
                let tried = await traffic.outcome(sheet, from: old, to: new, in: databases)
                print(SheetText.compared(sheet, old, new, summary, noticeDays: notice, tried, json: json))
            }
        }
    }
}
