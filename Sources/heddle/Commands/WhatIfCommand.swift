import ArgumentParser
import Foundation
import Logging
import Server
import Services
import Telecom

extension RouteCommand {
    struct WhatIf: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "what-if",
            abstract: "Route calls of the past again by a draft, and show what it would change.",
            discussion: """
                The outbound calls of the span are routed twice: by what holds, and by what would hold if the version \
                were published, both with the prices and rules of now. The first route is taken to have answered. \
                Nothing is called or changed.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: SheetCommand.Choice

        @Option(help: "Which version (default: the newest).")
        var version: Int?

        @Option(help: ArgumentHelp("Calls of the last so many days.", valueName: "days"))
        var days = 7

        @Option(help: ArgumentHelp("Calls from then on, instead.", valueName: "time"))
        var since: Instant?

        @Option(help: ArgumentHelp("Calls until then (default: now).", valueName: "time"))
        var until: Instant?

        @Option(help: ArgumentHelp("Write cost and margin by hour as a picture.", valueName: "file.svg"))
        var plot: String?

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard (1...366).contains(days) else { throw ValidationError("--days is 1 to 366") }
            if let since, let until, since.date >= until.date {
                throw ValidationError("--since is earlier than --until")
            }
        }

        func run() async throws {
            let settings = try options.configuration()
            let (sheet, number, sums) = try await options.withDatabases(settings) { databases in
                let sheet = try await choice.sheet(in: databases)
                let number = try await chosen(of: sheet, in: databases)
                let sums = try await replay(sheet, number, databases, settings)
                return (sheet, number, sums)
            }
            let text = ReplayText(sums, sheet: sheet, version: number)
            if let plot {
                let picture = ReplayPlot(sums, title: "\(sheet.name), version \(number): cost and margin by hour")
                try Data(picture.svg.utf8).write(to: URL(filePath: plot))
            }
            print(json ? text.json : text.lines + (plot.map { "\nthe picture is in \($0)" } ?? ""))
        }

        private func chosen(of sheet: Sheet, in databases: Databases) async throws -> Int {
            if let version { return version }
            guard let newest = try await ListVersions(databases.engine)(sheet).first else {
                throw CommandFailure("\(sheet.name) has no version")
            }
            return newest.number
        }

        private func replay(
            _ sheet: Sheet, _ number: Int, _ databases: Databases, _ settings: Configuration
        ) async throws -> ReplaySums {
            let secrets = try await SecretKeeper(settings, logger: makeLogger(settings, .error))
            let load = LoadRouting(databases.engine, secrets: secrets.routing)
            let before = try await load()
            let after = try await load(after: before, drafts: [sheet.key: number])
            let end = until?.date ?? Date()
            let start = since?.date ?? end.addingTimeInterval(-Double(days) * 86_400)
            return try await ReplayCalls(databases.engine, tenant: sheet.tenantID)(
                start..<max(start, end), by: before.snapshot, and: after.snapshot)
        }
    }
}
