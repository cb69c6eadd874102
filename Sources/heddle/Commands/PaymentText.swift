import Foundation
import Services
import Telecom

/// Payments for people and for programs.
enum PaymentText {
    // MARK: A list

    static func table(_ payments: [PaymentLine]) -> String {
        var table = Table(
            [
                "RECEIVED", "BAN", "ACCOUNT", "METHOD", "STATUS", "REFERENCE", "CURRENCY", "AMOUNT", "APPLIED",
                "REFUNDED", "LEFT", "ID",
            ], rightAligned: [7, 8, 9, 10])
        for payment in payments {
            let amounts = [payment.amount, payment.applied, payment.refunded, payment.unapplied]
            table.add(
                [
                    payment.receivedOn ?? "-", payment.ban, payment.account, payment.method, payment.status,
                    payment.reference?.forDisplay(60) ?? "-", payment.currency,
                ] + amounts.map { $0.text(minimumDecimals: payment.minorDigits) } + [payment.id.text])
        }
        return table.text
    }

    static func json(_ payments: [PaymentLine]) -> String {
        var writer = JSONWriter()
        writer.array { json in
            for payment in payments { json.object { members(of: payment, &$0) } }
        }
        return writer.text
    }

    private static func members(of payment: PaymentLine, _ json: inout JSONWriter) {
        func amount(_ name: String, _ money: Money, _ json: inout JSONWriter) {
            json.text(name, money.text(minimumDecimals: payment.minorDigits))
        }
        json.id("id", payment.id)
        json.text("ban", payment.ban)
        json.text("received_on", payment.receivedOn)
        json.text("method", payment.method)
        json.text("status", payment.status)
        json.text("reference", payment.reference)
        json.text("currency", payment.currency)
        amount("amount", payment.amount, &json)
        amount("applied", payment.applied, &json)
        amount("refunded", payment.refunded, &json)
        amount("unapplied", payment.unapplied, &json)
    }

    // MARK: One

    static func text(_ story: PaymentStory) -> String {
        let payment = story.payment
        func row(_ name: String, _ value: String) -> [String] { [name, value] }
        var head = Table(["PAYMENT", payment.id.text])
        head.add(row("account", "\(payment.ban) \(payment.account)"))
        head.add(row("received", payment.receivedOn ?? "-"))
        head.add(row("method", "\(payment.method), \(payment.status)"))
        if let reference = payment.reference { head.add(row("reference", reference.forDisplay(100))) }
        if !story.provider.isEmpty { head.add(row("provider", story.provider.forDisplay(60))) }
        if !story.memo.isEmpty { head.add(row("memo", story.memo.forDisplay(200))) }
        head.add(row("amount", payment.text(payment.amount)))
        head.add(row("applied", payment.text(payment.applied)))
        head.add(row("refunded", payment.text(payment.refunded)))
        head.add(row("left", payment.text(payment.unapplied)))
        return ([head.text] + [applications(story), refunds(story)].compactMap { $0 }).joined(separator: "\n\n")
    }

    private static func applications(_ story: PaymentStory) -> String? {
        if story.applications.isEmpty { return nil }
        var table = Table(["INVOICE", "AMOUNT", "APPLIED", "TAKEN BACK", "REASON"], rightAligned: [1])
        for part in story.applications {
            table.add([
                part.number, part.amount.text(minimumDecimals: story.payment.minorDigits),
                part.appliedAt.formatted(.iso8601), part.reversedAt?.formatted(.iso8601) ?? "-",
                part.reversalReason?.forDisplay(100) ?? "-",
            ])
        }
        return table.text
    }

    private static func refunds(_ story: PaymentStory) -> String? {
        if story.refunds.isEmpty { return nil }
        var table = Table(["GIVEN BACK", "AMOUNT", "KIND", "REFERENCE", "REASON"], rightAligned: [1])
        for refund in story.refunds {
            table.add([
                refund.refundedAt.formatted(.iso8601), refund.amount.text(minimumDecimals: story.payment.minorDigits),
                refund.kind, refund.reference?.forDisplay(60) ?? "-", refund.reason.forDisplay(100),
            ])
        }
        return table.text
    }

    /// - Parameter change: what was done, first.
    static func json(_ story: PaymentStory, _ change: (inout JSONWriter) -> Void = { _ in }) -> String {
        let digits = story.payment.minorDigits
        return JSONWriter.object { json in
            change(&json)
            members(of: story.payment, &json)
            json.text("account", story.payment.account)
            json.text("provider", story.provider.isEmpty ? nil : story.provider)
            json.text("memo", story.memo.isEmpty ? nil : story.memo)
            json.array("applications") { json in
                for part in story.applications {
                    json.object { json in
                        json.id("invoice_id", part.invoiceID)
                        json.text("number", part.number)
                        json.text("amount", part.amount.text(minimumDecimals: digits))
                        json.text("applied_at", part.appliedAt.formatted(.iso8601))
                        json.text("reversed_at", part.reversedAt?.formatted(.iso8601))
                        json.text("reversal_reason", part.reversalReason)
                    }
                }
            }
            json.array("refunds") { json in
                for refund in story.refunds {
                    json.object { json in
                        json.id("id", refund.id)
                        json.text("kind", refund.kind)
                        json.text("amount", refund.amount.text(minimumDecimals: digits))
                        json.text("reason", refund.reason)
                        json.text("reference", refund.reference)
                        json.text("refunded_at", refund.refundedAt.formatted(.iso8601))
                    }
                }
            }
        }
    }
}
