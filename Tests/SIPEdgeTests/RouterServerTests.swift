import Foundation
import Logging
import Services
import TestSupport
import Testing

@testable import SIPEdge

/// A router with the demonstration's data, at a real socket.
@Suite(.database, .serialized) struct RouterServerTests {
    /// Runs a router, and talks to it.
    private func withRouter(_ body: (UDPClient) async throws -> Void) async throws {
        let database = try TestDatabase.suite
        try await SeedDemo(database.owner)()
        let routing = RoutingKeeper(
            database.engine, listening: database.engine,
            secrets: RoutingSecrets(
                open: { _, _, _ in throw EdgeError("no secrets here") },
                resolve: { _ in throw EdgeError("no secrets here") }, report: { _ in }))
        try await routing.refresh()
        let calls = OpenCalls(database.engine)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = try RouterServer(
            host: "127.0.0.1", port: 0,
            router: Router(Router.Settings(nonceSecret: [1, 2, 3]), routing: routing, calls: calls, logger: logger),
            logger: logger)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup { group in
            group.addTask { await calls.run() }
            group.addTask { try await server.run { port.yield($0) } }
            var found = ports.makeAsyncIterator()
            try await body(UDPClient(to: "127.0.0.1", UInt16(try #require(await found.next()))))
            group.cancelAll()
        }
    }

    @Test func `a call is answered with routes, once however often it is asked`() async throws {
        try await withRouter { client in
            let bytes = invite(edgeHeaders(source: "127.0.0.9;5060;udp"), branch: "z9hG4bK-call")
            let answer = try #require(await client.ask(bytes))
            #expect(answer.hasPrefix("SIP/2.0 302 "))
            #expect(try #require(await client.ask(bytes)) == answer)
            let body = try #require(answer.split(separator: "\r\n\r\n").last)
            let json = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
            #expect(json["version"] as? Int == 1 && json["code"] as? Int == 200)
            #expect(json["direction"] as? String == "outbound")
            #expect(json["account_id"] as? String == "de300000-0000-7000-8000-000000000011")
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

    /// A message that no router should have to see.
    struct Malformed: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What is replaced in a good INVITE, and by what.
        let wrong: (String, String)
        let code: Int
    }

    // After RFC 4475 section 3.1.2 and 3.3; all its messages are read in SIPTests.
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
        Malformed(testDescription: "an unknown method", wrong: ("INVITE", "REMAKE"), code: 405),
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
}
