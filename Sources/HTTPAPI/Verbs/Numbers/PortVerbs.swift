import Foundation
import HTTPTypes
import Postgres
import Services

/// What is done with ports: ordered, sent to the other side, given up; and what the other side says, which staff notes.
enum PortVerbs {
    static let all = [draft, submit, cancel, confirm, reject, complete]

    private static func status(_ port: UUID, _ status: String) -> AnswerOnce.Answer {
        .object("port_status") { json in
            json.id("id", port)
            json.text("status", status)
        }
    }

    private static let answer = Verb.Form.object(
        "port_status",
        [
            .init("id", .uuid, "Of /v1/numbers/port_requests."), .init("status", .text(1...20), "How far it is now."),
        ])

    private static let draft = Verb(
        method: .post, path: "/v1/numbers/ports", name: "order_port", tag: "numbers",
        summary: "Make the draft of a port to us, with its numbers",
        description: "All of them, or nothing. What else it says is changed as rows are, at /v1/numbers/port_requests "
            + "and /v1/numbers/port_request_numbers, until it is submitted.",
        access: .permission("numbers:write"),
        body: [
            .optional("account_id", .uuid, "Whose they will be; staff says it, others order for their account."),
            .init("numbers", .texts(OrderPort.mostNumbers, 1...40), "E.164, as +12125550100, each once."),
            .optional("type", .text(1...20), "simple unless said; non_simple, wireless, project or toll_free."),
            .optional("losing_carrier", .text(1...200), "Name of the provider that the numbers leave."),
            .optional("losing_account_number", .text(1...100), "Account number there."),
            .optional("billing_number", .text(1...40), "Main number of the account there, E.164."),
            .optional(
                "new_billing_number", .text(1...40),
                "Main number of those that stay there, E.164: then the port is of a part."),
            .optional("entity_name", .text(1...200), "Whose numbers they are, as the old provider has it."),
            .optional("authorized_name", .text(1...200), "Who may order it, as the old provider has it."),
            .optional("street", .text(1...200), "Service address: house number and street."),
            .optional("unit", .text(1...100), "Service address: suite, floor or flat."),
            .optional("locality", .text(1...100), "Service address: city."),
            .optional("region", .text(1...10), "Service address: state or province."),
            .optional("postal_code", .text(1...20), "Service address: postal code."),
            .optional("country", .text(2...2), "Service address: ISO 3166 code; US unless said."),
            .optional("loa_document_id", .uuid, "Letter of authority, of /v1/accounts/documents."),
            .optional("bill_document_id", .uuid, "Recent bill of the old provider."),
            .optional("requested_for", .timestamp, "When the customer wants it."),
            .optional("trunk_id", .uuid, "What the numbers ring once they are ours."),
            .optional("customer_reference", .text(1...200), "What the customer calls it."),
        ],
        answer: .object(
            "port",
            [
                .init("id", .uuid, "Of /v1/numbers/port_requests."),
                .init("numbers", .integer(1...OrderPort.mostNumbers), "How many."),
            ]), status: 201
    ) { call in
        let entry = try PortVerbs.entry(call)
        return try await call.change { session, scope in
            let port = try await OrderPort.draft(entry, scope, session)
            return .object("port", status: 201) { json in
                json.id("id", port)
                json.number("numbers", entry.numbers.count)
            }
        }
    }

    /// What a body asks for.
    private static func entry(_ call: VerbCall) throws -> OrderPort.Entry {
        let body = call.body
        let numbers = try NamedNumber.read(body.texts("numbers"), "numbers")
        guard !numbers.isEmpty else {
            throw ResourceFault([
                .init("numbers", pointer: "/numbers", "", expected: "1 to \(OrderPort.mostNumbers) numbers")
            ])
        }
        func number(_ name: String) throws -> String? {
            try body.text(name).map { try NamedNumber.read($0, name, pointer: "/\(name)") }
        }
        var entry = OrderPort.Entry(account: try call.scope().forAccount(body.id("account_id")), numbers: numbers)
        entry.type = body.text("type") ?? entry.type
        entry.losingCarrier = body.text("losing_carrier")
        entry.losingAccountNumber = body.text("losing_account_number")
        entry.billingNumber = try number("billing_number")
        entry.newBillingNumber = try number("new_billing_number")
        entry.entityName = body.text("entity_name")
        entry.authorizedName = body.text("authorized_name")
        entry.street = body.text("street")
        entry.unit = body.text("unit")
        entry.locality = body.text("locality")
        entry.region = body.text("region")
        entry.postalCode = body.text("postal_code")
        entry.country = body.text("country") ?? entry.country
        entry.loaDocument = body.id("loa_document_id")
        entry.billDocument = body.id("bill_document_id")
        entry.requestedFor = body.time("requested_for")
        entry.trunk = body.id("trunk_id")
        entry.customerReference = body.text("customer_reference")
        return entry
    }

