import Foundation
import Postgres
import TestSupport
import Testing

/// routing.measure_quality: how carrier trunks have done in the last quarter, hour and day.
@Suite(.database) struct MeasureQualityTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func add(_ carriers: Carriers, minutesAgo: Int, _ attempts: Int, answered: Int, talkSeconds: Int = 0)
        async throws
    {
        try await db.owner.run(
            """
            insert into routing.attempt_counts (tenant_id, bucket_at, carrier_trunk_id, prefix_group, jurisdiction,
                                                attempts, answered, effective, talk_ms, pdd_ms, pdd_calls)
            values (\(carriers.tenant.id),
                    \(Carriers.now)::text::timestamptz - make_interval(mins => \(minutesAgo)::integer),
                    \(carriers.first), '1212', 'interstate', \(attempts), \(answered), \(answered) + 1,
                    \(talkSeconds) * 1000, \(attempts) * 2000, \(attempts))
            """)
    }

    private func measure(_ carriers: Carriers, minutesLater: Int = 0) async throws -> Bool? {
        try await db.engine.run(
            """
            select routing.measure_quality(\(carriers.tenant.id), \(Carriers.now)::text::timestamptz
                                                                  + make_interval(mins => \(minutesLater)::integer))
            """
        ).value(Bool.self)
    }

    private func rows(_ carriers: Carriers) async throws -> [String] {
        try await db.owner.run(
            """
            select concat_ws(' ', window_s, attempts, answered, effective, asr_low_bp, asr_high_bp, acd_s, pdd_ms,
                             case when is_judged then 'judged' end)
              from routing.route_quality where tenant_id = \(carriers.tenant.id) order by window_s
            """
        ).values(String.self)
    }

    @Test func `the shortest window with a hundred tries is judged by`() async throws {
        let carriers = try await Carriers(of: try await db.tenant())
        try await add(carriers, minutesAgo: 5, 50, answered: 20, talkSeconds: 600)
        try await add(carriers, minutesAgo: 30, 50, answered: 30, talkSeconds: 900)
        try await add(carriers, minutesAgo: 600, 900, answered: 0)
        try await add(carriers, minutesAgo: 1530, 900, answered: 0)
        #expect(try await measure(carriers) == true)
        #expect(
            try await rows(carriers) == [
                "900 50 20 21 2760 5382 30 2000", "3600 100 50 52 4038 5962 30 2000 judged",
                "86400 1000 50 53 381 654 30 2000",
            ])
        #expect(try await measure(carriers) == false)
        // Half an hour later the quarter is empty, and the hour has too few.
        #expect(try await measure(carriers, minutesLater: 40) == true)
        #expect(
            try await rows(carriers) == ["3600 50 20 21 2760 5382 30 2000", "86400 1000 50 53 381 654 30 2000 judged"])
        // A day later nothing is known any more, and nothing is kept.
        #expect(try await measure(carriers, minutesLater: 3000) == true)
        #expect(try await rows(carriers) == [])
        let kept = try await db.owner.run(
            "select count(*) from routing.attempt_counts where tenant_id = \(carriers.tenant.id)"
        ).value(Int.self)
        #expect(kept == 0)
    }

    @Test func `what changed wakes the routers`() async throws {
        let carriers = try await Carriers(of: try await db.tenant())
        func version() async throws -> Int? {
            try await db.owner.run("select version from core.snapshot_versions where name = 'route_health'").value(
                Int.self)
        }
        let before = try #require(try await version())
        try await add(carriers, minutesAgo: 5, 50, answered: 20)
        _ = try await measure(carriers)
        #expect(try #require(try await version()) > before)
    }
}
