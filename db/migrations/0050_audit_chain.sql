-- The chain over the audit trail: nobody changes what is recorded unseen.
--
-- It is written apart from the changes, by a job. Chained in the writers' transactions it would make all
-- writers of a tenant wait for each other. audit.seal() takes what is not sealed yet, in order of time, and
-- adds one link for it: the hash of each row, and a hash over them all and the link before. A transaction that
-- began before a link and ended after it is in a later link, so the order in the chain is that of the commits,
-- give or take the job's pause.
--
-- audit.verify() compares the trail with the chain. Who owns the database could still write both anew;
-- therefore the job logs the hash of each link, and whoever has noted one outside proves with it that all
-- before it is as it was.

create table audit.seals (
    tenant_id     uuid not null,
    id            uuid not null default core.uuid_v7(),
    sequence      bigint not null,
    format        integer not null default 1,
    row_ids       uuid[] not null,
    row_times     timestamptz[] not null,
    row_hashes    bytea not null,
    first_at      timestamptz not null,
    last_at       timestamptz not null,
    previous_hash bytea,
    hash          bytea not null,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint link_is_numbered_once unique (tenant_id, sequence),
    constraint link_is_of_some_rows
        check (cardinality(row_ids) > 0 and cardinality(row_times) = cardinality(row_ids)
               and octet_length(row_hashes) = 32 * cardinality(row_ids)),
    constraint only_the_first_link_has_none_before check ((sequence = 1) = (previous_hash is null)),
    constraint link_hash_is_32_bytes check (octet_length(hash) = 32 and octet_length(previous_hash) = 32)
);
create index seals_by_time on audit.seals (tenant_id, last_at);

insert into ref.unaudited_tables (name, reason) values ('audit.seals', 'Append-only: it seals the trail.');

select core.distribute_pending();

select core.adopt_tables('tenant', 'audit.seals');

create trigger seals_are_append_only before update or delete on audit.seals
    for each row execute function core.refuse_change('seals');
create trigger seals_are_not_truncated before truncate on audit.seals
    for each statement execute function core.refuse_change('seals');

-- The text that is hashed must not depend on a setting of the session, and a column that comes later must not
-- change what was sealed before: it needs another format.
create function audit.row_hash(p_row audit.audit_log) returns bytea
language sql stable
as $$
    select sha256(convert_to(jsonb_build_array(
        p_row.tenant_id, (extract(epoch from p_row.occurred_at) * 1000000)::bigint, p_row.id, p_row.account_id,
        p_row.user_id, p_row.actor, p_row.action, p_row.object, p_row.object_id, p_row.object_key, p_row.old_values,
        p_row.new_values, p_row.request_id, p_row.source::text, p_row.session_role, p_row.transaction_id::text,
        (extract(epoch from p_row.created_at) * 1000000)::bigint, p_row.salt)::text, 'UTF8'))
$$;
comment on function audit.row_hash(audit.audit_log) is
    'SHA-256 of everything that a row of the trail says, in format 1: a JSON array of its columns, times in '
    'microseconds. The salt keeps anybody from finding out by trying what a row said before it was redacted.';

