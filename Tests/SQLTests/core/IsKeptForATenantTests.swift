import Foundation
import Postgres
import TestSupport
import Testing

/// core.is_kept_for_a_tenant: whether anybody has to keep rows of a partition.
@Suite(.database, .serialized) struct IsKeptForATenantTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `rows of a tenant that keeps them longer keep the partition`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run("select core.create_monthly_partition('cdr.raw_cdr', '2019-07-01')")
        func isKept() async throws -> Bool? {
            try await db.owner.run(
                """
                select core.is_kept_for_a_tenant('cdr.raw_cdr', 'cdr.raw_cdr_p201907', '2019-08-01 00:00:00+00',
                                                 '2026-11-26')
                """
            ).value(Bool.self)
        }
        try await db.owner.run(
            "insert into core.retention_policies (tenant_id, name, months) values (\(tenant.id), 'cdr.raw_cdr', 200)")
        #expect(try await isKept() == false)  // it has no row there
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code)
            values (\(tenant.id), '2019-07-10', \(UUID()), 'x', 200)
            """)
        #expect(try await isKept() == true)
        try await db.owner.run("update core.retention_policies set months = 18 where tenant_id = \(tenant.id)")
        #expect(try await isKept() == false)
        try await db.owner.run("update core.tenants set legal_hold = true where id = \(tenant.id)")
        #expect(try await isKept() == true)
    }
}
