import Foundation
import Services
import Telecom

/// What a comparison came to.
extension VendorText {
    static func run(_ run: ReconciliationRun, json: Bool) -> String {
        if json { return JSONWriter.object { write(run, &$0) } }
        let total = run.total
        var lines = [
            "\(run.carrier), \(day(run.from)) to \(day(run.until)), in \(run.currency)",
            "comparison \(run.id.uuidString.lowercased()); \(clock(run))", "",
        ]
        var table = Table(
            ["CLASS", "CALLS", "OUR MIN", "THEIR MIN", "OURS", "THEIRS", "DIFFERENCE"],
            rightAligned: [1, 2, 3, 4, 5, 6])
        for sum in run.classes + [total] {
            table.add([
                sum.name, sum.calls.shown, minutes(sum.ourSeconds), minutes(sum.theirSeconds), money(sum.ours),
                money(sum.theirs), sum.difference.signed(decimals: 4),
            ])
        }
        lines.append(table.text)
        lines.append("")
        lines += against(run.invoice, total, run.currency)
        return lines.joined(separator: "\n")
    }

    private static func against(
        _ invoice: VendorInvoice?, _ total: ReconciliationRun.ClassSum, _ currency: String
    ) -> [String] {
        guard let invoice else {
            return ["no invoice of this period is entered; `heddle vendor invoice add` enters one"]
        }
        let open = invoice.net - total.theirs
        var lines = [
            "invoice \(invoice.number) asks for \(amount(invoice.amount)) \(currency), "
                + "\(amount(invoice.net)) without tax"
        ]
        // An invoice is rounded once, to the digits of its currency.
        if open.units.magnitude <= 500_000 {
            lines.append("its records come to the same")
        } else {
            lines.append("its records come to \(money(total.theirs)): \(open.signed(decimals: 4)) have no record")
        }
        lines.append("our records come to \(money(total.ours)): \((invoice.net - total.ours).signed(decimals: 4))")
        return lines
    }

    private static func clock(_ run: ReconciliationRun) -> String {
        func seconds(_ milliseconds: Int) -> String {
            Money(units: Int64(milliseconds.magnitude) * 100_000).description + " s"
        }
        let way = run.clock < 0 ? "behind" : "ahead"
        if run.clockIsGiven { return "their clock is \(seconds(run.clock)) \(way), as given" }
        if run.leastClock == run.mostClock || run.mostClock - run.leastClock < 2_000 {
            return "their clock is \(seconds(run.clock)) \(way)"
        }
        let span =
            "\(run.leastClock < 0 ? "-" : "")\(seconds(run.leastClock)) to "
            + "\(run.mostClock < 0 ? "-" : "")\(seconds(run.mostClock))"
        return "their clock is \(seconds(run.clock)) \(way) mostly, by the hour \(span)"
    }

    static func runs(_ list: [ReconciliationRun], json: Bool) -> String {
        if json { return array(list) { write($0, &$1) } }
        guard !list.isEmpty else { return "nothing was compared yet; `heddle vendor reconcile` does" }
        var table = Table(["COMPARISON", "CARRIER", "FROM", "UNTIL", "", "COMPARED"])
        for run in list {
            table.add([
                run.id.uuidString.lowercased(), run.carrier, day(run.from), day(run.until), run.currency,
                run.finishedAt?.formatted(.iso8601) ?? "not yet",
            ])
        }
        return table.text
    }

    private static func write(_ run: ReconciliationRun, _ json: inout JSONWriter) {
        json.id("run", run.id)
        json.text("carrier", run.carrier)
        json.text("from", run.from.formatted(.iso8601))
        json.text("until", run.until.formatted(.iso8601))
        json.text("currency", run.currency)
        json.text("finished_at", run.finishedAt?.formatted(.iso8601))
        json.number("clock_offset_ms", run.clock)
        json.number("least_clock_offset_ms", run.leastClock)
        json.number("most_clock_offset_ms", run.mostClock)
        json.flag("clock_is_given", run.clockIsGiven)
        json.number("tolerance_ms", run.toleranceMilliseconds)
        guard !run.classes.isEmpty else { return }
        json.array("classes") { json in
            for sum in run.classes { json.object { write(sum, &$0) } }
        }
        json.object("total") { write(run.total, &$0) }
        if let invoice = run.invoice {
            json.object("invoice") { write(invoice, &$0) }
            json.text("without_record", (invoice.net - run.total.theirs).description)
        }
    }

    private static func write(_ sum: ReconciliationRun.ClassSum, _ json: inout JSONWriter) {
        json.text("class", sum.name)
        json.number("calls", sum.calls)
        json.number("our_seconds", sum.ourSeconds)
        json.number("their_seconds", sum.theirSeconds)
        json.text("ours", sum.ours.description)
        json.text("theirs", sum.theirs.description)
        json.text("difference", sum.difference.description)
    }

    private static func money(_ money: MoneySum) -> String { money.shown(decimals: 4) }

    private static func minutes(_ seconds: Int) -> String {
        Money(units: Int64(seconds) * 100_000_000).scaled(by: 1, over: 60).shown(decimals: 1)
    }
}
