import Foundation
import Services
import Telecom

/// What a verb was given, by name: all of it is there that has to be, and of the kinds that it has to be of.
struct VerbInput: Sendable {
    private let values: [String: JSONValue]

    /// Reads a body.
    /// - Throws: `ResourceFault` with everything that is wrong.
    init(_ body: JSONValue, _ fields: [VerbField]) throws {
        guard case .object(let members) = body else {
            throw ResourceFault([.init("body", pointer: "", body.kindName, expected: "an object")])
        }
        let faults = Self.faults(members, fields, at: "/")
        guard faults.isEmpty else { throw ResourceFault(faults) }
        values = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads parameters of an address, or the fields of a form.
    /// - Throws: `ResourceFault` with everything that is wrong.
    init(_ parameters: [(name: String, value: String)], _ fields: [VerbField]) throws {
        var values: [String: JSONValue] = [:]
        var faults: [ResourceFault.Value] = []
        for (name, text) in parameters {
            guard let field = fields.first(where: { $0.name == name }) else {
                faults.append(.init(name, text, expected: Self.known(fields)))
                continue
            }
            guard let value = field.kind.read(text), values[name] == nil else {
                faults.append(.init(name, text, expected: "\(field.kind.expected), once"))
                continue
            }
            values[name] = value
        }
        faults += fields.filter { field in field.isRequired && !parameters.contains { $0.name == field.name } }
            .map { .init($0.name, "", expected: $0.kind.expected) }
        guard faults.isEmpty else { throw ResourceFault(faults) }
        self.values = values
    }

    static func faults(
        _ members: [JSONValue.Member], _ fields: [VerbField], at place: String, of whole: String = ""
    ) -> [ResourceFault.Value] {
        var faults: [ResourceFault.Value] = []
        for member in members {
            guard let field = fields.first(where: { $0.name == member.name }) else {
                faults.append(
                    .init(
                        whole + member.name, pointer: place + member.name.pointerPart, "", expected: known(fields))
                )
                continue
            }
            faults += field.kind.faults(member.value, whole + field.name, at: place + field.name)
        }
        for field in fields where field.isRequired && !members.contains(where: { $0.name == field.name }) {
            faults.append(.init(whole + field.name, pointer: place + field.name, "", expected: field.kind.expected))
        }
        return faults
    }

    private static func known(_ fields: [VerbField]) -> String {
        fields.isEmpty ? "nothing" : "one of \(fields.map(\.name).joined(separator: ", "))"
    }

    /// An object of a body that was read.
    private init(read members: [JSONValue.Member]) {
        values = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Values

    func text(_ name: String) -> String? { if case .text(let text)? = values[name] { text } else { nil } }
    func id(_ name: String) -> UUID? { text(name).flatMap { UUID(text: $0) } }
    func flag(_ name: String) -> Bool { values[name] == .boolean(true) }
    func has(_ name: String) -> Bool { values[name] != nil }
    func value(_ name: String) -> JSONValue? { values[name] }

    func integer(_ name: String) -> Int? {
        if case .number(let number)? = values[name] { Self.integer(number) } else { nil }
    }

    /// A whole number, however many zeros it has behind its point.
    static func integer(_ number: String) -> Int? { FieldCheck.wholeNumber(number).flatMap { Int($0) } }

    func texts(_ name: String) -> [String] {
        guard case .list(let items)? = values[name] else { return [] }
        return items.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }

    /// A price a minute: one that there cannot be is refused before (`VerbField.Kind.rate`).
    func rate(_ name: String) -> Rate? { text(name).flatMap { Rate($0) } }

    /// Texts by names of their sender's.
    func pairs(_ name: String) -> [String: String] {
        guard case .object(let members)? = values[name] else { return [:] }
        return Dictionary(members.map { ($0.name, $0.value.shown) }, uniquingKeysWith: { first, _ in first })
    }

    func objects(_ name: String) -> [VerbInput] {
        guard case .list(let items)? = values[name] else { return [] }
        return items.compactMap { if case .object(let members) = $0 { VerbInput(read: members) } else { nil } }
    }

    func time(_ name: String) -> Date? { text(name).flatMap(Self.time) }

    /// A text that has to be there: `Verb` says so.
    func required(_ name: String) -> String { text(name) ?? "" }

    /// RFC 3339, with a zone, which is up to 24 hours away there.
    static func time(_ text: String) -> Date? {
        guard FieldCheck.isTimestamp(text),
            let match = text.uppercased().wholeMatch(of: /(.{19}(\.[0-9]+)?)(?:Z|([+-])([0-9]{2}):([0-9]{2}))/)
        else { return nil }
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: match.2 != nil)
        guard let time = try? Date(match.1 + "Z", strategy: style) else { return nil }
        let minutes = 60 * (match.4.flatMap { Double($0) } ?? 0) + (match.5.flatMap { Double($0) } ?? 0)
        return time.addingTimeInterval(match.3 == "-" ? 60 * minutes : -60 * minutes)
    }
}
