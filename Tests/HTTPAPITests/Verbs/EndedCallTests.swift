import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Hanging up what is over already, or ends meanwhile.
@Suite(.database, .served) struct EndedCallTests {
    private static let why = #"{"reason":"as told on the phone"}"#

    /// A call of the operator's account that began a minute ago.
    private func call(_ api: ResourceServer, on edge: String, _ state: String = "open") async throws -> UUID {
        let id = UUID()
        try await api.server.database.owner.run(
            """
            insert into routing.routing_requests (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag,
                                                  source, direction, state, account_id, caller, callee, from_number,
                                                  code, hold_amount, snapshot_version, finished_at)
            values (\(api.mine.id), now() - interval '1 minute', \(id), \(UUID()), \(edge), 'x', 'x', 'x', 'outbound',
                    \(state), \(api.mine.account), '2125550100', '911', '+12125550100', 200, 1.5, 1,
                    case when \(state)::text <> 'open' then now() end)
            """)
        return id
    }

    private func hangUp(_ api: ResourceServer, _ call: UUID) async throws -> TestServer.Answer {
        try await api.send(.POST, "/v1/calls/live/\(call.text)/hang_up", Self.why)
    }

    /// What came of it.
    private func outcomes(_ api: ResourceServer, _ call: UUID) async throws -> [String] {
        try await api.get("/v1/routing/hang_ups?routing_id=\(call.text)").column("outcome")
    }

    @Test(arguments: ["finished", "lost", "refused"])
    func `a call that is over is not hung up, and is not in the list`(_ state: String) async throws {
        try await ResourceServer.run { api in
            let call = try await call(api, on: "edge-1", state)
            let answer = try await hangUp(api, call)
            #expect(answer.status == 422 && answer.text.contains("the call is over"), "\(answer.text)")
            #expect(try await outcomes(api, call) == [])
            #expect(try await api.get("/v1/calls/live").rows.isEmpty)
        }
    }

    @Test func `of a call that ends before its edge looks it is said that it was not found`() async throws {
        try await ResourceServer.run { api in
            let edge = "edge-\(UUID().text)"
            let call = try await call(api, on: edge)
            #expect(try await hangUp(api, call).status == 202)
            #expect(try await outcomes(api, call) == ["null"])
            try await api.server.database.owner.run(
                """
                update routing.routing_requests set state = 'finished', finished_at = now()
                 where tenant_id = \(api.mine.id) and id = \(call)
                """)
            // Of what is over the edge is not even asked.
            let done = try await TakeHangUps(api.server.database.engine)(of: edge) { calls in
                Issue.record("\(calls.count) calls are to be ended")
                return [:]
            }
            #expect(done == 1)
            #expect(try await outcomes(api, call) == ["not_found"])
            #expect(try await hangUp(api, call).status == 422)
        }
    }

    @Test func `of a call that the edge has no more it is said that it was not found, and it may be asked again`()
        async throws
    {
        try await ResourceServer.run { api in
            let edge = "edge-\(UUID().text)"
            let call = try await call(api, on: edge)
            for round in 1...2 {
                // Its record is on its way: the router's word is that it goes on.
                #expect(try await hangUp(api, call).status == 202)
                let done = try await TakeHangUps(api.server.database.engine)(of: edge) { calls in
                    #expect(calls == [call])
                    return [:]
                }
                #expect(done == 1)
                #expect(try await outcomes(api, call) == Array(repeating: "not_found", count: round))
            }
        }
    }
}
