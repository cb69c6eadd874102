import ArgumentParser
import Foundation
import Server
import Services
import Telecom

extension PaymentCommand {
    /// Who reports payments.
    struct Provider: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Payment providers that report by webhooks: make them known, list them, disable them.",
            subcommands: [Add.self, List.self, Disable.self])

        struct Add: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Make a provider known, or change where its signing key is.",
                discussion: """
                    Prints the address that it is to call. While its key is changed, the one before it is --former.
                    Payments are recorded for the account in the payment's metadata, heddle_account: a BAN or an id.
                    """)

            @OptionGroup var options: DataOptions
            @OptionGroup var tenant: TenantOption

            @Argument(help: "What it is called here.")
            var name: String

            @Option(help: ArgumentHelp("Where the signing key is: \(SecretReference.forms).", valueName: "reference"))
            var secret: String

            @Option(help: ArgumentHelp("Where the key before it is.", valueName: "reference"))
            var former: String?

            @Option(help: "How it signs and writes: stripe.")
            var kind = "stripe"

            @Option(help: ArgumentHelp("How old a signature may be.", valueName: "seconds"))
            var tolerance = 300

            func validate() throws {
                guard kind == "stripe" else { throw ValidationError("--kind is \(kind), expected stripe") }
                guard (10...3_600).contains(tolerance) else {
                    throw ValidationError("--tolerance is \(tolerance), expected 10 to 3600")
                }
            }

            func run() async throws {
                let signing = try SecretReference(secret)
                let before = try former.map { try SecretReference($0) }
                let path = try await options.withDatabases(options.configuration()) { databases in
                    let scope = RequestScope(tenant: try await tenant.id(in: databases), actor: "heddle payment")
                    return try await KeepProviders(databases.app).add(
                        name, kind: kind, secret: signing, former: before, tolerance: tolerance, scope)
                }
                print("/v1/payments/webhooks/\(path)")
            }
        }

        struct List: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "List the providers.")

            @OptionGroup var options: DataOptions
            @OptionGroup var tenant: TenantOption

            func run() async throws {
                let providers = try await options.withDatabases(options.configuration()) { databases in
                    let scope = RequestScope(tenant: try await tenant.id(in: databases), actor: "heddle payment")
                    return try await KeepProviders(databases.app).list(scope)
                }
                var table = Table(["NAME", "KIND", "STATE", "EVENTS", "ASIDE", "ADDRESS"], rightAligned: [3, 4])
                for provider in providers {
                    table.add([
                        provider.name, provider.kind, provider.isDisabled ? "disabled" : "active",
                        String(provider.events), String(provider.aside), "/v1/payments/webhooks/\(provider.path)",
                    ])
                }
                print(table.text)
            }
        }

        struct Disable: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Take no more reports of a provider; `add` takes them again.")

            @OptionGroup var options: DataOptions
            @OptionGroup var tenant: TenantOption

            @Argument(help: "What it is called here.")
            var name: String

            func run() async throws {
                try await options.withDatabases(options.configuration()) { databases in
                    let scope = RequestScope(tenant: try await tenant.id(in: databases), actor: "heddle payment")
                    try await KeepProviders(databases.app).disable(name, scope)
                }
                print("disabled")
            }
        }
    }

    /// What they reported.
    struct Events: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what payment providers reported, the newest first.",
            discussion: "What is aside waits for `heddle payment settle`.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Option(help: "Those that are received, posted, aside or ignored.")
        var state: EventState?

        @OptionGroup var length: ListLength

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let events = try await options.withDatabases(options.configuration()) { databases in
                let scope = RequestScope(tenant: try await tenant.id(in: databases), actor: "heddle payment")
                return try await ListProviderEvents(databases.app)(scope, state: state?.rawValue, limit: length.number)
            }
            print(json ? Self.json(events) : Self.text(events))
        }

        private static func text(_ events: [ProviderEventLine]) -> String {
            var table = Table(
                ["OCCURRED", "PROVIDER", "EVENT", "TYPE", "STATE", "AMOUNT", "ACCOUNT", "REASON"], rightAligned: [5])
            for event in events {
                let amount = event.amount.map { "\($0.text(minimumDecimals: 2)) \(event.currency ?? "")" }
                table.add([
                    event.occurredAt.formatted(.iso8601), event.provider, event.externalID, event.type, event.state,
                    amount ?? "-", event.account ?? "-", event.reason.isEmpty ? "-" : event.reason,
                ])
            }
            return table.text
        }

        private static func json(_ events: [ProviderEventLine]) -> String {
            var writer = JSONWriter()
            writer.array { json in
                for event in events {
                    json.object { json in
                        json.id("id", event.id)
                        json.text("provider", event.provider)
                        json.text("event", event.externalID)
                        json.text("type", event.type)
                        json.text("state", event.state)
                        json.text("reason", event.reason)
                        json.text("payment", event.payment)
                        json.text("account", event.account)
                        json.text("amount", event.amount?.text(minimumDecimals: 2))
                        json.text("currency", event.currency)
                        json.text("occurred_at", event.occurredAt.formatted(.iso8601))
                    }
                }
            }
            return writer.text
        }
    }

    /// What waits.
    struct Settle: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record the payment of a report that was set aside.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "The event: our id, or the provider's.")
        var event: String

        @Option(help: ArgumentHelp("Whose payment it is (default: as it was reported).", valueName: "BAN or id"))
        var account: String?

        @Flag(help: "It reports a refund or a dispute, and what was to be done is done.")
        var done = false

        func validate() throws {
            if done, account != nil { throw ValidationError("--done is for reports without a payment: no --account") }
        }

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                let settle = SettleProviderEvent(databases.engine, tenant: owner)
                if done { try await settle.close(event) } else { try await settle(event, account: account) }
            }
            print(done ? "closed" : "recorded")
        }
    }
}

/// What became of a report.
enum EventState: String, CaseIterable, ExpressibleByArgument {
    case received, posted, aside, ignored
}
