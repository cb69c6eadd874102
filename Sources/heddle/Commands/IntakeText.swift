import Foundation
import Services

/// What an import of call records came to, for people and for programs.
struct IntakeText {
    private let result: IntakeResult
    private let seconds: Double

    /// How many problems people are shown.
    private static let shown = 10

    init(_ result: IntakeResult, duration: Duration) {
        self.result = result
        seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    var lines: String {
        if let before = result.takenBefore {
            return """
                \(result.file) was taken before, by the end of \(before.formatted(.iso8601)): \
                \(Self.count(result.repeated, "record")) of it are there; nothing was changed
                """
        }
        var lines = result.problems.prefix(Self.shown).map(\.text)
        if result.rejected > lines.count { lines.append("… and \(result.rejected - lines.count) more") }
        if let line = result.resumedAtLine { lines.append("went on at line \(line), where an import had ended") }
        var sums =
            "\(result.file): \(result.imported) imported, \(result.repeated) repeated, \(result.rejected) rejected"
        if result.skipped > 0 { sums += ", \(result.skipped) about no call of their own" }
        sums += String(format: ", in %.1f s", seconds)
        if result.isDryRun { sums += "; nothing was changed" }
        lines.append(sums)
        if let first = result.firstCallAt, let last = result.lastCallAt {
            lines.append("calls from \(first.formatted(.iso8601)) to \(last.formatted(.iso8601))")
        }
        if !result.isDryRun {
            if result.imported > 0 {
                lines.append(
                    "next: `heddle serve` rates them; `heddle cdr tail` shows each with price, cost and margin")
            }
            if result.rejected > 0 {
                lines.append(
                    "what was rejected: `heddle cdr rejects list`; when it is mended, `heddle cdr rejects retry`")
            }
        }
        return lines.joined(separator: "\n")
    }

    var json: String {
        JSONWriter.object { json in
            json.text("file", result.file)
            json.text("source", result.source)
            json.flag("dry_run", result.isDryRun)
            json.text("taken_before", result.takenBefore?.formatted(.iso8601))
            json.number("resumed_at_line", result.resumedAtLine)
            json.number("lines", result.lines)
            json.number("imported", result.imported)
            json.number("repeated", result.repeated)
            json.number("rejected", result.rejected)
            json.number("skipped", result.skipped)
            json.text("first_call_at", result.firstCallAt?.formatted(.iso8601))
            json.text("last_call_at", result.lastCallAt?.formatted(.iso8601))
            json.number("duration_ms", Int(seconds * 1000))
            json.array("problems") { json in
                for problem in result.problems { problem.write(to: &json) }
            }
        }
    }

    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
