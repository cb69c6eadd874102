import Foundation
import Postgres
import TestSupport
import Testing

/// core.guard_terms: the columns of a table that staff alone writes.
@Suite(.database) struct GuardTermsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `takes the columns that there are, with their defaults, and the steps that are allowed`() async throws {
        try await db.owner.run(
            """
            create table core.guarded (
                tenant_id uuid not null, id uuid not null default core.uuid_v7(), account_id uuid,
                cps integer, status text not null default 'active', price numeric(18, 8) not null default 1.5,
                numbers core.e164[] not null default '{}', seen_at timestamptz not null default now(),
                created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
                primary key (tenant_id, id))
            """)
        try await db.owner.run("select core.guard_terms('core.guarded', 'cps', 'status', 'price', 'nothing')")
        try await db.owner.run(
            """
            select core.guard_terms('core.guarded', 'status', 'status:active>closed', 'cps', 'price', 'numbers',
                                    'seen_at', 'nothing', 'nothing:a>b')
            """)
        let triggers = try await db.owner.run(
            """
            select tgname || ' ' || replace(encode(tgargs, 'escape'), E'\\\\000', ' ') from pg_trigger
             where tgrelid = 'core.guarded'::regclass order by 1
            """
        ).decode(String.self)
        // What is made anew for each row is nobody's to choose at first, and staff's to change.
        #expect(
            triggers == [
                "guarded_keep_terms_insert status=active cps= price=1.50000000 numbers=[] ",
                "guarded_keep_terms_update status= cps= price= numbers= seen_at= status:active>closed ",
            ])
    }

    /// Limits and prices have the same names everywhere.
    @Test func `no limit of an account's table is left open to the account`() async throws {
        let open = try await db.owner.run(
            """
            select c.oid::regclass || '.' || a.attname
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
              join pg_policy p on p.polrelid = c.oid
              join pg_attribute a on a.attrelid = c.oid
             where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('tracking', 'flows')
               and a.attname in ('channels', 'cps', 'credit_limit', 'billing_mode', 'payment_terms_days')
               and pg_get_expr(p.polwithcheck, p.polrelid) like '%app.account_ids%'
               and has_any_column_privilege('heddle_app', c.oid, 'update')
               and not exists (select from pg_trigger t
                                where t.tgrelid = c.oid and t.tgfoid = 'core.keep_terms()'::regprocedure)
             order by 1
            """
        ).decode(String.self)
        #expect(open == [])
    }
}
