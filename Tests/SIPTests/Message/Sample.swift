import TestSupport

@testable import SIP

let somewhere = Endpoint(host: "192.0.2.1", port: 5060)

/// Builds messages for tests: a plain INVITE with one thing changed.
struct Sample {
    var method = "INVITE"
    var uri = "sip:+442079460958@edge.example.net;user=phone"
    var via = "SIP/2.0/UDP 10.0.0.5:5080;branch=z9hG4bK776asdhds"
    var from = "\"Alice\" <sip:+12125550100@pbx.example.com>;tag=1928301774"
    var to = "<sip:+442079460958@edge.example.net>"
    var callID = "a84b4c76e66710@pbx.example.com"
    var cseq = 314_159
    var extra: [String] = []
    var body = ""

    var text: String {
        let lines = [
            "\(method) \(uri) SIP/2.0", "Via: \(via)", "Max-Forwards: 70", "From: \(from)", "To: \(to)",
            "Call-ID: \(callID)", "CSeq: \(cseq) \(method)",
        ]
        return (lines + extra + ["Content-Length: \(wire(body).count)", "", body]).joined(separator: "\n")
    }

    var bytes: [UInt8] { wire(text) }

    /// The request, as it comes from the address in its Via.
    func request(from source: Endpoint = Endpoint(host: "10.0.0.5", port: 5080)) throws -> Request {
        guard case .request(let request) = Message.parse(bytes, from: source) else {
            throw ParseError(.message, expected: "a request", at: 0)
        }
        return request
    }
}

/// The lines of a reply, without its body.
func lines(_ reply: Reply) -> [String] {
    String(decoding: reply.bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        .map { String($0) }
}
