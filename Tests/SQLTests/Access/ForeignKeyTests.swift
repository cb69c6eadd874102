import Foundation
import Postgres
import TestSupport
import Testing

/// Keys hold across tenants: every foreign key of the catalog is tried, whatever policies and triggers would say first.
@Suite(.database) struct ForeignKeyTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `no row of mine can point at a row of another, by any key`() async throws {
        let (mine, other) = (try await db.tenant(), try await db.tenant())
        try await mine.fillEveryTable()
        try await other.fillEveryTable()
        let (tried, wrong) = try await db.owner.lease { session in
            try await session.runScript(Self.attempts)
            let outcomes = try await session.run(
                "select key, outcome from pg_temp.reach_across(\(mine.id), \(other.id))"
            )
            .decode(String.self, String.self)
            return (outcomes.count, outcomes.filter { $0.1 != "refused" }.map { "\($0.0): \($0.1)" })
        }
        #expect(tried > 250)
        #expect(wrong == [], "put tenant_id into the key, or a row that it can be tried with into fillEveryTable()")
    }

    /// Takes a row of one tenant and, by each key, has it point at a row of another one; by that key alone, without the
    /// checks, the other keys and the triggers of the table. What was changed is taken back each time.
    private static let attempts: SQL =
        """
        create function pg_temp.reach_across(p_mine uuid, p_other uuid) returns table (key text, outcome text)
        language plpgsql
        as $$
        declare
            v_key  record;
            v_name name;
            v_rows bigint;
        begin
            for v_key in
                select k.oid, k.conname, k.conrelid::regclass as child, k.confrelid::regclass as parent,
                       string_agg(quote_ident(c.attname), ', ' order by u.turn) as columns,
                       string_agg('p.' || quote_ident(f.attname), ', ' order by u.turn) as values,
                       string_agg('p.' || quote_ident(f.attname) || ' is not null', ' and ') as filled
                  from pg_constraint k
                 cross join unnest(k.conkey, k.confkey) with ordinality as u (child, parent, turn)
                  join pg_attribute c on c.attrelid = k.conrelid and c.attnum = u.child
                  join pg_attribute f on f.attrelid = k.confrelid and f.attnum = u.parent
                 where k.contype = 'f' and k.conparentid = 0 and f.attname <> 'tenant_id'
                   and exists (select from pg_attribute a where a.attrelid = k.confrelid and a.attname = 'tenant_id')
                 group by k.oid, k.conname, k.conrelid, k.confrelid
                 order by k.conrelid::regclass::text, k.conname
            loop
                key := v_key.child || ' ' || v_key.conname;
                begin
                    execute format('alter table %s disable trigger all', v_key.child);
                    for v_name in
                        select t.tgname from pg_trigger t where t.tgconstraint = v_key.oid and t.tgrelid = v_key.child
                    loop
                        execute format('alter table %s enable trigger %I', v_key.child, v_name);
                    end loop;
                    for v_name in
                        select c.conname from pg_constraint c where c.conrelid = v_key.child and c.contype = 'c'
                    loop
                        execute format('alter table %s drop constraint %I', v_key.child, v_name);
                    end loop;
                    execute format('update %s t set (%s) = (select %s from %s p where p.tenant_id = $2 and %s limit 1) '
                                   'where (t.tableoid, t.ctid) = (select m.tableoid, m.ctid from %s m '
                                   'where m.tenant_id = $1 limit 1)',
                                   v_key.child, v_key.columns, v_key.values, v_key.parent, v_key.filled, v_key.child)
                        using p_mine, p_other;
                    get diagnostics v_rows = row_count;
                    raise exception '% rows were changed', v_rows;
                exception
                    when foreign_key_violation then
                        get stacked diagnostics outcome = constraint_name;
                        outcome := case when outcome = v_key.conname then 'refused' else outcome end;
                    when others then outcome := sqlerrm;
                end;
                return next;
            end loop;
        end $$
        """
}
