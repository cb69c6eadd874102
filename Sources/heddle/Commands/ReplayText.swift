import Foundation
import Services
import Telecom

/// What a replay came to, for people and for programs.
struct ReplayText {
    private let sums: ReplaySums
    private let sheet: Sheet
    private let version: Int

    /// How many prefixes people are shown, those whose margin changes most.
    private static let shown = 15

    init(_ sums: ReplaySums, sheet: Sheet, version: Int) {
        self.sums = sums
        self.sheet = sheet
        self.version = version
    }

    var lines: String {
        let total = sums.total
        guard total.calls > 0 else { return "there are no outbound calls in that time" }
        var table = Table(["", "BEFORE", "AFTER", "CHANGE"], rightAligned: [1, 2, 3])
        table.add([
            "routed", "\(total.before.routed)", "\(total.after.routed)",
            signed(total.after.routed - total.before.routed),
        ])
        for (name, before, after) in [
            ("sold", total.before.sell, total.after.sell), ("cost", total.before.cost, total.after.cost),
            ("margin", total.before.margin, total.after.margin),
        ] { table.add([name, "\(before)", "\(after)", signed(after - before)]) }
        let minutes = (total.talkSeconds + 30) / 60
        return [
            "\(total.calls) call\(total.calls == 1 ? "" : "s"), \(minutes) minutes, in \(sheet.currency): "
                + "\(sheet.name) version \(version) instead of what holds",
            table.text, "to another carrier first: \(total.rerouted)", "", carriers, "", prefixes,
            refusals,
        ].filter { $0 != "-" }.joined(separator: "\n")
    }

    private var carriers: String {
        var table = Table(["CARRIER", "CALLS BEFORE", "AFTER"], rightAligned: [1, 2])
        for (name, calls) in sums.carriers.sorted(by: { ($1.value.before, $0.key) < ($0.value.before, $1.key) }) {
            table.add([name, "\(calls.before)", "\(calls.after)"])
        }
        return table.text
    }

    private var sortedPrefixes: [(String, ReplaySums.Group)] {
        func weight(_ group: ReplaySums.Group) -> UInt64 { (group.after.margin - group.before.margin).units.magnitude }
        return sums.prefixes.sorted { (weight($1.value), $0.key) < (weight($0.value), $1.key) }
    }

    private var prefixes: String {
        var table = Table(
            ["PREFIX", "CALLS", "MINUTES", "COST BEFORE", "AFTER", "MARGIN BEFORE", "AFTER", "REROUTED"],
            rightAligned: [1, 2, 3, 4, 5, 6, 7])
        for (prefix, group) in sortedPrefixes.prefix(Self.shown) {
            table.add([
                prefix, "\(group.calls)", "\((group.talkSeconds + 30) / 60)", "\(group.before.cost)",
                "\(group.after.cost)", "\(group.before.margin)", "\(group.after.margin)", "\(group.rerouted)",
            ])
        }
        let more = sums.prefixes.count - Self.shown
        return table.text + (more > 0 ? "\n… and \(more) more" : "")
    }

    private var refusals: String {
        guard !sums.refusals.isEmpty else { return "-" }
        var table = Table(["WITHOUT A ROUTE", "BEFORE", "AFTER"], rightAligned: [1, 2])
        for (reason, calls) in sums.refusals.sorted(by: { $0.key < $1.key }) {
            table.add([reason, "\(calls.before)", "\(calls.after)"])
        }
        return "\n" + table.text
    }

    private func signed(_ number: Int) -> String { number > 0 ? "+\(number)" : "\(number)" }

    private func signed(_ money: Money) -> String { money > .zero ? "+\(money)" : "\(money)" }

    var json: String {
        JSONWriter.object { json in
            json.text("sheet", sheet.name)
            json.number("version", version)
            json.text("currency", sheet.currency)
            write(sums.total, &json)
            json.array("hours") { json in
                for (hour, group) in sums.hours.sorted(by: { $0.key < $1.key }) {
                    json.object { json in
                        json.text("hour", hour.formatted(.iso8601))
                        write(group, &json)
                    }
                }
            }
            json.array("prefixes") { json in
                for (prefix, group) in sortedPrefixes {
                    json.object { json in
                        json.text("prefix", prefix)
                        write(group, &json)
                    }
                }
            }
            counts("carriers", "carrier", sums.carriers, &json)
            counts("without_a_route", "reason", sums.refusals, &json)
        }
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
        for (name, side) in [("before", group.before), ("after", group.after)] {
            json.number("routed_\(name)", side.routed)
            json.text("sell_\(name)", side.sell.description)
            json.text("cost_\(name)", side.cost.description)
            json.text("margin_\(name)", side.margin.description)
        }
    }
}
