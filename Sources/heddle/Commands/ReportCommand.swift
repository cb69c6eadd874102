import ArgumentParser
import Foundation
import Services
import Telecom

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "What calls brought and cost, how many there were, and how they went.",
        discussion: """
            Hours and days are of UTC. With REPORT_DATABASE_URL reports are read from that replica, and from the \
            primary when the replica is away or too far behind: docs/reference/cli.md.
            """,
        subcommands: [MarginOfCalls.self, TrafficOfCalls.self, QualityOfCarriers.self, LossOfCalls.self])

    struct MarginOfCalls: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "margin", abstract: "Calls, minutes, both sides' money and the margin, the least first.",
            discussion: """
                Calls that are not rated yet, or were set aside, are not in it. It is the operator's margin: of a call \
                that resellers sold, SELL is what the topmost reseller is charged, in its currency.
                """)

        @OptionGroup var common: ReportOptions

        @Option(help: ArgumentHelp("What a row is about: \(ReportGrouping.names).", valueName: "what"))
        var by = ReportGrouping.customer

        func run() async throws {
            let span = try common.span(days: 30)
            let report = try await common.withSource { try await ReportMargin($0, tenant: $1)(by: by, in: span) }
            try common.tell(
                ReportText(
                    table: report.rows.isEmpty ? ReportCommand.nothing(in: span) : Self.table(report.rows, by),
                    csv: Self.csv(report.rows), json: Self.json(report, span), origin: report.origin))
        }
    }

    static func nothing(in span: ReportSpan) -> String {
        "No call was rated from \(span). Calls without a price: heddle cdr aside"
    }
}

extension ReportGrouping: ExpressibleByArgument {
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension ReportCommand.MarginOfCalls {
    static func table(_ rows: [ReportMargin.Row], _ grouping: ReportGrouping) -> String {
        let decimals = rows.map { max($0.sell, $0.buy) }.max()?.shownDecimals ?? 2
        var table = Table(
            [
                grouping.rawValue.uppercased(), "CALLS", "ASR %", "ACD S", "MINUTES", "SELL", "BUY", "MARGIN",
                "MARGIN %", "",
            ], rightAligned: [1, 2, 3, 4, 5, 6, 7, 8])
        for row in rows {
            table.add([
                row.name, row.calls.shown, ReportText.decimal(row.answerSeizureRatio),
                ReportText.decimal(row.averageCallDuration), (row.talkMilliseconds / 60_000).shown,
                row.sell.shown(decimals: decimals), row.buy.shown(decimals: decimals),
                row.margin.shown(decimals: decimals), ReportText.decimal(row.marginPercent), row.currency,
            ])
        }
        let resold = rows.reduce(0) { $0 + $1.resold }
        if resold == 0 { return table.text }
        return "\(table.text)\n\n\(resold.shown) of the calls were sold by resellers: SELL is what the topmost one is "
            + "charged for them."
    }

    private static func csv(_ rows: [ReportMargin.Row]) -> String {
        ReportText.csv(
            "name,currency,calls,seizures,answered,talk_ms,sell,buy,margin,resold",
            rows.map { row in
                let money = [row.sell, row.buy, row.margin].map { $0.text(minimumDecimals: 8) }
                let counts = [row.calls, row.seizures, row.answered, row.talkMilliseconds].map(String.init)
                return [CSVCell.text(row.name), row.currency] + counts + money + [String(row.resold)]
            })
    }

    private static func json(_ report: ReportMargin.Report, _ span: ReportSpan) -> String {
        ReportText.json(span, report.origin) { json in
            json.array("rows") { json in
                for row in report.rows {
                    json.object { json in
                        json.text("name", row.name)
                        json.text("currency", row.currency)
                        json.number("calls", row.calls)
                        json.number("seizures", row.seizures)
                        json.number("answered", row.answered)
                        json.number("talk_ms", row.talkMilliseconds)
                        json.text("sell", row.sell.text(minimumDecimals: 8))
                        json.text("buy", row.buy.text(minimumDecimals: 8))
                        json.text("margin", row.margin.text(minimumDecimals: 8))
                        json.number("resold", row.resold)
                    }
                }
            }
        }
    }
}
