import Foundation
import Postgres
import TestSupport
import Testing

/// core.drop_due_partition: one month goes, if it may.
@Suite(.database, .serialized) struct DropDuePartitionTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func drop(_ partition: String) async throws -> Bool? {
        try await db.engine.run("select core.drop_due_partition(\(partition), '2026-11-26')").value(Bool.self)
    }

    private func exists(_ partition: String) async throws -> Bool? {
        try await db.owner.run("select to_regclass(\(partition)) is not null").value(Bool.self)
    }

    @Test func `drops what nobody keeps, once`() async throws {
        try await db.owner.run("select core.create_monthly_partition('cdr.raw_cdr', '2011-03-01')")
        #expect(try await drop("cdr.raw_cdr_p201103") == true)
        #expect(try await exists("cdr.raw_cdr_p201103") == false)
        #expect(try await drop("cdr.raw_cdr_p201103") == false)
    }

    @Test func `what is kept, young, or no month at all stays`() async throws {
        let tenant = try await db.tenant()
        for month in ["2011-04-01", "2026-10-01"] {
            try await db.owner.run("select core.create_monthly_partition('cdr.raw_cdr', \(month)::date)")
        }
        // A hold that came after the months were looked at still counts.
        try await db.owner.run("update core.tenants set legal_hold = true where id = \(tenant.id)")
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code)
            values (\(tenant.id), '2011-04-10', \(UUID()), 'x', 200)
            """)
        for name in [
            "cdr.raw_cdr_p201104", "cdr.raw_cdr_p202610", "cdr.raw_cdr_default", "cdr.raw_cdr", "core.tenants",
        ] {
            #expect(try await drop(name) == false, "\(name)")
            #expect(try await exists(name) == true, "\(name)")
        }
    }

    @Test func `it gives up when the table is not free in time`() async throws {
        try await db.owner.run("select core.create_monthly_partition('cdr.raw_cdr', '2011-05-01')")
        try await db.owner.transaction { session in
            try await session.run("lock table cdr.raw_cdr in row exclusive mode")
            let refusal = try await Refusal.of {
                _ = try await db.engine.run([
                    "select set_config('lock_timeout', '50ms', true)",
                    "select core.drop_due_partition('cdr.raw_cdr_p201105', '2026-11-26')",
                ])
            }
            #expect(refusal == Refusal("55P03"))
        }
        #expect(try await drop("cdr.raw_cdr_p201105") == true)
    }
}