    private static let submit = Verb(
        method: .post, path: "/v1/numbers/ports/{key}/submit", name: "submit_port", tag: "numbers",
        summary: "Send a port to the other side",
        description: "A draft; or what came back and was mended, as its next version. It has a letter of authority and "
            + "says who orders it.",
        access: .permission("numbers:write"), answer: answer
    ) { call in
        let port = try call.id()
        return try await call.change { session, scope in
            try await MovePort.submit(port, scope, session)
            return status(port, "submitted")
        }
    }

    private static let cancel = Verb(
        method: .post, path: "/v1/numbers/ports/{key}/cancel", name: "cancel_port", tag: "numbers",
        summary: "Give a port up",
        description: "What the other side knows of is cancel_pending until it agrees; then staff cancels it again.",
        access: .permission("numbers:write"), body: [.init("reason", .text(3...500), "Why.")], answer: answer
    ) { call in
        let port = try call.id()
        return try await call.change { session, scope in
            status(port, try await MovePort.cancel(port, because: call.body.required("reason"), scope, session))
        }
    }

    private static let confirm = Verb(
        method: .post, path: "/v1/numbers/ports/{key}/confirm", name: "confirm_port", tag: "numbers",
        summary: "Note when the numbers of a port move",
        description: "As the other side confirmed it (FOC), or as we do of a port away from us. Said again, it is "
            + "another date.",
        access: .staff("numbers:write"), body: [.init("foc_at", .timestamp, "When they move.")], answer: .none,
        status: 204
    ) { call in
        let port = try call.id()
        guard let date = call.body.time("foc_at") else { throw Problem.wrong("foc_at", "", expected: "a time") }
        return try await call.change { session, scope in
            try await MovePort.confirm(port, at: date, scope, session)
            return .nothing
        }
    }

    private static let reject = Verb(
        method: .post, path: "/v1/numbers/ports/{key}/reject", name: "reject_port", tag: "numbers",
        summary: "Note that a port was refused", description: "It is mended and submitted again, or given up.",
        access: .staff("numbers:write"),
        body: [
            .init("reason", .text(1...60), "What the other side says: loa_invalid, other …"),
            .optional("text", .text(1...1000), "The same in its words."),
        ],
        answer: answer
    ) { call in
        let port = try call.id()
        return try await call.change { session, scope in
            try await MovePort.reject(
                port, because: call.body.required("reason"), call.body.text("text"), scope, session)
            return status(port, "rejected")
        }
    }

    private static let complete = Verb(
        method: .post, path: "/v1/numbers/ports/{key}/complete", name: "complete_port", tag: "numbers",
        summary: "Note that the numbers of a port have moved",
        description: "Those of a port to us enter the inventory, are the account's and ring the trunk that the port "
            + "says; those of a port away from us leave both. The routers know it with the answer.",
        access: .staff("numbers:write"),
        answer: .object(
            "moved_numbers",
            [
                .init("id", .uuid, "Of /v1/numbers/port_requests."),
                .init("numbers", .texts(OrderPort.mostNumbers, 3...16), "Those that moved."),
            ])
    ) { call in
        let port = try call.id()
        return try await call.change { session, scope in
            let moved = try await MovePort.complete(port, scope, session)
            return AnswerOnce.Answer.object("moved_numbers") { json in
                json.id("id", port)
                json.array("numbers") { json in for number in moved { json.text(nil, number) } }
            }.tellingRouters()
        }
    }
}
