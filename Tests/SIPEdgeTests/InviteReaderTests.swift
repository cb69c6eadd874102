import SIP
import Services
import Telecom
import Testing

@testable import SIPEdge

/// What the router learns from the edge's INVITE.
@Suite struct InviteReaderTests {
    private func read(_ headers: [String]) throws -> InviteReader? {
        guard case .request(let request) = Message.parse(invite(headers), from: loopback) else {
            Issue.record("the message does not parse")
            return nil
        }
        return InviteReader(request)
    }

    @Test func `the edge's headers name the call and its source`() throws {
        let invite = try #require(try read(edgeHeaders(source: "192.0.2.7;5062;TCP")))
        #expect(invite.identity.edge == "edge-1" && invite.identity.receivedMicroseconds == 1_790_000_000_000_000)
        #expect(invite.address.description == "192.0.2.7" && invite.port == 5062 && invite.transport == .tcp)
        #expect(invite.dialled == "+14155550142" && invite.caller.fromUser == "+12125550100")
        #expect(invite.identity.callID == "abc@test" && invite.identity.fromTag == "1")
    }

    @Test(
        arguments: [
            ("127.0.0.1:5060", "127.0.0.1", 5060), ("[2001:db8:0:0::1]:5061", "2001:db8::1", 5061),
            ("2001:db8::1:5061", "2001:db8::1", 5061), ("127.0.0.1", nil, 0), ("example.com:5060", nil, 0),
            ("", nil, 0),
        ] as [(String, String?, UInt16)])
    func `the listener is an address with its port`(text: String, host: String?, port: UInt16) throws {
        let listener = try #require(try read(edgeHeaders() + ["X-Heddle-Listener: \(text)"])).listener
        #expect(listener == host.map { SIP.Endpoint(host: $0, port: port) })
    }

    @Test func `an IPv6 source stands in brackets`() throws {
        #expect(try read(edgeHeaders(source: "[2001:db8::1];5060;udp"))?.address.description == "2001:db8::1")
    }

    @Test(
        arguments: [
            ("sip:+12125550100;npdi;rn=+12015550000@127.0.0.1", "+12015550000"),
            ("sip:2125550100;rn=2015550000;npdi=yes@127.0.0.1;user=phone", "+12015550000"),
            ("sip:+12125550100;npdi@127.0.0.1", "not ported"),
            ("tel:+1-212-555-0100;npdi;rn=2015550000;rn-context=+1", "+12015550000"),
            ("sip:+12125550100@127.0.0.1;rn=+12015550000", nil), ("sip:+12125550100;x=1@127.0.0.1", nil),
        ] as [(String, String?)])
    func `the number's parameters tell of porting`(uri: String, expected: String?) throws {
        let text = String(decoding: invite(edgeHeaders()), as: UTF8.self)
            .replacing("INVITE sip:+14155550142@127.0.0.1", with: "INVITE \(uri)")
        guard case .request(let request) = Message.parse(Array(text.utf8), from: loopback) else {
            Issue.record("the message does not parse")
            return
        }
        let number = try #require(E164("+12125550100"))
        let porting = try #require(InviteReader(request)).signalledPorting?.porting(of: number)
        #expect((porting?.routingNumber?.description ?? porting.map { _ in "not ported" }) == expected)
    }

    @Test(
        arguments: [
            ([], nil),
            (["Diversion: <sip:+12015550100@a>;reason=No-Answer"], Diversion(user: "+12015550100", reason: .noAnswer)),
            (["Diversion: <sip:101@a>;reason=moon, <sip:102@a>"], Diversion(user: "101")),
            (["History-Info: <sip:101@a>;index=1, <sip:102@a>;index=1.1;mp=1"], Diversion(user: "101")),
            (
                ["History-Info: <sip:1@a>;index=1, <sip:2@a>;index=1.1", "Diversion: <sip:3@a>;reason=away"],
                Diversion(user: "3", reason: .away)
            ),
            (["Diversion: <sip:101@a"], nil),
        ] as [([String], Diversion?)])
    func `a forwarded call names who forwarded it`(headers: [String], diversion: Diversion?) throws {
        #expect(try read(edgeHeaders() + headers)?.caller.diversion == diversion)
    }

    @Test(
        arguments: [
            (true, "m=audio 4000 RTP/AVP 18 101\r\na=rtpmap:101 telephone-event/8000\r\n", CodecSet(.g729)),
            (true, "", .any), (true, "hello", .any), (false, "m=audio 4000 RTP/AVP 18\r\n", .any),
        ] as [(Bool, String, CodecSet)])
    func `what is offered is read where somebody wants to know`(
        isWanted: Bool, body: String, codecs: CodecSet
    ) throws {
        let text = String(decoding: invite(edgeHeaders()), as: UTF8.self)
            .replacing("Content-Length: 0\r\n\r\n", with: "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        guard case .request(let request) = Message.parse(Array(text.utf8), from: loopback) else {
            Issue.record("the message does not parse")
            return
        }
        #expect(InviteReader(request, readsOffer: isWanted)?.codecs == codecs)
    }

    @Test(arguments: [
        [], ["X-Heddle-Edge: edge-1"], ["X-Heddle-Source: 192.0.2.7;5062;udp", "X-Heddle-Received: 1"],
        edgeHeaders(source: "192.0.2.7"), edgeHeaders(source: "example.com;5060;udp"),
        edgeHeaders(source: "192.0.2.7;;udp"), edgeHeaders(received: "yesterday"),
    ])
    func `without them it is not our edge that asks`(headers: [String]) throws {
        #expect(try read(headers) == nil)
    }
}

let loopback = SIP.Endpoint(host: "127.0.0.1", port: 5060)

/// The headers that an edge adds.
func edgeHeaders(source: String = "192.0.2.7;5062;udp", received: String = "1790000000000000") -> [String] {
    ["X-Heddle-Edge: edge-1", "X-Heddle-Source: \(source)", "X-Heddle-Received: \(received)"]
}

/// The bytes of an INVITE with more headers.
func invite(_ headers: [String], branch: String = "z9hG4bK1", callID: String = "abc@test") -> [UInt8] {
    let lines =
        [
            "INVITE sip:+14155550142@127.0.0.1 SIP/2.0", "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=\(branch);rport",
            "From: <sip:+12125550100@127.0.0.9>;tag=1", "To: <sip:+14155550142@127.0.0.1>", "Call-ID: \(callID)",
            "CSeq: 1 INVITE", "Contact: <sip:+12125550100@127.0.0.9>", "Max-Forwards: 70",
        ] + headers + ["Content-Length: 0", "", ""]
    return Array(lines.joined(separator: "\r\n").utf8)
}
