import Foundation
import Jobs
import Postgres
import Services
import TestSupport
import Testing

/// Yesterday's sums are compared with its calls.
@Suite(.database, .serialized) struct SumWatcherTests {
    private let db: TestDatabase
    private let log = RecordingLog()
    private let watcher: SumWatcher

    init() throws {
        db = try .suite
        watcher = SumWatcher(try TestDatabase.suite.engine, logger: log.logger)
    }

    /// An operator with a call of yesterday, summed up.
    private func tenant() async throws -> UUID {
        let tenant = UUID()
        let script = """
            insert into core.tenants (id, slug, name) values (TENANT, 's-' || left(TENANT::text, 13), 'x');
            insert into cdr.enriched_cdr (tenant_id, started_at, id, direction, disposition, sip_code, currency,
                                          posted_at)
            values (TENANT, date_trunc('day', now(), 'UTC') - interval '3 hours', TENANT, 'outbound', 'failed', 503,
                    'USD', now());
            select cdr.roll_up(TENANT, date_trunc('day', now(), 'UTC') - interval '1 day',
                               date_trunc('day', now(), 'UTC'));
            """.replacing("TENANT", with: "'\(tenant)'::uuid")
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
        return tenant
    }

    private func state(_ tenant: UUID) async throws -> String? {
        try await db.owner.run(
            """
            select ((now() at time zone 'UTC')::date - checked_on) || ' ' || difference_count
              from cdr.summary_states where tenant_id = \(tenant)
            """
        ).value(String?.self) ?? nil
    }

    @Test func `sums that are right are compared once a day and not told`() async throws {
        let tenant = try await tenant()
        try await watcher.watch()
        #expect(try await state(tenant) == "1 0")
        try await db.owner.run("update cdr.hourly_summary set calls = 2 where tenant_id = \(tenant)")
        try await watcher.watch()
        #expect(try await state(tenant) == "1 0")
        #expect(log.errors == [])
    }

    @Test func `sums that are wrong are told with an example, and counted`() async throws {
        let tenant = try await tenant()
        try await db.owner.run(
            """
            update cdr.hourly_summary set calls = 2 where tenant_id = \(tenant)
            """)
        try await db.owner.run("update cdr.daily_summary set calls = 2 where tenant_id = \(tenant)")
        try await watcher.watch()
        #expect(try await state(tenant) == "1 1")
        #expect(log.errors.count == 1)
        #expect(log.errors.first?.contains("hour calls of") == true)
        #expect(log.errors.first?.contains("21:00: 2, and 1 by its calls") == true)
    }

    /// A worker that was away for days looks at each of them.
    @Test func `days that were left out are compared too`() async throws {
        let tenant = try await tenant()
        try await watcher.watch()
        try await db.owner.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, direction, disposition, sip_code, currency,
                                          posted_at)
            values (\(tenant), date_trunc('day', now(), 'UTC') - interval '51 hours', public.uuid_generate_v4(),
                    'outbound', 'failed', 503, 'USD', now())
            """)
        try await watcher.watch()
        #expect(log.errors == [])
        try await db.owner.run(
            "update cdr.summary_states set checked_on = checked_on - 3 where tenant_id = \(tenant)")
        try await watcher.watch()
        #expect(log.errors.count == 1)
        #expect(try await state(tenant) == "1 0")
    }

    @Test func `it works until it is cancelled`() async throws {
        let tenant = try await tenant()
        try await withThrowingTaskGroup { group in
            group.addTask { await watcher.run() }
            try await until("the day is compared") { try await state(tenant) == "1 0" }
            group.cancelAll()
        }
    }
}
