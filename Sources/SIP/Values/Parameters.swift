/// Parameters `;name=value;name` of a header value or of a URI, in the order they came.
///
/// They were checked when the message was read; looking one up is a scan, for there are few.
package struct Parameters: Sendable {
    let source: [UInt8]
    let extent: Extent

    init(_ source: [UInt8], _ extent: Extent) {
        self.source = source
        self.extent = extent
    }

    /// One parameter. `value` is nil for a bare name, and keeps its quotes and escapes.
    package struct Parameter: Sendable, Hashable {
        /// The name as written.
        package let name: Text
        /// The value as written, nil for a bare name.
        package let value: Text?
    }

    /// Whether there are none.
    package var isEmpty: Bool { extent.isEmpty }

    /// The text as it came, from the first `;`.
    package var text: Text { Text(source, extent) }

    /// Whether there is a parameter of this name, with or without a value.
    package func contains(_ name: String) -> Bool { parameter(name) != nil }

    /// The value of the first parameter of this name, quotes removed and escapes decoded; "" for a bare name.
    package subscript(_ name: String) -> String? {
        guard let found = parameter(name) else { return nil }
        guard let value = found.value else { return "" }
        return value.bytes.first == UInt8(ascii: "\"") ? value.unquoted : value.unescaped
    }

    /// The first parameter of this name. Names compare without case, after decoding (RFC 3261 section 19.1.4).
    package func parameter(_ name: String) -> Parameter? {
        let text = source.span
        var at = extent.lower
        while let shape = text.nextParameter(at: &at, to: extent.upper) {
            if text.matches(name, from: shape.name.lower, to: shape.name.upper) || hasEscapedName(shape, name) {
                return parameter(of: shape)
            }
        }
        return nil
    }

    /// All of them.
    package var all: [Parameter] {
        let text = source.span
        var at = extent.lower
        var found: [Parameter] = []
        while let shape = text.nextParameter(at: &at, to: extent.upper) { found.append(parameter(of: shape)) }
        return found
    }

    private func parameter(of shape: ParameterShape) -> Parameter {
        Parameter(name: Text(source, shape.name), value: shape.hasValue ? Text(source, shape.value) : nil)
    }

    private func hasEscapedName(_ shape: ParameterShape, _ name: String) -> Bool {
        let text = Text(source, shape.name)
        return text.bytes.contains(UInt8(ascii: "%")) && text.unescaped.lowercased() == name.lowercased()
    }
}

/// Where one parameter lies.
struct ParameterShape {
    let name: Extent
    let value: Extent
    let hasValue: Bool
}

extension Span<UInt8> {
    /// Reads the parameter that starts at `at` with its `;`, and moves `at` after it.
    ///
    /// Returns nil and leaves `at` where it is when no `;` follows (the list ended, or something else is there), and
    /// also when what follows the `;` is no parameter; a caller that checks then sees `at` before its end.
    func nextParameter(at: inout Int, to end: Int) -> ParameterShape? {
        let semicolon = skipBlank(from: at, to: end)
        guard semicolon < end, self[semicolon] == UInt8(ascii: ";") else { return nil }
        let nameStart = skipBlank(from: semicolon + 1, to: end)
        let nameEnd = skip(.parameterName, from: nameStart, to: end)
        guard nameEnd > nameStart else { return nil }
        let name = Extent(nameStart, nameEnd)
        let equals = skipBlank(from: nameEnd, to: end)
        guard equals < end, self[equals] == UInt8(ascii: "=") else {
            at = nameEnd
            return ParameterShape(name: name, value: .empty, hasValue: false)
        }
        let valueStart = skipBlank(from: equals + 1, to: end)
        let valueEnd: Int
        if valueStart < end, self[valueStart] == UInt8(ascii: "\"") {
            guard let close = endOfQuoted(from: valueStart, to: end) else { return nil }
            valueEnd = close
        } else {
            valueEnd = skip(.value, from: valueStart, to: end)
        }
        guard valueEnd > valueStart else { return nil }
        at = valueEnd
        return ParameterShape(name: name, value: Extent(valueStart, valueEnd), hasValue: true)
    }
}
