import ArgumentParser
import Foundation
import Server
import Services

struct SheetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deck", abstract: "Import, compare and publish the price sheets of carriers and of customers.",
        discussion: """
            A deck is what a carrier charges; a rate plan is what customers pay. Both are kept in versions: a file \
            makes a draft, which no call is priced by until it is published, and which can be rolled back.
            """,
        subcommands: [Import.self, Diff.self, Publish.self, Rollback.self, Withdraw.self, Discard.self, History.self])

    /// Which sheet.
    struct Choice: ParsableArguments {
        @OptionGroup var tenant: TenantOption

        @Option(help: ArgumentHelp("The carrier's deck.", valueName: "name or id"))
        var deck: String?

        @Option(help: ArgumentHelp("The customers' rate plan.", valueName: "name or id"))
        var plan: String?

        func validate() throws {
            guard (deck == nil) != (plan == nil) else { throw ValidationError("name a sheet with --deck or --plan") }
        }

        func sheet(in databases: Databases) async throws -> Sheet {
            try await FindSheet(databases.engine)(
                deck ?? plan ?? "", deck != nil ? .deck : .plan, of: try await tenant.id(in: databases))
        }
    }

    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put a version in force, now or at a later time.")

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice

        @Option(help: "Which version (default: the newest draft).")
        var version: Int?

        @Option(help: ArgumentHelp("From when it holds (default: now).", valueName: "2026-12-01T00:00:00Z"))
        var at: Instant?

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let sheet = try await choice.sheet(in: databases)
                var number = version
                if number == nil { number = try await newestDraft(of: sheet, in: databases) }
                guard let number else {
                    throw ValidationError("\(sheet.name) has no draft; `heddle deck import` makes one")
                }
                let from = try await PublishSheet(databases.engine)(sheet, version: number, from: at?.date)
                print(SheetText.published(sheet, number, from, json: json))
            }
        }

        private func newestDraft(of sheet: Sheet, in databases: Databases) async throws -> Int? {
            try await ListVersions(databases.engine)(sheet).first { $0.state == "draft" }?.number
        }
    }

    struct Rollback: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put the version that held before in force again, at once.")

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice

        @Option(help: "Which version (default: the one that held before).")
        var version: Int?

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let sheet = try await choice.sheet(in: databases)
                let before = try await ListVersions(databases.engine).previous(of: sheet)
                guard let number = version ?? before else {
                    throw ValidationError("\(sheet.name) has had one version only")
                }
                let from = try await PublishSheet(databases.engine)(sheet, version: number)
                print(SheetText.published(sheet, number, from, json: json))
            }
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a scheduled publication back.")

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let sheet = try await choice.sheet(in: databases)
                let versions = try await PublishSheet(databases.engine).withdraw(sheet)
                if versions.isEmpty { throw ValidationError("nothing is scheduled for \(sheet.name)") }
                for version in versions { print("version \(version) of \(sheet.name) will not come into force") }
            }
        }
    }

    struct Discard: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a draft.")

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice

        @Option(help: "Which draft.")
        var version: Int

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let sheet = try await choice.sheet(in: databases)
                guard try await PublishSheet(databases.engine).discard(sheet, version: version) else {
                    throw ValidationError("\(sheet.name) has no draft \(version); published versions stay")
                }
                print("draft \(version) of \(sheet.name) is gone")
            }
        }
    }

    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the versions, and which holds when.")

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let sheet = try await choice.sheet(in: databases)
                let versions = try await ListVersions(databases.engine)(sheet)
                print(json ? SheetText.json(versions) : SheetText.table(versions))
            }
        }
    }
}

/// A moment on the command line.
struct Instant: ExpressibleByArgument {
    let date: Date

    init?(argument: String) {
        guard let date = try? Date(argument, strategy: .iso8601) else { return nil }
        self.date = date
    }
}
