import Testing

@testable import SIP

/// A client and a server of one realm, and a clock between them.
private struct Exchange {
    static let realm = "registry.example"
    static let mint = NonceMint(secret: Array(0..<32), realm: realm, lifetimeSeconds: 300)

    var verifier = DigestVerifier(mint: mint)
    var user = "alice"
    var password = "secret"
    var algorithm = DigestAlgorithm.sha256
    var method = Method.invite
    var hashedURI = "sip:+442079460958@edge.example.net"
    var count: UInt32 = 1
    var nonce = mint.nonce(at: 1_000, unique: 7, scope: "10.0.0.5")
    var qop: String? = "auth"

    /// What a client with these values sends.
    func header() -> String {
        let hex = String(count, radix: 16)
        let nc = String(repeating: "0", count: 8 - hex.count) + hex
        let ha1 = HA1(user: user, realm: Self.realm, password: password, algorithm: algorithm)
        let response = Digest.response(
            ha1: ha1, method: method, uri: hashedURI, nonce: nonce, protection: qop == nil ? nil : (nc, "0a4f113b"))
        let protection = qop.map { ",qop=\($0),nc=\(nc),cnonce=\"0a4f113b\"" } ?? ""
        return """
            Digest username="\(user)",realm="\(Self.realm)",nonce="\(nonce)",uri="\(hashedURI)",\
            response="\(response)",algorithm=\(algorithm.rawValue)\(protection)
            """
    }

    mutating func verify(
        at now: Int64 = 1_010, scope: String = "10.0.0.5", as method: Method = .invite
    ) throws -> DigestVerifier.Verdict {
        let request = try Sample(
            method: method.name, uri: "sip:+442079460958@edge.example.net",
            extra: ["Proxy-Authorization: \(header())"]
        ).request()
        let found = try DigestCredentials.find(in: request.headers, .proxyAuthorization, realm: Self.realm)
        return verifier.verify(
            try #require(found), method: method, requestURI: request.uri, at: now, scope: scope
        ) { credentials in
            credentials.username == "alice"
                ? HA1(user: "alice", realm: Self.realm, password: "secret", algorithm: credentials.algorithm) : nil
        }
    }
}

@Suite
struct DigestVerifierTests {
    @Test(arguments: DigestAlgorithm.allCases)
    func `the right password is valid`(_ algorithm: DigestAlgorithm) throws {
        var exchange = Exchange(algorithm: algorithm)
        #expect(try exchange.verify() == .valid)
    }

    @Test func `a wrong password is wrong with a good nonce and with a bad one`() throws {
        var exchange = Exchange(password: "guess")
        #expect(try exchange.verify() == .wrong)
        #expect(try exchange.verify(at: 9_999) == .wrong)
    }

    @Test func `an unknown user is told apart`() throws {
        var exchange = Exchange(user: "mallory")
        #expect(try exchange.verify() == .unknownUser)
    }

    @Test func `another method or URI is wrong`() throws {
        var exchange = Exchange()
        #expect(try exchange.verify(as: .bye) == .wrong)
        exchange.hashedURI = "sip:+18095550100@edge.example.net"
        #expect(try exchange.verify() == .wrong)
        exchange.hashedURI = "sip:+442079460958@EDGE.example.net:5060;user=phone"
        #expect(try exchange.verify() == .valid)
    }

    @Test func `an old, a foreign and a moved nonce are stale`() throws {
        var exchange = Exchange()
        #expect(try exchange.verify(at: 1_301) == .stale)
        #expect(try exchange.verify(at: 900) == .stale)
        #expect(try exchange.verify(scope: "10.0.0.6") == .stale)
        exchange.nonce = NonceMint(secret: Array(1..<33), realm: Exchange.realm).nonce(at: 1_000, unique: 7)
        #expect(try exchange.verify() == .stale)
        exchange.nonce = "abc"
        #expect(try exchange.verify() == .stale)
        #expect(exchange.verifier.rememberedCount == 0)
    }

    @Test func `a count is good once, in any order within 64`() throws {
        var exchange = Exchange()
        let steps: [(count: UInt32, verdict: DigestVerifier.Verdict)] = [
            (1, .valid), (1, .stale), (3, .valid), (2, .valid), (2, .stale), (100, .valid), (37, .valid), (36, .stale),
            (37, .stale), (1_000, .valid), (100, .stale), (UInt32.max, .valid), (UInt32.max, .stale),
        ]
        for step in steps {
            exchange.count = step.count
            #expect(try exchange.verify() == step.verdict, "count \(step.count)")
        }
    }

    @Test func `credentials without protection need leave, and use the nonce up`() throws {
        var exchange = Exchange(qop: nil)
        #expect(try exchange.verify() == .malformed)
        exchange.verifier = DigestVerifier(mint: Exchange.mint, allowsMissingProtection: true)
        #expect(try exchange.verify() == .valid)
        #expect(try exchange.verify() == .stale)
        exchange.qop = "auth"
        #expect(try exchange.verify() == .stale)
    }

