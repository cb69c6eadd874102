import ArgumentParser
import Foundation
import Server
import Services

extension CDRCommand {
    /// What was not taken of files.
    struct Rejects: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look at records of files that were not taken; take them again, or drop them.",
            subcommands: [List.self, Retry.self, Drop.self])

        /// Which of them.
        struct Choice: ParsableArguments {
            @Argument(help: "Ids of rejected records.", transform: Choice.id)
            var ids: [UUID] = []

            @Option(help: ArgumentHelp("Those of a file of this name.", valueName: "name"))
            var file: String?

            @Flag(help: "All that are open.")
            var all = false

            func validate() throws {
                guard all || file != nil || !ids.isEmpty else {
                    throw ValidationError("name rejected records by their ids, or take --file or --all")
                }
            }

            private static func id(_ text: String) throws -> UUID {
                guard let id = UUID(text: text) else { throw ValidationError("it is no id") }
                return id
            }

            var choice: RejectChoice { RejectChoice(ids: ids, file: file) }
        }

        struct List: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Show what was not taken, the newest first.")

            @OptionGroup var options: DataOptions
            @OptionGroup var tenant: TenantOption

            @Option(help: ArgumentHelp("Those of a file of this name.", valueName: "name"))
            var file: String?

            @Option(help: "open, resubmitted or dropped.")
            var state = RejectState.open

            @OptionGroup var length: ListLength

            @Flag(help: "Print JSON.")
            var json = false

            func run() async throws {
                let choice = RejectChoice(file: file)
                let (lines, open) = try await options.withDatabases(options.configuration()) { databases in
                    let list = ListRejects(databases.engine, tenant: try await tenant.id(in: databases))
                    let lines = try await list(choice, state: state.rawValue, limit: length.number)
                    return (lines, try await list.count(choice))
                }
                if json {
                    print(Self.json(lines))
                } else if lines.isEmpty {
                    print("nothing is \(state.rawValue)")
                } else {
                    for line in lines { print(Self.text(line)) }
                    if state == .open, open > lines.count { print("… and \(open - lines.count) more") }
                }
            }

            private static func text(_ line: RejectedLine) -> String {
                let place = line.field.isEmpty ? "" : ", \(line.field) \"\(line.value)\""
                let cut = line.isCut ? " (only its beginning is kept)" : ""
                return "\(line.id.text)  \(line.file) line \(line.line)\(place): \(line.reason)\(cut)"
            }

            private static func json(_ lines: [RejectedLine]) -> String {
                var writer = JSONWriter()
                writer.array { json in
                    for line in lines {
                        json.object { json in
                            json.id("id", line.id)
                            json.text("file", line.file)
                            json.text("source", line.source)
                            json.number("line", line.line)
                            json.number("column", line.column)
                            json.text("field", line.field)
                            json.text("value", line.value)
                            json.text("reason", line.reason)
                            json.text("state", line.state)
                            json.flag("cut", line.isCut)
                            json.text("content", line.content)
                        }
                    }
                }
                return writer.text
            }
        }

        struct Retry: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Take rejected records again: when an account or a carrier has come since.",
                discussion: "What still cannot be taken stays, with the reason of now; the command exits with 1 then.")

            @OptionGroup var options: DataOptions
            @OptionGroup var tenant: TenantOption
            @OptionGroup var choice: Choice

            @Option(help: "What becomes of calls of accounts that are not known: reject, or keep, under nobody.")
            var unknownAccount = UnknownParty.reject

            @Option(help: "What becomes of calls by carriers that are not known: reject, or keep, by nobody.")
            var unknownCarrier = UnknownParty.reject

            @Flag(help: "Print JSON.")
            var json = false

            func run() async throws {
                let result = try await options.withDatabases(options.configuration()) { databases in
                    try await RetryRejects(
                        databases.engine, tenant: try await tenant.id(in: databases),
                        keepsUnknownAccounts: unknownAccount == .keep, keepsUnknownCarriers: unknownCarrier == .keep)(
                            choice.choice)
                }
                if json { print(Self.json(result)) } else { print(Self.text(result)) }
                if result.rejected > 0 { throw ExitCode(1) }
            }

            private static func text(_ result: RetryRejects.Result) -> String {
                var lines = result.problems.prefix(10).map(\.text)
                lines.append(
                    "\(result.imported) imported, \(result.repeated) repeated, \(result.rejected) still rejected")
                if result.cut > 0 {
                    lines.append(
                        "\(IntakeText.count(result.cut, "record")) too long to be kept whole: import the file again "
                            + "when it is mended, and drop them")
                }
                return lines.joined(separator: "\n")
            }

            private static func json(_ result: RetryRejects.Result) -> String {
                JSONWriter.object { json in
                    json.number("imported", result.imported)
                    json.number("repeated", result.repeated)
                    json.number("rejected", result.rejected)
                    json.number("cut", result.cut)
                    json.array("problems") { json in
                        for problem in result.problems { problem.write(to: &json) }
                    }
                }
            }
        }

        struct Drop: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Note that rejected records are not to be taken; they stay to be seen.")

            @OptionGroup var options: DataOptions
            @OptionGroup var tenant: TenantOption
            @OptionGroup var choice: Choice

            func run() async throws {
                let dropped = try await options.withDatabases(options.configuration()) { databases in
                    try await ListRejects(databases.engine, tenant: try await tenant.id(in: databases))
                        .drop(choice.choice)
                }
                print("\(IntakeText.count(dropped, "record")) dropped")
            }
        }
    }
}

/// What became of a rejected record.
enum RejectState: String, CaseIterable, ExpressibleByArgument {
    case open, resubmitted, dropped
}
