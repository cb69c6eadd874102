import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger core.stamp_state_change: the time of the last change of status, and of nothing else.
@Suite(.database) struct StampStateChangeTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `every table that has the column has the trigger`() async throws {
        let unstamped = try await db.owner.run(
            """
            select c.oid::regclass::text
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
              join pg_attribute a on a.attrelid = c.oid and a.attname = 'status_changed_at' and not a.attisdropped
             where n.nspname in ('accounts', 'messaging', 'numbers', 'vendor_mgmt')
               and c.relkind in ('r', 'p') and not c.relispartition
               and not exists (select from pg_trigger t
                                where t.tgrelid = c.oid and t.tgfoid = 'core.stamp_state_change()'::regprocedure)
             order by 1
            """
        ).decode(String.self)
        #expect(unstamped == [])
    }

    @Test func `moves with the status and with nothing else`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            insert into numbers.inventory (tenant_id, number, status_changed_at)
            values (\(tenant.id), '+12125550123', '2026-01-01')
            """)
        func isStamped(after change: String) async throws -> Bool? {
            try await db.owner.run(
                """
                update numbers.inventory set \(unescaped: change) where tenant_id = \(tenant.id)
                returning status_changed_at = updated_at
                """
            ).value(Bool.self)
        }
        #expect(try await isStamped(after: "locality = 'x'") == false)
        #expect(try await isStamped(after: "status = 'available'") == false)
        #expect(try await isStamped(after: "status = 'quarantined'") == true)
    }
}
