import Foundation
import HTTPTypes
import Postgres
import Services

/// Calls in progress, and what a call that is over cost everybody.
enum CallVerbs {
    static let all = [live, hangUp, story]

    private static let live = Verb(
        method: .get, path: "/v1/calls/live", name: "list_live_calls", tag: "calls", summary: "Calls in progress",
        description: "The youngest first: those that were given routes and whose record is awaited, which also one "
            + "that has just ended is for a second.",
        access: .permission("cdr:read"),
        parameters: [
            .optional("account_id", .uuid, "Whose; all that may be seen unless said."),
            .optional("limit", .integer(1...ListLiveCalls.most), "How many at most: 100 unless said."),
        ],
        answer: .list([
            .init("id", .uuid, "The call: its routing id."), .init("cdr_id", .uuid, "The id of its record to come."),
            .nullable("account_id", .uuid, "Whose call it is."), .nullable("trunk_id", .uuid, "The customer's trunk."),
            .init("direction", .text(1...20), "outbound, inbound, emergency or unknown."),
            .init("from", .text(0...200), "The caller."), .init("to", .text(0...200), "The called number."),
            .init("since", .timestamp, "When the edge received it."),
            .nullable("hold_amount", .text(1...40), "Money held for it."),
            .init("edge_id", .text(1...200), "The edge that has it."),
            .nullable("max_duration_s", .integer(0...Int(Int32.max)), "The longest that it may be."),
        ])
    ) { call in
        try await call.change { session, scope in
            let calls = try await ListLiveCalls.list(
                of: call.parameters.id("account_id"), limit: call.parameters.integer("limit") ?? 100, scope, session)
            return .list(calls) { json, one in
                json.id("id", one.id)
                json.id("cdr_id", one.cdr)
                json.idOrNull("account_id", one.account)
                json.idOrNull("trunk_id", one.trunk)
                json.text("direction", one.direction)
                json.text("from", one.from)
                json.text("to", one.to)
                json.time("since", one.since)
                json.textOrNull("hold_amount", one.hold)
                json.text("edge_id", one.edge)
                json.numberOrNull("max_duration_s", one.maxSeconds)
            }
        }
    }

    private static let hangUp = Verb(
        method: .post, path: "/v1/calls/live/{key}/hang_up", name: "hang_up_call", tag: "calls",
        summary: "End a call in progress",
        description: "The edge that has it is asked within a second or two; /v1/routing/hang_ups says what came of it. "
            + "Both sides are told, and the call leaves its record. Asked twice, it is asked once. What no edge takes "
            + "within a minute and a half has failed.",
        access: .permission("routing:write"), body: [.init("reason", .text(3...500), "Why.")],
        answer: .object("hang_up", [.init("id", .uuid, "Of /v1/routing/hang_ups.")]), status: 202
    ) { call in
        let id = try call.id()
        return try await call.change { session, scope in
            let asked = try await AskHangUp.ask(id, because: call.body.required("reason"), scope, session)
            return .object("hang_up", status: 202) { $0.id("id", asked) }
        }
    }

    private static let story = Verb(
        method: .get, path: "/v1/calls/{key}/story", name: "tell_call", tag: "calls",
        summary: "What a call cost everybody, and what each amount follows from",
        description: "By the id of its record, once it is rated.", access: .staff("cdr:read"),
        answer: .other(type: "application/json", schema: storySchema)
    ) { call in
        let id = try call.id()
        guard let told = try await ReadRatedCall(call.api.engine, tenant: try call.scope().tenant)(id) else {
            throw ResourceFault(.notFound, "no call \(id.text) has been rated")
        }
        return .object("rated_call") { RatedCallText.write(told, to: &$0) }
    }

    private static let storySchema: JSONValue = [
        "type": "object",
        "required": ["object", "id", "started_at", "from", "to", "direction", "disposition", "talk_ms", "payers"],
        "properties": [
            "object": ["const": "rated_call"], "id": ["type": "string", "format": "uuid"],
            "started_at": ["type": "string", "format": "date-time"], "from": ["type": "string"],
            "to": ["type": "string"], "direction": ["type": "string"], "disposition": ["type": "string"],
            "talk_ms": ["type": "integer"], "jurisdiction": ["type": "string"],
            "payers": ["type": "array", "items": payerSchema],
        ],
    ]

    private static let payerSchema: JSONValue = [
        "type": "object", "required": ["role", "name", "amount", "currency", "billed_s", "parts"],
        "properties": [
            "role": ["type": "string", "enum": ["account", "reseller", "operator"]], "name": ["type": "string"],
            "amount": ["type": "string", "format": "decimal"], "currency": ["type": "string"],
            "billed_s": ["type": "integer"], "rate_id": ["type": "string", "format": "uuid"],
            "rate": ["type": "string", "format": "decimal"], "connect_fee": ["type": "string", "format": "decimal"],
            "initial_s": ["type": "integer"], "next_s": ["type": "integer"],
            "margin": ["type": "string", "format": "decimal"],
            "parts": ["type": "array", "description": "In sentences.", "items": ["type": "string"]],
        ],
    ]
}
