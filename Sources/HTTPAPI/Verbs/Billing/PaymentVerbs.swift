import Foundation
import HTTPTypes
import Postgres
import Services
import Telecom

/// Money that comes in and goes back, as staff enters it.
enum PaymentVerbs {
    static let all = [record, refund]

    private static let record = Verb(
        method: .post, path: "/v1/billing/payments", name: "record_payment", tag: "billing",
        summary: "Record a payment",
        description: "It pays the open invoices of its account, the first due first; what is left is in the balance. "
            + "One with the same reference is recorded once.",
        access: .staff("billing:write"),
        body: [
            .init("account_id", .uuid, "Who paid."),
            .init("amount", .decimal, "In the account's currency, above 0."),
            .optional(
                "method", .one(["card", "direct_debit", "transfer", "check", "cash", "other"]), "How; transfer."),
            .optional("reference", .text(1...200), "The bank's or the customer's word for it."),
            .optional("memo", .text(0...500), "A note."),
            .optional("received_at", .timestamp, "When it came; now unless said."),
        ],
        answer: .object(
            "payment",
            [
                .init("id", .uuid, "The payment."), .init("amount", .text(1...40), "What was paid."),
                .init("applied", .text(1...40), "What of it paid invoices."),
                .init("unapplied", .text(1...40), "What is left."), .init("currency", .text(3...3), "The currency."),
                .init("is_new", .boolean, "Whether it was not recorded before."),
            ]), status: 201
    ) { call in
        guard let amount = Money(call.body.required("amount")), let account = call.body.id("account_id") else {
            throw wrongAmount(call.body.required("amount"))
        }
        var entry = PaymentEntry(accountID: account, amount: amount)
        entry.method = call.body.text("method") ?? entry.method
        entry.reference = call.body.text("reference")
        entry.memo = call.body.text("memo") ?? ""
        entry.receivedAt = call.body.time("received_at")
        return try await call.changeAsEngine { [entry] session, scope in
            let (payment, isNew) = try await RecordPayment.record(entry, of: scope.tenant, session)
            return .object("payment", status: isNew ? 201 : 200) { json in
                json.id("id", payment.id)
                json.text("amount", payment.amount)
                json.text("applied", payment.applied)
                json.text("unapplied", payment.unapplied)
                json.text("currency", payment.currency)
                json.flag("is_new", isNew)
            }
        }
    }

    private static let refund = Verb(
        method: .post, path: "/v1/billing/payments/{key}/refund", name: "refund_payment", tag: "billing",
        summary: "Give a payment back, or a part of it",
        description: "What pays invoices is taken from them, the last first, as far as it must be. The same reference "
            + "is entered once.",
        access: .staff("billing:write"),
        body: [
            .optional("amount", .decimal, "All that was not given back before, unless said."),
            .init("reason", .text(3...500), "Why."), .init("reference", .text(1...200), "Your word for it."),
            .optional("chargeback", .boolean, "Whether the bank took it already, whatever the account has."),
        ],
        answer: .object("refund", [.init("is_new", .boolean, "Whether it was not entered before.")]), isOnce: false
    ) { call in
        let (payment, scope) = (try call.id(), try call.scope())
        var entry = RefundEntry(reason: call.body.required("reason"), reference: call.body.required("reference"))
        if let text = call.body.text("amount") {
            guard let amount = Money(text) else { throw wrongAmount(text) }
            entry.amount = amount
        }
        entry.isChargeback = call.body.flag("chargeback")
        let isNew = try await RefundPayment(call.api.engine, for: scope)(payment, entry)
        return .object("refund") { $0.flag("is_new", isNew) }
    }

    private static func wrongAmount(_ text: String) -> ResourceFault {
        ResourceFault([.init("amount", pointer: "/amount", text, expected: "an amount above 0")])
    }
}
