import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

@testable import HTTPAPI

/// Answers that are packed, through the server and by a client that is not ours.
@Suite(.database) struct CompressAnswersTests {
    private static let gzip = ["--header", "Accept-Encoding: gzip"]
    private static let contacts = "/v1/accounts/contacts"

    private func unpack(_ answer: Curl) throws -> [UInt8] {
        let gunzip = try Gunzip()
        var all: [UInt8] = []
        try gunzip.unpack(answer.bytes) { all += $0 }
        #expect(gunzip.isComplete)
        return all
    }

    private func ask(_ server: TestServer, _ path: String, _ arguments: [String] = []) async throws -> Curl {
        try await Curl.ask("http://127.0.0.1:\(server.port)\(path)", arguments)
    }

    private func ask(_ api: ResourceServer, _ path: String, _ arguments: [String] = []) async throws -> Curl {
        try await ask(api.server, path, ["--header", "Authorization: Bearer \(api.key)"] + arguments)
    }

    @Test func `a document is packed for who takes gzip, and has a tag of its own`() async throws {
        try await TestServer.run { server in
            let plain = try await ask(server, "/openapi.json")
            #expect(plain.headers["content-encoding"] == nil && plain.headers["vary"] == "Accept-Encoding")
            let packed = try await ask(server, "/openapi.json", Self.gzip)
            #expect(packed.headers["content-encoding"] == "gzip" && packed.headers["vary"] == "Accept-Encoding")
            #expect(packed.headers["content-type"] == "application/json")
            #expect(packed.headers["content-length"] == String(packed.bytes.count))
            #expect(packed.bytes.count * 5 < plain.bytes.count)
            #expect(try unpack(packed) == plain.bytes)
            let (tag, other) = (try #require(plain.headers["etag"]), try #require(packed.headers["etag"]))
            #expect(other == "\(tag.dropLast())-gzip\"")
            // 304 has the tag that the client has, if it still takes what it has.
            let asks: [(String, [String], Int, String)] = [
                (tag, [], 304, tag), (other, Self.gzip, 304, other), (tag, Self.gzip, 304, tag), (other, [], 200, tag),
            ]
            for (sent, arguments, status, answered) in asks {
                let again = try await ask(
                    server, "/openapi.json", arguments + ["--header", "If-None-Match: \(sent)"])
                #expect(again.status == status && again.headers["etag"] == answered, "\(sent) \(arguments)")
                #expect(again.headers["vary"] == "Accept-Encoding")
                #expect(status == 200 || again.bytes.isEmpty && again.headers["content-encoding"] == nil)
            }
            // curl's own reading of it.
            #expect(try await ask(server, "/openapi.json", ["--compressed"]).bytes == plain.bytes)
            let head = try await ask(server, "/openapi.json", Self.gzip + ["--head"])
            for name in ["content-encoding", "content-length", "etag", "vary"] {
                #expect(head.headers[name] == packed.headers[name], "\(name)")
            }
        }
    }

    @Test func `what is small, has no body or is a no is sent as it is`() async throws {
        try await TestServer.run { server in
            let small = try await ask(server, "/healthz", Self.gzip)
            #expect(small.body == "{\"status\":\"alive\"}\n" && small.headers["content-encoding"] == nil)
            #expect(small.headers["vary"] == "Accept-Encoding")
            let options = try await ask(server, "/healthz", Self.gzip + ["--request", "OPTIONS"])
            #expect(options.status == 204 && options.headers["vary"] == nil)
            let missing = try await ask(server, "/v1/nothing", Self.gzip)
            #expect(missing.status == 404 && missing.headers["vary"] == "Accept-Encoding")
            #expect(missing.headers["content-encoding"] == nil && missing.body.contains("not-found"))
            let refused = try await ask(server, "/openapi.json", ["--header", "Accept-Encoding: gzip;q=0"])
            #expect(refused.headers["content-encoding"] == nil && refused.status == 200)
            // 2000 x in the address, which the answer repeats.
            let long = try await ask(server, "/v1/" + String(repeating: "x", count: 2_000), Self.gzip)
            #expect(long.status == 404 && long.headers["content-encoding"] == "gzip")
            #expect(String(decoding: try unpack(long), as: UTF8.self).contains("not-found"))
        }
    }

    @Test func `a page of another origin is told that an answer varies by both`() async throws {
        try await TestServer.run {
            $0.origins = ["https://portal.example"]
        } _: { server in
            let answer = try await ask(
                server, "/openapi.json", Self.gzip + ["--header", "Origin: https://portal.example"])
            #expect(answer.headers["vary"] == "Origin, Accept-Encoding")
            #expect(answer.headers["content-encoding"] == "gzip")
        }
    }

    @Test func `who read a row packed changes it as who read it plain`() async throws {
        try await ResourceServer.run { api in
            let notes = (0..<300).map { "note \($0)" }.joined(separator: ", ")
            let place = "\(Self.contacts)/\(try await api.contact("v", #","notes":"\#(notes)""#))"
            let plain = try await ask(api, place)
            let packed = try await ask(api, place, Self.gzip)
            #expect(packed.headers["content-encoding"] == "gzip" && plain.headers["content-encoding"] == nil)
            #expect(try unpack(packed) == plain.bytes)
            let tag = try #require(packed.headers["etag"])
            #expect(tag.hasSuffix("Z-gzip\""))
            let change = try await api.send(.PATCH, place, #"{"notes":"1"}"#, [("If-Match", tag)])
            #expect(change.status == 200, "\(change.text)")
            let late = try await api.send(.PATCH, place, #"{"notes":"2"}"#, [("If-Match", tag)])
            #expect(late.status == 412)
        }
    }

    @Test func `an export is packed while it is written, and unpacks to the same`() async throws {
        try await ResourceServer.run { api in
            let rows = 30_000
            try await api.server.database.owner.run(
                """
                insert into accounts.contacts (tenant_id, account_id, name, email)
                select \(api.mine.id), \(api.mine.account), 'n' || n, md5(n::text) || '@x.example'
                  from generate_series(1, \(rows)) n
                """)
            for form in ["csv", "jsonl"] {
                let path = "\(Self.contacts)?format=\(form)&order=name"
                let plain = try await ask(api, path)
                let packed = try await ask(api, path, Self.gzip)
                #expect(plain.headers["content-encoding"] == nil && packed.headers["content-encoding"] == "gzip")
                #expect(packed.headers["transfer-encoding"] == "chunked" && packed.headers["content-length"] == nil)
                #expect(packed.headers["vary"] == "Accept-Encoding")
                #expect(packed.bytes.count < plain.bytes.count / 2)
                let isSame = try unpack(packed) == plain.bytes  // as a Bool, since a failure would print both
                #expect(isSame && plain.body.split(whereSeparator: \.isNewline).count >= rows)
            }
        }
    }
}