    @Test func `memory is bounded and forgetting allows no replay`() throws {
        var exchange = Exchange(verifier: DigestVerifier(mint: Exchange.mint, noncesMax: 10))
        for index in 0..<100 {
            exchange.nonce = Exchange.mint.nonce(at: 1_000 + Int64(index), unique: 1, scope: "10.0.0.5")
            #expect(try exchange.verify(at: 1_100) == .valid)
            #expect(exchange.verifier.rememberedCount <= 20)
        }
        for index in 0..<100 {
            exchange.nonce = Exchange.mint.nonce(at: 1_000 + Int64(index), unique: 1, scope: "10.0.0.5")
            #expect(try exchange.verify(at: 1_100) == .stale)
        }
    }

    @Test func `challenges come with the strongest algorithm first`() {
        let challenge = DigestChallenge(realm: "a\"b", nonce: "n", isStale: true)
        #expect(
            challenge.headers() == [
                HeaderLine(
                    "Proxy-Authenticate",
                    #"Digest realm="ab",nonce="n",algorithm=SHA-256,qop="auth",stale=true"#),
                HeaderLine(
                    "Proxy-Authenticate", #"Digest realm="ab",nonce="n",algorithm=MD5,qop="auth",stale=true"#),
            ])
        #expect(DigestChallenge(realm: "r", nonce: "n").headers(.wwwAuthenticate).first?.name == "WWW-Authenticate")
    }

    @Test func `nonces differ and carry no secret`() {
        let first = Exchange.mint.nonce(at: 1, unique: 1)
        #expect(first.utf8.count == 64)
        #expect(first != Exchange.mint.nonce(at: 1, unique: 2))
        #expect(first != Exchange.mint.nonce(at: 2, unique: 1))
    }
}

/// A credentials header and whether it can be read.
struct CredentialsRow: Sendable, CustomTestStringConvertible {
    let what: String
    let change: @Sendable (String) -> String

    init(_ what: String, _ change: @escaping @Sendable (String) -> String) {
        (self.what, self.change) = (what, change)
    }

    var testDescription: String { what }
}

@Suite
struct DigestCredentialsTests {
    static let whole = """
        Digest username="bob", realm="r", nonce="n", uri="sip:a@b", response="\(String(repeating: "a", count: 32))", \
        qop=auth, nc=0000000a, cnonce="c", opaque="o"
        """

    static let malformed: [CredentialsRow] = [
        CredentialsRow("no username") { $0.replacing("username", with: "user") },
        CredentialsRow("empty username") { $0.replacing("\"bob\"", with: "\"\"") },
        CredentialsRow("no nonce") { $0.replacing("nonce=\"n\"", with: "x=y") },
        CredentialsRow("no uri") { $0.replacing("uri", with: "url") },
        CredentialsRow("no response") { $0.replacing("response", with: "answer") },
        CredentialsRow("a short response") { $0.replacing("aaaa", with: "aa") },
        CredentialsRow("a response of no hex") { $0.replacing("\"aa", with: "\"xy") },
        CredentialsRow("an unknown algorithm") { $0 + ",algorithm=MD5-sess" },
        CredentialsRow("a digest of the wrong length") { $0 + ",algorithm=SHA-256" },
        CredentialsRow("qop=auth-int") { $0.replacing("qop=auth", with: "qop=auth-int") },
        CredentialsRow("no cnonce") { $0.replacing(", cnonce=\"c\"", with: "") },
        CredentialsRow("no nc") { $0.replacing("nc=0000000a, ", with: "") },
        CredentialsRow("nc of zero") { $0.replacing("0000000a", with: "00000000") },
        CredentialsRow("nc of seven digits") { $0.replacing("0000000a", with: "000000a") },
        CredentialsRow("nc with a sign") { $0.replacing("0000000a", with: "+000000a") },
        CredentialsRow("a name twice") { $0 + ", nonce=\"m\"" },
        CredentialsRow("a pair without value") { $0 + ", lonely" },
    ]

    private func find(_ header: String) throws -> DigestCredentials? {
        let request = try Sample(extra: ["Authorization: \(header)"]).request()
        return try DigestCredentials.find(in: request.headers, .authorization, realm: "r")
    }

    @Test(arguments: malformed)
    func `is malformed`(_ row: CredentialsRow) {
        #expect(throws: ParseError.self) { try find(row.change(Self.whole)) }
    }

    @Test func `are read whole`() throws {
        let credentials = try #require(try find(Self.whole))
        #expect(credentials.username == "bob")
        #expect(credentials.uri == Text("sip:a@b"))
        #expect(credentials.algorithm == .md5)
        #expect(credentials.protection?.nonceCount == 10)
        #expect(credentials.opaque == "o")
        #expect(!"\(credentials)".contains("aaaa"))
    }

    @Test func `of another realm or scheme are passed over`() throws {
        #expect(try find(Self.whole.replacing("realm=\"r\"", with: "realm=\"other\"")) == nil)
        #expect(try find("NoOneKnowsThisScheme opaque-data=here") == nil)
        #expect(try find("Basic Zm9vOmJhcg==") == nil)
    }

    @Test func `a quoted name is read without its backslashes`() throws {
        #expect(try find(Self.whole.replacing("bob", with: "b\\\"o, b"))?.username == "b\"o, b")
    }
}
