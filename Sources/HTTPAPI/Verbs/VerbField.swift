import Foundation
import Services
import Telecom

/// A value that a verb takes or answers: its name, what it may be, and what it means.
struct VerbField: Sendable {
    /// What a value may be.
    enum Kind: Sendable {
        /// Of so many characters.
        case text(ClosedRange<Int>)
        /// One of these.
        case one([String])
        case uuid
        case integer(ClosedRange<Int>)
        case boolean
        /// A decimal number, as text, so that none is rounded.
        case decimal
        /// A price a minute, as text.
        case rate
        case timestamp
        /// So many texts at most, each of a length.
        case texts(Int, ClosedRange<Int>)
        /// So many objects, each as a schema has it; what is in them the verb looks at.
        case shaped(ClosedRange<Int>, JSONValue)
        /// So many texts at most by names of one's own, each of a length.
        case pairs(Int, ClosedRange<Int>)
        /// So many objects at most, each of these fields.
        case objects(Int, [VerbField])
    }

    let name: String
    let kind: Kind
    let description: String
    var isRequired = true
    /// Whether it may be null in an answer.
    var isNullable = false

    init(_ name: String, _ kind: Kind, _ description: String) {
        self.name = name
        self.kind = kind
        self.description = description
    }

    /// One that may be left out.
    static func optional(_ name: String, _ kind: Kind, _ description: String) -> VerbField {
        var field = VerbField(name, kind, description)
        field.isRequired = false
        return field
    }

    /// One of an answer that is null where there is none.
    static func nullable(_ name: String, _ kind: Kind, _ description: String) -> VerbField {
        var field = VerbField(name, kind, description)
        field.isNullable = true
        return field
    }

    // MARK: Schema

    /// As JSON Schema has it.
    var schema: JSONValue {
        guard case .object(let members) = kind.schema else { return kind.schema }
        let described = members + [.init("description", .text(description))]
        guard isNullable else { return .object(described) }
        return .object(
            described.map { member in
                member.name == "type" ? .init("type", [member.value, "null"]) : member
            })
    }

    /// An object of fields.
    static func schema(of fields: [VerbField], object: String? = nil, isClosed: Bool) -> JSONValue {
        let kind = object.map { [JSONValue.Member("object", ["const": .text($0)])] } ?? []
        let required = kind.map(\.name) + fields.filter(\.isRequired).map(\.name)
        var members: [JSONValue.Member] = [.init("type", "object")]
        if !required.isEmpty { members.append(.init("required", .list(required.map { .text($0) }))) }
        members.append(.init("properties", .object(kind + fields.map { .init($0.name, $0.schema) })))
        if isClosed { members.append(.init("additionalProperties", false)) }
        return .object(members)
    }
}

