import Foundation
import HTTPTypes
import Postgres
import Services
import Telecom

/// Money that is held and charged for what is no call through our edge: by another switch, or by a program.
enum HoldVerbs {
    static let all = [hold, charge, release, extend, chargeAtOnce]

    private static let access = Verb.Access.permission("billing:charge")

    private static let account = VerbField.optional(
        "account_id", .uuid, "Whose money; staff says it, others have it of their own account.")
    private static let currency = VerbField("currency", .text(3...3), "ISO 4217 code: the account's own.")
    private static let reference = VerbField(
        "reference", .text(1...200),
        "What you call it, once within the account, of holds and charges; the operator's are kept apart.")
    private static let delivered = VerbField.optional(
        "delivered", .boolean,
        "Whether it was delivered: then it is charged whatever is left, as calls are, but of no account that is "
            + "closed. The operator's to say.")
    private static let taxCategory = VerbField.optional(
        "tax_category", .one(HoldMoney.taxCategories), "What it is for taxes; service. The operator's to say.")

    private static let holdAnswer = Verb.Form.object(
        "hold",
        [
            .init("id", .uuid, "Of /v1/billing/holds."), .init("account_id", .uuid, "Whose money."),
            .init("amount", .text(1...40), "How much."), currency,
            .nullable("reference", .text(1...200), "What you call it."),
            .init("state", .one(["open", "settled", "released", "superseded"]), "settled: it was charged."),
            .init("expires_at", .timestamp, "When it is given back by itself."),
            .nullable("charge_id", .uuid, "What was charged in its place."),
        ])

    private static let chargeAnswer = Verb.Form.object(
        "charge",
        [
            .init("id", .uuid, "Of /v1/billing/charges."), .init("account_id", .uuid, "Who pays."),
            .init("amount", .text(1...40), "How much."), currency,
            .nullable("reference", .text(1...200), "What you call it."),
            .init("description", .text(1...200), "What it is for."),
            .init("left", .text(1...40), "What the account has left, with its credit limit."),
            .init("is_new", .boolean, "Whether it was not charged before."),
        ])

    private static func duration(_ description: String) -> VerbField {
        .optional("minutes", .integer(1...HoldMoney.mostMinutes), "\(description): \(HoldMoney.usualMinutes).")
    }

    private static let hold = Verb(
        method: .post, path: "/v1/billing/holds", name: "hold_money", tag: "billing",
        summary: "Keep money of an account back",
        description: "All of it or nothing, within its credit limit and spend caps. It is charged, released, or given "
            + "back when its time is over. Once for a reference: a repeat gets the hold that there is. 402 says what "
            + "is left.",
        access: access,
        body: [
            account, .init("amount", .decimal, "How much, above 0."), currency, reference,
            .init("description", .text(1...200), "What it is for; the invoice says it when it is charged."),
            duration("For how long unless it is charged or released"),
        ],
        answer: holdAnswer, status: 201
    ) { call in
        let entry = try readEntry(call)
        let minutes = call.body.integer("minutes") ?? HoldMoney.usualMinutes
        return try await moving(call) { session, scope in
            let (hold, isNew) = try await HoldMoney.hold(entry, minutes: minutes, scope, session)
            return .object("hold", status: isNew ? 201 : 200) { write(hold, to: &$0) }
        }
    }

    private static let charge = Verb(
        method: .post, path: "/v1/billing/holds/{key}/charge", name: "charge_hold", tag: "billing",
        summary: "Charge what was held",
        description: "The rest is given back. More than was held is charged as far as the account is active and its "
            + "credit limit and spend caps leave it; of a hold that was given back that is all of it. Once for a hold: "
            + "a repeat gets the same charge. Holds of the operator are not charged by people of an account.",
        access: access,
        body: [
            .optional("amount", .decimal, "How much, above 0; all that was held unless said."),
            .optional("description", .text(1...200), "What it is for; what it was held for unless said."),
            taxCategory, delivered,
        ],
        answer: chargeAnswer, status: 201
    ) { call in
        let (id, sale) = (try call.id(), readSale(call))
        let amount = try call.body.has("amount") ? readAmount(call) : nil
        return try await moving(call) { session, scope in
            let charge = try await ChargeMoney.charge(hold: id, amount, sale, scope, session)
            return .object("charge", status: charge.isNew ? 201 : 200) { write(charge, to: &$0) }
        }
    }

