import Foundation
import Synchronization
import Telecom
import TestSupport
import Testing

@testable import Services

/// A service that answers an INVITE with 302, at a real UDP socket.
@Suite struct AskRedirectTests {
    /// What was received, and what is answered to an INVITE.
    private func ask(
        _ answer: @escaping @Sendable (String) -> [String]
    ) async throws -> (said: Result<PortingAnswer, any Error>, received: [String]) {
        let received = Mutex<[String]>([])
        let said = Mutex<Result<PortingAnswer, any Error>?>(nil)
        let number = try #require(E164("+12125550100"))
        try await RedirectStub.run { text in
            received.withLock { $0.append(text) }
            return text.hasPrefix("INVITE ") ? answer(text) : []
        } _: { port in
            let result: Result<PortingAnswer, any Error>
            do {
                result = .success(try await AskRedirect(host: "127.0.0.1", port: port).ask(number))
            } catch {
                result = .failure(error)
            }
            // The acknowledgement is on its way when the answer is there.
            if case .success = result {
                try await until("it is acknowledged") { received.withLock { $0.contains { $0.hasPrefix("ACK ") } } }
            }
            said.withLock { $0 = result }
        }
        let result = said.withLock(\.self)
        return (try #require(result), received.withLock(\.self))
    }

    @Test(
        arguments: [
            ("302 Moved", "Contact: <sip:+12125550100;npdi;rn=+12015550000@192.0.2.1>", "+12015550000"),
            ("302 Moved", "Contact: <sip:2125550100;rn=2015550000;npdi=yes@192.0.2.1:5060>;q=1", "+12015550000"),
            ("301 Moved", "Contact: <tel:+12125550100;npdi;rn=+12015550000>", "+12015550000"),
            ("302 Moved", "Contact: <sip:+12125550100;npdi@192.0.2.1>", "not ported"),
            ("302 Moved", "Contact: <sip:+12125550100@192.0.2.1>", "unusable"),
            ("302 Moved", "Contact: <sip:+12125550100;npdi;rn=garbage@192.0.2.1>", "unusable"),
            ("302 Moved", "Contact: *", "unusable"), ("302 Moved", "", "unusable"),
            ("404 Not Found", "", "unusable"), ("503 Away", "Contact: <sip:x;npdi@192.0.2.1>", "unusable"),
        ])
    func `its Contact tells where the number is`(status: String, contact: String, says: String) async throws {
        let (said, received) = try await ask { invite in
            [RedirectStub.response("100 Trying", to: invite), RedirectStub.response(status, to: invite, contact)]
        }
        switch said {
        case .success(let answer): #expect((answer.routingNumber?.description ?? "not ported") == says)
        case .failure(let error): #expect(error is PortingFailure && says == "unusable")
        }
        #expect(received.first?.hasPrefix("INVITE sip:+12125550100@127.0.0.1:") ?? false)
    }

    @Test func `the acknowledgement has the tag and the branch`() async throws {
        let (said, received) = try await ask {
            [RedirectStub.response("302 X", to: $0, "Contact: <sip:+12125550100;npdi@192.0.2.1>")]
        }
        #expect(try said.get() == .notPorted)
        let ack = try #require(received.last { $0.hasPrefix("ACK ") })
        let invite = try #require(received.first)
        func via(_ text: String) -> String? {
            text.components(separatedBy: "\r\n").first { $0.hasPrefix("Via:") }
        }
        #expect(ack.contains(";tag=stub\r\n") && ack.contains("CSeq: 1 ACK") && via(ack) == via(invite))
    }

    /// Answers of another question, of nobody, and what is no SIP, before the right one.
    @Test func `what belongs to no question of ours is passed over`() async throws {
        let (said, _) = try await ask { invite in
            let right = RedirectStub.response("302 X", to: invite, "Contact: <sip:2125550100;rn=2015550000@192.0.2.1>")
            let other = RedirectStub.response("302 X", to: invite, "Contact: <sip:2125550100;rn=3105550000@192.0.2.1>")
            return [
                "garbage", "", "\r\n\r\n", other.replacing("branch=z9hG4bK-", with: "branch=z9hG4bK-x"),
                other.replacing(/Call-ID: .*@/, with: "Call-ID: x@"), right,
            ]
        }
        #expect(try said.get().routingNumber?.description == "+12015550000")
    }

    @Test func `a question that was lost is sent again`() async throws {
        let count = Mutex(0)
        let (said, received) = try await ask { invite in
            let turn = count.withLock { count in
                count += 1
                return count
            }
            return turn < 3
                ? [] : [RedirectStub.response("302 X", to: invite, "Contact: <sip:+12125550100;npdi@192.0.2.1>")]
        }
        #expect(try said.get() == .notPorted)
        #expect(received.count { $0.hasPrefix("INVITE ") } >= 3)
    }
}
