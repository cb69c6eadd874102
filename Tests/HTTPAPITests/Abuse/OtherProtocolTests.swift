import Foundation
import HTTPAPI
import TestSupport
import Testing

/// Clients that offer to go on in another protocol, as some do with their first request, and those that want a tunnel.
@Suite(.database) struct OtherProtocolTests {
    /// A head that an HTTP parser takes for the last of its protocol.
    static let heads = [
        "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
            + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ]

    /// RFC 9110, sections 7.8 and 9.3.6: what is not switched goes on as it was, or ends; it does not fall silent.
    @Test(.timeLimit(.minutes(1)), arguments: heads)
    func `who is not given another protocol is answered on, or told that it is over`(head: String) async throws {
        try await TestServer.run {
            $0.idleTime = .seconds(600)
        } _: { server in
            let next = "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            let bytes = try await RawClient.exchange(Array((head + next).utf8), port: server.port)
            let shown = String(decoding: bytes.prefix(2_000), as: UTF8.self)
            let answers = try #require(RawAnswer.all(in: bytes), "\(shown)")
            let own = try #require(answers.first, "it was not answered")
            #expect(own.status < 500 && (answers.count == 2 || own.isLast), "\(shown)")
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: heads)
    func `what follows an offer of another protocol is not kept in memory`(head: String) async throws {
        try await TestServer.run {
            $0.idleTime = .seconds(10)
        } _: { server in
            // Some megabytes are the kernel's, of both ends.
            let part = Array(repeating: UInt8(ascii: "x"), count: 1 << 20)
            let taken = try await RawClient.push(head, part, times: 64, port: server.port)
            #expect(taken < 32, "\(taken) MiB were taken")
        }
    }

    /// RFC 9112, section 6.1.
    @Test(.timeLimit(.minutes(2))) func `who speaks HTTP/1.0 is sent no chunks`() async throws {
        try await ResourceServer.run { api in
            try await api.contact("ada")
            let request =
                "GET /v1/accounts/contacts?format=csv HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer \(api.key)\r\n\r\n"
            let bytes = try await RawClient.exchange(Array(request.utf8), port: api.server.port)
            let shown = String(decoding: bytes.prefix(4_000), as: UTF8.self)
            #expect(shown.hasPrefix("HTTP/1.0 200") && shown.contains("ada@x.example"), "\(shown)")
            #expect(!shown.lowercased().contains("transfer-encoding"), "\(shown)")
        }
    }
}
