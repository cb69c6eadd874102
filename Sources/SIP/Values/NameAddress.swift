/// `"Display Name" <uri>;parameters` or `uri;parameters`: From, To, Contact, P-Asserted-Identity and the like
/// (RFC 3261 section 20.10).
package struct NameAddress: Sendable {
    /// The address itself.
    package let uri: URI
    /// The parameters of the header, not of the URI.
    package let parameters: Parameters
    let displayExtent: Extent
    let tagExtent: Extent

    /// The display name without quotes and backslashes; nil when there is none.
    package var displayName: String? {
        displayExtent.isEmpty ? nil : Text(uri.source, displayExtent).unquoted
    }

    /// The `tag` parameter; nil when there is none.
    package var tag: Text? { tagExtent.isEmpty ? nil : Text(uri.source, tagExtent) }

    /// Reads one address from `at` and moves `at` after it: to `end`, or to the comma before the next address.
    init(_ source: [UInt8], at: inout Int, to end: Int, field: HeaderName) throws(ParseError) {
        let text = source.span
        let start = text.skipBlank(from: at, to: end)
        let bracket = try text.endOfDisplayName(from: start, to: end, field: field)
        let uriExtent: Extent
        if let bracket {
            let close = text.find(UInt8(ascii: ">"), from: bracket, to: end)
            guard close < end else { throw ParseError(.header(field), expected: "'>' after the URI", at: close) }
            displayExtent = Extent(start, text.trimBlank(from: start, to: bracket))
            uriExtent = Extent(bracket + 1, close)
            at = close + 1
        } else {
            // Without brackets a ';' starts the header's own parameters, and ',' or '?' may not be in the URI.
            displayExtent = .empty
            var stop = start
            while stop < end, !ByteSet.endsBareURI.contains(text[stop]) { stop += 1 }
            guard stop == end || text[stop] != UInt8(ascii: "?") else {
                throw ParseError(.header(field), expected: "'<' and '>' around a URI with '?'", at: stop)
            }
            uriExtent = Extent(start, stop)
            at = stop
        }
        uri = try URI(source, uriExtent, field: .header(field))
        let parametersStart = at
        var tag = Extent.empty
        while let shape = text.nextParameter(at: &at, to: end) {
            guard shape.name.count == 3, text.matches("tag", from: shape.name.lower, to: shape.name.upper) else {
                continue
            }
            guard tag.isEmpty, shape.hasValue else {
                throw ParseError(.header(field), expected: "one tag with a value", at: shape.name.lower)
            }
            tag = shape.value
        }
        tagExtent = tag
        parameters = Parameters(source, Extent(parametersStart, at))
        at = text.skipBlank(from: at, to: end)
        guard at == end || text[at] == UInt8(ascii: ",") else {
            throw ParseError(.header(field), expected: "';' and a parameter", at: at)
        }
    }

    /// Reads a header value that holds exactly one address.
    init(_ source: [UInt8], _ extent: Extent, field: HeaderName) throws(ParseError) {
        var at = extent.lower
        try self.init(source, at: &at, to: extent.upper, field: field)
        guard at == extent.upper else { throw ParseError(.header(field), expected: "one address", at: at) }
    }
}

extension NameAddress: CustomStringConvertible {
    /// The address in brackets, with its name and parameters.
    package var description: String {
        let name = displayName.map { "\"\($0)\" " } ?? ""
        return "\(name)<\(uri)>\(parameters.text.string)"
    }
}

extension ByteSet {
    static let endsBareURI = ByteSet(";,? \t\r\n<>\"")
}

extension Span<UInt8> {
    /// The offset of the `<` that ends a display name, or nil when the value is a bare URI.
    ///
    /// Bytes from 0x80 up are taken in an unquoted name: the grammar wants them quoted, callers do not.
    fileprivate func endOfDisplayName(from start: Int, to end: Int, field: HeaderName) throws(ParseError) -> Int? {
        if start < end, self[start] == UInt8(ascii: "\"") {
            guard let close = endOfQuoted(from: start, to: end) else {
                throw ParseError(.header(field), expected: "a closing quote", at: start)
            }
            let bracket = skipBlank(from: close, to: end)
            guard bracket < end, self[bracket] == UInt8(ascii: "<") else {
                throw ParseError(.header(field), expected: "'<' after the display name", at: bracket)
            }
            return bracket
        }
        let words = ByteSet.token
        var at = start
        while at < end, words.contains(self[at]) || self[at] >= 0x80 || Self.isBlank(self[at]) { at += 1 }
        return at < end && self[at] == UInt8(ascii: "<") ? at : nil
    }
}
