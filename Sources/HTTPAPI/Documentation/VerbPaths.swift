import Services

/// What is not plain reading and writing of rows, as OpenAPI has it.
enum VerbPaths {
    static let tags: [JSONValue] = [
        ["name": "intake", "description": "Call records of other switches."],
        ["name": "streams", "description": "What changes, as it does."],
        ["name": "payments", "description": "What payment providers report."],
        ["name": "probes", "description": "How Heddle is, and what it can do."],
    ]

    static let all: [JSONValue.Member] = [
        .init("/v1/cdr/batches", ["post": takeBatch]), .init("/v1/cdr/batches/{id}", ["get": readBatch]),
        .init("/v1/stream", ["get": stream]),
        .init("/v1/payments/webhooks/{path}", ["post": webhook]),
        .init("/health/live", ["get": probe("health_live", "Whether the process lives")]),
        .init("/health/ready", ["get": probe("health_ready", "Whether it can serve, or what is missing", fails: true)]),
        .init("/healthz", ["get": probe("liveness", "Whether the process lives")]),
        .init("/readyz", ["get": probe("readiness", "Whether it can serve, or what is missing", fails: true)]),
        .init("/metrics", ["get": metrics]),
    ]

    static let schemas: [JSONValue.Member] = [
        .init(
            "cdr_batch",
            [
                "type": "object",
                "required": ["object", "status", "lines", "taken", "repeated", "rejected", "skipped"],
                "properties": [
                    "id": ["type": "string", "format": "uuid"], "object": ["const": "cdr_batch"],
                    "status": ["type": "string"],
                    "repeat": ["type": "boolean", "description": "Whether the same body was taken before."],
                    "name": ["type": "string"], "source": ["type": "string"], "preset": ["type": "string"],
                    "lines": ["type": "integer"], "taken": ["type": "integer"], "repeated": ["type": "integer"],
                    "rejected": ["type": "integer"], "skipped": ["type": "integer"],
                    "first_call_at": ["type": "string", "format": "date-time"],
                    "last_call_at": ["type": "string", "format": "date-time"],
                    "created_at": ["type": "string", "format": "date-time"],
                    "finished_at": ["type": "string", "format": "date-time"],
                    "rejects": ["type": "array", "items": ["$ref": "#/components/schemas/cdr_reject"]],
                    "has_more_rejects": ["type": "boolean"],
                ],
            ]),
        .init(
            "cdr_reject",
            [
                "type": "object",
                "properties": [
                    "id": ["type": "string", "format": "uuid"], "line": ["type": "integer"],
                    "column": ["type": "integer"], "field": ["type": "string"], "value": ["type": "string"],
                    "reason": ["type": "string"], "state": ["type": "string"],
                ],
            ]),
    ]

    private static let problem: JSONValue.Member = .init("default", ["$ref": "#/components/responses/Problem"])

    private static func json(_ description: JSONValue, _ schema: JSONValue) -> JSONValue {
        ["description": description, "content": ["application/json": ["schema": schema]]]
    }

    private static func query(_ name: JSONValue, _ description: JSONValue, _ schema: JSONValue) -> JSONValue {
        ["name": name, "in": "query", "description": description, "schema": schema]
    }

    private static let text: JSONValue = ["type": "string", "minLength": 1, "maxLength": 200]

    // MARK: Call records

    private static let batch: JSONValue = ["$ref": "#/components/schemas/cdr_batch"]

    private static let takeBatch: JSONValue = [
        "operationId": "take_cdr_batch", "tags": ["intake"], "summary": "Hand in call records of another switch",
        "description":
            "Needs the permission `cdr:write` and a key of no account. The answer comes when all is stored.",
        "parameters": [
            query(
                "preset", "How the records are written.",
                ["type": "string", "enum": .list(CDRMapping.presets.map { .text($0.name) })]),
            query("source", "The name of the switch.", text),
            query("name", "What the batch is called.", text),
            query("account", "The account of records that name none: a BAN.", text),
            query(
                "direction", "Of records that say none.",
                ["type": "string", "enum": ["outbound", "inbound", "emergency"]]),
            query("time_zone", "Of times that have none: an IANA name.", text),
            query(
                "unknown_account", "What becomes of records of accounts that are not known.",
                ["type": "string", "enum": ["reject", "keep"]]),
            query("unknown_carrier", "The same, of carriers.", ["type": "string", "enum": ["reject", "keep"]]),
            query(
                "encoding", "Of the body.",
                ["type": "string", "enum": .list(RecordEncoding.allCases.map { .text($0.rawValue) })]),
            query("map", "The mapping itself, as JSON.", ["type": "string"]),
            query("dry_run", "Whether it is only looked at.", ["type": "string", "enum": ["true", "false"]]),
            ["$ref": "#/components/parameters/Idempotency-Key"],
        ],
        "requestBody": [
            "required": true,
            "content": [
                "text/csv": ["schema": ["type": "string"]], "application/x-ndjson": ["schema": ["type": "string"]],
            ],
        ],
        "responses": .object([
            .init("201", json("What came of it.", batch)),
            .init("200", json("It was taken before, or only looked at.", batch)), problem,
        ]),
    ]

