import Foundation
import Postgres
import TestSupport
import Testing

/// core.drop_archived_month: a month goes when it is in a file, to the last digit, and its time is over.
@Suite(.database, .serialized) struct DropArchivedMonthTests {
    let db: TestDatabase
    private static let digest = String(repeating: "a", count: 64)

    init() throws { db = try .suite }

    /// A month with a row, noted as archived as it is.
    private func archive(_ month: String) async throws -> Tenant {
        let tenant = try await db.tenant()
        try await db.owner.run("select core.create_monthly_partition('cdr.raw_cdr', \(month + "-01")::date)")
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, processed_at)
            values (\(tenant.id), \(month + "-10")::timestamptz, \(UUID()), 'x', 200, now())
            """)
        try await db.engine.run(
            """
            insert into core.archives (name, month, path, sha256, byte_count, digest, row_count, first_at, last_at,
                                       sums, fingerprint, columns, tool, verified_at)
            select 'cdr.raw_cdr', \(month + "-01")::date, '/x', \(Self.digest), 1, \(Self.digest), m.row_count,
                   m.first_at, m.last_at, m.sums, m.fingerprint, '[]', 'test', now()
              from core.measure_month('cdr.raw_cdr', \(month + "-01")::date) m
            """)
        return tenant
    }

    private func drop(_ month: String, digest: String = Self.digest, at: String = "2026-11-26") async throws -> Bool? {
        try await db.engine.run(
            """
            select core.drop_archived_month('cdr.raw_cdr', \(month + "-01")::date, \(digest),
                                            \(at)::text::timestamptz)
            """
        ).value(Bool.self)
    }

    private func refusal(_ month: String, digest: String = Self.digest, at: String = "2026-11-26") async throws
        -> Refusal?
    {
        try await Refusal.of { _ = try await drop(month, digest: digest, at: at) }
    }

    @Test func `an archived month is dropped once`() async throws {
        _ = try await archive("2019-03")
        #expect(try await drop("2019-03") == true)
        #expect(try await drop("2019-03") == false)
        let noted = try await db.engine.run(
            "select dropped_at is not null from core.archives where month = '2019-03-01'"
        ).value(Bool.self)
        #expect(noted == true)
    }

    @Test func `another file, or none, drops nothing`() async throws {
        _ = try await archive("2019-04")
        let other = String(repeating: "b", count: 64)
        #expect(try await refusal("2019-04", digest: other) == Refusal("23001", "dropped_month_is_archived"))
        try await db.owner.run("select core.create_monthly_partition('cdr.raw_cdr', '2019-05-01')")
        #expect(try await refusal("2019-05") == Refusal("23001", "dropped_month_is_archived"))
    }

    /// Of what is in its file alone nothing is dropped: people put the rest beside what came late.
    @Test func `what came late for a month that is away stays`() async throws {
        let tenant = try await archive("2019-08")
        #expect(try await drop("2019-08") == true)
        try await db.owner.run("select core.create_monthly_partition('cdr.raw_cdr', '2019-08-01')")
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, processed_at)
            values (\(tenant.id), '2019-08-11', \(UUID()), 'late', 200, now())
            """)
        #expect(try await refusal("2019-08") == Refusal("23001", "dropped_month_is_in_the_database"))
    }

    /// Thirteen months after its end, by default; a table without hot months stays.
    @Test func `a month stays for its time`() async throws {
        _ = try await archive("2019-06")
        let early = Refusal("23001", "dropped_month_has_had_its_time")
        #expect(try await refusal("2019-06", at: "2020-07-31 23:59:59Z") == early)
        try await db.owner.run("update ref.retention_defaults set hot_months = null where name = 'cdr.raw_cdr'")
        #expect(try await refusal("2019-06") == early)
        try await db.owner.run("update ref.retention_defaults set hot_months = 13 where name = 'cdr.raw_cdr'")
        #expect(try await drop("2019-06", at: "2020-08-01 00:00:00Z") == true)
    }

    @Test func `what was changed since, or is not settled, stays`() async throws {
        let tenant = try await archive("2019-07")
        try await db.owner.run("update cdr.raw_cdr set processed_at = null where tenant_id = \(tenant.id)")
        #expect(try await refusal("2019-07") == Refusal("23001", "dropped_month_is_settled"))
        try await db.owner.run(
            "update cdr.raw_cdr set processed_at = now() + interval '1 s' where tenant_id = \(tenant.id)")
        #expect(try await refusal("2019-07") == Refusal("23001", "dropped_month_is_as_archived"))
    }
}
