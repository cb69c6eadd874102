/// Builds responses by RFC 3261 section 8.2.6: Via, From, To, Call-ID and CSeq are those of the request.
struct ReplyWriter {
    private var bytes: [UInt8] = []

    /// - Parameters:
    ///   - via: the topmost hop, nil when it could not be read; it is then copied as it came.
    ///   - toTag: added to To when To has no tag; nil for a 100 Trying.
    static func bytes(
        of content: ReplyContent, headers: Headers, via: Via?, source: Endpoint, toTag: String?
    ) -> [UInt8] {
        var writer = ReplyWriter()
        writer.bytes.reserveCapacity(512 + content.body.count)
        writer.put("SIP/2.0 \(content.status.rawValue) ")
        writer.putClean(content.reason ?? content.status.reasonPhrase)
        writer.endLine()
        writer.putCopies(of: headers, via: via, source: source, toTag: toTag, status: content.status)
        for line in content.headers { writer.putLine(line.name, line.value) }
        if let type = content.contentType { writer.putLine("Content-Type", type) }
        writer.put("Content-Length: \(content.body.count)\r\n\r\n")
        writer.bytes += content.body
        return writer.bytes
    }

    private mutating func putCopies(
        of headers: Headers, via: Via?, source: Endpoint, toTag: String?, status: Status
    ) {
        var isTop = true
        for field in headers.fields where field.name == .via {
            put("Via: ")
            if isTop, let via {
                putTopVia(via, field.value, of: headers.source, source: source)
            } else {
                put(headers.source, field.value)
            }
            isTop = false
            endLine()
        }
        // A response that may start a dialog tells both ends the proxies that stay on its path (section 12.1.1).
        if status > .trying, status < Status(rawValue: 300) { putAll(.recordRoute, of: headers) }
        putAll(.from, of: headers)
        if let to = headers.firstExtent(.to) {
            put("To: ")
            put(headers.source, to)
            // A To that cannot be read gets no tag: the answer is an error and makes no dialog.
            if let toTag, let address = try? NameAddress(headers.source, to, field: .to), address.tag == nil {
                put(";tag=")
                putClean(toTag)
            }
            endLine()
        }
        putAll(.callID, of: headers)
        putAll(.cseq, of: headers)
    }

    /// Copies the topmost Via with `received` and the value of `rport` filled in (RFC 3261 section 18.2.1, RFC 3581).
    private mutating func putTopVia(_ via: Via, _ value: Extent, of text: [UInt8], source: Endpoint) {
        let end = via.parameterExtent.upper
        if via.asksForPort {
            put(text, Extent(value.lower, via.bareRport.upper))
            put("=\(source.port)")
            put(text, Extent(via.bareRport.upper, end))
        } else {
            put(text, Extent(value.lower, end))
        }
        if via.receivedExtent.isEmpty, via.asksForPort || !via.host.matches(source.host) {
            put(";received=")
            putClean(source.host)
        }
        put(text, Extent(end, value.upper))
    }

    private mutating func putAll(_ name: HeaderName, of headers: Headers) {
        for field in headers.fields where field.name == name {
            put(name.text)
            put(": ")
            put(headers.source, field.value)
            endLine()
        }
    }

    private mutating func putLine(_ name: String, _ value: String) {
        putClean(name)
        put(": ")
        putClean(value)
        endLine()
    }

    private mutating func put(_ text: String) { bytes += text.utf8 }

    private mutating func put(_ source: [UInt8], _ extent: Extent) { bytes += source[extent.lower..<extent.upper] }

    private mutating func endLine() { bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")] }

    /// Writes text that is not ours to trust: a line break in it would start a header.
    private mutating func putClean(_ text: String) {
        for byte in text.utf8 { bytes.append(byte < 0x20 || byte == 0x7F ? UInt8(ascii: " ") : byte) }
    }
}
