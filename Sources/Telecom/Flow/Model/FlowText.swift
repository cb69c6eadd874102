/// A text with places for what is known of a call: `You are calling from {{caller_state}}.`
///
/// What is not known leaves its place empty. What is put in is not read again, so that a caller cannot add places.
package struct FlowText: Sendable, Hashable, ExpressibleByStringLiteral {
    private enum Part: Sendable, Hashable {
        case text(String)
        case name(String)
    }

    private let parts: [Part]
    /// In characters, also of what it is filled to.
    package static let longest = 4_096

    package init(_ text: String) {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            parts.append(.text(String(rest[..<open.lowerBound])))
            let name = rest[open.upperBound..<close.lowerBound]
            parts.append(.name(String(name.filter { $0 != " " })))
            rest = rest[close.upperBound...]
        }
        parts.append(.text(String(rest)))
        self.parts = parts
    }

    package init(stringLiteral text: String) { self.init(text) }

    func filled(from names: FlowNames) -> String {
        var filled = ""
        for part in parts {
            switch part {
            case .text(let text): filled += text
            case .name(let name): filled += names.text(name) ?? ""
            }
        }
        return String(filled.prefix(Self.longest))
    }
}
