import Foundation
import HTTPAPI
import NIOHTTP1
import Services
import TestSupport
import Testing

/// A HEAD has the headers of its GET, and nothing behind them.
@Suite(.database) struct AnswerHeadsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// The headers of a HEAD, by their names in lower case. Another request comes behind it on the same connection, and
    /// its answer at once behind the headers.
    private func head(
        _ path: String, key: String, _ more: String = "", of server: TestServer
    ) async throws -> (status: String, headers: [String: String]) {
        let text = try await RawClient.send(
            [
                "HEAD \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r\n\(more)\r\n",
                "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            ], port: server.port)
        let end = try #require(text.range(of: "\r\n\r\n"), "\(text)")
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        if headers["connection"] != "close" {
            #expect(text[end.upperBound...].hasPrefix("HTTP/1.1 200 OK\r\n"), "\(text)")
        } else {
            #expect(text[end.upperBound...].isEmpty, "\(text)")
        }
        return (lines.first ?? "", headers)
    }

    @Test func `an export is not run for its headers, and no length is told of it`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(["accounts:read"]).text
        let path = "/v1/accounts/accounts?format=csv"
        try await TestServer.run {
            $0.mostExportsOfOne = 0
        } _: { server in
            #expect(try await server.ask(.GET, path, key: key).status == 429)
            let plain = try await head(path, key: key, of: server)
            #expect(plain.status == "HTTP/1.1 200 OK")
            #expect(plain.headers["content-length"] == nil && plain.headers["transfer-encoding"] == "chunked")
            #expect(plain.headers["content-type"] == "text/csv; charset=utf-8")
            #expect(plain.headers["content-disposition"] == "attachment; filename=\"accounts-accounts.csv\"")
            let packed = try await head(path, key: key, "Accept-Encoding: gzip\r\n", of: server)
            #expect(packed.headers["content-encoding"] == "gzip" && packed.headers["content-length"] == nil)
            // What is wrong is told as of a GET.
            let wrong = try await head("\(path)&limit=3", key: key, of: server)
            #expect(wrong.status.contains(" 4") && wrong.headers["content-length"] != "0", "\(wrong)")
        }
    }

    @Test func `a stream is not begun for its headers`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(["billing:read"]).text
        try await TestServer.run {
            $0.mostStreamsOfOne = 0
        } _: { server in
            #expect(try await server.ask(.GET, "/v1/stream?of=balances", key: key).status == 429)
            let stream = try await head("/v1/stream?of=balances", key: key, of: server)
            #expect(stream.status == "HTTP/1.1 200 OK" && stream.headers["content-type"] == "text/event-stream")
            #expect(stream.headers["content-length"] == nil && stream.headers["connection"] == "close")
            #expect(try await head("/v1/stream?of=calls", key: key, of: server).status.contains(" 403 "))
        }
    }

    @Test(arguments: ["/v1/accounts/accounts", "/v1/accounts/accounts?limit=x", "/v1/nothing", "/healthz"])
    func `what has a length says that of the GET`(path: String) async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(["accounts:read"]).text
        try await TestServer.run { server in
            let whole = try await server.ask(.GET, path, key: key)
            let head = try await head(path, key: key, of: server)
            #expect(head.status.contains(" \(whole.status) "), "\(head.status)")
            #expect(head.headers["content-length"] == whole.headers.first(name: "Content-Length"))
            #expect(head.headers["content-type"] == whole.headers.first(name: "Content-Type"))
        }
    }

    @Test func `a client of HTTP 1_0 hears of no chunks`() async throws {
        let mine = try await TestOperator.make(db)
        let key = try await mine.key(["accounts:read"]).text
        try await TestServer.run { server in
            let text = try await RawClient.send(
                ["HEAD /v1/accounts/accounts?format=jsonl HTTP/1.0\r\nAuthorization: Bearer \(key)\r\n\r\n"],
                port: server.port
            ).lowercased()
            #expect(text.hasPrefix("http/1.0 200 ok\r\n") && text.hasSuffix("\r\n\r\n"), "\(text)")
            #expect(!text.contains("transfer-encoding") && !text.contains("content-length: 0"), "\(text)")
        }
    }
}
