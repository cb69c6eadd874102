import ArgumentParser
import Foundation
import Services

extension ReportCommand {
    struct TrafficOfCalls: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "traffic", abstract: "How many calls there were, and how they went.",
            discussion: """
                ASR is answered of seizures, NER answered or not answered by the called party's doing (busy, no answer \
                after ringing, rejected) of seizures, ACD seconds an answered call (ITU-T E.411, E.425); PDD is INVITE \
                to the first ringing or answer. A call is one seizure unless we refused it; of a carrier each try is \
                one, and an attempt.
                """)

        @OptionGroup var common: ReportOptions

        @Option(help: ArgumentHelp("What a row is about: \(ReportGrouping.names).", valueName: "what"))
        var by = ReportGrouping.day

        @Option(help: ArgumentHelp("Draw it by hour or day as a picture.", valueName: "file.svg"))
        var plot: String?

        func validate() throws {
            guard plot == nil || by.unit != nil else { throw ValidationError("--plot goes with --by hour or day") }
        }

        func run() async throws {
            let span = try common.span(days: by == .hour ? 2 : 30)
            let report = try await common.withSource { try await ReportTraffic($0, tenant: $1)(by: by, in: span) }
            if let plot, let unit = by.unit {
                let picture = TrafficPlot(report.rows, span, by: unit, title: "calls by \(by.rawValue), \(span)")
                try OutputFile.write(Data(picture.svg.utf8), to: plot)
            }
            let picture = plot.map { "\n\nthe picture is in \($0)" } ?? ""
            try common.tell(
                ReportText(
                    table: (report.rows.isEmpty ? ReportCommand.nothing(in: span) : Self.table(report, by)) + picture,
                    csv: Self.csv(report.rows), json: Self.json(report, span), origin: report.origin))
        }
    }
}

extension ReportCommand.TrafficOfCalls {
    static func table(_ report: ReportTraffic.Report, _ grouping: ReportGrouping) -> String {
        var table = Table(
            [
                grouping.rawValue.uppercased(), "ATTEMPTS", "REFUSED", "ANSWERED", "MINUTES", "ASR %", "NER %", "ACD S",
                "PDD P50", "P95 MS",
            ], rightAligned: [1, 2, 3, 4, 5, 6, 7, 8, 9])
        for row in report.rows { table.add([row.name] + cells(row.quality)) }
        if let total = report.total, report.rows.count > 1 { table.add(["all"] + cells(total)) }
        return table.text
    }

    private static func cells(_ quality: CallQuality) -> [String] {
        [
            quality.attempts.shown, quality.refused.shown, quality.answered.shown,
            (quality.talkMilliseconds / 60_000).shown, ReportText.decimal(quality.answerSeizureRatio),
            ReportText.decimal(quality.networkEffectiveness), ReportText.decimal(quality.averageCallDuration),
            quality.delayP50Milliseconds?.shown ?? "-", quality.delayP95Milliseconds?.shown ?? "-",
        ]
    }

    private static func csv(_ rows: [ReportTraffic.Row]) -> String {
        ReportText.csv(
            "name," + ReportText.qualityHeader, rows.map { [CSVCell.text($0.name)] + ReportText.cells($0.quality) })
    }

    private static func json(_ report: ReportTraffic.Report, _ span: ReportSpan) -> String {
        ReportText.json(span, report.origin) { json in
            if let total = report.total { json.object("total") { ReportText.write(total, &$0) } }
            json.array("rows") { json in
                for row in report.rows {
                    json.object { json in
                        json.text("name", row.name)
                        ReportText.write(row.quality, &json)
                    }
                }
            }
        }
    }
}
