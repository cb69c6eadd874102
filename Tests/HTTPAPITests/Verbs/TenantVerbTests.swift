import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// What staff of the platform does with operators.
@Suite(.database, .served) struct TenantVerbTests {
    /// A key of the platform's.
    private func key(_ api: ResourceServer, _ scopes: [String] = ["tenants:write"]) async throws -> String {
        let nobody = try #require(UUID(uuidString: "00000000-0000-0000-0000-000000000000"))
        return try await TestOperator(id: nobody, ban: "", account: UUID(), database: api.server.database)
            .key(scopes) { $0.requestsPerMinute = 1_000_000 }.text
    }

    private static let why = #"{"reason":"as agreed in the contract"}"#

    @Test func `an operator is made, and its administrator lets himself in`() async throws {
        try await ResourceServer.run { api in
            let (key, name) = (try await self.key(api), UUID().text)
            let body = #"{"slug":"n\#(name)","name":"New","email":"Ann@\#(name).example"}"#
            let once = [("Idempotency-Key", name)]
            let made = try await api.send(.POST, "/v1/core/tenants", body, key: key, once)
            #expect(made.status == 201, "\(made.text)")
            let again = try await api.send(.POST, "/v1/core/tenants", body, key: key, once)
            #expect(try again.member("id") == made.member("id") && again.member("token") == "shown once")
            #expect(try await api.send(.POST, "/v1/core/tenants", body, key: key).status == 409)
            let password = #"{"token":"\#(try made.member("token"))","password":"correct horse battery"}"#
            #expect(try await api.send(.POST, "/v1/auth/password/reset", password).status == 204)
            let login = #"{"email":"ann@\#(name).example","password":"correct horse battery"}"#
            let session = try await api.send(.POST, "/v1/auth/login", login).member("token")
            let seen = try await api.get("/v1/core/tenants", key: session)
            #expect(try seen.column("slug") == ["n\(name)"], "\(seen.text)")
            #expect(try await api.get("/v1/me", key: session).text.contains("tenants:write") == false)
            for (wrong, status, field) in [
                (#"{"slug":"N","name":"x","email":"x@x.example"}"#, 400, "slug"),
                (#"{"slug":"ok\#(name)","name":"x","email":"nobody"}"#, 422, "email"),
                (#"{"slug":"ok\#(name)","name":"x","email":"y@\#(name).example","country":"XX"}"#, 422, "country"),
                (#"{"slug":"ok\#(name)","name":"x","email":"y@\#(name).example","currency":"XXY"}"#, 422, "currency"),
            ] {
                let answer = try await api.send(.POST, "/v1/core/tenants", wrong, key: key)
                #expect(answer.status == status && answer.text.contains("\"pointer\":\"#/\(field)\""), "\(answer.text)")
            }
        }
    }

    @Test func `an operator is suspended, resumed, held and closed`() async throws {
        try await ResourceServer.run { api in
            let key = try await self.key(api)
            let other = try await TestOperator.make(api.server.database)
            let theirs = try await other.key(["cdr:read"]).text
            let path = "/v1/core/tenants/\(other.id.text)"
            for (verb, status) in [("resume", 422), ("suspend", 204), ("suspend", 422), ("resume", 204)] {
                let answer = try await api.send(.POST, "\(path)/\(verb)", Self.why, key: key)
                #expect(answer.status == status, "\(verb): \(answer.text)")
            }
            let hold = #"{"legal_hold":true,"reason":"case 4711"}"#
            #expect(try await api.send(.PUT, "\(path)/legal_hold", hold, key: key).status == 204)
            let closed = try await api.send(.POST, "\(path)/close", Self.why, key: key)
            #expect(closed.status == 200, "\(closed.text)")
            #expect(try await api.send(.POST, "\(path)/resume", Self.why, key: key).status == 422)
            let facts = try await api.server.database.owner.run(
                """
                select concat_ws(' ', status, closed_reason, legal_hold, legal_hold_reason) from core.tenants
                 where id = \(other.id)
                """
            ).value(String.self)
            #expect(facts == "closed as agreed in the contract t case 4711")
            try await Task.sleep(for: .seconds(1.1))
            #expect([401, 403].contains(try await api.get("/v1/cdr/raw_cdr", key: theirs).status))
            let unknown = "/v1/core/tenants/\(UUID())"
            for verb in ["suspend", "resume", "close"] {
                #expect(try await api.send(.POST, "\(unknown)/\(verb)", Self.why, key: key).status == 404, "\(verb)")
            }
            let nobody = "/v1/core/tenants/00000000-0000-0000-0000-000000000000"
            for verb in ["suspend", "close"] {
                #expect(try await api.send(.POST, "\(nobody)/\(verb)", Self.why, key: key).status == 422, "\(verb)")
            }
        }
    }

    @Test func `nobody but staff of the platform does so, or sees the others`() async throws {
        try await ResourceServer.run { api in
            let path = "/v1/core/tenants/\(api.mine.id.text)/suspend"
            #expect(try await api.send(.POST, path, Self.why).status == 403)
            #expect(try await api.get("/v1/platform/tenants").status == 403)
            let idle = try await key(api, ["cdr:read"])
            #expect(try await api.get("/v1/platform/tenants", key: idle).status == 403)
            #expect(try await api.send(.POST, path, Self.why, key: idle).status == 403)
            let slug = "t" + api.mine.id.text
            for scopes in [["tenants:write"], ["support:enter"]] {
                let seen = try await api.get("/v1/platform/tenants?limit=1000", key: key(api, scopes))
                #expect(try seen.status == 200 && seen.column("slug").contains(slug), "\(seen.text)")
            }
            let after = try await api.get("/v1/platform/tenants?after=\(slug)&limit=1000", key: key(api))
            #expect(try after.column("slug").contains(slug) == false)
        }
    }
}
