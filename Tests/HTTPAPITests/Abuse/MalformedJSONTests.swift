import AsyncHTTPClient
import Foundation
import HTTPAPI
import NIOCore
import NIOHTTP1
import Services
import TestSupport
import Testing

/// Documents that are none, or none that we take: each is refused, says why, and does nothing.
@Suite(.database, .served) struct MalformedJSONTests {
    private func post(
        _ api: ResourceServer, _ bytes: [UInt8], headers: [(String, String)] = []
    ) async throws -> TestServer.Answer {
        try await api.server.ask(
            .POST, "/v1/accounts/contacts", key: api.key, headers: headers + [("Content-Type", "application/json")],
            body: .bytes(ByteBuffer(bytes: bytes)))
    }

    @Test func `what is no document is refused as such`() async throws {
        try await ResourceServer.run { api in
            var made = 0
            for form in JSONForm.texts + JSONForm.numbers + JSONForm.documents {
                let answer = try await post(api, form.bytes(api.mine.account.uuidString))
                let shown = "\(form.testDescription): \(answer.status) \(answer.text.prefix(300))"
                #expect(form.statuses.contains(answer.status), "\(shown)")
                if answer.status == 201 {
                    made += 1
                } else {
                    #expect(answer.headers.first(name: "Content-Type") == "application/problem+json", "\(shown)")
                    #expect(try answer.member("status") == String(answer.status), "\(shown)")
                }
            }
            #expect(try await api.get("/v1/accounts/contacts").rows.count == made)
        }
    }

    /// What is wrong is told, however much of it there is, in an answer that is no multiple of the question.
    @Test func `a problem is no larger than what it is about`() async throws {
        try await ResourceServer.run { api in
            let members = (0..<10_000).map { "\"m\($0)\":1" }.joined(separator: ",")
            let body = Array("{\(members)}".utf8)
            let answer = try await post(api, body)
            #expect(answer.status == 400)
            #expect(answer.text.utf8.count < body.count, "\(answer.text.utf8.count) bytes for \(body.count)")
        }
    }

    /// 64 KiB of the same byte, as a member of gzip.
    private static let spaces =
        "H4sIAAAAAAACA+3BgQAAAACAIJX9KRepCgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAGqUGSy0AAABAA=="
    private static let brackets =
        "H4sIAAAAAAACA+3BgQAAAACAIND9PRapCgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAGobIvJEAAABAA=="

    @Test(arguments: [(spaces, 2, 400), (spaces, 1_000, 413), (brackets, 2, 400), (brackets, 1_000, 413)])
    func `a body that unpacks to very much is refused`(member: String, times: Int, status: Int) async throws {
        let member = Array(try #require(Data(base64Encoded: member)))
        try await ResourceServer.run { api in
            let answer = try await post(
                api, Array(repeating: member, count: times).flatMap { $0 }, headers: [("Content-Encoding", "gzip")])
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.headers.first(name: "Content-Type") == "application/problem+json")
        }
    }
}
