import Foundation
import Postgres
import TestSupport
import Testing

/// core.is_held: whether a legal hold is on a tenant, or on an account of it.
@Suite(.database) struct IsHeldTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func held(_ tenant: Tenant, _ account: Account?) async throws -> Bool? {
        try await db.owner.run("select core.is_held(\(tenant.id), \(account?.id))").value(Bool.self)
    }

    private func place(_ tenant: Tenant, on account: Account?) async throws {
        try await db.owner.run(
            """
            insert into core.legal_holds (tenant_id, account_id, matter, reason, placed_by)
            values (\(tenant.id), \(account?.id), 'A v B', 'test', 'test')
            """)
    }

    @Test func `of an account holds that account alone`() async throws {
        let tenant = try await db.tenant()
        let (first, second) = (try await tenant.account(), try await tenant.account())
        #expect(try await held(tenant, first) == false)
        try await place(tenant, on: first)
        #expect(try await held(tenant, first) == true)
        #expect(try await held(tenant, second) == false)
        #expect(try await held(tenant, nil) == false)
    }

    @Test func `of the tenant holds all, until it is released`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await place(tenant, on: nil)
        #expect(try await held(tenant, account) == true)
        #expect(try await held(tenant, nil) == true)
        try await db.owner.run(
            "update core.legal_holds set released_at = now(), released_by = 'test' where tenant_id = \(tenant.id)")
        #expect(try await held(tenant, account) == false)
        try await db.owner.run("update core.tenants set legal_hold = true where id = \(tenant.id)")
        #expect(try await held(tenant, account) == true)
    }
}
