import Foundation
import Services
import Telecom

extension RerateText {
    static func json(_ runs: [RerateRun]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for run in runs { writer.object { write(run, &$0) } }
        }
        return writer.text
    }

    static func json(_ result: PostRerate.Result) -> String { JSONWriter.object { write(result, &$0) } }

    static func json(_ finding: RerateFinding) -> String {
        JSONWriter.object { json in
            write(finding.run, &json)
            json.text("by", finding.grouping.rawValue)
            json.array("rows") { json in
                for row in finding.rows { json.object { write(row, &$0) } }
            }
            json.array("missing") { json in
                for (reason, calls) in finding.missing {
                    json.object { json in
                        json.text("reason", reason)
                        json.number("calls", calls)
                    }
                }
            }
            json.array("top") { json in
                for line in finding.top { json.object { write(line, &$0) } }
            }
            json.object("settled") { write(finding.settled, &$0) }
        }
    }

    private static func write(_ run: RerateRun, _ json: inout JSONWriter) {
        json.id("run", run.id)
        json.text("reason", run.reason)
        json.text("state", run.state)
        json.text("from", run.from.formatted(.iso8601))
        json.text("to", run.until.formatted(.iso8601))
        json.text("account", run.account)
        json.text("carrier", run.carrier)
        json.text("sheet", run.sheet)
        json.number("version", run.version)
        json.text("as_of", run.asOf?.formatted(.iso8601))
        json.text("side", run.side)
        json.number("total", run.total)
        json.number("seen", run.seen)
        json.number("rated", run.rated)
        json.number("different", run.different)
        json.number("unpriced", run.unpriced)
        json.text("created_at", run.createdAt.formatted(.iso8601))
    }

    private static func write(_ row: ReportRerate.Row, _ json: inout JSONWriter) {
        json.text("name", row.name)
        json.text("currency", row.currency)
        json.number("calls", row.calls)
        json.number("talk_ms", row.talkMilliseconds)
        json.number("unpriced", row.unpriced)
        for (name, side) in [("sell", row.sell), ("buy", row.buy)] {
            json.object(name) { json in
                json.text("old", side.old.description)
                json.text("new", side.new.description)
                json.text("difference", side.difference.description)
            }
        }
    }

    private static func write(_ line: RerateLine, _ json: inout JSONWriter) {
        json.text("started_at", line.startedAt.formatted(.iso8601))
        json.id("cdr", line.id)
        json.text("account", line.account)
        json.text("carrier_trunk", line.carrierTrunk)
        json.text("direction", line.direction)
        json.text("prefix", line.prefix)
        json.text("currency", line.currency)
        json.number("talk_ms", line.talkMilliseconds)
        json.text("old_sell", line.oldSell.description)
        json.text("new_sell", line.newSell?.description)
        json.text("old_buy", line.oldBuy.description)
        json.text("new_buy", line.newBuy?.description)
        json.text("state", line.state)
        json.text("note", line.note)
    }

    private static func write(_ result: PostRerate.Result, _ json: inout JSONWriter) {
        json.number("posted", result.posted)
        json.number("carried", result.carried)
        json.number("held", result.held)
        json.number("skipped", result.skipped)
        json.number("unpriced", result.unpriced)
        json.array("reasons") { json in
            for (reason, calls) in result.reasons.sorted(by: { $0.key < $1.key }) {
                json.object { json in
                    json.text("reason", reason)
                    json.number("calls", calls)
                }
            }
        }
    }
}
