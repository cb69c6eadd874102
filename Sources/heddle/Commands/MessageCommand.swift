import ArgumentParser
import Foundation
import Server
import Services

struct MessageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "message", abstract: "Messages, and what they are charged.", subcommands: [Aside.self])

    /// Messages that could not be charged.
    struct Aside: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "aside", abstract: "Show why messages were set aside, and charge them again.",
            subcommands: [Show.self, Retry.self], defaultSubcommand: Show.self)

        struct Show: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "list", abstract: "Show the reasons, and how many messages have each.")

            @OptionGroup var options: DataOptions
            @OptionGroup var tenant: TenantOption

            @Flag(help: "Print JSON.")
            var json = false

            func run() async throws {
                try await options.withDatabases(options.configuration()) { databases in
                    let aside = RetryMessages(databases.engine, tenant: try await tenant.id(in: databases))
                    let reasons = try await aside.reasons()
                    if json {
                        let encoder = JSONEncoder()
                        encoder.dateEncodingStrategy = .iso8601
                        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                        print(String(decoding: try encoder.encode(reasons), as: UTF8.self))
                    } else if reasons.isEmpty {
                        print("No message is set aside.")
                    } else {
                        tell(reasons)
                    }
                }
            }

            private func tell(_ reasons: [RetryMessages.Reason]) {
                var table = Table(["messages", "first", "last", "reason"], rightAligned: [0])
                for reason in reasons {
                    table.add([
                        String(reason.messages), reason.firstAcceptedAt.formatted(.iso8601),
                        reason.lastAcceptedAt.formatted(.iso8601), reason.reason,
                    ])
                }
                print(table.text)
                print("\nMend what they lack, then: heddle message aside retry")
            }
        }

        struct Retry: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Put them back in line; the running heddle charges them within seconds.")

            @OptionGroup var options: DataOptions
            @OptionGroup var tenant: TenantOption

            @Option(help: "Only those with this reason, as `heddle message aside` shows it.")
            var reason: String?

            func run() async throws {
                try await options.withDatabases(options.configuration()) { databases in
                    let aside = RetryMessages(databases.engine, tenant: try await tenant.id(in: databases))
                    let count = try await aside(reason: reason)
                    print(count == 0 ? "No such message is set aside." : "\(count) messages are charged again.")
                }
            }
        }
    }
}
