import ArgumentParser
import Foundation
import Server
import Services

struct InvoiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoice", abstract: "Make, look at, finalise and print the invoices of accounts.",
        discussion: """
            A run closes the cycles that are due and makes drafts. A draft can be looked at, and voided; finalised it \
            has a number and never changes. What is wrong then is put right by a credit note: heddle credit-note.
            """,
        subcommands: [
            Run.self, List.self, Show.self, Finalise.self, Send.self, Void.self, Render.self, Export.self,
        ])

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close the cycles that are due, sum their usage up and draft invoices.",
            discussion: """
                A cycle is due when it has ended and its days of grace are over; calls that are posted later are of \
                the next one. Calls without a price hold nothing up: they are counted, and invoiced when they have \
                one. A run that was stopped, by whatever, is continued by the next; two at once share the work. Exits \
                with 1 when an account could not be invoiced, or had due cycles that another run held at the end: the \
                others are.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Option(help: ArgumentHelp("One account only.", valueName: "BAN or id"))
        var account: String?

        @Option(help: ArgumentHelp("Cycles that were due by then (default: now).", valueName: "time"))
        var until: Instant?

        @Flag(help: "Give the drafts their numbers at once, also those of earlier runs.")
        var finalise = false

        @Flag(help: "Do all of it, and take it back again.")
        var dryRun = false

        @Flag(help: "Print JSON, and no progress.")
        var json = false

        func validate() throws {
            guard !(finalise && dryRun) else { throw ValidationError("--dry-run makes drafts only") }
            if let until, until.date > Date() { throw ValidationError("--until is not in the future") }
        }

        func run() async throws {
            let result = try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                var run = InvoiceRunOptions()
                if let account { run.accountID = try await FindAccount(databases.engine)(account, of: owner) }
                run.until = until?.date
                run.finalises = finalise
                run.isRehearsal = dryRun
                let meter = ProgressMeter()
                let result = try await RunInvoices(databases.engine, tenant: owner)(run) { progress in
                    if !json { meter.tell(progress) }
                }
                meter.end()
                return result
            }
            print(json ? InvoiceRunText.json(result) : InvoiceRunText.text(result, isRehearsal: dryRun))
            guard result.failures.isEmpty, result.heldElsewhere.isEmpty else { throw ExitCode(1) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List invoices, the newest first.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Option(help: ArgumentHelp("Of one account.", valueName: "BAN or id"))
        var account: String?

        @Option(help: "draft, finalised, paid or void.")
        var status: String?

        @OptionGroup var length: ListLength

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard ["draft", "finalised", "paid", "void"].contains(status ?? "draft") else {
                throw ValidationError("--status is draft, finalised, paid or void")
            }
        }

        func run() async throws {
            let lines = try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                var filter = InvoiceFilter()
                if let account { filter.accountID = try await FindAccount(databases.engine)(account, of: owner) }
                filter.status = status
                filter.limit = length.number
                return try await ListInvoices(databases.engine, tenant: owner)(filter)
            }
            print(json ? InvoiceText.json(lines) : InvoiceText.table(lines))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what is on an invoice.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "Its number, or its id.")
        var invoice: String

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let document = try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                let id = try await ListInvoices(databases.engine, tenant: owner).ids(of: [invoice])[0]
                return try await ReadInvoice(databases.engine, tenant: owner)(id)
            }
            print(json ? InvoiceText.json(document) : InvoiceText.text(document))
        }
    }
}
