import Foundation
import Synchronization
import Testing

@testable import Services

/// An answer of Secret Manager that is no secret, and what becomes of it.
struct Refusal: Sendable, CustomTestStringConvertible {
    let answer: HTTPStub.Answer
    let code: SecretError.Code
    let says: String

    init(_ answer: HTTPStub.Answer, _ code: SecretError.Code, _ says: String) {
        self.answer = answer
        self.code = code
        self.says = says
    }

    var testDescription: String { says }
}

/// A clock that a test turns.
final class TurnedClock: Sendable {
    private let start = ContinuousClock.now
    private let elapsed = Mutex(Duration.zero)

    var now: ContinuousClock.Instant { start + elapsed.withLock { $0 } }

    func turn(by duration: Duration) { elapsed.withLock { $0 += duration } }
}

struct GoogleSecretsTests {
    static let reference = "gcp-sm:projects/acme/secrets/carrier-one/versions/7"
    static let secret = "hunter2"
    static let token = "ya29.token-of-the-machine"

    private static func granted(_ token: String = token, seconds: Int = 3600) -> HTTPStub.Answer {
        .reply(200, #"{"access_token":"\#(token)","expires_in":\#(seconds),"token_type":"Bearer"}"#)
    }

    private static func payload(_ secret: String = secret, checksum: String? = nil) -> HTTPStub.Answer {
        let data = Data(secret.utf8).base64EncodedString()
        let check = checksum.map { #","dataCrc32c":"\#($0)""# } ?? ""
        let name = "projects/1/secrets/carrier-one/versions/7"
        return .reply(200, #"{"name":"\#(name)","payload":{"data":"\#(data)"\#(check)}}"#)
    }

    private static func isForToken(_ request: HTTPStub.Request) -> Bool { request.line.contains("computeMetadata") }

    /// A resolver that asks one stub for tokens and secrets; `answer` is about secrets.
    private func withStub(
        timeout: Duration = .seconds(10), clock: TurnedClock = TurnedClock(),
        _ answer: @escaping @Sendable (HTTPStub.Request) -> HTTPStub.Answer,
        _ body: (HTTPStub, ResolveSecret) async throws -> Void
    ) async throws {
        let stub = try HTTPStub { Self.isForToken($0) ? Self.granted() : answer($0) }
        defer { stub.stop() }
        let google = GoogleSecrets(
            endpoint: stub.address, metadata: stub.address, timeout: timeout, now: { clock.now })
        try await body(stub, ResolveSecret(environment: [:], google: google))
    }

    private func refusal(_ resolve: ResolveSecret) async throws -> SecretError {
        let error = try await #require(throws: SecretError.self) { try await resolve(Self.reference) }
        let texts = ["\(error)", String(reflecting: error), dumped(error)]
        for text in texts { #expect(!text.contains(Self.secret) && !text.contains(Self.token)) }
        #expect("\(error)".hasPrefix("\(Self.reference): "))
        return error
    }

    @Test func `asks as the interface is documented`() async throws {
        try await withStub({ _ in Self.payload() }) { stub, resolve in
            #expect(try await resolve(Self.reference).text == Self.secret)
            let requests = stub.requests
            try #require(requests.count == 2)
            #expect(requests[0].line == "GET /computeMetadata/v1/instance/service-accounts/default/token HTTP/1.1")
            #expect(requests[0].headers["metadata-flavor"] == "Google")
            #expect(requests[0].headers["authorization"] == nil)
            #expect(requests[1].line == "GET /v1/projects/acme/secrets/carrier-one/versions/7:access HTTP/1.1")
            #expect(requests[1].headers["authorization"] == "Bearer \(Self.token)")
            #expect(requests[1].headers["metadata-flavor"] == nil)
        }
    }

    @Test func `no version asks for the latest`() async throws {
        try await withStub({ _ in Self.payload() }) { stub, resolve in
            _ = try await resolve("gcp-sm:projects/example.com:acme/secrets/s")
            let line = "GET /v1/projects/example.com:acme/secrets/s/versions/latest:access HTTP/1.1"
            #expect(stub.requests.last?.line == line)
        }
    }

    @Test func `a secret is compared with its checksum`() async throws {
        try await withStub({ _ in Self.payload("123456789", checksum: "3808858755") }) { stub, resolve in
            let secret = try await resolve(Self.reference)
            #expect(try secret.text == "123456789")
            stub.answers { Self.isForToken($0) ? Self.granted() : Self.payload(checksum: "3808858755") }
            let error = try await refusal(resolve)
            #expect(error.code == .damaged)
        }
    }

    // MARK: Tokens

    @Test func `a token is kept until a minute before it expires`() async throws {
        let clock = TurnedClock()
        try await withStub(clock: clock, { _ in Self.payload() }) { stub, resolve in
            func tokensAsked() -> Int { stub.requests.count(where: Self.isForToken) }
            for _ in 0..<3 { _ = try await resolve(Self.reference) }
            #expect(tokensAsked() == 1)
            clock.turn(by: .seconds(3539))
            _ = try await resolve(Self.reference)
            #expect(tokensAsked() == 1)
            clock.turn(by: .seconds(2))
            _ = try await resolve(Self.reference)
            #expect(tokensAsked() == 2)
        }
    }

    @Test func `a token that was revoked is replaced once`() async throws {
        try await withStub({ _ in Self.payload() }) { stub, resolve in
            _ = try await resolve(Self.reference)
            stub.answers { request in
                if Self.isForToken(request) { return Self.granted("new") }
                return request.headers["authorization"] == "Bearer new" ? Self.payload() : .reply(401, Self.token)
            }
            #expect(try await resolve(Self.reference).text == Self.secret)
            stub.answers { Self.isForToken($0) ? Self.granted() : .reply(401) }
            let before = stub.requests.count
            #expect(try await refusal(resolve).code == .refused)
            #expect(stub.requests.count == before + 3, "the secret, a new token, the secret")
        }
    }

    static let badTokens: [Refusal] = [
        Refusal(.reply(404, token), .refused, "no service account"),
        Refusal(.reply(503, token), .unavailable, "the metadata server answered HTTP 503"),
        Refusal(.reply(200, "<html>\(token)"), .damaged, "is not an access token"),
        Refusal(.reply(200, #"{"access_token":"\#(token)"}"#), .damaged, "not an access token"),
        Refusal(
            .reply(200, #"{"access_token":"\#(token)\r\nX: y","expires_in":1}"#), .damaged,
            "the metadata server answered is not"),
        Refusal(
            .reply(302, headers: ["Location": "http://127.0.0.1:9/"]), .unavailable,
            "the metadata server answered HTTP 302"),
    ]

    @Test(arguments: badTokens)
    func `without a token the error says why`(_ row: Refusal) async throws {
        try await withStub({ _ in Self.payload() }) { stub, resolve in
            stub.answers { Self.isForToken($0) ? row.answer : Self.payload() }
            let error = try await refusal(resolve)
            #expect(error.code == row.code && "\(error)".contains(row.says))
            #expect(stub.requests.allSatisfy(Self.isForToken))
        }
    }

    // MARK: Secrets

    static let refusals: [Refusal] = [
        Refusal(.reply(400, secret), .missing, "disabled or destroyed"),
        Refusal(
            .reply(403, secret), .refused,
            "grant it roles/secretmanager.secretAccessor on projects/acme/secrets/carrier-one"),
        Refusal(.reply(404, secret), .missing, "no such secret"),
        Refusal(.reply(429, secret), .unavailable, "HTTP 429"),
        Refusal(.reply(500, secret), .unavailable, "HTTP 500"),
        Refusal(.reply(200, secret), .damaged, "answered is not a secret"),
        Refusal(.reply(200, "{}"), .damaged, "is not a secret"),
        Refusal(.reply(200, #"{"payload":{"data":"hunter2!"}}"#), .damaged, "not a secret"),
        Refusal(.reply(200, #"{"payload":{}}"#), .missing, "it is empty"),
        Refusal(payload(String(repeating: "h", count: 65_537)), .tooLarge, "larger than 65536 bytes"),
        Refusal(.reply(200, String(repeating: "h", count: 1_000_000)), .tooLarge, "the answer is too large"),
        Refusal(.raw("hunter2\r\n\r\n"), .unavailable, "gave no answer"),
        Refusal(.raw(""), .unavailable, "Secret Manager at"),
        Refusal(
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhunter2"), .unavailable, "Manager at http://127.0.0.1"),
    ]

    @Test(arguments: refusals)
    func `the error says what to do and not what came`(_ row: Refusal) async throws {
        try await withStub({ _ in row.answer }) { _, resolve in
            let error = try await refusal(resolve)
            #expect(error.code == row.code && "\(error)".contains(row.says), "\(error)")
        }
    }

    @Test func `the largest secret arrives`() async throws {
        let most = String(repeating: "h", count: 65_536)
        try await withStub({ _ in Self.payload(most) }) { _, resolve in
            let secret = try await resolve(Self.reference)
            #expect(secret.bytes.count == 65_536)
        }
    }

    @Test func `a redirection is not followed, so the token goes nowhere else`() async throws {
        let elsewhere = try HTTPStub { _ in Self.payload() }
        defer { elsewhere.stop() }
        let address = elsewhere.address
        try await withStub({ _ in .reply(302, headers: ["Location": "\(address)/v1/x"]) }) { _, resolve in
            let error = try await refusal(resolve)
            #expect(error.code == .unavailable)
        }
        #expect(elsewhere.requests.isEmpty)
    }

    @Test(arguments: [
        "http://secretmanager.example.com", "ftp://127.0.0.1", "secretmanager.googleapis.com", "http://[",
    ])
    func `a token is never sent in the clear`(_ endpoint: String) async throws {
        let stub = try HTTPStub { _ in Self.granted() }
        defer { stub.stop() }
        let google = GoogleSecrets(endpoint: endpoint, metadata: stub.address)
        #expect(try await refusal(ResolveSecret(environment: [:], google: google)).code == .configuration)
        #expect(stub.requests.isEmpty)
    }

    // MARK: Time

    @Test(.timeLimit(.minutes(1)), arguments: [HTTPStub.Answer.silence, .drip])
    func `a server that does not finish is given up`(_ answer: HTTPStub.Answer) async throws {
        try await withStub(timeout: .milliseconds(400), { _ in answer }) { stub, resolve in
            let start = ContinuousClock.now
            let error = try await refusal(resolve)
            #expect(error.code == .unavailable && "\(error)".contains("timed out"))
            #expect(ContinuousClock.now - start < .seconds(60))
            for _ in 0..<500 where !stub.isLeftAlone { try await Task.sleep(for: .milliseconds(10)) }
            #expect(stub.isLeftAlone)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a metadata server that is not there is an error, with a way out`() async throws {
        let gone = try HTTPStub { _ in .silence }
        gone.stop()
        while !gone.requests.isEmpty { await Task.yield() }
        let google = GoogleSecrets(endpoint: gone.address, metadata: gone.address, timeout: .seconds(2))
        let error = try await refusal(ResolveSecret(environment: [:], google: google))
        #expect(error.code == .unavailable && "\(error)".contains("keep the secret in env: or file:"))
    }

    @Test(.timeLimit(.minutes(1)))
    func `a cancelled task does not wait`() async throws {
        try await withStub(timeout: .seconds(50), { _ in .silence }) { stub, resolve in
            let waiting = Task { try await resolve(Self.reference) }
            while stub.requests.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
            waiting.cancel()
            let error = try await #require(throws: SecretError.self) { try await waiting.value }
            #expect(error.code == .cancelled)
            let early = Task { try await resolve(Self.reference) }
            early.cancel()
            _ = await early.result  // whether it was asked by then, it ends
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `many at once each get their own, and no connection stays`() async throws {
        let echo: @Sendable (HTTPStub.Request) -> HTTPStub.Answer = { request in
            let data = Data(request.line.components(separatedBy: "/")[5].utf8).base64EncodedString()
            return .keepOpen(200, #"{"payload":{"data":"\#(data)"}}"#)
        }
        try await withStub(echo) { stub, resolve in
            _ = try await resolve(Self.reference)
            try await withThrowingTaskGroup { group in
                for number in 0..<100 {
                    group.addTask {
                        let secret = try await resolve("gcp-sm:projects/acme/secrets/s\(number)/versions/1")
                        #expect(try secret.text == "s\(number)")
                    }
                }
                try await group.waitForAll()
            }
            // The stub keeps its ends of the connections; we may not keep ours.
            for _ in 0..<3_000 where !stub.isLeftAlone { try await Task.sleep(for: .milliseconds(10)) }
            #expect(stub.isLeftAlone)
        }
    }

    /// RFC 3720, B.4.
    static let checksums: [(bytes: [UInt8], checksum: UInt32)] = [
        ([UInt8]("123456789".utf8), 0xe306_9283), ([], 0), ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
        ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43), ([UInt8](0..<32), 0x46dd_794e),
    ]

    @Test(arguments: checksums)
    func `the checksum is as published`(_ bytes: [UInt8], _ checksum: UInt32) {
        #expect(CRC32C.checksum(bytes) == checksum)
    }
}
