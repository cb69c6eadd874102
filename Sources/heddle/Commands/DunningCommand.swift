import ArgumentParser
import Server
import Services
import Telecom

struct DunningCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dunning", abstract: "Remind of invoices that are overdue.", subcommands: [Run.self])

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Raise the reminders that are due, and stop or let go calls as they say.",
            discussion: """
                Each invoice goes up one level at a time. Where a level restricts, suspends or disconnects, the \
                outbound calls of the account are suspended until nothing is overdue; emergency calls are never \
                stopped, and calls that come in go on. Letters are not sent: the list is for whoever sends them. \
                A repeat on the same day changes nothing.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let result = try await options.withDatabases(options.configuration()) { databases in
                try await RunDunning(databases.engine, tenant: tenant.id(in: databases))()
            }
            print(json ? Self.json(result) : Self.text(result))
        }

        private static func text(_ result: DunningResult) -> String {
            var lines = ["\(result.raised.shown) reminders were raised"]
            if !result.suspended.isEmpty {
                lines.append("outbound calls are suspended: \(result.suspended.joined(separator: ", "))")
            }
            if !result.released.isEmpty {
                lines.append("outbound calls go on: \(result.released.joined(separator: ", "))")
            }
            guard !result.reminders.isEmpty else { return lines.joined(separator: "\n") }
            var table = Table(
                ["BAN", "ACCOUNT", "INVOICE", "LEVEL", "ACTION", "RAISED", "CURRENCY", "OPEN", "EMAIL"],
                rightAligned: [3, 7])
            for reminder in result.reminders {
                table.add([
                    reminder.ban, reminder.account, reminder.number, String(reminder.level), reminder.action,
                    reminder.raisedOn, reminder.currency, reminder.open.text(minimumDecimals: reminder.minorDigits),
                    reminder.email ?? "-",
                ])
            }
            return (lines + ["", table.text]).joined(separator: "\n")
        }

        private static func json(_ result: DunningResult) -> String {
            JSONWriter.object { json in
                json.number("raised", result.raised)
                json.array("suspended") { json in for ban in result.suspended { json.text(nil, ban) } }
                json.array("released") { json in for ban in result.released { json.text(nil, ban) } }
                json.array("reminders") { json in
                    for reminder in result.reminders {
                        json.object { json in
                            json.text("ban", reminder.ban)
                            json.text("email", reminder.email)
                            json.text("invoice", reminder.number)
                            json.number("level", reminder.level)
                            json.text("action", reminder.action)
                            json.text("raised_on", reminder.raisedOn)
                            json.text("currency", reminder.currency)
                            json.text("open", reminder.open.text(minimumDecimals: reminder.minorDigits))
                            json.flag("is_new", reminder.isNew)
                        }
                    }
                }
            }
        }
    }
}
