-- Spreads the model over the nodes of a Citus cluster. Optional: plain PostgreSQL never sees this file.
--
-- Run as the owner on the coordinator, with psql, on an empty database or a full one, after the migrations,
-- and again whenever it helps: what is distributed already is left alone. From then on
-- core.distribute_pending() distributes what later migrations make, so that they need no change. See README.md
-- beside this file.
--
-- Reference tables (a copy on every node): ref, core.archives, core.tenants, core.snapshot_versions,
-- core.network_claims, auth.permissions, routing.edges. By their value: core.global_claims. On the coordinator alone:
-- core.migrations, queue and reporting. All others by tenant_id, together.

\set ON_ERROR_STOP 1

do $$
begin
    if not exists (select from pg_catalog.pg_extension where extname = 'citus') then
        raise exception 'this database has no Citus'
            using hint = 'Preload it on every node and run: create extension citus';
    end if;
    -- set local inside core.set_context() must reach the workers, or row security shows nothing there; and
    -- triggers run on the shards. Both for whoever connects from now on.
    execute format('alter database %I set citus.propagate_set_commands = %L', current_database(), 'local');
    execute format('alter database %I set citus.enable_unsafe_triggers = %L', current_database(), 'on');
end $$;
set citus.propagate_set_commands = 'local';
set citus.enable_unsafe_triggers = on;

begin;

-- SET LOCAL as a statement, not set_config(): only the statement reaches the workers, and inside a function it is safe
-- in a multi-statement string.
create or replace function core.set_context(p_tenant uuid, p_scope text, p_accounts uuid[], p_user uuid) returns void
language plpgsql
as $$
begin
    execute format('set local app.tenant_id = %L', coalesce(p_tenant::text, ''));
    execute format('set local app.account_scope = %L', coalesce(p_scope::core.context_scope, ''));
    execute format('set local app.account_ids = %L', coalesce(array_to_string(p_accounts, ','), ''));
    execute format('set local app.user_id = %L', coalesce(p_user::text, ''));
end $$;

create or replace function core.set_request_context(p_actor text, p_source inet, p_request uuid,
                                                    p_trace text default null) returns void
language plpgsql
as $$
begin
    execute format('set local app.actor = %L', coalesce(p_actor, ''));
    execute format('set local app.source = %L', coalesce(host(p_source), ''));
    execute format('set local app.request_id = %L', coalesce(p_request::text, ''));
    execute format('set local app.traceparent = %L', coalesce(p_trace, ''));
end $$;

create or replace function core.distribute_pending() returns integer
language plpgsql
as $$
declare
    v_table record;
    v_made  integer := 0;
begin
    -- Tables that have keys to reference tables are made one shard after the other.
    perform set_config('citus.multi_shard_modify_mode', 'sequential', true);
    for v_table in
        select c.oid::regclass as name,
               case when format('%s.%s', n.nspname, c.relname)
                             in ('core.tenants', 'core.snapshot_versions', 'core.network_claims', 'auth.permissions',
                                 'routing.edges', 'core.archives')
                         or n.nspname = 'ref'
                    then 'reference'
                    when c.oid = 'core.global_claims'::regclass then 'value'
                    else 'tenant' end as spread
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and not c.relispartition
           and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public', 'citus', 'queue', 'reporting')
           and format('%s.%s', n.nspname, c.relname) <> 'core.migrations'
           and not exists (select from pg_catalog.pg_dist_partition d where d.logicalrelid = c.oid)
         order by case when n.nspname = 'ref' then 1 when c.oid = 'core.tenants'::regclass then 2
                       when c.oid = 'accounts.accounts'::regclass then 3 else 4 end, c.oid
    loop
        if v_table.spread = 'reference' then
            perform create_reference_table(v_table.name);
        elsif v_table.spread = 'value' then
            perform create_distributed_table(v_table.name, 'value', colocate_with => 'none');
        elsif v_table.name = 'accounts.accounts'::regclass then
            perform create_distributed_table(v_table.name, 'tenant_id', colocate_with => 'none');
        else
            perform create_distributed_table(v_table.name, 'tenant_id', colocate_with => 'accounts.accounts');
        end if;
        v_made := v_made + 1;
    end loop;
    return v_made;
end $$;

-- A table that has keys to one that is not distributed yet cannot be: the keys are taken off and put back.
create temporary table saved_keys on commit drop as
select k.conrelid::regclass as relation, k.conname as name, pg_catalog.pg_get_constraintdef(k.oid) as definition,
       row_number() over (order by k.oid) as turn
  from pg_catalog.pg_constraint k
  join pg_catalog.pg_class c on c.oid = k.conrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where k.contype = 'f' and k.conparentid = 0
   and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'citus')
   and exists (select from pg_catalog.pg_class t
                where t.relkind in ('r', 'p') and not t.relispartition and t.oid in (k.conrelid, k.confrelid)
                  and not exists (select from pg_catalog.pg_dist_partition d where d.logicalrelid = t.oid));

-- A change of a reference table fires its triggers once on every node: the trail of tenants would be written
-- as often. The platform's tools record what they do to a tenant with audit.record().
do $$
declare
    v_trigger record;
begin
    for v_trigger in
        select t.tgname from pg_catalog.pg_trigger t
         where t.tgrelid = 'core.tenants'::regclass and t.tgfoid = 'audit.record_change()'::regprocedure
    loop
        execute format('drop trigger %I on core.tenants', v_trigger.tgname);
    end loop;
end $$;

do $$
declare
    v_key record;
begin
    for v_key in select * from saved_keys order by turn desc loop
        execute format('alter table %s drop constraint %I', v_key.relation, v_key.name);
    end loop;
    perform core.distribute_pending();
    for v_key in select * from saved_keys order by turn loop
        execute format('alter table %s add constraint %I %s', v_key.relation, v_key.name, v_key.definition);
    end loop;
end $$;

-- What is called for each call goes to the tenant's node whole, instead of statement by statement. The
-- functions take the tenant first and write only rows of it.
do $$
declare
    v_function record;
begin
    for v_function in
        select p.oid::regprocedure as name
          from pg_catalog.pg_proc p
          join pg_catalog.pg_namespace n on n.oid = p.pronamespace
         where format('%s.%s', n.nspname, p.proname)
                   in ('routing.calculate_lcr', 'billing.hold_calls', 'billing.place_holds', 'billing.place_hold',
                       'billing.release_hold', 'billing.post_calls', 'billing.top_up', 'billing.adjust', 'audit.seal',
                       'audit.verify')
           and p.proargnames[1] = 'p_tenant'
    loop
        perform create_distributed_function(v_function.name, 'p_tenant', colocate_with => 'accounts.accounts');
    end loop;
end $$;

commit;
