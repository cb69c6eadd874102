-- How long data is kept, and how it goes: legal holds first, then the statutory minimum, then the tenant's own
-- choice.
--
-- Time tables lose whole months: a partition that no tenant has to keep any more is dropped, which costs
-- nothing. Where one tenant keeps a month longer than others, the rows of the others are deleted in batches.
-- What is append-only goes by whole months or not at all. A table without a row in ref.retention_defaults is
-- kept for ever.
--
-- A person who asks to be forgotten is forgotten by pseudonyms: numbers and names become a keyed hash
-- (HMAC-SHA256), the same for the same number, so that sums and repeats can still be counted; amounts stay.
-- The key is never here: it is passed in by the program, which has it by reference. Whoever destroys the key
-- makes the pseudonyms final.

create domain ref.personal_kind as text
    constraint personal_kind_is_known check (value in ('number', 'person', 'text'));
comment on domain ref.personal_kind is
    'number: a telephone number; person: a name, login or address of mail; text: anything a person wrote or said.';

create table ref.retention_defaults (
    name           text not null,
    time_column    text not null,
    months         integer not null,
    minimum_months integer not null default 0,
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
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (name, column_name)
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
        continue when not v_tenant.keeps_all and (v_tenant.accounts = '{}' or not v_has_account);
        execute format('select exists (select from %s p where p.tenant_id = $1 %s)', p_partition,
                       case when not v_tenant.keeps_all then 'and p.account_id = any ($2)' else '' end)
           into v_kept using v_tenant.id, v_tenant.accounts;
        if v_kept then
            return true;
        end if;
    end loop;
    return false;
end $$;
comment on function core.is_kept_for_a_tenant(text, regclass, timestamptz, timestamptz) is
    'Internal: whether a partition that ends at a time has rows that a tenant keeps, for its retention is longer or '
    'for a legal hold.';

create function core.apply_retention(p_limit integer default 10000, p_at timestamptz default now())
returns table (name text, partition text, deleted bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_table  record;
    v_month  record;
    v_tenant record;
    v_left   bigint := p_limit;
begin
    for v_table in
        -- What points at others goes before them.
        select d.name, d.time_column, c.oid::regclass as relation, c.relkind = 'p' as is_partitioned,
               (date_trunc('month', p_at at time zone 'UTC') - make_interval(months => d.months)) at time zone 'UTC'
                   as since,
               exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id') as has_account,
               exists (select from pg_trigger t
                        where t.tgrelid = c.oid and t.tgfoid = 'core.refuse_change()'::regprocedure) as is_append_only,
               (select string_agg(quote_ident(a.attname), ', ') from pg_index i
                  join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey::int2[])
                 where i.indrelid = c.oid and i.indisprimary) as key
          from ref.retention_defaults d
          join pg_class c on c.oid = to_regclass(d.name)
         order by (select count(*) from pg_constraint k where k.confrelid = c.oid and k.contype = 'f'), d.name
    loop
        if v_table.is_partitioned then
            for v_month in
                select m.name, m.until
                  from (select c.oid::regclass as name,
                               substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \(''([^'']+)''\)')::timestamptz
                                   as until
                          from pg_inherits i join pg_class c on c.oid = i.inhrelid
                         where i.inhparent = v_table.relation) m
                 where m.until <= v_table.since
                 order by m.until
            loop
                continue when core.is_kept_for_a_tenant(v_table.name, v_month.name, v_month.until, p_at);
                name := v_table.name;
                partition := v_month.name::text;
                deleted := null;
                begin
                    execute format('alter table %s detach partition %s', v_table.relation, v_month.name);
                    execute format('drop table %s', v_month.name);
                    return next;
                exception
                    when foreign_key_violation then
                        raise warning '% stays: rows of other tables point at it', partition;
                end;
            end loop;
        end if;
        continue when v_table.is_append_only;

        for v_tenant in
            select t.id, core.retained_since(t.id, v_table.name, p_at) as since,
                   array(select h.account_id from core.legal_holds h
                          where h.tenant_id = t.id and h.released_at is null and h.account_id is not null) as accounts
              from core.tenants t
             where not core.is_held(t.id)
        loop
            exit when v_left <= 0;
            name := v_table.name;
            begin
                execute format('delete from %1$s where tenant_id = $1 and %3$I < $2 '
                               'and (%2$s) in (select %2$s from %1$s '
                               'where tenant_id = $1 and %3$I < $2 %4$s order by %3$I limit $4)',
                               v_table.relation, v_table.key, v_table.time_column,
                               case when v_table.has_account and v_tenant.accounts <> '{}'
                                    then 'and (account_id = any ($3)) is not true' else '' end)
                  using v_tenant.id, v_tenant.since, v_tenant.accounts, v_left;
                get diagnostics deleted = row_count;
            exception
                when foreign_key_violation then
                    deleted := 0;
                    raise warning 'rows of % stay: rows of other tables point at them', name;
            end;
            if deleted > 0 then
                partition := null;
                v_left := v_left - deleted;
                return next;
            end if;
        end loop;
    end loop;
end $$;
comment on function core.apply_retention(integer, timestamptz) is
    'Drops the months that no tenant keeps any more, and deletes, for each tenant, what it need not keep, at most so '
    'many rows in all. Returns the partitions that were dropped, and how many rows were deleted where. Called again '
    'until nothing is returned.';
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
        select p.name, c.oid::regclass as relation,
               string_agg(format('%1$I = %2$s', a.attname, masked.expression), ', ') as assignments,
               string_agg(format('t.%1$I is distinct from %2$s', a.attname, masked.expression), ' or ') as differs,
               (select string_agg(quote_ident(k.attname), ', ') from pg_index i
                  join pg_attribute k on k.attrelid = c.oid and k.attnum = any (i.indkey::int2[])
                 where i.indrelid = c.oid and i.indisprimary) as key,
               (select format('and t.%I < %L', d.time_column, (date_trunc('month', p_at at time zone 'UTC')
                              - make_interval(months => d.minimum_months)) at time zone 'UTC')
                  from ref.retention_defaults d where d.name = p.name and d.minimum_months > 0) as old_enough
          from ref.personal_data p
          join pg_class c on c.oid = to_regclass(p.name)
          join pg_attribute a on a.attrelid = c.oid and a.attname = p.column_name
         cross join lateral (
               select case p.kind when 'number' then format('core.pseudonymise_number(t.%I, $3)', a.attname)
                                  when 'person' then format('core.pseudonymise_person(t.%I, $3)', a.attname)
                                  when 'text' then case when not a.attnotnull then 'null'
                                                     when a.atttypid = 'jsonb'::regtype then '''[]''' else '''''' end
                      end as expression) masked
         where exists (select from pg_attribute o where o.attrelid = c.oid and o.attname = 'account_id')
           and not exists (select from pg_trigger t
                            where t.tgrelid = c.oid and t.tgfoid = 'core.refuse_change()'::regprocedure)
         group by p.name, c.oid
         order by p.name
    loop
        exit when v_left <= 0;
        execute format('update %1$s t set %2$s where tenant_id = $1 and (%3$s) in (select %3$s from %1$s t '
                       'where t.tenant_id = $1 and t.account_id = $2 and (%4$s) %5$s limit $4)',
                       v_table.relation, v_table.assignments, v_table.key, v_table.differs, v_table.old_enough)
          using p_tenant, p_account, p_key, v_left;
        get diagnostics changed = row_count;
        if changed > 0 then
            name := v_table.name;
            v_left := v_left - changed;
            return next;
        end if;
    end loop;
end $$;
comment on function core.pseudonymise_account(uuid, uuid, bytea, integer, timestamptz) is
    'Replaces what ref.personal_data names in the rows of an account by pseudonyms, at most so many rows; called '
    'again until nothing is returned. Records that the law asks to keep are left until their time has come; a legal '
    'hold is refused. The trail of changes keeps what it says until its own retention ends.';
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

-- Numbers that are an account's own (its DIDs, what is ported, where help is sent to) are no persons' data
-- here: they go with what they belong to. Evidence (consents, opt-outs, checks) is kept as it is until its
-- retention ends.
insert into ref.personal_data (name, column_name, kind) values
    ('accounts.contacts', 'name', 'person'), ('accounts.contacts', 'email', 'person'),
    ('accounts.contacts', 'phone', 'number'), ('accounts.contacts', 'mobile', 'number'),
    ('accounts.contacts', 'street', 'text'),
    ('auth.login_attempts', 'email', 'person'), ('auth.login_attempts', 'user_agent', 'text'),
    ('auth.sessions', 'user_agent', 'text'),
    ('auth.users', 'name', 'person'), ('auth.users', 'email', 'person'), ('auth.users', 'phone', 'number'),
    ('cdr.raw_cdr', 'caller', 'number'), ('cdr.raw_cdr', 'callee', 'number'),
    ('cdr.enriched_cdr', 'from_number', 'number'), ('cdr.enriched_cdr', 'to_number', 'number'),
    ('messaging.mdr', 'sender', 'number'), ('messaging.mdr', 'recipient', 'number'), ('messaging.mdr', 'body', 'text'),
    ('routing.routing_requests', 'caller', 'number'), ('routing.routing_requests', 'callee', 'number'),
    ('routing.routing_requests', 'from_number', 'number'), ('routing.routing_requests', 'to_number', 'number'),
    ('tracking.bids', 'caller_id', 'number'),
    ('tracking.call_legs', 'from_number', 'number'), ('tracking.call_legs', 'to_number', 'number'),
    ('tracking.calls', 'caller_id', 'number'), ('tracking.calls', 'caller_name', 'person'),
    ('tracking.transcriptions', 'content', 'text'), ('tracking.transcriptions', 'segments', 'text'),
    ('tracking.transcriptions', 'summary', 'text'),
    ('tracking.visitor_sessions', 'address', 'text'), ('tracking.visitor_sessions', 'user_agent', 'text');

grant select on ref.retention_defaults, ref.personal_data to heddle_app, heddle_engine, heddle_report;
grant select, insert, update, delete on core.retention_policies to heddle_app;
grant select, insert, update on core.legal_holds to heddle_app;
grant select on core.retention_policies, core.legal_holds to heddle_engine, heddle_report;

comment on table ref.retention_defaults is 'How long each table is kept, unless a tenant says otherwise.';
comment on column ref.retention_defaults.name is 'Table, with its schema.';
comment on column ref.retention_defaults.time_column is 'The time that a row is kept from.';
comment on column ref.retention_defaults.months is 'Whole months that rows are kept.';
comment on column ref.retention_defaults.minimum_months is 'What no tenant may go below; 0 is no minimum.';
comment on column ref.retention_defaults.reason is 'Where the number comes from.';
comment on column ref.retention_defaults.verified is
    'Whether the source was read; a choice of the house is not verified.';
comment on column ref.retention_defaults.created_at is 'When the row was made.';
comment on column ref.retention_defaults.updated_at is 'When the row was last changed.';

comment on table ref.personal_data is 'Columns that say something of a person, and what erasing makes of them.';
comment on column ref.personal_data.name is 'Table, with its schema.';
comment on column ref.personal_data.column_name is 'Column.';
comment on column ref.personal_data.kind is 'number, person or text.';
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
