import AsyncHTTPClient
import Foundation
import HTTPAPI
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// What was asked is written down, without secrets; and what headers answers carry.
@Suite(.database) struct RequestLogTests {
    @Test func `a request is kept with who asked, and what went wrong, and no secret of it`() async throws {
        try await ResourceServer.run { api in
            let body = #"{"account_id":"\#(api.mine.account)","name":"N","password":"hunter2","email":"e@x.example"}"#
            let refused = try await api.send(.POST, "/v1/accounts/contacts?api_token=hunter2", body)
            #expect(refused.status == 400)
            #expect(try await api.get("/v1/accounts/accounts?limit=1").status == 200)
            _ = try await api.get("/v1/accounts/accounts", key: "hk_nobody")
            var rows: [(String, Int, String?, String?, String?)] = []
            for _ in 0..<50 where rows.count < 2 {
                try await Task.sleep(for: .milliseconds(100))
                rows = try await api.server.database.owner.run(
                    """
                    select method || ' ' || route, status_code::bigint, problem, request_body::text, query::text
                      from audit.api_request_log where tenant_id = \(api.mine.id) order by requested_at
                    """
                ).decode(String.self, Int.self, String?.self, String?.self, String?.self)
            }
            #expect(rows.map(\.0) == ["POST /v1/accounts/contacts", "GET /v1/accounts/accounts"])
            #expect(rows.map(\.1) == [400, 200])
            let first = try #require(rows.first)
            #expect(first.2 == "invalid-value")
            #expect(first.3?.contains("e@x.example") == true && first.3?.contains("hunter2") == false)
            #expect(first.4?.contains("hunter2") == false)
            let shown = try await api.get("/v1/audit/api_request_log?order=requested_at")
            #expect(try shown.status == 200 && shown.rows.count >= 2)
        }
    }

    @Test func `pages of an origin that is named may use the API, and no others`() async throws {
        try await TestServer.run({ $0.origins = ["https://portal.example"] }) { server in
            func ask(_ method: HTTPMethod, _ origin: String) async throws -> HTTPHeaders {
                try await server.ask(method, "/v1/accounts/contacts", headers: [("Origin", origin)]).headers
            }
            let mine = try await ask(.OPTIONS, "https://portal.example")
            #expect(mine.first(name: "Access-Control-Allow-Origin") == "https://portal.example")
            #expect(mine.first(name: "Access-Control-Allow-Methods")?.contains("POST") == true)
            #expect(mine.first(name: "Access-Control-Allow-Headers")?.contains("Authorization") == true)
            #expect(try await ask(.GET, "https://portal.example")[canonicalForm: "Vary"].contains("Origin"))
            let other = try await ask(.OPTIONS, "https://evil.example")
            #expect(other.first(name: "Access-Control-Allow-Origin") == nil)
            #expect(other.first(name: "X-Content-Type-Options") == "nosniff")
            #expect(other.first(name: "X-Frame-Options") == "DENY")
        }
    }

    /// The peer is 127.0.0.1, a proxy or not.
    private static let forwarded = [
        (["127.0.0.0/8"], "203.0.113.7", "203.0.113.7"), (["127.0.0.0/8"], "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (["127.0.0.0/8", "10.0.0.0/8"], "203.0.113.7, 10.1.1.1", "203.0.113.7"), (["127.0.0.0/8"], "x", "127.0.0.1"),
        (["127.0.0.0/8"], "203.0.113.7, x", "127.0.0.1"), ([], "203.0.113.7", "127.0.0.1"),
    ]

    @Test(arguments: forwarded)
    func `the address is what our proxies say, and nobody else`(
        proxies: [String], header: String, expected: String
    ) async throws {
        try await TestServer.run({ $0.proxies = proxies }) { server in
            let mine = try await TestOperator.make(server.database)
            let key = try await mine.key(["accounts:read"]).text
            let status = try await server.ask(
                .GET, "/v1/accounts/accounts", key: key, headers: [("X-Forwarded-For", header)]
            ).status
            let used = try await server.database.owner.run(
                "select host(last_used_ip) from auth.api_keys where tenant_id = \(mine.id)"
            ).value(String.self)
            #expect(status == 200 && used == expected)
        }
    }

    @Test(arguments: ["/health/live", "/health/ready", "/healthz", "/readyz"])
    func `health is asked for without a key`(path: String) async throws {
        try await TestServer.run { server in
            let status = try await server.ask(.GET, path).status
            #expect(status == 200)
        }
    }
}
