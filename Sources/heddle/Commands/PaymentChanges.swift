import ArgumentParser
import Foundation
import Server
import Services
import Telecom

/// Which payment a command is about, and how it tells of it.
struct PaymentOptions: ParsableArguments {
    @OptionGroup var options: DataOptions
    @OptionGroup var tenant: TenantOption

    @Argument(help: "The payment's id, or its reference.")
    var payment: String

    @Flag(help: "Print JSON.")
    var json = false

    /// Who does it, in the audit trail.
    static func scope(of owner: UUID) -> RequestScope { RequestScope(tenant: owner, actor: "heddle payment") }

    /// Does something with the payment, and tells what became of it.
    /// - Parameter body: says what was done, and writes it as members of the JSON.
    func tell(
        _ body: (Databases, UUID, UUID) async throws -> (text: String?, members: (inout JSONWriter) -> Void)
    ) async throws {
        let (done, story) = try await options.withDatabases(options.configuration()) { databases in
            let owner = try await tenant.id(in: databases)
            let read = ReadPayment(databases.engine, tenant: owner)
            let id = try await read.id(of: payment)
            let done = try await body(databases, owner, id)
            return (done, try await read(id))
        }
        if json { return print(PaymentText.json(story, done.members)) }
        if let text = done.text { print("\(text)\n") }
        print(PaymentText.text(story))
    }
}

extension PaymentCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a payment: what it pays, and what of it was given back.")

        @OptionGroup var target: PaymentOptions

        func run() async throws { try await target.tell { _, _, _ in (nil, { _ in }) } }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let what is left of a payment pay invoices: one, or all that are open, the first due first.")

        @OptionGroup var target: PaymentOptions

        @Option(help: ArgumentHelp("Only this invoice.", valueName: "number or id"))
        var invoice: String?

        @Option(help: "How much of it (default: as much as is left and open).")
        var amount: PaidAmount?

        func validate() throws {
            guard amount == nil || invoice != nil else { throw ValidationError("--amount is of one --invoice") }
        }

        func run() async throws {
            try await target.tell { databases, owner, id in
                let apply = ApplyPayment(databases.engine, for: PaymentOptions.scope(of: owner))
                let applied: Money
                if let invoice {
                    let wanted = try await ListInvoices(databases.engine, tenant: owner).ids(of: [invoice])[0]
                    applied = try await apply(id, to: wanted, amount?.money)
                } else {
                    applied = try await apply(id)
                }
                let text = applied.text(minimumDecimals: 2)
                return (
                    applied > .zero ? "applied: \(text)" : "no invoice of the account is open",
                    { $0.text("applied_now", text) }
                )
            }
        }
    }

    struct Unapply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a payment from an invoice, or from all that it pays: they are open again.",
            discussion: """
                What is left of it pays the next invoice of the account when that is finalised, and open ones when \
                `heddle dunning run` looks at them: apply it before, where it belongs elsewhere.
                """)

        @OptionGroup var target: PaymentOptions

        @Option(help: ArgumentHelp("Only from this invoice.", valueName: "number or id"))
        var invoice: String?

        @Option(help: "Why.")
        var reason: String

        func validate() throws {
            guard !reason.isEmpty else { throw ValidationError("--reason is empty") }
        }

        func run() async throws {
            try await target.tell { databases, owner, id in
                var from: UUID?
                if let invoice {
                    from = try await ListInvoices(databases.engine, tenant: owner).ids(of: [invoice])[0]
                }
                let freed = try await ApplyPayment(databases.engine, for: PaymentOptions.scope(of: owner))
                    .unapply(id, from: from, reason: reason)
                let text = freed.text(minimumDecimals: 2)
                return ("taken from invoices: \(text)", { $0.text("unapplied_now", text) })
            }
        }
    }

    struct Refund: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Enter that a payment was given back, or a part of it; the same --reference is entered once.",
            discussion: """
                Money is not moved by this: send it back where it came from, by the bank or the provider. It is taken \
                from what is left of the payment, and then from the invoices that it pays, the last first, which are \
                open again. An account gives no more back than it has; what the bank took is --chargeback.
                """)

        @OptionGroup var target: PaymentOptions

        @Option(help: "How much (default: all that was not given back before).")
        var amount: PaidAmount?

        @Option(help: "Why.")
        var reason: String

        @Option(help: "The bank's, the provider's or your own word for it.")
        var reference: String

        @Flag(help: "The bank took it back, whatever the account has.")
        var chargeback = false

        func validate() throws {
            guard !reason.isEmpty else { throw ValidationError("--reason is empty") }
            guard (1...255).contains(reference.count) else {
                throw ValidationError("--reference has 1 to 255 characters")
            }
            if let amount, amount.money <= .zero { throw ValidationError("--amount is above zero") }
        }

        func run() async throws {
            try await target.tell { databases, owner, id in
                var entry = RefundEntry(reason: reason, reference: reference)
                entry.amount = amount?.money
                entry.isChargeback = chargeback
                let isNew = try await RefundPayment(databases.engine, for: PaymentOptions.scope(of: owner))(
                    id, entry)
                return (isNew ? "entered" : "was entered before", { $0.flag("new", isNew) })
            }
        }
    }
}
