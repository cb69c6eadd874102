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

    @Option(help: "What this process runs, separated by commas: edge, router, worker.")
    var role = "edge,router,worker"

    @Flag(help: "Make the demonstration operator, place one call through the edge and tell its story.")
    var demo = false

    func run() async throws {
        let settings = try options.configuration()
        let roles = try role.split(separator: ",").map { name in
            guard let role = Configuration.Role(rawValue: String(name)) else {
                throw ValidationError(
                    "--role is \"\(name)\", expected edge, router or worker, or several separated by commas")
            }
            return role
        }
        let logger = makeLogger()
        let reactor = Reactor(name: "heddle")
        let server = HeddleServer(settings, roles: Set(roles), reactor: reactor, logger: logger)
        let demo = demo
        try await server.run { running in
            if demo {
                try await demonstrate(settings, running, reactor, logger)
            }
            print(Greeting(settings, roles: Set(roles)).text)
        }
    }

    private func demonstrate(
        _ settings: Configuration, _ running: HeddleServer.Running, _ reactor: Reactor, _ logger: Logger
    ) async throws {
        let demonstration = Demonstration(settings, reactor: reactor)
        try await demonstration.seed(running.databases, secrets: SecretKeeper(settings, logger: logger))
        try await running.routing.refresh()
        let outcome = try await demonstration.placeCall(running.databases)
        print(CallStoryText(outcome).text)
    }
}
