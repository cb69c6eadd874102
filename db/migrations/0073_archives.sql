-- Months that were written to files, so that they need not stay in the database (docs/decisions/0028).
--
-- A month of a time table is written to a Parquet file, and the file read back. What is here says what the file had
-- when it was found right. The month is dropped later, when its time in the database is over and nothing holds it: it
-- is measured once more then, so that what was changed since is not lost. A file is whole or not here; a month is in
-- the database, in a file that is here, or in both.
--
-- The functions answer to the program's pipelines alone: partitions are granted to nobody.

create table core.archives (
    name        text not null,
    month       date not null,
    path        text not null,
    sha256      text not null,
    byte_count  bigint not null,
    digest      text not null,
    row_count   bigint not null,
    first_at    timestamptz,
    last_at     timestamptz,
    sums        jsonb not null,
    fingerprint numeric not null,
    columns     jsonb not null,
    tool        text not null,
    verified_at timestamptz not null,
    dropped_at  timestamptz,
    restored_at timestamptz,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (name, month),
    constraint archive_is_of_a_whole_month check (extract(day from month) = 1),
    constraint archive_digests_are_sha256 check (sha256 ~ '^[0-9a-f]{64}$' and digest ~ '^[0-9a-f]{64}$'),
    constraint archive_of_no_rows_has_no_times check ((row_count = 0) = (first_at is null) and row_count >= 0),
    constraint archived_sums_and_columns_are_named
        check (jsonb_typeof(sums) = 'object' and jsonb_typeof(columns) = 'array')
);

select core.distribute_pending();

alter table core.archives
    add constraint archive_is_of_a_known_table foreign key (name) references ref.retention_defaults (name);

create trigger archives_update_updated_at before update on core.archives
    for each row execute function core.update_updated_at_column();

alter table ref.retention_defaults add column hot_months integer;
alter table ref.retention_defaults
    add constraint hot_months_are_above_zero check (hot_months > 0);
update ref.retention_defaults
   set hot_months = 13     -- a year and the month that it is compared with
 where name in ('cdr.enriched_cdr', 'cdr.level_charges', 'cdr.raw_cdr', 'cdr.vendor_cdr', 'routing.routing_requests');

-- Types that a file has as they are; all others are text, as PostgreSQL writes them.
create function core.archive_columns(p_table regclass) returns table (name text, type text, is_generated boolean)
language sql stable
as $$
    with recursive bases as (
        select a.attnum, a.atttypid as type, a.atttypmod as modifier
          from pg_catalog.pg_attribute a
         where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
         union all
        select b.attnum, t.typbasetype, case when b.modifier = -1 then t.typtypmod else b.modifier end
          from bases b
          join pg_catalog.pg_type t on t.oid = b.type and t.typtype = 'd'
    )
    select a.attname::text,
           case when b.type = 'uuid'::regtype then 'UUID'
                when b.type = 'timestamptz'::regtype then 'TIMESTAMPTZ'
                when b.type = 'date'::regtype then 'DATE'
                when b.type = 'boolean'::regtype then 'BOOLEAN'
                when b.type = 'smallint'::regtype then 'SMALLINT'
                when b.type = 'integer'::regtype then 'INTEGER'
                when b.type = 'bigint'::regtype then 'BIGINT'
                -- The modifier of numeric has its decimals in the lower half.
                when b.type = 'numeric'::regtype and b.modifier <> -1 and ((b.modifier - 4) & 65535) <= 8
                then 'DECIMAL(38,8)'
                else 'VARCHAR' end,
           a.attgenerated <> ''
      from bases b
      join pg_catalog.pg_type t on t.oid = b.type and t.typtype <> 'd'
      join pg_catalog.pg_attribute a on a.attrelid = p_table and a.attnum = b.attnum
     order by a.attnum
$$;
comment on function core.archive_columns(regclass) is
    'The columns of a table in their order, each with the type that it has in a file of the archive: money is '
    'DECIMAL(38,8), never a float; what a file has no type for is text. Generated ones make themselves anew.';
grant execute on function core.archive_columns(regclass) to heddle_engine;

