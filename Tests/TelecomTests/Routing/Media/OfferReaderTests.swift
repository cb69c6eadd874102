import Testing

@testable import Telecom

/// What an offer says of its codecs.
@Suite struct OfferReaderTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let lines: [String]
        let codecs: CodecSet
        var testDescription: String { lines.joined(separator: " | ") }

        init(_ lines: String..., offer codecs: CodecSet) { (self.lines, self.codecs) = (lines, codecs) }
    }

    private static func set(_ codecs: Codec...) -> CodecSet { CodecSet(codecs.map { CodecSet($0) }) }

    private static let head = ["v=0", "o=- 1 1 IN IP4 192.0.2.7", "s=-", "c=IN IP4 192.0.2.7", "t=0 0"]

    @Test(arguments: [
        // Payload types with a meaning of their own.
        Row("m=audio 49170 RTP/AVP 0", offer: set(.pcmu)),
        Row("m=audio 49170 RTP/AVP 18 8 0 101", "a=rtpmap:101 telephone-event/8000", offer: set(.g729, .pcma, .pcmu)),
        Row("m=audio 49170 RTP/AVP 3 4 9 10 11 15", offer: set(.gsm, .g723, .g722, .l16, .g728)),
        Row("m=audio 49170/2 RTP/SAVP 0 13 19", offer: set(.pcmu)),
        // What rtpmap says goes before it, in any case of letters, and wherever it stands in the stream.
        Row("m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=sendrecv", "a=rtpmap:111 opus/48000/2", offer: set(.opus)),
        Row(
            "m=audio 9 RTP/AVP 97 98", "a=rtpmap:98 amr-wb/16000", "a=rtpmap:97 ILBC/8000",
            offer: set(.ilbc, .amrWideband)),
        Row("m=audio 9 RTP/AVP 0", "a=rtpmap:0 G729/8000", offer: set(.g729)),
        Row("m=audio 9 RTP/AVP 96 97", "a=rtpmap:96 G726-24/8000", "a=rtpmap:97 G729A/8000", offer: set(.g726, .g729)),
        Row("m=audio 9 RTP/AVP 2", offer: set(.g726)),
        // Something without a name here is offered too.
        Row("m=audio 9 RTP/AVP 96 8", "a=rtpmap:96 SILK/24000", offer: set(.pcma).union(.unnamed)),
        Row("m=audio 9 RTP/AVP 5", offer: .unnamed), Row("m=audio 9 RTP/AVP 99", offer: .unnamed),
        // A map of another stream, or of a type that is not offered, says nothing.
        Row(
            "m=audio 9 RTP/AVP 0", "a=rtpmap:97 opus/48000", "m=video 9 RTP/AVP 98", "a=rtpmap:98 G729/8000",
            offer: set(.pcmu)),
        Row("m=audio 9 RTP/AVP 0", "m=audio 11 RTP/AVP 8", offer: set(.pcmu, .pcma)),
        Row("m=audio 0 RTP/AVP 0", "m=audio 11 RTP/AVP 8", offer: set(.pcma)),
        Row("m=audio 9 RTP/AVP 0 x 128 1000 +8 -1", offer: set(.pcmu)),
        // What cannot be read, and what is no offer of audio, is left to the carrier.
        Row(offer: .any), Row("m=image 9 udptl t38", offer: .any), Row("m=audio", offer: .any),
        Row("m=audio 9", offer: .any), Row("m=audio 9 RTP/AVP", offer: .any), Row("m=audio 0 RTP/AVP 8", offer: .any),
        Row("m=audio 9 TCP/MRCPv2 1", offer: .any), Row("m=audiovisual 9 RTP/AVP 0", offer: .any),
        Row("m=audio 9 RTP/AVP 101", "a=rtpmap:101 telephone-event/8000", offer: .any),
        Row(" m=audio 9 RTP/AVP 0", offer: .any), Row("M=audio 9 RTP/AVP 0", offer: .any),
    ])
    func `an offer`(_ row: Row) {
        for end in ["\r\n", "\n"] {
            let text = (Self.head + row.lines).map { $0 + end }.joined()
            #expect(OfferReader.codecs(in: Array(text.utf8)[...]) == row.codecs)
            // Without an end of its last line, and as a part of a longer message.
            #expect(OfferReader.codecs(in: Array(text.dropLast().utf8)[...]) == row.codecs)
            let inParts = Array(("--b\(end)Content-Type: application/sdp\(end)\(end)" + text + "--b--\(end)").utf8)
            #expect(OfferReader.codecs(in: inParts.dropFirst(3)) == row.codecs)
        }
    }

    @Test func `an offer that does not end is read as far as offers go`() {
        let padding = String(repeating: "a=x\r\n", count: 4_000)
        func codecs(_ text: String) -> CodecSet { OfferReader.codecs(in: Array(text.utf8)[...]) }
        #expect(codecs("m=audio 9 RTP/AVP 0\r\n" + padding + "m=audio 9 RTP/AVP 8\r\n") == CodecSet(.pcmu))
        #expect(codecs(padding + "m=audio 9 RTP/AVP 8\r\n") == .any)
        #expect(codecs("") == .any && codecs("m") == .any && codecs("\n\n\n") == .any && codecs("m=\r") == .any)
    }

    @Test func `random bytes are an offer of anything at worst`() {
        var random = SystemRandomNumberGenerator()
        let words = ["m=audio ", "9 ", "RTP/AVP ", "0 ", "a=rtpmap:", "97 ", "opus/", "\r\n", "\n", "127", " ", "/"]
        for _ in 0..<2_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                if Bool.random(using: &random) {
                    bytes += Array(words.randomElement(using: &random)?.utf8 ?? "".utf8)
                } else {
                    bytes.append(UInt8.random(in: .min ... .max, using: &random))
                }
            }
            #expect(!OfferReader.codecs(in: bytes[...]).isEmpty, "\(bytes)")
        }
    }
}
