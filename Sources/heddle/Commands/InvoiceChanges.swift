import ArgumentParser
import Foundation
import Glibc
import Postgres
import Reactor
import Server
import Services

extension InvoiceCommand {
    struct Finalise: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give drafts their numbers: from then on they never change.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "Ids of drafts.")
        var invoices: [String] = []

        @Flag(help: "All drafts that runs made.")
        var all = false

        func validate() throws {
            guard all == invoices.isEmpty else { throw ValidationError("name drafts, or say --all") }
        }

        func run() async throws {
            let (numbers, failures) = try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                let list = ListInvoices(databases.engine, tenant: owner)
                let ids = all ? try await list.drafts() : try await list.ids(of: invoices)
                let finalise = FinaliseInvoices(databases.engine, tenant: owner)
                var (numbers, failures): ([String], [InvoiceRunFailure]) = ([], [])
                for id in ids {
                    let (given, refused) = try await finalise([id])
                    numbers += given
                    failures += refused
                }
                return (numbers, failures)
            }
            for number in numbers { print(number) }
            for failure in failures { complain("\(failure.ban): \(failure.reason)") }
            guard failures.isEmpty else { throw ExitCode(1) }
        }
    }

    struct Void: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an invoice back that nobody was sent; a draft goes, a number stays.",
            discussion: "What paid it is free again. One that was sent is put right by `heddle credit-note`.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "Its number, or its id.")
        var invoice: String

        @Option(help: "Why.")
        var reason: String

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                let list = ListInvoices(databases.engine, tenant: owner)
                let id = try await list.ids(of: [invoice])[0]
                guard try await list.void(id, reason: reason) else {
                    throw CommandFailure("\(invoice) is void already")
                }
                print("\(invoice) is taken back; the next run invoices its cycle again")
            }
        }
    }

    struct Send: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have a final invoice sent by mail, as PDF.",
            discussion: """
                It waits until a worker of `heddle serve` with HEDDLE_MAIL sends it, and is tried for three days. \
                Without --to it goes to the address of the account's billing profile, else to its billing contacts. \
                Asked twice while it waits it goes there once. Prints the id of the sending: `heddle api get \
                /v1/billing/invoice_sendings/ID` says what came of it.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "Its number, or its id.")
        var invoice: String

        @Option(name: .customLong("to"), help: ArgumentHelp("An address; up to ten of them.", valueName: "address"))
        var addresses: [String] = []

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let queued = try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                let id = try await ListInvoices(databases.engine, tenant: owner).ids(of: [invoice])[0]
                let scope = RequestScope(tenant: owner, actor: "heddle invoice")
                return try await databases.engine.transaction(
                    context: scope.opening, statementTimeout: .seconds(30)
                ) { [addresses] session in
                    try await SendInvoice.queue(id, to: addresses, scope, session)
                }
            }
            if json {
                print(
                    JSONWriter.object { json in
                        json.id("id", queued.id)
                        json.array("recipients") { json in for one in queued.recipients { json.text(nil, one) } }
                        json.text("status", queued.status)
                    })
            } else {
                print(queued.id.text)
                complain("it waits to be sent to \(queued.recipients.joined(separator: ", "))")
            }
        }
    }

    struct Render: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write an invoice as PDF, or as the HTML page that is printed.",
            discussion: "A final invoice gets the SHA-256 of the list of its calls, unless it has it.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "Its number, or its id.")
        var invoice: String

        @Argument(help: "The file: NAME.pdf or NAME.html.")
        var file: String

        @Option(help: "a4 or letter (default: letter for sellers in North America).")
        var paper: String?

        func validate() throws {
            guard file.hasSuffix(".pdf") || file.hasSuffix(".html") else {
                throw ValidationError("the file is called NAME.pdf or NAME.html")
            }
            guard Paper(rawValue: paper ?? "a4") != nil else { throw ValidationError("--paper is a4 or letter") }
        }

        func run() async throws {
            let document = try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                let id = try await ListInvoices(databases.engine, tenant: owner).ids(of: [invoice])[0]
                let read = ReadInvoice(databases.engine, tenant: owner)
                let document = try await read(id)
                guard document.detail == nil, ["finalised", "paid"].contains(document.status) else { return document }
                do {
                    _ = try await ExportCallDetail(databases.engine, tenant: owner)(id)
                } catch let failure as BillingFailure {
                    complain("the page has no digest of the calls: \(failure)")
                }
                return try await read(id)
            }
            let size = paper.flatMap(Paper.init(rawValue:)) ?? InvoicePage.paper(of: document)
            let html = InvoicePage(document, paper: size).html
            if file.hasSuffix(".html") {
                try OutputFile.write(Data(html.utf8), to: file)
            } else {
                try await PrintPage(reactor: Reactor(name: "print"))(
                    html, identity: document.id.uuidString.lowercased(), to: file)
            }
            print(file)
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the calls of an invoice as CSV, and print the SHA-256 of the file.",
            discussion: """
                The last row is what rounding adds, so the column of amounts adds up to the usage on the invoice. The \
                calls are read where reports are, and the digest is kept by the primary.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "Its number, or its id.")
        var invoice: String

        @Argument(help: "The file.")
        var file: String

        @OptionGroup var place: SourceOptions

        func run() async throws {
            let output = try OutputFile(file, mode: 0o600)
            let settings = try options.configuration()
            let written = try await options.withDatabases(settings) { databases in
                let owner = try await tenant.id(in: databases)
                let id = try await ListInvoices(databases.engine, tenant: owner).ids(of: [invoice])[0]
                let export = ExportCallDetail(
                    databases.engine, tenant: owner, source: place.source(databases, settings))
                return try await export(id, begin: output.beginAgain) { try output.write(Data($0)) }
            }
            try output.finish()
            print("\(written.detail.digest)  \(file)")
            complain("\(written.detail.calls.shown) calls")
            if let place = written.origin.place { complain(place) }
        }
    }
}
