-- How long data is kept, and how it goes: legal holds first, then the statutory minimum, then the tenant's own
-- choice.
--
-- Time tables lose whole months: a partition that no tenant has to keep any more is dropped, which costs
-- nothing but a lock on its table: so each goes in a transaction of its own, which gives up when it would have to
-- wait. Where one tenant keeps a month longer than others, the rows of the others are deleted in batches.
-- What is append-only goes by whole months or not at all. A table without a row in ref.retention_defaults is
-- kept for ever.
--
-- A person who asks to be forgotten is forgotten by pseudonyms: numbers and names become a keyed hash
-- (HMAC-SHA256), the same for the same number, so that sums and repeats can still be counted; amounts stay.
-- The key is never here: it is passed in by the program, which has it by reference. Whoever destroys the key
-- makes the pseudonyms final. What the trail of changes says of a person goes with it (docs/decisions/0014).

create domain ref.personal_kind as text
    constraint personal_kind_is_known check (value in ('number', 'person', 'text', 'kept'));
comment on domain ref.personal_kind is
    'number: a telephone number; person: a name, login or address of mail; text: anything a person wrote or said, or '
    'where from; kept: erasing leaves it, for a reason.';

create table ref.retention_defaults (
    name           text not null,
    time_column    text not null,
    months         integer not null,
    minimum_months integer not null default 0,
    condition      text,
    reason         text not null,
    verified       boolean not null default false,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    primary key (name),
    constraint retention_names_table_with_schema check (name ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$'),
    constraint retention_not_below_minimum check (months >= minimum_months and months > 0 and minimum_months >= 0)
);

create table ref.personal_data (
    name        text not null,
    column_name text not null,
    kind        ref.personal_kind not null,
    condition   text,
    reason      text not null default '',
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (name, column_name),
    constraint what_is_kept_or_waits_has_a_reason check (kind <> 'kept' and condition is null or reason <> '')
);

create table core.retention_policies (
    tenant_id  uuid not null,
    id         uuid not null default core.uuid_v7(),
    name       text not null,
    months     integer not null,
    reason     text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint table_has_one_retention unique (tenant_id, name),
    constraint retention_between_1_month_and_a_century check (months between 1 and 1200)
);
create index retention_policies_of_table on core.retention_policies (name);

create table core.legal_holds (
    tenant_id   uuid not null,
    id          uuid not null default core.uuid_v7(),
    account_id  uuid,
    matter      text not null,
    reason      text not null,
    placed_by   text not null,
    placed_at   timestamptz not null default now(),
    released_by text,
    released_at timestamptz,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint hold_is_released_by_someone check ((released_at is null) = (released_by is null)),
    constraint hold_ends_after_it_was_placed check (released_at >= placed_at)
);
create index legal_holds_of_account on core.legal_holds (tenant_id, account_id);

select core.distribute_pending();

alter table core.retention_policies
    add constraint retention_is_of_a_known_table foreign key (name) references ref.retention_defaults (name);
alter table core.legal_holds
    add constraint hold_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);

select core.adopt_tables('tenant', 'core.retention_policies', 'core.legal_holds');

create trigger retention_defaults_update_updated_at before update on ref.retention_defaults
    for each row execute function core.update_updated_at_column();
create trigger personal_data_update_updated_at before update on ref.personal_data
    for each row execute function core.update_updated_at_column();

create function core.keep_retention_minimum() returns trigger
language plpgsql
as $$
begin
    if new.months < (select d.minimum_months from ref.retention_defaults d where d.name = new.name) then
        raise exception '% is kept for % months at least', new.name,
                (select d.minimum_months from ref.retention_defaults d where d.name = new.name)
            using errcode = 'check_violation', constraint = 'retention_not_below_statutory_minimum';
    end if;
    return new;
end $$;
comment on function core.keep_retention_minimum() is
    'Trigger: refuses a retention that is shorter than what the law asks for.';

create trigger retention_policies_keep_minimum before insert or update on core.retention_policies
    for each row execute function core.keep_retention_minimum();

create function core.is_held(p_tenant uuid, p_account uuid default null) returns boolean
language sql stable
as $$
    select exists (select from core.tenants t where t.id = p_tenant and t.legal_hold)
        or exists (select from core.legal_holds h
                    where h.tenant_id = p_tenant and h.released_at is null
                      and (h.account_id is null or h.account_id = p_account))
$$;
comment on function core.is_held(uuid, uuid) is
    'Whether a legal hold is on a tenant as a whole, or on this account of it: then nothing of it may go.';
grant execute on function core.is_held(uuid, uuid) to heddle_app, heddle_engine;

