import ArgumentParser
import Server
import Services
import Telecom

struct CreditNoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credit-note", abstract: "Take back a part of an invoice, or all of it.",
        subcommands: [Issue.self])

    struct Issue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue a credit note: it has a number at once, and never changes.",
            discussion: """
                Without --line all that is left of the invoice is credited. The taxes on a line are credited in the \
                share of it; with its last credit the rest of them.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "The invoice's number, or its id.")
        var invoice: String

        @Option(
            name: .customLong("line"),
            help: ArgumentHelp("A line and how much of it; may be given several times.", valueName: "number=amount"))
        var lines: [CreditedLine] = []

        @Option(help: "billing_error, service_credit, dispute, cancellation, tax, write_off or other.")
        var reason: String

        @Option(help: "Text for the customer.")
        var notes = ""

        private static let reasons: Set = [
            "billing_error", "service_credit", "dispute", "cancellation", "tax", "write_off", "other",
        ]

        func validate() throws {
            guard Self.reasons.contains(reason) else {
                throw ValidationError("--reason is one of \(Self.reasons.sorted().joined(separator: ", "))")
            }
            guard Set(lines.map(\.position)).count == lines.count else {
                throw ValidationError("each --line is another line")
            }
        }

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                let id = try await ListInvoices(databases.engine, tenant: owner).ids(of: [invoice])[0]
                var request = CreditRequest(reason: reason)
                request.notes = notes
                request.lines = lines.map { ($0.position, $0.amount) }
                let note = try await IssueCreditNote(databases.engine, tenant: owner)(id, request)
                print("\(note.number): \(note.currency) \(note.total.text(minimumDecimals: note.minorDigits))")
            }
        }
    }
}

/// `3=12.50`: so much of the third line.
struct CreditedLine: ExpressibleByArgument {
    let position: Int
    let amount: Money

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let position = Int(parts[0]), position > 0,
            let amount = try? Money(parsing: parts[1])
        else { return nil }
        self.position = position
        self.amount = amount
    }
}
