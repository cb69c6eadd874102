import HTTPTypes
import Services

/// Verbs as OpenAPI has them.
enum VerbDocument {
    static func paths(_ verbs: [Verb]) -> [JSONValue.Member] {
        verbs.map { .init($0.path, .object([.init($0.method.rawValue.lowercased(), operation($0))])) }
    }

    private static func operation(_ verb: Verb) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("operationId", .text(verb.name)), .init("tags", [.text(verb.tag)]),
            .init("summary", .text(verb.summary)), .init("description", .text(description(verb))),
        ]
        if case .open = verb.access { members.append(.init("security", [])) }
        let parameters = parameters(verb)
        if !parameters.isEmpty { members.append(.init("parameters", .list(parameters))) }
        if let body = verb.body {
            let type = verb.isForm ? "application/x-www-form-urlencoded" : "application/json"
            members.append(
                .init(
                    "requestBody",
                    [
                        "required": true,
                        "content": .object([
                            .init(type, ["schema": VerbField.schema(of: body, isClosed: true)])
                        ]),
                    ]))
        }
        members.append(
            .init(
                "responses",
                .object([
                    .init("\(verb.status)", answer(verb)),
                    .init("default", ["$ref": "#/components/responses/Problem"]),
                ])))
        return .object(members)
    }

    private static func description(_ verb: Verb) -> String {
        let needs =
            switch verb.access {
            case .open: "Needs no key."
            case .anybody: "Needs any valid key or session."
            case .permission(let name): "Needs the permission `\(name)`."
            case .staff(let name): "Needs the permission `\(name)`, and not of an account."
            }
        return verb.description.isEmpty ? needs : "\(verb.description) \(needs)"
    }

    private static func parameters(_ verb: Verb) -> [JSONValue] {
        let schema: JSONValue =
            if let pattern = verb.keyPattern {
                ["type": "string", "pattern": .text(pattern)]
            } else {
                ["type": "string", "format": "uuid"]
            }
        let inPath = verb.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part -> JSONValue in
            [
                "name": .text(String(part.dropFirst().dropLast())), "in": "path", "required": true, "schema": schema,
            ]
        }
        let inQuery = verb.parameters.map { field -> JSONValue in
            var members: [JSONValue.Member] = [
                .init("name", .text(field.name)), .init("in", "query"), .init("required", .boolean(field.isRequired)),
                .init("description", .text(field.description)), .init("schema", field.schema),
            ]
            // With commas, as lists of resources have them.
            if case .texts = field.kind { members += [.init("style", "form"), .init("explode", false)] }
            return .object(members)
        }
        var all = inPath + inQuery
        if verb.isWrite, verb.isOnce, verb.needsCaller {
            all.append(["$ref": "#/components/parameters/Idempotency-Key"])
        }
        return all
    }

    private static func answer(_ verb: Verb) -> JSONValue {
        func content(_ schema: JSONValue, _ type: String = "application/json") -> JSONValue {
            ["description": "It is done.", "content": .object([.init(type, ["schema": schema])])]
        }
        switch verb.answer {
        case .none: return ["description": "It is done."]
        case .other(let type, let schema): return content(schema, type)
        case .object(let kind, let fields):
            return content(VerbField.schema(of: fields, object: kind, isClosed: false))
        case .list(let fields):
            return content([
                "type": "object", "required": ["object", "data"],
                "properties": [
                    "object": ["const": "list"],
                    "data": ["type": "array", "items": VerbField.schema(of: fields, isClosed: false)],
                ],
            ])
        }
    }
}

extension Verb {
    fileprivate var needsCaller: Bool { if case .open = access { false } else { true } }
}
