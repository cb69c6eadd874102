import Testing

@testable import SIP

@Suite
struct ReplyTests {
    @Test func `copies what ties a response to its request`() throws {
        let request = try Sample().request()
        let reply = request.reply(
            ReplyContent(
                .movedTemporarily, headers: [HeaderLine("X-A", "1")], contentType: "application/json",
                body: Array("{}".utf8)), toTag: "abc")
        #expect(
            lines(reply) == [
                "SIP/2.0 302 Moved Temporarily", "Via: SIP/2.0/UDP 10.0.0.5:5080;branch=z9hG4bK776asdhds",
                "From: \"Alice\" <sip:+12125550100@pbx.example.com>;tag=1928301774",
                "To: <sip:+442079460958@edge.example.net>;tag=abc", "Call-ID: a84b4c76e66710@pbx.example.com",
                "CSeq: 314159 INVITE", "X-A: 1", "Content-Type: application/json", "Content-Length: 2", "", "{}",
            ])
        #expect(reply.destination == Endpoint(host: "10.0.0.5", port: 5080))
    }

    @Test func `a response can be read back`() throws {
        let reply = try Sample().request().reply(ReplyContent(.paymentRequired), toTag: "abc")
        guard case .response(let response) = Message.parse(reply.bytes, from: somewhere) else {
            Issue.record("was not a response")
            return
        }
        #expect(response.status == .paymentRequired)
        #expect(response.to.tag == Text("abc"))
        #expect(response.cseq.number == 314_159)
        #expect(response.cseq.method == .invite)
    }

    @Test func `fills in where the request came from`() throws {
        var sample = Sample(
            via: "SIP/2.0/UDP pbx.example.com:5080;rport;branch=z9hG4bK1, SIP/2.0/TCP b;branch=z9hG4bK2")
        let nat = Endpoint(host: "203.0.113.9", port: 40_001)
        var reply = try sample.request(from: nat).reply(ReplyContent(.ok), toTag: "t")
        #expect(
            lines(reply)[1] == "Via: SIP/2.0/UDP pbx.example.com:5080;rport=40001;branch=z9hG4bK1;received=203.0.113.9"
                + ", SIP/2.0/TCP b;branch=z9hG4bK2")
        #expect(reply.destination == nat)
        sample.via = "SIP/2.0/UDP pbx.example.com;branch=z9hG4bK1"
        reply = try sample.request(from: nat).reply(ReplyContent(.ok), toTag: "t")
        #expect(lines(reply)[1] == "Via: SIP/2.0/UDP pbx.example.com;branch=z9hG4bK1;received=203.0.113.9")
        #expect(reply.destination == Endpoint(host: "203.0.113.9", port: 5060))
    }

    @Test func `keeps a tag that is there and gives none to 100`() throws {
        let inside = try Sample(to: "<sip:b@c>;tag=theirs").request()
        #expect(lines(inside.reply(ReplyContent(.ok), toTag: "ours")).contains("To: <sip:b@c>;tag=theirs"))
        let trying = try Sample(to: "<sip:b@c>").request().reply(ReplyContent(.trying), toTag: "ours")
        #expect(lines(trying).contains("To: <sip:b@c>"))
    }

    @Test func `no value can start a header of its own`() throws {
        let evil = "a\r\nX-Evil: 1"
        let reply = try Sample().request().reply(
            ReplyContent(.forbidden, reason: evil, headers: [HeaderLine(evil, evil)], contentType: evil), toTag: evil)
        #expect(!lines(reply).contains { $0.hasPrefix("X-Evil") })
    }

    @Test func `the stateless tag is the same for the same request only`() throws {
        let first = try Sample().request().statelessTag(salt: 7)
        #expect(try Sample().request().statelessTag(salt: 7) == first)
        #expect(try Sample(callID: "other").request().statelessTag(salt: 7) != first)
        #expect(try Sample().request().statelessTag(salt: 8) != first)
    }
}
