import Catalog
import Services

/// What one can do with a table's rows, as OpenAPI has it.
struct ResourcePaths {
    let resource: Resource
    private var schemas: ResourceSchemas { ResourceSchemas(resource: resource) }
    private var name: String { "\(resource.schema)_\(resource.table)" }
    private var words: String { resource.table.replacing("_", with: " ") }

    /// By path.
    var all: [JSONValue.Member] {
        var many: [JSONValue.Member] = [.init("get", list)]
        var paths: [JSONValue.Member] = []
        if resource.isCreatable { many.append(.init("post", creation)) }
        paths.append(.init(resource.path, .object(many)))
        if resource.isCreatable { paths.append(.init("\(resource.path)/bulk", ["post": bulk])) }
        guard !resource.key.isEmpty else { return paths }
        var one: [JSONValue.Member] = [.init("parameters", [keyParameter]), .init("get", reading)]
        if resource.isUpdatable { one.append(.init("patch", change)) }
        if resource.isDeletable { one.append(.init("delete", deletion)) }
        paths.append(.init("\(resource.path)/{key}", .object(one)))
        return paths
    }

    private func operation(
        _ verb: String, _ summary: String, permission: String?, parameters: [JSONValue], body: JSONValue? = nil,
        answers: [JSONValue.Member]
    ) -> JSONValue {
        let needs = permission.map { "Needs the permission `\($0)`." } ?? "Needs any valid key."
        let scope = resource.isSeenByAccounts ? "" : " A key of an account does not see these rows."
        let since = verb == "list" ? resource.since.map { " Needs `\($0)[gte]`: since when." } ?? "" : ""
        var members: [JSONValue.Member] = [
            .init("operationId", .text("\(verb)_\(name)")), .init("tags", [.text(resource.schema)]),
            .init("summary", .text(summary)), .init("description", .text(needs + scope + since)),
        ]
        if !parameters.isEmpty { members.append(.init("parameters", .list(parameters))) }
        if let body { members.append(.init("requestBody", body)) }
        members.append(.init("responses", .object(answers + [.init("default", Self.response("Problem"))])))
        return .object(members)
    }

    private static func parameter(_ name: String) -> JSONValue { ["$ref": "#/components/parameters/\(name)"] }
    private static func response(_ name: String) -> JSONValue { ["$ref": "#/components/responses/\(name)"] }

    private static func json(_ schema: JSONValue) -> JSONValue { ["application/json": ["schema": schema]] }

    // MARK: Reading

    private var list: JSONValue {
        let page: JSONValue = [
            "type": "object", "required": ["object", "url", "data", "has_more", "next_cursor"],
            "properties": [
                "object": ["const": "list"], "url": ["type": "string"],
                "data": ["type": "array", "items": ResourceSchemas.reference(schemas.row)],
                "has_more": ["type": "boolean"], "next_cursor": ["type": ["string", "null"]],
                "total": ["type": "integer", "description": "With count=true."],
            ],
        ]
        let rows: JSONValue = ["schema": ["type": "string"]]
        let answer: JSONValue = [
            "description": .text("A page of \(words), or all of them as CSV or JSON lines."),
            "headers": ["Link": ["description": "The next page.", "schema": ["type": "string"]]],
            "content": ["application/json": ["schema": page], "text/csv": rows, "application/x-ndjson": rows],
        ]
        let common = ["limit", "cursor", "count", "format"].map(Self.parameter)
        return operation(
            "list", "List \(words)", permission: resource.readPermission,
            parameters: common + [order, fields] + expand + filters, answers: [.init("200", answer)])
    }

    private var order: JSONValue {
        let names = resource.fields.filter { !$0.isNullable && $0.kind.isOrdered }.map(\.name)
        return [
            "name": "order", "in": "query",
            "description": "The field that orders the rows; with - before it the largest come first.",
            "schema": ["type": "string", "enum": .list(names.map { .text($0) } + names.map { .text("-" + $0) })],
        ]
    }

    private var fields: JSONValue {
        [
            "name": "fields", "in": "query", "style": "form", "explode": false,
            "description": "The fields that are shown; all without it.",
            "schema": [
                "type": "array", "minItems": 1,
                "items": ["type": "string", "enum": .list(resource.fields.map { .text($0.name) })],
            ],
        ]
    }

