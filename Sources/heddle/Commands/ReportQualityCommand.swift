import ArgumentParser
import Foundation
import Services

extension ReportCommand {
    struct QualityOfCarriers: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "quality", abstract: "How well carriers carry, the worst first.",
            discussion: """
                The worst has a low network effectiveness (NER) even at its best, by the upper bound that it has with \
                95 % confidence: one failed call does not stand above a thousand. Bounds are shown of less than \
                \(fewTries) tries. SHORT is calls of six seconds at most, of the answered ones.
                """)

        /// Of fewer tries a ratio says little, and its bounds are shown.
        fileprivate static let fewTries = 1_000

        @OptionGroup var common: ReportOptions

        @Option(
            help: ArgumentHelp(
                "What a row is about: \(ReportQuality.Grouping.allCases.map(\.rawValue).joined(separator: ", ")) (a "
                    + "carrier's trunk to a destination).", valueName: "what"))
        var by = ReportQuality.Grouping.carrier

        func validate() throws {
            guard try common.span(days: 7).starts(every: .day).count <= ReportQuality.mostDays else {
                throw ValidationError("take \(ReportQuality.mostDays) days at most")
            }
        }

        func run() async throws {
            let span = try common.span(days: 7)
            let report = try await common.withSource { try await ReportQuality($0, tenant: $1)(by: by, in: span) }
            try common.tell(
                ReportText(
                    table: report.rows.isEmpty
                        ? "No call was given to a carrier from \(span)" : Self.table(report.rows, by),
                    csv: Self.csv(report.rows), json: Self.json(report, span), origin: report.origin))
        }
    }
}

extension ReportQuality.Grouping: ExpressibleByArgument {}

extension ReportCommand.QualityOfCarriers {
    private static let shownCodes = 4
    private static let shownCauses = 3

    static func table(_ rows: [ReportQuality.Row], _ grouping: ReportQuality.Grouping) -> String {
        let names: [String] =
            switch grouping {
            case .carrier: ["CARRIER"]
            case .destination: ["DESTINATION"]
            case .route: ["CARRIER", "DESTINATION"]
            }
        let first = names.count
        var table = Table(
            names + ["TRIES", "ASR %", "NER %", "ACD S", "PDD P50", "P95 MS", "SHORT %", "FAILURES", "CODES"],
            rightAligned: Set(first...first + 6))
        for row in rows {
            let quality = row.quality
            let isFew = quality.seizures < fewTries
            table.add(
                [row.carrier, row.destination].compactMap(\.self) + [
                    quality.seizures.shown,
                    ratio(quality.answerSeizureRatio, isFew ? row.answerSeizureBounds : nil),
                    ratio(quality.networkEffectiveness, isFew ? row.effectivenessBounds : nil),
                    ReportText.decimal(quality.averageCallDuration), quality.delayP50Milliseconds?.shown ?? "-",
                    quality.delayP95Milliseconds?.shown ?? "-", ReportText.decimal(quality.shortShare),
                    most(row.causes.map { ($0.key.rawValue, $0.value) }, shownCauses),
                    most(row.codes.map { ($0.key, $0.value) }, shownCodes),
                ])
        }
        return table.text
    }

    /// With its bounds in whole per cent.
    private static func ratio(_ value: Double?, _ bounds: ReportQuality.Bounds?) -> String {
        let text = ReportText.decimal(value)
        guard let bounds else { return text }
        return "\(text) (\(bounds.low / 100)-\((bounds.high + 99) / 100))"
    }

    private static func most(_ counts: [(name: String, calls: Int)], _ number: Int) -> String {
        let sorted = sorted(counts)
        let rest = sorted.dropFirst(number).reduce(0) { $0 + $1.calls }
        let shown = sorted.prefix(number).map { "\($0.name) \($0.calls.shown)" }
        return (shown + (rest > 0 ? ["+\(rest.shown)"] : [])).joined(separator: ", ")
    }

    private static func sorted(_ counts: [(name: String, calls: Int)]) -> [(name: String, calls: Int)] {
        counts.sorted { ($1.calls, $0.name) < ($0.calls, $1.name) }
    }

    private static func csv(_ rows: [ReportQuality.Row]) -> String {
        let header =
            "carrier,destination," + ReportText.qualityHeader
            + ",asr_low_percent,asr_high_percent,ner_low_percent,ner_high_percent,causes,codes"
        return ReportText.csv(
            header,
            rows.map { row in
                let bounds = [
                    row.answerSeizureBounds.low, row.answerSeizureBounds.high, row.effectivenessBounds.low,
                    row.effectivenessBounds.high,
                ].map { (Double($0) / 100).text(decimals: 2) }
                let names = [row.carrier ?? "", row.destination ?? ""].map(CSVCell.text)
                let counts = [
                    row.causes.map { (name: $0.key.rawValue, calls: $0.value) },
                    row.codes.map { (name: $0.key, calls: $0.value) },
                ].map { counts in
                    CSVCell.text(sorted(counts).map { "\($0.name)=\($0.calls)" }.joined(separator: "; "))
                }
                return names + ReportText.cells(row.quality) + bounds + counts
            })
    }

    private static func json(_ report: ReportQuality.Report, _ span: ReportSpan) -> String {
        ReportText.json(span, report.origin) { json in
            json.array("rows") { json in
                for row in report.rows { json.object { write(row, &$0) } }
            }
        }
    }

    private static func write(_ row: ReportQuality.Row, _ json: inout JSONWriter) {
        json.text("carrier", row.carrier)
        json.text("destination", row.destination)
        ReportText.write(row.quality, &json)
        json.decimal("short_percent", row.quality.shortShare, decimals: 2)
        json.decimal("asr_low_percent", Double(row.answerSeizureBounds.low) / 100, decimals: 2)
        json.decimal("asr_high_percent", Double(row.answerSeizureBounds.high) / 100, decimals: 2)
        json.decimal("ner_low_percent", Double(row.effectivenessBounds.low) / 100, decimals: 2)
        json.decimal("ner_high_percent", Double(row.effectivenessBounds.high) / 100, decimals: 2)
        json.object("causes") { json in
            for count in sorted(row.causes.map { ($0.key.rawValue, $0.value) }) { json.number(count.name, count.calls) }
        }
        json.object("codes") { json in
            for count in sorted(row.codes.map { ($0.key, $0.value) }) { json.number(count.name, count.calls) }
        }
    }
}
