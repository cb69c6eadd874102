import Foundation
import Telecom

extension ReplaySums {
    /// The sums, by hour, prefix, carrier and reason, as members of an object.
    /// - Parameter mostPrefixes: how many are listed, those first whose margin changes most.
    package func write(to json: inout JSONWriter, mostPrefixes: Int = .max) {
        write(total, &json)
        json.array("hours") { json in
            for (hour, group) in hours.sorted(by: { $0.key < $1.key }) {
                json.object { json in
                    json.text("hour", hour.formatted(.iso8601))
                    write(group, &json)
                }
            }
        }
        json.array("prefixes") { json in
            for (prefix, group) in sortedPrefixes.prefix(mostPrefixes) {
                json.object { json in
                    json.text("prefix", prefix)
                    write(group, &json)
                }
            }
        }
        writeCounts(&json)
    }

    /// The sums of all calls, with carriers and reasons alone.
    package func writeTotals(to json: inout JSONWriter) {
        write(total, &json)
        writeCounts(&json)
    }

    private func writeCounts(_ json: inout JSONWriter) {
        counts("carriers", "carrier", carriers, &json)
        counts("without_a_route", "reason", refusals, &json)
    }

    private func counts(
        _ list: String, _ key: String, _ counts: [String: (before: Int, after: Int)], _ json: inout JSONWriter
    ) {
        json.array(list) { json in
            for (name, calls) in counts.sorted(by: { $0.key < $1.key }) {
                json.object { json in
                    json.text(key, name)
                    json.number("before", calls.before)
                    json.number("after", calls.after)
                }
            }
        }
    }

    private func write(_ group: ReplaySums.Group, _ json: inout JSONWriter) {
        json.number("calls", group.calls)
        json.number("talk_s", Int(group.talkSeconds))
        json.number("rerouted", group.rerouted)
        json.number("refused", group.lost)
        json.number("routed_anew", group.won)
        for (name, side) in [("before", group.before), ("after", group.after)] {
            json.number("routed_\(name)", side.routed)
            json.text("sell_\(name)", side.sell.description)
            json.text("cost_\(name)", side.cost.description)
            json.text("margin_\(name)", side.margin.description)
        }
    }

    /// Those first whose margin changes most.
    package var sortedPrefixes: [(String, ReplaySums.Group)] {
        func weight(_ group: ReplaySums.Group) -> UInt64 { (group.after.margin - group.before.margin).units.magnitude }
        return prefixes.sorted { (weight($1.value), $0.key) < (weight($0.value), $1.key) }
    }
}

extension RuleEffect {
    /// Its members.
    package func write(to json: inout JSONWriter) {
        json.number("change", change)
        json.text("action", action)
        json.text("table", table)
        json.number("rows", rows)
    }
}

extension PreviewSheet.Impact {
    /// Codes that are listed.
    private static let listed = 1_000

    /// The member `traffic`, as programs read it.
    /// - Parameter file: where all codes without a price are, if they are in a file.
    package func write(of sheet: Sheet, file: String? = nil, to json: inout JSONWriter) {
        json.object("traffic") { json in
            json.text("from", span.lowerBound.formatted(.iso8601))
            json.text("to", span.upperBound.formatted(.iso8601))
            json.text("currency", currency)
            json.number("calls_found", calls)
            guard let asOf else { return }
            json.text("as_of", asOf.formatted(.iso8601))
            json.text("since", sums.oldest?.formatted(.iso8601))
            json.flag("used", isUsed)
            sums.writeTotals(to: &json)
            json.number("unpriced_codes", unpriced.count)
            json.array("unpriced") { json in
                for code in unpriced.prefix(Self.listed) { json.object { code.write(of: sheet, to: &$0) } }
            }
            json.text("unpriced_file", file)
        }
    }
}

extension UnpricedCodes.Code {
    fileprivate func write(of sheet: Sheet, to json: inout JSONWriter) {
        json.text("code", prefix)
        json.text("destination", destination)
        json.text("reason", reason.rawValue)
        json.number("calls", calls)
        json.number("talk_s", talkSeconds)
        if sheet.kind == .deck {
            json.number("own_calls", ownCalls)
            json.number("own_talk_s", ownTalkSeconds)
        }
        json.number("refused", lost)
    }
}
