/// What a datagram turned out to be.
///
/// `parse` never traps and never throws: every datagram is one of these cases (RFC 3261 sections 7, 8.2 and 18.3,
/// tested with the messages of RFC 4475 and RFC 5118).
package enum Message: Sendable {
    /// A well-formed request. Whether it is one this server takes is asked of ``Acceptance``.
    case request(Request)
    /// A well-formed response.
    case response(Response)
    /// A malformed request that can be answered with the error's status.
    case refused(Refusal)
    /// Only line ends or NULs: a NAT keep-alive (RFC 5626 section 3.5.1).
    case keepAlive
    /// Nothing that can be answered: no SIP, a malformed response or ACK, a request without a Via. To be dropped.
    case unusable(ParseError)

    /// Reads one datagram that came from `source`.
    package static func parse(_ bytes: [UInt8], from source: Endpoint, limits: Limits = .standard) -> Message {
        guard bytes.count <= Limits.messageBytesEver else {
            return .unusable(ParseError(.message, expected: "a datagram", at: 0, status: .messageTooLarge))
        }
        if isKeepAlive(bytes) { return .keepAlive }
        let frame = Frame(bytes, limits: limits)
        let start = frame.startLine
        if bytes.span.startsAsResponse(start) {
            do throws(ParseError) {
                return .response(try Response(frame))
            } catch {
                return .unusable(error)
            }
        }
        do throws(ParseError) {
            return .request(try Request(frame, source: source, limits: limits))
        } catch {
            guard let refusal = Refusal(frame, error: error, source: source) else { return .unusable(error) }
            return .refused(refusal)
        }
    }

    private static func isKeepAlive(_ bytes: [UInt8]) -> Bool {
        bytes.count <= 16 && bytes.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") || $0 == 0 }
    }
}

extension Span<UInt8> {
    /// Whether the start line is a status line: it begins with the SIP version.
    fileprivate func startsAsResponse(_ line: Extent) -> Bool {
        line.count >= 4 && matches("SIP/", from: line.lower, to: line.lower + 4)
    }
}

extension Frame {
    /// The one value of a header that every message must have once.
    func required(_ name: HeaderName) throws(ParseError) -> Extent {
        guard let extent = headers.firstExtent(name) else {
            throw ParseError(.header(name), expected: "the header", at: bodyStart)
        }
        return extent
    }

    /// Refuses a second line of a header that may come once: two readers could choose differently.
    func checkSingles() throws(ParseError) {
        var seen: UInt64 = 0
        for field in headers.fields where field.name.isSingle {
            let bit: UInt64 = 1 << UInt64(field.name.rawValue)
            guard seen & bit == 0 else {
                throw ParseError(.header(field.name), expected: "the header once", at: field.nameExtent.lower)
            }
            seen |= bit
        }
    }

    /// The body: as long as Content-Length says, and without one the rest of the datagram (RFC 3261 section 18.3).
    /// Bytes after the body are ignored.
    func body() throws(ParseError) -> Extent {
        guard let value = headers.firstExtent(.contentLength) else { return Extent(bodyStart, source.count) }
        let available = UInt64(source.count - bodyStart)
        guard let length = source.span.decimal(from: value.lower, to: value.upper, limit: UInt64(UInt32.max)) else {
            throw ParseError(.header(.contentLength), expected: "a number of bytes", at: value.lower)
        }
        guard length <= available else {
            throw ParseError(.header(.contentLength), expected: "at most \(available) bytes", at: value.lower)
        }
        return Extent(bodyStart, bodyStart + Int(length))
    }

    /// The Call-ID's value, checked for its characters.
    func callID() throws(ParseError) -> Extent {
        let value = try required(.callID)
        guard !value.isEmpty, source.span.skip(.callID, from: value.lower, to: value.upper) == value.upper else {
            throw ParseError(.header(.callID), expected: "a word", at: value.lower)
        }
        return value
    }

    /// The topmost hop.
    func topVia() throws(ParseError) -> Via {
        let value = try required(.via)
        var at = value.lower
        return try Via(source, at: &at, to: value.upper)
    }
}
