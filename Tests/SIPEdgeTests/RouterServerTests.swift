import Foundation
import Postgres
import TestSupport
import Testing

@testable import SIPEdge

/// What a router answers to its edge.
@Suite(.database, .serialized) struct RouterServerTests {
    /// Runs a router, and talks to it.
    private func withRouter(_ body: (UDPClient) async throws -> Void) async throws {
        try await TestRouter.run { try await body(UDPClient(to: "127.0.0.1", $0)) }
    }

    @Test func `a call is answered with routes, once however often it is asked`() async throws {
        try await withRouter { client in
            let (bytes, answer) = try await Edge().routed(by: client)
            #expect(answer.hasPrefix("SIP/2.0 302 "))
            #expect(try #require(await client.ask(bytes)) == answer)
            let body = try #require(answer.split(separator: "\r\n\r\n").last)
            let json = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
            #expect(json["version"] as? Int == 1 && json["code"] as? Int == 200)
            #expect(json["direction"] as? String == "outbound")
            #expect(json["account_id"] as? String == "de300000-0000-7000-8000-000000000011")
            #expect(json["account_channels"] as? Int == 20 && json["account_cps"] as? Int == 10)
            #expect((json["max_duration_s"] as? Int ?? 0) > 500)
            let routes = try #require(json["routes"] as? [[String: Any]])
            #expect(routes.count >= 2)
            let first = try #require(routes.first)
            #expect(first["uri"] as? String == "sip:+14155550142@127.0.0.3:5070")
            #expect(first["dst_uri"] as? String == "sip:127.0.0.3:5070;transport=udp")
            #expect(first["carrier_trunk_id"] as? String == "de300000-0000-7000-8000-000000000331")
            #expect(first["sell_rate_id"] != nil && first["buy_rate_id"] != nil)
        }
    }

    /// What a browser offers, with all its candidates, passes many a network's longest packet.
    @Test func `a long call is answered as a short one is`() async throws {
        try await withRouter { client in
            let filler = (0..<4).map { "X-Filler-\($0): \(String(repeating: "x", count: 7_000))" }
            var answer = ""
            for number in 0..<100 where !answer.hasPrefix("SIP/2.0 302 ") {  // a busy machine may answer 503
                let headers = edgeHeaders(source: "127.0.0.9;5060;udp", received: "\(1_790_000_000_000_000 + number)")
                let request = invite(headers + filler, branch: "z9hG4bK-long-\(number)", callID: "long-\(number)@test")
                answer = try #require(await client.ask(request))
            }
            #expect(answer.hasPrefix("SIP/2.0 302 "))
        }
    }

    @Test func `who is not known is challenged, and wrong answers only a few times`() async throws {
        try await withRouter { client in
            func ask(_ number: Int, _ response: String? = nil) async throws -> String {
                var headers = edgeHeaders(source: "192.0.2.1;5060;udp")
                if let response { headers.append("Proxy-Authorization: \(response)") }
                return try #require(await client.ask(invite(headers, branch: "z9hG4bK-login-\(number)")))
            }
            var nonce = ""
            for number in 0..<3 {
                let challenge = try await ask(number)
                #expect(challenge.hasPrefix("SIP/2.0 407 "))
                let algorithms = challenge.matches(of: /algorithm="?([A-Z0-9-]+)/).map { String($0.1) }
                #expect(algorithms == ["SHA-256", "MD5"])
                nonce = challenge.firstMatch(of: /nonce="([^"]+)"/).map { String($0.1) } ?? ""
                let wrong = """
                    Digest username="juniper-pbx", realm="heddle", nonce="\(nonce)", \
                    uri="sip:+14155550142@127.0.0.1", response="\(String(repeating: "0", count: 32))", algorithm=MD5
                    """
                let answer = try await ask(100 + number, wrong)
                #expect(answer.hasPrefix(number < 2 ? "SIP/2.0 407 " : "SIP/2.0 403 "))
            }
            #expect(try await ask(200).hasPrefix("SIP/2.0 403 "))
        }
    }

    /// The edge sends an INVITE again while a router still thinks: it is decided once, and answered once.
    @Test func `a repeated call is not decided again`() async throws {
        try await TestRouter.run { port in
            let client = UDPClient(to: "127.0.0.1", port)
            for number in 0..<20 {
                let headers = edgeHeaders(source: "127.0.0.9;5060;udp", received: "179000000000\(1_000 + number)")
                let branch = "z9hG4bK-repeated-\(number)"
                let bytes = invite(headers, branch: branch, callID: "repeated-\(number)@test")
                for _ in 0..<3 { client.send(bytes) }
                _ = try #require(await client.finalAnswer(within: .seconds(30), to: branch))
            }
            let decided = try await TestDatabase.suite.owner.run(
                """
                select count(*), count(distinct call_id) from routing.routing_requests
                 where starts_with(call_id, 'repeated-')
                """
            ).decode(Int.self, Int.self).first
            #expect(decided?.0 == decided?.1 && (decided?.0 ?? 0) > 0)
        }
    }

