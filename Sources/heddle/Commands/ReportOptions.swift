import ArgumentParser
import Foundation
import Server
import Services

/// What every report takes.
struct ReportOptions: ParsableArguments {
    @OptionGroup var options: DataOptions
    @OptionGroup var tenant: TenantOption

    @Option(help: ArgumentHelp("The first day or hour, in UTC.", valueName: "2026-11-01"))
    var from: Moment?

    @Option(
        name: [.customLong("until"), .customLong("to")],
        help: ArgumentHelp(
            "The first day or hour no longer in it (default: the next midnight).", valueName: "2026-12-01"))
    var until: Moment?

    @OptionGroup var place: SourceOptions

    @Option(help: ArgumentHelp("Write CSV; - is standard output.", valueName: "file"))
    var csv: String?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard !(csv == "-" && json) else { throw ValidationError("take --csv - or --json: both would be printed") }
        _ = try span(days: 1)
    }

    /// - Parameter days: how many there are in it unless the beginning is given.
    func span(days: Int) throws -> ReportSpan {
        let today = (Date().timeIntervalSince1970 / 86_400).rounded(.down) * 86_400
        let end = until?.date ?? Date(timeIntervalSince1970: today + 86_400)
        let start = from?.date ?? end.addingTimeInterval(-Double(days) * 86_400)
        guard let span = ReportSpan(from: start, until: end) else {
            throw ValidationError(
                start < end ? "--from and --until are days or full hours" : "--until is later than --from")
        }
        return span
    }

    /// Opens the databases and makes a report.
    func withSource<Value>(_ body: (ReportSource, UUID) async throws -> Value) async throws -> Value {
        let settings = try options.configuration()
        return try await options.withDatabases(settings) { databases in
            try await body(place.source(databases, settings), try await tenant.id(in: databases))
        }
    }

    /// Writes the CSV where that is wanted, and prints the rest.
    func tell(_ text: ReportText) throws {
        if let csv {
            guard csv != "-" else { return print(text.csv, terminator: "") }
            try OutputFile.write(Data(text.csv.utf8), to: csv)
        }
        if json { return print(text.json) }
        var lines = [text.table]
        // Where there is no replica the place goes without saying.
        if let place = text.place { lines.append(place) }
        if let csv { lines.append("the rows are in \(csv)") }
        print(lines.joined(separator: "\n\n"))
    }
}

/// Where reports and exports are read.
struct SourceOptions: ParsableArguments {
    @Flag(help: "Read from the primary, whatever REPORT_DATABASE_URL says.")
    var primary = false

    @Flag(help: "Fail rather than read from the primary, when the replica is away or too far behind.")
    var requireReplica = false

    func validate() throws {
        guard !(primary && requireReplica) else { throw ValidationError("take --primary or --require-replica") }
    }

    func source(_ databases: Databases, _ settings: Configuration) -> ReportSource {
        ReportSource(
            databases.engine, replica: databases.report,
            choice: primary ? .primary : requireReplica ? .replica : .automatic, maximumLag: settings.reportMaximumLag
        ) { complain("heddle: \($0)") }
    }
}

/// A report for people and for programs.
struct ReportText {
    let table: String
    let csv: String
    let json: String
    let origin: ReportSource.Origin

    /// What people are told of where it was read.
    var place: String? { origin.place }

    /// An object: what the report is over, where it was read, and its rows.
    static func json(
        _ span: ReportSpan, _ origin: ReportSource.Origin, _ members: (inout JSONWriter) -> Void
    ) -> String {
        JSONWriter.object { json in
            json.text("from", span.from.formatted(.iso8601))
            json.text("until", span.until.formatted(.iso8601))
            json.text("read_from", origin.isReplica ? "replica" : "primary")
            json.decimal("lag_s", origin.lagSeconds, decimals: 3)
            members(&json)
        }
    }

    static func csv(_ header: String, _ rows: [[String]]) -> String {
        ([header] + rows.map { $0.joined(separator: ",") }).map { $0 + "\r\n" }.joined()
    }

    /// For people, with one decimal.
    static func decimal(_ value: Double?) -> String { value.map { $0.text(decimals: 1) } ?? "-" }

    // MARK: Quality

    static let qualityHeader =
        "attempts,refused,seizures,answered,effective,short,talk_ms,asr_percent,ner_percent,"
        + "acd_s,pdd_p50_ms,pdd_p95_ms"

    static func cells(_ quality: CallQuality) -> [String] {
        let counts = [
            quality.attempts, quality.refused, quality.seizures, quality.answered, quality.effective,
            quality.shortCalls, quality.talkMilliseconds,
        ].map(String.init)
        let ratios = [
            quality.answerSeizureRatio?.text(decimals: 2), quality.networkEffectiveness?.text(decimals: 2),
            quality.averageCallDuration?.text(decimals: 1), quality.delayP50Milliseconds.map(String.init),
            quality.delayP95Milliseconds.map(String.init),
        ].map { $0 ?? "" }
        return counts + ratios
    }

    static func write(_ quality: CallQuality, _ json: inout JSONWriter) {
        json.number("attempts", quality.attempts)
        json.number("refused", quality.refused)
        json.number("seizures", quality.seizures)
        json.number("answered", quality.answered)
        json.number("effective", quality.effective)
        json.number("short", quality.shortCalls)
        json.number("talk_ms", quality.talkMilliseconds)
        json.decimal("asr_percent", quality.answerSeizureRatio, decimals: 2)
        json.decimal("ner_percent", quality.networkEffectiveness, decimals: 2)
        json.decimal("acd_s", quality.averageCallDuration, decimals: 1)
        json.number("pdd_p50_ms", quality.delayP50Milliseconds)
        json.number("pdd_p95_ms", quality.delayP95Milliseconds)
    }
}

extension ReportSource.Origin {
    /// What people are told of it; where there is no replica it goes without saying.
    var place: String? {
        guard isReplica else { return nil }
        return lagSeconds > 0
            ? "read from the replica, \(lagSeconds.text(decimals: 1)) s behind" : "read from the replica, up to date"
    }
}

extension Double {
    /// With so many decimals, whatever the language of the machine.
    func text(decimals: Int) -> String {
        formatted(.number.precision(.fractionLength(decimals)).grouping(.never).locale(.init(identifier: "C")))
    }
}
