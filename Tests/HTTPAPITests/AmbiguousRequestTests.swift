import Foundation
import HTTPAPI
import TestSupport
import Testing

/// Requests that a proxy in front may read otherwise than we do: what stands behind one must never become a request.
@Suite(.database, .served { $0.idleTime = .seconds(1) }) struct AmbiguousRequestTests {
    /// Headers and body of a request, with another one hidden behind it.
    struct Form: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let head: String
        var body = "0\r\n\r\n"

        static let all = [
            Form(testDescription: "a length and chunks", head: "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
            Form(testDescription: "chunks and a length", head: "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
            Form(testDescription: "two lengths", head: "Content-Length: 5\r\nContent-Length: 6\r\n"),
            Form(testDescription: "a list of lengths", head: "Content-Length: 5, 6\r\n"),
            Form(testDescription: "a length with a sign", head: "Content-Length: +5\r\n"),
            Form(testDescription: "a length below zero", head: "Content-Length: -1\r\n"),
            Form(testDescription: "a length in hexadecimal", head: "Content-Length: 0x5\r\n"),
            Form(testDescription: "a length with a space in it", head: "Content-Length: 0 5\r\n"),
            Form(testDescription: "a length too long", head: "Content-Length: 18446744073709551621\r\n"),
            Form(testDescription: "a space before the colon", head: "Transfer-Encoding : chunked\r\n"),
            Form(testDescription: "a line that goes on", head: "X: y\r\n Transfer-Encoding: chunked\r\n"),
            Form(testDescription: "another encoding", head: "Transfer-Encoding: xchunked\r\n"),
            Form(testDescription: "chunks that are not the last", head: "Transfer-Encoding: chunked, identity\r\n"),
            Form(
                testDescription: "two encodings",
                head: "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
            Form(testDescription: "a mark before the encoding", head: "Transfer-Encoding: \u{b}chunked\r\n"),
            Form(
                testDescription: "a chunk too long", head: "Transfer-Encoding: chunked\r\n",
                body: "10000000000000000\r\n"),
            Form(testDescription: "a chunk below zero", head: "Transfer-Encoding: chunked\r\n", body: "-1\r\n\r\n"),
            Form(testDescription: "a chunk in C", head: "Transfer-Encoding: chunked\r\n", body: "0x0\r\n\r\n"),
            Form(testDescription: "a chunk without its end", head: "Transfer-Encoding: chunked\r\n", body: "1\r\nxx"),
            Form(testDescription: "a zero in a name", head: "Content-Le\0ngth: 5\r\n"),
            Form(testDescription: "a line feed alone", head: "X: y\nContent-Length: 5\r\n", body: "GET /"),
        ]
    }

    /// Each as a GET, which is answered, so that the connection would stay.
    @Test(arguments: Form.all)
    func `nothing that is hidden behind an ambiguous request is answered`(form: Form) async throws {
        let hidden = "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"
        let answer = try await RawClient.send(
            ["GET /healthz HTTP/1.1\r\nHost: x\r\n\(form.head)\r\n\(form.body)\(hidden)"],
            port: TestServer.suite.port)
        #expect(!answer.contains("ready"), "\(answer)")
        #expect(answer.components(separatedBy: "HTTP/1.1 ").count <= 3, "\(answer)")
    }
}