create function core.retained_since(p_tenant uuid, p_table text, p_at timestamptz default now()) returns timestamptz
language sql stable
as $$
    select (date_trunc('month', p_at at time zone 'UTC') - make_interval(months => coalesce(
               (select r.months from core.retention_policies r where r.tenant_id = p_tenant and r.name = p_table),
               (select d.months from ref.retention_defaults d where d.name = p_table)))) at time zone 'UTC'
$$;
comment on function core.retained_since(uuid, text, timestamptz) is
    'Before when the rows of a table may go, by the retention of a tenant, whole months in UTC; NULL is never. Legal '
    'holds are not looked at.';
grant execute on function core.retained_since(uuid, text, timestamptz) to heddle_app, heddle_engine;

-- Whether anyone has to keep rows of a partition.
create function core.is_kept_for_a_tenant(p_table text, p_partition regclass, p_until timestamptz, p_at timestamptz)
returns boolean
language plpgsql stable
as $$
declare
    v_tenant      record;
    v_has_account constant boolean := exists (select from pg_catalog.pg_attribute a
                                               where a.attrelid = p_partition and a.attname = 'account_id');
    v_kept        boolean;
begin
    for v_tenant in
        select t.id, core.is_held(t.id) or core.retained_since(t.id, p_table, p_at) < p_until as keeps_all,
               array(select h.account_id from core.legal_holds h
                      where h.tenant_id = t.id and h.released_at is null and h.account_id is not null) as accounts
          from core.tenants t
    loop
        continue when not v_tenant.keeps_all and v_tenant.accounts = '{}';
        execute format('select exists (select from %s p where p.tenant_id = $1 %s)', p_partition,
                       case when not v_tenant.keeps_all and v_has_account then 'and p.account_id = any ($2)'
                            else '' end)
           into v_kept using v_tenant.id, v_tenant.accounts;
        if v_kept then
            return true;
        end if;
    end loop;
    return false;
end $$;
comment on function core.is_kept_for_a_tenant(text, regclass, timestamptz, timestamptz) is
    'Internal: whether a partition that ends at a time has rows that a tenant keeps, for its retention is longer or '
    'for a legal hold. A hold on an account keeps all rows of a table that does not say whose they are, as the records '
    'of carriers.';

create function core.due_partitions(p_at timestamptz default now(), p_partition regclass default null)
returns table (name text, partition regclass)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_month record;
begin
    for v_month in
        select d.name, c.oid::regclass as partition, bound.until
          from ref.retention_defaults d
          join pg_class t on t.oid = to_regclass(d.name) and t.relkind = 'p'
          join pg_inherits i on i.inhparent = t.oid
          join pg_class c on c.oid = i.inhrelid
         cross join lateral (
               select substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \(''([^'']+)''\)')::timestamptz as until
               ) bound
         where (p_partition is null or c.oid = p_partition)
           and bound.until <= (date_trunc('month', p_at at time zone 'UTC') - make_interval(months => d.months))
                              at time zone 'UTC'
         -- What points at others goes before them.
         order by (select count(*) from pg_constraint k where k.confrelid = t.oid and k.contype = 'f'), d.name,
                  bound.until
    loop
        if not core.is_kept_for_a_tenant(v_month.name, v_month.partition, v_month.until, p_at) then
            name := v_month.name;
            partition := v_month.partition;
            return next;
        end if;
    end loop;
end $$;
comment on function core.due_partitions(timestamptz, regclass) is
    'The months that no tenant keeps any more, of all tables or whether this partition is one, in the order in which '
    'they can be dropped.';
grant execute on function core.due_partitions(timestamptz, regclass) to heddle_engine;

create function core.drop_due_partition(p_partition text, p_at timestamptz default now()) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_partition constant regclass := to_regclass(p_partition);
    v_name      text;
begin
    -- It is looked at before anything is locked: afterwards nobody waits for us longer than a drop takes.
    select d.name into v_name from core.due_partitions(p_at, v_partition) d where v_partition is not null;
    if not found then
        return false;
    end if;
    execute format('alter table %s detach partition %s', v_name, v_partition);
    execute format('drop table %s', v_partition);
    return true;
exception
    when foreign_key_violation then
        raise warning '% stays: rows of other tables point at it', p_partition;
        return false;
end $$;
comment on function core.drop_due_partition(text, timestamptz) is
    'Drops a month if no tenant keeps it any more and no row points at it; whether it did. It locks the table of the '
    'month until the transaction ends: call it alone in one, with a lock_timeout.';
grant execute on function core.drop_due_partition(text, timestamptz) to heddle_engine;

