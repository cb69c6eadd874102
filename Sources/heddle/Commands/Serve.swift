import ArgumentParser
import Foundation
import Logging
import Reactor
import Server
import Services

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run heddle: database, SIP edge, routers, CDR pipeline.",
        discussion: "Ctrl-C, or SIGTERM, stops everything that it started, in order.")

    @OptionGroup var options: DataOptions

    @Option(help: "What this process runs, separated by commas: api, edge, router, worker.")
    var role = "api,edge,router,worker"

    @Flag(help: "Make the demonstration operator, place one call through the edge and tell its story.")
    var demo = false

    @OptionGroup var addresses: DemoAddresses

    func validate() throws { _ = try roles() }

    private func roles() throws -> Set<Configuration.Role> {
        let names = role.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let roles = names.compactMap(Configuration.Role.init)
        guard !roles.isEmpty, roles.count == names.count else {
            throw ValidationError(
                "--role is \"\(role)\", expected api, edge, router or worker, or several separated by commas")
        }
        return Set(roles)
    }

    func run() async throws {
        let settings = try options.configuration()
        let roles = try roles()
        let logger = makeLogger(settings)
        let reactor = Reactor(name: "heddle")
        let server = HeddleServer(settings, roles: roles, reactor: reactor, logger: logger)
        let (demo, options) = (demo, options)
        try await server.run { running in
            if demo { await demonstrate(settings, running, reactor, logger) }
            guard !Task.isCancelled else { return }
            printAtOnce(Greeting(settings, roles: roles, options: options).text)
        }
    }

    /// Tells the story of a call, or why there is none: calls of others may be in progress, so serving goes on.
    private func demonstrate(
        _ settings: Configuration, _ running: HeddleServer.Running, _ reactor: Reactor, _ logger: Logger
    ) async {
        let demonstration = Demonstration(settings, reactor: reactor)
        do {
            try await demonstration.seed(
                running.databases, secrets: await SecretKeeper(settings, logger: logger),
                addresses: addresses.byParty())
            try await running.routing.refresh()
            let outcome = try await demonstration.placeCall(running.databases, waitingForEdge: .seconds(15))
            printAtOnce(CallStoryText(outcome).text)
        } catch {
            // Ctrl-C in the middle of it is no failure.
            if !Task.isCancelled { complain("the demonstration failed: \(error)") }
        }
    }
}
