import ArgumentParser
import Foundation
import Logging
import Postgres
import Server
import Services
import Telecom

struct RouteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route", abstract: "Ask the router.", subcommands: [Explain.self, Trace.self, WhatIf.self])

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show where a call would go, at what price, and why every other carrier was left.",
            discussion: "Nothing is called, and no money is held. A refused call is an answer too: it exits with 0.")

        @OptionGroup var options: DataOptions

        @OptionGroup var tenant: TenantOption

        @Option(help: "The caller's number, as the trunk would present it.")
        var from: String

        @Option(help: "The called number, as the trunk would dial it.")
        var to: String

        @Option(help: "The customer's trunk: its id, or its name.")
        var trunk: String

        @OptionGroup var knowledge: PortingOptions

        @Option(
            help: ArgumentHelp(
                "The codecs that it offers, as g729,pcmu (default: it does not say).", valueName: "names"))
        var codecs: OfferedCodecs?

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let settings = try options.configuration()
            let explanation = try await options.withDatabases(settings) { databases in
                let secrets = try await SecretKeeper(settings, logger: makeLogger(settings, .error))
                let data = try await LoadRouting(databases.engine, secrets: secrets.routing)()
                let owner = try await tenant.id(in: databases)
                let id = try await trunkID(of: owner, in: databases)
                let instant = Date().microseconds
                func decide(_ known: PortingOptions.Known, of shown: E164? = nil) throws -> Decision {
                    let decision = data.snapshot.explain(
                        trunkID: id, of: owner, dialled: to, caller: from, porting: (known.called, known.caller),
                        shown: shown, codecs: codecs?.set ?? .any, at: instant, health: data.health)
                    guard let decision else {
                        throw CommandFailure("trunk \(trunk) is not in the routing data: it or its account is closed")
                    }
                    return decision
                }
                // First which number the call shows, and whether it is worth a question; then by what is known of both.
                let plain = try decide(PortingOptions.Known())
                let known = try await knowledge.found(of: plain, data, databases.engine)
                let decision = try known.map { try decide($0, of: plain.callerNumber) } ?? plain
                return RouteExplanation(
                    decision, data, dialled: to, caller: from, isWorthNoDip: knowledge.dip && known == nil,
                    passedOver: try await FindDisabledRows(databases.engine)(of: decision))
            }
            print(json ? explanation.json : explanation.text)
        }

        private func trunkID(of tenant: UUID, in databases: Databases) async throws -> UUID {
            let trunks = try await ListTrunks(databases.engine, tenant: tenant)()
            if let id = UUID(text: trunk), trunks.contains(where: { $0.id == id }) { return id }
            let found = trunks.filter { $0.name.lowercased() == trunk.lowercased() }
            if found.count == 1 { return found[0].id }
            if found.isEmpty {
                throw CommandFailure("no trunk is called \"\(trunk)\"; there are: \(list(trunks.map(\.name)))")
            }
            throw CommandFailure(
                "\(found.count) trunks are called \"\(trunk)\"; give the id of one: \(list(found.map(\.id.text)))")
        }

        private func list(_ names: [String]) -> String {
            let most = 20
            return names.isEmpty
                ? "none" : names.prefix(most).joined(separator: ", ") + (names.count > most ? " …" : "")
        }
    }
}