create function core.apply_retention(p_limit integer default 10000, p_at timestamptz default now())
returns table (name text, deleted bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_table  record;
    v_tenant record;
    v_left   bigint := p_limit;
begin
    for v_table in
        -- What points at others goes before them. What others point at stays until they are gone.
        select d.name, d.time_column, c.oid::regclass as relation,
               exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id') as has_account,
               coalesce('and ' || d.condition, '') || coalesce((
                   select string_agg(format(' and not exists (select from %s p where (%s) = (%s))',
                                            k.conrelid::regclass,
                                            (select string_agg(format('p.%I', a.attname), ', ' order by n.turn)
                                               from unnest(k.conkey) with ordinality as n (number, turn)
                                               join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n.number),
                                            (select string_agg(format('t.%I', a.attname), ', ' order by n.turn)
                                               from unnest(k.confkey) with ordinality as n (number, turn)
                                               join pg_attribute a on a.attrelid = c.oid and a.attnum = n.number)), '')
                     from pg_constraint k
                    where k.confrelid = c.oid and k.contype = 'f' and k.conparentid = 0
                      and k.confdeltype in ('a', 'r')), '') as condition,
               (select string_agg(quote_ident(a.attname), ', ') from pg_index i
                  join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey::int2[])
                 where i.indrelid = c.oid and i.indisprimary) as key
          from ref.retention_defaults d
          join pg_class c on c.oid = to_regclass(d.name)
         where not exists (select from pg_trigger t
                            where t.tgrelid = c.oid and t.tgfoid = 'core.refuse_change()'::regprocedure)
         order by (select count(*) from pg_constraint k where k.confrelid = c.oid and k.contype = 'f'), d.name
    loop
        for v_tenant in
            select t.id, core.retained_since(t.id, v_table.name, p_at) as since,
                   array(select h.account_id from core.legal_holds h
                          where h.tenant_id = t.id and h.released_at is null and h.account_id is not null) as accounts
              from core.tenants t
             where not core.is_held(t.id)
        loop
            exit when v_left <= 0;
            -- Whose a row is is not known, so it may be of an account that is held.
            continue when v_tenant.accounts <> '{}' and not v_table.has_account;
            execute format('delete from %1$s where tenant_id = $1 and %3$I < $2 '
                           'and (%2$s) in (select %2$s from %1$s t '
                           'where tenant_id = $1 and %3$I < $2 %4$s %5$s order by %3$I limit $4)',
                           v_table.relation, v_table.key, v_table.time_column,
                           case when v_table.has_account and v_tenant.accounts <> '{}'
                                then 'and (account_id = any ($3)) is not true' else '' end, v_table.condition)
              using v_tenant.id, v_tenant.since, v_tenant.accounts, v_left;
            get diagnostics deleted = row_count;
            if deleted > 0 then
                name := v_table.name;
                v_left := v_left - deleted;
                return next;
            end if;
        end loop;
    end loop;
end $$;
comment on function core.apply_retention(integer, timestamptz) is
    'Deletes, for each tenant, what it need not keep, at most so many rows in all; what is append-only goes by whole '
    'months alone (core.due_partitions). Returns how many rows were deleted where. Called again until nothing is '
    'returned.';
grant execute on function core.apply_retention(integer, timestamptz) to heddle_engine;

create function core.pseudonymise_number(p_number text, p_key bytea) returns text
language sql immutable parallel safe
as $$
    -- Country code 999 is nobody's, so that a pseudonym is a number and can never be called.
    select case
        when p_number ~ '^\+999[0-9]{12}$' or length(regexp_replace(p_number, '[^0-9]', '', 'g')) < 7 then p_number
        else '+999' || lpad((('x' || encode(substring(public.hmac(
                 convert_to(regexp_replace(p_number, '[^0-9]', '', 'g'), 'UTF8'), p_key, 'sha256') for 7),
                 'hex'))::bit(56)::bigint % 1000000000000)::text, 12, '0')
    end
$$;
comment on function core.pseudonymise_number(text, bytea) is
    'A number that stands for another: +999 and twelve digits of its HMAC-SHA256. The same for the same digits and '
    'key. What has fewer than seven digits is nobody''s number and stays, as does a pseudonym.';

create function core.pseudonymise_person(p_text text, p_key bytea) returns text
language sql immutable parallel safe
as $$
    select case
        when p_text = '' or p_text ~ '^erased-[0-9a-f]{16}(@erased\.invalid)?$' then p_text
        else 'erased-' || left(encode(public.hmac(convert_to(lower(p_text), 'UTF8'), p_key, 'sha256'), 'hex'), 16)
             || case when p_text like '%@%' then '@erased.invalid' else '' end
    end
$$;
comment on function core.pseudonymise_person(text, bytea) is
    'A name that stands for another: erased- and sixteen digits of its HMAC-SHA256, as an address where it was one.';

