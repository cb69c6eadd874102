import ArgumentParser
import Foundation
import Server
import Services
import Telecom

extension RouteCommand {
    struct WhatIf: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "what-if",
            abstract: "Route calls of the past again by a draft or by other rules, and show what that would change.",
            discussion: """
                The outbound calls of the span are routed twice: by what holds, and by what would hold if the version \
                were published or the rows of the file were changed. Each is made again in the seven days from now, on \
                its own weekday and at its own time, and its first route is taken to have answered.

                The file of --changes is a JSON list: [{"change": "carrier_trunks", "row": "NAME", "set": \
                {"priority": 50}}], with "add" and "remove" likewise, for rules, limits, profiles, partitions, margin \
                floors, trunks and carriers: docs/reference/cli.md. The database checks the rows in a transaction \
                that is always rolled back.

                Nothing is called, stored or announced.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Option(help: ArgumentHelp("A carrier's deck: its version in place of what holds.", valueName: "name or id"))
        var deck: String?

        @Option(help: ArgumentHelp("A rate plan, likewise.", valueName: "name or id"))
        var plan: String?

        @Option(help: "Which version of it (default: the newest).")
        var version: Int?

        @Option(help: ArgumentHelp("Rows that calls are routed by, and what they would be.", valueName: "file.json"))
        var changes: String?

        @Option(help: "Calls in this currency (default: the sheet's, or the tenant's own).")
        var currency: String?

        @Option(help: ArgumentHelp("Calls of the last so many days.", valueName: "days"))
        var days = 7

        @Option(help: ArgumentHelp("Calls from then on, instead.", valueName: "time"))
        var since: Instant?

        @Option(help: ArgumentHelp("Calls until then (default: now).", valueName: "time"))
        var until: Instant?

        @Option(help: ArgumentHelp("When they are made again (default: in the days from now).", valueName: "time"))
        var asOf: Instant?

        @Option(help: ArgumentHelp("At most so many, the last ones (default: all).", valueName: "number"))
        var calls: Int?

        @Option(help: ArgumentHelp("Write cost, margin and refused calls by hour as a picture.", valueName: "file.svg"))
        var plot: String?

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard deck != nil || plan != nil || changes != nil else {
                throw ValidationError("say what would be different, with --deck, --plan or --changes")
            }
            guard deck == nil || plan == nil else { throw ValidationError("name one sheet, with --deck or --plan") }
            guard (1...366).contains(days) else { throw ValidationError("--days is 1 to 366") }
            guard calls.map({ $0 > 0 }) ?? true else { throw ValidationError("--calls is above 0") }
            if let since, let until, since.date >= until.date {
                throw ValidationError("--since is earlier than --until")
            }
        }

        func run() async throws {
            do {
                let text = try await options.withDatabases(options.configuration()) { try await answer(in: $0) }
                if let plot { try Data(text.picture.utf8).write(to: URL(filePath: plot)) }
                print(json ? text.json : text.lines + (plot.map { "\n\nthe picture is in \($0)" } ?? ""))
            } catch let found as RuleProblems {
                print(WhatIfText.refusal(found, json: json))
                throw ExitCode(1)
            }
        }

        private func answer(in databases: Databases) async throws -> WhatIfText {
            let owner = try await tenant.id(in: databases)
            let sheet = try await chosenSheet(of: owner, in: databases)
            let number = try await chosenVersion(of: sheet, in: databases)
            let drafts = sheet.flatMap { sheet in number.map { [sheet.key: $0] } } ?? [:]
            let apply = try changes.map { try ApplyRuleChanges($0, tenant: owner) }
            var effects: [RuleEffect] = []
            // Only the owner may write what an administrator writes.
            let role = apply == nil ? databases.engine : databases.owner
            var change: RehearseRouting.Change?
            if let apply { change = { session in effects = try await apply(session) } }
            let (before, after) = try await RehearseRouting(role)(after: drafts, of: owner, change: change)
            let selection = try await selection(sheet, of: owner, in: databases)
            let sums = try await ReplayCalls(databases.engine, tenant: owner)(
                selection, by: before, and: after, at: asOf?.date ?? Date())
            return WhatIfText(sums, currency: selection.currency, sheet: sheet, version: number, effects: effects)
        }

        private func selection(
            _ sheet: Sheet?, of owner: UUID, in databases: Databases
        ) async throws -> ReplayCalls.Selection {
            let end = until?.date ?? Date()
            let start = since?.date ?? end.addingTimeInterval(-Double(days) * 86_400)
            var money = currency?.uppercased() ?? sheet?.currency
            if money == nil { money = try await FindTenant(databases.engine).currency(of: owner) }
            return ReplayCalls.Selection(start..<max(start, end), currency: money ?? "", most: calls)
        }

        private func chosenSheet(of owner: UUID, in databases: Databases) async throws -> Sheet? {
            guard let name = deck ?? plan else { return nil }
            return try await FindSheet(databases.engine)(name, deck != nil ? .deck : .plan, of: owner)
        }

        private func chosenVersion(of sheet: Sheet?, in databases: Databases) async throws -> Int? {
            guard let sheet else { return nil }
            if let version { return version }
            guard let newest = try await ListVersions(databases.engine)(sheet).first else {
                throw CommandFailure("\(sheet.name) has no version")
            }
            return newest.number
        }
    }
}
