import Foundation
import HTTPTypes
import Postgres
import Services
import Telecom

/// What is done with invoices.
enum InvoiceVerbs {
    static let all = [run, finalise, void, send]

    private static let mostListed = 1_000

    private static let run = Verb(
        method: .post, path: "/v1/billing/invoice_runs", name: "run_invoices", tag: "billing",
        summary: "Invoice what is due",
        description: "Closes the cycles that are over, sums their usage up and drafts; with `finalise` the drafts get "
            + "their numbers. With `preview` all of it is taken back again. A cycle is invoiced once, however often "
            + "this is asked for.",
        access: .staff("billing:write"),
        body: [
            .optional("account_id", .uuid, "One account; all that have a seller unless said."),
            .optional("until", .timestamp, "Cycles whose days of grace are over by then; now unless said."),
            .optional("finalise", .boolean, "Whether drafts get their numbers."),
            .optional("preview", .boolean, "Whether nothing is kept."),
        ],
        answer: .other(type: "application/json", schema: schema), isOnce: false, length: .long
    ) { call in
        let scope = try call.scope()
        var options = InvoiceRunOptions()
        options.accountID = call.body.id("account_id")
        options.until = call.body.time("until")
        options.finalises = call.body.flag("finalise")
        options.isRehearsal = call.body.flag("preview")
        let result = try await RunInvoices(call.api.engine, tenant: scope.tenant, for: scope)(options)
        return .object("invoice_run") { write(result, options, to: &$0) }
    }

    private static func write(
        _ result: InvoiceRunResult, _ options: InvoiceRunOptions, to json: inout JSONWriter
    ) {
        json.flag("preview", options.isRehearsal)
        json.number("accounts", result.accounts)
        json.number("cycles", result.cycles.count)
        json.array("invoices") { json in
            for cycle in result.cycles.prefix(mostListed) {
                json.object { json in
                    json.id("account_id", cycle.accountID)
                    json.text("ban", cycle.ban)
                    json.text("first_day", cycle.firstDay)
                    json.text("next_day", cycle.nextDay)
                    json.idOrNull("invoice_id", cycle.invoiceID)
                    json.text("currency", cycle.currency)
                    json.text("total", cycle.total.text(minimumDecimals: cycle.minorDigits))
                    json.number("calls_set_aside", cycle.setAside)
                }
            }
        }
        json.array("numbers") { json in for number in result.numbers.prefix(mostListed) { json.text(nil, number) } }
        json.array("failures") { json in
            for failure in result.failures.prefix(mostListed) {
                json.object { json in
                    json.text("ban", failure.ban)
                    json.text("reason", failure.reason)
                }
            }
        }
    }

    private static let schema: JSONValue = [
        "type": "object", "required": ["object", "preview", "accounts", "cycles", "invoices", "numbers", "failures"],
        "properties": [
            "object": ["const": "invoice_run"], "preview": ["type": "boolean"], "accounts": ["type": "integer"],
            "cycles": ["type": "integer"],
            "invoices": [
                "type": "array", "description": "A thousand at most.",
                "items": [
                    "type": "object",
                    "properties": [
                        "account_id": ["type": "string", "format": "uuid"], "ban": ["type": "string"],
                        "first_day": ["type": "string", "format": "date"],
                        "next_day": ["type": "string", "format": "date"],
                        "invoice_id": ["type": ["string", "null"], "format": "uuid"],
                        "currency": ["type": "string"], "total": ["type": "string"],
                        "calls_set_aside": ["type": "integer"],
                    ],
                ],
            ],
            "numbers": ["type": "array", "items": ["type": "string"]],
            "failures": [
                "type": "array",
                "items": [
                    "type": "object", "properties": ["ban": ["type": "string"], "reason": ["type": "string"]],
                ],
            ],
        ],
    ]

    private static let finalise = Verb(
        method: .post, path: "/v1/billing/invoices/{key}/finalise", name: "finalise_invoice", tag: "billing",
        summary: "Give a draft its number, and post it", description: "From then on it does not change.",
        access: .staff("billing:write"),
        answer: .object(
            "invoice_number", [.init("id", .uuid, "The invoice."), .init("number", .text(1...100), "Its number.")])
    ) { call in
        let id = try call.id()
        return try await call.changeAsEngine { session, scope in
            let number = try await ChangeInvoice.finalise(id, scope, session)
            return .object("invoice_number") { json in
                json.id("id", id)
                json.text("number", number)
            }
        }
    }

    private static let void = Verb(
        method: .post, path: "/v1/billing/invoices/{key}/void", name: "void_invoice", tag: "billing",
        summary: "Take an invoice back", access: .staff("billing:write"),
        body: [.init("reason", .text(3...500), "Why.")], answer: .none, status: 204
    ) { call in
        let id = try call.id()
        return try await call.changeAsEngine { session, scope in
            try await ChangeInvoice.void(id, because: call.body.required("reason"), scope, session)
            return .nothing
        }
    }

    private static let send = Verb(
        method: .post, path: "/v1/billing/invoices/{key}/send", name: "send_invoice", tag: "billing",
        summary: "Send an invoice by mail, as PDF",
        description: "A finalised or paid one. It waits for a worker that sends mail, and is tried for three days; "
            + "/v1/billing/invoice_sendings says what came of it, the event invoice.sent that a mail server took it. "
            + "What waits to go to the same addresses goes there once.",
        access: .staff("billing:write"),
        body: [
            .optional(
                "to", .texts(SendInvoice.mostRecipients, 3...254),
                "Addresses; unless said, that of the account's billing profile, else those of its billing contacts.")
        ],
        answer: .object(
            "invoice_sending",
            [
                .init("id", .uuid, "Of /v1/billing/invoice_sendings."), .init("invoice_id", .uuid, "The invoice."),
                .init("recipients", .texts(SendInvoice.mostRecipients, 3...254), "Where it goes."),
                .init("status", .one(["queued", "sending"]), "Waiting, or under way."),
            ]), status: 202
    ) { call in
        let id = try call.id()
        return try await call.changeAsEngine { session, scope in
            let queued = try await SendInvoice.queue(id, to: call.body.texts("to"), scope, session)
            return .object("invoice_sending", status: 202) { json in
                json.id("id", queued.id)
                json.id("invoice_id", id)
                json.array("recipients") { json in for one in queued.recipients { json.text(nil, one) } }
                json.text("status", queued.status)
            }
        }
    }
}
