import Foundation
import Postgres
import TestSupport
import Testing

/// routing.count_attempts: each try at a carrier is counted once.
@Suite(.database) struct CountAttemptsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// For each trunk "A 1 2 503": succeeded, failed, and why.
    private func count(_ carriers: Carriers, after seconds: Int = 0) async throws -> [String] {
        try await db.engine.run(
            """
            select case carrier_trunk_id when \(carriers.first) then 'A' else 'B' end
                       || concat_ws(' ', '', succeeded, failed, cause)
              from routing.count_attempts(\(carriers.tenant.id),
                                          \(Carriers.now)::text::timestamptz + make_interval(secs => \(seconds)))
             order by 1
            """
        ).values(String.self)
    }

    private func buckets(_ carriers: Carriers) async throws -> [String] {
        try await db.owner.run(
            """
            select concat_ws(' ', case carrier_trunk_id when \(carriers.first) then 'A' else 'B' end, prefix_group,
                             jurisdiction, attempts, answered, effective, talk_ms, pdd_ms, pdd_calls)
              from routing.attempt_counts where tenant_id = \(carriers.tenant.id) order by bucket_at, 1
            """
        ).values(String.self)
    }

    @Test func `every try is the carrier's that it was made at, and the last one rang`() async throws {
        let carriers = try await Carriers(of: try await db.tenant())
        try await carriers.post("A:503;B:200;", talkMilliseconds: 60_000, delayMilliseconds: 3000)
        try await carriers.post("A:timeout;A:486;", rang: true)
        try await carriers.post("B:timeout;", rang: true)
        try await carriers.post("B:404;", delayMilliseconds: 700)
        try await carriers.post("B:full;A:backoff;B:200;", talkMilliseconds: 500)
        try await carriers.post("A:500;", direction: "emergency")
        try await carriers.post("A:500;", direction: "inbound")
        try await carriers.post("A:503;", secondsAgo: 1)  // may still be written
        #expect(try await count(carriers) == ["A 1 3 500", "B 4 0 "])
        #expect(
            try await buckets(carriers)
                == ["A 1212 interstate 3 0 1 0 0 0", "B 1212 interstate 4 2 3 60500 700 1"])
        // Nothing twice; what was too young is there later, in the bucket of that time.
        #expect(try await count(carriers) == [])
        #expect(try await count(carriers, after: 300) == ["A 0 1 503"])
        #expect(try await buckets(carriers).last == "A 1212 interstate 1 0 0 0 0 0")
    }

    @Test func `what counts for a breaker began after it was moved`() async throws {
        let carriers = try await Carriers(of: try await db.tenant())
        try await db.owner.run(
            """
            insert into routing.breakers (tenant_id, carrier_trunk_id, counts_from)
            values (\(carriers.tenant.id), \(carriers.first), \(Carriers.now)::text::timestamptz - interval '20 s')
            """)
        try await carriers.post("A:503;B:503;", secondsAgo: 30)
        try await carriers.post("A:486;", secondsAgo: 20)
        #expect(try await count(carriers) == ["A 1 0 ", "B 0 1 503"])
        #expect(try await buckets(carriers).count == 2)
    }

    @Test func `a prepaid carrier spends until nothing is left, and others spend nothing`() async throws {
        let carriers = try await Carriers(of: try await db.tenant())
        func spent() async throws -> [String] {
            try await db.owner.run(
                """
                select spent_amount::float8 || ' ' || is_used_up from routing.carrier_spending
                 where tenant_id = \(carriers.tenant.id)
                """
            ).values(String.self)
        }
        func version() async throws -> Int? {
            try await db.owner.run("select version from core.snapshot_versions where name = 'route_health'").value(
                Int.self)
        }
        try await carriers.post("A:200;", cost: "4")
        _ = try await count(carriers)
        #expect(try await spent() == [])
        func pay(_ amount: Int) async throws {
            try await db.owner.run(
                """
                insert into routing.carrier_prepayments (tenant_id, carrier_id, amount)
                values (\(carriers.tenant.id), \(carriers.first), \(amount))
                """)
        }
        try await pay(10)
        try await carriers.post("A:200;", secondsAgo: -10, cost: "4")
        _ = try await count(carriers, after: 20)
        #expect(try await spent() == ["4 false"])
        let before = try await version()
        // Also calls that the carrier brings us.
        try await carriers.post("A:200;", secondsAgo: -30, cost: "6", direction: "inbound")
        _ = try await count(carriers, after: 40)
        #expect(try await spent() == ["10 true"])
        #expect(try #require(try await version()) > before ?? 0)
        try await pay(5)
        _ = try await count(carriers, after: 60)
        #expect(try await spent() == ["10 false"])
    }

    @Test func `the first time begins now`() async throws {
        let tenant = try await db.tenant()
        let counted = try await db.engine.run(
            "select count(*) from routing.count_attempts(\(tenant.id))"
        ).value(Int.self)
        #expect(counted == 0)
        let state = try await db.owner.run(
            """
            select counted_through between now() - interval '1 minute' and now()
              from routing.attempt_states where tenant_id = \(tenant.id)
            """
        ).value(Bool.self)
        #expect(state == true)
    }
}
