/// A well-formed response.
package struct Response: Sendable {
    /// The status code.
    package let status: Status
    /// The reason phrase, perhaps empty.
    package let reason: Text
    /// All header lines.
    package let headers: Headers
    /// The topmost hop: whoever the response is for.
    package let via: Via
    /// From of the request.
    package let from: NameAddress
    /// To of the request, with the tag of the other end.
    package let to: NameAddress
    /// Call-ID of the request.
    package let callID: Text
    /// CSeq of the request.
    package let cseq: CSeq
    /// The body, as long as Content-Length says.
    package let body: Text

    init(_ frame: Frame) throws(ParseError) {
        (status, reason) = try Self.statusLine(frame.source, frame.startLine)
        if let error = frame.error { throw error }
        try frame.checkSingles()
        headers = frame.headers
        via = try frame.topVia()
        from = try NameAddress(frame.source, try frame.required(.from), field: .from)
        to = try NameAddress(frame.source, try frame.required(.to), field: .to)
        callID = Text(frame.source, try frame.callID())
        cseq = try CSeq(frame.source, try frame.required(.cseq))
        body = Text(frame.source, try frame.body())
    }

    /// How many hops the response still has to go. A user agent that finds more than its own drops it
    /// (RFC 3261 section 8.1.3.3).
    package var hopCount: Int { headers.list(.via).count }

    /// `SIP/2.0 SP 3DIGIT SP Reason-Phrase`, where the phrase may be empty.
    private static func statusLine(_ source: [UInt8], _ line: Extent) throws(ParseError) -> (Status, Text) {
        let text = source.span
        let versionEnd = text.find(UInt8(ascii: " "), from: line.lower, to: line.upper)
        try RequestLine.checkVersion(text, from: line.lower, to: versionEnd)
        let codeEnd = versionEnd + 4
        guard codeEnd <= line.upper, let code = text.decimal(from: versionEnd + 1, to: codeEnd, limit: 699),
            code >= 100, codeEnd == line.upper || text[codeEnd] == UInt8(ascii: " ")
        else { throw ParseError(.startLine, expected: "a status from 100 to 699 and a space", at: versionEnd) }
        let reason = Extent(min(codeEnd + 1, line.upper), line.upper)
        return (Status(rawValue: UInt16(code)), Text(source, reason))
    }
}
