import Catalog
import Services

/// A field as JSON Schema says it (draft 2020-12, as OpenAPI 3.1 has it).
enum FieldSchema {
    /// - Parameter isNullable: whether it may be `null` where it stands.
    static func of(_ field: Resource.Field, isNullable: Bool) -> JSONValue {
        .object(kind(field.kind, field, isNullable: isNullable) + [.init("description", .text(field.comment))])
    }

    /// A value that rows are compared with: any text, where texts have no list of values.
    static func compared(_ field: Resource.Field) -> JSONValue {
        if field.kind == .text, field.rule.allowed.isEmpty { return ["type": "string"] }
        return .object(kind(field.kind, field, isNullable: false))
    }

    private static func kind(_ kind: ValueKind, _ field: Resource.Field, isNullable: Bool) -> [JSONValue.Member] {
        func type(_ name: JSONValue) -> JSONValue.Member { .init("type", isNullable ? [name, "null"] : name) }
        let rule = field.rule
        switch kind {
        case .uuid: return [type("string"), .init("format", "uuid")]
        case .text: return [type("string")] + texts(rule, isNullable: isNullable)
        case .integer: return [type("integer")] + numbers(field)
        case .decimal: return [type("string"), .init("format", "decimal"), .init("pattern", .text(decimals(field)))]
        case .boolean: return [type("boolean")]
        case .timestamp: return [type("string"), .init("format", "date-time")]
        case .date: return [type("string"), .init("format", "date")]
        case .time:
            return [
                type("string"), .init("pattern", #"^(([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.]\d{1,6})?)?|24:00(:00)?)$"#),
            ]
        case .json: return json(field, isNullable: isNullable)
        case .address, .network:
            return [type("string"), .init("pattern", kind == .address ? address : network)]
        case .bytes: return [type("string"), .init("pattern", "^([0-9a-f]{2})*$")]
        case .list(let element):
            return [type("array"), .init("items", .object(self.kind(element, field, isNullable: false)))]
        }
    }

    private static let byte = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
    /// IPv4, and IPv6 as it is written out; the short forms are taken too.
    private static let address: JSONValue = "^(\(byte)([.]\(byte)){3}|([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4})$"
    private static let network: JSONValue = "^\(byte)([.]\(byte)){3}(/(3[0-2]|[12]?[0-9]))?$"

    private static func json(_ field: Resource.Field, isNullable: Bool) -> [JSONValue.Member] {
        if field.domain == "core.metadata" { return [.init("type", isNullable ? ["object", "null"] : "object")] }
        return isNullable ? [] : [.init("not", ["type": "null"])]
    }

    private static func texts(_ rule: ValueRule, isNullable: Bool) -> [JSONValue.Member] {
        guard rule.allowed.isEmpty else {
            return [.init("enum", .list(rule.allowed.map { .text($0) } + (isNullable ? [.null] : [])))]
        }
        return [
            rule.pattern.map { .init("pattern", .text($0)) },
            rule.leastCharacters.map { .init("minLength", .number(String($0))) },
            rule.mostCharacters.map { .init("maxLength", .number(String($0))) },
        ].compactMap(\.self)
    }

    private static func numbers(_ field: Resource.Field) -> [JSONValue.Member] {
        let rule = field.rule
        let least = rule.minimum.flatMap { Int64($0) }.map { rule.isAboveMinimum ? $0 + 1 : $0 }
        let size: (least: Int64, most: Int64)? =
            switch field.baseType {
            case "smallint", "smallint[]": (Int64(Int16.min), Int64(Int16.max))
            case "integer", "integer[]": (Int64(Int32.min), Int64(Int32.max))
            default: nil
            }
        return [
            (least ?? size?.least).map { .init("minimum", .number(String($0))) },
            (rule.maximum.flatMap { Int64($0) } ?? size?.most).map { .init("maximum", .number(String($0))) },
            size == nil ? .init("format", "int64") : nil,
        ].compactMap(\.self)
    }

    /// As many digits as are kept.
    private static func decimals(_ field: Resource.Field) -> String {
        let sign = field.rule.minimum.map { $0.hasPrefix("-") } ?? true ? "-?" : ""
        guard let size = FieldCheck.size(of: field) else { return "^\(sign)[0-9]{1,30}([.][0-9]{1,30})?$" }
        let whole = max(size.digits - size.decimals, 1)
        return "^\(sign)[0-9]{1,\(whole)}" + (size.decimals > 0 ? "([.][0-9]{1,\(size.decimals)})?$" : "$")
    }
}
