import Foundation
import Services
import Telecom

/// What carriers' records, invoices and disputes came to, for people and for programs.
enum VendorText {
    private static let shownProblems = 10

    // MARK: Imports

    static func imported(_ result: ImportVendorRecords.Result, skipsBad: Bool, json: Bool) -> String {
        if json { return JSONWriter.object { write(result, &$0) } }
        if let takenAt = result.takenAt {
            return "\(result.file) was loaded at \(takenAt.formatted(.iso8601)); nothing was changed"
        }
        var lines = result.problems.prefix(shownProblems).map(\.text)
        let isRefused = result.badLines > 0 && !skipsBad
        if result.badLines > 0 {
            let verdict = isRefused ? "nothing was changed" : "they were left out"
            lines.append("\(result.badLines.shown) bad lines, \(verdict); all are in \(result.errorsPath)")
        }
        if isRefused { return lines.joined(separator: "\n") }
        lines.append("read as " + result.columns.map { "\($0.field): \($0.name)" }.joined(separator: ", "))
        if !result.leftOut.isEmpty {
            let reasons = result.leftOut.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            lines.append("left out " + reasons.map { "\($0.value.shown) (\($0.key))" }.joined(separator: ", "))
        }
        if result.known > 0 {
            let other =
                result.differing > 0 ? ", \(result.differing.shown) with other figures, which stay as they were" : ""
            lines.append("\(result.known.shown) records were there already\(other)")
        }
        if result.repeated > 0 {
            lines.append("\(result.repeated.shown) records are in the file more than once: each is a charge of its own")
        }
        if result.withoutNumber > 0 {
            lines.append("\(result.withoutNumber.shown) called numbers are none; a map's \"prefixes\" are taken off")
        }
        let period = result.from.flatMap { from in
            result.until.map { ", from \(from.formatted(.iso8601)) to \($0.formatted(.iso8601))" }
        }
        let verb = result.isApplied ? "" : "; nothing was changed"
        lines.append("\(result.carrier.name): \(result.new.shown) new records\(period ?? "")\(verb)")
        return lines.joined(separator: "\n")
    }

    private static func write(_ result: ImportVendorRecords.Result, _ json: inout JSONWriter) {
        json.text("carrier", result.carrier.name)
        json.text("file", result.file)
        json.flag("applied", result.isApplied)
        json.text("loaded_before_at", result.takenAt?.formatted(.iso8601))
        guard result.takenAt == nil else { return }
        json.object("columns") { json in for (field, name) in result.columns { json.text(field, name) } }
        json.number("lines", result.lines)
        json.number("new", result.new)
        json.number("known", result.known)
        json.number("differing", result.differing)
        json.number("repeated", result.repeated)
        json.number("without_number", result.withoutNumber)
        json.array("left_out") { json in
            for (reason, lines) in result.leftOut.sorted(by: { $0.key < $1.key }) {
                json.object { json in
                    json.text("reason", reason)
                    json.number("lines", lines)
                }
            }
        }
        json.text("from", result.from?.formatted(.iso8601))
        json.text("until", result.until?.formatted(.iso8601))
        json.number("bad_lines", result.badLines)
        if result.problemCount > 0 { json.text("errors_file", result.errorsPath) }
        json.array("problems") { json in for problem in result.problems { problem.write(to: &json) } }
    }

    // MARK: Invoices

    static func invoice(_ invoice: VendorInvoice, json: Bool) -> String {
        if json { return JSONWriter.object { write(invoice, &$0) } }
        var lines = [
            "\(invoice.carrier), invoice \(invoice.number): \(invoice.status)",
            "period    \(day(invoice.from)) to \(day(invoice.until)), issued \(day(invoice.issuedAt)), "
                + "due \(day(invoice.dueAt))",
            "amount    \(amount(invoice.amount)) \(invoice.currency), of which tax \(amount(invoice.tax))",
        ]
        if let ours = invoice.ours { lines.append("ours      \(amount(ours)), without tax") }
        if invoice.disputed > .zero { lines.append("disputed  \(amount(invoice.disputed))") }
        return lines.joined(separator: "\n")
    }

    static func invoices(_ list: [VendorInvoice], json: Bool) -> String {
        if json { return array(list) { write($0, &$1) } }
        guard !list.isEmpty else { return "no invoice is entered; `heddle vendor invoice add` enters one" }
        var table = Table(
            ["CARRIER", "NUMBER", "STATUS", "FROM", "UNTIL", "AMOUNT", "TAX", "OURS", "DISPUTED", "", "DUE"],
            rightAligned: [5, 6, 7, 8])
        for invoice in list {
            table.add([
                invoice.carrier, invoice.number, invoice.status, day(invoice.from), day(invoice.until),
                amount(invoice.amount), amount(invoice.tax), invoice.ours.map(amount) ?? "-", amount(invoice.disputed),
                invoice.currency, day(invoice.dueAt),
            ])
        }
        return table.text
    }

