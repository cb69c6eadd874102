import Testing

/// One torture message and what a user agent server must make of it.
package struct TortureCase: Sendable, CustomTestStringConvertible {
    package enum Outcome: Sendable, Equatable {
        /// A request that is taken.
        case accepted
        /// A request that is answered with this status.
        case answered(UInt16)
        /// A response that is well formed.
        case response(UInt16)
        /// Nothing that may be answered.
        case dropped
    }

    /// The RFC's own name of the message.
    package let name: String
    /// Where it stands in the RFC.
    package let section: String
    package let outcome: Outcome
    /// The datagram.
    package let bytes: [UInt8]

    /// Every message of both RFCs.
    package static let all = RFC4475Valid.all + RFC4475Invalid.all + RFC4475Layers.all + RFC5118.all

    /// - Parameter text: the message with LF at line ends; the wire has CRLF.
    init(_ name: String, _ section: String, _ outcome: Outcome, _ text: String, tail: [UInt8] = []) {
        self.name = name
        self.section = section
        self.outcome = outcome
        bytes = wire(text) + tail
    }

    package var testDescription: String { "\(name) (\(section))" }
}

/// The bytes of a text with CRLF line ends.
package func wire(_ text: String) -> [UInt8] {
    text.utf8.flatMap { $0 == UInt8(ascii: "\n") ? [13, 10] : [$0] }
}

/// The session description of most RFC 4475 messages, with the address it names.
func session(_ host: String, connection: String? = nil, time: String = "0 0") -> String {
    """
    v=0
    o=mhandley 29739 7272939 IN IP4 \(host)
    s=-
    c=IN IP4 \(connection ?? host)
    t=\(time)
    m=audio 49217 RTP/AVP 0 12
    m=video 3227 RTP/AVP 31
    a=rtpmap:31 LPC

    """
}
