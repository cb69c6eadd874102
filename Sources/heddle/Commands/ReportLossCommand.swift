import ArgumentParser
import Foundation
import Services
import Telecom

extension ReportCommand {
    struct LossOfCalls: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "loss", abstract: "Calls that were sold under their cost, the greatest loss first.",
            discussion: """
                By customer, destination and carrier trunk, with the calls that lose most; what was decided about one \
                is told by `heddle route trace`. The table is cut, files and JSON are not.
                """)

        @OptionGroup var common: ReportOptions

        @Option(name: .customShort("n"), help: ArgumentHelp("At most so many rows in the table.", valueName: "number"))
        var most = 50

        func validate() throws {
            guard most > 0 else { throw ValidationError("-n is above 0") }
            guard try common.span(days: 7).starts(every: .day).count <= ReportLoss.mostDays else {
                throw ValidationError("take \(ReportLoss.mostDays) days at most")
            }
        }

        func run() async throws {
            let span = try common.span(days: 7)
            let report = try await common.withSource { try await ReportLoss($0, tenant: $1)(in: span) }
            try common.tell(
                ReportText(
                    table: Self.table(report, span, most), csv: Self.csv(report.rows), json: Self.json(report, span),
                    origin: report.origin))
        }
    }
}

extension ReportCommand.LossOfCalls {
    static func table(_ report: ReportLoss.Report, _ span: ReportSpan, _ most: Int) -> String {
        var lines: [String] = []
        if !report.rows.isEmpty {
            let decimals = report.rows.map { max($0.sell, $0.buy) }.max()?.shownDecimals ?? 4
            var table = Table(
                ["CUSTOMER", "DESTINATION", "CARRIER", "CALLS", "MINUTES", "SELL", "BUY", "LOSS", "", "EXAMPLE"],
                rightAligned: [3, 4, 5, 6, 7])
            for row in report.rows.prefix(most) {
                table.add([
                    row.customer, row.destination, row.carrier, row.calls.shown, (row.talkMilliseconds / 60_000).shown,
                    row.sell.shown(decimals: decimals), row.buy.shown(decimals: decimals),
                    row.loss.shown(decimals: decimals), row.currency,
                    row.examples.first.map { $0.id.uuidString.lowercased() } ?? "",
                ])
            }
            lines = [table.text]
            if report.rows.count > most { lines.append("and \((report.rows.count - most).shown) more; -n shows them") }
            lines.append("")
        }
        for total in report.totals {
            let decimals = max(total.profit, total.loss).shownDecimals
            lines.append(
                "\(total.currency): \(total.losing.shown) of \(total.calls.shown) calls with a price lose "
                    + "\(total.loss.shown(decimals: decimals)), the others earn "
                    + total.profit.shown(decimals: decimals)
            )
        }
        return lines.isEmpty ? ReportCommand.nothing(in: span) : lines.joined(separator: "\n")
    }

    private static func csv(_ rows: [ReportLoss.Row]) -> String {
        ReportText.csv(
            "customer,destination,carrier,currency,calls,talk_ms,sell,buy,loss,examples",
            rows.map { row in
                let money = [row.sell, row.buy, row.loss].map { $0.text(minimumDecimals: 8) }
                let examples = row.examples.map { $0.id.uuidString.lowercased() }.joined(separator: " ")
                return [row.customer, row.destination, row.carrier, row.currency].map(CSVCell.text)
                    + ["\(row.calls)", "\(row.talkMilliseconds)"] + money + [examples]
            })
    }

    private static func json(_ report: ReportLoss.Report, _ span: ReportSpan) -> String {
        ReportText.json(span, report.origin) { json in
            json.array("totals") { json in
                for total in report.totals {
                    json.object { json in
                        json.text("currency", total.currency)
                        json.number("calls", total.calls)
                        json.text("profit", total.profit.text(minimumDecimals: 8))
                        json.number("losing", total.losing)
                        json.text("loss", total.loss.text(minimumDecimals: 8))
                    }
                }
            }
            json.array("rows") { json in
                for row in report.rows { json.object { write(row, &$0) } }
            }
        }
    }

    private static func write(_ row: ReportLoss.Row, _ json: inout JSONWriter) {
        json.text("customer", row.customer)
        json.text("destination", row.destination)
        json.text("carrier", row.carrier)
        json.text("currency", row.currency)
        json.number("calls", row.calls)
        json.number("talk_ms", row.talkMilliseconds)
        json.text("sell", row.sell.text(minimumDecimals: 8))
        json.text("buy", row.buy.text(minimumDecimals: 8))
        json.text("loss", row.loss.text(minimumDecimals: 8))
        json.array("examples") { json in
            for example in row.examples {
                json.object { json in
                    json.id("cdr_id", example.id)
                    json.text("started_at", example.startedAt.formatted(.iso8601))
                    json.text("loss", example.loss.text(minimumDecimals: 8))
                }
            }
        }
    }
}