    private static let release = Verb(
        method: .post, path: "/v1/billing/holds/{key}/release", name: "release_hold", tag: "billing",
        summary: "Give money back that was held",
        description: "Holds of the operator are not released by people of an account.", access: access,
        body: [.optional("reason", .text(1...200), "Why; the statement has it.")], answer: holdAnswer
    ) { call in
        let id = try call.id()
        return try await moving(call) { session, scope in
            let hold = try await HoldMoney.release(
                id, because: call.body.text("reason") ?? "released", scope, session)
            return .object("hold") { write(hold, to: &$0) }
        }
    }

    private static let extend = Verb(
        method: .post, path: "/v1/billing/holds/{key}/extend", name: "extend_hold", tag: "billing",
        summary: "Keep money back for longer",
        description: "31 days in all at most. One that lasts longer already is left as it is. Holds of the operator "
            + "are not extended by people of an account.", access: access,
        body: [duration("For how long from now")], answer: holdAnswer
    ) { call in
        let (id, minutes) = (try call.id(), call.body.integer("minutes") ?? HoldMoney.usualMinutes)
        return try await moving(call) { session, scope in
            let hold = try await HoldMoney.extend(id, minutes: minutes, scope, session)
            return .object("hold") { write(hold, to: &$0) }
        }
    }

    private static let chargeAtOnce = Verb(
        method: .post, path: "/v1/billing/charges", name: "charge_account", tag: "billing",
        summary: "Charge an account at once",
        description: "It is in the ledger with the answer, and on the next invoice: charges that are called the same "
            + "are one line. Once for a reference: a repeat gets the charge that there is. 402 says what is left.",
        access: access,
        body: [
            account, .init("amount", .decimal, "How much, above 0."), currency, reference,
            .init("description", .text(1...200), "What it is for, as the invoice says it."), taxCategory, delivered,
        ],
        answer: chargeAnswer, status: 201
    ) { call in
        let (entry, sale) = (try readEntry(call), readSale(call))
        return try await moving(call) { session, scope in
            let charge = try await ChargeMoney.charge(entry, sale, scope, session)
            return .object("charge", status: charge.isNew ? 201 : 200) { write(charge, to: &$0) }
        }
    }

    /// What a spend cap refuses is undone, but not that it refused it.
    private static func moving(
        _ call: VerbCall, _ work: (Connection, RequestScope) async throws -> AnswerOnce.Answer
    ) async throws -> AnswerOnce.Answer {
        do {
            return try await inTurn { try await call.changeAsEngine(work) }
        } catch let reached as SpendCapReached {
            throw try await inTurn { try await NoteCapRefusal(call.api.engine)(reached, try call.scope()) }
        }
    }

    /// Whoever waited for another who waited for it, which the first spend cap of an account can bring about, takes its
    /// turn again.
    private static func inTurn<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as PostgresError where error.isDeadlock {
            return try await work()
        }
    }

    // MARK: What is asked and answered

    private static func readEntry(_ call: VerbCall) throws -> HoldMoney.Entry {
        HoldMoney.Entry(
            account: try call.scope().forAccount(call.body.id("account_id")), amount: try readAmount(call),
            currency: call.body.required("currency").uppercased(), reference: call.body.required("reference"),
            description: call.body.required("description"))
    }

    private static func readAmount(_ call: VerbCall) throws -> Money {
        let text = call.body.required("amount")
        guard let amount = Money(text), amount > .zero, amount <= HoldMoney.most else {
            throw ResourceFault([
                .init("amount", pointer: "/amount", text, expected: "more than 0, \(HoldMoney.most) at most")
            ])
        }
        return amount
    }

    private static func readSale(_ call: VerbCall) -> HoldMoney.Sale {
        var sale = HoldMoney.Sale()
        sale.description = call.body.text("description")
        sale.taxCategory = call.body.text("tax_category") ?? sale.taxCategory
        sale.isDelivered = call.body.flag("delivered")
        return sale
    }

    private static func write(_ hold: HoldMoney.Hold, to json: inout JSONWriter) {
        json.id("id", hold.id)
        json.id("account_id", hold.account)
        json.text("amount", hold.amount)
        json.text("currency", hold.currency)
        json.textOrNull("reference", hold.reference)
        json.text("state", hold.state)
        json.time("expires_at", hold.expiresAt)
        json.idOrNull("charge_id", hold.chargeID)
    }

    private static func write(_ charge: ChargeMoney.Charge, to json: inout JSONWriter) {
        json.id("id", charge.id)
        json.id("account_id", charge.account)
        json.text("amount", charge.amount)
        json.text("currency", charge.currency)
        json.textOrNull("reference", charge.reference)
        json.text("description", charge.description)
        json.text("left", charge.usable)
        json.flag("is_new", charge.isNew)
    }
}
