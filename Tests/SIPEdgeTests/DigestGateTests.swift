import SIP
import Telecom
import Testing

@testable import SIPEdge
@testable import Services

/// Whose tries are counted, and what is told about a password.
@Suite struct DigestGateTests {
    static let customer = "192.0.2.10"
    static let attacker = "198.51.100.66"
    static let start: Int64 = 1_800_000_000

    /// One request with credentials.
    struct Try: Sendable {
        var source = DigestGateTests.customer
        /// Which address the nonce was given to.
        var nonceOf = DigestGateTests.customer
        var nonce = Nonce.ofThisRouter
        var user = "pbx"
        var password = "right"
        var nonceAgeSeconds: Int64 = 1
        var atSecond: Int64 = 0
        let expected: DigestState

        enum Nonce { case ofThisRouter, ofAnotherRouter, madeUp }
    }

    struct Story: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let tries: [Try]

        init(_ name: String, _ tries: Try...) {
            testDescription = name
            self.tries = tries
        }

        init(_ name: String, times: Int, _ first: Try, then last: Try...) {
            testDescription = name
            tries = [Try](repeating: first, count: times) + last
        }
    }

    static let verified = DigestState.verified(user: "pbx@heddle")
    static let wrong = Try(password: "wrong", expected: .wrong)

    static let stories = [
        Story("the right password", Try(expected: verified)),
        Story(
            "three wrong ones, then not even the right one; another address may go on",
            wrong, wrong, Try(password: "wrong", expected: .exhausted), Try(expected: .exhausted),
            Try(source: attacker, nonceOf: attacker, expected: verified)),
        Story(
            "after a minute there are tries again",
            wrong, wrong, Try(password: "wrong", expected: .exhausted), Try(atSecond: 60, expected: verified)),
        Story(
            "an unknown user is a wrong try", wrong, Try(user: "nobody", expected: .wrong),
            Try(user: "nobody", expected: .exhausted)),
        Story(
            "an old nonce of ours tells nothing but counts", Try(nonceAgeSeconds: 1_000, expected: .stale),
            Try(password: "wrong", nonceAgeSeconds: 1_000, expected: .wrong), wrong,
            Try(password: "wrong", expected: .exhausted)),
        Story(
            "a forged address with the attacker's own nonce locks nobody out", times: 10,
            Try(nonceOf: attacker, password: "wrong", expected: .stale), then: Try(expected: verified)),
        Story(
            "a forged address with a nonce that was made up locks nobody out", times: 10,
            Try(nonce: .madeUp, password: "wrong", expected: .stale), then: Try(expected: verified)),
        Story(
            "a guess with a nonce that was made up is not told from a wrong one",
            Try(source: attacker, nonce: .madeUp, expected: .stale),
            Try(source: attacker, nonce: .madeUp, password: "wrong", expected: .stale)),
        Story(
            "the challenge of another router is answered by a new one",
            Try(nonce: .ofAnotherRouter, expected: .stale),
            Try(nonce: .ofAnotherRouter, password: "wrong", expected: .stale), Try(expected: verified)),
    ]

    @Test(arguments: stories)
    func `only tries that answer our challenge are looked at and counted`(story: Story) throws {
        let gate = Self.gate(secret: 1)
        let other = Self.gate(secret: 2)
        for (number, entry) in story.tries.enumerated() {
            let now = Self.start + entry.atSecond
            let issued = now - entry.nonceAgeSeconds
            let nonce =
                switch entry.nonce {
                case .ofThisRouter: try Self.nonce(gate, for: entry.nonceOf, at: issued)
                case .ofAnotherRouter: try Self.nonce(other, for: entry.nonceOf, at: issued)
                case .madeUp: String(repeating: "ab", count: 32)
                }
            let request = try Self.request(entry, nonce)
            let found = gate.check(request, source: entry.source, data: Self.data, now: now)
            #expect(found == entry.expected, "try \(number + 1)")
        }
    }

    private static func gate(secret: UInt8) -> DigestGate {
        DigestGate(realm: "heddle", algorithms: [.sha256], secret: [UInt8](repeating: secret, count: 32))
    }

    private static func nonce(_ gate: DigestGate, for source: String, at now: Int64) throws -> String {
        let header = try #require(gate.challenge(stale: false, source: source, now: now).first)
        return String(try #require(header.value.firstMatch(of: /nonce="([^"]+)"/)).1)
    }

    private static func request(_ entry: Try, _ nonce: String) throws -> Request {
        let uri = "sip:+14155550142@127.0.0.1"
        let response = Digest.response(
            ha1: HA1(user: entry.user, realm: "heddle", password: entry.password, algorithm: .sha256), method: .invite,
            uri: uri, nonce: nonce, protection: (nonceCount: "00000001", cnonce: "c0ffee"))
        let header = """
            Proxy-Authorization: Digest username="\(entry.user)",realm="heddle",nonce="\(nonce)",uri="\(uri)",\
            response="\(response)",algorithm=SHA-256,qop=auth,nc=00000001,cnonce="c0ffee"
            """
        guard case .request(let request) = Message.parse(invite([header]), from: loopback) else {
            throw EdgeError("the request does not parse")
        }
        return request
    }

    private static let data = RoutingData(
        version: 1, snapshot: RoutingSnapshot(RoutingSnapshot.Input()),
        credentials: [
            "pbx@heddle": RoutingData.TrunkSecret(
                md5: nil, sha256: HA1(user: "pbx", realm: "heddle", password: "right", algorithm: .sha256))
        ],
        emergencyPlan: RoutingData.EmergencyPlan(
            codes: [], techPrefixes: [], sources: [], routes: []), accountNames: [:])
}
