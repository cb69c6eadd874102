package import Catalog
package import Services

/// The API as OpenAPI 3.1 describes it, rendered from what is served.
package enum OpenAPIDocument {
    /// - Parameters:
    ///   - resources: the tables and views that are exposed.
    ///   - schemas: the comments of the database's schemas, by name.
    package static func of(_ resources: [Resource], schemas: [String: String]) -> JSONValue {
        let tags = Set(resources.map(\.schema)).sorted().map { name -> JSONValue in
            ["name": .text(name), "description": .text(schemas[name] ?? "")]
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Heddle", "version": "1", "description": .text(introduction),
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "security": [["key": []]],
            "tags": .list(tags + VerbPaths.tags),
            "paths": .object(
                merged(
                    VerbPaths.all + VerbDocument.paths(Verbs.all)
                        + resources.flatMap { ResourcePaths(resource: $0).all })),
            "components": [
                "securitySchemes": [
                    "key": [
                        "type": "http", "scheme": "bearer",
                        "description": .text(credentials),
                    ]
                ],
                "parameters": .object(parameters), "headers": .object(headers), "responses": .object(responses),
                "schemas": .object(
                    VerbPaths.schemas + common + resources.flatMap { ResourceSchemas(resource: $0).all }),
            ],
        ]
    }

    private static let credentials = """
        An API key (`hk_…`), an access token of POST /oauth/token, or a session of POST /v1/auth/login (`hs_…`). \
        The header `Heddle-Account` acts for an account, or with `all` for the own one and all below it.
        """

    /// Verbs and rows may share a path.
    private static func merged(_ paths: [JSONValue.Member]) -> [JSONValue.Member] {
        var order: [String] = []
        var members: [String: [JSONValue.Member]] = [:]
        for path in paths {
            if members[path.name] == nil { order.append(path.name) }
            if case .object(let operations) = path.value { members[path.name, default: []] += operations }
        }
        return order.map { .init($0, .object(members[$0] ?? [])) }
    }

    private static let introduction = """
        Everything in the model of Heddle, and what can be done with it. Times are UTC (RFC 3339), amounts and prices \
        are decimal numbers as texts, phone numbers are E.164, ids are UUIDs.

        **Lists** come by pages: `limit`, and `cursor` with the `next_cursor` of the page before. A field is a filter: \
        `status=active`; so is a field with a comparison in brackets: `[ne]`, `[gt]`, `[gte]`, `[lt]`, `[lte]`, `[in]` \
        (with commas), `[null]` (true or false), of texts `[prefix]` and `[contains]`, of lists `[has]`, of addresses \
        `[within]`. `format=csv` and `format=jsonl` give all rows.

        **Writes** take an `Idempotency-Key`: the same request again gets the same answer for a day, and does nothing. \
        `If-Match` with the `ETag` of a row changes it only if it is still as it was.

        **Problems** are `application/problem+json` (RFC 9457). 400: the request is not as documented; 422: a rule of \
        the model refuses it. `errors` names each value, and where in the body it is.
        """

    private static let common: [JSONValue.Member] = [
        .init(
            "Problem",
            [
                "type": "object", "required": ["type", "title", "status", "detail", "instance"],
                "properties": [
                    "type": ["type": "string", "description": "The kind: `urn:heddle:problem:…`. It does not change."],
                    "title": ["type": "string"], "status": ["type": "integer"],
                    "detail": ["type": "string", "description": "What it is this time, in a sentence."],
                    "instance": ["type": "string", "description": "The request's id."],
                    "errors": ["type": "array", "items": ["$ref": "#/components/schemas/WrongValue"]],
                ],
            ]),
        .init(
            "WrongValue",
            [
                "type": "object", "required": ["name", "expected"],
                "properties": [
                    "name": ["type": "string", "description": "The field, parameter or header."],
                    "pointer": ["type": "string", "description": "Where in the body it is (RFC 6901)."],
                    "value": ["type": "string"], "expected": ["type": "string"],
                ],
            ]),
        .init(
            "Bulk",
            [
                "type": "object", "required": ["object", "created", "changed", "unchanged"],
                "properties": [
                    "object": ["const": "bulk"], "created": ["type": "integer"], "changed": ["type": "integer"],
                    "unchanged": ["type": "integer"],
                ],
            ]),
    ]

    private static let responses: [JSONValue.Member] = [
        .init(
            "Problem",
            [
                "description": "Nothing was done, and why.",
                "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
            ])
    ]

    private static let headers: [JSONValue.Member] = [
        .init("ETag", ["description": "The version of the row, for If-Match.", "schema": ["type": "string"]])
    ]

    private static let parameters: [JSONValue.Member] = [
        .init(
            "limit",
            [
                "name": "limit", "in": "query", "description": "Rows of a page.",
                "schema": [
                    "type": "integer", "minimum": 1, "maximum": .number(String(RowQuery.mostRows)),
                    "default": .number(String(RowQuery.usualLimit)),
                ],
            ]),
        .init(
            "cursor",
            [
                "name": "cursor", "in": "query", "description": "The next_cursor of the page before.",
                "schema": ["type": "string"],
            ]),
        .init(
            "count",
            [
                "name": "count", "in": "query", "description": "Whether to say how many rows there are in all.",
                "schema": ["type": "boolean"],
            ]),
        .init(
            "format",
            [
                "name": "format", "in": "query",
                "description": "csv and jsonl give all rows, without limit, count and expand.",
                "schema": ["type": "string", "enum": ["json", "csv", "jsonl"]],
            ]),
        .init(
            "If-Match",
            [
                "name": "If-Match", "in": "header", "description": "The ETag that the row has to have; * is any.",
                "schema": [
                    "type": "string",
                    "pattern": #"^(\*|"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z")$"#,
                ],
            ]),
        .init(
            "Idempotency-Key",
            [
                "name": "Idempotency-Key", "in": "header",
                "description": "Chosen by the sender, a new one for each thing to be done.",
                "schema": ["type": "string", "pattern": "^[!-~]{1,255}$"],
            ]),
    ]
}