    private static let readBatch: JSONValue = [
        "operationId": "get_cdr_batch", "tags": ["intake"], "summary": "What came of a batch of call records",
        "description": "Needs the permission `cdr:read`.",
        "parameters": [
            ["name": "id", "in": "path", "required": true, "schema": ["type": "string", "format": "uuid"]],
            query("limit", "How many rejected records are shown.", ["type": "integer", "minimum": 0, "maximum": 1000]),
            query("after", "The id of the rejected record before the first.", ["type": "string", "format": "uuid"]),
        ],
        "responses": .object([.init("200", json("The batch.", batch)), problem]),
    ]

    // MARK: Streams

    private static let streamDescription = """
        Server-sent events. First comes what is: `call.started` of each open call, `balance.changed` of each account, \
        `job.changed` of each job that waits or runs, then `stream.current`; and then what changes, once a second: \
        beside these `call.ended`, `job.ended`, and `event` of each event, as webhooks get it. 500 calls, accounts and \
        jobs are followed at a time. A line `: alive` comes when nothing else does for 15 s. The stream ends after an \
        hour, or when the key is not valid any more, with `stream.ended` and a reason. Needs `cdr:read` or \
        `routing:read` for calls, `billing:read` for balances, `audit:read` and a key of no account for jobs, \
        `integration:read` for events.
        """

    private static let streamTopics: JSONValue = [
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

    private static let streamParameters: JSONValue = [
        [
            "name": "of", "in": "query", "required": true, "description": "What the stream is of, with commas.",
            "style": "form", "explode": false, "schema": streamTopics,
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

    private static let stream: JSONValue = [
        "operationId": "stream", "tags": ["streams"], "summary": "What is, and then what changes",
        "description": .text(streamDescription), "parameters": streamParameters,
        "responses": .object([
            .init(
                "200",
                ["description": "The stream.", "content": ["text/event-stream": ["schema": ["type": "string"]]]]),
            problem,
        ]),
    ]

    // MARK: Others

    private static let webhook: JSONValue = [
        "operationId": "take_payment_event", "tags": ["payments"], "summary": "What a payment provider reports",
        "description": "Signed as the provider does; no key is needed.", "security": [],
        "parameters": [
            [
                "name": "path", "in": "path", "required": true,
                "schema": ["type": "string", "pattern": "^[0-9a-f]{32}$"],
            ]
        ],
        "requestBody": ["required": true, "content": ["application/json": ["schema": ["type": "object"]]]],
        "responses": .object([
            .init(
                "200",
                json(
                    "It is kept.",
                    [
                        "type": "object",
                        "properties": ["outcome": ["type": "string", "enum": ["posted", "aside", "ignored"]]],
                    ])), problem,
        ]),
    ]

    private static func probe(_ id: JSONValue, _ summary: JSONValue, fails: Bool = false) -> JSONValue {
        let schema: JSONValue = [
            "type": "object", "required": ["status"],
            "properties": [
                "status": ["type": "string"], "missing": ["type": "array", "items": ["type": "string"]],
            ],
        ]
        let refusal = fails ? [JSONValue.Member("503", json("It cannot, and why.", schema))] : []
        return [
            "operationId": id, "tags": ["probes"], "summary": summary, "security": [],
            "responses": .object([.init("200", json("It does.", schema))] + refusal + [problem]),
        ]
    }

    private static let metrics: JSONValue = [
        "operationId": "metrics", "tags": ["probes"], "summary": "Numbers, as Prometheus reads them", "security": [],
        "responses": .object([
            .init("200", ["description": "The numbers.", "content": ["text/plain": ["schema": ["type": "string"]]]]),
            problem,
        ]),
    ]
}
