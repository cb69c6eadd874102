import Foundation
import Synchronization
import Testing

@testable import Services

/// Requests to a server that does what a test says.
@Suite struct AskAPITests {
    /// Answers, one after the other; the last one goes on. And what was said meanwhile.
    private final class Script: Sendable {
        private let answers: Mutex<[HTTPStub.Answer]>
        private let said = Mutex<[String]>([])

        init(_ answers: [HTTPStub.Answer]) { self.answers = Mutex(answers) }

        func next() -> HTTPStub.Answer {
            answers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .reply(500) }
        }

        func say(_ line: String) { said.withLock { $0.append(line) } }

        var lines: [String] { said.withLock(\.self) }
    }

    private static let key = "hk_nobody"

    /// Asks a stub, which ends with the closure.
    private func with<Value>(
        _ answers: [HTTPStub.Answer], retries: Int = 3, _ body: (AskAPI, HTTPStub, Script) async throws -> Value
    ) async throws -> Value {
        let script = Script(answers)
        let stub = try HTTPStub { _ in script.next() }
        defer { stub.stop() }
        let target = try APITarget(ServerAddress(stub.address), key: Secret(Self.key))
        return try await body(AskAPI(target, retries: retries) { script.say($0) }, stub, script)
    }

    private static func busy(_ status: Int = 503, after seconds: String = "0") -> HTTPStub.Answer {
        .reply(status, headers: ["Retry-After": seconds])
    }

    @Test func `what is busy for a moment is asked again, under the same key`() async throws {
        try await with([Self.busy(), Self.busy(429), .reply(200, "{}")]) { ask, stub, script in
            let answer = try await ask(try APICall(.delete, "/v1/x"))
            #expect(answer.head.status == 200)
            let requests = stub.requests
            #expect(requests.map(\.line) == Array(repeating: "DELETE /v1/x HTTP/1.1", count: 3))
            #expect(Set(requests.map { $0.headers["idempotency-key"] ?? "" }).count == 1)
            #expect(requests[0].headers["idempotency-key"]?.count == 36)
            #expect(requests.allSatisfy { $0.headers["authorization"] == "Bearer \(Self.key)" })
            #expect(
                script.lines == [
                    "the server answers 503; trying again in 0 s (1 of 3)",
                    "the server answers 429; trying again in 0 s (2 of 3)",
                ])
        }
    }

    @Test func `it is asked as often as was said, and then told`() async throws {
        try await with([Self.busy()], retries: 2) { ask, stub, _ in
            let refused = await #expect(throws: RefusedRequest.self) {
                try await ask.whole(try APICall(.get, "/v1/x"), upTo: 10)
            }
            #expect(refused?.status == 503 && stub.requests.count == 3)
        }
    }

    @Test(arguments: [(400, "0"), (503, "61"), (500, "0")])
    func `what does not pass by itself is not asked again`(status: Int, seconds: String) async throws {
        try await with([Self.busy(status, after: seconds)]) { ask, stub, script in
            let answer = try await ask(try APICall(.get, "/v1/x"))
            #expect(answer.head.status == status)
            #expect(stub.requests.count == 1 && script.lines.isEmpty)
        }
    }

    @Test func `an answer that broke off is asked for again where nothing of it was used`() async throws {
        let half = HTTPStub.Answer.raw("HTTP/1.1 200 X\r\nContent-Length: 50\r\n\r\n{")
        try await with([half, .reply(200, #"{"a":1}"#)]) { ask, stub, script in
            let document = try await ask.document(try APICall(.get, "/v1/x"), upTo: 100)
            #expect(document == ["a": 1])
            #expect(stub.requests.count == 2 && script.lines.count == 1)
            #expect(script.lines.first?.contains("broke off after") == true, "\(script.lines)")
        }
        try await with([half]) { ask, _, _ in
            let answer = try await ask(try APICall(.get, "/v1/x"))
            let away = await #expect(throws: ServerAway.self) { try await answer.bytes(upTo: 100) }
            #expect(away?.description.hasSuffix("; ask again") == true)
        }
    }

    @Test func `a server that is not there is told with what to look at`() async throws {
        let address = try await with([.silence]) { _, stub, _ in stub.address }
        let target = try APITarget(ServerAddress(address), key: nil)
        let script = Script([])
        let ask = AskAPI(target, retries: 0) { script.say($0) }
        let away = await #expect(throws: ServerAway.self) { try await ask(try APICall(.get, "/v1/x")) }
        #expect(away?.description.hasPrefix("\(address) does not answer: ") == true)
        #expect(away?.description.contains("look whether the server runs") == true)
        #expect(script.lines.isEmpty)
    }

    @Test func `a redirect is not followed`() async throws {
        try await with([.reply(307, headers: ["Location": "https://x.example/v1/x"])]) { ask, stub, _ in
            let refused = await #expect(throws: RefusedRequest.self) {
                try await ask.whole(try APICall(.get, "/v1/x"), upTo: 10)
            }
            #expect(refused?.description.contains("names https://x.example/v1/x, which is not followed") == true)
            #expect(stub.requests.count == 1)
        }
    }

    @Test func `an answer that is too large for memory is refused`() async throws {
        try await with([.reply(200, "0123456789")]) { ask, _, _ in
            let call = try APICall(.get, "/v1/x")
            #expect(try await ask.whole(call, upTo: 10).count == 10)
            await #expect(throws: RequestFault.self) { try await ask.whole(call, upTo: 9) }
        }
    }

    @Test func `pages are followed to the end, and not in a circle`() async throws {
        func page(_ rows: String, _ next: String) -> HTTPStub.Answer {
            .reply(200, #"{"data":[\#(rows)],"next_cursor":\#(next)}"#)
        }
        try await with([page(#"{"n":1},{"n":2}"#, #""a b""#), page(#"{"n":3}"#, "null")]) { ask, stub, _ in
            var rows: [String] = []
            let count = try await FollowPages(ask)(try APICall(.get, "/v1/x")) { rows += $0.map(\.text) }
            #expect(count == 3 && rows == [#"{"n":1}"#, #"{"n":2}"#, #"{"n":3}"#])
            #expect(
                stub.requests.map(\.line) == [
                    "GET /v1/x?limit=500 HTTP/1.1", "GET /v1/x?limit=500&cursor=a%20b HTTP/1.1",
                ])
        }
        try await with([page("", #""same""#)]) { ask, stub, _ in
            let fault = await #expect(throws: RequestFault.self) {
                try await FollowPages(ask)(try APICall(.get, "/v1/x")) { _ in }
            }
            #expect(fault?.description.contains("again and again") == true && stub.requests.count == 2)
        }
        _ = try await with([.reply(200, #"{"id":1}"#)]) { ask, _, _ in
            await #expect(throws: RequestFault.self) {
                try await FollowPages(ask)(try APICall(.get, "/v1/x")) { _ in }
            }
        }
    }

    @Test func `a file is what can be read to its end, and its name may say what it is`() throws {
        let directory = try ScratchDirectory()
        let csv = try UploadedFile(directory.file(Array("a,b\n".utf8), name: "calls.CSV"))
        #expect(csv.size == 4 && csv.usualType == "text/csv")
        #expect(try UploadedFile(directory.file([], name: "csv")).usualType == nil)
        #expect(throws: RequestFault.self) { try UploadedFile(directory.path) }
        #expect(throws: RequestFault.self) { try UploadedFile("\(directory.path)/nothing") }
    }
}