    static func write(_ invoice: VendorInvoice, _ json: inout JSONWriter) {
        json.text("carrier", invoice.carrier)
        json.text("number", invoice.number)
        json.text("status", invoice.status)
        json.text("currency", invoice.currency)
        json.text("amount", invoice.amount.description)
        json.text("tax", invoice.tax.description)
        json.text("our_amount", invoice.ours?.description)
        json.text("disputed", invoice.disputed.description)
        json.text("from", invoice.from.formatted(.iso8601))
        json.text("until", invoice.until.formatted(.iso8601))
        json.text("issued_at", invoice.issuedAt.formatted(.iso8601))
        json.text("due_at", invoice.dueAt.formatted(.iso8601))
    }

    // MARK: Disputes

    static func dispute(_ dispute: Dispute, json: Bool) -> String {
        if json { return JSONWriter.object { write(dispute, &$0) } }
        var lines = [
            "dispute \(dispute.reference) with \(dispute.carrier): \(dispute.status)",
            "\(dispute.calls.shown) calls, \(dispute.amount.text(minimumDecimals: 2)) \(dispute.currency)",
        ]
        if dispute.granted > .zero { lines.append("given back \(dispute.granted.text(minimumDecimals: 2))") }
        if let due = dispute.dueOn { lines.append("to be sent or answered by \(due)") }
        return (lines + [dispute.reason]).joined(separator: "\n")
    }

    static func disputes(_ list: [Dispute], json: Bool) -> String {
        if json { return array(list) { write($0, &$1) } }
        guard !list.isEmpty else { return "there is no dispute; `heddle vendor dispute open` makes one" }
        var table = Table(
            ["REFERENCE", "CARRIER", "STATUS", "CALLS", "AMOUNT", "GRANTED", "", "INVOICE", "DUE"],
            rightAligned: [3, 4, 5])
        for dispute in list {
            table.add([
                dispute.reference, dispute.carrier, dispute.status, dispute.calls.shown, amount(dispute.amount),
                amount(dispute.granted), dispute.currency, dispute.invoiceNumber ?? "-", dispute.dueOn ?? "-",
            ])
        }
        return table.text
    }

    static func exported(_ dispute: Dispute, _ summary: ExportDispute.Summary, _ path: String, json: Bool) -> String {
        if json {
            return JSONWriter.object { json in
                json.text("file", path)
                json.number("rows", summary.calls)
                write(dispute, &json)
                json.array("classes") { json in
                    for sum in summary.classes {
                        json.object { json in
                            json.text("class", sum.name)
                            json.number("calls", sum.calls)
                            json.text("ours", sum.ours.description)
                            json.text("theirs", sum.theirs.description)
                        }
                    }
                }
            }
        }
        var table = Table(["REASON", "CALLS", "OURS", "THEIRS", "DIFFERENCE"], rightAligned: [1, 2, 3, 4])
        for sum in summary.classes {
            table.add([
                sum.name, sum.calls.shown, sum.ours.shown(decimals: 4), sum.theirs.shown(decimals: 4),
                (sum.theirs - sum.ours).signed(decimals: 4),
            ])
        }
        return [
            self.dispute(dispute, json: false), table.text, "\(summary.calls.shown) calls are in \(path)",
        ].joined(separator: "\n")
    }

    private static func write(_ dispute: Dispute, _ json: inout JSONWriter) {
        json.id("dispute", dispute.id)
        json.text("reference", dispute.reference)
        json.text("carrier", dispute.carrier)
        json.text("status", dispute.status)
        json.text("currency", dispute.currency)
        json.text("amount", dispute.amount.description)
        json.text("granted", dispute.granted.description)
        json.number("calls", dispute.calls)
        json.text("reason", dispute.reason)
        json.text("due_on", dispute.dueOn)
        json.id("run", dispute.runID)
        json.text("invoice", dispute.invoiceNumber)
    }

    // MARK: Parts

    static func array<Element>(_ list: [Element], _ write: (Element, inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for element in list { writer.object { write(element, &$0) } }
        }
        return writer.text
    }

    /// A document's amounts have at most four decimals; sums of calls are rounded for people.
    static func amount(_ money: Money) -> String { amount(MoneySum(money)) }

    static func amount(_ sum: MoneySum) -> String { sum.shown(decimals: 2) }

    /// Without a time of day where it is midnight.
    static func day(_ date: Date) -> String {
        let text = date.formatted(.iso8601)
        return text.hasSuffix("T00:00:00Z") ? String(text.prefix(10)) : text
    }
}
