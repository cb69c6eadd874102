import Glibc
import TestSupport
import Testing

@testable import SIPEdge

/// Every message of RFC 4475 and RFC 5118, sent to a router that serves.
@Suite(.database) struct RouterTortureTests {
    /// What the router answers; 0 is silence.
    ///
    /// Where a message only breaks a rule about something that the router does not use, it is answered as any other of
    /// its method: an INVITE without the edge's headers gets 403, and a method that is none of the router's 405 or 501.
    private static let expected: [String: Int] = [
        // RFC 4475 section 3.1.1: valid messages.
        "wsinv": 403, "intmeth": 501, "esc01": 403, "escnull": 405, "esc02": 501, "lwsdisp": 200, "longreq": 403,
        "dblreq": 405, "semiuri": 200, "transports": 200, "mpart01": 405, "unreason": 0, "noreason": 0,
        // Section 3.1.2: invalid messages. scalarlg and bigcode are responses.
        "badinv01": 400, "clerr": 400, "ncl": 400, "scalar02": 400, "scalarlg": 0, "quotbal": 400, "ltgtruri": 400,
        "lwsruri": 400, "lwsstart": 400, "trws": 400, "escruri": 400, "baddate": 403, "regbadct": 400,
        "badaspec": 400, "baddn": 400, "badvers": 505, "mismatch01": 400, "mismatch02": 501, "bigcode": 0,
        // Section 3.2 and 3.3: transaction layer, application layer. bcast is a response.
        "badbranch": 400, "insuf": 400, "unkscm": 416, "novelsc": 416, "unksm2": 405, "bext01": 200, "invut": 403,
        "regaut01": 405, "multi01": 400, "mcl01": 400, "bcast": 0, "zeromf": 200, "cparam01": 405, "cparam02": 405,
        "regescrt": 405, "sdp01": 403,
        // Section 3.4: a client of RFC 2543.
        "inv2543": 403,
        // RFC 5118 section 4.
        "ipv6-good": 405, "ipv6-bad": 400, "port-ambiguous": 405, "port-unambiguous": 405,
        "via-received-param-with-delim": 405, "via-received-param-no-delim": 405, "ipv6-in-sdp": 403,
        "mult-ip-in-header": 405, "mult-ip-in-sdp": 403, "ipv4-mapped-ipv6": 403, "ipv6-bug-abnf-3-colons": 403,
        "ipv6-correct-abnf-2-colons": 403,
    ]

    /// The INVITEs of the above that are well formed, as they come from an edge that has added its headers for a known
    /// customer: the numbers are dialled wrongly (484), or no carrier goes there.
    private static let expectedFromEdge: [String: Int] = [
        "wsinv": 484, "esc01": 484, "longreq": 484, "baddate": 484, "invut": 484, "sdp01": 484, "inv2543": 484,
        "ipv6-in-sdp": 484, "mult-ip-in-sdp": 484, "ipv4-mapped-ipv6": 484, "ipv6-bug-abnf-3-colons": 484,
        "ipv6-correct-abnf-2-colons": 484,
    ]

    @Test func `every message has its expected answer`() {
        #expect(Set(TortureCase.all.map(\.name)) == Set(Self.expected.keys))
        let invites = Self.expected.filter { $0.value == 403 }.keys
        #expect(Set(Self.expectedFromEdge.keys) == Set(invites))
    }

    @Test func `every message gets its answer, and the next call is routed`() async throws {
        try await ask(TortureCase.all.map { ($0, $0.bytes) }, Self.expected)
    }

    @Test func `the INVITEs are decided when they come through the edge`() async throws {
        let added = edgeHeaders(source: "127.0.0.9;5060;udp").joined(separator: "\r\n") + "\r\n"
        let invites = try TortureCase.all.filter { Self.expectedFromEdge[$0.name] != nil }.map { message in
            let start = try #require(message.bytes.firstIndex(of: UInt8(ascii: "\n")))
            return (message, message.bytes[...start] + Array(added.utf8) + message.bytes[(start + 1)...])
        }
        try await ask(invites.map { ($0, Array($1)) }, Self.expectedFromEdge)
    }

    /// Each message goes to a server of its own: many have the branch of another, and would pass for its repetition.
    private func ask(_ messages: [(TortureCase, [UInt8])], _ table: [String: Int]) async throws {
        let address = try Torturer.freeAddress()
        let edge = Edge()
        try await TestRouter.with(edges: ["127.0.0.1", address]) { router in
            for (message, bytes) in messages {
                let expected = try #require(table[message.name])
                try await router.serve { port in
                    let torturer = Torturer(at: address, to: port)
                    torturer.send(bytes)
                    try await edge.placeCall(port)
                    var code = await torturer.answer(within: expected == 0 ? .zero : .seconds(2))
                    // A datagram may be lost.
                    for _ in 0..<10 where code == 0 && expected != 0 {
                        torturer.send(bytes)
                        code = await torturer.answer(within: .seconds(2))
                    }
                    #expect(code == expected, "\(message)")
                }
            }
        }
    }
}

/// Sends messages as they are, and listens at every port that their Via names.
private struct Torturer {
    /// 5060 stands for no port; one message each has another. Those with `rport` are answered where they came from.
    private static let ports: [UInt16] = [5060, 5050, 6050, 19_823]

    private let sender: UDPClient
    private let listeners: [UDPClient]

    init(at address: String, to port: UInt16) {
        sender = UDPClient(from: address, to: "127.0.0.1", port)
        listeners = Self.ports.map { UDPClient(from: address, port: $0, to: "127.0.0.1", port) } + [sender]
    }

    /// A loopback address where nobody has those ports: they are fixed, so the address is not.
    static func freeAddress() throws -> String {
        for _ in 0..<100 {
            let address = "127.\(Int.random(in: 64...126)).\(Int.random(in: 0...255)).\(Int.random(in: 1...254))"
            if ports.allSatisfy({ FreePorts.isFree(address, $0, SOCK_DGRAM) }) { return address }
        }
        throw EdgeError("no loopback address is free")
    }

    func send(_ bytes: [UInt8]) { sender.send(bytes) }

    /// The code of the final answer; 0 when there is none.
    func answer(within limit: Duration) async -> Int {
        let deadline = ContinuousClock.now + limit
        while true {
            for listener in listeners {
                guard let answer = await listener.finalAnswer(within: .zero) else { continue }
                return Int(answer.dropFirst(8).prefix(3)) ?? -1
            }
            guard ContinuousClock.now < deadline else { return 0 }
            try? await Task.sleep(for: .milliseconds(2))  // a cancelled sleep only looks sooner
        }
    }
}
