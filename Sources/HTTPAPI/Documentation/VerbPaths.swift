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
        .init("/v1/routing/sheets/{key}/imports", ["post": importSheet]),
        .init("/v1/stream", ["get": StreamPath.operation]),
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

    // MARK: Price sheets

    private static let importSheet: JSONValue = [
        "operationId": "import_sheet", "tags": ["routing"], "summary": "Take a price sheet into a draft",
        "description": .text(
            "CSV with a header: codes and prices, as carriers send it. All of it is taken, or nothing. No call is "
                + "priced by a draft; /v1/routing/sheets/{key}/publish puts it into force. Who accepts "
                + "text/event-stream is told `progress`, and at last `result` or `problem`. Needs the permission "
                + "`routing:write`, and not of an account."),
        "parameters": .list(
            [["name": "key", "in": "path", "required": true, "schema": ["type": "string", "format": "uuid"]]]
                + SheetImports.fields.map { query(.text($0.name), .text($0.description), $0.schema) }
                + [["$ref": "#/components/parameters/Idempotency-Key"]]),
        "requestBody": ["required": true, "content": ["text/csv": ["schema": ["type": "string"]]]],
        "responses": .object([
            .init(
                "201",
                json(
                    "The draft, and how it differs from what holds.",
                    [
                        "type": "object",
                        "required": ["object", "sheet_id", "version", "lines", "rows", "bad_lines", "changes"],
                        "properties": [
                            "object": ["const": "sheet_import"], "sheet_id": ["type": "string", "format": "uuid"],
                            "sheet": ["type": "string"], "version": ["type": "integer"], "base": ["type": "integer"],
                            "lines": ["type": "integer"], "rows": ["type": "integer"],
                            "taken_over": ["type": "integer"], "left_out": ["type": "integer"],
                            "bad_lines": ["type": "integer"], "columns": ["type": "array"],
                            "problems": ["type": "array"], "changes": ["type": "object"],
                            "published_from": ["type": ["string", "null"], "format": "date-time"],
                        ],
                    ])), problem,
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