-- What erasing does to each table, as parts of a statement whose $2 is the account and $3 the key.
create function core.erasures(p_at timestamptz)
returns table (name text, relation text, key text, owned text, assignments text, due text)
language sql stable
as $$
    select p.name, c.oid::regclass::text,
           (select string_agg(quote_ident(k.attname), ', ') from pg_catalog.pg_index i
              join pg_catalog.pg_attribute k on k.attrelid = c.oid and k.attnum = any (i.indkey::int2[])
             where i.indrelid = c.oid and i.indisprimary),
           -- A carrier's record of a call is of whose call it is.
           case when columns.names @> '{account_id}' then 't.account_id = $2'
                when p.name = 'accounts.accounts' then 't.id = $2'
                when columns.names @> '{cdr_started_at,cdr_id}'
                then '(t.cdr_started_at, t.cdr_id) in (select r.started_at, r.id from cdr.raw_cdr r '
                     'where r.tenant_id = $1 and r.account_id = $2)' end,
           string_agg(format('%1$I = %2$s', a.attname, masked.expression), ', '),
           '(' || string_agg(format('t.%1$I is distinct from %2$s', a.attname, masked.expression), ' or ') || ')'
           || coalesce(' and ' || p.condition, '')
           || coalesce((select format(' and t.%I < %L', d.time_column, (date_trunc('month', p_at at time zone 'UTC')
                               - make_interval(months => d.minimum_months)) at time zone 'UTC')
                          from ref.retention_defaults d where d.name = p.name and d.minimum_months > 0), '')
      from ref.personal_data p
      join pg_catalog.pg_class c on c.oid = to_regclass(p.name)
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = p.column_name
      join pg_catalog.pg_type t on t.oid = a.atttypid
     cross join lateral (select array_agg(o.attname) as names from pg_catalog.pg_attribute o
                          where o.attrelid = c.oid) columns
     cross join lateral (
           select case when p.kind = 'number' then format('core.pseudonymise_number(t.%I, $3)', a.attname)
                       when p.kind = 'person' then format('core.pseudonymise_person(t.%I, $3)', a.attname)
                       when not a.attnotnull then 'null'
                       when coalesce(nullif(t.typbasetype, 0), t.oid) = 'jsonb'::regtype
                       then format('case jsonb_typeof(t.%I) when ''array'' then ''[]'' else ''{}'' end::jsonb',
                                   a.attname)
                       when t.typcategory = 'A' then '''{}'''
                       else '''''' end as expression) masked
     where p.kind <> 'kept'
     group by p.name, p.condition, c.oid, columns.names
$$;
comment on function core.erasures(timestamptz) is
    'Internal: what erasing an account does to each table that ref.personal_data names. owned says whose a row is '
    '(NULL: nobody''s), due which rows still say something.';

create function core.pseudonymise_account(p_tenant uuid, p_account uuid, p_key bytea, p_limit integer default 10000,
                                          p_at timestamptz default now())
