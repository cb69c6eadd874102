import Foundation
import Postgres
import TestSupport
import Testing

/// core.tenant_tables: where rows of tenants are.
@Suite(.database) struct TenantTablesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `are all tables with a tenant, and all but queues go with it`() async throws {
        let missing = try await db.owner.run(
            """
            select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
              join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
             where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema)'
            except
            select name::text from core.tenant_tables()
            """
        ).decode(String.self)
        #expect(missing == ["core.tombstones"])
        let staying = try await db.owner.run(
            "select name::text from core.tenant_tables() where not goes_with_tenant and name::text not like 'queue.%'"
        ).decode(String.self)
        // Rates go with their version; what is written with every call by core.drop_calls().
        let dropped: Set = ["billing.holds", "cdr.enriched_cdr", "routing.routing_requests"]
        #expect(Set(staying) == dropped.union(["billing.voice_rates", "routing.rate_deck"]))
    }
}
