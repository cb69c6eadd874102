import Foundation
import Postgres
import TestSupport
import Testing

/// core.adopt_tables: the house rules for a new table, in one place.
@Suite(.database) struct AdoptTablesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func make(_ name: String, _ column: String = "account_id uuid,") async throws {
        try await db.owner.run(
            """
            create table core.\(unescaped: name) (
                tenant_id uuid not null, id uuid not null default core.uuid_v7(), \(unescaped: column)
                note text, created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
                primary key (tenant_id, id))
            """)
        try await db.owner.run("grant select, insert, update on core.\(unescaped: name) to heddle_app")
    }

    /// How many rows a context sees of a table with one row for each of two accounts and one without.
    private func seen(_ table: String, _ tenant: Tenant, _ context: SQL) async throws -> Int? {
        try await db.app.run([context, "select count(*) from core.\(unescaped: table) where tenant_id = \(tenant.id)"])
            .last?.value(Int.self)
    }

    @Test func `gives key, forced row security, one policy, trigger and comments`() async throws {
        try await make("adopted")
        try await db.owner.run("comment on column core.adopted.account_id is 'My own word.'")
        try await db.owner.run("select core.adopt_tables('account', 'core.adopted')")
        let facts = try await db.owner.run(
            """
            select (select string_agg(conname, ' ') from pg_constraint where conrelid = c.oid and contype = 'f'),
                   c.relrowsecurity and c.relforcerowsecurity,
                   (select string_agg(polname || polpermissive, ' ') from pg_policy where polrelid = c.oid),
                   (select string_agg(tgname, ' ' order by tgname)
                      from pg_trigger where tgrelid = c.oid and not tgisinternal),
                   (select string_agg(coalesce(col_description(c.oid, attnum), '-'), '|' order by attnum)
                      from pg_attribute where attrelid = c.oid and attnum > 0)
              from pg_class c where c.oid = 'core.adopted'::regclass
            """
        ).first(String.self, Bool.self, String.self, String.self, String.self)
        let found = try #require(facts)
        #expect(found.0 == "adopted_belong_to_tenant")
        #expect(found.1)
        #expect(found.2 == "tenant_isolationtrue")
        #expect(
            found.3 == "adopted_audit_delete adopted_audit_insert adopted_audit_truncate adopted_audit_update "
                + "adopted_update_updated_at")
        #expect(
            found.4 == "The operator that owns the row.|Identifier, unique within the tenant.|My own word.|-|"
                + "When the row was made.|When the row was last changed.")
    }

    @Test func `who sees what: tenant, account, self`() async throws {
        let tenant = try await db.tenant()
        let (mine, other) = (try await tenant.account(), try await tenant.account())
        for (table, visible, inAccount) in [
            ("for_staff", "tenant", 0), ("for_accounts", "account", 1), ("itself", "self", 1),
        ] {
            try await make(table)
            try await db.owner.run("select core.adopt_tables(\(visible), \("core.\(table)")::regclass)")
            try await db.owner.run(
                """
                insert into core.\(unescaped: table) (tenant_id, id, account_id)
                values (\(tenant.id), \(mine.id), \(mine.id)), (\(tenant.id), \(other.id), \(other.id)),
                       (\(tenant.id), \(UUID()), null)
                """)
            #expect(try await seen(table, tenant, tenant.staff) == 3)
            #expect(try await seen(table, tenant, tenant.people(of: [mine.id])) == inAccount)
            #expect(try await seen(table, tenant, tenant.people(of: [mine.id, other.id])) == inAccount * 2)
            #expect(try await seen(table, tenant, tenant.people(of: [])) == 0)
            #expect(try await seen(table, tenant, "select 1") == 0)
        }
    }

    @Test func `another word for the rows is refused`() async throws {
        try await make("nameless")
        #expect(
            try await Refusal.of { try await db.owner.run("select core.adopt_tables('everyone', 'core.nameless')") }
                == Refusal("P0001"))
    }
}