create function core.month_partition(p_table text, p_month date) returns regclass
language sql stable
as $$
    select i.inhrelid::regclass
      from pg_catalog.pg_inherits i
      join pg_catalog.pg_class c on c.oid = i.inhrelid and c.relispartition
      join pg_catalog.pg_class p on p.oid = i.inhparent
     where i.inhparent = to_regclass(p_table) and p.relkind = 'p'
       and c.relname = p.relname || to_char(p_month, '"_p"YYYYMM')
$$;
comment on function core.month_partition(text, date) is
    'The partition of a time table for the month that a day lies in; NULL where there is none.';
grant execute on function core.month_partition(text, date) to heddle_engine;

create function core.measure_month(p_table text, p_month date, p_columns text[] default null)
returns table (row_count bigint, first_at timestamptz, last_at timestamptz, sums jsonb, fingerprint numeric)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC' set datestyle = 'ISO, YMD' set intervalstyle = 'postgres' set bytea_output = 'hex'
set extra_float_digits = 1
as $$
declare
    v_table constant regclass := to_regclass(p_table);
    v_from  constant timestamptz := date_trunc('month', p_month::timestamp) at time zone 'UTC';
    v_until constant timestamptz := (date_trunc('month', p_month::timestamp) + interval '1 month') at time zone 'UTC';
    v_time  name;
    v_sums  text;
    v_row   text;
begin
    if core.month_partition(p_table, p_month) is null then
        raise exception '% has no month %', p_table, to_char(p_month, 'YYYY-MM')
            using errcode = 'undefined_table', constraint = 'month_is_in_the_database';
    end if;
    select a.attname into v_time
      from pg_partitioned_table p
      join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
     where p.partrelid = v_table;
    select string_agg(format('%L, coalesce(sum(t.%I), 0)::numeric(38,8)::text', c.name, c.name), ', ')
               filter (where c.type = 'DECIMAL(38,8)'),
           string_agg(format('t.%I', c.name), ', ')
      into v_sums, v_row
      from core.archive_columns(v_table) c
     where p_columns is null or c.name = any (p_columns);
    return query execute format(
        'select count(*), min(t.%1$I), max(t.%1$I), jsonb_build_object(%2$s), '
        'coalesce(sum(hashtextextended(row(%3$s)::text, 0)::numeric), 0) '
        'from %4$s t where t.%1$I >= $1 and t.%1$I < $2', v_time, v_sums, v_row, v_table)
      using v_from, v_until;
end $$;
comment on function core.measure_month(text, date, text[]) is
    'What a month of a table comes to: rows, first and last time, the exact sum of each column of money, and a '
    'fingerprint, which changes when any of the columns does (all of them unless named) and adds up over rows.';
grant execute on function core.measure_month(text, date, text[]) to heddle_engine;

