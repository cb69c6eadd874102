import Services

/// Streams, as OpenAPI has them.
enum StreamPath {
    private static let description = """
        Server-sent events. First comes what is: `call.started` of each open call, `balance.changed` of each account, \
        `job.changed` of each job that waits or runs, then `stream.current`; and then what changes, once a second: \
        beside these `call.ended`, `job.ended`, and `event` of each event, as webhooks get it. 500 calls, accounts and \
        jobs are followed at a time. A line `: alive` comes when nothing else does for 15 s. The stream ends after an \
        hour, or when the key is not valid or does not permit it any more, with `stream.ended` and a reason. Needs \
        `cdr:read` or `routing:read` for calls, `billing:read` for balances, `audit:read` and a key of no account for \
        jobs, `integration:read` for events.
        """

    private static let topics: JSONValue = [
        "type": "array", "minItems": 1, "maxItems": .number(String(StreamTopic.allCases.count)),
        "items": ["type": "string", "enum": .list(StreamTopic.allCases.map { .text($0.rawValue) })],
    ]

    private static let eventTypes: JSONValue = [
        "type": "array", "maxItems": 100,
        "items": [
            "type": "string", "maxLength": 100,
            "pattern": "^([*]|[a-z][a-z0-9_]*([.][a-z0-9_]+)*[.]([*]|[a-z0-9_]+))$",
        ],
    ]

    private static let parameters: JSONValue = [
        [
            "name": "of", "in": "query", "required": true, "description": "What the stream is of, with commas.",
            "style": "form", "explode": false, "schema": topics,
        ],
        [
            "name": "types", "in": "query", "style": "form", "explode": false, "schema": eventTypes,
            "description": "Only events of these types, with commas: invoice.paid, invoice.* or *.",
        ],
        [
            "name": "Last-Event-ID", "in": "header",
            "description": "The id of the event that was seen last: those behind it come, each once.",
            "schema": ["type": "string", "pattern": "^[0-9]{1,16}[.][0-9]{1,16}[.][0-9a-fA-F-]{36}$"],
        ],
    ]

    static let operation: JSONValue = [
        "operationId": "stream", "tags": ["streams"], "summary": "What is, and then what changes",
        "description": .text(description), "parameters": parameters,
        "responses": .object([
            .init(
                "200",
                ["description": "The stream.", "content": ["text/event-stream": ["schema": ["type": "string"]]]]),
            .init("default", ["$ref": "#/components/responses/Problem"]),
        ]),
    ]
}
