extension URI {
    /// Reads a URI from a string, for configuration and tests.
    package init(_ string: String) throws(ParseError) {
        let bytes = Array(string.utf8)
        guard bytes.count <= Limits.messageBytesEver else {
            throw ParseError(.uri, expected: "at most \(Limits.messageBytesEver) bytes", at: 0, status: .uriTooLong)
        }
        try self.init(bytes, Extent(0, bytes.count), field: .uri)
    }

    /// Reads the URI that fills `extent` to its last byte.
    init(_ source: [UInt8], _ extent: Extent, field: ParseError.Field) throws(ParseError) {
        let text = source.span
        let start = extent.lower
        let end = extent.upper
        let colon = text.skip(.scheme, from: start, to: end)
        guard colon > start, colon < end, text[colon] == UInt8(ascii: ":"), ByteSet.letter.contains(text[start]) else {
            throw ParseError(field, expected: "a URI scheme and ':'", at: start)
        }
        if text.matches("sip", from: start, to: colon) {
            try self.init(sip: source, extent, after: colon + 1, scheme: .sip, field: field)
        } else if text.matches("sips", from: start, to: colon) {
            try self.init(sip: source, extent, after: colon + 1, scheme: .sips, field: field)
        } else if text.matches("tel", from: start, to: colon) {
            try self.init(tel: source, extent, after: colon + 1, field: field)
        } else {
            let stop = text.skip(.opaque, from: colon + 1, to: end)
            guard stop == end, end > colon + 1 else {
                throw ParseError(field, expected: "URI characters only", at: stop)
            }
            self.init(
                scheme: .other(Text(source, Extent(start, colon)).string.lowercased()), source: source, whole: extent,
                userExtent: .empty, passwordExtent: .empty, hostExtent: .empty, parameterExtent: .empty,
                headerExtent: .empty, port: nil)
        }
    }

    /// `sip:user:password@host:port;parameters?headers`
    private init(
        sip source: [UInt8], _ whole: Extent, after start: Int, scheme: Scheme, field: ParseError.Field
    ) throws(ParseError) {
        let text = source.span
        let end = whole.upper
        // No part after the user info may hold an '@', so the first one ends it.
        let sign = text.find(UInt8(ascii: "@"), from: start, to: end)
        var user = Extent.empty
        var password = Extent.empty
        var at = start
        if sign < end {
            (user, password) = try text.userInfo(from: start, to: sign, field: field)
            at = sign + 1
        }
        let (host, port, afterHost) = try text.hostPort(from: at, to: end, field: field)
        let parametersEnd = try text.uriParameters(from: afterHost, to: end, field: field)
        var headers = Extent.empty
        if parametersEnd < end {
            guard text[parametersEnd] == UInt8(ascii: "?"), parametersEnd + 1 < end,
                text.skip(.uriHeader, from: parametersEnd + 1, to: end) == end,
                text.hasWholeEscapes(from: parametersEnd, to: end)
            else { throw ParseError(field, expected: "';' parameters or '?' headers", at: parametersEnd) }
            headers = Extent(parametersEnd + 1, end)
        }
        self.init(
            scheme: scheme, source: source, whole: whole, userExtent: user, passwordExtent: password, hostExtent: host,
            parameterExtent: Extent(afterHost, parametersEnd), headerExtent: headers, port: port)
    }

    /// `tel:+1-215-555-1212;npdi;rn=…`
    private init(
        tel source: [UInt8], _ whole: Extent, after start: Int, field: ParseError.Field
    ) throws(ParseError) {
        let text = source.span
        let numberEnd = text.skip(.telephone, from: start, to: whole.upper)
        let isGlobal = numberEnd > start && text[start] == UInt8(ascii: "+")
        let digits = isGlobal ? start + 1 : start
        guard text.skip(.visualSeparator, from: digits, to: numberEnd) < numberEnd,
            text.find(UInt8(ascii: "+"), from: digits, to: numberEnd) == numberEnd
        else { throw ParseError(field, expected: "a telephone number", at: start) }
        let end = try text.uriParameters(from: numberEnd, to: whole.upper, field: field)
        guard end == whole.upper else { throw ParseError(field, expected: "';' and a parameter", at: end) }
        self.init(
            scheme: .tel, source: source, whole: whole, userExtent: Extent(start, numberEnd), passwordExtent: .empty,
            hostExtent: .empty, parameterExtent: Extent(numberEnd, end), headerExtent: .empty, port: nil)
    }
}

extension Span<UInt8> {
    /// Reads `user` or `user:password`.
    func userInfo(
        from start: Int, to end: Int, field: ParseError.Field
    ) throws(ParseError) -> (user: Extent, password: Extent) {
        let userEnd = skip(.user, from: start, to: end)
        guard userEnd > start, hasWholeEscapes(from: start, to: userEnd) else {
            throw ParseError(field, expected: "a user name", at: userEnd)
        }
        guard userEnd < end else { return (Extent(start, userEnd), .empty) }
        guard self[userEnd] == UInt8(ascii: ":"), skip(.password, from: userEnd + 1, to: end) == end,
            hasWholeEscapes(from: userEnd + 1, to: end)
        else { throw ParseError(field, expected: "user characters before '@'", at: userEnd) }
        return (Extent(start, userEnd), Extent(userEnd + 1, end))
    }

    /// Reads a host and an optional port. The extent of an IPv6 host is without its brackets.
    func hostPort(
        from start: Int, to end: Int, field: ParseError.Field
    ) throws(ParseError) -> (host: Extent, port: UInt16?, end: Int) {
        var host: Extent
        var at: Int
        if start < end, self[start] == UInt8(ascii: "[") {
            let close = skip(.ipv6, from: start + 1, to: end)
            // The shortest address is "::", the longest has 45 characters (with IPv4 in its tail).
            guard close < end, self[close] == UInt8(ascii: "]"), (2...46).contains(close - start - 1),
                find(UInt8(ascii: ":"), from: start, to: close) < close
            else { throw ParseError(field, expected: "an IPv6 address and ']'", at: close) }
            host = Extent(start + 1, close)
            at = close + 1
        } else {
            at = skip(.host, from: start, to: end)
            guard at > start, at - start <= 255 else { throw ParseError(field, expected: "a host", at: start) }
            host = Extent(start, at)
        }
        guard at < end, self[at] == UInt8(ascii: ":") else { return (host, nil, at) }
        let digits = at + 1
        at = skip(.digit, from: digits, to: end)
        guard let port = decimal(from: digits, to: at, limit: 65_535) else {
            throw ParseError(field, expected: "a port from 0 to 65535", at: digits)
        }
        return (host, UInt16(port), at)
    }

    /// Checks the `;name=value` list of a URI and returns where it ends. Blanks are not allowed here.
    func uriParameters(from start: Int, to end: Int, field: ParseError.Field) throws(ParseError) -> Int {
        var at = start
        while at < end, self[at] == UInt8(ascii: ";") {
            let nameEnd = skip(.uriParameter, from: at + 1, to: end)
            guard nameEnd > at + 1 else { throw ParseError(field, expected: "a parameter name", at: at + 1) }
            var stop = nameEnd
            if nameEnd < end, self[nameEnd] == UInt8(ascii: "=") {
                stop = skip(.uriParameter, from: nameEnd + 1, to: end)
                guard stop > nameEnd + 1 else { throw ParseError(field, expected: "a parameter value", at: stop) }
            }
            guard hasWholeEscapes(from: at, to: stop) else {
                throw ParseError(field, expected: "two hex digits after '%'", at: at)
            }
            at = stop
        }
        return at
    }
}
