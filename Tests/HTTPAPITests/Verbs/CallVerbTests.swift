import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Calls in progress, as a developer sees and ends them.
@Suite(.database, .served) struct CallVerbTests {
    /// A call in progress of an account.
    private func call(_ api: ResourceServer, of account: UUID?, state: String = "open") async throws -> UUID {
        let id = UUID()
        try await api.server.database.owner.run(
            """
            insert into routing.routing_requests (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag,
                                                  source, direction, state, account_id, caller, callee, from_number,
                                                  code, hold_amount, snapshot_version, finished_at)
            values (\(api.mine.id), now(), \(id), \(UUID()), 'edge-1', 'x', 'x', 'x', 'outbound', \(state),
                    \(account), '2125550100', '911', '+12125550100', 200, 1.5, 1,
                    case when \(state)::text <> 'open' then now() end)
            """)
        return id
    }

    @Test func `people of an account see their calls, and have them hung up`() async throws {
        try await ResourceServer.run { api in
            let key = try await api.mine.key(["cdr:read", "routing:read", "routing:write"]) {
                $0.account = api.mine.account
                $0.requestsPerMinute = 1_000_000
            }.text
            let (mine, other) = (try await call(api, of: api.mine.account), try await call(api, of: nil))
            let over = try await call(api, of: api.mine.account, state: "finished")
            let seen = try await api.get("/v1/calls/live", key: key)
            #expect(try seen.status == 200 && seen.column("id") == [mine.text], "\(seen.text)")
            #expect(try seen.column("from") == ["+12125550100"] && seen.column("to") == ["911"])
            #expect(try await Set(api.get("/v1/calls/live").column("id")) == [mine.text, other.text])
            #expect(
                try await api.get("/v1/calls/live?account_id=\(api.mine.account)").column("id") == [mine.text])

            let why = #"{"reason":"fraud, as told on the phone"}"#
            func hangUp(_ id: UUID, _ key: String?) async throws -> TestServer.Answer {
                try await api.send(.POST, "/v1/calls/live/\(id.text)/hang_up", why, key: key)
            }
            let asked = try await hangUp(mine, key)
            #expect(asked.status == 202, "\(asked.text)")
            #expect(try await hangUp(mine, key).member("id") == asked.member("id"))
            #expect(try await hangUp(other, key).status == 404)
            #expect(try await hangUp(over, key).status == 422)
            #expect(try await hangUp(other, nil).status == 202)
            let waiting = try await api.get("/v1/routing/hang_ups?routing_id=\(mine.text)", key: key)
            // Why, and by whom, is the operator's to know.
            #expect(try waiting.rows.count == 1 && waiting.rows.allSatisfy { $0["reason"] == nil })
            // Only verbs write there.
            #expect(try await api.send(.POST, "/v1/routing/hang_ups", "{}").status == 405)
        }
    }

    @Test func `the story of a call is staff's, once it is rated`() async throws {
        try await ResourceServer.run { api in
            let tenant = UUID()
            try await api.server.database.makeFullTenant(tenant)
            let full = TestOperator(
                id: tenant, ban: "", account: FullTenant.part(1, of: tenant), database: api.server.database)
            let key = try await full.key(["cdr:read"]).text
            // Its call has the account's id, and happened twice.
            let story = try await api.get("/v1/calls/\(full.account.text)/story", key: key)
            #expect(try story.status == 200 && story.member("id") == full.account.text, "\(story.text)")
            #expect(story.text.contains(#""role":"operator""#))
            #expect(try await api.get("/v1/calls/\(UUID())/story", key: key).status == 404)
            let people = try await full.key(["cdr:read"]) { $0.account = full.account }.text
            #expect(try await api.get("/v1/calls/\(full.account.text)/story", key: people).status == 403)
        }
    }
}
