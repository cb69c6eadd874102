import Foundation
import SIP
import TestSupport

/// A caller who logs in with SHA-256, which SIPp cannot.
struct DigestCaller {
    private let client: UDPClient
    private let host: String
    private let edge: String
    private let callee: String
    let callID: String

    init(_ heddle: TestHeddle, from host: String, to callee: String) {
        self.host = host
        self.callee = callee
        edge = heddle.plan.edge
        callID = "sha256-\(UUID().uuidString)"
        let port = UInt16(edge.split(separator: ":").last ?? "") ?? 0
        client = UDPClient(from: host, to: "127.0.0.1", port)
    }

    private var target: String { "sip:\(callee)@\(edge)" }

    private func request(
        _ method: String, _ number: Int, to tag: String = "", uri: String? = nil, _ more: [String] = []
    ) -> [UInt8] {
        let here = "\(host):\(client.localPort)"
        let lines =
            [
                "\(method) \(uri ?? target) SIP/2.0",
                "Via: SIP/2.0/UDP \(here);branch=z9hG4bK\(callID)\(number)\(method == "BYE" ? "b" : "")",
                "From: <sip:+13125550140@\(host)>;tag=1", "To: <\(target)>\(tag)", "Call-ID: \(callID)",
                "CSeq: \(number) \(method)", "Contact: <sip:+13125550140@\(here)>", "Max-Forwards: 70",
            ] + more + ["Content-Length: 0", "", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// The whole call: challenge, answer, talk, hang up.
    /// - Returns: the statuses of the challenge, the call and the BYE.
    func call(user: String, password: String, realm: String = "heddle") async throws -> [Int] {
        let challenge = try await answer(request("INVITE", 1))
        client.send(request("ACK", 1, to: Self.tag(challenge)))
        guard let nonce = challenge.firstMatch(of: /nonce="([^"]+)"[^\r]*algorithm=SHA-256/)?.1 else {
            throw HarnessError("no challenge with SHA-256: \(challenge)")
        }
        let response = Digest.response(
            ha1: HA1(user: user, realm: realm, password: password, algorithm: .sha256), method: .invite, uri: target,
            nonce: String(nonce), protection: (nonceCount: "00000001", cnonce: "c0ffee"))
        let credentials = """
            Proxy-Authorization: Digest username="\(user)", realm="\(realm)", nonce="\(nonce)", uri="\(target)", \
            response="\(response)", algorithm=SHA-256, qop=auth, nc=00000001, cnonce="c0ffee"
            """
        let answered = try await answer(request("INVITE", 2, [credentials]))
        guard answered.hasPrefix("SIP/2.0 2") else {
            client.send(request("ACK", 2, to: Self.tag(answered)))
            return [Self.status(challenge), Self.status(answered)]
        }
        let contact = answered.firstMatch(of: /Contact: *<([^>]+)>/).map { String($0.1) }
        let routes = answered.matches(of: /Record-Route: *([^\r]+)/).map { "Route: \($0.1)" }.reversed()
        client.send(request("ACK", 2, to: Self.tag(answered), uri: contact, Array(routes)))
        try await Task.sleep(for: .milliseconds(200))
        let ended = try await answer(request("BYE", 3, to: Self.tag(answered), uri: contact, Array(routes)))
        return [challenge, answered, ended].map(Self.status)
    }

    private func answer(_ bytes: [UInt8]) async throws -> String {
        guard let answer = await client.ask(bytes) else { throw HarnessError("the edge does not answer") }
        return answer
    }

    private static func tag(_ answer: String) -> String {
        answer.firstMatch(of: /\r\nTo:[^\r]*(;tag=[^\r;]+)/).map { String($0.1) } ?? ""
    }

    private static func status(_ answer: String) -> Int { Int(answer.dropFirst(8).prefix(3)) ?? 0 }
}
