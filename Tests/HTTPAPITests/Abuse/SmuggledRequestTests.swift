import Foundation
import HTTPAPI
import Services
import TestSupport
import Testing

/// What stands on a connection behind a request that can be read in two ways is never taken for a request of its own,
/// and no request has two answers: a proxy in front would give the second one to somebody else.
@Suite(.database) struct SmuggledRequestTests {
    /// One server has them all at once, and does not wait long for what does not come.
    @Suite(
        .served {
            $0.idleTime = .seconds(10)  // so many at once may have to wait
            $0.bodyTime = .seconds(1)
            $0.refusedTime = .milliseconds(500)
        })
    struct FormTests {
        @Test(.timeLimit(.minutes(2)), arguments: RequestForm.lengths + RequestForm.encodings + RequestForm.chunks)
        func `a request ends where everybody else sees its end`(form: RequestForm) async throws {
            try await check(form)
        }

        @Test(.timeLimit(.minutes(2)), arguments: RequestForm.fields + RequestForm.firstLines)
        func `a head is read as everybody else reads it`(form: RequestForm) async throws { try await check(form) }

        @Test(.timeLimit(.minutes(2)), arguments: RequestForm.lasts)
        func `nothing is answered behind the last answer`(form: RequestForm) async throws { try await check(form) }

        /// Sends it with another request behind it, which says of itself that it is the last, and looks at all that
        /// comes.
        private func check(_ form: RequestForm) async throws {
            let next = Array("GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8)
            let bytes = try await RawClient.exchange(form.bytes + next, port: TestServer.suite.port)
            let shown = String(decoding: bytes.prefix(2_000), as: UTF8.self)
            let answers = try #require(RawAnswer.all(in: bytes), "no answers: \(shown)")
            #expect(answers.count <= 2, "\(shown)")
            guard let own = answers.first else {
                #expect(!form.isShort && form.next != .answered, "it was not answered")
                return
            }
            #expect(form.statuses.contains(own.status), "\(shown)")
            #expect(!own.body.contains("ready"), "\(shown)")
            #expect(answers.count == 1 || !own.isLast, "something follows the last answer: \(shown)")
            let others = answers.dropFirst()
            #expect(others.allSatisfy { $0.status == 200 && $0.body.contains("ready") }, "\(shown)")
            switch form.next {
            case .answered: #expect(others.count == 1, "\(shown)")
            case .dropped: #expect(others.isEmpty, "\(shown)")
            case .either: break
            }
        }
    }

    /// RFC 9112, section 9.6: whoever sees its connection end sends the second one again.
    @Test(.timeLimit(.minutes(2))) func `what stands behind an answer that ends the connection is not done`()
        async throws
    {
        try await ResourceServer.run { api in
            func post(_ body: String) -> String {
                """
                POST /v1/accounts/contacts HTTP/1.1\r
                Host: x\r
                Authorization: Bearer \(api.key)\r
                Content-Type: application/json\r
                Content-Length: \(body.utf8.count)\r
                \r
                \(body)
                """
            }
            let good = #"{"account_id":"\#(api.mine.account)","name":"behind","email":"b@x.example"}"#
            let bytes = try await RawClient.exchange(Array((post("{}") + post(good)).utf8), port: api.server.port)
            let answers = try #require(RawAnswer.all(in: bytes))
            #expect(answers.map(\.status) == [400] && answers[0].isLast)
            #expect(try await api.get("/v1/accounts/contacts").rows.isEmpty)
            // Behind an answer that ends nothing it is.
            let both = try await RawClient.exchange(
                Array(
                    ("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
                        + post(good).replacing(
                            "Host: x", with: "Host: x\r\nConnection: close")).utf8), port: api.server.port)
            #expect(RawAnswer.all(in: both)?.map(\.status) == [200, 201])
        }
    }

    /// A body that is wrong at its end is wrong as a whole.
    @Test(arguments: ["zz\r\n", "0\n\r\n", "0\r\nContent-Length: 5\r\n\r\n", "5\r\n12345", "-1\r\n\r\n"])
    func `a body whose end is wrong does nothing`(end: String) async throws {
        try await ResourceServer.run { api in
            let body = #"{"account_id":"\#(api.mine.account)","name":"a","email":"a@x.example"}"#
            let head =
                "POST /v1/accounts/contacts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(api.key)\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            let chunk = "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n"
            // It hangs up after a while, so that a body without an end has one.
            _ = try await RawClient.send(
                [head + chunk + end], port: api.server.port, pause: .milliseconds(300), hangsUp: true)
            #expect(try await api.get("/v1/accounts/contacts").rows.isEmpty)
            let answer = try await RawClient.exchange(
                Array((head.replacing("Host: x", with: "Host: x\r\nConnection: close") + chunk + "0\r\n\r\n").utf8),
                port: api.server.port)
            #expect(RawAnswer.all(in: answer)?.map(\.status) == [201])
        }
    }
}
