-- What an account's own people may not do, and what only the platform does: change commercial terms, end a tenant.
--
-- The API serves staff and customers by one role, so that grants cannot tell them apart. Tables that are all
-- terms have a policy that shows them to the account and lets staff write (core.adopt_tables, terms). Where
-- terms stand beside what people may change, a trigger refuses those columns in the scope of an account: a
-- policy cannot see what a row was before. The condition of the trigger is looked at without calling it, so
-- that staff and the engine pay nothing.
--
-- A tenant ends in three steps, each of which can be looked at before the next: core.close_tenant(), then,
-- when its retention is over, core.mark_tenant_for_purge(), then core.purge_tenant(). Deleting its row deletes
-- all it owns, in every table, append-only or not; what stays is a tombstone that says what there was, signed
-- with a key that is passed in. None of it is granted: it is the work of whoever owns the database.

create function core.keep_terms() returns trigger
language plpgsql
as $$
declare
    v_term text;
begin
    if tg_nargs = 0 then
        raise exception '%.% is changed by staff', tg_table_schema, tg_table_name
            using errcode = 'insufficient_privilege', constraint = 'terms_are_changed_by_staff';
    end if;
    -- "column=value": what a new row of an account has there unless staff says otherwise; nothing behind = is NULL.
    foreach v_term in array tg_argv loop
        if to_jsonb(new) ->> split_part(v_term, '=', 1) is distinct from
            (case tg_op when 'UPDATE' then to_jsonb(old) ->> split_part(v_term, '=', 1)
                        else nullif(substr(v_term, strpos(v_term, '=') + 1), '') end) then
            raise exception '% is changed by staff', split_part(v_term, '=', 1)
                using errcode = 'insufficient_privilege', constraint = 'terms_are_changed_by_staff';
        end if;
    end loop;
    return new;
end $$;
comment on function core.keep_terms() is
    'Trigger (column=value of a new row …): in the scope of an account refuses another value in a new row, and any '
    'change later. Without a list it refuses everything.';

create function core.guard_terms(p_table regclass, variadic p_columns text[]) returns void
language plpgsql
as $$
declare
    v_name    name;
    v_terms   text;
    v_columns text;
begin
    select c.relname into v_name from pg_catalog.pg_class c where c.oid = p_table;
    -- A default is written as an expression; only constants have one value for all rows.
    select string_agg(quote_literal(a.attname || '=' || coalesce(
               substring(pg_catalog.pg_get_expr(d.adbin, d.adrelid) from '^''?([^'']*?)''?(?:::.*)?$'), '')), ', '),
           string_agg(quote_ident(a.attname), ', ')
      into v_terms, v_columns
      from unnest(p_columns) as wanted (name)
      join pg_catalog.pg_attribute a on a.attrelid = p_table and a.attname = wanted.name and not a.attisdropped
      left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum;
    if v_terms is null then
        return;
    end if;
    execute format('create or replace trigger %I before insert on %s for each row '
                   'when (current_setting(''app.account_scope'', true) = ''account'') '
                   'execute function core.keep_terms(%s)', v_name || '_keep_terms_insert', p_table, v_terms);
    execute format('create or replace trigger %I before update of %s on %s for each row '
                   'when (current_setting(''app.account_scope'', true) = ''account'') '
                   'execute function core.keep_terms(%s)', v_name || '_keep_terms_update', v_columns, p_table, v_terms);
end $$;
comment on function core.guard_terms(regclass, text[]) is
    'For migrations: keeps columns of a table, those of the list that it has, from being written in the scope of an '
    'account. A new row of an account has the defaults there.';

-- Who may buy what at which price is staff's.
alter policy tenant_isolation on billing.account_rate_plan
    with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
                and current_setting('app.account_scope', true) = 'tenant');

select core.guard_terms('accounts.accounts', 'kind', 'status', 'parent_account_id', 'billing_mode', 'currency',
                        'channels', 'cps', 'allows_loss');
select core.guard_terms('routing.trunks', 'status', 'channels', 'cps', 'max_duration_s', 'hold_s', 'caller_id_policy',
                        'trusts_identity');
select core.guard_terms('auth.api_keys', 'rate_limit_per_minute');

-- Limits and prices have the same names everywhere, so that what other files made is found by them. In call
-- tracking it is the account itself that sells: the limits of its buyers are its own.
select core.guard_terms(t.name, 'channels', 'cps', 'credit_limit', 'billing_mode', 'payment_terms_days', 'allows_loss',
                        'rate_limit_per_minute', 'max_duration_s', 'hold_s', 'spend_cap', 'daily_spend_cap',
                        'surcharge',
                        'messages_per_second', 'segments_per_second', 'throughput_mps', 'price', 'rate', 'setup_fee',
                        'monthly_fee')
  from (select c.oid::regclass as name
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_policy p on p.polrelid = c.oid
         where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('tracking', 'flows')
           and c.oid not in ('accounts.accounts'::regclass, 'routing.trunks'::regclass, 'auth.api_keys'::regclass)
           and pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) like '%app.account_ids%'
           and (pg_catalog.has_any_column_privilege('heddle_app', c.oid, 'insert')
                or pg_catalog.has_any_column_privilege('heddle_app', c.oid, 'update'))
         order by c.oid) t;

