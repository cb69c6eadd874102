import Foundation
import Postgres
import TestSupport
import Testing

/// core.archive_obstacles: why a month may not leave the database yet.
@Suite(.database, .serialized) struct ArchiveObstaclesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func obstacles(_ table: String, _ month: String) async throws -> [String] {
        try await db.engine.run(
            """
            select concat_ws(' ', o.row_count, o.reason) from core.archive_obstacles(\(table), \(month + "-01")::date) o
             order by 1
            """
        ).values(String.self)
    }

    private func make(_ table: String, _ month: String) async throws {
        try await db.owner.run(
            "select core.create_monthly_partition(\(table)::text::regclass, \(month + "-01")::date)")
    }

    @Test func `calls without a price hold the month, those with one do not`() async throws {
        let tenant = try await db.tenant()
        try await make("cdr.raw_cdr", "2019-03")
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, processed_at, rating_error)
            select \(tenant.id), '2019-03-10'::timestamptz, gen_random_uuid(), 'x', 200, p::timestamptz, e
              from (values (null, null), (null, 'no_rate'), ('2019-03-10', null)) as v (p, e)
            """)
        #expect(try await obstacles("cdr.raw_cdr", "2019-03") == ["2 calls have no price yet"])
        try await db.owner.run("update cdr.raw_cdr set processed_at = now() where tenant_id = \(tenant.id)")
        #expect(try await obstacles("cdr.raw_cdr", "2019-03") == [])
    }

    @Test func `calls that wait for their record hold the requests`() async throws {
        let tenant = try await db.tenant()
        try await make("routing.routing_requests", "2019-03")
        try await db.owner.run(
            """
            insert into routing.routing_requests (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag,
                                                  source, direction, state, code, snapshot_version)
            values (\(tenant.id), '2019-03-10', \(UUID()), \(UUID()), 'x', 'x', 'x', 'x', 'outbound', 'open', 302, 1)
            """)
        #expect(try await obstacles("routing.routing_requests", "2019-03") == ["1 calls wait for their record"])
    }

    @Test func `a legal hold on whose rows they are holds the month`() async throws {
        let tenant = try await db.tenant()
        try await make("cdr.raw_cdr", "2019-04")
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, processed_at)
            values (\(tenant.id), '2019-04-10', \(UUID()), 'x', 200, now())
            """)
        try await db.owner.run("update core.tenants set legal_hold = true where id = \(tenant.id)")
        #expect(try await obstacles("cdr.raw_cdr", "2019-04") == ["a legal hold is on rows of it"])
        try await db.owner.run("update core.tenants set legal_hold = false where id = \(tenant.id)")
        #expect(try await obstacles("cdr.raw_cdr", "2019-04") == [])
    }

    /// May is on an invoice when its cycle is invoiced, and June as well, which took what was posted late.
    @Test func `calls hold the month until the cycles that have them are invoiced`() async throws {
        let book = try await db.book()
        for month in ["2026-05", "2026-06"] { try await make("cdr.enriched_cdr", month) }
        try await book.run(Book.callsOfTwoCycles)
        #expect(try await obstacles("cdr.enriched_cdr", "2026-05") == ["3 calls are on no final invoice yet"])
        try await book.run(Book.twoCycles)
        #expect(try await obstacles("cdr.enriched_cdr", "2026-05") == ["3 calls are on no final invoice yet"])
        func invoice(_ cycle: String, _ cutOff: String) async throws {
            try await book.run(
                """
                update billing.billing_cycles set status = 'closed', cut_off_at = '\(cutOff)' where id = \(cycle);
                update billing.billing_cycles set status = 'invoiced' where id = \(cycle);
                """)
        }
        try await invoice("ID1", "2026-06-04 04:00+00")
        #expect(try await obstacles("cdr.enriched_cdr", "2026-05") == ["3 calls are on no final invoice yet"])
        try await invoice("ID2", "2026-07-04 04:00+00")
        #expect(try await obstacles("cdr.enriched_cdr", "2026-05") == [])
        #expect(try await obstacles("cdr.enriched_cdr", "2026-06") == [])
        try await book.run(
            "update cdr.enriched_cdr set posted_at = null where tenant_id = TENANT and started_at = '2026-06-05'")
        #expect(try await obstacles("cdr.enriched_cdr", "2026-06") == ["1 calls are not posted yet"])
    }

    @Test func `who has no seller is never invoiced`() async throws {
        let book = try await db.book()
        try await make("cdr.enriched_cdr", "2026-05")
        try await book.run("delete from billing.legal_entities where tenant_id = TENANT")
        try await book.run(Book.callsOfTwoCycles)
        #expect(try await obstacles("cdr.enriched_cdr", "2026-05") == [])
    }

    @Test func `a dispute holds both sides until it is over`() async throws {
        let book = try await db.book()
        for table in ["cdr.enriched_cdr", "cdr.vendor_cdr"] { try await make(table, "2026-10") }
        try await book.compared()
        let disputed = "calls are in a dispute with a carrier"
        func held(_ table: String) async throws -> Bool {
            try await obstacles(table, "2026-10").contains { $0.hasSuffix(disputed) }
        }
        #expect(try await !held("cdr.vendor_cdr"))
        try await book.run(
            "select cdr.open_dispute(TENANT, r.id) from cdr.reconciliation_runs r where r.tenant_id = TENANT")
        for table in ["cdr.enriched_cdr", "cdr.vendor_cdr"] { #expect(try await held(table), "\(table)") }
        try await book.run("update cdr.disputes set status = 'withdrawn', resolved_at = now() where tenant_id = TENANT")
        for table in ["cdr.enriched_cdr", "cdr.vendor_cdr"] { #expect(try await !held(table), "\(table)") }
    }

    @Test func `what calls earned is disputed`() async throws {
        let campaign = try await db.tenant().campaign()
        try await make("tracking.calls", "2026-11")
        let conversion = try await campaign.conversion("5")
        #expect(try await obstacles("tracking.calls", "2026-11") == [])
        try await db.owner.run(
            """
            update tracking.conversions set status = 'disputed', disputed_at = now(), dispute_reason = 'x'
             where id = \(conversion)
            """)
        #expect(try await obstacles("tracking.calls", "2026-11") == ["1 what calls earned is disputed"])
    }
}
