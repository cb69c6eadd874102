import Foundation
import Postgres
import TestSupport
import Testing

/// core.is_kept_for_a_tenant: whether anybody has to keep rows of a partition.
@Suite(.database, .serialized) struct IsKeptForATenantTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A carrier's record does not say whose call it was.
    @Test func `a hold on an account keeps what does not say whose it is`() async throws {
        let account = try await db.tenant().account()
        let (tenant, carrier) = (account.tenant.id, UUID())
        try await db.owner.run("select core.create_monthly_partition('cdr.vendor_cdr', '2018-07-01')")
        try await db.owner.run(
            """
            with v as (insert into vendor_mgmt.vendors (tenant_id, id, name) values (\(tenant), \(carrier), 'x')
                       returning id),
                 c as (insert into vendor_mgmt.carriers (tenant_id, id, vendor_id)
                       select \(tenant), v.id, v.id from v returning id)
            insert into cdr.vendor_cdr (tenant_id, started_at, id, carrier_id, currency)
            select \(tenant), '2018-07-10', c.id, c.id, 'USD' from c
            """)
        func isKept() async throws -> Bool? {
            try await db.owner.run(
                """
                select core.is_kept_for_a_tenant('cdr.vendor_cdr', 'cdr.vendor_cdr_p201807', '2018-08-01 00:00:00+00',
                                                 '2026-11-26')
                """
            ).value(Bool.self)
        }
        #expect(try await isKept() == false)
        try await db.owner.run(
            """
            insert into core.legal_holds (tenant_id, account_id, matter, reason, placed_by)
            values (\(tenant), \(account.id), 'A v B', 'test', 'test')
            """)
        #expect(try await isKept() == true)
        // Nor do rows go one by one.
        let deleted = try await db.engine.run(
            "select count(*) from core.apply_retention(1000, '2026-11-26') where name = 'cdr.vendor_cdr'"
        ).value(Int.self)
        #expect(deleted == 0)
    }

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