-- A platform log: the tenant is gone, so nothing keeps its key.
create table core.tombstones (
    tenant_id     uuid not null,
    id            uuid not null default core.uuid_v7(),
    slug          text not null,
    name          text not null,
    opened_at     timestamptz not null,
    closed_at     timestamptz,
    purged_at     timestamptz not null default now(),
    purged_by     text not null,
    row_counts    jsonb not null,
    last_seal     bytea,
    previous      bytea,
    hash          bytea not null,
    key_ref       core.secret_ref,
    signature     bytea,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint tombstone_signature_says_where_its_key_is check ((signature is null) = (key_ref is null))
);

alter table core.tenants add column closed_at timestamptz;
alter table core.tenants add column closed_reason text;

select core.distribute_pending();

alter table core.tombstones enable row level security;
alter table core.tombstones force row level security;
create policy tenant_isolation on core.tombstones
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
           and current_setting('app.account_scope', true) = 'tenant')
    with check (false);

insert into ref.unaudited_tables (name, reason) values
    ('core.tombstones', 'Append-only, signed; the tenant''s own trail is gone with it.');

create function core.refuse_tombstone_change() returns trigger
language plpgsql
as $$
begin
    raise exception 'a tombstone stays' using errcode = 'restrict_violation', constraint = 'tombstones_is_append_only';
end $$;
comment on function core.refuse_tombstone_change() is 'Trigger: nobody changes or removes a tombstone.';

create trigger tombstones_stay before update or delete on core.tombstones
    for each row execute function core.refuse_tombstone_change();
create trigger tombstones_are_not_truncated before truncate on core.tombstones
    for each statement execute function core.refuse_tombstone_change();

create function core.close_tenant(p_tenant uuid, p_reason text, p_retention interval default '36 months')
returns timestamptz
language plpgsql
as $$
declare
    v_until timestamptz;
begin
    if p_tenant = core.unattributed_tenant() then
        raise exception 'the tenant of traffic without an owner stays'
            using errcode = 'restrict_violation', constraint = 'unattributed_tenant_stays';
    end if;
    update core.tenants t
       set status = 'closed', closed_at = coalesce(t.closed_at, now()), closed_reason = p_reason,
           purge_after = greatest(t.purge_after, now() + p_retention)
     where t.id = p_tenant
    returning t.purge_after into v_until;
    if not found then
        raise exception 'no such tenant' using errcode = 'no_data_found';
    end if;
    update auth.api_keys k set revoked_at = now() where k.tenant_id = p_tenant and k.revoked_at is null;
    return v_until;
end $$;
comment on function core.close_tenant(uuid, text, interval) is
    'Closes a tenant: it serves no more, its API keys are revoked, and its data stays until the time that is '
    'returned. Repeated, the time only moves on.';

create function core.mark_tenant_for_purge(p_tenant uuid) returns timestamptz
language plpgsql
as $$
declare
    v_marked timestamptz;
begin
    if core.is_held(p_tenant)
        or exists (select from core.legal_holds h where h.tenant_id = p_tenant and h.released_at is null) then
        raise exception 'the tenant is under a legal hold'
            using errcode = 'restrict_violation', constraint = 'held_tenant_is_not_purged';
    end if;
    update core.tenants t
       set purge_marked_at = coalesce(t.purge_marked_at, now())
     where t.id = p_tenant and t.status = 'closed' and t.purge_after < now()
    returning t.purge_marked_at into v_marked;
    if not found then
        raise exception 'a tenant is marked when it is closed and past its retention'
            using errcode = 'restrict_violation', constraint = 'tenant_is_marked_when_it_is_over';
    end if;
    return v_marked;
end $$;
comment on function core.mark_tenant_for_purge(uuid) is
    'Marks a tenant that is closed, past its retention and without legal hold for its purge.';

create or replace function core.refuse_tenant_delete() returns trigger
language plpgsql
as $$
begin
    if old.status = 'closed' and not old.legal_hold and old.purge_after < now() and old.purge_marked_at is not null
        and not exists (select from core.legal_holds h where h.tenant_id = old.id and h.released_at is null) then
        return old;
    end if;
    raise exception 'tenant % is not ready to be purged', old.slug
        using errcode = 'restrict_violation', constraint = 'tenant_is_deleted_by_purge_only',
              hint = 'A tenant can go when it is closed, without legal hold, past its retention and marked for purge.';
end $$;

-- Every table that has rows of tenants, with whether they go by themselves when the tenant goes.
create function core.tenant_tables() returns table (name regclass, goes_with_tenant boolean)
language sql stable
as $$
    select c.oid::regclass,
           exists (select from pg_catalog.pg_constraint k
                    where k.conrelid = c.oid and k.contype = 'f' and k.confrelid = 'core.tenants'::regclass
                      and k.confdeltype = 'c')
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
     where c.relkind in ('r', 'p') and not c.relispartition and c.oid <> 'core.tombstones'::regclass
       and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
     order by 2, 1
