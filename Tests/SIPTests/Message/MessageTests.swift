import TestSupport
import Testing

@testable import SIP

/// One malformed message: what is wrong with it, and the error it must give.
struct Malformed: Sendable, CustomTestStringConvertible {
    let what: String
    let status: UInt16
    let field: ParseError.Field
    let text: String

    init(_ what: String, _ status: UInt16, _ field: ParseError.Field, _ change: (inout Sample) -> Void) {
        var sample = Sample()
        change(&sample)
        (self.what, self.status, self.field) = (what, status, field)
        text = sample.text
    }

    var testDescription: String { what }
}

@Suite
struct MessageTests {
    static let malformed: [Malformed] = [
        Malformed("an older version", 505, .startLine) { $0.uri += " SIP/1.0\nX: " },
        Malformed("a URI without scheme", 400, .requestURI) { $0.uri = "+442079460958" },
        Malformed("a URI without host", 400, .requestURI) { $0.uri = "sip:user@" },
        Malformed("a URI without user before the sign", 400, .requestURI) { $0.uri = "sip:@example.net" },
        Malformed("a port over 65535", 400, .requestURI) { $0.uri = "sip:u@h:65536" },
        Malformed("half an escape", 400, .requestURI) { $0.uri = "sip:u%4@h" },
        Malformed("a tel URI without digits", 400, .requestURI) { $0.uri = "tel:+" },
        Malformed("a tel URI with a plus inside", 400, .requestURI) { $0.uri = "tel:+1+2" },
        Malformed("a long URI", 414, .requestURI) { $0.uri = "sip:" + String(repeating: "9", count: 1_100) + "@h" },
        Malformed("no From", 400, .header(.from)) { $0.from = "" },
        Malformed("two tags", 400, .header(.from)) { $0.from += ";tag=2" },
        Malformed("a tag without value", 400, .header(.to)) { $0.to += ";tag" },
        Malformed("text after To", 400, .header(.to)) { $0.to += " and more" },
        Malformed("two To values", 400, .header(.to)) { $0.to += ", <sip:b@c>" },
        Malformed("a space in Call-ID", 400, .header(.callID)) { $0.callID = "a b" },
        Malformed("an empty Call-ID", 400, .header(.callID)) { $0.callID = "" },
        Malformed("a CSeq of 2^31", 400, .header(.cseq)) { $0.cseq = 2_147_483_648 },
        Malformed("a second CSeq", 400, .header(.cseq)) { $0.extra = ["CSeq: 1 INVITE"] },
        Malformed("a second Max-Forwards", 400, .header(.maxForwards)) { $0.extra = ["Max-Forwards: 1"] },
        Malformed("a second To in short form", 400, .header(.to)) { $0.extra = ["t: <sip:b@c>"] },
        Malformed("a Via without host", 400, .header(.via)) { $0.via = "SIP/2.0/UDP ;branch=z9hG4bK1" },
        Malformed("a Via of HTTP", 400, .header(.via)) { $0.via = "HTTP/1.1/TCP h;branch=z9hG4bK1" },
        Malformed("two branches", 400, .header(.via)) { $0.via += ";branch=z9hG4bK2" },
        Malformed("a Contact that never closes", 400, .header(.contact)) { $0.extra = ["Contact: <sip:a@b"] },
        Malformed("a line without colon", 400, .message) { $0.extra = ["Foobar roobar"] },
        Malformed("a bare LF in a header", 400, .header(.subject)) { $0.extra = ["Subject: a\u{0B}b"] },
        Malformed("a NUL in a header", 400, .header(.other)) { $0.extra = ["X-A: a\u{0}b"] },
        Malformed("a long header", 400, .header(.other)) {
            $0.extra = ["X-A: " + String(repeating: "a", count: 9_000)]
        },
        Malformed("many headers", 400, .message) { $0.extra = (0..<200).map { "X-\($0): 1" } },
    ]

    @Test(arguments: malformed)
    func `is answered with its field`(_ malformed: Malformed) throws {
        guard case .refused(let refusal) = Message.parse(wire(malformed.text), from: somewhere) else {
            Issue.record("was not refused")
            return
        }
        #expect(refusal.error.status.rawValue == malformed.status)
        #expect(refusal.error.field == malformed.field, "\(refusal.error)")
    }

    @Test(arguments: ["\r", "\n", "\r\r\n x", "\n "])
    func `a lone CR or LF never ends a line`(_ ending: String) {
        let text = Sample(extra: ["Subject: a"]).bytes
        let at = text.count - wire("\nContent-Length: 0\n\n").count
        let bytes = text[..<at] + Array("\(ending)X-Edge: evil".utf8) + text[at...]
        guard case .refused(let refusal) = Message.parse(Array(bytes), from: somewhere) else {
            Issue.record("was not refused")
            return
        }
        #expect(refusal.error.status == .badRequest)
        #expect(refusal.headers.first(named: "X-Edge") == nil)
    }

