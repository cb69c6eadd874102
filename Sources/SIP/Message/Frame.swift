/// A datagram cut into start line, header lines and body, before any of them is understood.
///
/// Cutting goes on after an error, so that a malformed request can still be answered: the first error is kept and
/// the line it is in is left out.
struct Frame {
    let source: [UInt8]
    private(set) var startLine = Extent.empty
    private(set) var headers: Headers
    private(set) var bodyStart: Int
    private(set) var error: ParseError?

    /// `source` must not be longer than ``Limits/messageBytesEver``.
    init(_ source: [UInt8], limits: Limits) {
        self.source = source
        headers = Headers(source)
        bodyStart = source.count
        if source.count > limits.messageBytesMax {
            error = ParseError(
                .message, expected: "at most \(limits.messageBytesMax) bytes", at: limits.messageBytesMax,
                status: .messageTooLarge)
        }
        cut(source.span, limits: limits)
    }

    private mutating func cut(_ text: Span<UInt8>, limits: Limits) {
        // Empty lines before the start line are ignored (RFC 3261 section 7.5).
        var at = 0
        while at + 1 < text.count, text[at] == UInt8(ascii: "\r"), text[at + 1] == UInt8(ascii: "\n") { at += 2 }
        let start = text.line(from: at)
        startLine = Extent(at, start.end)
        if !start.isClean || start.next == nil {
            note(.startLine, expected: "characters of a start line and CRLF", at: start.end)
        }
        guard var at = start.next else { return }
        while true {
            guard at < text.count else { return note(.message, expected: "an empty line after the headers", at: at) }
            if at + 1 < text.count, text[at] == UInt8(ascii: "\r"), text[at + 1] == UInt8(ascii: "\n") {
                bodyStart = at + 2
                return
            }
            guard headers.count < limits.headerCountMax else {
                return note(.message, expected: "at most \(limits.headerCountMax) headers", at: at)
            }
            let line = text.foldedLine(from: at)
            add(line, of: text, from: at, limits: limits)
            guard let next = line.next else {
                return note(.message, expected: "CRLF at the end of a header", at: line.end)
            }
            at = next
        }
    }

    /// Indexes one header line, or notes why it cannot be.
    private mutating func add(_ line: HeaderLineScan, of text: Span<UInt8>, from start: Int, limits: Limits) {
        let nameEnd = text.skip(.token, from: start, to: line.end)
        var colon = nameEnd
        while colon < line.end, text[colon] == UInt8(ascii: " ") || text[colon] == UInt8(ascii: "\t") { colon += 1 }
        guard nameEnd > start, colon < line.end, text[colon] == UInt8(ascii: ":") else {
            return note(.message, expected: "a header name and ':'", at: colon)
        }
        let name = HeaderName.named(text, from: start, to: nameEnd)
        guard line.isClean else {
            return note(.header(name), expected: "no control characters outside quoted pairs", at: start)
        }
        guard line.end - start <= limits.headerBytesMax else {
            return note(.header(name), expected: "at most \(limits.headerBytesMax) bytes", at: start)
        }
        let valueStart = text.skipBlank(from: colon + 1, to: line.end)
        let valueEnd = text.trimBlank(from: valueStart, to: line.end)
        headers.append(
            Headers.Field(name: name, nameExtent: Extent(start, nameEnd), value: Extent(valueStart, valueEnd)))
    }

    private mutating func note(_ field: ParseError.Field, expected: String, at offset: Int) {
        if error == nil { error = ParseError(field, expected: expected, at: offset) }
    }
}

/// One line as found: where its text ends, where the next line starts (nil when no CRLF ended it), and whether it is
/// free of control characters.
struct HeaderLineScan {
    var end: Int
    var next: Int?
    var isClean: Bool
}

extension Span<UInt8> {
    /// Finds the CRLF that ends the line.
    ///
    /// A CR or LF alone ends no line and makes it unclean: programs differ on it, and what one reads as two lines the
    /// next may read as one. So does any other control character that is not escaped by a backslash.
    func line(from start: Int) -> HeaderLineScan {
        var isClean = true
        var at = start
        while true {
            at = skipPlainText(from: at)
            guard at < count else { break }
            let byte = self[at]
            if byte == UInt8(ascii: "\r"), at + 1 < count, self[at + 1] == UInt8(ascii: "\n") {
                return HeaderLineScan(end: at, next: at + 2, isClean: isClean)
            }
            let isEscaped = at > start && self[at - 1] == UInt8(ascii: "\\")
            let isLineBreak = byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
            if byte != UInt8(ascii: "\t") && (isLineBreak || !isEscaped) { isClean = false }
            at += 1
        }
        return HeaderLineScan(end: count, next: nil, isClean: isClean)
    }

    /// The offset of the next control character, or the end. A header is mostly other text, and looking at eight bytes
    /// at once takes a quarter off the time to read a message.
    @inline(__always)
    private func skipPlainText(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let raw = unsafe bytes
        var at = start
        while at + 8 <= count {
            // The load checks its bounds, and any eight bytes are a valid number.
            let word = UInt64(littleEndian: unsafe raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
            let delete = word ^ (ones &* 0x7F)
            // The top bit of a byte is set when the byte is below 0x20 or is 0x7F. A borrow may set it for bytes after
            // the first such one, so only the first is believed.
            let controls = ((word &- ones &* 0x20) & ~word | (delete &- ones) & ~delete) & tops
            if controls != 0 { return at + controls.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < count, self[at] >= 0x20, self[at] != 0x7F { at += 1 }
        return at
    }

    /// A line with the lines folded onto it: those that start with a blank (RFC 3261 section 7.3.1).
    func foldedLine(from start: Int) -> HeaderLineScan {
        var whole = line(from: start)
        while let next = whole.next, next < count,
            self[next] == UInt8(ascii: " ") || self[next] == UInt8(ascii: "\t")
        {
            let more = line(from: next)
            whole = HeaderLineScan(end: more.end, next: more.next, isClean: whole.isClean && more.isClean)
        }
        return whole
    }
}