$$;
comment on function core.tenant_tables() is
    'The tables that have rows of tenants, and whether the key to the tenant takes them along when it goes.';

create function core.purge_tenant(p_tenant uuid, p_by text, p_key_ref text default null, p_key bytea default null)
returns jsonb
language plpgsql
as $$
declare
    v_tenant   core.tenants;
    v_table    record;
    v_rows     bigint;
    v_counts   jsonb := '{}';
    v_seal     bytea;
    v_previous bytea;
    v_text     bytea;
begin
    if coalesce(p_by, '') = '' or (p_key_ref is null) <> (p_key is null) or octet_length(p_key) < 16 then
        raise exception 'purge_tenant wants who does it, and for a signature a reference and a key of 16 bytes at least'
            using errcode = 'invalid_parameter_value';
    end if;
    select t.* into v_tenant from core.tenants t where t.id = p_tenant for update;
    if not found then
        raise exception 'no such tenant' using errcode = 'no_data_found';
    end if;
    if v_tenant.purge_marked_at is null then
        raise exception 'tenant % is not marked for purge', v_tenant.slug
            using errcode = 'restrict_violation', constraint = 'tenant_is_deleted_by_purge_only';
    end if;

    for v_table in select * from core.tenant_tables() loop
        execute format('select count(*) from %s where tenant_id = $1', v_table.name) into v_rows using p_tenant;
        if v_rows > 0 then
            v_counts := v_counts || jsonb_build_object(v_table.name, v_rows);
        end if;
    end loop;
    select s.hash into v_seal from audit.seals s where s.tenant_id = p_tenant order by s.sequence desc limit 1;

    -- The row goes first: what guards append-only tables lets go what has no tenant any more.
    delete from core.tenants t where t.id = p_tenant;
    for v_table in select * from core.tenant_tables() loop
        if not v_table.goes_with_tenant then
            execute format('delete from %s where tenant_id = $1', v_table.name) using p_tenant;
        end if;
    end loop;
    for v_table in select * from core.tenant_tables() loop
        execute format('select count(*) from %s where tenant_id = $1', v_table.name) into v_rows using p_tenant;
        if v_rows > 0 then
            raise exception '% rows of the tenant are left in %', v_rows, v_table.name
                using errcode = 'data_exception', constraint = 'purge_leaves_nothing';
        end if;
    end loop;

    -- Tombstones are chained too, so that none can be taken away from among the others.
    lock table core.tombstones in share row exclusive mode;
    select s.hash into v_previous from core.tombstones s order by s.purged_at desc, s.id desc limit 1;
    v_text := coalesce(v_previous, ''::bytea) || convert_to(jsonb_build_array(
                  p_tenant, v_tenant.slug, v_tenant.name, (extract(epoch from now()) * 1000000)::bigint, p_by, v_counts,
                  encode(v_seal, 'hex'))::text, 'UTF8');
    insert into core.tombstones (tenant_id, slug, name, opened_at, closed_at, purged_by, row_counts, last_seal,
                                 previous, hash, key_ref, signature)
    values (p_tenant, v_tenant.slug, v_tenant.name, v_tenant.created_at, v_tenant.closed_at, p_by, v_counts, v_seal,
            v_previous, sha256(v_text), p_key_ref,
            case when p_key is not null then public.hmac(v_text, p_key, 'sha256') end);
    return v_counts;
end $$;
comment on function core.purge_tenant(uuid, text, text, bytea) is
    'Deletes a tenant and all it owns, in every table, and leaves a tombstone with the number of rows of each table, '
    'signed (HMAC-SHA256) when a key and its reference are given. Refused unless the tenant is closed, without legal '
    'hold, past its retention and marked. Returns the numbers.';

comment on table core.tombstones is 'What is left of tenants that were purged. Append-only, chained and signed.';
comment on column core.tombstones.tenant_id is 'The tenant that was.';
comment on column core.tombstones.id is 'Identifier.';
comment on column core.tombstones.slug is 'Its short name.';
comment on column core.tombstones.name is 'Its name.';
comment on column core.tombstones.opened_at is 'When it was made.';
comment on column core.tombstones.closed_at is 'When it was closed.';
comment on column core.tombstones.purged_at is 'When it was purged.';
comment on column core.tombstones.purged_by is 'Who did it.';
comment on column core.tombstones.row_counts is 'How many rows each table had.';
comment on column core.tombstones.last_seal is 'Hash of the last link of its audit chain.';
comment on column core.tombstones.previous is 'Hash of the tombstone before.';
comment on column core.tombstones.hash is 'SHA-256 of all that the tombstone says and of the hash before.';
comment on column core.tombstones.key_ref is 'Where the key of the signature is kept.';
comment on column core.tombstones.signature is 'HMAC-SHA256 of the same.';
comment on column core.tombstones.created_at is 'When the row was made.';
comment on column core.tombstones.updated_at is 'When the row was last changed.';
comment on column core.tenants.closed_at is 'When it was closed.';
comment on column core.tenants.closed_reason is 'Why it was closed.';
