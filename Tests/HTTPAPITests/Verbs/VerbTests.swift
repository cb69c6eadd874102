import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// What is done by verbs, as a developer does it.
@Suite(.database, .served) struct VerbTests {
    private func post(
        _ api: ResourceServer, _ path: String, _ body: String = "{}", _ method: HTTPMethod = .POST,
        headers: [(String, String)] = []
    ) async throws -> TestServer.Answer {
        try await api.send(method, path, body, headers)
    }

    @Test func `a balance is corrected once for a key, and not below its limit`() async throws {
        try await ResourceServer.run { api in
            let account = "/v1/billing/accounts/\(api.mine.account.text)"
            let credit = #"{"amount":"10.5","reason":"goodwill"}"#
            let key = [("Idempotency-Key", "one")]
            for _ in 0..<2 {
                let answer = try await post(api, "\(account)/adjust", credit, headers: key)
                #expect(answer.status == 201, "\(answer.text)")
                #expect(try Double(answer.member("available")) == 10.5)
            }
            let below = try await post(api, "\(account)/adjust", #"{"amount":"-11","reason":"mistake"}"#)
            #expect(below.status == 422, "\(below.text)")
            #expect(
                try await post(api, "\(account)/credit_limit", #"{"credit_limit":"5","reason":"known"}"#, .PUT).status
                    == 200)
            #expect(try await post(api, "\(account)/adjust", #"{"amount":"-11","reason":"mistake"}"#).status == 201)
            #expect(try await post(api, "\(account)/adjust", #"{"amount":1,"reason":"xyz"}"#).status == 400)
            let memos = try await api.server.database.owner.run(
                "select memo from billing.ledger where tenant_id = \(api.mine.id) group by memo order by memo"
            ).values(String.self)
            #expect(memos == ["goodwill", "mistake"])
        }
    }

    @Test func `what is not there, or another's, is not found`() async throws {
        try await ResourceServer.run { api in
            let other = try await TestOperator.make(api.server.database)
            for id in [UUID().text, other.account.text, "x"] {
                for (path, body) in [
                    ("/v1/billing/invoices/\(id)/finalise", "{}"), ("/v1/flows/flow_versions/\(id)/publish", "{}"),
                    ("/v1/flows/flow_versions/\(id)/validate", "{}"), ("/v1/integration/webhooks/\(id)/test", "{}"),
                    ("/v1/integration/webhooks/\(id)/rotate", "{}"),
                ] {
                    #expect(try await post(api, path, body).status == 404, "\(path)")
                }
                let adjusted = try await post(
                    api, "/v1/billing/accounts/\(id)/adjust", #"{"amount":"1","reason":"mine now"}"#)
                #expect([404, 422].contains(adjusted.status), "\(adjusted.text)")
            }
            let available = try await api.server.database.owner.run(
                "select coalesce(sum(available), 0)::text from billing.account_balance where tenant_id = \(other.id)"
            ).value(String.self)
            #expect(available.flatMap(Double.init) == 0)
        }
    }

    @Test func `a webhook is made with a secret that is shown once, tested and sent to again`() async throws {
        try await ResourceServer.run { api in
            let body = #"{"name":"w","url":"https://hooks.example/x","event_types":["call.*"]}"#
            let key = [("Idempotency-Key", "one")]
            let made = try await post(api, "/v1/integration/webhooks", body, headers: key)
            #expect(try made.status == 201 && made.member("secret").hasPrefix("whsec_"), "\(made.text)")
            let again = try await post(api, "/v1/integration/webhooks", body, headers: key)
            #expect(try again.member("secret") == "shown once" && again.member("id") == made.member("id"))
            let path = "/v1/integration/webhooks/\(try made.member("id"))"
            #expect(try await api.get(path).text.contains("secret") == false)
            #expect(try await post(api, "\(path)/test").status == 202)
            let rotated = try await post(api, "\(path)/rotate")
            #expect(try rotated.status == 200 && rotated.member("secret") != made.member("secret"))
            let replay = #"{"from":"2026-01-01T00:00:00Z","to":"2100-01-01T00:00:00Z"}"#
            let never = try await post(
                api, "\(path)/replay", #"{"from":"2026-01-01T00:00:00Z","to":"2026-01-01T00:00:00Z"}"#)
            #expect(never.status == 422 && never.text.contains("#/to"), "\(never.text)")
            // The test waits to be delivered: it is not sent twice.
            #expect(try await post(api, "\(path)/replay", replay).text.contains(#""deliveries":0"#))
            for (wrong, name) in [
                (#"{"name":"x","url":"http://hooks.example/x","event_types":["*"]}"#, "url"),
                (#"{"name":"x","url":"https://u:p@hooks.example/x","event_types":["*"]}"#, "url"),
                (#"{"name":"x","url":"https://hooks.example/x","event_types":["No"]}"#, "event_types"),
            ] {
                let answer = try await post(api, "/v1/integration/webhooks", wrong)
                #expect(answer.status == 422 && answer.text.contains("\"pointer\":\"#/\(name)\""), "\(answer.text)")
            }
        }
    }

    @Test func `a body is told of with everything that is wrong`() async throws {
        try await ResourceServer.run { api in
            let answer = try await post(
                api, "/v1/auth/api_keys", #"{"name":"","scopes":"x","expires_at":"soon","a/b":1}"#)
            #expect(answer.status == 400)
            for pointer in ["#/name", "#/scopes", "#/expires_at", "#/a~1b"] {
                #expect(answer.text.contains("\"pointer\":\"\(pointer)\""), "\(pointer)")
            }
            #expect(try await post(api, "/v1/auth/api_keys", "[]").status == 400)
            // To JSON Schema a number without a part is an integer, however it is written.
            for (rate, status) in [("729.0", 201), ("729.5", 400), ("0.0", 400)] {
                let key = #"{"name":"k","scopes":[],"rate_limit_per_minute":\#(rate)}"#
                #expect(try await post(api, "/v1/auth/api_keys", key).status == status, "\(rate)")
            }
            #expect(try await post(api, "/v1/auth/api_keys?x=1", "{}").status == 400)
        }
    }

    @Test func `routes are explained with every carrier`() async throws {
        try await ResourceServer.run { api in
            let tenant = UUID()
            try await api.server.database.makeFullTenant(tenant)
            let permissions = try await ResourceServer.permissions(api.server.database)
            let full = TestOperator(
                id: tenant, ban: "", account: FullTenant.part(1, of: tenant), database: api.server.database)
            let key = try await full.key(permissions).text
            let answer = try await api.send(
                .POST, "/v1/routing/explain", #"{"called":"+12125550100","caller":"+14155550142"}"#, key: key)
            #expect(answer.status == 200, "\(answer.text)")
            let asked = try await api.send(
                .POST, "/v1/routing/policy", #"{"account_id":"\#(full.account)","called":"+12125550100"}"#, key: key)
            #expect(asked.status == 200, "\(asked.text)")
            #expect(try await post(api, "/v1/routing/explain", #"{"called":"x"}"#).status == 400)
        }
    }
}
