import Foundation
import Services

/// What last week's traffic says of a version of a sheet, for people and for programs.
struct ImpactText {
    private let sheet: Sheet
    private let impact: PreviewSheet.Impact
    /// Where all codes without a price are, if they are in a file.
    private let file: String?

    /// How many codes people are shown.
    private static let shown = 10

    init(_ impact: PreviewSheet.Impact, of sheet: Sheet, file: String?) {
        self.sheet = sheet
        self.impact = impact
        self.file = file
    }

    var lines: [String] {
        guard let asOf = impact.asOf else {
            return [
                "", "no calls in the last \(days) days to try it with (outbound, in \(impact.currency))",
            ]
        }
        let replay = ReplayText(impact.sums)
        let when = asOf.formatted(.iso8601)
        var lines = [
            "", "last \(days) days: \(number) outbound calls in \(impact.currency); \(replayed(replay))",
            impact.waitsForRows ? "routed again as from \(when) on, when all rows hold" : "routed again as from now on",
        ]
        if !impact.isUsed { lines.append("no call is priced by \(sheet.name), which is suspended") }
        lines += [replay.summary, replay.moves]
        let carriers = replay.carriers(onlyChanged: true)
        if !carriers.isEmpty { lines += ["", carriers] }
        return lines + replay.refusals(onlyChanged: true) + unpriced
    }

    private var days: Int { Int((impact.span.upperBound.timeIntervalSince(impact.span.lowerBound) / 86_400).rounded()) }

    private var number: String {
        (impact.calls >= PreviewSheet.mostCounted ? "more than " : "") + impact.calls.shown
    }

    private func replayed(_ replay: ReplayText) -> String {
        let calls = impact.sums.calls
        guard calls < impact.calls else { return "all were routed again (\(replay.size))" }
        let oldest = impact.sums.oldest.map { ", since \($0.formatted(.iso8601))," } ?? ""
        return "the last \(calls.shown)\(oldest) were routed again (\(replay.size))"
    }

    private var unpriced: [String] {
        let codes = impact.unpriced
        guard !codes.isEmpty else { return ["", "every code that these calls used has a price"] }
        let calls = codes.reduce(0) { $0 + $1.calls }
        let minutes = ReplayText.minutes(codes.reduce(0) { $0 + $1.talkSeconds })
        let names = "\(codes.count.shown) code\(codes.count == 1 ? "" : "s")"
        var table = Table(
            ["NO PRICE FOR", "DESTINATION", "WHY", "CALLS", "MINUTES"]
                + (sheet.kind == .deck ? ["ITS OWN", "MINUTES"] : []) + ["NO ROUTE"],
            rightAligned: [3, 4, 5, 6, 7])
        for code in codes.prefix(Self.shown) {
            let own = [code.ownCalls.shown, ReplayText.minutes(code.ownTalkSeconds)]
            table.add(
                [
                    code.prefix, String(code.destination.prefix(30)), code.reason.rawValue.inWords, code.calls.shown,
                    ReplayText.minutes(code.talkSeconds),
                ] + (sheet.kind == .deck ? own : []) + [code.lost.shown])
        }
        var lines = ["", "no longer priced: \(names), used by \(calls.shown) of these calls with \(minutes) minutes"]
        lines.append(table.text)
        let rest = codes.count - Self.shown
        if let file {
            lines.append("all are in \(file)")
        } else if rest > 0 {
            lines.append("… and \(rest.shown) more; --unpriced FILE writes all")
        }
        return lines
    }

    // MARK: For programs

    func write(_ json: inout JSONWriter) { impact.write(of: sheet, file: file, to: &json) }
}
