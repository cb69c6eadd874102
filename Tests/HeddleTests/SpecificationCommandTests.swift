import ArgumentParser
import Foundation
import Testing

@testable import heddle

/// The commands that docs/reference/specification.md names, against the ones that there are.
@Suite struct SpecificationCommandTests {
    /// What stands after `command heddle` between backticks.
    private static func commands() throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/reference/specification.md"), encoding: .utf8)
        let found = page.matches(of: /`command heddle ([^`]+)`/).map { String($0.output.1) }
        return Set(found).subtracting(["verb"]).sorted()  // the page explains its form so
    }

    @Test func `each can be typed`() throws {
        let commands = try Self.commands()
        #expect(commands.contains("migrate --check"))
        for command in commands { #expect(Self.isThere(command), "there is no heddle \(command)") }
    }

    @Test(arguments: ["nonsense", "migrate --nonsense", "schema nonsense", "serve demo", "schema"])
    func `what cannot be typed is found out`(command: String) {
        #expect(!Self.isThere(command))
    }

    /// Goes down the tree by the words, to a command that does something; options are what its help lists.
    private static func isThere(_ command: String) -> Bool {
        let words = command.split(separator: " ")
        var at: any ParsableCommand.Type = Heddle.self
        for word in words.prefix(while: { !$0.hasPrefix("-") }) {
            guard let next = at.configuration.subcommands.first(where: { $0._commandName == word }) else {
                return false
            }
            at = next
        }
        let help = Heddle.helpMessage(for: at, columns: 200)
        return at.configuration.subcommands.isEmpty
            && words.drop { !$0.hasPrefix("-") }.allSatisfy { help.contains("\($0) ") }
    }
}
