import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// What other rules and prices would have made of calls, as a developer asks it.
@Suite(.database) struct WhatIfVerbTests {
    private static let path = "/v1/routing/what_if"

    /// An operator with something in every table, and a key that permits all.
    private func prepare(_ api: ResourceServer) async throws -> (tenant: UUID, key: String) {
        let tenant = UUID()
        try await api.server.database.makeFullTenant(tenant)
        let full = TestOperator(
            id: tenant, ban: "", account: FullTenant.part(1, of: tenant), database: api.server.database)
        let permissions = try await ResourceServer.permissions(api.server.database)
        return (tenant, try await full.key(permissions) { $0.requestsPerMinute = 1_000_000 }.text)
    }

    private func trunk(_ api: ResourceServer, _ tenant: UUID) async throws -> (id: UUID, priority: Int) {
        let row = try await api.server.database.owner.run(
            "select id, priority::bigint from routing.carrier_trunks where tenant_id = \(tenant) order by id limit 1"
        ).first(UUID.self, Int.self)
        return try #require(row.map { (id: $0.0, priority: $0.1) })
    }

    @Test func `rules are tried, and nothing is changed`() async throws {
        try await ResourceServer.run { api in
            let (tenant, key) = try await prepare(api)
            let before = try await trunk(api, tenant)
            let change = #"{"change":"carrier_trunks","row":"\#(before.id.text)","set":{"priority":77}}"#
            let answer = try await api.send(.POST, Self.path, #"{"changes":[\#(change)],"days":31}"#, key: key)
            #expect(answer.status == 200, "\(answer.text)")
            let value = try answer.value
            #expect(value["object"]?.shown == "what_if" && value["calls"] != nil && value["hours"] != nil)
            #expect(
                answer.text.contains(#""action":"change","table":"routing.carrier_trunks","rows":1"#), "\(answer.text)")
            #expect(try await trunk(api, tenant).priority == before.priority)
        }
    }

    @Test func `a draft of a plan is tried`() async throws {
        try await ResourceServer.run { api in
            let made = try await api.send(.POST, "/v1/billing/rate_plans", #"{"name":"P","currency":"USD"}"#)
            let plan = try made.member("id").lowercased()
            let taken = try await api.send(
                .POST, "/v1/routing/sheets/\(plan)/imports", "Prefix,Rate\n44,0.01\n")
            #expect(taken.status == 201, "\(taken.text)")
            let answer = try await api.send(.POST, Self.path, #"{"sheet_id":"\#(plan)"}"#)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try answer.member("version") == taken.member("version"))
            let missing = try await api.send(.POST, Self.path, #"{"sheet_id":"\#(plan)","version":99}"#)
            #expect(missing.status == 404, "\(missing.text)")
            #expect(try await api.send(.POST, Self.path, #"{"sheet_id":"\#(UUID())"}"#).status == 404)
        }
    }

    @Test func `what is wrong with a change is named, and another operator's rows are none`() async throws {
        try await ResourceServer.run { api in
            let (tenant, _) = try await prepare(api)
            let theirs = try await trunk(api, tenant).id.text
            for (changes, status, part) in [
                (#"[{"change":"nonsense","row":"x","set":{"a":1}}]"#, 422, "#/changes/0"),
                (#"[{"remove":"call_limits","row":{"shoe_size":4}}]"#, 422, "shoe_size"),
                (#"[{"change":"carrier_trunks","row":"\#(theirs)","set":{"priority":1}}]"#, 422, "#/changes/0"),
                (#"[]"#, 400, "#/changes"), (#"["x"]"#, 400, "#/changes"),
            ] {
                let answer = try await api.send(.POST, Self.path, #"{"changes":\#(changes)}"#)
                #expect(answer.status == status && answer.text.contains(part), "\(changes): \(answer.text)")
            }
            #expect(try await api.send(.POST, Self.path, "{}").status == 422)
            #expect(try await api.send(.POST, Self.path, #"{"sheet_id":"\#(UUID())","days":32}"#).status == 400)
        }
    }

    @Test func `it is the staff's, and rules are tried by who may write them`() async throws {
        try await ResourceServer.run { api in
            let changes = #"{"changes":[{"remove":"call_limits","row":{"prefix":"44"}}]}"#
            let reader = try await api.mine.key(["routing:read"]).text
            let refused = try await api.send(.POST, Self.path, changes, key: reader)
            #expect(refused.status == 403 && refused.text.contains("routing:write"), "\(refused.text)")
            let customer = try await api.mine.key(["routing:read", "routing:write"]) {
                $0.account = api.mine.account
            }.text
            #expect(try await api.send(.POST, Self.path, changes, key: customer).status == 403)
        }
    }

    @Test func `accounts are not changed, and names are told of tables alone that the key may read`() async throws {
        try await ResourceServer.run { api in
            let account = #"{"change":"accounts","row":"\#(api.mine.account.text)","set":{"name":"x"}}"#
            let changed = try await api.send(.POST, Self.path, #"{"changes":[\#(account)]}"#)
            #expect(changed.status == 422 && changed.text.contains("#/changes/0"), "\(changed.text)")
            let writer = try await api.mine.key(["routing:read", "routing:write"]).text
            let reader = try await api.mine.key(["routing:read", "routing:write", "accounts:read", "billing:read"]).text
            for (change, permission) in [
                (#"{"add":"call_limits","set":{"account_id":"nobody","max_rate":1}}"#, "accounts:read"),
                (#"{"remove":"rate_plans","row":"nothing"}"#, "billing:read"),
            ] {
                let sent = #"{"changes":[\#(change)]}"#
                let refused = try await api.send(.POST, Self.path, sent, key: writer)
                #expect(refused.status == 403 && refused.text.contains(permission), "\(refused.text)")
                let told = try await api.send(.POST, Self.path, sent, key: reader)
                #expect(told.status == 422 && told.text.contains("#/changes/0"), "\(told.text)")
            }
        }
    }
}
