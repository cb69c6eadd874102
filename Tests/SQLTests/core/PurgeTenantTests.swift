import Foundation
import Postgres
import TestSupport
import Testing

/// core.purge_tenant: everything of a tenant goes, in every table that there is, and a tombstone stays.
/// The rows are made from the catalog, so that a new table is tried without a word here.
@Suite(.database, .serialized) struct PurgeTenantTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Thrown to take everything back: the test takes the checks of all tables off.
    private struct Enough: Error {}

    private func purge(_ tenant: Tenant, by name: String = "test") async throws -> Refusal? {
        try await Refusal.of { try await db.owner.run("select core.purge_tenant(\(tenant.id), \(name))") }
    }

    @Test func `takes the rows of every table along, whatever guards them, and no one else's`() async throws {
        let (gone, kept) = (try await db.tenant(), try await db.tenant())
        let script = Self.fill.replacing("GONE", with: "'\(gone.id)'::uuid")
            .replacing("KEPT", with: "'\(kept.id)'::uuid").replacing("ONE", with: "'\(UUID())'::uuid")
        await #expect(throws: Enough.self) {
            try await db.owner.transaction { session in
                try await session.run(SQL(unescaped: script))
                // A call of nobody goes with no account.
                try await session.run("update cdr.enriched_cdr set account_id = null where tenant_id = \(gone.id)")
                try await session.run(
                    """
                    update core.tenants
                       set status = 'closed', legal_hold = false, purge_after = now() - interval '1 day',
                           purge_marked_at = now()
                     where id = \(gone.id)
                    """)
                try await session.run("update core.legal_holds set released_at = now(), released_by = 'test'")
                let tables = try await session.run("select count(*) from core.tenant_tables()").value(Int.self)
                let counted = try await session.run(
                    """
                    select count(*) from jsonb_each_text(
                        core.purge_tenant(\(gone.id), 'test', 'env:TOMBSTONES', convert_to('0123456789abcdef', 'UTF8')))
                     where value::integer > 0
                    """
                ).value(Int.self)
                #expect(counted == tables)
                let names = try await session.run("select name::text from core.tenant_tables()").decode(String.self)
                for name in names {
                    let rows = try await session.run(
                        """
                        select count(*) filter (where tenant_id = \(gone.id)),
                               count(*) filter (where tenant_id = \(kept.id))
                          from \(unescaped: name)
                        """
                    ).first(Int.self, Int.self)
                    let (left, others) = try #require(rows)
                    #expect(left == 0, "\(name)")
                    #expect(others > 0, "\(name)")
                }
                let signed = try await session.run(
                    """
                    select octet_length(signature) || ' ' || key_ref || ' ' || purged_by
                      from core.tombstones where tenant_id = \(gone.id)
                    """
                ).value(String.self)
                #expect(signed == "32 env:TOMBSTONES test")
                throw Enough()
            }
        }
    }

    @Test func `is refused until the tenant is marked, and wants a name`() async throws {
        let tenant = try await db.tenant()
        try await tenant.makePurgeable()
        try await db.owner.run("update core.tenants set purge_marked_at = null where id = \(tenant.id)")
        #expect(try await purge(tenant) == Refusal("23001", "tenant_is_deleted_by_purge_only"))
        try await tenant.makePurgeable()
        #expect(try await purge(tenant, by: "") == .badParameter)
        #expect(try await purge(tenant) == nil)
        #expect(try await purge(tenant) == Refusal("P0002"))
    }

    @Test func `tombstones are chained`() async throws {
        for _ in 0..<3 {
            let tenant = try await db.tenant()
            try await tenant.makePurgeable()
            #expect(try await purge(tenant) == nil)
        }
        let broken = try await db.owner.run(
            """
            select count(*) from (
                select previous, lag(hash) over (order by purged_at, id) as before from core.tombstones) t
             where previous is distinct from before
            """
        ).value(Int.self)
        #expect(broken == 0)
    }

    private static let fill = #"""
        do $$
        declare
            v       record;
            columns text;
            entries text;
        begin
            for v in select conrelid::regclass as name, conname from pg_constraint
                      where contype = 'c' and conrelid <> 0 and coninhcount = 0
                        and connamespace::regnamespace::text !~ '^(pg_|information_schema)'
            loop
                execute format('alter table %s drop constraint if exists %I', v.name, v.conname);
            end loop;
            for v in select contypid::regtype as name, conname from pg_constraint
                      where contype = 'c' and contypid <> 0
                        and connamespace::regnamespace::text !~ '^(pg_|information_schema)'
            loop
                execute format('alter domain %s drop constraint %I', v.name, v.conname);
            end loop;
            set local session_replication_role = replica;
            for v in select name from core.tenant_tables() loop
                select string_agg(quote_ident(a.attname), ', '), string_agg(case
                           when a.attname = 'tenant_id' then '$1'
                           when a.attname = 'country' then '''US'''
                           when a.attname = 'currency' then '''USD'''
                           when b.typcategory = 'A' then '''{}'''
                           when b.typname = 'uuid' then '$2'
                           when b.typname = 'bool' then 'false'
                           when b.typname in ('inet', 'cidr') then '''192.0.2.1'''
                           when b.typname in ('timestamptz', 'timestamp') then 'now()'
                           when b.typname = 'date' then 'current_date'
                           when b.typname = 'time' then '''12:00'''
                           when b.typname in ('json', 'jsonb') then '''{}'''
                           when b.typname = 'bytea' then 'sha256(''x'')'
                           when b.typname = 'interval' then '''1 s'''
                           when b.typname in ('int2', 'int4', 'int8', 'numeric', 'float8') then '1'
                           when b.typname = 'tstzrange' then 'tstzrange(now(), null)'
                           when b.typname = 'xid8' then '''1'''
                           else '$3' end || '::' || format_type(a.atttypid, null), ', ')
                  into columns, entries
                  from pg_attribute a
                  join pg_type t on t.oid = a.atttypid
                  join pg_type b on b.oid = case t.typtype when 'd' then t.typbasetype else t.oid end
                 where a.attrelid = v.name and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
                execute format('insert into %s (%s) select %s', v.name, columns, entries) using GONE, ONE, '1'::text;
                execute format('insert into %s (%s) select %s', v.name, columns, entries) using KEPT, ONE, '2'::text;
            end loop;
            set local session_replication_role = origin;
        end $$
        """#
}
