import ArgumentParser
import Foundation
import Postgres
import Server
import Services
import Telecom

struct CDRCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cdr", abstract: "Look at calls.",
        subcommands: [Tail.self, Show.self, AsideCommand<CallsAside>.self, Import.self, Rejects.self])

    struct Tail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the last calls, and with --follow those that come in.")

        @OptionGroup var options: DataOptions

        @OptionGroup var tenant: TenantOption

        @OptionGroup var length: ListLength

        @Flag(name: .shortAndLong, help: "Go on with those that come in, until Ctrl-C.")
        var follow = false

        @Flag(help: "Print JSON, a line a call.")
        var json = false

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let list = ListCalls(databases.engine, tenant: try await tenant.id(in: databases))
                guard follow else {
                    let calls = try await list.last(length.number)
                    tell(calls)
                    if calls.isEmpty { complain("no call has been rated yet") }
                    return
                }
                var following = FollowCalls(list)
                tell(try await following.begin(length.number))
                while true {
                    try await Task.sleep(for: .seconds(1))
                    do {
                        try await following.next(tell)
                    } catch let error as PostgresError where ExitStatus.of(error) == .unavailable {
                        // What was rated meanwhile is told when the database is back.
                        complain("heddle: \(error); trying again")
                    }
                }
            }
        }

        private func tell(_ calls: [CallLine]) {
            for call in calls { printAtOnce(json ? Self.json(call) : Self.line(call)) }
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
