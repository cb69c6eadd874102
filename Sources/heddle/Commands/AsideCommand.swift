import ArgumentParser
import Foundation
import Server
import Services

/// Of what `heddle … aside` tells.
protocol AsideSubject: Sendable {
    static var subject: RetryAside.Subject { get }
    /// Whose command it is: `cdr`.
    static var command: String { get }
    /// One of them: `call`.
    static var noun: String { get }
    /// What is done to them: `rated`.
    static var isDone: String { get }
}

enum CallsAside: AsideSubject {
    static let subject = RetryAside.Subject.calls
    static let command = "cdr"
    static let noun = "call"
    static let isDone = "rated"
}

enum MessagesAside: AsideSubject {
    static let subject = RetryAside.Subject.messages
    static let command = "message"
    static let noun = "message"
    static let isDone = "charged"
}

/// Records that could not be rated.
struct AsideCommand<Of: AsideSubject>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "aside", abstract: "Show why \(Of.noun)s were set aside, and have them \(Of.isDone) again.",
            subcommands: [AsideList<Of>.self, AsideRetry<Of>.self], defaultSubcommand: AsideList<Of>.self)
    }
}

struct AsideList<Of: AsideSubject>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: "Show the reasons, and how many \(Of.noun)s have each.")
    }

    @OptionGroup var options: DataOptions
    @OptionGroup var tenant: TenantOption

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        try await options.withDatabases(options.configuration()) { databases in
            let aside = RetryAside(databases.engine, Of.subject, tenant: try await tenant.id(in: databases))
            let reasons = try await aside.reasons()
            if json {
                let encoder = JSONEncoder()
                encoder.dateEncodingStrategy = .iso8601
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                print(String(decoding: try encoder.encode(reasons), as: UTF8.self))
            } else if reasons.isEmpty {
                print("No \(Of.noun) is set aside.")
            } else {
                tell(reasons)
            }
        }
    }

    private func tell(_ reasons: [RetryAside.Reason]) {
        var table = Table(["\(Of.noun)s", "first", "last", "reason"], rightAligned: [0])
        for reason in reasons {
            table.add([
                String(reason.records), reason.firstAt.formatted(.iso8601), reason.lastAt.formatted(.iso8601),
                reason.reason,
            ])
        }
        print(table.text)
        print("\nMend what they lack, then: heddle \(Of.command) aside retry")
    }
}

struct AsideRetry<Of: AsideSubject>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "retry", abstract: "Put them back in line; the running heddle takes them within seconds.")
    }

    @OptionGroup var options: DataOptions
    @OptionGroup var tenant: TenantOption

    @Option(help: "Only those with this reason, as the list shows it.")
    var reason: String?

    func run() async throws {
        try await options.withDatabases(options.configuration()) { databases in
            let aside = RetryAside(databases.engine, Of.subject, tenant: try await tenant.id(in: databases))
            let count = try await aside(reason: reason)
            print(count == 0 ? "No such \(Of.noun) is set aside." : "\(count) \(Of.noun)s are \(Of.isDone) again.")
        }
    }
}
