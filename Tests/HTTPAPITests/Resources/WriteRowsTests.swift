import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Rows that are made, changed and deleted over HTTP.
@Suite(.database) struct WriteRowsTests {
    private static let path = "/v1/accounts/contacts"

    @Test func `a row is made, read, changed and deleted`() async throws {
        try await ResourceServer.run { api in
            let body =
                #"{"account_id":"\#(api.mine.account)","name":"Ada","email":"ada@x.example","metadata":{"a":[1,2.50]}}"#
            let made = try await api.send(.POST, Self.path, body)
            #expect(made.status == 201, "\(made.text)")
            let place = try #require(made.headers.first(name: "Location"))
            let read = try await api.get(place)
            #expect(try read.value == made.value)
            #expect(read.headers.first(name: "ETag") == made.headers.first(name: "ETag"))
            #expect(try read.value["metadata"] == ["a": [1, .number("2.50")]])
            let changed = try await api.send(.PATCH, place, #"{"name":"Ada L.","phone":"+12125550100"}"#)
            #expect(changed.status == 200, "\(changed.text)")
            #expect(try changed.value["name"] == "Ada L." && changed.value["email"] == "ada@x.example")
            #expect(try await api.send(.PATCH, place, #"{"phone":null}"#).value["phone"] == .null)
            #expect(try await api.server.ask(.DELETE, place, key: api.key).status == 204)
            #expect(try await api.get(place).status == 404)
            #expect(try await api.server.ask(.DELETE, place, key: api.key).status == 404)
            #expect(try await api.send(.PATCH, place, #"{"name":"x"}"#).status == 404)
        }
    }

    @Test func `a row that somebody else has changed is not changed over it`() async throws {
        try await ResourceServer.run { api in
            let place = "\(Self.path)/\(try await api.contact("v"))"
            let old = try #require(try await api.get(place).headers.first(name: "ETag"))
            #expect(try await api.get(place, [("If-None-Match", old)]).status == 304)
            let new = try await api.send(.PATCH, place, #"{"notes":"1"}"#, [("If-Match", old)])
            #expect(new.status == 200)
            let late = try await api.send(.PATCH, place, #"{"notes":"2"}"#, [("If-Match", old)])
            #expect(late.status == 412 && late.text.contains("read it again"))
            let gone = try await api.server.ask(.DELETE, place, key: api.key, headers: [("If-Match", old)])
            #expect(gone.status == 412)
            #expect(try await api.get(place).value["notes"] == "1")
            #expect(try await api.get(place, [("If-None-Match", old)]).status == 200)
            #expect(try await api.send(.PATCH, place, #"{"notes":"3"}"#, [("If-Match", "*")]).status == 200)
            // Under a key the version is a part of what was asked.
            let key = ("Idempotency-Key", "version")
            #expect(try await api.send(.PATCH, place, #"{"notes":"5"}"#, [("If-Match", "*"), key]).status == 200)
            #expect(try await api.send(.PATCH, place, #"{"notes":"5"}"#, [("If-Match", old), key]).status == 422)
            for header in ["x", "W/\(old)", "\"\"", "\"2026-01-01T00:00:00.000000Z\""] {
                #expect(try await api.send(.PATCH, place, #"{"notes":"4"}"#, [("If-Match", header)]).status == 412)
            }
        }
    }

    /// A body, the status it gets, and what is said.
    static let refusals: [(String, Int, [String])] = [
        (#"{"name":"a"}"#, 400, ["#/account_id"]),
        (#"{"account_id":"x","name":5,"nope":true}"#, 400, ["#/account_id", "#/name", "#/nope"]),
        (#"{"account_id":ACCOUNT,"name":"a","created_at":"2026-01-01T00:00:00Z"}"#, 400, ["#/created_at"]),
        (#"{"account_id":ACCOUNT,"name":"a","tenant_id":ACCOUNT}"#, 400, ["#/tenant_id"]),
        (#"{"account_id":ACCOUNT,"name":"a","kind":"boss"}"#, 400, ["#/kind", "one of"]),
        (#"{"account_id":ACCOUNT,"name":"a","is_primary":"yes"}"#, 400, ["#/is_primary", "true or false"]),
        (#"{"account_id":ACCOUNT,"name":null}"#, 400, ["#/name"]),
        (#"{"account_id":ACCOUNT,"name":"a"}"#, 422, ["contact can be reached"]),
        (#"{"account_id":ACCOUNT,"name":"a","phone":"0123"}"#, 422, []),
        (
            #"{"account_id":"00000000-0000-4000-8000-000000000000","name":"a","email":"a@x.example"}"#, 422,
            ["there is no such row", "#/account_id"]
        ),
        ("[]", 400, ["an object"]), ("{", 400, ["line 1, column 2"]), ("", 400, ["line 1, column 1"]),
        (#"{"name":"a","name":"b"}"#, 400, ["is there twice"]), (#"{"name":"\u0000"}"#, 400, ["U+0000"]),
        ("nonsense", 400, ["not JSON"]),
    ]

    @Test func `a body that is wrong changes nothing, and every value is named`() async throws {
        try await ResourceServer.run { api in
            for (body, status, words) in Self.refusals {
                let body = body.replacing("ACCOUNT", with: "\"\(api.mine.account)\"")
                let answer = try await api.send(.POST, Self.path, body)
                #expect(answer.status == status, "\(body): \(answer.text)")
                for word in words { #expect(answer.text.contains(word), "\(body): \(answer.text)") }
            }
            #expect(try await api.get("\(Self.path)?count=true").value["total"] == 0)
            let type = try await api.server.ask(
                .POST, Self.path, key: api.key, headers: [("Content-Type", "text/plain")],
                body: .bytes(.init(string: "{}")))
            #expect(type.status == 415)
            let large = try await api.send(
                .POST, Self.path, #"{"name":""# + String(repeating: "x", count: 256 << 10) + #""}"#)
            #expect(large.status == 413)
        }
    }

    @Test func `decimals are texts, and are never rounded`() async throws {
        try await ResourceServer.run { api in
            let plan = try await api.send(.POST, "/v1/billing/rate_plans", #"{"name":"p","currency":"USD"}"#)
            #expect(plan.status == 201, "\(plan.text)")
            let id = try plan.value["id"]?.shown ?? ""
            func rate(_ rate: String) async throws -> TestServer.Answer {
                try await api.send(
                    .POST, "/v1/billing/number_rates",
                    #"{"rate_plan_id":"\#(id)","prefix":"1","valid_from":"2026-01-01T00:00:00Z","#
                        + #""monthly_fee":\#(rate)}"#)
            }
            #expect(try await rate("1.5").status == 400)
            #expect(try await rate(#""0.123456789""#).text.contains("at most 8 decimals"))
            #expect(try await rate(#""1e3""#).status == 400)
            #expect(try await rate(#""-0.5""#).status == 422)
            let made = try await rate(#""0.12345678""#)
            #expect(try made.status == 201 && made.value["monthly_fee"] == "0.12345678", "\(made.text)")
        }
    }

    @Test func `a row that is there is a conflict, and one that is pointed to stays`() async throws {
        try await ResourceServer.run { api in
            let body = #"{"name":"red"}"#
            #expect(try await api.send(.POST, "/v1/routing/partitions", body).status == 201)
            let again = try await api.send(.POST, "/v1/routing/partitions", body)
            #expect(again.status == 409 && again.text.contains("another row has the same name"), "\(again.text)")
            let carrier = try await api.send(.POST, "/v1/routing/partitions", #"{"name":"p"}"#)
            #expect(carrier.status == 201, "\(carrier.text)")
            let id = try carrier.value["id"]?.shown ?? ""
            let part = try await api.send(
                .POST, "/v1/routing/account_partitions",
                #"{"account_id":"\#(api.mine.account)","partition_id":"\#(id)"}"#)
            #expect(part.status == 201, "\(part.text)")
            let refused = try await api.server.ask(.DELETE, "/v1/routing/partitions/\(id)", key: api.key)
            #expect([204, 409].contains(refused.status), "\(refused.text)")
        }
    }

    @Test func `a request with a key is done once, and answered again`() async throws {
        try await ResourceServer.run { api in
            let body = #"{"account_id":"\#(api.mine.account)","name":"once","email":"o@x.example"}"#
            let key = [("Idempotency-Key", "k-1")]
            let answers = try await withThrowingTaskGroup(of: TestServer.Answer.self) { group in
                for _ in 0..<8 { group.addTask { try await api.send(.POST, Self.path, body, key) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.text)).count == 1 && answers.allSatisfy { $0.status == 201 })
            #expect(answers.count { $0.headers.first(name: "Idempotency-Replayed") == "true" } == 7)
            #expect(Set(answers.compactMap { $0.headers.first(name: "Location") }).count == 1)
            #expect(try await api.get("\(Self.path)?count=true").value["total"] == 1)
            let other = try await api.send(.POST, Self.path, body.replacing("once", with: "twice"), key)
            #expect(other.status == 422 && other.text.contains("key-reused"))
            // Under another address, and of another key, it is another request.
            let place = try #require(answers[0].headers.first(name: "Location"))
            #expect(try await api.send(.PATCH, place, #"{"notes":"x"}"#, key).status == 200)
            let stranger = try await api.mine.key(["accounts:write"]).text
            #expect(try await api.send(.POST, Self.path, body, key: stranger, key).status == 201)
            // What was refused left the key free.
            let free = [("Idempotency-Key", "\"k-2\"")]
            #expect(try await api.send(.POST, Self.path, "{}", free).status == 400)
            #expect(
                try await api.send(.POST, Self.path, #"{"account_id":"\#(api.mine.account)","name":"n"}"#, free).status
                    == 422)
            #expect(try await api.send(.POST, Self.path, body, free).status == 201)
        }
    }

    @Test func `a deletion with a key is answered again`() async throws {
        try await ResourceServer.run { api in
            let place = "\(Self.path)/\(try await api.contact("d"))"
            for replayed in [nil, "true"] {
                let answer = try await api.server.ask(
                    .DELETE, place, key: api.key, headers: [("Idempotency-Key", "d")])
                #expect(answer.status == 204)
                #expect(answer.headers.first(name: "Idempotency-Replayed") == replayed)
            }
        }
    }

    @Test func `many rows are made and changed together, or not at all`() async throws {
        try await ResourceServer.run { api in
            func rows(_ names: [String], _ more: String = "") -> String {
                let rows = names.map { #"{"name":"\#($0)"\#(more)}"# }
                return #"{"rows":[\#(rows.joined(separator: ","))]}"#
            }
            let path = "/v1/routing/partitions/bulk"
            let first = try await api.send(.POST, path, rows(["a", "b"]))
            #expect(try first.value == ["object": "bulk", "created": 2, "changed": 0, "unchanged": 0], "\(first.text)")
            let more = #","description":"new""#
            let second = try await api.send(.POST, "\(path)?match=name", rows(["b", "c"], more))
            #expect(
                try second.value == ["object": "bulk", "created": 1, "changed": 1, "unchanged": 0], "\(second.text)")
            let roles = try await api.get("/v1/routing/partitions?order=name")
            #expect(try roles.column("name") == ["a", "b", "c"] && roles.column("description") == ["", "new", "new"])
            // Rows that say nothing but what they are known by stay as they are.
            let third = try await api.send(.POST, "\(path)?match=name", rows(["a", "b"]))
            #expect(try third.value == ["object": "bulk", "created": 0, "changed": 0, "unchanged": 2], "\(third.text)")
            // One that is wrong, and all stay away.
            #expect(try await api.send(.POST, path, rows(["d", "a"])).status == 409)
            let wrong = try await api.send(.POST, path, #"{"rows":[{"name":"e"},{"name":5},{"nope":1}]}"#)
            #expect(wrong.status == 400 && wrong.text.contains("#/rows/1/name") && wrong.text.contains("#/rows/2/nope"))
            #expect(try await api.send(.POST, path, #"{"rows":[]}"#).status == 400)
            #expect(try await api.send(.POST, path, rows(["x", "x"])).status == 409)
            let twice = try await api.send(.POST, "\(path)?match=name", rows(["x", "x"], more))
            #expect(twice.status == 422 && twice.text.contains("the same row"), "\(twice.text)")
            let mixed = try await api.send(.POST, path, #"{"rows":[{"name":"y"},{"name":"z","description":""}]}"#)
            #expect(mixed.status == 422 && mixed.text.contains("the fields of the first row"), "\(mixed.text)")
            #expect(try await api.send(.POST, "\(path)?match=nope", rows(["x"])).status == 422)
            #expect(try await api.get("/v1/routing/partitions?count=true").value["total"] == 3)
        }
    }

    @Test func `a change says in the audit trail who made it, and for which request`() async throws {
        try await ResourceServer.run { api in
            let id = try await api.contact("seen")
            let rows = try await api.get("/v1/audit/audit_log?fields=actor,action,request_id&entity_id=\(id)")
            if rows.status == 200 { #expect(try rows.column("actor") == ["api key test"], "\(rows.text)") }
            let trail = try await api.server.database.owner.run(
                "select count(*) from audit.audit_log where tenant_id = \(api.mine.id) and actor = 'api key test'"
            ).value(Int.self)
            #expect(trail == 1)
        }
    }

    @Test func `a change of what is served from memory is told`() async throws {
        try await ResourceServer.run { api in
            let version: SQL = "select version from core.snapshot_versions where name = 'routing'"
            let before = try await api.server.database.owner.run(version).value(Int.self) ?? 0
            let answer = try await api.send(
                .PATCH, "/v1/accounts/accounts/\(api.mine.account)", #"{"name":"other"}"#)
            #expect(answer.status == 200)
            #expect(try await api.server.database.owner.run(version).value(Int.self) ?? 0 > before)
        }
    }
}
