import Postgres
import TestSupport
import Testing

/// Trigger core.drop_calls: what is written with every call goes with its tenant, although no key says so.
@Suite(.database) struct DropCallsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func rows(_ tenant: Tenant) async throws -> [Int] {
        try await db.owner.run(
            """
            select count(*) from billing.holds where tenant_id = \(tenant.id)
            union all select count(*) from routing.routing_requests where tenant_id = \(tenant.id)
            union all select count(*) from cdr.enriched_cdr where tenant_id = \(tenant.id)
            """
        ).values(Int.self)
    }

    @Test func `holds, requests and calls go with their tenant, and no other's`() async throws {
        let (gone, kept) = (try await db.tenant(), try await db.tenant())
        for tenant in [gone, kept] { try await tenant.fillEveryTable() }
        let before = try await rows(kept)
        #expect(before.allSatisfy { $0 > 0 })
        try await gone.makePurgeable()
        try await db.owner.run("delete from core.tenants where id = \(gone.id)")
        #expect(try await rows(gone) == [0, 0, 0])
        #expect(try await rows(kept) == before)
    }
}
