/// One hop of the Via header: `SIP/2.0/UDP host:port;branch=…;rport` (RFC 3261 section 20.42, RFC 3581).
package struct Via: Sendable {
    let source: [UInt8]
    let transportExtent: Extent
    let hostExtent: Extent
    let parameterExtent: Extent
    let branchExtent: Extent
    let receivedExtent: Extent
    /// The name `rport` when the sender asks for its port and it has no value yet.
    let bareRport: Extent
    /// The port the sender wrote.
    package let port: UInt16?
    /// The port that was filled in where the sender asked for it.
    package let rport: UInt16?

    /// The prefix of every branch made by RFC 3261 (section 8.1.1.7).
    package static let magicCookie = "z9hG4bK"

    /// The transport the sender used, such as `UDP`.
    package var transport: Text { Text(source, transportExtent) }
    /// The host the sender wrote, without the brackets of IPv6.
    package var host: Text { Text(source, hostExtent) }
    /// All parameters of the hop.
    package var parameters: Parameters { Parameters(source, parameterExtent) }
    /// The identifier of the transaction; nil from a client of RFC 2543.
    package var branch: Text? { branchExtent.isEmpty ? nil : Text(source, branchExtent) }
    /// Whether the sender asks for its source port (`rport` without a value).
    package var asksForPort: Bool { !bareRport.isEmpty }

    /// The address the request came from as an earlier hop saw it; brackets are removed (RFC 5118 section 4.5).
    package var received: String? {
        guard !receivedExtent.isEmpty else { return nil }
        let text = Text(source, receivedExtent).string
        return text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    }

    /// Whether the branch identifies a transaction by itself.
    package var hasUniqueBranch: Bool {
        branch?.bytes.starts(with: Self.magicCookie.utf8) ?? false
    }
}

extension Via {
    /// Reads one hop from `at` and moves `at` after it: to `end`, or to the comma before the next hop.
    init(_ source: [UInt8], at: inout Int, to end: Int) throws(ParseError) {
        let text = source.span
        let start = text.skipBlank(from: at, to: end)
        (transportExtent, at) = try text.sentProtocol(from: start, to: end)
        self.source = source
        // White space around the colon of a port is legal and unknown outside the torture tests.
        let hostStart = text.skipBlank(from: at, to: end)
        guard hostStart > at else { throw ParseError(.header(.via), expected: "a space before the host", at: at) }
        (hostExtent, port, at) = try text.hostPort(from: hostStart, to: end, field: .header(.via))
        let parametersStart = at
        var branch = Extent.empty
        var received = Extent.empty
        var bareRport = Extent.empty
        var rport: UInt16?
        while let shape = text.nextParameter(at: &at, to: end) {
            let (first, last) = (shape.name.lower, shape.name.upper)
            if text.matches("branch", from: first, to: last) {
                guard branch.isEmpty, shape.hasValue else {
                    throw ParseError(.header(.via), expected: "one branch with a value", at: first)
                }
                branch = shape.value
            } else if text.matches("received", from: first, to: last), shape.hasValue {
                received = shape.value
            } else if text.matches("rport", from: first, to: last) {
                if shape.hasValue {
                    let value = text.decimal(from: shape.value.lower, to: shape.value.upper, limit: 65_535)
                    rport = value.map { UInt16($0) }
                } else {
                    bareRport = shape.name
                }
            }
        }
        (branchExtent, receivedExtent) = (branch, received)
        (self.bareRport, self.rport) = (bareRport, rport)
        parameterExtent = Extent(parametersStart, at)
        at = text.skipBlank(from: at, to: end)
        guard at == end || text[at] == UInt8(ascii: ",") else {
            throw ParseError(.header(.via), expected: "';' and a parameter", at: at)
        }
        let cookie = Self.magicCookie.utf8.count
        guard branch.count != cookie || !text.matches(Self.magicCookie, from: branch.lower, to: branch.upper) else {
            throw ParseError(.header(.via), expected: "a branch longer than its magic cookie", at: branch.lower)
        }
    }
}

extension Span<UInt8> {
    /// Reads `SIP / 2.0 / transport` and returns the transport and where it ends.
    fileprivate func sentProtocol(from start: Int, to end: Int) throws(ParseError) -> (transport: Extent, end: Int) {
        var at = start
        var part = Extent.empty
        for index in 0..<3 {
            if index > 0 {
                at = skipBlank(from: at, to: end)
                guard at < end, self[at] == UInt8(ascii: "/") else {
                    throw ParseError(.header(.via), expected: "'/' in SIP/2.0/transport", at: at)
                }
                at = skipBlank(from: at + 1, to: end)
            }
            let stop = skip(.token, from: at, to: end)
            let expected = index == 0 ? "SIP" : "2.0"
            guard stop > at, index == 2 || matches(expected, from: at, to: stop) else {
                throw ParseError(.header(.via), expected: "SIP/2.0/transport", at: at)
            }
            part = Extent(at, stop)
            at = stop
        }
        return (part, at)
    }
}
