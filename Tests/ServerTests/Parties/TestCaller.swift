import Foundation
import SIP
import Synchronization
import TestSupport
import Testing

/// A caller that says what SIPp cannot, and keeps what it is told.
final class TestCaller: Sendable {
    let callID: String
    private let client: UDPClient
    private let host: String
    private let edge: String
    private let number: String
    private let offer: String?
    private let sequence = Atomic<Int>(0)
    private let callee = Mutex("")

    /// - Parameters:
    ///   - offer: the media lines of the SDP in its INVITEs; without one they have none.
    ///   - edge: another edge than the first, as `127.0.0.1:5060`.
    init(
        _ heddle: TestHeddle, from party: String = "customer", number: String = "+12125550100", callID: String? = nil,
        offer: String? = nil, edge: String? = nil
    ) {
        self.offer = offer
        host = heddle.plan.host(party)
        self.edge = edge ?? heddle.plan.edge
        self.number = number
        self.callID = callID ?? "caller-\(UUID().uuidString)"
        client = UDPClient(from: host, to: "127.0.0.1", UInt16(self.edge.split(separator: ":").last ?? "") ?? 0)
    }

    private var target: String { "sip:\(callee.withLock(\.self))@\(edge)" }

    /// Sends an INVITE; the final answer, which is acknowledged.
    /// - Parameter headers: more lines; a `From` takes the place of the usual one.
    @discardableResult
    func invite(_ callee: String, _ headers: [String] = []) async throws -> SIPText {
        self.callee.withLock { $0 = callee }
        let number = sequence.wrappingAdd(1, ordering: .relaxed).newValue
        let answer = try await ask(request("INVITE", number, headers))
        acknowledge(answer, number)
        return answer
    }

    /// Sends an INVITE and does not wait for anything.
    func begin(_ callee: String) {
        self.callee.withLock { $0 = callee }
        client.send(request("INVITE", sequence.wrappingAdd(1, ordering: .relaxed).newValue, []))
    }

    /// Gives up the call that was begun first; the final answer to its INVITE.
    func cancel() async throws -> SIPText {
        let cancel = request("CANCEL", 1, transaction: "INVITE", [])
        client.send(cancel)
        let branch = SIPText(String(decoding: cancel, as: UTF8.self)).branch
        while let text = await client.finalAnswer(within: .seconds(30), to: branch) {
            let answer = SIPText(text)
            guard answer["CSeq"].first?.hasSuffix("INVITE") == true else { continue }
            acknowledge(answer, 1)
            return answer
        }
        throw HarnessError("the call does not end")
    }

