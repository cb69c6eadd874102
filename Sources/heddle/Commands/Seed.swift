import ArgumentParser
import Logging
import Postgres
import Reactor
import Server
import Services

struct Seed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fill the database.", subcommands: [Demo.self, Volume.self, Deck.self])

    struct Demo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the demonstration operator: carriers with decks, customers, trunks, numbers, balances.",
            discussion: """
                Run again it changes nothing but addresses. Without --address the parties are at: \
                \(DemoParty.allCases.map { "\($0.rawValue)=\($0.usualAddress)" }.joined(separator: ", ")).
                """)

        @OptionGroup var options: DataOptions

        @OptionGroup var addresses: DemoAddresses

        func run() async throws {
            let settings = try options.configuration()
            try await options.withDatabases(settings, .anything) { databases in
                try await databases.migration().run()
                try await databases.owner.run("select core.create_monthly_partitions()")
                let demonstration = Demonstration(settings, reactor: Reactor(name: "demo"))
                try await demonstration.seed(
                    databases, secrets: await SecretKeeper(settings, logger: makeLogger(settings)),
                    addresses: addresses.byParty())
                print("the demonstration operator is there")
            }
        }
    }
}
