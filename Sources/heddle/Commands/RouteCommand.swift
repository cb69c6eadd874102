import ArgumentParser
import Foundation
import Logging
import Postgres
import Server
import Services
import Telecom

struct RouteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route", abstract: "Ask the router.", subcommands: [Explain.self])

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show where a call would go, at what price, and why every other carrier was left.")

        @OptionGroup var options: DataOptions

        @Option(help: "The caller's number, as the trunk would present it.")
        var from: String

        @Option(help: "The called number, as the trunk would dial it.")
        var to: String

        @Option(help: "The customer's trunk: its id, or its name.")
        var trunk: String

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let settings = try options.configuration()
            let (decision, data) = try await options.withDatabases { databases in
                let secrets = try SecretKeeper(settings, logger: makeLogger(.error))
                let data = try await LoadRouting(databases.engine, secrets: secrets.routing)()
                guard let id = trunkID(in: data.names.trunks) else {
                    let names = data.names.trunks.values.sorted().joined(separator: ", ")
                    throw ValidationError("no trunk is called \"\(trunk)\"; there are: \(names)")
                }
                let now = Date().microseconds
                guard let decision = data.snapshot.explain(trunkID: id, dialled: to, caller: from, at: now) else {
                    throw ValidationError("trunk \(trunk) is not in the routing data: it or its account is closed")
                }
                return (decision, data)
            }
            let explanation = RouteExplanation(decision, data)
            print(json ? explanation.json : explanation.text)
        }

        private func trunkID(in names: [UUID: String]) -> UUID? {
            if let id = UUID(uuidString: trunk), names[id] != nil { return id }
            return names.first { $0.value.lowercased() == trunk.lowercased() }?.key
        }
    }
}