extension VerbField.Kind {
    fileprivate var schema: JSONValue {
        switch self {
        case .text(let length):
            // What has U+0000 is no text of PostgreSQL's.
            [
                "type": "string", "minLength": .number(String(length.lowerBound)),
                "maxLength": .number(String(length.upperBound)), "pattern": "^[^\\u0000]*$",
            ]
        case .one(let texts): ["type": "string", "enum": .list(texts.map { .text($0) })]
        case .uuid: ["type": "string", "format": "uuid"]
        case .integer(let range):
            [
                "type": "integer", "minimum": .number(String(range.lowerBound)),
                "maximum": .number(String(range.upperBound)),
            ]
        case .boolean: ["type": "boolean"]
        case .decimal: ["type": "string", "format": "decimal", "pattern": #"^-?\d{1,10}([.]\d{1,8})?$"#]
        case .rate:
            [
                "type": "string", "format": "decimal",
                "pattern": #"^(200000([.]0{1,8})?|1?\d{1,5}([.]\d{1,8})?)$"#,
            ]
        case .timestamp: ["type": "string", "format": "date-time"]
        case .texts(let most, let length):
            [
                "type": "array", "maxItems": .number(String(most)),
                "items": VerbField.Kind.text(length).schema,
            ]
        case .shaped(let count, let schema):
            [
                "type": "array", "minItems": .number(String(count.lowerBound)),
                "maxItems": .number(String(count.upperBound)), "items": schema,
            ]
        case .pairs(let most, let length):
            [
                "type": "object", "maxProperties": .number(String(most)),
                "additionalProperties": VerbField.Kind.text(length).schema,
            ]
        case .objects(let most, let fields):
            [
                "type": "array", "maxItems": .number(String(most)),
                "items": VerbField.schema(of: fields, isClosed: true),
            ]
        }
    }

    /// What is expected, in words.
    var expected: String {
        switch self {
        case .text(let length): "a text of \(length.lowerBound) to \(length.upperBound) characters"
        case .one(let texts): "one of \(texts.joined(separator: ", "))"
        case .uuid: "a UUID"
        case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .decimal: "a decimal number as text, with 10 digits and 8 decimals at most"
        case .rate: "a price a minute as text, from 0 to \(Rate.maximum), with 8 decimals at most"
        case .timestamp: "a time like 2026-01-31T13:00:00Z"
        case .texts(let most, let length):
            "a list of \(most) texts at most, each of \(length.lowerBound) to \(length.upperBound) characters"
        case .shaped(let count, _): "a list of \(count.lowerBound) to \(count.upperBound) objects"
        case .pairs(let most, let length):
            "an object of \(most) texts at most, each of \(length.lowerBound) to \(length.upperBound) characters"
        case .objects(let most, let fields):
            "a list of \(most) objects at most, each with \(fields.map(\.name).joined(separator: ", "))"
        }
    }

    /// Whether a value is one.
    func admits(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.text(let length), .text(let text)):
            length.contains(text.unicodeScalars.count) && !text.utf8.contains(0)
        case (.one(let texts), .text(let text)): texts.contains(text)
        case (.uuid, .text(let text)): UUID(text: text) != nil
        case (.integer(let range), .number(let number)): VerbInput.integer(number).map(range.contains) ?? false
        case (.boolean, .boolean): true
        case (.decimal, .text(let text)): text.wholeMatch(of: /-?[0-9]{1,10}(\.[0-9]{1,8})?/) != nil
        case (.rate, .text(let text)):
            text.wholeMatch(of: /[0-9]{1,6}(\.[0-9]{1,8})?/) != nil && Rate(text) != nil
        case (.timestamp, .text(let text)): VerbInput.time(text) != nil
        case (.texts(let most, let length), .list(let items)):
            items.count <= most && items.allSatisfy { Self.text(length).admits($0) }
        case (.shaped(let count, _), .list(let items)):
            count.contains(items.count) && items.allSatisfy { if case .object = $0 { true } else { false } }
        case (.pairs(let most, let length), .object(let members)):
            members.count <= most && members.allSatisfy { Self.text(length).admits($0.value) }
        case (.objects, .list): faults(value, "", at: "").isEmpty
        default: false
        }
    }

    /// What is wrong with a value, part by part where it has parts.
    func faults(_ value: JSONValue, _ name: String, at pointer: String) -> [ResourceFault.Value] {
        switch (self, value) {
        case (.texts(let most, let length), .list(let items)) where items.count <= most:
            return items.enumerated().flatMap { position, item -> [ResourceFault.Value] in
                Self.text(length).faults(item, "\(name)[\(position)]", at: "\(pointer)/\(position)")
            }
        case (.objects(let most, let fields), .list(let items)) where items.count <= most:
            return items.enumerated().flatMap { position, item -> [ResourceFault.Value] in
                let (part, place) = ("\(name)[\(position)]", "\(pointer)/\(position)")
                guard case .object(let members) = item else {
                    return [ResourceFault.Value(part, pointer: place, "", expected: "an object")]
                }
                return VerbInput.faults(members, fields, at: "\(place)/", of: "\(part).")
            }
        default:
            return admits(value) ? [] : [ResourceFault.Value(name, pointer: pointer, told(value), expected: expected)]
        }
    }

    /// What is repeated of a value that is wrong: a text may be a secret.
    private func told(_ value: JSONValue) -> String {
        switch self {
        case .one, .uuid, .integer, .boolean, .decimal, .rate, .timestamp: value.shown
        case .text, .texts, .shaped, .pairs, .objects: ""
        }
    }

    /// A value as a parameter has it; `nil` when it can be none.
    func read(_ text: String) -> JSONValue? {
        let value: JSONValue =
            switch self {
            case .integer: .number(text)
            case .boolean: text == "true" ? true : text == "false" ? false : .text(text)
            case .texts: .list(text.split(separator: ",").map { .text(String($0)) })
            default: .text(text)
            }
        return admits(value) ? value : nil
    }
}
