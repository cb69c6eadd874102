import Foundation
import Postgres
import TestSupport
import Testing

/// core.clear_tenant: the largest tables of a tenant go in batches before the tenant does.
@Suite(.databaseEarly) struct ClearTenantTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func filled() async throws -> Tenant {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        try await db.owner.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code)
            select \(tenant.id), now(), gen_random_uuid(), 'x', 200 from generate_series(1, 100)
            """)
        try await db.owner.run("delete from core.legal_holds where tenant_id = \(tenant.id)")
        return tenant
    }

    @Test func `at most so many rows at a time, of tables that have more, and the tombstone counts them`() async throws
    {
        let (tenant, other) = (try await filled(), try await filled())
        let before = try await tenant.rowCounts()
        let kept = try await other.rowCounts()
        try await tenant.makePurgeable()
        var cleared: [String: Int] = [:]
        while let batch = try await db.owner.run("select name, deleted from core.clear_tenant(\(tenant.id), 40)")
            .first(String.self, Int.self)
        {
            #expect(batch.1 <= 40)
            cleared[batch.0, default: 0] += batch.1
        }
        #expect(cleared["cdr.raw_cdr"] == 80)
        #expect(try await other.rowCounts() == kept)
        let purged = try await db.owner.run(
            "select (core.purge_tenant(\(tenant.id), 'test') ->> 'cdr.raw_cdr')::integer"
        ).value(Int.self)
        #expect(purged == before["cdr.raw_cdr"])
        #expect(try await tenant.rowCounts().filter { $0.value > 0 } == ["core.tombstones": 1])
    }

    @Test func `append-only tables go as well, and nothing is written for what goes`() async throws {
        let tenant = try await filled()
        let before = try await tenant.rowCounts()
        try await tenant.makePurgeable()
        // Each call looks at every table: most rows go in larger steps.
        for limit in [50, 10, 1] {
            while try await db.owner.run("select from core.clear_tenant(\(tenant.id), \(Int32(limit)))").first != nil {}
        }
        let counts = try await tenant.rowCounts()
        for name in ["audit.audit_log", "audit.api_request_log", "billing.ledger"] {
            #expect(try #require(counts[name]) <= 1 && counts[name] != before[name], "\(name)")
        }
    }

    @Test func `only of a tenant that is marked, without a hold`() async throws {
        let tenant = try await db.tenant()
        func clear() async throws -> Refusal? {
            try await Refusal.of { try await db.owner.run("select core.clear_tenant(\(tenant.id))") }
        }
        let refused = Refusal("23001", "tenant_is_deleted_by_purge_only")
        #expect(try await clear() == refused)
        try await tenant.makePurgeable()
        #expect(try await clear() == nil)
        try await db.owner.run("update core.tenants set legal_hold = true where id = \(tenant.id)")
        #expect(try await clear() == refused)
        #expect(
            try await Refusal.of { try await db.engine.run("select core.clear_tenant(\(tenant.id))") }
                == .notPermitted)
    }
}
