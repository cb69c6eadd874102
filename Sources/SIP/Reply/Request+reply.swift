extension Request {
    /// The response to this request.
    ///
    /// - Parameter toTag: the tag of this end, which must be the same in every response to one request. It is added
    ///   when To has none and the response is not 100.
    package func reply(_ content: ReplyContent, toTag: String) -> Reply {
        let bytes = ReplyWriter.bytes(
            of: content, headers: headers, via: via, source: source, toTag: content.status == .trying ? nil : toTag)
        return Reply(status: content.status, bytes: bytes, destination: replyDestination)
    }

    /// The source address, and the source port if the sender asked for that (`rport`), else the port in Via.
    /// `maddr` is not followed: it would let a sender aim our responses at someone else.
    package var replyDestination: Endpoint {
        let port = via.asksForPort || via.rport != nil ? source.port : via.port ?? 5060
        return Endpoint(host: source.host, port: port)
    }

    /// A To tag made from the request alone, so that a server without state gives the same one to each
    /// retransmission (RFC 3261 section 8.2.7). `salt` is a random number kept for the life of the process.
    package func statelessTag(salt: UInt64) -> String { headers.statelessTag(salt: salt) }
}

extension Headers {
    func statelessTag(salt: UInt64) -> String {
        // FNV-1a: the tag must be unlike other tags, it protects nothing.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ salt
        for name in [HeaderName.callID, .from, .via] {
            guard let value = first(name) else { continue }
            for byte in value.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return String(hash, radix: 36)
    }
}

/// A malformed request that can be answered.
package struct Refusal: Sendable {
    /// What is wrong with it.
    package let error: ParseError
    /// The lines that could be read.
    package let headers: Headers
    /// Where the datagram came from.
    package let source: Endpoint
    private let via: Via?

    /// Nil when the request must not be answered: it has no Via to copy, or it may be an ACK.
    init?(_ frame: Frame, error: ParseError, source: Endpoint) {
        let text = frame.source.span
        let methodEnd = text.skip(.token, from: frame.startLine.lower, to: frame.startLine.upper)
        guard frame.headers.firstExtent(.via) != nil, methodEnd > frame.startLine.lower,
            !text.matches(Method.ack.name, from: frame.startLine.lower, to: methodEnd)
        else { return nil }
        self.error = error
        self.source = source
        headers = frame.headers
        via = try? frame.topVia()
    }

    /// The final response with the error's status, to where the datagram came from when Via cannot be read.
    package func reply(salt: UInt64, extra: [HeaderLine] = []) -> Reply {
        let content = ReplyContent(error.status, reason: error.reason, headers: extra)
        let bytes = ReplyWriter.bytes(
            of: content, headers: headers, via: via, source: source, toTag: headers.statelessTag(salt: salt))
        var port = source.port
        if let via, !via.asksForPort, via.rport == nil { port = via.port ?? 5060 }
        return Reply(status: error.status, bytes: bytes, destination: Endpoint(host: source.host, port: port))
    }
}
