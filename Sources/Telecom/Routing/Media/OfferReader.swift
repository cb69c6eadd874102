/// Reads which codecs an offer (SDP, RFC 8866) names for audio: `m=audio` lines with their payload types, and the
/// `a=rtpmap` lines that say what these are; without one a type is what RFC 3551 says. Everything else is skipped.
///
/// Nothing is copied, because every call's offer is read: a line is a range of the bytes.
package struct OfferReader {
    private let sdp: ArraySlice<UInt8>
    /// The payload types of the stream that are not explained yet, one bit each.
    private var types: UInt128 = 0
    private var codecs: CodecSet = []

    /// Behind it nothing is read: an offer is a tenth of that.
    private static let bytesMaximum = 16_384

    private init(_ sdp: ArraySlice<UInt8>) { self.sdp = sdp.prefix(Self.bytesMaximum) }

    /// What is offered; `any` where that cannot be read, or where there is no offer of audio.
    /// - Parameter body: of an INVITE. It need not be SDP alone: the lines are found in several parts as well.
    package static func codecs(in body: ArraySlice<UInt8>) -> CodecSet {
        var reader = OfferReader(body)
        reader.readLines()
        return reader.codecs.isEmpty ? .any : reader.codecs
    }

    private mutating func readLines() {
        var at = sdp.startIndex
        while at < sdp.endIndex {
            let lineEnd = sdp[at...].firstIndex(of: UInt8(ascii: "\n")) ?? sdp.endIndex
            if sdp[at] == UInt8(ascii: "m") {
                endStream()
                readStream(sdp[at..<lineEnd])
            } else if types != 0, sdp[at] == UInt8(ascii: "a") {
                readMap(sdp[at..<lineEnd])
            }
            at = lineEnd + 1
        }
        endStream()
    }

    /// Types that no line has explained.
    private mutating func endStream() {
        while types != 0 {
            let type = types.trailingZeroBitCount
            types &= types - 1
            codecs.formUnion(Self.assigned(type))
        }
    }

    /// `m=audio 49170 RTP/AVP 0 8 97`. Port 0 is a stream that is not wanted.
    private mutating func readStream(_ line: ArraySlice<UInt8>) {
        var fields = Fields(line)
        guard let media = fields.next(), media.elementsEqual("m=audio".utf8), let port = fields.next(),
            !port.elementsEqual("0".utf8), let transport = fields.next(), Self.isRTP(transport)
        else { return }
        while let field = fields.next() {
            if let type = Self.payloadType(field) { types |= 1 << UInt128(type) }
        }
    }

    /// `a=rtpmap:97 iLBC/8000`.
    private mutating func readMap(_ line: ArraySlice<UInt8>) {
        var fields = Fields(line)
        guard let attribute = fields.next(), attribute.starts(with: "a=rtpmap:".utf8),
            let type = Self.payloadType(attribute.dropFirst(9)), types & 1 << UInt128(type) != 0,
            let encoding = fields.next()
        else { return }
        types &= ~(1 << UInt128(type))
        codecs.formUnion(CodecNames.codec(encoding.prefix { $0 != UInt8(ascii: "/") }))
    }

    /// `RTP/AVP`, `UDP/TLS/RTP/SAVPF`.
    private static func isRTP(_ transport: ArraySlice<UInt8>) -> Bool {
        if transport.starts(with: "RTP/".utf8) { return true }
        return transport.indices.contains { transport[$0...].starts(with: "/RTP/".utf8) }
    }

    private static func payloadType(_ text: ArraySlice<UInt8>) -> Int? {
        guard (1...3).contains(text.count) else { return nil }
        var type = 0
        for byte in text {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            type = type * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return type < 128 ? type : nil
    }

    /// The types that have a meaning of their own (RFC 3551, section 6). 13, and 19 before it, are comfort noise.
    private static func assigned(_ type: Int) -> CodecSet {
        switch type {
        case 0: CodecSet(.pcmu)
        case 2: CodecSet(.g726)
        case 3: CodecSet(.gsm)
        case 4: CodecSet(.g723)
        case 8: CodecSet(.pcma)
        case 9: CodecSet(.g722)
        case 10, 11: CodecSet(.l16)
        case 13, 19: []
        case 15: CodecSet(.g728)
        case 18: CodecSet(.g729)
        default: .unnamed
        }
    }
}

/// The words of a line, without its end.
private struct Fields {
    private var rest: ArraySlice<UInt8>

    init(_ line: ArraySlice<UInt8>) { rest = line.last == UInt8(ascii: "\r") ? line.dropLast() : line }

    mutating func next() -> ArraySlice<UInt8>? {
        rest = rest.drop { $0 == UInt8(ascii: " ") }
        if rest.isEmpty { return nil }
        let end = rest.firstIndex(of: UInt8(ascii: " ")) ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }
}
