import Foundation
import Jobs
import Postgres
import Services
import TestSupport
import Testing

/// Reports follow the sums of calls.
@Suite(.database, .serialized) struct ReportKeeperTests {
    private let db: TestDatabase
    private let keeper: ReportKeeper

    init() throws {
        db = try .suite
        keeper = ReportKeeper(try TestDatabase.suite.engine, logger: RecordingLog().logger)
    }

    /// Calls of the demonstration's tenant, at these times, and their sums.
    private func sumUp(_ times: String...) async throws {
        for time in times {
            try await db.engine.run(
                """
                insert into cdr.enriched_cdr (tenant_id, started_at, id, direction, disposition, sip_code, currency,
                                              posted_at)
                values (\(SeedDemo.tenant), \(time)::timestamptz, \(UUID.v7()), 'outbound', 'failed', 503, 'USD', now())
                """)
            try await db.engine.run(
                """
                select cdr.roll_up(\(SeedDemo.tenant), date_trunc('hour', \(time)::timestamptz, 'UTC'),
                                   date_trunc('hour', \(time)::timestamptz, 'UTC') + interval '1 hour')
                """)
        }
    }

    /// The calls of a day in the report, as it was last refreshed.
    private func reported(_ day: String) async throws -> Int? {
        try await db.owner.run(
            """
            select sum(calls)::bigint from reporting.daily_traffic_data
             where tenant_id = \(SeedDemo.tenant) and day = \(day)::date
            """
        ).value(Int?.self) ?? nil
    }

    /// No report was ever refreshed.
    private func forget() async throws {
        try await SeedDemo(db.owner)()
        try await db.owner.run("update reporting.reports set refreshed_at = null")
        try await db.owner.run("delete from reporting.refreshes")
    }

    @Test func `reports are refreshed from the sums, and left alone while they are young`() async throws {
        try await forget()
        try await sumUp("2026-11-01 00:10Z", "2026-11-01 05:10Z", "2026-11-01 05:20Z")
        try await keeper.keep()
        #expect(try await reported("2026-11-01") == 3)
        try await sumUp("2026-11-01 06:10Z")
        try await keeper.keep()  // now they are young
        #expect(try await reported("2026-11-01") == 3)
        let refreshes = try await db.engine.run(
            "select name || ' ' || count(*) from reporting.refreshes group by name order by 1"
        ).decode(String.self)
        #expect(refreshes == ["carrier_performance 1", "daily_traffic 1", "hourly_traffic 1"])
    }

    @Test func `it works until it is cancelled`() async throws {
        try await forget()
        try await sumUp("2026-10-30 09:00Z")
        try await withThrowingTaskGroup { group in
            group.addTask { await keeper.run() }
            try await until("the call is reported") { try await reported("2026-10-30") == 1 }
            group.cancelAll()
        }
    }
}
