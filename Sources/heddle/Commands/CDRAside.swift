import ArgumentParser
import Foundation
import Server
import Services

extension CDRCommand {
    /// Calls that could not be rated.
    struct Aside: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "aside", abstract: "Show why calls were set aside, and rate them again.",
            subcommands: [Show.self, Retry.self], defaultSubcommand: Show.self)

        struct Show: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "list", abstract: "Show the reasons, and how many calls have each.")

            @OptionGroup var options: DataOptions
            @OptionGroup var tenant: TenantOption

            @Flag(help: "Print JSON.")
            var json = false

            func run() async throws {
                try await options.withDatabases(options.configuration()) { databases in
                    let aside = RetryCalls(databases.engine, tenant: try await tenant.id(in: databases))
                    let reasons = try await aside.reasons()
                    if json {
                        let encoder = JSONEncoder()
                        encoder.dateEncodingStrategy = .iso8601
                        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                        print(String(decoding: try encoder.encode(reasons), as: UTF8.self))
                    } else if reasons.isEmpty {
                        print("No call is set aside.")
                    } else {
                        tell(reasons)
                    }
                }
            }

            private func tell(_ reasons: [RetryCalls.Reason]) {
                var table = Table(["calls", "first", "last", "reason"], rightAligned: [0])
                for reason in reasons {
                    table.add([
                        String(reason.calls), reason.firstStartedAt.formatted(.iso8601),
                        reason.lastStartedAt.formatted(.iso8601), reason.reason,
                    ])
                }
                print(table.text)
                print("\nMend what they lack, then: heddle cdr aside retry")
            }
        }

        struct Retry: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Put them back in line; the running heddle rates them within a second.")

            @OptionGroup var options: DataOptions
            @OptionGroup var tenant: TenantOption

            @Option(help: "Only those with this reason, as `heddle cdr aside` shows it.")
            var reason: String?

            func run() async throws {
                try await options.withDatabases(options.configuration()) { databases in
                    let aside = RetryCalls(databases.engine, tenant: try await tenant.id(in: databases))
                    let count = try await aside(reason: reason)
                    print(count == 0 ? "No such call is set aside." : "\(count) calls are rated again.")
                }
            }
        }
    }
}
