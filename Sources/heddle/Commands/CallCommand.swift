import ArgumentParser
import Reactor
import Server

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Place calls.", subcommands: [Demo.self])

    struct Demo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Place the demonstration call through the running edge, and tell its story.",
            discussion: """
                Wants `heddle serve` on this machine, and the operator of `heddle seed demo`. SIPp plays caller and \
                the carriers, at the addresses that the operator has.
                """)

        @OptionGroup var options: DataOptions

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let settings = try options.configuration()
            let outcome = try await options.withDatabases(settings) { databases in
                try await Demonstration(settings, reactor: Reactor(name: "demo")).placeCall(databases)
            }
            let story = CallStoryText(outcome)
            print(json ? story.json : story.text)
        }
    }
}
