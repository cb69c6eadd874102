import Foundation
import Services

/// A batch of call records as a client gets it.
enum BatchAnswer {
    /// - Parameter isRepeat: whether the same batch was handed in before, as a whole.
    static func json(_ batch: IntakeBatch, isRepeat: Bool? = nil) -> String {
        JSONWriter.object { json in
            json.id("id", batch.id)
            json.text("object", "cdr_batch")
            json.text("status", batch.status)
            if let isRepeat { json.flag("repeat", isRepeat) }
            json.text("name", batch.name)
            json.text("source", batch.source)
            json.text("preset", batch.preset)
            json.number("lines", batch.lines)
            json.number("taken", batch.imported)
            json.number("repeated", batch.repeated)
            json.number("rejected", batch.rejected)
            json.number("skipped", batch.skipped)
            json.text("first_call_at", batch.firstCallAt?.apiText)
            json.text("last_call_at", batch.lastCallAt?.apiText)
            json.text("created_at", batch.createdAt.apiText)
            json.text("finished_at", batch.finishedAt?.apiText)
            json.array("rejects") { json in
                for line in batch.rejects {
                    json.object { json in
                        json.id("id", line.id)
                        json.number("line", line.line)
                        json.number("column", line.column)
                        json.text("field", line.field)
                        json.text("value", line.value)
                        json.text("reason", line.reason)
                        json.text("state", line.state)
                    }
                }
            }
            json.flag("has_more_rejects", batch.hasMoreRejects)
        }
    }

    /// Of a batch that was only looked at.
    static func json(_ result: IntakeResult) -> String {
        JSONWriter.object { json in
            json.text("object", "cdr_batch")
            json.text("status", "dry_run")
            json.text("source", result.source)
            json.number("lines", result.lines)
            json.number("taken", result.imported)
            json.number("repeated", result.repeated)
            json.number("rejected", result.rejected)
            json.number("skipped", result.skipped)
            json.array("rejects") { json in
                for problem in result.problems {
                    json.object { json in
                        json.number("line", problem.line)
                        json.number("column", problem.column)
                        json.text("field", problem.field)
                        json.text("value", problem.value)
                        json.text("reason", problem.expected)
                    }
                }
            }
            json.flag("has_more_rejects", result.rejected > result.problems.count)
        }
    }
}

extension Date {
    /// As all times of the API: UTC, to the millisecond.
    var apiText: String { formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
}