    @Test func `a control character is found wherever it stands`() {
        for control in (UInt8.min...0x1F).filter({ $0 != 9 }) + [0x7F] {
            for position in 0..<24 {
                var bytes = [UInt8](repeating: 0x80, count: position) + [control] + Array("é~ tail\r\n".utf8)
                #expect(!bytes.span.line(from: 0).isClean, "\(control) at \(position)")
                bytes[position] = 0x20
                let scan = bytes.span.line(from: 0)
                #expect(scan.isClean && scan.end == bytes.count - 2 && scan.next == bytes.count)
            }
        }
    }

    @Test func `a plain INVITE is read whole`() throws {
        let request = try Sample(
            extra: [
                "X-Edge: edge-1", "P-Asserted-Identity: \"A\" <sip:+12125550100@x>, <tel:+12125550100>",
                "Remote-Party-ID: <sip:1@h>;party=calling;privacy=full;screen=yes", "Privacy: Id;critical",
                "Identity: eyJhbGc.eyJkZXN0.sig;info=<https://cert.example.org/a.pem>;alg=ES256",
            ], body: "v=0\n"
        ).request()
        #expect(request.method == .invite)
        #expect(request.uri.number == "+442079460958")
        #expect(request.from.displayName == "Alice")
        #expect(request.from.tag == Text("1928301774"))
        #expect(!request.isInDialog)
        #expect(request.headers.first(named: "x-edge") == Text("edge-1"))
        #expect(try request.assertedIdentities().map(\.uri.number) == ["+12125550100", "+12125550100"])
        #expect(try request.remoteParties().first?.parameters["party"] == "calling")
        #expect(request.privacy == ["id", "critical"])
        #expect(request.asksForPrivacy)
        #expect(request.identities.count == 1)
        #expect(request.body == Text("v=0\r\n"))
    }

    @Test(arguments: ["", "\r\n\r\n", "\r\n", "\0", "\0\0\0\0"])
    func `line ends alone are a keep-alive`(_ text: String) {
        guard case .keepAlive = Message.parse(Array(text.utf8), from: somewhere) else {
            Issue.record("was not a keep-alive")
            return
        }
    }

    @Test func `empty lines before the start line are skipped`() {
        guard case .request = Message.parse(wire("\n\n") + Sample().bytes, from: somewhere) else {
            Issue.record("was not a request")
            return
        }
    }

    @Test(arguments: ["GET / HTTP/1.1\n\n", "INVITE sip:a@b SIP/2.0\n\n", "hello", "SIP/2.0 200 OK\n\n"])
    func `what cannot be answered is dropped`(_ text: String) {
        guard case .unusable = Message.parse(wire(text), from: somewhere) else {
            Issue.record("was not dropped")
            return
        }
    }

    @Test func `a malformed ACK is never answered`() {
        let ack = Sample(method: "ACK", to: "broken").bytes
        guard case .unusable = Message.parse(ack, from: somewhere) else {
            Issue.record("was not dropped")
            return
        }
    }

    @Test func `a message over the bound is 513`() {
        let big = Sample(body: String(repeating: "a", count: 40_000)).bytes
        guard case .refused(let refusal) = Message.parse(big, from: somewhere) else {
            Issue.record("was not refused")
            return
        }
        #expect(refusal.error.status == .messageTooLarge)
        guard case .unusable = Message.parse([UInt8](repeating: 65, count: 70_000), from: somewhere) else {
            Issue.record("was not dropped")
            return
        }
    }

    @Test func `a body without Content-Length is the rest of the datagram`() throws {
        let text = Sample(body: "v=0\n").text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("Content-Length") }.joined(separator: "\n")
        guard case .request(let request) = Message.parse(wire(text), from: somewhere) else {
            Issue.record("was not a request")
            return
        }
        #expect(request.body == Text("v=0\r\n"))
    }

    @Test(arguments: HeaderName.allCases.filter { $0 != .other })
    func `a known header is found in any case`(_ name: HeaderName) {
        for text in [name.text, name.text.lowercased(), name.text.uppercased()] {
            let bytes = Array(text.utf8)
            #expect(HeaderName.named(bytes.span, from: 0, to: bytes.count) == name)
        }
    }

    @Test func `a method that is not taken is 405 and an unknown one 501`() throws {
        let server = Acceptance(methods: [.invite, .ack, .cancel, .options])
        let known = try #require(server.refusal(of: try Sample(method: "REGISTER").request()))
        #expect(known.status == .methodNotAllowed)
        #expect(known.headers == [HeaderLine("Allow", "INVITE, ACK, CANCEL, OPTIONS")])
        #expect(server.refusal(of: try Sample(method: "WEAVE").request())?.status == .notImplemented)
        #expect(server.refusal(of: try Sample(method: "ACK", uri: "x:y").request()) == nil)
        #expect(server.refusal(of: try Sample(method: "INVITE", uri: "x:y").request())?.status == .unsupportedURIScheme)
    }

    @Test func `a compressed body is 415`() throws {
        let request = try Sample(extra: ["Content-Encoding: gzip"], body: "x").request()
        let refusal = Acceptance(methods: [.invite]).refusal(of: request)
        #expect(refusal?.headers == [HeaderLine("Accept-Encoding", "identity")])
    }
}
