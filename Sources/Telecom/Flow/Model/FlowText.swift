/// A text with places for what is known of a call: `You are calling from {{caller_state}}.`
///
/// What is not known leaves its place empty. What is put in is not read again, so that a caller cannot add places.
package struct FlowText: Sendable, Hashable, ExpressibleByStringLiteral {
    private enum Part: Sendable, Hashable {
        case text(String)
        case name(String)
    }

    private let parts: [Part]
    /// In Unicode scalars, also of what it is filled to.
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

    /// How many texts and places it has.
    var partCount: Int { parts.count }

    func filled(from names: FlowNames) -> String {
        var filled = String.UnicodeScalarView()
        var room = Self.longest
        for part in parts where room > 0 {
            let text =
                switch part {
                case .text(let text): text
                case .name(let name): names.text(name) ?? ""
                }
            let fitting = text.unicodeScalars.prefix(room)
            filled.append(contentsOf: fitting)
            room -= fitting.count
        }
        return String(filled)
    }
}

extension String {
    /// Its beginning, so many Unicode scalars long: one character may be of any number of them.
    func cut(to most: Int) -> String {
        utf8.count <= most ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(most)))
    }
}
