-- Lets heddle_engine and the owner of the model see all tenants where nobody can give them BYPASSRLS. Optional: where
-- they have it, there is nothing to do.
--
-- Run as the owner of the model, after the migrations and again after each release that has new ones: what is done
-- already is left alone, and heddle serve does not start while a table is missing. See README.md beside this file.
--
-- The rule of tenants stays as it is, for everybody. A second policy on each table is for the engine, which serves all
-- tenants, and for the owner, as whom the functions run that move money. It does not concern heddle_app and
-- heddle_report: neither what they see nor how their statements are planned.

do $$
declare
    v_table regclass;
begin
    if (select n.nspowner from pg_catalog.pg_namespace n where n.nspname = 'core') <> current_user::regrole then
        raise exception 'this is for the owner of the model, not for %', current_user
            using errcode = 'insufficient_privilege';
    end if;
    for v_table in
        select c.oid::regclass
          from pg_catalog.pg_class c
         where c.relkind in ('r', 'p') and not c.relispartition and c.relrowsecurity
           and exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid and p.polname = 'tenant_isolation')
           and not exists (select from pg_catalog.pg_policy p
                            where p.polrelid = c.oid and p.polname = 'serving_roles_see_all_rows')
         order by c.oid
    loop
        execute format('create policy serving_roles_see_all_rows on %s to heddle_engine, %I '
                       'using (true) with check (true)', v_table, current_user);
    end loop;
end $$;