    /// Where the edge took a call, and whether a stranger may log in there.
    struct Listener: Sendable, CustomTestStringConvertible {
        let received: String?
        let code: Int
        var testDescription: String { "\(received ?? "-") \(code)" }
    }

    @Test(arguments: [
        Listener(received: "203.0.113.5:5060", code: 407), Listener(received: "[2001:db8:0::5]:5060", code: 407),
        Listener(received: "203.0.113.5:5070", code: 403), Listener(received: "203.0.113.6:5060", code: 403),
        Listener(received: nil, code: 403), Listener(received: "somewhere", code: 403),
    ])
    func `who is not known is challenged where the listener lets callers log in`(listener: Listener) async throws {
        try await TestRouter.with(digestListeners: ["203.0.113.5:5060", "[2001:db8::5]:5060"]) { router in
            try await router.serve { port in
                let more = listener.received.map { ["X-Heddle-Listener: \($0)"] } ?? []
                let bytes = invite(edgeHeaders(source: "192.0.2.1;5060;udp") + more, branch: "z9hG4bK-listener")
                let answer = try #require(await UDPClient(to: "127.0.0.1", port).ask(bytes))
                #expect(answer.hasPrefix("SIP/2.0 \(listener.code) "))
            }
        }
    }

    /// A message that no router should have to see.
    struct Malformed: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What is replaced in a good INVITE, and by what.
        let wrong: (String, String)
        let code: Int
    }

    // RouterTortureTests has the messages of RFC 4475; these are a good INVITE with one thing wrong.
    @Test(arguments: [
        Malformed(
            testDescription: "commas in Via", wrong: ("UDP 127.0.0.1:5060;", "UDP 127.0.0.1:5060;;,;,,"), code: 400),
        Malformed(testDescription: "negative length", wrong: ("Content-Length: 0", "Content-Length: -999"), code: 400),
        Malformed(testDescription: "too long", wrong: ("Content-Length: 0", "Content-Length: 9999"), code: 400),
        Malformed(testDescription: "large number", wrong: ("CSeq: 1", "CSeq: 36893488147419103232"), code: 400),
        Malformed(testDescription: "open quotes", wrong: ("To: <", "To: \"Mr. J. User <"), code: 400),
        Malformed(testDescription: "method and CSeq", wrong: ("CSeq: 1 INVITE", "CSeq: 1 OPTIONS"), code: 400),
        Malformed(testDescription: "version 7", wrong: ("127.0.0.1 SIP/2.0", "127.0.0.1 SIP/7.0"), code: 505),
        Malformed(testDescription: "no Call-ID", wrong: ("Call-ID: abc@test\r\n", ""), code: 400),
        Malformed(testDescription: "an unknown method", wrong: ("INVITE", "REMAKE"), code: 501),
        Malformed(testDescription: "not from an edge", wrong: ("X-Heddle-Edge", "X-Nobody"), code: 403),
    ])
    func `malformed messages get their answer, and the router lives`(message: Malformed) async throws {
        try await withRouter { client in
            let good = String(decoding: invite(edgeHeaders(), branch: "z9hG4bK-bad"), as: UTF8.self)
            let bad = good.replacing(message.wrong.0, with: message.wrong.1)
            #expect(bad != good)
            #expect(await client.ask(Array(bad.utf8))?.prefix(11) == "SIP/2.0 \(message.code)")
            var noise = SystemRandomNumberGenerator()
            for length in [1, 4, 100, 1_400, 60_000] {
                client.send((0..<length).map { _ in UInt8.random(in: .min ... .max, using: &noise) })
            }
            let options = good.replacing("INVITE", with: "OPTIONS").replacing("z9hG4bK-bad", with: "z9hG4bK-alive")
            #expect(await client.ask(Array(options.utf8))?.hasPrefix("SIP/2.0 200 ") == true)
        }
    }

    @Test(arguments: ["SIP/2.0/UDP 127.0.0.1:0", "SIP/2.0/UDP 127.0.0.1:1", "SIP/2.0/UDP 255.255.255.255:0"])
    func `a reply that cannot be sent leaves the router alive`(via: String) async throws {
        try await withRouter { client in
            let good = String(decoding: invite(edgeHeaders(), branch: "z9hG4bK-lost"), as: UTF8.self)
            let lost = good.replacing(/Via: [^;]+;branch=[^;]+;rport/, with: "Via: \(via);branch=z9hG4bK-lost")
            #expect(lost != good)
            // Nobody is at port 1; instead of port 0 the port is taken that the request came from.
            client.send(Array(lost.utf8))
            client.send(Array(lost.replacing("CSeq: 1 INVITE", with: "CSeq: one").utf8))
            let options = good.replacing("INVITE", with: "OPTIONS").replacing("z9hG4bK-lost", with: "z9hG4bK-alive")
            #expect(await client.ask(Array(options.utf8))?.hasPrefix("SIP/2.0 200 ") == true)
            #expect(await client.ask(invite(edgeHeaders(), branch: "z9hG4bK-next")) != nil)
        }
    }
}
