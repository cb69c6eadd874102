import AsyncHTTPClient
import Foundation
import HTTPAPI
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Call records over HTTP. Each test has an operator of its own.
@Suite(.database) struct CDRBatchesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let bad = "9000,nonsense,,,0,1,2,x\n"

    @Test func `CSV and JSON lines become calls, what is wrong is told with its line, and can be taken later`()
        async throws
    {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        try await TestServer.run { server in
            let csv = try await server.post(
                TestOperator.heading + mine.lines(0..<3) + Self.bad, key: key, "?name=june.csv")
            #expect(csv.status == 201, "\(csv.text)")
            #expect(csv.headers.first(name: "Content-Type") == "application/json")
            let told = try csv.json
            #expect(
                ["taken", "repeated", "rejected", "lines", "name"].map { told[$0] } == ["3", "0", "1", "5", "june.csv"])
            #expect(csv.text.contains("\"line\":5") && csv.text.contains("\"value\":\"nonsense\""), "\(csv.text)")
            let line =
                #"{"id":"j1","start":1750000100,"answer":1750000104,"billsec":60,"from":"2125550100","#
                + #""to":"442079460958","account":"\#(mine.ban)"}"# + "\n"
            let json = try await server.post(line, key: key, type: "application/x-ndjson; charset=utf-8")
            #expect(json.status == 201, "\(json.text)")
            #expect(try await mine.calls() == 4)

            let shown = try await server.ask(.GET, "/v1/cdr/batches/\(try csv.member("id"))", key: key)
            #expect(shown.status == 200 && shown.text.contains("\"status\":\"finished\""))
            let lines = try await ListRejects(db.engine, tenant: mine.id)(RejectChoice(), limit: 10)
            let reject = try #require(lines.first)
            #expect(lines.count == 1 && reject.file == "june.csv")
            #expect(shown.text.contains("\"id\":\"\(reject.id.text)\",\"line\":5"), "\(shown.text)")
        }
    }

    @Test func `a body again doubles nothing, and says that it was there`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        try await TestServer.run { server in
            let body = TestOperator.heading + mine.lines(0..<20)
            let first = try await server.post(body, key: key)
            let again = try await server.post(body, key: key)
            #expect(first.status == 201 && again.status == 200)
            #expect(try first.member("id") == again.member("id") && again.text.contains("\"repeat\":true"))
            let more = try await server.post(body + mine.lines(20..<25), key: key)
            #expect(try [more.member("taken"), more.member("repeated")] == ["5", "20"])
            #expect(try await mine.calls() == 25)
        }
    }

    @Test func `a request with a key of its own is answered once, and another one with it is refused`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        let other = try await mine.key().text
        try await TestServer.run { server in
            let headers = [("Idempotency-Key", "batch-1")]
            let body = TestOperator.heading + mine.lines(0..<4) + Self.bad
            let first = try await server.post(body, key: key, headers: headers)
            let again = try await server.post(body, key: key, headers: headers)
            #expect(first.status == 201 && again.status == 201 && first.text == again.text)
            #expect(again.headers.first(name: "Idempotency-Replayed") == "true")
            let changed = try await server.post(body + mine.lines(4..<5), key: key, headers: headers)
            #expect(changed.status == 422 && changed.text.contains("key-reused"))
            let read = try await server.post(body, key: key, "?source=y", headers: headers)
            #expect(read.status == 422)
            // Another API key's is another key.
            #expect(try await server.post(body, key: other, headers: headers).status == 200)
            // What was refused keeps no key.
            let refused = [("Idempotency-Key", "batch-2")]
            #expect(try await server.post("id,start\n", key: key, headers: refused).status == 422)
            #expect(try await server.post(body, key: key, headers: refused).status == 200)
            #expect(try await mine.calls() == 4)
        }
    }

    @Test func `an operator sees no batch of another, and the same body is each one's own`() async throws {
        let (mine, yours) = (try await TestOperator.make(db), try await TestOperator.make(db))
        let (key, other) = (try await mine.key().text, try await yours.key().text)
        try await TestServer.run { server in
            let body = TestOperator.heading + mine.lines(0..<2)
            let first = try await server.post(body, key: key, "?unknown_account=keep")
            let second = try await server.post(body, key: other, "?unknown_account=keep")
            #expect(first.status == 201 && second.status == 201)
            #expect(try first.member("id") != second.member("id"))
            for (asked, by) in [(first, other), (second, key)] {
                let answer = try await server.ask(.GET, "/v1/cdr/batches/\(try asked.member("id"))", key: by)
                #expect(answer.status == 404)
            }
            // The other's account is nobody's here.
            let stored = try await db.owner.run(
                "select count(*) from cdr.raw_cdr where tenant_id = \(yours.id) and account_id is not null"
            ).value(Int.self)
            #expect(stored == 0)
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let query: String
        var type: String? = "text/csv"
        var headers: [(String, String)] = []
        var body = TestOperator.heading + "1,1750000000,,,0,1,2,x\n"
        var status = 400
        let expected: String

        static let all = [
            Wrong(testDescription: "no type", query: "", type: nil, status: 415, expected: "expected text/csv"),
            Wrong(testDescription: "a picture", query: "", type: "image/png", status: 415, expected: "image/png"),
            Wrong(testDescription: "a preset", query: "?preset=cisco", expected: "expected one of asterisk"),
            Wrong(testDescription: "a parameter", query: "?presets=x", expected: "parameter is \\\"presets\\\""),
            Wrong(testDescription: "twice", query: "?source=a&source=b", expected: "expected one value"),
            Wrong(testDescription: "a zone", query: "?time_zone=Moon", expected: "Moon is no time zone"),
            Wrong(testDescription: "a direction", query: "?direction=up", expected: "outbound or inbound"),
            Wrong(testDescription: "an encoding", query: "?encoding=ebcdic", expected: "expected auto or latin1"),
            Wrong(testDescription: "a map", query: "?map=%7B%22times%22%3A5%7D", expected: "times is"),
            Wrong(testDescription: "no map", query: "?map=x", expected: "map is no JSON object"),
            Wrong(
                testDescription: "a long name", query: "?name=\(String(repeating: "n", count: 201))",
                expected: "at most 200"),
            Wrong(
                testDescription: "a packing", query: "", headers: [("Content-Encoding", "br")],
                expected: "gzip, or none"),
            Wrong(
                testDescription: "no gzip", query: "", headers: [("Content-Encoding", "gzip")], expected: "is damaged"),
            Wrong(testDescription: "a key", query: "", headers: [("Idempotency-Key", "a b")], expected: "1 to 255"),
            Wrong(testDescription: "nothing", query: "", body: "", expected: "expected call records"),
            Wrong(
                testDescription: "a heading", query: "", body: "id,start,to\n", status: 422, expected: "has no record"),
            Wrong(
                testDescription: "a workbook", query: "", body: "PK\u{3}\u{4}xxxx", status: 422,
                expected: "the body is a workbook"),
            Wrong(testDescription: "other columns", query: "", body: "a,b,c\n1,2,3\n", status: 422, expected: "start"),
        ]
    }

    @Test(arguments: Wrong.all)
    func `a wrong request is told what is wrong, and changes nothing`(wrong: Wrong) async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        try await TestServer.run { server in
            let answer = try await server.post(
                wrong.body, key: key, wrong.query, type: wrong.type, headers: wrong.headers)
            #expect(answer.status == wrong.status, "\(answer.text)")
            #expect(answer.headers.first(name: "Content-Type") == "application/problem+json")
            #expect(answer.text.contains(wrong.expected), "\(answer.text)")
            let instance = try answer.member("instance").replacing("urn:uuid:", with: "")
            #expect(answer.headers.first(name: "Request-Id") == instance)
            #expect(try await [mine.calls(), mine.batches()] == [0, 0])
        }
    }

    @Test func `a dry run changes nothing`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        try await TestServer.run { server in
            // A dry run makes no month, and is told to try again while somebody makes its own.
            _ = try await server.post(TestOperator.heading + mine.lines(9..<10), key: key)
            let answer = try await server.post(
                TestOperator.heading + mine.lines(0..<3) + Self.bad, key: key, "?dry_run=true")
            #expect(answer.status == 200 && answer.text.contains("\"status\":\"dry_run\""), "\(answer.text)")
            #expect(try [answer.member("taken"), answer.member("rejected")] == ["3", "1"])
            #expect(try await [mine.calls(), mine.batches()] == [1, 1])
        }
    }

    @Test func `gzip is unpacked, as far as a body may go`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        try await TestServer.run {
            $0.mostBatchBytes = 1 << 20
        } _: { server in
            let packed = [("Content-Encoding", "gzip")]
            let body = try GzipProgram.pack(Array((TestOperator.heading + mine.lines(0..<100)).utf8))
            #expect(try await server.post(body, key: key, headers: packed).member("taken") == "100")
            let bomb = try GzipProgram.pack(Array(repeating: 0x41, count: 50 << 20))
            #expect(try await server.post(bomb, key: key, headers: packed).status == 413)
            let cut = try await server.post(Array(body.dropLast(9)), key: key, headers: packed)
            #expect(cut.status == 400 && cut.text.contains("nothing was taken"))
            let long = String(repeating: "x", count: 1 << 20 + 1)
            #expect(try await server.post(long, key: key).status == 413)
            #expect(try await mine.batches() == 1)
        }
    }

    @Test func `a line of 100 MB is refused, and costs no other`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        try await TestServer.run { server in
            var body = Array((TestOperator.heading + mine.lines(0..<1)).utf8)
            body += [UInt8](repeating: UInt8(ascii: "9"), count: 100 << 20) + Array("\n".utf8)
            body += Array(mine.lines(1..<2).utf8)
            let answer = try await server.post(
                GzipProgram.pack(body), key: key, headers: [("Content-Encoding", "gzip")])
            #expect(answer.status == 201 && answer.text.contains("a record of at most 1 MB"), "\(answer.text)")
            #expect(try [answer.member("taken"), answer.member("rejected")] == ["2", "1"])
        }
    }

    @Test(arguments: [
        "Content-Length: 100000\r\n\r\n%BODY", "Transfer-Encoding: chunked\r\n\r\n4000\r\n%BODY",
        "Transfer-Encoding: chunked\r\n\r\n%CHUNK\r\n%BODY\r\n",
    ])
    func `a connection that ends in the middle of a body changes nothing`(form: String) async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        try await TestServer.run { server in
            let body = TestOperator.heading + mine.lines(0..<50)
            let head =
                "POST /v1/cdr/batches HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
                + "Authorization: Bearer \(key)\r\n"
            let rest = form.replacing("%BODY", with: body).replacing("%CHUNK", with: String(body.utf8.count, radix: 16))
            _ = try await RawClient.send([head + rest], port: server.port, pause: .milliseconds(200), hangsUp: true)
            // The server goes on, and the next request finds nothing of it.
            let answer = try await server.post(body, key: key)
            #expect(answer.status == 201, "\(answer.text)")
            #expect(try answer.member("taken") == "50")
            #expect(try await mine.batches() == 1)
        }
    }

    @Test func `no more is taken while too many calls wait`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key().text
        try await TestServer.run {
            $0.mostWaitingCalls = 2
        } _: { server in
            #expect(try await server.post(TestOperator.heading + mine.lines(0..<5), key: key).status == 201)
            try await until("the queue is seen to be full") {
                let answer = try await server.post(TestOperator.heading + mine.lines(5..<6), key: key)
                return answer.status == 429 && answer.headers.first(name: "Retry-After") != nil
            }
        }
        try await TestServer.run {
            $0.mostBatches = 0
        } _: { server in
            let answer = try await server.post(TestOperator.heading + mine.lines(5..<6), key: key)
            #expect(answer.status == 503 && answer.headers.first(name: "Retry-After") != nil)
            #expect(answer.text.contains("problem:busy"), "\(answer.text)")
        }
    }

    @Test func `a key that is revoked while its body comes in takes nothing in`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key()
        try await TestServer.run { server in
            let body = TestOperator.heading + mine.lines(0..<2)
            let head =
                "POST /v1/cdr/batches HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/csv\r\n"
                + "Authorization: Bearer \(key.text)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            let (parts, rest) = AsyncStream.makeStream(of: String.self)
            async let answer = RawClient.send(parts, port: server.port)
            rest.yield(head)
            try await until("the key is let in") {
                try await ListAPIKeys(db.app)(mine.scope, limit: 1).first?.lastUsedAt != nil
            }
            _ = try await ListAPIKeys(db.app).revoke(key.prefix, because: "stolen", mine.scope)
            rest.yield(body)
            rest.finish()
            let text = try await answer
            #expect(text.hasPrefix("HTTP/1.1 401") && text.contains("the key was revoked"), "\(text)")
            #expect(try await [mine.calls(), mine.batches()] == [0, 0])
        }
    }

    /// Two requests that go on sending have the places of their operator; the next one of it is refused.
    @Test func `one operator keeps no other out, however many batches it begins`() async throws {
        let (mine, yours) = (try await TestOperator.make(db), try await TestOperator.make(db))
        // Who is refused comes again at once: its rate is not what is tested.
        let key = try await mine.key { $0.requestsPerMinute = 1_000_000 }.text
        let other = try await yours.key().text
        try await TestServer.run {
            $0.mostBatches = 3
            $0.mostBatchesOfOne = 2
            $0.idleTime = .seconds(300)
            $0.bodyTime = .seconds(300)
        } _: { server in
            let head =
                "POST /v1/cdr/batches HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
                + "Authorization: Bearer \(key)\r\nContent-Length: 1000\r\n\r\n"
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        // One that comes while the question below has a place is refused, and comes again.
                        while !Task.isCancelled {
                            _ = try? await RawClient.send([head, "id,start"], port: server.port)
                        }
                    }
                }
                try await until("the operator has its places") {
                    let answer = try await server.post(TestOperator.heading + mine.lines(0..<1), key: key)
                    if answer.status == 429 { #expect(answer.headers.first(name: "Retry-After") == "10") }
                    return answer.status == 429 && answer.text.contains("2 batches of the operator")
                }
                let answer = try await server.post(TestOperator.heading + yours.lines(0..<1), key: other)
                #expect(answer.status == 201, "\(answer.text)")
                group.cancelAll()
                while await group.nextResult() != nil {}
            }
            try await until("what ended has given its places back") {
                try await server.post(TestOperator.heading + mine.lines(1..<2), key: key).status < 300
            }
        }
    }
}
