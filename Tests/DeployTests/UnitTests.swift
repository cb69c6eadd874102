import Foundation
import Testing

@testable import Deploy
@testable import SIPEdge

/// The systemd unit and the documents against the program: one edge, whoever starts it.
@Suite struct UnitTests {
    private func file(_ name: String) throws -> String {
        let folder = URL(filePath: Deploy.kamailioConfiguration).deletingLastPathComponent()
        return try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// The environment file that the unit's head shows.
    private func environment(_ unit: String) -> [String: String] {
        Dictionary(
            unit.matches(of: /#   ([A-Z_]+)=([^\n]*)/).map { (String($0.1), String($0.2)) }, uniquingKeysWith: { $1 })
    }

    private func settings(_ environment: [String: String]) throws -> EdgeSettings {
        var settings = EdgeSettings(
            id: try #require(environment["EDGE_ID"]), directory: "/var/lib/heddle/edge",
            configuration: "/usr/share/heddle/kamailio/kamailio.cfg",
            listeners: try #require(environment["LISTEN"]).split(separator: " ").filter { $0 != "-l" }.map(String.init),
            rpcPort: EdgeSettings.usualRPCPort, routers: [])
        settings.user = nil  // the unit's User=
        return settings
    }

    @Test func `the unit starts the edge as heddle does, with the same pid file and control port`() throws {
        let unit = try file("heddle-edge.service")
        let environment = environment(unit)
        let line = try #require(
            unit.replacing("\\\n", with: " ").split(separator: "\n").first { $0.hasPrefix("ExecStart=") })
        let words = line.dropFirst("ExecStart=".count).split(separator: " ").dropFirst().flatMap { word in
            let name = word.trimmingCharacters(in: ["$", "{", "}"])
            // Systemd splits $NAME at its spaces and takes ${NAME} as it is.
            if word.hasPrefix("${") || word.hasPrefix("$") {
                return environment[name, default: ""].split(separator: " ")
            }
            return [environment.reduce(into: String(word)) { $0 = $0.replacing("${\($1.key)}", with: $1.value) }[...]]
        }
        #expect(words.map(String.init).sorted() == (try settings(environment)).arguments.sorted())
    }

    @Test func `what the unit writes to, it makes, and heddle looks there`() throws {
        let unit = try file("heddle-edge.service")
        let made = try #require(unit.firstMatch(of: /StateDirectory=([^\n]+)/)?.1).split(separator: " ")
        #expect(made == ["heddle/edge", "heddle/edge/spool", "heddle/edge/run"])
        #expect(!unit.contains("/run/heddle"))
        #expect(unit.contains("WorkingDirectory=\(try settings(environment(unit)).directory)\n"))
    }

    @Test(arguments: ["heddle-edge.service", "README.md"])
    func `documents name the control port that is used`(name: String) throws {
        let ports = try file(name).matches(of: /RPC_PORT=(\d+)/).map { String($0.1) }
        #expect(!ports.isEmpty && Set(ports) == ["\(EdgeSettings.usualRPCPort)"])
    }
}
