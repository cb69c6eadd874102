-- Tenants, the context of a transaction, and the rules that every table of a tenant shares.
--
-- A tenant is an operator: carriers, customers, staff and money of its own. Every table of a
-- tenant starts its primary key with tenant_id, so a row cannot point into another tenant, and
-- carries one row policy that reads the context. An unset context means no rows.

create domain core.tenant_status as text
    constraint tenant_status_is_known check (value in ('active', 'suspended', 'closed'));
comment on domain core.tenant_status is 'active serves; suspended refuses charged calls; closed waits for its purge.';

create domain core.context_scope as text
    constraint context_scope_is_known check (value in ('tenant', 'account'));
comment on domain core.context_scope is 'tenant: staff, all accounts; account: only the accounts named in the context.';

create table core.tenants (
    id              uuid not null default core.uuid_v7(),
    slug            text not null,
    name            text not null,
    status          core.tenant_status not null default 'active',
    country         text not null default 'US',
    currency        core.currency not null default 'USD',
    max_tries       integer not null default 4,
    max_pdd_ms      integer not null default 10000,
    legal_hold      boolean not null default false,
    purge_after     timestamptz,
    purge_marked_at timestamptz,
    metadata        core.metadata not null default '{}',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (id),
    constraint slug_is_taken_once unique (slug),
    constraint max_tries_between_1_and_8 check (max_tries between 1 and 8),
    constraint max_pdd_between_1_s_and_a_minute check (max_pdd_ms between 1000 and 60000),
    constraint slug_is_a_short_name check (slug ~ '^[a-z][a-z0-9-]{1,62}$')
);

-- On plain PostgreSQL there is nothing to distribute; the file for Citus replaces this function,
-- and every migration calls it between its tables and their foreign keys.
create function core.distribute_pending() returns integer
language sql as 'select 0';
comment on function core.distribute_pending() is
    'Distributes tables made in this migration where the database is spread over nodes; otherwise does nothing.';

select core.distribute_pending();

-- A literal, so that it folds into plans and needs no row to be read.
create function core.unattributed_tenant() returns uuid
language sql immutable parallel safe
as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;
comment on function core.unattributed_tenant() is
    'The reserved tenant of traffic that no tenant owns, such as a call from an unknown source. Platform staff only.';
grant execute on function core.unattributed_tenant() to heddle_app, heddle_engine, heddle_report;

insert into core.tenants (id, slug, name)
values (core.unattributed_tenant(), 'unattributed', 'Unattributed traffic');

-- Where the database is spread over nodes, only SET LOCAL as a statement reaches the workers, and it takes longer:
-- db/optional/citus_distribute.sql puts that in place of this.
create function core.set_context(p_tenant uuid, p_scope text, p_accounts uuid[], p_user uuid) returns void
language plpgsql
as $$
begin
    perform set_config('app.tenant_id', coalesce(p_tenant::text, ''), true),
            set_config('app.account_scope', coalesce(p_scope::core.context_scope, ''), true),
            set_config('app.account_ids', coalesce(array_to_string(p_accounts, ','), ''), true),
            set_config('app.user_id', coalesce(p_user::text, ''), true);
end $$;
comment on function core.set_context(uuid, text, uuid[], uuid) is
    'Says for whom this transaction works: tenant, scope (tenant or account), the accounts in that scope, the user. '
    'Holds until the transaction ends; whatever is NULL is unset, and unset shows no rows.';
grant execute on function core.set_context(uuid, text, uuid[], uuid) to heddle_app, heddle_engine, heddle_report;

create function core.update_updated_at_column() returns trigger
language plpgsql
as $$
begin
    new.created_at := old.created_at;
    new.updated_at := now();
    return new;
end $$;
comment on function core.update_updated_at_column() is
    'Trigger: keeps updated_at the time of the last change, and created_at as it was.';

create function core.refuse_change() returns trigger
language plpgsql
as $$
begin
    -- The purge of a tenant clears its largest tables, then removes its row; what cascades from there may go.
    if tg_op = 'DELETE' and not exists (select from core.tenants t
                                         where t.id = old.tenant_id and t.purge_marked_at is null) then
        return old;
    end if;
    raise exception '%.% is append-only', tg_table_schema, tg_argv[0]
        using errcode = 'restrict_violation', constraint = tg_argv[0] || '_is_append_only';