-- Erasing (docs/decisions/0014) replaces values in rows that are sealed. What was done is a row of the trail itself,
-- with the hash before and after, so that the chain still proves all else.
create function audit.redact_values(p_object text, p_values jsonb, p_key bytea) returns jsonb
language sql stable
as $$
    select coalesce(jsonb_object_agg(m.key, case
               when m.value in ('null', '"***"', '{}', '[]') then m.value
               when p.kind = 'number' and jsonb_typeof(m.value) = 'string'
                   then to_jsonb(core.pseudonymise_number(m.value #>> '{}', p_key))
               when p.kind = 'person' and jsonb_typeof(m.value) = 'string'
                   then to_jsonb(core.pseudonymise_person(m.value #>> '{}', p_key))
               when p.kind is not null then '"***"'
               else m.value end), p_values)
      from jsonb_each(p_values) m
      left join lateral (select d.kind from ref.personal_data d
                          where d.column_name = m.key and d.kind <> 'kept' and d.name = coalesce(p_object, d.name)
                          order by d.kind limit 1) p on true
$$;
comment on function audit.redact_values(text, jsonb, bytea) is
    'Internal: values of the trail with pseudonyms where ref.personal_data has the column; of a table, or, for what is '
    'no change of a row, of any.';

create function audit.redact(p_tenant uuid, p_account uuid, p_key bytea, p_limit bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_redacted bigint;
begin
    with found as (
        select a.occurred_at, a.id, audit.row_hash(a) as hash,
               case when a.action in ('insert', 'update', 'delete') then a.object end as source_table
          from audit.audit_log a
         where a.tenant_id = p_tenant and a.account_id = p_account and a.action not in ('erase', 'truncate')
           and (a.action not in ('insert', 'update', 'delete')
                or a.object in (select d.name from ref.personal_data d where d.kind <> 'kept'))
           and (a.old_values, a.new_values) is distinct from
               (audit.redact_values(case when a.action in ('insert', 'update', 'delete') then a.object end,
                                    a.old_values, p_key),
                audit.redact_values(case when a.action in ('insert', 'update', 'delete') then a.object end,
                                    a.new_values, p_key))
         order by a.occurred_at, a.id
         limit p_limit
           for update
    ), redacted as (
        update audit.audit_log a
           set old_values = audit.redact_values(f.source_table, a.old_values, p_key),
               new_values = audit.redact_values(f.source_table, a.new_values, p_key), salt = gen_random_uuid()
          from found f
         where a.tenant_id = p_tenant and a.occurred_at = f.occurred_at and a.id = f.id
        returning a.occurred_at, a.id, f.hash as before, audit.row_hash(a) as after
    )
    insert into audit.audit_log (tenant_id, account_id, actor, action, object, object_id, old_values, new_values)
    select p_tenant, p_account, coalesce(nullif(current_setting('app.actor', true), ''), session_user), 'erase',
           'audit.audit_log', r.id, jsonb_build_object('hash', encode(r.before, 'hex')),
           jsonb_build_object('hash', encode(r.after, 'hex'), 'occurred_at', r.occurred_at)
      from redacted r;
    get diagnostics v_redacted = row_count;
    return v_redacted;
end $$;
comment on function audit.redact(uuid, uuid, bytea, bigint) is
    'Internal, for core.pseudonymise_account(): replaces what the trail of an account says of persons, in so many rows '
    'at most, and records for each its hash before and after. Returns how many.';

create function audit.link_hash(p_tenant uuid, p_sequence bigint, p_format integer, p_ids uuid[], p_times timestamptz[],
                                p_hashes bytea, p_previous bytea) returns bytea
language sql stable
as $$
    select sha256(coalesce(p_previous, ''::bytea) || p_hashes || convert_to(jsonb_build_array(
        p_tenant, p_sequence, p_format, to_jsonb(p_ids),
        (select jsonb_agg((extract(epoch from t) * 1000000)::bigint order by turn)
           from unnest(p_times) with ordinality as sealed (t, turn)))::text, 'UTF8'))
$$;
comment on function audit.link_hash(uuid, bigint, integer, uuid[], timestamptz[], bytea, bytea) is
    'SHA-256 of a link: of the hash of the link before, the hashes of its rows, and its own place and names.';

create function audit.seal(p_tenant uuid, p_limit integer default 1000, p_look_back interval default '1 hour')
returns table (sequence bigint, hash bytea, sealed integer)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_last  record;
    v_since timestamptz;
begin
    if (p_limit between 1 and 10000) is not true or (p_look_back >= interval '0') is not true then
        raise exception 'seal wants a limit of 1 to 10000 rows and how far to look back'
            using errcode = 'invalid_parameter_value';
    end if;
    select s.sequence, s.hash into v_last
      from audit.seals s where s.tenant_id = p_tenant order by s.sequence desc limit 1;
    select coalesce(max(s.last_at) - p_look_back, '-infinity') into v_since
      from audit.seals s where s.tenant_id = p_tenant;

    -- Two at once take the same number: the later one waits, finds it taken and has sealed nothing.
    return query
    with found as (
        select a.occurred_at, a.id, audit.row_hash(a) as hash
          from audit.audit_log a
         where a.tenant_id = p_tenant and a.occurred_at >= v_since
           -- Not a join: how many ids a link has is unknown to the planner, and "not in" is hashed whatever it
           -- thinks.
           and a.id not in (select unnest(s.row_ids) from audit.seals s
                             where s.tenant_id = p_tenant and s.last_at >= v_since)
         order by a.occurred_at, a.id
         limit p_limit
    ), link as (
        select coalesce(v_last.sequence, 0) + 1 as sequence, array_agg(f.id order by f.occurred_at, f.id) as ids,
               array_agg(f.occurred_at order by f.occurred_at, f.id) as times,
               string_agg(f.hash, ''::bytea order by f.occurred_at, f.id) as hashes
          from found f
        having count(*) > 0
    )
    insert into audit.seals as s (tenant_id, sequence, row_ids, row_times, row_hashes, first_at, last_at,
                                  previous_hash, hash)
    select p_tenant, l.sequence, l.ids, l.times, l.hashes, l.times[1], l.times[cardinality(l.times)], v_last.hash,
           audit.link_hash(p_tenant, l.sequence, 1, l.ids, l.times, l.hashes, v_last.hash)
      from link l
        on conflict on constraint link_is_numbered_once do nothing
    returning s.sequence, s.hash, cardinality(s.row_ids);
end $$;
comment on function audit.seal(uuid, integer, interval) is
    'Adds a link to the chain of a tenant, for at most so many rows of its trail that have none; returns the link, or '
    'no row when there was nothing to seal. Rows older than the newest sealed one by more than the look-back are not '
    'looked for: once a day it is called with a long one. The job logs what it returns.';
grant execute on function audit.seal(uuid, integer, interval) to heddle_engine;

create function audit.count_unsealed(p_tenant uuid) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    with newest as (
        select coalesce(max(s.last_at) - interval '1 hour', '-infinity') as since
          from audit.seals s where s.tenant_id = p_tenant
    )
    -- Whoever asks wants to know that there are some, and does not wait for millions to be counted.
    select count(*)
      from (select from audit.audit_log a
             where a.tenant_id = p_tenant and a.occurred_at >= (select n.since from newest n)
               and a.id not in (select unnest(s.row_ids) from audit.seals s
                                 where s.tenant_id = p_tenant and s.last_at >= (select n.since from newest n))
             limit 10000) u
$$;
comment on function audit.count_unsealed(uuid) is
    'How many rows of the trail of a tenant wait for a link, among those that audit.seal() looks for by default; '
    'counted up to 10000.';
grant execute on function audit.count_unsealed(uuid) to heddle_engine;

create function audit.verify(p_tenant uuid, p_sequence bigint default null, p_hash bytea default null,
                             p_grace interval default '2 days')
returns table (problem text, sequence bigint, occurred_at timestamptz, id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    with recursive links as (
        select s.*, lag(s.sequence) over link as sequence_before, lag(s.hash) over link as hash_before
          from audit.seals s
         where s.tenant_id = p_tenant
        window link as (order by s.sequence)
    ), sealed as (
        select l.sequence, row.id, row.occurred_at,
               substring(l.row_hashes from (32 * (row.turn - 1) + 1)::integer for 32) as hash
          from links l
         cross join unnest(l.row_ids, l.row_times) with ordinality as row (id, occurred_at, turn)
    ), found as (
        select a.id, a.occurred_at, audit.row_hash(a) as hash from audit.audit_log a where a.tenant_id = p_tenant
    ), redactions as (
        select a.object_id as id, decode(a.old_values ->> 'hash', 'hex') as before,
               decode(a.new_values ->> 'hash', 'hex') as after
          from audit.audit_log a
         where a.tenant_id = p_tenant and a.action = 'erase' and a.object = 'audit.audit_log'
    ), steps as (       -- from what was sealed, by one recorded redaction after the other, to what is there
        select s.id, s.hash from sealed s join redactions r on r.id = s.id and r.before = s.hash
         union
        select s.id, r.after from steps s join redactions r on r.id = s.id and r.before = s.hash
    )
    select 'link is not what it was' as problem, l.sequence, l.first_at, null::uuid
      from links l
     where l.hash <> audit.link_hash(p_tenant, l.sequence, l.format, l.row_ids, l.row_times, l.row_hashes,
                                     l.previous_hash)
     union all
    select 'link does not follow the one before', l.sequence, l.first_at, null
      from links l
     where l.sequence <> coalesce(l.sequence_before, 0) + 1 or l.previous_hash is distinct from l.hash_before
     union all
    select 'link is not the one that was noted', p_sequence, null, null
     where p_sequence is not null
       and not exists (select from links l where l.sequence = p_sequence and l.hash = p_hash)
     union all
    select case when s.id is null then 'row was put in' when f.id is null then 'row is missing'
                else 'row was changed' end,
           s.sequence, coalesce(s.occurred_at, f.occurred_at), coalesce(s.id, f.id)
      from sealed s
      full join found f on f.id = s.id and f.occurred_at = s.occurred_at
     where case when s.id is null then f.occurred_at < now() - p_grace   -- younger ones wait for their link
                when f.id is null then s.occurred_at >= core.retained_since(p_tenant, 'audit.audit_log')
                else f.hash <> s.hash
                     and not exists (select from steps p where p.id = s.id and p.hash = f.hash) end
     order by 2, 3, 4
$$;
grant execute on function audit.verify(uuid, bigint, bytea, interval) to heddle_engine;
comment on function audit.verify(uuid, bigint, bytea, interval) is
    'Compares the trail of a tenant with its chain: rows that were changed, are missing or were put in, links that '
    'are not what they were. No rows is the right answer. With the number and the hash of a link that was noted '
    'outside, also whether the chain is still the one that had it. Rows that are younger than the grace may still '
    'wait for their link. A row that was redacted is right when the trail says so, from its sealed hash to its own.';

grant select (tenant_id, id, sequence, format, row_ids, row_times, first_at, last_at, hash, created_at,
              updated_at)
    on audit.seals to heddle_app, heddle_report;

comment on table audit.seals is
    'The chain over the trail of a tenant: each link seals some rows and the link before. Append-only.';
comment on column audit.seals.sequence is 'Place of the link, 1 first.';
comment on column audit.seals.format is 'How rows were written down to be hashed.';
comment on column audit.seals.row_ids is 'The rows that it seals.';
comment on column audit.seals.row_times is 'Their times, in the same order.';
comment on column audit.seals.row_hashes is 'Their hashes, in the same order.';
comment on column audit.seals.previous_hash is 'Hash of the link before it; NULL of the first.';
comment on column audit.seals.first_at is 'Time of its first row.';
comment on column audit.seals.last_at is 'Time of its last row.';
comment on column audit.seals.hash is 'Hash of the link, to be noted outside: it proves all before it.';
