import Services
import Telecom

/// What an invoice run did, for people and for programs.
enum InvoiceRunText {
    /// How many drafts are listed one by one.
    private static let listed = 20

    static func text(_ result: InvoiceRunResult, isRehearsal: Bool) -> String {
        let drafts = result.cycles.filter { $0.invoiceID != nil }
        let quiet = result.cycles.count - drafts.count
        let made = isRehearsal ? "drafts would be made" : "drafts"
        var lines = ["\(drafts.count.shown) \(made) of \(result.accounts.shown) accounts"]
        lines += result.totals.map { "  \($0.currency) \($0.total.text(minimumDecimals: $0.minorDigits))" }
        if quiet > 0 { lines.append("\(quiet.shown) cycles had nothing to invoice") }
        if let first = result.numbers.first, let last = result.numbers.last {
            lines.append("\(result.numbers.count.shown) finalised, \(first) to \(last)")
        }
        lines += leftOut(result)
        if !drafts.isEmpty, drafts.count <= listed { lines += ["", table(drafts)] }
        if !result.failures.isEmpty {
            lines += ["", "\(result.failures.count.shown) accounts could not be invoiced:"]
            lines += result.failures.map { "  \($0.ban): \($0.reason)" }
        }
        if !result.heldElsewhere.isEmpty {
            lines += [
                "", "\(result.heldElsewhere.count.shown) accounts have cycles that are due and that another run has:",
            ]
            lines += result.heldElsewhere.map { "  \($0)" }
        }
        return lines.joined(separator: "\n")
    }

    private static func leftOut(_ result: InvoiceRunResult) -> [String] {
        var lines: [String] = []
        if result.lateCalls > 0 {
            lines.append("\(result.lateCalls.shown) calls were posted too late and are left to the next cycle")
        }
        if result.setAside > 0 {
            lines.append("\(result.setAside.shown) calls have no price and wait for somebody to look at them")
        }
        if result.waiting > 0 { lines.append("\(result.waiting.shown) calls are not rated yet") }
        if result.withoutSeller > 0 {
            lines.append("\(result.withoutSeller.shown) accounts have no seller and are not invoiced")
        }
        return lines
    }

    private static func table(_ drafts: [InvoicedCycle]) -> String {
        var table = Table(["BAN", "FROM", "UNTIL", "CURRENCY", "TOTAL", "ID"], rightAligned: [4])
        for draft in drafts {
            table.add([
                draft.ban, draft.firstDay, draft.nextDay, draft.currency,
                draft.total.text(minimumDecimals: draft.minorDigits),
                draft.invoiceID?.text ?? "",
            ])
        }
        return table.text
    }

    static func json(_ result: InvoiceRunResult) -> String {
        JSONWriter.object { json in
            json.number("accounts", result.accounts)
            json.number("without_seller", result.withoutSeller)
            json.number("drafts", result.drafts)
            json.number("late_calls", result.lateCalls)
            json.number("set_aside", result.setAside)
            json.number("waiting", result.waiting)
            json.array("numbers") { json in for number in result.numbers { json.text(nil, number) } }
            json.array("held_elsewhere") { json in for ban in result.heldElsewhere { json.text(nil, ban) } }
            json.array("cycles") { json in
                for cycle in result.cycles {
                    json.object { json in
                        json.text("ban", cycle.ban)
                        json.text("first_day", cycle.firstDay)
                        json.text("next_day", cycle.nextDay)
                        json.id("invoice_id", cycle.invoiceID)
                        json.text("currency", cycle.currency)
                        json.text("total", cycle.total.text(minimumDecimals: cycle.minorDigits))
                        json.number("late_calls", cycle.lateCalls)
                        json.number("set_aside", cycle.setAside)
                        json.number("waiting", cycle.waiting)
                    }
                }
            }
            json.array("failures") { json in
                for failure in result.failures {
                    json.object { json in
                        json.text("ban", failure.ban)
                        json.text("reason", failure.reason)
                    }
                }
            }
        }
    }
}