end $$;
comment on function core.refuse_change() is
    'Trigger (table name) for append-only tables: refuses UPDATE, DELETE and TRUNCATE, but for the purge of a tenant.';

-- The order that states may follow in stands in the WHEN of a trigger, beside the table, where it costs nothing until
-- it is broken; the two functions here refuse what breaks it, and note the time of what does not.
create function core.refuse_state_change() returns trigger
language plpgsql
as $$
declare
    v_old constant jsonb := to_jsonb(old);
    v_new constant jsonb := to_jsonb(new);
begin
    raise exception '% cannot go from % to %', tg_argv[0], coalesce(v_old ->> 'status', v_old ->> 'state'),
                    coalesce(v_new ->> 'status', v_new ->> 'state')
        using errcode = 'check_violation', constraint = tg_argv[1];
end $$;
comment on function core.refuse_state_change() is
    'Trigger (what it is, constraint name): refuses a change of status or state. Which changes are wrong is in the '
    'trigger''s WHEN.';

create function core.stamp_state_change() returns trigger
language plpgsql
as $$
begin
    new.status_changed_at := now();
    return new;
end $$;
comment on function core.stamp_state_change() is
    'Trigger: keeps status_changed_at the time of the last change of status.';

create function core.refuse_tenant_delete() returns trigger
language plpgsql
as $$
begin
    if old.status = 'closed' and old.purge_after <= now() and old.purge_marked_at is not null
        and not core.holds_anything(old.id) then
        return old;
    end if;
    raise exception 'tenant % is not ready to be purged', old.slug
        using errcode = 'restrict_violation', constraint = 'tenant_is_deleted_by_purge_only',
              hint = 'A tenant can go when it is closed, without legal hold, past its retention and marked for purge.';
end $$;
comment on function core.refuse_tenant_delete() is
    'Trigger: deleting a tenant deletes all it owns, so it is refused until every condition of a purge is met.';

create trigger tenants_update_updated_at before update on core.tenants
    for each row execute function core.update_updated_at_column();
create trigger tenants_refuse_delete before delete on core.tenants
    for each row execute function core.refuse_tenant_delete();

create schema audit;
comment on schema audit is 'Who changed what.';
grant usage on schema audit to heddle_app, heddle_engine, heddle_report;

-- The triggers of the audit trail need its table and rules: 0048 replaces this function and attaches the tables that
-- were made until then.
create function audit.attach(variadic p_tables regclass[]) returns integer
language sql as 'select 0';

