import ArgumentParser
import Foundation
import Server
import Services

extension CDRCommand {
    /// A call with everybody who pays for it.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show what a call costs everybody, and what each amount follows from.")

        @Argument(help: "The id of the call, as `heddle cdr tail --json` shows it.")
        var id: String

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            guard let id = UUID(text: id) else {
                throw ValidationError("\(id) is not the id of a call: heddle cdr tail --json shows them")
            }
            try await options.withDatabases(options.configuration()) { databases in
                let read = ReadRatedCall(databases.engine, tenant: try await tenant.id(in: databases))
                guard let call = try await read(id) else {
                    throw ValidationError("no call with that id has been rated; heddle cdr aside shows what was not")
                }
                print(json ? RatedCallText.json(call) : RatedCallText.text(call))
            }
        }
    }
}
