import Foundation
import Jobs
import Postgres
import TestSupport
import Testing

/// What is over goes by itself.
@Suite(.database, .serialized) struct HouseKeeperTests {
    private let db: TestDatabase
    private let log = RecordingLog()

    init() throws { db = try .suite }

    private var keeper: HouseKeeper { HouseKeeper(db.engine, logger: log.logger) }

    private func jobs() async throws -> Int? {
        try await db.engine.run("select count(*) from queue.jobs").value(Int.self)
    }

    /// A job that was done long ago.
    private func finishJob() async throws {
        try await db.engine.run(
            """
            insert into queue.jobs (tenant_id, queue, kind, state, finished_at)
            values (core.unattributed_tenant(), 'test', 'test', 'done', now() - interval '30 days')
            """)
    }

    @Test func `finished jobs and ended sessions go, and only what went is told`() async throws {
        try await finishJob()
        try await keeper.purgeQueues()
        try await keeper.endSessions()
        #expect(try await jobs() == 0)
        #expect(log.informed == ["deleted 1 rows of queue.jobs"])
    }

    @Test func `a month that nobody has to keep is dropped, by one worker at a time`() async throws {
        try await db.owner.run("select core.create_monthly_partition('cdr.raw_cdr', '2001-01-01')")
        let isThere: SQL = "select to_regclass('cdr.raw_cdr_p200101') is not null"
        try await db.owner.transaction { session in
            try await session.run("select pg_advisory_xact_lock(hashtextextended('core.apply_retention', 0))")
            try await keeper.retain()
            #expect(try await db.owner.run(isThere).value(Bool.self) == true)
        }
        try await keeper.retain()
        #expect(try await db.owner.run(isThere).value(Bool.self) == false)
        #expect(log.informed.contains("dropped cdr.raw_cdr_p200101: nobody has to keep it any more"))
    }

    @Test func `a month whose table is in use stays, and the others go`() async throws {
        for table in ["cdr.enriched_cdr", "cdr.raw_cdr", "routing.routing_requests"] {
            try await db.owner.run("select core.create_monthly_partition(\(table)::text::regclass, '2001-02-01')")
        }
        func left() async throws -> [String] {
            try await db.owner.run(
                """
                select c.oid::regclass::text from pg_class c
                 where c.relname like '%\\_p200102' and c.relkind = 'r' order by 1
                """
            ).decode(String.self)
        }
        try await db.owner.transaction { session in
            try await session.run("lock table cdr.raw_cdr in row exclusive mode")
            try await keeper.retain()
        }
        #expect(try await left() == ["cdr.raw_cdr_p200102"])
        #expect(log.informed.contains("cdr.raw_cdr_p200102 stays until the next round: its table is in use"))
        try await keeper.retain()
        #expect(try await left() == [])
    }

    /// Twenty months old: kept for three years, and in the database for one once it is in a file.
    @Test func `a month that is in its file is dropped when its time is over, and one whose file is away stays`()
        async throws
    {
        let file = FileManager.default.temporaryDirectory.appending(path: "archive-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }  // the system's sweep would do it
        let digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  // SHA-256 of hello
        try await db.owner.run(
            "select core.create_monthly_partition('cdr.raw_cdr', (now() - interval '20 months')::date)")
        try await db.engine.run(
            """
            insert into core.archives (name, month, path, sha256, byte_count, digest, row_count, sums, fingerprint,
                                       columns, tool, verified_at)
            values ('cdr.raw_cdr', date_trunc('month', now() at time zone 'UTC' - interval '20 months')::date,
                    \(file.path), \(digest), 5, \(digest), 0, '{}', 0, '[]', 'test', now())
            """)
        func isThere() async throws -> Bool? {
            try await db.owner.run("select core.month_partition(name, month) is not null from core.archives")
                .value(Bool.self)
        }
        try await keeper.retain()
        #expect(try await isThere() == true)
        #expect(log.informed.contains { $0.hasPrefix("archived month: \(file.path) is not there") })
        try Data("hello".utf8).write(to: file)
        try await keeper.retain()
        #expect(try await isThere() == false)
        #expect(log.informed.contains { $0.hasPrefix("dropped cdr.raw_cdr of ") && $0.hasSuffix(file.path) })
    }

    @Test func `a hang-up whose edge is gone is given up, and told of`() async throws {
        let tenant = UUID()
        try await db.owner.run("insert into core.tenants (id, slug, name) values (\(tenant), 'hung', 'Test')")
        try await db.owner.run(
            """
            insert into routing.hang_ups (tenant_id, routing_id, edge_id, reason, requested_by, requested_at)
            values (\(tenant), \(UUID()), 'gone', 'test', 'x', now() - interval '2 minutes')
            """)
        try await keeper.giveUpHangUps()
        try await keeper.giveUpHangUps()
        #expect(log.warnings == ["1 hang-ups were given up: the edge of the call took none of them"])
    }

    @Test func `a reservation or a rest that is over makes its number available`() async throws {
        let tenant = UUID()
        try await db.owner.run("insert into core.tenants (id, slug, name) values (\(tenant), 'house', 'Test')")
        try await db.owner.run(
            "insert into accounts.accounts (tenant_id, id, ban, name) values (\(tenant), \(tenant), 'house', 'Test')")
        try await db.owner.run("insert into numbers.inventory (tenant_id, number) values (\(tenant), '+12125550166')")
        try await db.owner.run(
            """
            insert into numbers.reservations (tenant_id, account_id, number, reserved_at, expires_at)
            values (\(tenant), \(tenant), '+12125550166', now() - interval '1 hour', now() - interval '1 minute')
            """)
        try await db.owner.run(
            """
            insert into numbers.inventory (tenant_id, number, status, quarantined_until)
            values (\(tenant), '+12125550167', 'quarantined', now() - interval '1 minute')
            """)
        try await keeper.freeNumbers()
        let states = try await db.owner.run("select status from numbers.inventory where tenant_id = \(tenant)")
            .values(String.self)
        #expect(states == ["available", "available"])
        #expect(log.informed == ["1 reservations of numbers expired", "1 numbers have rested and are available"])
    }

    @Test func `it works until it is cancelled`() async throws {
        try await finishJob()
        try await withThrowingTaskGroup { group in
            group.addTask { await keeper.run() }
            try await until("the job is gone") { try await jobs() == 0 }
            group.cancelAll()
        }
    }
}
