import ArgumentParser
import Foundation
import Server
import Services
import Telecom

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "What calls brought and cost.", subcommands: [MarginOfCalls.self])

    struct MarginOfCalls: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "margin", abstract: "Calls, minutes, both sides' money and the margin, the least first.",
            discussion: "Days are of UTC. Calls that are not rated yet, or were set aside, are not in it.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Option(
            help: ArgumentHelp(
                "What a row is about: \(ReportMargin.Grouping.allCases.map(\.rawValue).joined(separator: ", ")).",
                valueName: "what"))
        var by = ReportMargin.Grouping.customer

        @Option(help: ArgumentHelp("The first day (default: 30 days ago).", valueName: "2026-11-01"))
        var from: CalendarDay?

        @Option(help: ArgumentHelp("The first day no longer in it (default: tomorrow).", valueName: "2026-12-01"))
        var until: CalendarDay?

        @Flag(help: "Print CSV.")
        var csv = false

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard !(csv && json) else { throw ValidationError("take --csv or --json") }
            if let from, let until, from >= until {
                throw ValidationError("--until is \(until), expected a day after --from, \(from)")
            }
        }

        func run() async throws {
            let today = Date().timeIntervalSince1970
            guard let first = from ?? Self.day(today - 30 * 86_400), let end = until ?? Self.day(today + 86_400) else {
                throw CommandFailure("the clock of this machine is out of range")
            }
            let rows = try await options.withDatabases(options.configuration()) { databases in
                try await ReportMargin(databases.engine, tenant: tenant.id(in: databases))(
                    by: by, from: first, until: end)
            }
            if json {
                print(Self.json(rows))
            } else if csv {
                print(Self.csv(rows), terminator: "")
            } else if rows.isEmpty {
                print("No call was rated from \(first) until \(end). Calls without a price: heddle cdr aside")
            } else {
                print(Self.text(rows, by))
            }
        }

        private static func day(_ seconds: TimeInterval) -> CalendarDay? {
            CalendarDay(Date(timeIntervalSince1970: seconds).formatted(.iso8601.year().month().day()))
        }
    }
}

extension ReportMargin.Grouping: ExpressibleByArgument {}

extension ReportCommand.MarginOfCalls {
    static func text(_ rows: [ReportMargin.Row], _ grouping: ReportMargin.Grouping) -> String {
        let decimals = rows.map { max($0.sell, $0.buy) }.max()?.shownDecimals ?? 2
        var table = Table(
            [
                grouping.rawValue.uppercased(), "CALLS", "ASR %", "ACD S", "MINUTES", "SELL", "BUY", "MARGIN",
                "MARGIN %", "",
            ], rightAligned: [1, 2, 3, 4, 5, 6, 7, 8])
        for row in rows {
            table.add([
                row.name, row.calls.shown, decimal(row.answerSeizureRatio), decimal(row.averageCallDuration),
                (row.talkMilliseconds / 60_000).shown, row.sell.shown(decimals: decimals),
                row.buy.shown(decimals: decimals), row.margin.shown(decimals: decimals), decimal(row.marginPercent),
                row.currency,
            ])
        }
        return table.text
    }

    private static func decimal(_ value: Double?) -> String {
        value.map {
            $0.formatted(.number.precision(.fractionLength(1)).grouping(.never).locale(.init(identifier: "C")))
        }
            ?? "-"
    }

    private static func csv(_ rows: [ReportMargin.Row]) -> String {
        var text = "name,currency,calls,answered,talk_ms,sell,buy,margin\r\n"
        for row in rows {
            let money = [row.sell, row.buy, row.margin].map { $0.text(minimumDecimals: 8) }
            let counts = [row.calls, row.answered, row.talkMilliseconds].map(String.init)
            text += ([CSVCell.text(row.name), row.currency] + counts + money).joined(separator: ",") + "\r\n"
        }
        return text
    }

    private static func json(_ rows: [ReportMargin.Row]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for row in rows {
                writer.object { writer in
                    writer.text("name", row.name)
                    writer.text("currency", row.currency)
                    writer.number("calls", row.calls)
                    writer.number("answered", row.answered)
                    writer.number("talk_ms", row.talkMilliseconds)
                    writer.text("sell", row.sell.text(minimumDecimals: 8))
                    writer.text("buy", row.buy.text(minimumDecimals: 8))
                    writer.text("margin", row.margin.text(minimumDecimals: 8))
                }
            }
        }
        return writer.text
    }
}
