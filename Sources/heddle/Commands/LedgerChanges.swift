import ArgumentParser
import Foundation
import Server
import Services
import Telecom

extension LedgerCommand {
    struct Adjust: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Correct what an account has: below zero takes it away, never below the credit limit.",
            discussion: "Write an amount below zero behind --: heddle ledger adjust --reason … -- 1001 -5.00")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "The account's BAN, or its id.")
        var account: String

        @Argument(help: "How much, in the account's currency.")
        var amount: PaidAmount

        @Option(help: "Why.")
        var reason: String

        func validate() throws {
            guard amount.money != .zero else { throw ValidationError("an adjustment is not zero") }
            guard !reason.isEmpty else { throw ValidationError("--reason is empty") }
        }

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                let id = try await FindAccount(databases.engine)(account, of: owner)
                try await PostByHand(owner: databases.owner, tenant: owner, actor: LedgerActor.name)
                    .adjust(id, by: amount.money, reason: reason)
                try await LedgerText.printBalance(of: id, databases, owner)
            }
        }
    }

    struct Reverse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a posting back, once: an adjustment, a top-up, or a call or charge that is on no invoice.",
            discussion: "`heddle ledger show ACCOUNT --each` tells the ids.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "The posting's id.")
        var posting: String

        @Option(help: "Why.")
        var reason: String

        func validate() throws {
            guard UUID(text: posting) != nil else { throw ValidationError("\"\(posting)\" is not an id") }
            guard !reason.isEmpty else { throw ValidationError("--reason is empty") }
        }

        func run() async throws {
            guard let id = UUID(text: posting) else { return }
            let amount = try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                return try await PostByHand(owner: databases.owner, tenant: owner, actor: LedgerActor.name)
                    .reverse(id, reason: reason)
            }
            print("reversed: \(amount.text(minimumDecimals: 2)) to the account")
        }
    }

    struct Topup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record money that came in; the same --reference is recorded once.",
            discussion: "It is a payment: open invoices are paid by it first. `heddle payment list` has it.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "The account's BAN, or its id.")
        var account: String

        @Argument(help: "How much, in the account's currency.")
        var amount: PaidAmount

        @Option(help: "The bank's or the customer's word for it.")
        var reference: String

        func validate() throws {
            guard amount.money > .zero else { throw ValidationError("the amount is above zero") }
            guard !reference.isEmpty else { throw ValidationError("--reference is empty") }
        }

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                let id = try await FindAccount(databases.engine)(account, of: owner)
                var entry = PaymentEntry(accountID: id, amount: amount.money)
                entry.method = "other"
                entry.reference = reference
                let (_, isNew) = try await RecordPayment(databases.engine, tenant: owner)(entry)
                if !isNew { print("was recorded before") }
                try await LedgerText.printBalance(of: id, databases, owner)
            }
        }
    }

    struct Limit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set how far below zero an account may go.",
            discussion: "The change is kept with who made it and why.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "The account's BAN, or its id.")
        var account: String

        @Argument(help: "The limit, in the account's currency.")
        var amount: PaidAmount

        @Option(help: "Why.")
        var reason: String

        func validate() throws {
            guard amount.money >= .zero else { throw ValidationError("a limit is not below zero") }
            guard !reason.isEmpty else { throw ValidationError("--reason is empty") }
        }

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                let id = try await FindAccount(databases.engine)(account, of: owner)
                let before = try await PostByHand(owner: databases.owner, tenant: owner, actor: LedgerActor.name)
                    .setCreditLimit(id, to: amount.money, reason: reason)
                print("credit limit \(before.text(minimumDecimals: 2)) → \(amount.money.text(minimumDecimals: 2))")
            }
        }
    }
}
