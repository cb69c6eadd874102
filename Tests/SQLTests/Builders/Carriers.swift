import Foundation
import Postgres
import TestSupport

/// Two carriers of a test's own with a trunk each, and calls that tried them.
struct Carriers: Sendable {
    let tenant: Tenant
    let first = UUID()
    let second = UUID()
    /// Now, as tests see it: later than whatever they post.
    static let now = "2026-06-01 12:00:00Z"

    init(of tenant: Tenant) async throws {
        self.tenant = tenant
        for id in [first, second] {
            try await tenant.database.owner.run(
                "insert into routing.carriers (tenant_id, id, name) values (\(tenant.id), \(id), \(id.uuidString))")
            try await tenant.database.owner.run(
                """
                insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
                values (\(tenant.id), \(id), \(id), \(id.uuidString), 'x.example')
                """)
        }
        // What lies before is not looked at.
        try await tenant.database.engine.run(
            """
            insert into routing.attempt_states (tenant_id, counted_through)
            values (\(tenant.id), \(Self.now)::text::timestamptz - interval '1 day')
            """)
    }

    /// What the edge writes: `A:503;B:200;` with the trunks put in.
    func attempts(_ text: String) -> String {
        text.replacing("A:", with: first.uuidString.lowercased() + ":")
            .replacing("B:", with: second.uuidString.lowercased() + ":")
    }

    /// A call that was rated some seconds ago, perhaps many times.
    func post(
        _ attempts: String, count: Int = 1, secondsAgo: Int = 10, rang: Bool = false, talkMilliseconds: Int = 0,
        delayMilliseconds: Int? = nil, cost: String = "0", direction: String = "outbound", to: String = "+12125550100"
    ) async throws {
        let answered = attempts.hasSuffix(":200;")
        try await tenant.database.engine.run(
            """
            with raw as (
                insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, direction, attempts,
                                         processed_at)
                select \(tenant.id), \(Self.now)::text::timestamptz - make_interval(secs => \(secondsAgo)),
                       gen_random_uuid(), 'x', 200, \(direction), \(self.attempts(attempts)), now()
                  from generate_series(1, \(count))
                returning *)
            insert into cdr.enriched_cdr (tenant_id, started_at, id, carrier_trunk_id, direction, to_number,
                                          jurisdiction, disposition, sip_code, ringing_at, pdd_ms, talk_ms, currency,
                                          buy_rate_id, buy_rate, buy_connect_fee, buy_initial_s, buy_next_s,
                                          buy_amount, posted_at)
            select tenant_id, started_at, id, \(first), direction, \(to), 'interstate',
                   case when \(answered) then 'answered' else 'failed' end, 200,
                   case when \(rang) then started_at end, \(delayMilliseconds), \(talkMilliseconds), 'USD',
                   id, 0, 0, 6, 6, \(cost)::text::numeric, started_at
              from raw
            """)
    }
}