    /// Answers a challenge with MD5, as SIPp would.
    func invite(
        _ callee: String, answering challenge: SIPText, user: String, password: String, realm: String = "heddle"
    ) async throws -> SIPText {
        let line = challenge["Proxy-Authenticate"].first { $0.contains("MD5") } ?? ""
        guard let nonce = line.firstMatch(of: /nonce="([^"]+)"/).map({ String($0.1) }) else {
            throw HarnessError("no challenge with MD5: \(challenge.text)")
        }
        return try await invite(callee, [credentials(callee, nonce: nonce, user, password, realm)])
    }

    /// A Proxy-Authorization line.
    func credentials(
        _ callee: String, nonce: String, _ user: String, _ password: String, _ realm: String = "heddle"
    ) -> String {
        let uri = "sip:\(callee)@\(edge)"
        let response = Digest.response(
            ha1: HA1(user: user, realm: realm, password: password, algorithm: .md5), method: .invite, uri: uri,
            nonce: nonce, protection: (nonceCount: "00000001", cnonce: "c0ffee"))
        return """
            Proxy-Authorization: Digest username="\(user)", realm="\(realm)", nonce="\(nonce)", uri="\(uri)", \
            response="\(response)", algorithm=MD5, qop=auth, nc=00000001, cnonce="c0ffee"
            """
    }

    /// Sends a request within the call that `answer` answered.
    /// - Parameters:
    ///   - uri: where it goes; the far end's Contact unless another is given.
    ///   - routes: Route lines behind those that the answer asks for.
    @discardableResult
    func send(
        _ method: String, within answer: SIPText, uri: String? = nil, routes: [String] = []
    ) async throws -> SIPText {
        let number = sequence.wrappingAdd(1, ordering: .relaxed).newValue
        let all = Self.routes(answer) + routes.map { "Route: \($0)" }
        let to = Self.tag(answer)
        let reply = try await ask(request(method, number, to: to, uri: uri ?? answer.contact, all))
        if method == "INVITE" { acknowledge(reply, number) }
        return reply
    }

    /// Ends the call that `answer` answered.
    func hangUp(_ answer: SIPText) async throws { try await send("BYE", within: answer) }

    /// The ACK of a refusal belongs to the INVITE's transaction, that of an answer is one of its own.
    private func acknowledge(_ answer: SIPText, _ number: Int) {
        let isAnswered = (200..<300).contains(answer.code)
        client.send(
            request(
                "ACK", number, to: Self.tag(answer), uri: isAnswered ? answer.contact : nil,
                transaction: isAnswered ? "ACK" : "INVITE", isAnswered ? Self.routes(answer) : []))
    }

    private func request(
        _ method: String, _ number: Int, to tag: String = "", uri: String? = nil, transaction: String? = nil,
        _ more: [String]
    ) -> [UInt8] {
        let here = "\(host):\(client.localPort)"
        let from = more.first { $0.hasPrefix("From:") } ?? "From: <sip:\(self.number)@\(host)>"
        let lines =
            [
                "\(method) \(uri ?? target) SIP/2.0",
                "Via: SIP/2.0/UDP \(here);branch=z9hG4bK\(callID)-\(number)\(transaction ?? method)",
                "\(from);tag=1", "To: <\(target)>\(tag)", "Call-ID: \(callID)", "CSeq: \(number) \(method)",
                "Contact: <sip:\(self.number)@\(here)>", "Max-Forwards: 70",
            ] + more.filter { !$0.hasPrefix("From:") } + body(of: method)
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// The end of the headers, and what follows it.
    private func body(of method: String) -> [String] {
        guard method == "INVITE", let offer else { return ["Content-Length: 0", "", ""] }
        let sdp = ["v=0", "o=- 1 1 IN IP4 \(host)", "s=-", "c=IN IP4 \(host)", "t=0 0", offer].joined(separator: "\r\n")
        return ["Content-Type: application/sdp", "Content-Length: \(sdp.utf8.count)", "", sdp]
    }

    private func ask(_ bytes: [UInt8]) async throws -> SIPText {
        guard let answer = await client.ask(bytes, tries: 60) else {
            throw HarnessError("the edge does not answer \(String(decoding: bytes, as: UTF8.self))")
        }
        return SIPText(answer)
    }

    private static func tag(_ answer: SIPText) -> String {
        answer["To"].first?.firstMatch(of: /;tag=[^;]+/).map { String($0.0) } ?? ""
    }

    private static func routes(_ answer: SIPText) -> [String] {
        answer["Record-Route"].reversed().map { "Route: \($0)" }
    }
}

/// A call that a `TestCaller` placed.
struct PlacedCall: Sendable {
    let caller: TestCaller
    let answer: SIPText
    /// The beginning of its Call-ID and of those that were placed before it in vain.
    let prefix: String
    /// How many calls those are.
    let count: Int

    func hangUp() async throws { try await caller.hangUp(answer) }
}

extension TestHeddle {
    /// Places a call, and once more when the database was too slow for it: on a busy machine it may be.
    func place(
        _ callee: String, from party: String = "customer", number: String = "+12125550100", _ headers: [String] = [],
        offer: String? = nil
    ) async throws -> PlacedCall {
        let prefix = "placed-\(UUID().uuidString)"
        for count in 1...40 {
            let caller = TestCaller(self, from: party, number: number, callID: "\(prefix)-\(count)", offer: offer)
            let answer = try await caller.invite(callee, headers)
            if answer.reason != "Database away" {
                return PlacedCall(caller: caller, answer: answer, prefix: prefix, count: count)
            }
        }
        throw HarnessError("the database is away for good")
    }

    /// What the record of a call says, once it is there and all books are closed.
    func told(_ placed: PlacedCall) async throws -> Told {
        guard let told = try await settled(placed.prefix, calls: placed.count).last else {
            throw HarnessError("the call left no record")
        }
        return told
    }
}
