import Services

/// What an import of a published file came to, for people and for programs.
struct ImportText {
    private let result: ImportResult
    private let isDryRun: Bool
    /// Whether bad lines kept the file out.
    let isRefused: Bool

    /// How many problems people are shown; the file has all.
    private static let shown = 10

    init(_ result: ImportResult, isDryRun: Bool, skipsBad: Bool) {
        self.result = result
        self.isDryRun = isDryRun
        isRefused = result.badLines > 0 && !skipsBad
    }

    var lines: String {
        var lines = result.problems.prefix(Self.shown).map(\.text)
        if result.problemCount > 0 {
            let verdict = isRefused ? "nothing was changed" : "they were left out"
            lines.append("\(Self.count(result.badLines, "bad line")), \(verdict); all are in \(result.errorsPath)")
        }
        if !result.leftOut.isEmpty { lines.append("left out \(leftOut)") }
        if result.repeated > 0 { lines.append("\(Self.count(result.repeated, "line")) said again what another said") }
        if !isRefused {
            let changes = "\(result.changes.new) new, \(result.changes.changed) changed, \(result.changes.gone) gone"
            let rows = Self.count(result.changes.rows, "row") + (result.asOf.map { " as of \($0)" } ?? "")
            lines.append("\(result.subject): \(changes); \(rows)\(isDryRun ? "; nothing was changed" : "")")
        }
        return lines.joined(separator: "\n")
    }

    var json: String {
        JSONWriter.object { json in
            json.text("source", result.subject)
            json.text("as_of", result.asOf?.description)
            json.flag("applied", result.isApplied)
            json.number("lines", result.lines)
            json.number("repeated", result.repeated)
            json.array("left_out") { json in
                for (reason, lines) in result.leftOut.sorted(by: { $0.key < $1.key }) {
                    json.object { json in
                        json.text("reason", reason)
                        json.number("lines", lines)
                    }
                }
            }
            json.number("bad_lines", result.badLines)
            if !isRefused {
                json.number("rows", result.changes.rows)
                json.number("new", result.changes.new)
                json.number("changed", result.changes.changed)
                json.number("gone", result.changes.gone)
            }
            if result.problemCount > 0 { json.text("errors_file", result.errorsPath) }
            json.array("problems") { json in
                for problem in result.problems { problem.write(to: &json) }
            }
        }
    }

    private var leftOut: String {
        let reasons = result.leftOut.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return reasons.map { "\($0.value) (\($0.key))" }.joined(separator: ", ")
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
