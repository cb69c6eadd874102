import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger core.update_updated_at_column: updated_at is the time of the last change, whoever changes the row, and
/// created_at that of the first.
@Suite(.database) struct UpdateUpdatedAtColumnTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `an update sets it to its time, and leaves created_at, whatever the statement says`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            update core.tenants set name = 'New', updated_at = '2001-01-01', created_at = '2001-01-01'
             where id = \(tenant.id)
            """
        )
        let fine = try await db.owner.run(
            """
            select updated_at > created_at and created_at > now() - interval '1 minute'
              from core.tenants where id = \(tenant.id)
            """
        ).value(Bool.self)
        #expect(fine == true)
    }

    @Test func `every table with the column has the trigger, and every table has the column`() async throws {
        let missing = try await db.owner.run(
            """
            select c.oid::regclass::text
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p') and n.nspname in (\(unescaped: House.schemaList))
               and c.oid <> all (array['core.migrations', 'core.tombstones']::regclass[])  -- they only grow
               and not exists (select from pg_trigger t
                                join pg_attribute a on a.attrelid = c.oid and a.attname = 'updated_at'
                               where t.tgrelid = c.oid
                                 and t.tgfoid = 'core.update_updated_at_column()'::regprocedure
                                 and t.tgtype = (1 | 2 | 16) and t.tgenabled = 'O')
             order by 1
            """
        ).decode(String.self)
        #expect(missing == [], "give them the trigger: core.adopt_tables() does, for tables of a tenant")
    }
}