-- Invoices are made cycle by cycle, so that an account's last invoiced cycle says how far it is.
create function core.archive_obstacles(p_table text, p_month date)
returns table (reason text, row_count bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_partition constant regclass := core.month_partition(p_table, p_month);
    v_from      constant timestamptz := date_trunc('month', p_month::timestamp) at time zone 'UTC';
    v_until     constant timestamptz := (date_trunc('month', p_month::timestamp) + interval '1 month')
                                        at time zone 'UTC';
begin
    if v_partition is null then
        return;
    end if;
    -- So late that nothing but a hold keeps a row.
    if core.is_kept_for_a_tenant(p_table, v_partition, v_until, '9000-01-01') then
        return query select 'a legal hold is on rows of it', null::bigint;
    end if;
    return query
    select f.reason, f.row_count
      from (
        select 'calls have no price yet', count(*)
          from cdr.raw_cdr r
         where p_table = 'cdr.raw_cdr' and r.started_at >= v_from and r.started_at < v_until
           and r.processed_at is null
         union all
        select 'calls are not posted yet', count(*)
          from cdr.enriched_cdr e
         where p_table = 'cdr.enriched_cdr' and e.started_at >= v_from and e.started_at < v_until
           and e.posted_at is null
         union all
        select 'calls are on no final invoice yet', coalesce(sum(c.calls), 0)::bigint
          from (select e.tenant_id, e.account_id, count(*) as calls, max(e.started_at) as last_at,
                       max(e.posted_at) as posted_at
                  from cdr.enriched_cdr e
                 where p_table = 'cdr.enriched_cdr' and e.started_at >= v_from and e.started_at < v_until
                   and (e.disposition = 'answered' or e.sell_amount > 0) and e.account_id is not null
                   and e.posted_at is not null
                 group by e.tenant_id, e.account_id
                 union all
                select l.tenant_id, l.account_id, count(*), max(l.started_at), max(l.posted_at)
                  from cdr.level_charges l
                 where p_table = 'cdr.level_charges' and l.started_at >= v_from and l.started_at < v_until
                 group by l.tenant_id, l.account_id) c
          left join billing.billing_profiles p on p.tenant_id = c.tenant_id and p.account_id = c.account_id
          left join billing.legal_entities s on s.tenant_id = c.tenant_id and s.is_default
         where coalesce(p.legal_entity_id, s.id) is not null     -- who has no seller is never invoiced
           and not exists (
               select from billing.billing_cycles b
                where b.tenant_id = c.tenant_id and b.account_id = c.account_id and b.status = 'invoiced'
                  and b.period_to > c.last_at and b.cut_off_at > c.posted_at
                  and not exists (select from billing.billing_cycles earlier
                                   where earlier.tenant_id = c.tenant_id and earlier.account_id = c.account_id
                                     and earlier.period_to <= b.period_to and earlier.status <> 'invoiced'))
         union all
        select 'calls are in a dispute with a carrier', count(*)
          from cdr.reconciliation_items i
          join cdr.disputes d on d.tenant_id = i.tenant_id and d.id = i.dispute_id
         where d.status in ('draft', 'sent')
           and (p_table in ('cdr.enriched_cdr', 'cdr.raw_cdr') and i.cdr_started_at >= v_from
                and i.cdr_started_at < v_until
                or p_table = 'cdr.vendor_cdr' and i.vendor_started_at >= v_from and i.vendor_started_at < v_until)
         union all
        select 'calls wait for their record', count(*)
          from routing.routing_requests q
         where p_table = 'routing.routing_requests' and q.requested_at >= v_from and q.requested_at < v_until
           and q.state = 'open'
         union all
        select 'what calls earned is disputed', count(*)
          from tracking.conversions v
         where p_table in ('tracking.calls', 'cdr.enriched_cdr') and v.call_started_at >= v_from
           and v.call_started_at < v_until and v.status = 'disputed') as f (reason, row_count)
     where f.row_count > 0;
end $$;
comment on function core.archive_obstacles(text, date) is
    'Why a month may not leave the database yet, however well it is archived: legal holds, calls without a price, '
    'postings or a final invoice, disputes. With how many rows, where that is counted; none is the right answer.';
grant execute on function core.archive_obstacles(text, date) to heddle_engine;

create function core.drop_archived_month(p_table text, p_month date, p_sha256 text, p_at timestamptz default now())
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_partition constant regclass := core.month_partition(p_table, p_month);
    v_month     constant text := p_table || ' of ' || to_char(p_month, 'YYYY-MM');
    v_archive   core.archives;
    v_until     date;
    v_now       record;
    v_obstacles text;
begin
    if v_partition is null then
        return false;
    end if;
    select a.* into v_archive
      from core.archives a where a.name = p_table and a.month = date_trunc('month', p_month)::date for update;
    if not found or v_archive.sha256 is distinct from p_sha256 then
        raise exception '% is not archived in that file', v_month
            using errcode = 'restrict_violation', constraint = 'dropped_month_is_archived';
    end if;
    if v_archive.dropped_at is not null then
        raise exception '% is in its file alone, but for what came since: restore it, archive it again, then drop it',
                        v_month
            using errcode = 'restrict_violation', constraint = 'dropped_month_is_in_the_database';
    end if;
    select (date_trunc('month', p_month) + make_interval(months => 1 + d.hot_months))::date into v_until
      from ref.retention_defaults d where d.name = p_table;
    if v_until is null or v_until > (p_at at time zone 'UTC')::date then
        raise exception '% stays in the database %', v_month, coalesce('until ' || v_until, 'as long as it is kept')
            using errcode = 'restrict_violation', constraint = 'dropped_month_has_had_its_time';
    end if;

    -- From here on nobody changes it; who reads it, or writes other months, goes on.
    execute format('lock table only %s in share mode', v_partition);
    select string_agg(coalesce(o.row_count || ' ', '') || o.reason, '; ') into v_obstacles
      from core.archive_obstacles(p_table, p_month) o;
    if v_obstacles is not null then
        raise exception '% stays: %', v_month, v_obstacles
            using errcode = 'restrict_violation', constraint = 'dropped_month_is_settled';
    end if;
    select m.* into v_now from core.measure_month(p_table, p_month) m;
    if (v_now.row_count, v_now.first_at, v_now.last_at, v_now.sums, v_now.fingerprint)
        is distinct from (v_archive.row_count, v_archive.first_at, v_archive.last_at, v_archive.sums,
                          v_archive.fingerprint) then
        raise exception '% was changed since it was archived: archive it again', v_month
            using errcode = 'restrict_violation', constraint = 'dropped_month_is_as_archived';
    end if;

    execute format('alter table %s detach partition %s', p_table::regclass, v_partition);
    execute format('drop table %s', v_partition);
    update core.archives a
       set dropped_at = now()
     where a.name = p_table and a.month = v_archive.month;
    return true;
exception
    when foreign_key_violation then
        raise exception '% stays: rows of other tables point at it', v_month
            using errcode = 'restrict_violation', constraint = 'dropped_month_is_settled';
end $$;
comment on function core.drop_archived_month(text, date, text, timestamptz) is
    'Drops a month that is in a file of the archive, if its time in the database is over, nothing holds it, and it is '
    'to the last digit what the file has. The file itself is looked at by who calls: its SHA-256 is p_sha256. False '
    'when the month has gone already. It holds up who writes to that month while it is measured: call it alone in a '
    'transaction, with a lock_timeout.';
grant execute on function core.drop_archived_month(text, date, text, timestamptz) to heddle_engine;

-- What the proof of the ledger cannot hold against calls, for their month is in a file alone.
create function billing.count_archived_entries(p_tenant uuid, p_accounts uuid[], p_from timestamptz, p_to timestamptz)
returns table (account_id uuid, month date, entry_count bigint, call_count bigint, amount numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select l.account_id, m.month, count(*), count(*) filter (where l.counter > 0), sum(l.counter)
      from unnest(p_accounts) a (id)
     cross join lateral (select * from billing.ledger l
                          where l.tenant_id = p_tenant and l.account_id = a.id and l.source = 'cdr'
                            and l.posted_at >= p_from and l.posted_at < p_to offset 0) l
     cross join lateral (select date_trunc('month', l.occurred_at at time zone 'UTC')::date as month) m
     where exists (select from core.archives f
                    where f.name in ('cdr.enriched_cdr', 'cdr.level_charges') and f.dropped_at is not null
                      and f.month = m.month)
       and not exists (select from cdr.enriched_cdr c
                        where c.tenant_id = p_tenant and c.started_at = l.occurred_at and c.id = l.source_id
                          and c.account_id = l.account_id)
       and not exists (select from cdr.level_charges v
                        where v.tenant_id = p_tenant and v.started_at = l.occurred_at and v.id = l.source_id
                          and v.account_id = l.account_id)
     group by l.account_id, m.month
$$;
comment on function billing.count_archived_entries(uuid, uuid[], timestamptz, timestamptz) is
    'How many entries of accounts, posted in a time, are of calls that are in files of the archive alone, by the month '
    'of the calls: all of them, those that cost something, and what those cost.';
grant execute on function billing.count_archived_entries(uuid, uuid[], timestamptz, timestamptz) to heddle_engine;

create function billing.check_archived_calls(p_tenant uuid, p_month date, p_accounts uuid[], p_calls bigint[],
                                             p_amounts numeric[])
returns table (problem text, account_id uuid, subject_id uuid, expected numeric, found numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    with entries as (
        select e.account_id, e.call_count, e.amount
          from billing.count_archived_entries(
                   p_tenant, array(select a.id from accounts.accounts a where a.tenant_id = p_tenant),
                   -- A clock that was wrong by a day is no reason not to find an entry.
                   (date_trunc('month', p_month)::timestamp - interval '1 day') at time zone 'UTC', 'infinity') e
         where e.month = date_trunc('month', p_month)::date and e.amount > 0
    ), rerated as (     -- the file has what a call came to; the entry what it was posted with
        select r.account_id, sum(r.sell_amount - r.old_sell_amount) as amount,
               sum((r.sell_amount > 0)::integer - (r.old_sell_amount > 0)::integer) as calls
          from billing.rerate_calls r
         where r.tenant_id = p_tenant and r.state = 'posted' and r.account_id is not null
           and r.started_at >= date_trunc('month', p_month)::timestamp at time zone 'UTC'
           and r.started_at < (date_trunc('month', p_month) + interval '1 month')::timestamp at time zone 'UTC'
           and not exists (select from cdr.enriched_cdr c
                            where c.tenant_id = p_tenant and c.started_at = r.started_at and c.id = r.cdr_id)
         group by r.account_id
    ), compared as (
        select account_id, coalesce(f.calls, 0) - coalesce(r.calls, 0) as calls,
               coalesce(f.amount, 0) - coalesce(r.amount, 0) as amount,
               coalesce(e.call_count, 0) as entries, coalesce(e.amount, 0) as posted
          from unnest(p_accounts, p_calls, p_amounts) f (account_id, calls, amount)
          full join rerated r using (account_id)
          full join entries e using (account_id)
    )
    select 'archived calls of ' || to_char(p_month, 'YYYY-MM') || ' differ from their entries', c.account_id,
           null::uuid, c.amount, c.posted
      from compared c where c.amount <> c.posted
     union all
    select 'archived calls of ' || to_char(p_month, 'YYYY-MM') || ' are not as many as their entries', c.account_id,
           null, c.calls, c.entries
      from compared c where c.calls <> c.entries
$$;
comment on function billing.check_archived_calls(uuid, date, uuid[], bigint[], numeric[]) is
    'Proves the calls of a month that is in files alone: what the files have of each account, how many calls that cost '
    'something and how much, against the entries of the ledger. No rows is the right answer.';
grant execute on function billing.check_archived_calls(uuid, date, uuid[], bigint[], numeric[]) to heddle_engine;

grant select, insert, update on core.archives to heddle_engine;

comment on table core.archives is 'Months of time tables that are in files, each as it was when the file was verified.';
comment on column core.archives.name is 'Table, with its schema.';
comment on column core.archives.month is 'First day of the month, in UTC.';
comment on column core.archives.path is 'Where the file was written.';
comment on column core.archives.sha256 is 'SHA-256 of the file.';
comment on column core.archives.byte_count is 'Bytes of the file.';
comment on column core.archives.digest is
    'SHA-256 of its rows as CSV, in their order: the file read back must give the same.';
comment on column core.archives.row_count is 'Rows of the month.';
comment on column core.archives.first_at is 'Time of its first row.';
comment on column core.archives.last_at is 'Time of its last row.';
comment on column core.archives.sums is 'Exact sum of each column of money, as text.';
comment on column core.archives.fingerprint is 'What core.measure_month() made of its rows.';
comment on column core.archives.columns is 'Columns in their order: name, type, whether it makes itself.';
comment on column core.archives.tool is 'What wrote the file, with its version.';
comment on column core.archives.verified_at is 'When the file was last found to be right.';
comment on column core.archives.dropped_at is 'When the month left the database; NULL while it is there.';
comment on column core.archives.restored_at is 'When it was last put back.';
comment on column core.archives.created_at is 'When the month was first archived.';
comment on column core.archives.updated_at is 'When the row was last changed.';
comment on column ref.retention_defaults.hot_months is
    'Whole months that rows stay in the database once they are archived; NULL is as long as they are kept.';
