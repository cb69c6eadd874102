import ArgumentParser
import Server
import Services
import Telecom

struct PaymentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payment",
        abstract: "Record payments of customers, give them back, and hear of them from providers.",
        discussion: "A payment is named by its id or by its reference: heddle payment list.",
        subcommands: [
            Record.self, List.self, Show.self, Apply.self, Unapply.self, Refund.self, Provider.self, Events.self,
            Settle.self,
        ])

    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record money that came in: it pays the open invoices of the account, the first due first.",
            discussion: "What is left pays its next invoices. The same --reference is recorded once.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "The account's BAN, or its id.")
        var account: String

        @Argument(help: "How much, in the account's currency.")
        var amount: PaidAmount

        @Option(help: "card, direct_debit, transfer, check, cash or other.")
        var method = "transfer"

        @Option(help: "The bank's word for it.")
        var reference: String?

        @Option(help: "A word for people.")
        var memo = ""

        @Option(help: ArgumentHelp("When it came in (default: now).", valueName: "time"))
        var at: Instant?

        private static let methods: Set = ["card", "direct_debit", "transfer", "check", "cash", "other"]

        func validate() throws {
            guard Self.methods.contains(method) else {
                throw ValidationError("--method is one of \(Self.methods.sorted().joined(separator: ", "))")
            }
            guard amount.money > .zero else { throw ValidationError("the amount is above zero") }
        }

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                var entry = PaymentEntry(
                    accountID: try await FindAccount(databases.engine)(account, of: owner), amount: amount.money)
                entry.method = method
                entry.reference = reference
                entry.memo = memo
                entry.receivedAt = at?.date
                let (payment, isNew) = try await RecordPayment(databases.engine, tenant: owner)(entry)
                let digits = payment.minorDigits
                print(
                    "\(isNew ? "recorded" : "was recorded before"): \(payment.currency) "
                        + "\(payment.amount.text(minimumDecimals: digits)), "
                        + "\(payment.applied.text(minimumDecimals: digits)) applied to invoices, "
                        + "\(payment.unapplied.text(minimumDecimals: digits)) left")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List payments, the newest first.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Option(help: ArgumentHelp("Of one account.", valueName: "BAN or id"))
        var account: String?

        @OptionGroup var length: ListLength

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let payments = try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                let id = account == nil ? nil : try await FindAccount(databases.engine)(account ?? "", of: owner)
                return try await RecordPayment(databases.engine, tenant: owner).list(account: id, limit: length.number)
            }
            print(json ? PaymentText.json(payments) : PaymentText.table(payments))
        }
    }
}

/// An amount on the command line.
struct PaidAmount: ExpressibleByArgument {
    let money: Money

    init?(argument: String) {
        guard let money = try? Money(parsing: argument) else { return nil }
        self.money = money
    }
}
