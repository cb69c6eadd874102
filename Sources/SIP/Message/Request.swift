/// A well-formed request: start line and the headers every request must have are read, others on demand.
package struct Request: Sendable {
    /// What is asked.
    package let method: Method
    /// The Request-URI.
    package let uri: URI
    /// All header lines.
    package let headers: Headers
    /// The hop the request came from.
    package let via: Via
    /// Who asks.
    package let from: NameAddress
    /// Whom the caller meant.
    package let to: NameAddress
    /// The Call-ID, to be compared byte by byte.
    package let callID: Text
    /// The sequence number, whose method is ``method``.
    package let cseq: CSeq
    /// Nil when the request has none, as one by RFC 2543.
    package let maxForwards: UInt8?
    /// The body, as long as Content-Length says.
    package let body: Text
    /// Where the datagram came from.
    package let source: Endpoint

    init(_ frame: Frame, source: Endpoint, limits: Limits) throws(ParseError) {
        let line = try RequestLine(frame.source, frame.startLine, limits: limits)
        if let error = frame.error { throw error }
        try frame.checkSingles()
        headers = frame.headers
        via = try frame.topVia()
        from = try NameAddress(frame.source, try frame.required(.from), field: .from)
        to = try NameAddress(frame.source, try frame.required(.to), field: .to)
        callID = Text(frame.source, try frame.callID())
        cseq = try CSeq(frame.source, try frame.required(.cseq))
        method = Method(frame.source, line.method)
        guard cseq.method == method else {
            throw ParseError(
                .header(.cseq), expected: "the method of the request line", at: frame.startLine.lower,
                status: method.isKnown ? .badRequest : .notImplemented)
        }
        maxForwards = try Self.maxForwards(frame)
        _ = try headers.addresses(.contact)
        body = Text(frame.source, try frame.body())
        uri = try URI(frame.source, line.uri, field: .requestURI)
        guard !uri.hasHeaders else {
            throw ParseError(.requestURI, expected: "no headers in the URI", at: uri.headerExtent.lower)
        }
        self.source = source
    }

    private static func maxForwards(_ frame: Frame) throws(ParseError) -> UInt8? {
        guard let value = frame.headers.firstExtent(.maxForwards) else { return nil }
        guard let hops = frame.source.span.decimal(from: value.lower, to: value.upper, limit: 255) else {
            throw ParseError(.header(.maxForwards), expected: "a number from 0 to 255", at: value.lower)
        }
        return UInt8(hops)
    }

    /// Whether the request is inside a dialog: its To has a tag.
    package var isInDialog: Bool { to.tag != nil }
}

/// The parts of `Method SP Request-URI SP SIP-Version`.
struct RequestLine {
    let method: Extent
    let uri: Extent

    init(_ source: [UInt8], _ line: Extent, limits: Limits) throws(ParseError) {
        let text = source.span
        let methodEnd = text.skip(.token, from: line.lower, to: line.upper)
        guard methodEnd > line.lower, methodEnd < line.upper, text[methodEnd] == UInt8(ascii: " ") else {
            throw ParseError(.startLine, expected: "a method and one space", at: methodEnd)
        }
        let uriEnd = text.find(UInt8(ascii: " "), from: methodEnd + 1, to: line.upper)
        guard uriEnd > methodEnd + 1, uriEnd < line.upper else {
            throw ParseError(.startLine, expected: "a Request-URI and one space", at: uriEnd)
        }
        try Self.checkVersion(text, from: uriEnd + 1, to: line.upper)
        guard uriEnd - methodEnd - 1 <= limits.requestURIBytesMax else {
            throw ParseError(
                .requestURI, expected: "at most \(limits.requestURIBytesMax) bytes", at: methodEnd + 1,
                status: .uriTooLong)
        }
        method = Extent(line.lower, methodEnd)
        uri = Extent(methodEnd + 1, uriEnd)
    }

    /// `SIP/2.0`; another version of SIP is 505, anything else is a malformed line.
    static func checkVersion(_ text: Span<UInt8>, from start: Int, to end: Int) throws(ParseError) {
        if text.matches("SIP/2.0", from: start, to: end) { return }
        let name = min(start + 4, end)
        let major = text.skip(.digit, from: name, to: end)
        if text.matches("SIP/", from: start, to: name), major > name, major < end, text[major] == UInt8(ascii: "."),
            major + 1 < end, text.skip(.digit, from: major + 1, to: end) == end
        {
            throw ParseError(.startLine, expected: "SIP/2.0", at: start, status: .versionNotSupported)
        }
        throw ParseError(.startLine, expected: "SIP/2.0 and the end of the line", at: start)
    }
}
