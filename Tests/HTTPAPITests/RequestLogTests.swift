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
            #expect(first.2?.contains("password") == true)
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
            #expect(try await ask(.GET, "https://portal.example").first(name: "Vary") == "Origin")
            let other = try await ask(.OPTIONS, "https://evil.example")
            #expect(other.first(name: "Access-Control-Allow-Origin") == nil)
            #expect(other.first(name: "X-Content-Type-Options") == "nosniff")
            #expect(other.first(name: "X-Frame-Options") == "DENY")
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
