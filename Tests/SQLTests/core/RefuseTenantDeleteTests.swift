import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger core.refuse_tenant_delete: a tenant goes only when all conditions of a purge are met.
@Suite(.database) struct RefuseTenantDeleteTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func delete(_ tenant: Tenant) async throws -> Refusal? {
        try await Refusal.of { try await db.owner.run("delete from core.tenants where id = \(tenant.id)") }
    }

    @Test(arguments: [
        "status = 'active'", "status = 'suspended'", "legal_hold = true", "purge_after = null",
        "purge_after = now() + interval '1 day'", "purge_marked_at = null",
    ])
    func `is refused while one condition is not met`(change: String) async throws {
        let tenant = try await db.tenant()
        try await tenant.makePurgeable()
        try await db.owner.run("update core.tenants set \(unescaped: change) where id = \(tenant.id)")
        #expect(try await delete(tenant) == Refusal("23001", "tenant_is_deleted_by_purge_only"))
    }

    @Test func `is refused while a document is held`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            insert into accounts.documents (tenant_id, kind, title, reference, checksum, size_bytes, legal_hold)
            values (\(tenant.id), 'contract', 'x', 'file:x', sha256('x'), 1, true)
            """)
        try await tenant.makePurgeable()
        #expect(try await delete(tenant) == Refusal("23001", "tenant_is_deleted_by_purge_only"))
    }

    @Test func `the tenant of traffic without an owner stays`() async throws {
        let refusal = try await Refusal.of {
            try await db.owner.run("delete from core.tenants where id = core.unattributed_tenant()")
        }
        #expect(refusal == Refusal("23001", "tenant_is_deleted_by_purge_only"))
    }

    /// Everything of the tenant goes and nothing of another, whatever points at what.
    @Test func `a purge leaves no row behind, in any table`() async throws {
        let (gone, kept) = (try await db.tenant(), try await db.tenant())
        try await gone.fillEveryTable()
        try await kept.fillEveryTable()
        let before = try await kept.rowCounts()

        try await gone.makePurgeable()
        #expect(try await delete(gone) == nil)

        #expect(try await gone.rowCounts().filter { $0.value > 0 } == [:])
        #expect(try await kept.rowCounts() == before)
        let claims = try await db.owner.run(
            "select count(*) from core.global_claims where tenant_id = \(gone.id)"
        ).value(Int.self)
        #expect(claims == 0)
    }
}