returns table (name text, changed bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_table record;
    v_left  bigint := p_limit;
begin
    if (octet_length(p_key) >= 16) is not true then
        raise exception 'a key for pseudonyms has 16 bytes at least' using errcode = 'invalid_parameter_value';
    end if;
    if core.is_held(p_tenant, p_account) then
        raise exception 'account % is under a legal hold', p_account
            using errcode = 'restrict_violation', constraint = 'held_account_is_not_erased';
    end if;

    for v_table in
        select * from core.erasures(p_at)
         union all      -- The sound goes with the job that deletes what is due, and its key with it.
        select 'tracking.recordings', 'tracking.recordings', 'tenant_id, id', 't.account_id = $2',
               'delete_after = now()',
               't.deleted_at is null and not t.legal_hold and (t.delete_after <= now()) is not true'
         order by 1
    loop
        exit when v_left <= 0;
        execute format('update %1$s t set %2$s where tenant_id = $1 and (%3$s) in (select %3$s from %1$s t '
                       'where t.tenant_id = $1 and %4$s and %5$s limit $4)',
                       v_table.relation, v_table.assignments, v_table.key, v_table.owned, v_table.due)
          using p_tenant, p_account, p_key, v_left;
        get diagnostics changed = row_count;
        if changed > 0 then
            name := v_table.name;
            v_left := v_left - changed;
            return next;
        end if;
    end loop;

    -- Last, for the updates above have just put the old values there.
    if v_left > 0 then
        name := 'audit.audit_log';
        changed := audit.redact(p_tenant, p_account, p_key, v_left);
        if changed > 0 then
            return next;
        end if;
    end if;
end $$;
comment on function core.pseudonymise_account(uuid, uuid, bytea, integer, timestamptz) is
    'Replaces what ref.personal_data names in the rows of an account by pseudonyms, also where the trail of changes '
    'says it, and makes its recordings due; at most so many rows: called again until nothing is returned. Records that '
    'the law asks to keep are left until their time has come; a legal hold is refused.';
grant execute on function core.pseudonymise_account(uuid, uuid, bytea, integer, timestamptz) to heddle_engine;

-- Months are the house's choice above the minimum; the minimum is what the law is known to ask for. A time
-- table is kept from its partition key, any other from created_at.
insert into ref.retention_defaults (name, time_column, months, minimum_months, reason, verified)
select d.name,
       coalesce((select a.attname from pg_catalog.pg_partitioned_table p
                   join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
                  where p.partrelid = to_regclass(d.name)), 'created_at'),
       d.months, d.minimum_months, d.reason, d.verified
  from (values
        ('audit.audit_log', 84, 24, 'Records of CPNI breaches 2 years (47 CFR 64.2011); 7 years by practice.', false),
        ('auth.login_attempts', 13, 0, 'House choice.', false),
        ('cdr.enriched_cdr', 36, 18, 'Toll records 18 months (47 CFR 42.6); up to 3 years in FL, MO and VA.', true),
        ('cdr.raw_cdr', 36, 18, 'Toll records 18 months (47 CFR 42.6); up to 3 years in FL, MO and VA.', true),
        ('cdr.vendor_cdr', 24, 0, 'House choice: as long as carriers may be disputed with.', false),
        ('compliance.checks', 60, 60, 'Records of telemarketing 5 years (16 CFR 310.5).', true),
        ('compliance.stir_shaken_status', 36, 18, 'With the call records.', false),
        ('integration.deliveries', 3, 0, 'House choice.', false),
        ('integration.delivery_attempts', 3, 0, 'House choice.', false),
        ('integration.events', 13, 0, 'House choice.', false),
        ('messaging.mdr', 60, 0, 'House choice: as records of telemarketing, 5 years (16 CFR 310.5).', false),
        ('messaging.mdr_parts', 60, 0, 'With the messages.', false),
        ('messaging.webhook_attempts', 3, 0, 'House choice.', false),
        ('routing.routing_requests', 18, 6, 'Call attempts 6 complete months (47 CFR 64.2103).', true),
        ('tracking.bids', 6, 0, 'House choice.', false),
        ('tracking.call_legs', 60, 18, 'With the calls.', false),
        ('tracking.calls', 60, 18, 'Toll records 18 months (47 CFR 42.6); telemarketing 5 years (16 CFR 310.5).', true),
        ('tracking.ring_tree_attempts', 13, 0, 'House choice.', false),
        ('tracking.visitor_sessions', 13, 0, 'House choice.', false))
       as d (name, months, minimum_months, reason, verified);

-- A consent is kept 5 years from when it ended, for until then calls may rest on it.
insert into ref.retention_defaults (name, time_column, months, minimum_months, condition, reason, verified) values
    ('compliance.consent_records', 'obtained_at', 60, 60,
     '(least(t.revoked_at, t.expires_at) < now() - interval ''60 months'' or exists (select from accounts.accounts a '
     'where a.tenant_id = t.tenant_id and a.id = t.account_id and a.status = ''closed'' '
     'and a.updated_at < now() - interval ''60 months''))',
     'Evidence of consent 5 years (16 CFR 310.5).', true),
    ('compliance.consent_tokens', 'received_at', 60, 60, null, 'With the consents that they prove.', true);

-- What calls, messages and papers leave behind. A summary outlives what it was made of.
insert into ref.retention_defaults (name, time_column, months, condition, reason) values
    ('accounts.documents', 'status_changed_at', 84,
     'status = ''erased'' and not legal_hold and (retain_until > now()) is not true',
     'House choice: that a paper was there is known 7 years after it was erased. Before, it goes by its own dates.'),
    ('billing.usage_summary', 'usage_on', 84, null, 'House choice: what invoices say is told apart for 7 years.'),
    ('cdr.daily_summary', 'day', 84, null, 'House choice: years are compared.'),
    ('cdr.hourly_summary', 'bucket_at', 36, null, 'With the call records.'),
    ('vendor_mgmt.performance_metrics', 'period_from', 36, null, 'With the call records.');

-- Every column that may say something of a person is here: what erasing makes of it, or why it stays. The area of an
-- address and what an account calls its things say nothing of anybody.
insert into ref.personal_data (name, column_name, kind) values
    ('accounts.accounts', 'metadata', 'text'), ('accounts.accounts', 'name', 'person'),
    ('accounts.contacts', 'email', 'person'), ('accounts.contacts', 'job_title', 'text'),
    ('accounts.contacts', 'locality', 'text'), ('accounts.contacts', 'metadata', 'text'),
    ('accounts.contacts', 'mobile', 'number'), ('accounts.contacts', 'name', 'person'),
    ('accounts.contacts', 'notes', 'text'), ('accounts.contacts', 'phone', 'number'),
    ('accounts.contacts', 'postal_code', 'text'), ('accounts.contacts', 'street', 'text'),
    ('accounts.documents', 'file_name', 'text'), ('accounts.documents', 'signed_by', 'person'),
    ('audit.api_request_log', 'path', 'text'), ('audit.api_request_log', 'query', 'text'),
    ('audit.api_request_log', 'request_body', 'text'), ('audit.api_request_log', 'response_body', 'text'),
    ('audit.api_request_log', 'source', 'text'), ('audit.api_request_log', 'user_agent', 'text'),
    ('auth.api_keys', 'last_used_ip', 'text'), ('auth.login_attempts', 'email', 'person'),
    ('auth.login_attempts', 'ip', 'text'), ('auth.login_attempts', 'user_agent', 'text'),
    ('auth.sessions', 'ip', 'text'), ('auth.sessions', 'user_agent', 'text'), ('auth.user_tokens', 'email', 'person'),
    ('auth.user_tokens', 'ip', 'text'), ('auth.users', 'email', 'person'), ('auth.users', 'name', 'person'),
    ('auth.users', 'phone', 'number'), ('billing.billing_profiles', 'email', 'person'),
    ('cdr.enriched_cdr', 'from_number', 'number'), ('cdr.enriched_cdr', 'to_number', 'number'),
    ('cdr.raw_cdr', 'callee', 'number'), ('cdr.raw_cdr', 'caller', 'number'),
    ('cdr.reconciliation_items', 'to_number', 'number'), ('cdr.vendor_cdr', 'callee', 'number'),
    ('cdr.vendor_cdr', 'caller', 'number'), ('cdr.vendor_cdr', 'extra', 'text'),
    ('cdr.vendor_cdr', 'from_number', 'number'), ('cdr.vendor_cdr', 'to_number', 'number'),
    ('compliance.checks', 'number', 'number'), ('compliance.stir_shaken_status', 'dest_numbers', 'text'),
    ('compliance.stir_shaken_status', 'diversions', 'text'),
    ('compliance.stir_shaken_status', 'identity_headers', 'text'),
    ('compliance.stir_shaken_status', 'orig_number', 'number'),
    ('compliance.stir_shaken_status', 'passport_claims', 'text'),
    ('integration.delivery_attempts', 'response_excerpt', 'text'),
    ('integration.delivery_attempts', 'response_headers', 'text'), ('integration.events', 'payload', 'text'),
    ('messaging.brands_10dlc', 'email', 'person'), ('messaging.brands_10dlc', 'first_name', 'person'),
    ('messaging.brands_10dlc', 'last_name', 'person'), ('messaging.brands_10dlc', 'legal_name', 'person'),
    ('messaging.brands_10dlc', 'locality', 'text'), ('messaging.brands_10dlc', 'mobile', 'number'),
    ('messaging.brands_10dlc', 'name', 'person'), ('messaging.brands_10dlc', 'phone', 'number'),
    ('messaging.brands_10dlc', 'postal_code', 'text'), ('messaging.brands_10dlc', 'street', 'text'),
    ('messaging.brands_10dlc', 'tax_id', 'person'), ('messaging.customer_sms_auth', 'last_used_ip', 'text'),
    ('messaging.inbound_routes', 'email', 'person'), ('messaging.mdr', 'body', 'text'),
    ('messaging.mdr', 'media', 'text'), ('messaging.mdr', 'metadata', 'text'), ('messaging.mdr', 'recipient', 'number'),
    ('messaging.mdr', 'sender', 'number'), ('messaging.mdr', 'source_ip', 'text'),
    ('messaging.mdr_parts', 'receipt', 'text'), ('messaging.webhook_attempts', 'response_excerpt', 'text'),
    ('numbers.dids', 'caller_name', 'text'), ('numbers.e911_tests', 'note', 'text'),
    ('numbers.e911_tests', 'read_back', 'text'), ('numbers.e911_tests', 'tested_by', 'person'),
    ('queue.idempotency_keys', 'response_body', 'text'), ('queue.idempotency_keys', 'response_headers', 'text'),
    ('routing.routing_requests', 'callee', 'number'), ('routing.routing_requests', 'caller', 'number'),
    ('routing.routing_requests', 'from_number', 'number'), ('routing.routing_requests', 'to_number', 'number'),
    ('tracking.bids', 'caller_id', 'number'), ('tracking.bids', 'number', 'number'),
    ('tracking.buyer_endpoints', 'name', 'person'), ('tracking.buyers', 'email', 'person'),
    ('tracking.buyers', 'name', 'person'), ('tracking.call_legs', 'from_number', 'number'),
    ('tracking.call_legs', 'to_number', 'number'), ('tracking.call_tags', 'value', 'text'),
    ('tracking.calls', 'buyer_name', 'person'), ('tracking.calls', 'caller_id', 'number'),
    ('tracking.calls', 'caller_name', 'person'), ('tracking.calls', 'publisher_name', 'person'),
    ('tracking.calls', 'recording_url', 'text'), ('tracking.calls', 'target_name', 'person'),
    ('tracking.calls', 'target_number', 'number'), ('tracking.publishers', 'email', 'person'),
    ('tracking.publishers', 'name', 'person'), ('tracking.ring_tree_attempts', 'bid_number', 'number'),
    ('tracking.targets', 'name', 'person'), ('tracking.transcriptions', 'content', 'text'),
    ('tracking.transcriptions', 'segments', 'text'), ('tracking.transcriptions', 'summary', 'text'),
    ('tracking.visitor_sessions', 'address', 'text'), ('tracking.visitor_sessions', 'landing_url', 'text'),
    ('tracking.visitor_sessions', 'number', 'number'), ('tracking.visitor_sessions', 'page_url', 'text'),
    ('tracking.visitor_sessions', 'parameters', 'text'), ('tracking.visitor_sessions', 'referrer', 'text'),
    ('tracking.visitor_sessions', 'user_agent', 'text');

-- What waits for something else: the condition is SQL, of the row t.
insert into ref.personal_data (name, column_name, kind, condition, reason)
select c.name, part.column_name, part.kind, c.condition, c.reason
  from (values
        ('billing.billing_profiles', '{bill_to_name}', 'person',
         'not exists (select from billing.invoices i where i.tenant_id = t.tenant_id and i.account_id = '
         't.account_id and i.created_at > now() - interval ''84 months'')',
         'Invoices name whom they are to: 7 years after the last one.'),
        ('billing.billing_profiles', '{tax_number,street,city,postal_code}', 'text',
         'not exists (select from billing.invoices i where i.tenant_id = t.tenant_id and i.account_id = '
         't.account_id and i.created_at > now() - interval ''84 months'')',
         'Invoices name whom they are to: 7 years after the last one.'),
        ('numbers.e911_addresses', '{caller_name}', 'person',
         'not exists (select from numbers.e911_records r where r.tenant_id = t.tenant_id and r.e911_address_id'
         ' = t.id and r.status <> ''removed'')',
         'While help is sent there it stays.'),
        ('numbers.e911_addresses', '{house_number,house_suffix,street_pre_directional,street_name,street_suffix,'
         'street_post_directional,building,floor,unit,room,location_detail,landmark,msag,candidates}', 'text',
         'not exists (select from numbers.e911_records r where r.tenant_id = t.tenant_id and r.e911_address_id'
         ' = t.id and r.status <> ''removed'')',
         'While help is sent there it stays.'),
        ('numbers.e911_records', '{caller_name}', 'person',
         't.status = ''removed''',
         'While help is sent there it stays.'),
        ('numbers.port_requests', '{entity_name,authorized_name,losing_account_number}', 'person',
         't.status in (''draft'', ''ported'', ''cancelled'', ''rejected'')',
         'The other side compares it while numbers are moved.'),
        ('numbers.port_requests', '{street,unit,locality,lsr}', 'text',
         't.status in (''draft'', ''ported'', ''cancelled'', ''rejected'')',
         'The other side compares it while numbers are moved.'),
        ('queue.jobs', '{payload,result}', 'text',
         't.finished_at is not null',
         'Work that is not done needs it.'),
        ('queue.outbox', '{payload,failures,last_error}', 'text',
         't.finished_at is not null',
         'Work that is not done needs it.')) as c (name, columns, kind, condition, reason)
 cross join lateral (select unnest(c.columns::text[]) as column_name, c.kind::ref.personal_kind as kind) part;

-- What stays, with the reason.
insert into ref.personal_data (name, column_name, kind, reason)
select array_to_string((string_to_array(k.name, '.'))[1:2], '.'), split_part(k.name, '.', 3), 'kept', c.reason
  from (values
        ('An account''s own number: it goes with what it belongs to.',
         '{billing.charges.number,billing.recurring_charges.number,messaging.campaign_numbers.number,'
         'messaging.inbound_routes.number,messaging.mdr.lrn,numbers.dids.number,'
         'numbers.e911_records.number,numbers.e911_tests.number,numbers.port_events.number,'
         'numbers.port_request_numbers.number,numbers.port_requests.billing_number,'
         'numbers.port_requests.new_billing_number,numbers.reservations.number,numbers.toll_free.number,'
         'routing.trunks.allowed_caller_ids,routing.trunks.default_caller_id,tracking.calls.did}'),
        ('How calls reach the account: it goes with the service.',
         '{numbers.toll_free.rings_to,tracking.buyer_endpoints.number,auth.api_keys.allowed_addresses,'
         'messaging.customer_sms_auth.allowed_addresses,routing.trunk_acl.network,'
         'integration.delivery_attempts.resolved_address,messaging.webhook_attempts.remote_ip}'),
        ('Evidence of consent, 5 years (16 CFR 310.5): it goes with its retention.',
         '{compliance.consent_records.number,compliance.consent_records.person,'
         'compliance.consent_records.address,compliance.consent_tokens.number,'
         'compliance.consent_tokens.address,compliance.consent_tokens.user_agent}'),
        ('Who asked not to be called or written to: without the number it would be forgotten (47 CFR 64.1200).',
         '{compliance.dnc_list_entries.number,messaging.opt_outs.recipient,messaging.opt_outs.number}'),
        ('Who did what is what the trail is for: it goes with its retention.',
         '{audit.audit_log.actor,audit.audit_log.source,audit.security_incidents.source,'
         'numbers.port_events.message,numbers.port_events.payload}'),
        ('The form of an address asks for it; an area alone is nobody.',
         '{numbers.e911_addresses.locality,numbers.e911_addresses.postal_code,'
         'numbers.port_requests.postal_code}')) as c (reason, columns)
 cross join lateral unnest(c.columns::text[]) as k (name);

grant select on ref.retention_defaults, ref.personal_data to heddle_app, heddle_engine, heddle_report;
grant select, insert, update, delete on core.retention_policies to heddle_app;
grant select, insert, update on core.legal_holds to heddle_app;
grant select on core.retention_policies, core.legal_holds to heddle_engine, heddle_report;

comment on table ref.retention_defaults is 'How long each table is kept, unless a tenant says otherwise.';
comment on column ref.retention_defaults.name is 'Table, with its schema.';
comment on column ref.retention_defaults.time_column is 'The time that a row is kept from.';
comment on column ref.retention_defaults.months is 'Whole months that rows are kept.';
comment on column ref.retention_defaults.minimum_months is 'What no tenant may go below; 0 is no minimum.';
comment on column ref.retention_defaults.condition is
    'What else has to be true of a row that goes, in SQL, where rows of the table go one by one; NULL is nothing.';
comment on column ref.retention_defaults.reason is 'Where the number comes from.';
comment on column ref.retention_defaults.verified is
    'Whether the source was read; a choice of the house is not verified.';
comment on column ref.retention_defaults.created_at is 'When the row was made.';
comment on column ref.retention_defaults.updated_at is 'When the row was last changed.';

comment on table ref.personal_data is
    'Columns that may say something of a person, and what erasing makes of them. A column that looks like one and is '
    'not here fails a test.';
comment on column ref.personal_data.name is 'Table, with its schema.';
comment on column ref.personal_data.column_name is 'Column.';
comment on column ref.personal_data.kind is 'number, person, text or kept.';
comment on column ref.personal_data.condition is
    'What has to be true of a row before it is erased, in SQL, the row being t; NULL is nothing.';
comment on column ref.personal_data.reason is 'Why it is kept, or waits.';
comment on column ref.personal_data.created_at is 'When the row was made.';
comment on column ref.personal_data.updated_at is 'When the row was last changed.';

comment on table core.retention_policies is 'How long a tenant keeps a table, where that is not the default.';
comment on column core.retention_policies.name is 'Table, with its schema.';
comment on column core.retention_policies.months is
    'Whole months that rows are kept; not below the statutory minimum.';
comment on column core.retention_policies.reason is 'Why.';

comment on table core.legal_holds is
    'Orders to keep everything of a tenant or of an account, whatever its retention says.';
comment on column core.legal_holds.account_id is 'The account that is held; NULL holds the whole tenant.';
comment on column core.legal_holds.matter is 'The case, as counsel calls it.';
comment on column core.legal_holds.reason is 'Why it was placed.';
comment on column core.legal_holds.placed_by is 'Who placed it, as a name that outlives the user.';
comment on column core.legal_holds.placed_at is 'When it was placed.';
comment on column core.legal_holds.released_by is 'Who released it.';
comment on column core.legal_holds.released_at is 'When it was released; NULL holds.';
