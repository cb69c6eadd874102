import ArgumentParser

struct MessageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "message", abstract: "Messages, and what they are charged.",
        subcommands: [AsideCommand<MessagesAside>.self])
}
