import Foundation
import Postgres
import TestSupport
import Testing

/// core.measure_month: what a month comes to.
@Suite(.database, .serialized) struct MeasureMonthTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func measure(_ month: String, _ columns: [String]? = nil) async throws -> [String] {
        try await db.engine.run(
            """
            select concat_ws(' ', m.row_count, m.first_at at time zone 'UTC', m.last_at at time zone 'UTC',
                             m.sums ->> 'sell_amount', m.fingerprint)
              from core.measure_month('cdr.enriched_cdr', \(month + "-01")::date, \(columns)) m
            """
        ).values(String.self)
    }

    private func fill(_ month: String) async throws -> Tenant {
        let tenant = try await db.tenant()
        try await db.owner.run("select core.create_monthly_partition('cdr.enriched_cdr', \(month + "-01")::date)")
        try await db.owner.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, direction, disposition, sip_code, currency,
                                          sell_amount, sell_rate_id, sell_rate, sell_connect_fee, sell_initial_s,
                                          sell_next_s)
            select \(tenant.id), \(month + "-01")::timestamptz + n * interval '1 day', gen_random_uuid(), 'outbound',
                   'answered', 200, 'USD', 0.00000001 * n, \(tenant.id), 1, 0, 1, 1
              from generate_series(0, 2) n
            """)
        return tenant
    }

    @Test func `rows, times and exact sums`() async throws {
        _ = try await fill("2019-05")
        let measured = try await measure("2019-05")
        #expect(measured[0].hasPrefix("3 2019-05-01 00:00:00 2019-05-03 00:00:00 0.00000003 "))
    }

    @Test func `the fingerprint changes with any column, and is the same in any session`() async throws {
        let tenant = try await fill("2019-06")
        let before = try await measure("2019-06")
        let elsewhere = try await db.engine.transaction { session in
            try await session.run(
                "select set_config('timezone', 'Asia/Tokyo', true), set_config('datestyle', 'German', true)")
            return try await session.run(
                "select fingerprint::text from core.measure_month('cdr.enriched_cdr', '2019-06-01')"
            ).value(String.self)
        }
        #expect(before[0].hasSuffix(" \(elsewhere ?? "")"))
        try await db.owner.run("update cdr.enriched_cdr set ocn = 'x' where tenant_id = \(tenant.id)")
        #expect(try await measure("2019-06") != before)
        #expect(try await measure("2019-06", ["id"]) == measure("2019-06", ["id"]))
    }

    @Test func `an empty month comes to nothing, and one that is not there is refused`() async throws {
        try await db.owner.run("select core.create_monthly_partition('cdr.enriched_cdr', '2019-07-01')")
        #expect(try await measure("2019-07") == ["0 0.00000000 0"])
        #expect(
            try await Refusal.of { _ = try await measure("2019-08") } == Refusal("42P01", "month_is_in_the_database"))
    }
}
