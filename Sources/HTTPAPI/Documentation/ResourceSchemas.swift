import Catalog
import Services

/// What a table's rows are called and look like in OpenAPI: as they are read, made and changed.
struct ResourceSchemas {
    let resource: Resource

    /// `routing.trunks`.
    var row: String { resource.name }
    var creation: String { "\(resource.name).new" }
    var change: String { "\(resource.name).change" }

    static func reference(_ name: String) -> JSONValue { ["$ref": "#/components/schemas/\(name)"] }

    /// All of them, with their names.
    var all: [JSONValue.Member] {
        var schemas: [JSONValue.Member] = [.init(row, rowSchema)]
        if resource.isCreatable { schemas.append(.init(creation, creationSchema)) }
        if resource.isUpdatable { schemas.append(.init(change, changeSchema)) }
        return schemas
    }

    private var rowSchema: JSONValue {
        let fields = resource.fields.map { field in
            JSONValue.Member(field.name, FieldSchema.of(field, isNullable: field.isNullable))
        }
        let expanded = resource.expansions.map { expansion in
            JSONValue.Member(
                expansion.name,
                [
                    "anyOf": [Self.reference(expansion.target), ["type": "null"]],
                    "description": .text("The row that \(expansion.columns.joined()) names, when it is expanded."),
                ])
        }
        return [
            "type": "object", "description": .text(resource.comment), "properties": .object(fields + expanded),
        ]
    }

    private var creationSchema: JSONValue {
        let fields = resource.fields.filter(\.isCreatable)
        let required = fields.filter(\.isRequired).map { JSONValue.text($0.name) }
        let schema: JSONValue = [
            "type": "object", "additionalProperties": false,
            "properties": .object(
                fields.map { .init($0.name, FieldSchema.of($0, isNullable: $0.isNullable)) }),
        ]
        return required.isEmpty ? schema : schema.with([.init("required", .list(required))])
    }

    private var changeSchema: JSONValue {
        let fields = resource.fields.filter(\.isUpdatable)
        return [
            "type": "object", "additionalProperties": false, "minProperties": 1,
            "properties": .object(
                fields.map { .init($0.name, FieldSchema.of($0, isNullable: $0.isNullable)) }),
        ]
    }
}
