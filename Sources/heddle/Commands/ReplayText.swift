import Foundation
import Services
import Telecom

/// What a replay came to, for people and for programs.
struct ReplayText {
    private let sums: ReplaySums
    /// Of the amounts of every table, so that columns are of one kind.
    private let decimals: Int

    /// How many prefixes people are shown, those whose margin changes most; and how many carriers and reasons.
    private static let shown = 15

    init(_ sums: ReplaySums) {
        self.sums = sums
        let total = sums.total
        let amounts = [total.before.sell, total.before.cost, total.after.sell, total.after.cost]
        decimals = (amounts.max() ?? .zero).shownDecimals
    }

    /// `3 calls, 4 minutes`
    var size: String {
        let total = sums.total
        return "\(total.calls.shown) call\(total.calls == 1 ? "" : "s"), \(Self.minutes(total.talkSeconds)) minutes"
    }

    /// Everything, below a line that says what was replayed.
    var lines: [String] {
        guard sums.calls > 0 else { return ["there are no outbound calls in that time"] }
        return [summary, moves, "", carriers(), "", prefixes] + refusals()
    }

    /// Sums before and after.
    var summary: String {
        let total = sums.total
        var table = Table(["", "BEFORE", "AFTER", "CHANGE"], rightAligned: [1, 2, 3])
        table.add([
            "routed calls", total.before.routed.shown, total.after.routed.shown,
            (total.after.routed - total.before.routed).signed,
        ])
        for (name, before, after) in [
            ("revenue", total.before.sell, total.after.sell), ("cost", total.before.cost, total.after.cost),
            ("margin", total.before.margin, total.after.margin),
        ] { table.add([name, text(before), text(after), (after - before).signed(decimals: decimals)]) }
        return table.text
    }

    /// How many calls would go another way.
    var moves: String {
        let total = sums.total
        let won = total.won > 0 ? ", \(total.won.shown) would have a route that have none" : ""
        return "\(total.rerouted.shown) would change carrier, "
            + "\(total.lost.shown) would be refused that have a route\(won)"
    }

    /// - Parameter onlyChanged: leaves out the carriers that keep as many calls as they had.
    func carriers(onlyChanged: Bool = false) -> String {
        var table = Table(["FIRST CARRIER", "CALLS BEFORE", "AFTER"], rightAligned: [1, 2])
        let rows = sums.carriers.filter { !onlyChanged || $0.value.before != $0.value.after }
            .sorted { ($1.value.before, $0.key) < ($0.value.before, $1.key) }
        for (name, calls) in rows.prefix(Self.shown) { table.add([name, calls.before.shown, calls.after.shown]) }
        return rows.isEmpty ? "" : table.text + more(rows.count)
    }

    /// Why calls have no route, where some have none.
    func refusals(onlyChanged: Bool = false) -> [String] {
        let rows = sums.refusals.filter { !onlyChanged || $0.value.before != $0.value.after }
            .sorted { ($1.value.after, $0.key) < ($0.value.after, $1.key) }
        guard !rows.isEmpty else { return [] }
        var table = Table(["REFUSED FOR", "CALLS BEFORE", "AFTER"], rightAligned: [1, 2])
        for (reason, calls) in rows.prefix(Self.shown) {
            table.add([reason.inWords, calls.before.shown, calls.after.shown])
        }
        return ["", table.text + more(rows.count)]
    }

    private var prefixes: String {
        var table = Table(
            ["SOLD AS", "CALLS", "MINUTES", "COST", "AFTER", "MARGIN", "AFTER", "REROUTED", "REFUSED"],
            rightAligned: [1, 2, 3, 4, 5, 6, 7, 8])
        for (prefix, group) in sums.sortedPrefixes.prefix(Self.shown) {
            table.add([
                prefix, group.calls.shown, Self.minutes(group.talkSeconds), text(group.before.cost),
                text(group.after.cost), text(group.before.margin), text(group.after.margin), group.rerouted.shown,
                group.lost.shown,
            ])
        }
        return table.text + more(sums.prefixes.count)
    }

    private func more(_ rows: Int) -> String { rows > Self.shown ? "\n… and \((rows - Self.shown).shown) more" : "" }

    private func text(_ amount: Money) -> String { amount.shown(decimals: decimals) }

    static func minutes(_ seconds: Int64) -> String { Int((seconds + 30) / 60).shown }
}
