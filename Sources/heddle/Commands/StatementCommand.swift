import ArgumentParser
import Foundation
import Reactor
import Server
import Services

struct StatementCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statement", abstract: "What a publisher or a reseller has earned: as table, CSV, page and PDF.",
        discussion: """
            Where a payout is made for the time, its items are the lines, and add up to it to the last digit. Where \
            none is made yet the statement is provisional: what was approved and nobody has paid. Days are those of \
            the payee's time zone.
            """,
        subcommands: [Publisher.self, Reseller.self])

    /// What is wanted of a statement.
    struct Choice: ParsableArguments {
        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "Name, or code, BAN or id.")
        var name: String

        @Option(help: ArgumentHelp("One month.", valueName: "YYYY-MM"))
        var month: String?

        @Option(help: ArgumentHelp("First day, instead of --month.", valueName: "YYYY-MM-DD"))
        var from: String?

        @Option(help: ArgumentHelp("Last day.", valueName: "YYYY-MM-DD"))
        var to: String?

        @Option(help: "Number of the payout's statement, where there are several.")
        var number: String?

        @Option(help: ArgumentHelp("Write NAME.pdf, NAME.html or NAME.csv instead.", valueName: "file"))
        var output: String?

        @Option(help: "a4 or letter (default: letter for payers in North America).")
        var paper: String?

        @Flag(help: "Print JSON.")
        var json = false

        private var period: StatementPeriod? {
            if let month { return StatementPeriod(month: month) }
            guard let from, let to else { return nil }
            return StatementPeriod(first: from, last: to)
        }

        func validate() throws {
            guard (month == nil) == (from != nil && to != nil), month == nil || (from == nil && to == nil) else {
                throw ValidationError("say --month, or --from and --to")
            }
            guard period != nil else {
                throw ValidationError("the time is --month 2026-10, or --from 2026-10-01 --to 2026-10-15")
            }
            guard output.map({ name in ["pdf", "html", "csv"].contains { name.hasSuffix(".\($0)") } }) ?? true else {
                throw ValidationError("--output is NAME.pdf, NAME.html or NAME.csv")
            }
            guard Paper(rawValue: paper ?? "a4") != nil else { throw ValidationError("--paper is a4 or letter") }
        }

        func run(_ payee: StatementDocument.Payee) async throws {
            guard let period else { return }
            let document = try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                return try await ReadEarnings(databases.engine, tenant: owner)(payee, name, period, number: number)
            }
            guard let output else {
                print(json ? StatementText.json(document) : StatementText.table(document))
                return
            }
            if output.hasSuffix(".csv") {
                var text = ""
                StatementList(document).write { text += $0 }
                try OutputFile.write(Data(text.utf8), to: output)
            } else {
                let size = paper.flatMap(Paper.init(rawValue:)) ?? StatementPage.paper(of: document)
                let html = StatementPage(document, paper: size).html
                if output.hasSuffix(".html") {
                    try OutputFile.write(Data(html.utf8), to: output)
                } else {
                    try await PrintPage(reactor: Reactor(name: "print"))(
                        html, identity: document.id.uuidString.lowercased(), to: output)
                }
            }
            print(output)
        }
    }

    struct Publisher: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The calls that a publisher is paid for.")

        @OptionGroup var choice: Choice

        func run() async throws { try await choice.run(.publisher) }
    }

    struct Reseller: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What a reseller's customers paid for calls, what it was charged, and what is left.")

        @OptionGroup var choice: Choice

        func run() async throws { try await choice.run(.reseller) }
    }
}
