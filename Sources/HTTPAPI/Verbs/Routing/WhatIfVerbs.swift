import Foundation
import HTTPTypes
import Services

/// What other routing or other prices would have made of the calls of the last days.
enum WhatIfVerbs {
    static let all = [ask]

    private static let ask = Verb(
        method: .post, path: "/v1/routing/what_if", name: "ask_what_if", tag: "routing",
        summary: "Route calls of the last days again by other prices or rules",
        description: "The outbound calls are routed twice: by what holds, and by what would hold if the version of the "
            + "deck or plan were published, or the rows were changed. Each is made again in the seven days from now, "
            + "on its own weekday and at its own time, and its first route is taken to have answered. Nothing is "
            + "called, stored or announced. Changes are for who has `routing:write` as well, and name rows of tables "
            + "that he may read; accounts are not changed.",
        access: .staff("routing:read"),
        body: [
            .optional("sheet_id", .uuid, "A deck or a rate plan."),
            .optional("version", .integer(1...Int(Int32.max)), "Of it; the newest unless said."),
            .optional(
                "changes", .shaped(1...AskWhatIf.mostChanges, change),
                "Rows that calls are routed by, and what they would be."),
            .optional("currency", .text(3...3), "Of the calls; the sheet's, or the operator's own, unless said."),
            .optional("days", .integer(1...AskWhatIf.mostDays), "How far back calls are looked for; 7."),
            .optional("as_of", .timestamp, "From when on they are made again; now unless said."),
            .optional(
                "calls", .integer(1...AskWhatIf.mostCalls), "At most so many, the last ones; \(AskWhatIf.mostCalls)."),
        ],
        answer: .other(type: "application/json", schema: schema), isOnce: false, length: .long
    ) { call in
        let scope = try call.scope()
        var question = AskWhatIf.Question()
        question.sheet = call.body.id("sheet_id")
        question.version = call.body.integer("version")
        if let changes = call.body.value("changes") {
            _ = try call.context.require("routing:write")
            question.changes = changes.text
        }
        guard question.sheet != nil || question.changes != nil else {
            throw ResourceFault([
                .init("sheet_id", pointer: "/sheet_id", "", expected: "a deck or a rate plan, or `changes`")
            ])
        }
        question.currency = call.body.text("currency")?.uppercased()
        question.days = call.body.integer("days") ?? question.days
        question.asOf = call.body.time("as_of")
        question.most = call.body.integer("calls") ?? question.most
        let answer = try await AskWhatIf(app: call.api.app, engine: call.api.engine)(question, scope)
        return AnswerOnce.Answer(status: 200, body: answer)
    }

    // MARK: As OpenAPI has it

    private static let change: JSONValue = [
        "type": "object",
        "description": "One of `add`, `change` and `remove` names a table, as routing.carrier_trunks.",
        "properties": [
            "add": ["type": "string"], "change": ["type": "string"], "remove": ["type": "string"],
            "row": [
                "type": ["string", "object"],
                "description": "Which one: a name, an id, or columns by which to find it.",
            ],
            "set": ["type": "object", "description": "The columns to write; what is named is named by id or name."],
        ],
        "additionalProperties": false,
    ]

    private static let counts: JSONValue = [
        "type": "array",
        "items": ["type": "object", "properties": ["before": ["type": "integer"], "after": ["type": "integer"]]],
    ]

    /// The members of a sum.
    private static let sums: [JSONValue.Member] = [
        .init("calls", whole), .init("talk_s", whole), .init("rerouted", whole), .init("refused", whole),
        .init("routed_anew", whole), .init("routed_before", whole), .init("sell_before", text),
        .init("cost_before", text), .init("margin_before", text), .init("routed_after", whole),
        .init("sell_after", text), .init("cost_after", text), .init("margin_after", text),
    ]

    private static let whole: JSONValue = ["type": "integer"]
    private static let text: JSONValue = ["type": "string"]
    private static let time: JSONValue = ["type": "string", "format": "date-time"]

    private static func groups(_ key: String, _ schema: JSONValue, _ description: String) -> JSONValue {
        let members = [JSONValue.Member(key, schema)] + sums
        return [
            "type": "array", "description": .text(description),
            "items": ["type": "object", "properties": .object(members)],
        ]
    }

    private static let effects: JSONValue = [
        "type": "array", "description": "What each change did.",
        "items": [
            "type": "object",
            "properties": [
                "change": ["type": "integer"], "action": ["type": "string"], "table": ["type": "string"],
                "rows": ["type": "integer"],
            ],
        ],
    ]

    private static let members: [JSONValue.Member] = [
        .init("object", ["const": "what_if"]), .init("sheet_id", ["type": ["string", "null"], "format": "uuid"]),
        .init("version", ["type": ["integer", "null"]]), .init("changes", effects), .init("from", time),
        .init("to", time), .init("since", ["type": ["string", "null"], "format": "date-time"]),
        .init("currency", text), .init("prefix_count", whole),
        .init("hours", groups("hour", time, "By the hour in UTC.")),
        .init("prefixes", groups("prefix", text, "Those whose margin changes most first; a thousand.")),
        .init("carriers", counts), .init("without_a_route", counts),
    ]

    private static let schema: JSONValue = [
        "type": "object", "required": ["object", "changes", "currency", "calls"],
        "properties": .object(members + sums),
    ]
}
