import Foundation
import Postgres
import TestSupport
import Testing

/// core.mark_tenant_for_purge: only what is over is marked.
@Suite(.database) struct MarkTenantForPurgeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func mark(_ tenant: Tenant) async throws -> Refusal? {
        try await Refusal.of { try await db.owner.run("select core.mark_tenant_for_purge(\(tenant.id))") }
    }

    @Test func `it is closed, past its retention and without legal hold`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let early = Refusal("23001", "tenant_is_marked_when_it_is_over")
        #expect(try await mark(tenant) == early)
        try await db.owner.run("select core.close_tenant(\(tenant.id), 'x', interval '1 hour')")
        #expect(try await mark(tenant) == early)
        try await db.owner.run(
            "update core.tenants set purge_after = now() - interval '1 second' where id = \(tenant.id)")
        try await db.owner.run(
            """
            insert into core.legal_holds (tenant_id, account_id, matter, reason, placed_by)
            values (\(tenant.id), \(account.id), 'A v B', 'test', 'test')
            """)
        #expect(try await mark(tenant) == Refusal("23001", "held_tenant_is_not_purged"))
        try await db.owner.run(
            "update core.legal_holds set released_at = now(), released_by = 'test' where tenant_id = \(tenant.id)")
        #expect(try await mark(tenant) == nil)
        #expect(try await mark(tenant) == nil)
    }
}