    private var expand: [JSONValue] {
        if resource.expansions.isEmpty { return [] }
        return [
            [
                "name": "expand", "in": "query", "style": "form", "explode": false,
                "description": "Rows that are named by a row and shown with it. Each needs the permission to read it.",
                "schema": [
                    "type": "array", "minItems": 1, "maxItems": 5, "uniqueItems": true,
                    "items": ["type": "string", "enum": .list(resource.expansions.map { .text($0.name) })],
                ],
            ]
        ]
    }

    /// A parameter for each field that can be compared, and a span for times.
    private var filters: [JSONValue] {
        let needed = resource.since.map { "\($0)[gte]" }
        return resource.fields.flatMap { field -> [JSONValue] in
            guard RowFilter.Comparison.of(field.kind).contains(.eq) else { return [] }
            func filter(_ name: String) -> JSONValue {
                let parameter: JSONValue = [
                    "name": .text(name), "in": "query",
                    "schema": FieldSchema.compared(field),
                ]
                return name == needed ? parameter.with([.init("required", true)]) : parameter
            }
            let isTime = field.kind == .timestamp || field.kind == .date
            let isTaken = RowQuery.reserved.contains(field.name)
            return [filter(isTaken ? "\(field.name)[eq]" : field.name)]
                + (isTime ? ["gte", "lt"].map { filter("\(field.name)[\($0)]") } : [])
        }
    }

    private var reading: JSONValue {
        operation(
            "get", "Read one of \(words)", permission: resource.readPermission, parameters: [fields] + expand,
            answers: [.init("200", row("The row."))])
    }

    private func row(_ description: JSONValue) -> JSONValue {
        [
            "description": description, "headers": ["ETag": ["$ref": "#/components/headers/ETag"]],
            "content": Self.json(ResourceSchemas.reference(schemas.row)),
        ]
    }

    private var keyParameter: JSONValue {
        let fields = resource.key.compactMap { resource.field($0) }
        let schema: JSONValue =
            fields.count == 1 && fields[0].kind == .uuid
            ? ["type": "string", "format": "uuid"] : ["type": "string", "minLength": 1]
        let words = fields.count == 1 ? "" : ", with commas between"
        return [
            "name": "key", "in": "path", "required": true, "schema": schema,
            "description": .text(resource.key.joined(separator: ", ") + words + "."),
        ]
    }

    // MARK: Writing

    private var creation: JSONValue {
        operation(
            "create", "Make one of \(words)", permission: resource.writePermission,
            parameters: [Self.parameter("Idempotency-Key")],
            body: ["required": true, "content": Self.json(ResourceSchemas.reference(schemas.creation))],
            answers: [.init("201", row("The row that was made."))])
    }

    private var bulk: JSONValue {
        let body: JSONValue = [
            "type": "object", "required": ["rows"], "additionalProperties": false,
            "properties": [
                "rows": [
                    "type": "array", "minItems": 1, "maxItems": .number(String(WriteRows.mostRows)),
                    "items": ResourceSchemas.reference(schemas.creation),
                ]
            ],
        ]
        let match: JSONValue = [
            "name": "match", "in": "query", "style": "form", "explode": false,
            "description":
                "The fields by which a row is known that is there already; without it the key, if the rows have it.",
            "schema": [
                "type": "array", "minItems": 1,
                "items": [
                    "type": "string", "enum": .list(resource.fields.filter(\.isCreatable).map { .text($0.name) }),
                ],
            ],
        ]
        return operation(
            "bulk", "Make or change many \(words): all of them, or none", permission: resource.writePermission,
            parameters: [match, Self.parameter("Idempotency-Key")],
            body: ["required": true, "content": Self.json(body)],
            answers: [
                .init(
                    "200",
                    [
                        "description": "How many rows were made and changed.",
                        "content": Self.json(ResourceSchemas.reference("Bulk")),
                    ])
            ])
    }

    private var change: JSONValue {
        operation(
            "update", "Change one of \(words)", permission: resource.writePermission,
            parameters: [Self.parameter("If-Match"), Self.parameter("Idempotency-Key")],
            body: ["required": true, "content": Self.json(ResourceSchemas.reference(schemas.change))],
            answers: [.init("200", row("The row as it is now."))])
    }

    private var deletion: JSONValue {
        operation(
            "delete", "Delete one of \(words)", permission: resource.writePermission,
            parameters: [Self.parameter("If-Match"), Self.parameter("Idempotency-Key")],
            answers: [.init("204", ["description": "It is deleted."])])
    }
}
