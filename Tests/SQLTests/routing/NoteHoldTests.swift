import Foundation
import Postgres
import TestSupport
import Testing

/// routing.note_hold: a request says what was held where that is not what was wanted.
@Suite(.database) struct NoteHoldTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Row: CustomTestStringConvertible, Sendable {
        let amount: Amount?
        let refusal: String?
        let result: String
        var testDescription: String { "\(amount?.description ?? "nothing"), \(refusal ?? "-")" }
    }

    @Test(arguments: [
        Row(amount: "0.25", refusal: nil, result: "200 - open 0.25 60"),
        Row(amount: "0", refusal: nil, result: "200 - open none 60"),
        Row(amount: nil, refusal: "no_balance", result: "402 no_balance refused none none ended"),
        Row(amount: nil, refusal: "spend_cap", result: "403 spend_cap refused none none ended"),
    ])
    func `the request says what was held`(_ row: Row) async throws {
        let tenant = try await db.tenant()
        let (noted, other) = (UUID(), UUID())
        let now = Date()
        for id in [noted, other] {
            try await db.engine.run(
                """
                insert into routing.routing_requests (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag,
                                                      source, direction, state, code, snapshot_version, hold_amount,
                                                      max_duration_s)
                values (\(tenant.id), \(now), \(id), \(UUID()), 'edge', 'call', 'tag', '192.0.2.1;5060;udp',
                        'outbound', 'open', 200, 1, 0.5, 60)
                """)
        }
        let reason = try await db.engine.run(
            "select routing.note_hold(\(tenant.id), \(now), \(noted), \(row.amount), \(row.refusal))"
        ).value(String.self)
        #expect(reason == row.refusal ?? "")
        let results = try await db.owner.run(
            """
            select concat_ws(' ', code, coalesce(nullif(reason, ''), '-'), state,
                             coalesce(trim_scale(hold_amount)::text, 'none'), coalesce(max_duration_s::text, 'none'),
                             case when finished_at is not null then 'ended' end)
              from routing.routing_requests where tenant_id = \(tenant.id) order by id <> \(noted)
            """
        ).values(String.self)
        #expect(results == [row.result, "200 - open 0.5 60"])
    }

    @Test func `money of a request that is not there is not held`() async throws {
        let tenant = try await db.tenant()
        let refusal = try await Refusal.of {
            try await db.engine.run(
                "select routing.note_hold(\(tenant.id), now(), \(UUID()), \(Amount?.none), \("no_balance"))")
        }
        #expect(refusal == Refusal("P0002", nil))
    }
}