-- The house rules in one place, so that no table has its own reading of them. A policy has no
-- subquery, and there is exactly one a table: a second, restrictive one would turn permissive on
-- the workers of a distributed database.
create function core.adopt_tables(p_visible text, variadic p_tables regclass[]) returns void
language plpgsql
as $$
declare
    v_table  regclass;
    v_name   name;
    v_tenant constant text := 'tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid';
    -- As an argument of coalesce: a comparison is taken to be true of one row in 200, by which the planner sorts all
    -- rows of a tenant rather than read the page that is asked for from an index.
    v_staff  constant text := 'coalesce(current_setting(''app.account_scope'', true) = ''tenant'', false)';
    v_listed constant text :=
        '%I = any (string_to_array(nullif(current_setting(''app.account_ids'', true), ''''), '','')::uuid[])';
    v_rows   text;
    v_column record;
begin
    v_rows := case p_visible
        when 'tenant'  then format('%s and %s', v_tenant, v_staff)
        when 'bulk'    then format('%s and %s', v_tenant, v_staff)
        when 'account' then format('%s and (%s or %s)', v_tenant, v_staff, format(v_listed, 'account_id'))
        when 'posted'  then format('%s and (%s or %s)', v_tenant, v_staff, format(v_listed, 'account_id'))
        when 'terms'   then format('%s and (%s or %s)', v_tenant, v_staff, format(v_listed, 'account_id'))
        when 'self'    then format('%s and (%s or %s)', v_tenant, v_staff, format(v_listed, 'id'))
    end;
    if v_rows is null then
        raise exception 'core.adopt_tables: rows are visible to tenant, bulk, account, posted, terms or self, not %',
            p_visible;
    end if;

    foreach v_table in array p_tables loop
        select c.relname into v_name from pg_catalog.pg_class c where c.oid = v_table;

        if p_visible not in ('bulk', 'posted') then
            execute format('alter table %s add constraint %I foreign key (tenant_id) references core.tenants (id) '
                           'on delete cascade', v_table, v_name || '_belong_to_tenant');
        end if;
        execute format('alter table %s enable row level security', v_table);
        execute format('alter table %s force row level security', v_table);
        execute format('create policy tenant_isolation on %s using (%s) with check (%s)', v_table, v_rows,
                       case p_visible when 'terms' then format('%s and %s', v_tenant, v_staff) else v_rows end);
        -- A statement about many rows that says now() itself spares a call of the function for each of them.
        execute format('create trigger %I before update on %s for each row '
                       'when (new.updated_at is distinct from now() or new.created_at is distinct from old.created_at) '
                       'execute function core.update_updated_at_column()', v_name || '_update_updated_at', v_table);
        perform audit.attach(v_table);

        for v_column in
            select house.name, house.comment
              from (values ('tenant_id', 'The operator that owns the row.'),
                           ('id', 'Identifier, unique within the tenant.'),
                           ('account_id', 'The customer account that the row belongs to.'),
                           ('metadata', 'Anything else worth keeping, as the operator likes.'),
                           ('created_at', 'When the row was made.'),
                           ('updated_at', 'When the row was last changed.')) as house (name, comment)
              join pg_catalog.pg_attribute a on a.attrelid = v_table and a.attname = house.name
             where not a.attisdropped
               and pg_catalog.col_description(v_table, a.attnum) is null
        loop
            execute format('comment on column %s.%I is %L', v_table, v_column.name, v_column.comment);
        end loop;
    end loop;
end $$;
comment on function core.adopt_tables(text, regclass[]) is
    'Gives new tables the house rules: the key to their tenant, forced row security with its one policy, updated_at '
    'kept, the audit trail (unless ref.unaudited_tables names them), and comments on the columns all tables have. '
    'Rows are visible to staff only (tenant), also to the account they name (account), to that account but not '
    'writable by it (terms), or are accounts themselves (self). Those of bulk are as those of tenant, but come by the '
    'million, so that a trigger of their own has to see to it that they belong to something that is the tenant''s. '
    'Those of posted are as those of account, but written with every call, which each key costs as much as two '
    'indexes: they have one to their account at most, and core.drop_calls() deletes them with their tenant.';

alter table core.tenants enable row level security;
alter table core.tenants force row level security;
create policy tenant_isolation on core.tenants
    using (id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    with check (id = nullif(current_setting('app.tenant_id', true), '')::uuid);

grant select on core.tenants to heddle_app, heddle_engine, heddle_report;

comment on table core.tenants is 'Operators: each with its own carriers, customers, staff and money.';
comment on column core.tenants.id is 'Identifier; every other table names it tenant_id.';
comment on column core.tenants.slug is 'Short name in addresses, unique on the platform.';
comment on column core.tenants.name is 'Name as people read it.';
comment on column core.tenants.status is 'active, suspended or closed.';
comment on column core.tenants.country is 'ISO 3166 code of its home country.';
comment on column core.tenants.currency is 'Currency of its reports and of new accounts.';
comment on column core.tenants.max_tries is 'How many carriers are tried for a call.';
comment on column core.tenants.max_pdd_ms is 'How long carriers are tried until one rings.';
comment on column core.tenants.legal_hold is 'While true nothing of the tenant may be deleted.';
comment on column core.tenants.purge_after is 'End of the retention after closing.';
comment on column core.tenants.purge_marked_at is 'When it was marked for its purge.';
comment on column core.tenants.metadata is 'Anything else worth keeping, as the operator likes.';
comment on column core.tenants.created_at is 'When the row was made.';
comment on column core.tenants.updated_at is 'When the row was last changed.';
