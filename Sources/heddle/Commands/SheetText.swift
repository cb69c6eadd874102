import Foundation
import Services
import Telecom

/// What is done with price sheets, for people and for programs.
enum SheetText {
    private static let shownProblems = 10

    static func published(_ sheet: Sheet, _ version: Int, _ from: Date, json: Bool) -> String {
        if json {
            return JSONWriter.object { json in
                json.text("sheet", sheet.name)
                json.number("version", version)
                json.text("from", from.formatted(.iso8601))
            }
        }
        let isNow = from <= Date()
        return isNow
            ? "version \(version) of \(sheet.name) holds now"
            : "version \(version) of \(sheet.name) will hold from \(from.formatted(.iso8601))"
    }

    static func refusal(_ result: ImportSheet.Result, json: Bool) -> String {
        if json { return JSONWriter.object { result.write(to: &$0) } }
        let problems = result.problems.prefix(shownProblems).map(\.text)
        let bad = "\(result.badLines) bad line\(result.badLines == 1 ? "" : "s")"
        return (problems + ["\(bad), nothing was changed; all are in \(result.errorsPath)"]).joined(separator: "\n")
    }

    static func imported(
        _ result: ImportSheet.Result, _ version: Int, _ summary: CompareSheet.Summary, noticeDays: Int,
        _ tried: TrafficOptions.Outcome?, _ from: Date?, json: Bool
    ) -> String {
        if json {
            return JSONWriter.object { json in
                result.write(to: &json)
                summary.write(to: &json)
                tried?.write(&json)
                json.text("published_from", from?.formatted(.iso8601))
            }
        }
        let kept = result.added > 0 ? ", and \(result.added) taken over from version \(result.base ?? 1)" : ""
        var lines = ["\(result.sheet.name): draft \(version) with \(result.rows) rows of \(result.lines) lines\(kept)"]
        if result.leftOut > 0 {
            lines.append("\(result.leftOut) lines left out: no blocks of numbers are known of them")
        }
        lines += describe(summary, noticeDays)
        if let tried { lines += tried.lines + [""] }
        if let from {
            lines.append(published(result.sheet, version, from, json: false))
        } else {
            let option = result.sheet.kind == .deck ? "--deck" : "--plan"
            lines.append(
                "no call is priced by it yet: heddle deck publish \(option) \"\(result.sheet.name)\" "
                    + "--version \(version)"
            )
        }
        return lines.joined(separator: "\n")
    }

    static func compared(
        _ sheet: Sheet, _ old: Int, _ new: Int, _ summary: CompareSheet.Summary, noticeDays: Int,
        _ tried: TrafficOptions.Outcome?, json: Bool
    ) -> String {
        if json {
            return JSONWriter.object { json in
                json.text("sheet", sheet.name)
                json.number("from", old)
                json.number("to", new)
                summary.write(to: &json)
                tried?.write(&json)
            }
        }
        let lines = ["\(sheet.name): version \(old) to \(new)"] + describe(summary, noticeDays)
        return (lines + (tried?.lines ?? [])).joined(separator: "\n")
    }

    // MARK: Differences

    private static func describe(_ summary: CompareSheet.Summary, _ noticeDays: Int) -> [String] {
        guard summary.total > 0 else { return ["no difference"] }
        var lines = [
            CompareSheet.Change.allCases.compactMap { change in
                summary.counts[change].map { "\($0) \(change.rawValue)" }
            }.joined(separator: ", ")
        ]
        if summary.shortNotice > 0 {
            lines.append("\(summary.shortNotice) raised with less than \(noticeDays) days of notice")
        }
        if summary.backdated > 0 {
            lines.append("\(summary.backdated) begin before the publication, and count from the publication on")
        }
        var table = Table(
            ["", "PREFIX", "DESTINATION", "OLD", "NEW", "", "INCREMENTS", "FROM"], rightAligned: [3, 4, 5])
        for difference in summary.differences {
            table.add([
                difference.change.rawValue, difference.prefix, String(difference.destination.prefix(30)),
                difference.old?.description ?? "-", difference.new?.description ?? "-", percent(difference.share),
                increments(difference), difference.begins?.formatted(.iso8601) ?? "-",
            ])
        }
        lines.append(table.text)
        let more = summary.total - summary.differences.count
        if more > 0 { lines.append("… and \(more) more") }
        return lines
    }

    private static func percent(_ share: Double?) -> String {
        share.map { ($0 > 0 ? "+" : "") + "\(Int(($0 * 100).rounded())) %" } ?? ""
    }

    private static func increments(_ difference: CompareSheet.Difference) -> String {
        let (old, new) = (difference.oldIncrements ?? "", difference.newIncrements ?? "")
        return old == new || old.isEmpty || new.isEmpty ? (new.isEmpty ? old : new) : "\(old) to \(new)"
    }

    // MARK: Versions

    static func table(_ versions: [ListVersions.Version]) -> String {
        var table = Table(
            ["VERSION", "STATE", "KIND", "BASE", "ROWS", "IN FORCE FROM", "MADE", "SOURCE"], rightAligned: [0, 3, 4])
        for version in versions {
            table.add([
                (version.holds ? "* " : "") + String(version.number), version.state, version.kind,
                version.base.map(String.init) ?? "-", version.rows.map(String.init) ?? "-",
                version.activeFrom?.formatted(.iso8601) ?? "-", version.madeAt.formatted(.iso8601),
                version.source.isEmpty ? "-" : version.source,
            ])
        }
        return table.text
    }

    static func json(_ versions: [ListVersions.Version]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for version in versions {
                writer.object { json in
                    json.number("version", version.number)
                    json.text("state", version.state)
                    json.text("kind", version.kind)
                    if let base = version.base { json.number("base", base) }
                    if let rows = version.rows { json.number("rows", rows) }
                    json.flag("holds", version.holds)
                    json.text("in_force_from", version.activeFrom?.formatted(.iso8601))
                    json.text("made_at", version.madeAt.formatted(.iso8601))
                    json.text("source", version.source)
                }
            }
        }
        return writer.text
    }
}
