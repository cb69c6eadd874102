import ArgumentParser
import Foundation
import Server
import Services
import Telecom

extension VendorCommand {
    struct InvoiceCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "invoice", abstract: "Enter carriers' invoices, and see what was made of them.",
            subcommands: [Add.self, List.self, ShowOne.self])

        struct Add: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Enter an invoice.",
                discussion: """
                    `heddle vendor reconcile` compares the calls of the same period with it. The same invoice twice is \
                    entered once; a number that is there with other figures is refused.
                    """)

            @OptionGroup var options: DataOptions
            @OptionGroup var choice: Choice

            @Argument(help: "Its number.")
            var number: String

            @Option(help: ArgumentHelp("First day or instant of its period.", valueName: "2026-10-01"))
            var from: Moment

            @Option(help: ArgumentHelp("First day or instant after its period.", valueName: "2026-11-01"))
            var until: Moment

            @Option(help: "What it asks for, with tax; below zero for a credit.")
            var amount: Money

            @Option(help: "Tax in the amount.")
            var tax: Money = .zero

            @Option(help: ArgumentHelp("Currency (default: the carrier's).", valueName: "code"))
            var currency: String?

            @Option(help: ArgumentHelp("When it was issued (default: the end of its period).", valueName: "day"))
            var issued: Moment?

            @Option(help: ArgumentHelp("When it is to be paid (default: by the carrier's terms).", valueName: "day"))
            var due: Moment?

            @Flag(help: "Print JSON.")
            var json = false

            func run() async throws {
                var entry = VendorInvoices.Entry(
                    number: number, from: from.date, until: until.date, amount: amount, tax: tax)
                entry.currency = currency
                entry.issuedAt = issued?.date
                entry.dueAt = due?.date
                try await options.withDatabases(options.configuration()) { databases in
                    let carrier = try await choice.found(in: databases)
                    let invoices = VendorInvoices(databases.owner)
                    let (_, isNew) = try await invoices.add(entry, from: carrier)
                    guard let invoice = try await invoices.find(number, from: carrier) else { return }
                    if !json, !isNew { print("it was entered before; nothing was changed") }
                    print(VendorText.invoice(invoice, json: json))
                }
            }
        }

        struct List: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "List the invoices, the newest first.")

            @OptionGroup var options: DataOptions
            @OptionGroup var filter: Filter

            @Flag(help: "Print JSON.")
            var json = false

            func run() async throws {
                try await options.withDatabases(options.configuration()) { databases in
                    let (tenant, carrier) = try await filter.found(in: databases)
                    let list = try await VendorInvoices(databases.owner).list(of: tenant, from: carrier)
                    print(VendorText.invoices(list, json: json))
                }
            }
        }

        struct ShowOne: AsyncParsableCommand {
            static let configuration = CommandConfiguration(commandName: "show", abstract: "Show an invoice.")

            @OptionGroup var options: DataOptions
            @OptionGroup var choice: Choice

            @Argument(help: "Its number.")
            var number: String

            @Flag(help: "Print JSON.")
            var json = false

            func run() async throws {
                try await options.withDatabases(options.configuration()) { databases in
                    let carrier = try await choice.found(in: databases)
                    guard let invoice = try await VendorInvoices(databases.owner).find(number, from: carrier) else {
                        throw CommandFailure("\(carrier.name) has no invoice \(number)")
                    }
                    print(VendorText.invoice(invoice, json: json))
                }
            }
        }
    }
}
