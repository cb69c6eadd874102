import ArgumentParser
import Foundation
import Server
import Services
import Telecom

struct CDRCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cdr", abstract: "Look at calls.", subcommands: [Tail.self])

    struct Tail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the last calls, and with --follow those that come in.")

        @OptionGroup var options: DataOptions

        @Option(name: .shortAndLong, help: "How many calls to show.")
        var number = 20

        @Flag(name: .shortAndLong, help: "Go on until Ctrl-C.")
        var follow = false

        @Flag(help: "Print JSON, a line a call.")
        var json = false

        func run() async throws {
            try await options.withDatabases { databases in
                let list = ListCalls(databases.engine)
                var last: Date?
                repeat {
                    let calls = try await list(limit: number, after: last)
                    for call in calls { print(json ? Self.json(call) : Self.line(call)) }
                    last = calls.last?.postedAt ?? last
                    if follow { try await Task.sleep(for: .seconds(1)) }
                } while follow
            }
        }

        private static func line(_ call: CallLine) -> String {
            let time = call.postedAt.formatted(.iso8601)
            let talk = "\(call.talkMilliseconds / 1000) s"
            return [
                time, call.direction, "\(call.from) → \(call.to)", call.disposition, String(call.code), talk,
                call.carrier ?? "-", call.account ?? "-", "sell \(call.sell)", "buy \(call.buy)",
                "margin \(call.margin)",
            ].joined(separator: "  ")
        }

        private static func json(_ call: CallLine) -> String {
            JSONWriter.object { json in
                json.text("cdr_id", call.id.text)
                json.text("posted_at", call.postedAt.formatted(.iso8601))
                json.text("direction", call.direction)
                json.text("from", call.from)
                json.text("to", call.to)
                json.text("disposition", call.disposition)
                json.number("code", call.code)
                json.number("talk_ms", call.talkMilliseconds)
                json.text("account", call.account)
                json.text("carrier", call.carrier)
                json.text("sell", call.sell.text(minimumDecimals: 8))
                json.text("buy", call.buy.text(minimumDecimals: 8))
                json.text("margin", call.margin.text(minimumDecimals: 8))
            }
        }
    }
}
