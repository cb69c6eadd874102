import Foundation
import Jobs
import Postgres
import Services
import TestSupport
import Testing

/// Reports follow the calls.
@Suite(.database, .serialized) struct ReportKeeperTests {
    private let db: TestDatabase
    private let keeper: ReportKeeper

    init() throws {
        db = try .suite
        keeper = ReportKeeper(try TestDatabase.suite.engine, logger: RecordingLog().logger)
    }

    /// Calls of the demonstration's tenant, at these times, posted now.
    private func post(_ times: String...) async throws {
        for time in times {
            try await db.engine.run(
                """
                with raw as (
                    insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, caller, callee, processed_at)
                    values (\(SeedDemo.tenant), \(time)::timestamptz, \(UUID.v7()), 'edge-1', 503, '1', '2', now())
                    returning *)
                insert into cdr.enriched_cdr (tenant_id, started_at, id, direction, disposition, sip_code, currency,
                                              posted_at)
                select tenant_id, started_at, id, 'outbound', 'failed', 503, 'USD', now() from raw
                """)
        }
    }

    private func sums() async throws -> [String] {
        try await db.owner.run(
            """
            select to_char(bucket_at at time zone 'UTC', 'YYYY-MM-DD HH24') || ' ' || sum(calls)
              from cdr.hourly_summary where tenant_id = \(SeedDemo.tenant) group by bucket_at order by 1
            """
        ).decode(String.self)
    }

    @Test func `what was posted since is summed up, whenever it was, and reports are refreshed once`() async throws {
        try await SeedDemo(db.owner)()
        try await post("2026-10-31 22:10Z", "2026-10-31 23:10Z", "2026-11-01 00:10Z", "2026-11-01 05:10Z")
        try await keeper.keep()
        let first = ["2026-10-31 22 1", "2026-10-31 23 1", "2026-11-01 00 1", "2026-11-01 05 1"]
        #expect(try await sums() == first)
        try await post("2026-10-01 09:00Z", "2026-11-01 05:20Z")
        try await keeper.keep()
        #expect(try await sums() == ["2026-10-01 09 1"] + first.dropLast() + ["2026-11-01 05 2"])
        // The second time the reports were young.
        let refreshes = try await db.engine.run(
            "select name || ' ' || count(*) from reporting.refreshes group by name order by 1"
        ).decode(String.self)
        #expect(refreshes == ["carrier_performance 1", "daily_traffic 1", "hourly_traffic 1"])
    }

    @Test func `what another worker sums up is left to it`() async throws {
        try await SeedDemo(db.owner)()
        try await keeper.keep()
        try await post("2026-09-01 09:00Z")
        try await db.owner.transaction { session in
            try await session.run("select from cdr.summary_states where tenant_id = \(SeedDemo.tenant) for update")
            try await keeper.keep()
            #expect(try await !sums().contains("2026-09-01 09 1"))
        }
        try await keeper.keep()
        #expect(try await sums().contains("2026-09-01 09 1"))
    }

    @Test func `it works until it is cancelled`() async throws {
        try await SeedDemo(db.owner)()
        try await post("2026-08-01 09:00Z")
        try await withThrowingTaskGroup { group in
            group.addTask { await keeper.run() }
            try await until("the call is summed up") { try await sums().contains("2026-08-01 09 1") }
            group.cancelAll()
        }
    }
}
