import ArgumentParser
import Foundation
import Server
import Services
import Telecom

extension VendorCommand {
    struct DisputeCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dispute", abstract: "Dispute what a carrier charges, and note what became of it.",
            subcommands: [
                Open.self, List.self, Export.self, Submit.self, Accept.self, Reject.self, Close.self,
            ])

        /// Which dispute.
        struct Choice: ParsableArguments {
            @OptionGroup var tenant: TenantOption

            @Argument(help: "Its reference, its id, or the end of that.")
            var dispute: String

            func found(in databases: Databases) async throws -> (tenant: UUID, dispute: Dispute) {
                let id = try await tenant.id(in: databases)
                return (id, try await Disputes(databases.owner).find(dispute, of: id))
            }
        }

        struct Open: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Make a dispute, as a draft, of the differences of a comparison.",
                discussion: """
                    Its amount is the sum of the differences: what is charged too low counts against it. Without \
                    --class it takes those classes that are charged too high in sum.
                    """)

            @OptionGroup var options: DataOptions
            @OptionGroup var tenant: TenantOption

            @Argument(help: "The comparison's id, or its end.")
            var run: String

            @Option(name: .customLong("class"), help: ArgumentHelp("Which differences; repeat it.", valueName: "class"))
            var classes: [String] = []

            @Option(help: "Our number for it.")
            var reference: String?

            @Option(help: "Why, in words for the carrier.")
            var reason: String?

            @Flag(help: "Print JSON.")
            var json = false

            func run() async throws {
                try await options.withDatabases(options.configuration()) { databases in
                    let tenant = try await tenant.id(in: databases)
                    let run = try await ReadRuns(databases.owner).find(run, of: tenant)
                    let dispute = try await Disputes(databases.owner).open(
                        run, classes, reference: reference, reason: reason, of: tenant)
                    print(VendorText.dispute(dispute, json: json))
                }
            }
        }

        struct List: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "List the disputes, the newest first.")

            @OptionGroup var options: DataOptions
            @OptionGroup var filter: Filter

            @Flag(help: "Print JSON.")
            var json = false

            func run() async throws {
                try await options.withDatabases(options.configuration()) { databases in
                    let (tenant, carrier) = try await filter.found(in: databases)
                    let list = try await Disputes(databases.owner).list(of: tenant, carrier: carrier)
                    print(VendorText.disputes(list, json: json))
                }
            }
        }

        struct Export: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Write the file for the carrier: a row for each call, with both sides' figures.")

            @OptionGroup var options: DataOptions
            @OptionGroup var choice: Choice

            @Option(name: .shortAndLong, help: ArgumentHelp("Where to (default: REFERENCE.csv).", valueName: "file"))
            var output: String?

            @Flag(help: "Print JSON.")
            var json = false

            func run() async throws {
                try await options.withDatabases(options.configuration()) { databases in
                    let (tenant, dispute) = try await choice.found(in: databases)
                    let safe = dispute.reference.map { $0 == "/" || $0 == "\0" ? "-" : $0 }
                    let path = output ?? String(safe) + ".csv"
                    let result = try await ExportDispute(databases.owner)(dispute, to: path, of: tenant)
                    print(VendorText.exported(dispute, result, path, json: json))
                }
            }
        }

        struct Submit: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Note that it was sent; its invoice is disputed from then on.")

            @OptionGroup var options: DataOptions
            @OptionGroup var choice: Choice

            func run() async throws { try await move(.submit, options, choice) }
        }

        struct Accept: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Note that the carrier accepts it, or a part of it.")

            @OptionGroup var options: DataOptions
            @OptionGroup var choice: Choice

            @Option(help: "What the carrier gives back (default: all of it).")
            var granted: Money?

            func run() async throws { try await move(.accept, options, choice, granted) }
        }

        struct Reject: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Note that the carrier rejects it; it may be submitted again, or closed.")

            @OptionGroup var options: DataOptions
            @OptionGroup var choice: Choice

            func run() async throws { try await move(.reject, options, choice) }
        }

        struct Close: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Withdraw it; its calls may be compared and disputed again.")

            @OptionGroup var options: DataOptions
            @OptionGroup var choice: Choice

            func run() async throws { try await move(.close, options, choice) }
        }

        private static func move(
            _ move: Disputes.Move, _ options: DataOptions, _ choice: Choice, _ granted: Money? = nil
        ) async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let (tenant, dispute) = try await choice.found(in: databases)
                let moved = try await Disputes(databases.owner).move(dispute, move, granted: granted, of: tenant)
                print(VendorText.dispute(moved, json: false))
            }
        }
    }
}
