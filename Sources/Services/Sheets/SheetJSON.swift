import Foundation
import Telecom

extension ImportSheet.Result {
    /// Its members, as programs read them.
    package func write(to json: inout JSONWriter) {
        json.text("sheet", sheet.name)
        if let version { json.number("version", version) }
        if let base { json.number("base", base) }
        json.number("lines", lines)
        json.number("rows", rows)
        json.number("taken_over", added)
        json.number("left_out", leftOut)
        json.number("bad_lines", badLines)
        json.array("columns") { json in
            for (field, name) in columns.sorted(by: { $0.key < $1.key }) {
                json.object { json in
                    json.text("field", field)
                    json.text("column", name)
                }
            }
        }
        if problemCount > 0 { json.text("errors_file", errorsPath) }
        json.array("problems") { json in for problem in problems { problem.write(to: &json) } }
    }
}

extension CompareSheet.Summary {
    /// Its members, as programs read them.
    package func write(to json: inout JSONWriter) {
        for change in CompareSheet.Change.allCases { json.number(change.rawValue, counts[change] ?? 0) }
        json.number("short_notice", shortNotice)
        json.number("backdated", backdated)
        json.array("differences") { json in
            for difference in differences { json.object { difference.write(to: &$0) } }
        }
    }
}

extension CompareSheet.Difference {
    fileprivate func write(to json: inout JSONWriter) {
        json.text("change", change.rawValue)
        json.text("direction", direction)
        json.text("prefix", prefix)
        json.text("destination", destination)
        json.text("old", old?.description)
        json.text("new", new?.description)
        json.text("old_increments", oldIncrements)
        json.text("new_increments", newIncrements)
        json.text("begins", begins?.formatted(.iso8601))
    }
}

extension ImportProblem {
    /// An object, as programs read it.
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.number("line", line)
            json.number("column", column)
            json.text("field", field)
            json.text("value", value)
            json.text("expected", expected)
        }
    }
}
