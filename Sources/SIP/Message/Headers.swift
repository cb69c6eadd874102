/// The header lines of a message: its bytes and an index of where each name and value lies.
///
/// A line that was not well formed is not in the index. Values keep their folds; ``Text/string`` reads through them.
package struct Headers: Sendable {
    struct Field: Sendable {
        let name: HeaderName
        let nameExtent: Extent
        let value: Extent
    }

    let source: [UInt8]
    private(set) var fields: [Field] = []

    init(_ source: [UInt8]) {
        self.source = source
        fields.reserveCapacity(24)
    }

    mutating func append(_ field: Field) { fields.append(field) }

    /// How many header lines there are.
    package var count: Int { fields.count }

    /// The value of the first line with this name.
    package func first(_ name: HeaderName) -> Text? {
        for field in fields where field.name == name { return Text(source, field.value) }
        return nil
    }

    /// The values of all lines with this name, in order, each as one text even when it holds a list.
    package func all(_ name: HeaderName) -> [Text] {
        fields.lazy.filter { $0.name == name }.map { Text(source, $0.value) }
    }

    /// The value of the first line with this name, in any case, known to this module or not.
    package func first(named name: String) -> Text? {
        let text = source.span
        for field in fields where text.matches(name, from: field.nameExtent.lower, to: field.nameExtent.upper) {
            return Text(source, field.value)
        }
        return nil
    }

    /// The values of all lines with this name, in any case, in order.
    package func all(named name: String) -> [Text] {
        let text = source.span
        var found: [Text] = []
        for field in fields where text.matches(name, from: field.nameExtent.lower, to: field.nameExtent.upper) {
            found.append(Text(source, field.value))
        }
        return found
    }

    /// The elements of a header whose value is a comma-separated list, over all its lines, blanks trimmed.
    /// Commas in quotes and in `<>` do not separate; empty elements are left out.
    package func list(_ name: HeaderName) -> [Text] {
        all(name).flatMap { $0.listElements }
    }

    func firstExtent(_ name: HeaderName) -> Extent? {
        for field in fields where field.name == name { return field.value }
        return nil
    }

    /// The addresses of a header that is a list of them: Contact, Route, P-Asserted-Identity.
    /// A Contact of `*` has none. Throws the error of the first that is malformed.
    package func addresses(_ name: HeaderName) throws(ParseError) -> [NameAddress] {
        var found: [NameAddress] = []
        for field in fields where field.name == name {
            if name == .contact, Text(source, field.value) == "*" { continue }
            var at = field.value.lower
            while at < field.value.upper {
                found.append(try NameAddress(source, at: &at, to: field.value.upper, field: name))
                // What follows is the end or a comma; a comma needs another address after it.
                at = min(at + 1, field.value.upper)
            }
        }
        return found
    }
}

extension Text {
    /// The elements of a comma-separated list, without blanks around them.
    var listElements: [Text] {
        let text = source.span
        var found: [Text] = []
        var start = extent.lower
        var at = start
        var isBracketed = false
        while at <= extent.upper {
            let byte = at < extent.upper ? text[at] : UInt8(ascii: ",")
            if at == extent.upper || (byte == UInt8(ascii: ",") && !isBracketed) {
                let first = text.skipBlank(from: start, to: at)
                let last = text.trimBlank(from: first, to: at)
                if last > first { found.append(Text(source, Extent(first, last))) }
                start = at + 1
            } else if byte == UInt8(ascii: "\"") {
                at = text.endOfQuoted(from: at, to: extent.upper) ?? extent.upper
                continue
            } else if byte == UInt8(ascii: "<") {
                isBracketed = true
            } else if byte == UInt8(ascii: ">") {
                isBracketed = false
            }
            at += 1
        }
        return found
    }
}
