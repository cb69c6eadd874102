-- From calls to reports: summaries by hour and day, materialized views over them, and the views that let each
-- see its own.
--
-- A summary row stands for an hour, an account, a carrier trunk, a direction, a jurisdiction, a country and a
-- currency; its id is derived from these. Whoever rates calls adds them in the same transaction, so that the
-- sums are those of the calls at every commit. Summing a window up anew finds the same rows, changes them, and
-- removes those that no call stands behind any more: for calls that came, or changed, by another way. Hours and
-- days are UTC. Area codes are not kept apart:
-- with them a row would stand for hardly more than a call. The rows have no keys to accounts and carriers,
-- for the calls that they are made from have.
--
-- Calls are counted where they ended. A carrier that was tried before and failed has its try (a seizure) in a
-- row of its own, so that its answer-seizure ratio is told by what it was asked for, not by what it carried.
--
-- Post-dial delay is kept as a histogram, because percentiles cannot be summed and histograms can.
--
-- Materialized views have no row policies. So none is granted: what is granted is a view with a security
-- barrier that reads the context, and shows what a call cost us to staff alone.

create function cdr.pdd_bounds_ms() returns integer[]
language sql immutable parallel safe
as $$
    select '{100,140,200,280,400,560,800,1100,1600,2200,
              3200,4500,6300,9000,12500,18000,25000,35000,50000,70000}'::integer[]
$$;
comment on function cdr.pdd_bounds_ms() is
    'Upper bounds of the buckets of a histogram of post-dial delay, each four tenths above the one before; what is '
    'longer than the last is in one bucket more. Summaries are made of them, so they never change.';
grant execute on function cdr.pdd_bounds_ms() to heddle_app, heddle_engine, heddle_report;

create table cdr.hourly_summary (
    tenant_id        uuid not null,
    bucket_at        timestamptz not null,
    id               uuid not null generated always as (md5(
                         coalesce(account_id::text, '') || ' ' || coalesce(carrier_trunk_id::text, '') || ' '
                         || direction || ' ' || coalesce(jurisdiction, '') || ' ' || prefix || ' '
                         || country || ' ' || currency)::uuid) stored,
    account_id       uuid,
    carrier_trunk_id uuid,
    direction        core.call_direction not null,
    jurisdiction     core.jurisdiction,
    prefix           text not null default '',
    country          text not null default '',
    currency         core.currency not null,
    calls            bigint not null default 0,
    seizures         bigint not null default 0,
    answered         bigint not null default 0,
    effective        bigint not null default 0,
    refused          bigint not null default 0,
    short_calls      bigint not null default 0,
    talk_ms          bigint not null default 0,
    sell_billed_s    bigint not null default 0,
    buy_billed_s     bigint not null default 0,
    sell_amount      core.total not null default 0,
    buy_amount       core.total not null default 0,
    margin           core.total generated always as (sell_amount - buy_amount) stored,
    pdd_calls        bigint not null default 0,
    pdd_ms           bigint not null default 0,
    pdd_histogram    integer[] not null,
    rolled_up_at     timestamptz not null,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, bucket_at, id),
    constraint hour_is_full check (extract(epoch from bucket_at) % 3600 = 0),
    constraint hourly_histogram_has_all_buckets check (cardinality(pdd_histogram) = 21)
) with (fillfactor = 60);  -- each batch of calls adds to the rows of its hours
create index hourly_summary_of_account on cdr.hourly_summary (tenant_id, account_id, bucket_at);
create index hourly_summary_of_carrier_trunk on cdr.hourly_summary (tenant_id, carrier_trunk_id, bucket_at);

create table cdr.daily_summary (
    tenant_id        uuid not null,
    day              date not null,
    id               uuid not null generated always as (md5(
                         coalesce(account_id::text, '') || ' ' || coalesce(carrier_trunk_id::text, '') || ' '
                         || direction || ' ' || coalesce(jurisdiction, '') || ' ' || prefix || ' '
                         || country || ' ' || currency)::uuid) stored,
    account_id       uuid,
    carrier_trunk_id uuid,
    direction        core.call_direction not null,
    jurisdiction     core.jurisdiction,
    prefix           text not null default '',
    country          text not null default '',
    currency         core.currency not null,
    calls            bigint not null default 0,
    seizures         bigint not null default 0,
    answered         bigint not null default 0,
    effective        bigint not null default 0,
    refused          bigint not null default 0,
    short_calls      bigint not null default 0,
    talk_ms          bigint not null default 0,
    sell_billed_s    bigint not null default 0,
    buy_billed_s     bigint not null default 0,
    sell_amount      core.total not null default 0,
    buy_amount       core.total not null default 0,
    margin           core.total generated always as (sell_amount - buy_amount) stored,
    pdd_calls        bigint not null default 0,
    pdd_ms           bigint not null default 0,
    pdd_histogram    integer[] not null,
    rolled_up_at     timestamptz not null,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, day, id),
    constraint daily_histogram_has_all_buckets check (cardinality(pdd_histogram) = 21)
) with (fillfactor = 60);
create index daily_summary_of_account on cdr.daily_summary (tenant_id, account_id, day);
create index daily_summary_of_carrier_trunk on cdr.daily_summary (tenant_id, carrier_trunk_id, day);

create table cdr.summary_states (
    tenant_id        uuid not null,
    rolled_up_at     timestamptz,
    checked_on       date,
    difference_count bigint,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id),
    constraint checked_sums_name_their_differences check (num_nulls(checked_on, difference_count) in (0, 2)),
    constraint sum_differences_not_below_zero check (difference_count >= 0)
);

select core.distribute_pending();

select core.adopt_tables('tenant', 'cdr.hourly_summary', 'cdr.daily_summary', 'cdr.summary_states');

create function cdr.share_sums(p_tenant uuid) returns void
language plpgsql
as $$
begin
    insert into cdr.summary_states (tenant_id) values (p_tenant) on conflict (tenant_id) do nothing;
    perform from cdr.summary_states s where s.tenant_id = p_tenant for key share;
end $$;
comment on function cdr.share_sums(uuid) is
    'Lets nobody change the prices or sums of calls that are stored (billing.post_rerate, cdr.roll_up) until the '
    'transaction ends; any number may at once. Taken before the cycles, as whoever changes them does.';
grant execute on function cdr.share_sums(uuid) to heddle_engine;

-- Planned anew each time, for an hour and a month want different plans; with room to sum up without the disk.
create function cdr.roll_up(p_tenant uuid, p_from timestamptz, p_until timestamptz) returns bigint
language plpgsql set plan_cache_mode = force_custom_plan set work_mem = '64MB'
as $$
declare
    v_at   constant timestamptz := clock_timestamp();
    v_day  constant timestamptz := date_bin('1 day', p_from, '2000-01-01 00:00:00+00');
    v_end  constant timestamptz := date_bin('1 day', p_until - interval '1 hour', '2000-01-01 00:00:00+00')
                                   + interval '24 hours';
    v_rows bigint;
begin
    if (p_until > p_from and p_until - p_from <= interval '31 days'
        and extract(epoch from p_from) % 3600 = 0 and extract(epoch from p_until) % 3600 = 0) is not true then
        raise exception 'roll_up wants full hours, a month of them at most' using errcode = 'invalid_parameter_value';
    end if;
    -- One at a time for a tenant, and while nobody adds calls, who share the row: what they add in between would be
    -- overwritten. The later one sees what the earlier one saw, and more.
    insert into cdr.summary_states (tenant_id) values (p_tenant) on conflict (tenant_id) do nothing;
    perform from cdr.summary_states s where s.tenant_id = p_tenant for update;

    with ended as (
        select date_bin('1 hour', e.started_at, '2000-01-01 00:00:00+00') as bucket_at, e.account_id,
               e.carrier_trunk_id, e.direction, e.jurisdiction, cdr.destination_prefix(e.to_number) as prefix,
               e.currency, e.disposition, e.talk_ms, e.sell_billed_s, e.buy_billed_s, e.sell_amount, e.buy_amount,
               e.pdd_ms, width_bucket(e.pdd_ms, cdr.pdd_bounds_ms()) as pdd_bucket,
               e.carrier_trunk_id is not null and e.disposition <> 'refused' as is_seizure,
               e.disposition = 'answered'
                   or e.disposition <> 'refused'
                      and (e.sip_code in (486, 600, 603)
                           or e.ringing_at is not null and e.sip_code in (408, 480, 487)) as is_effective
          from cdr.enriched_cdr e
         where e.tenant_id = p_tenant and e.started_at >= p_from and e.started_at < p_until
         union all      -- every try of a call but the last, which is where it ended
        select date_bin('1 hour', e.started_at, '2000-01-01 00:00:00+00'), e.account_id,
               t.carrier_trunk_id, e.direction, e.jurisdiction, cdr.destination_prefix(e.to_number),
               e.currency, null, 0, 0, 0, 0, 0, null, null, true, false
          from cdr.raw_cdr r
         cross join lateral (
                select split_part(entry, ':', 1)::uuid as carrier_trunk_id,
                       row_number() over (order by turn desc) as turn_from_last
                  from string_to_table(r.attempts, ';') with ordinality as listed (entry, turn)
                 where entry ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:([2-6][0-9]{2}|timeout)$') t
          join cdr.enriched_cdr e
            on e.tenant_id = p_tenant and e.started_at = r.started_at and e.id = r.id
           and e.started_at >= p_from and e.started_at < p_until
         where r.tenant_id = p_tenant and r.started_at >= p_from and r.started_at < p_until
           and r.attempts like '%:%:%' and e.direction in ('outbound', 'emergency') and t.turn_from_last > 1
    ), summed as (
        select g.bucket_at, g.account_id, g.carrier_trunk_id, g.direction, g.jurisdiction,
               coalesce(d.calling_code, g.prefix, '') as prefix, coalesce(d.country, '') as country, g.currency,
               count(g.disposition) as calls, count(*) filter (where g.is_seizure) as seizures,
               count(*) filter (where g.disposition = 'answered') as answered,
               count(*) filter (where g.is_effective) as effective,
               count(*) filter (where g.disposition = 'refused') as refused,
               count(*) filter (where g.disposition = 'answered' and g.talk_ms <= 6000) as short_calls,
               sum(g.talk_ms) as talk_ms, sum(g.sell_billed_s) as sell_billed_s, sum(g.buy_billed_s) as buy_billed_s,
               sum(g.sell_amount) as sell_amount, sum(g.buy_amount) as buy_amount,
               count(g.pdd_ms) as pdd_calls, coalesce(sum(g.pdd_ms), 0) as pdd_ms,
               array[count(*) filter (where g.pdd_bucket = 0), count(*) filter (where g.pdd_bucket = 1),
                     count(*) filter (where g.pdd_bucket = 2), count(*) filter (where g.pdd_bucket = 3),
                     count(*) filter (where g.pdd_bucket = 4), count(*) filter (where g.pdd_bucket = 5),
                     count(*) filter (where g.pdd_bucket = 6), count(*) filter (where g.pdd_bucket = 7),
                     count(*) filter (where g.pdd_bucket = 8), count(*) filter (where g.pdd_bucket = 9),
                     count(*) filter (where g.pdd_bucket = 10), count(*) filter (where g.pdd_bucket = 11),
                     count(*) filter (where g.pdd_bucket = 12), count(*) filter (where g.pdd_bucket = 13),
                     count(*) filter (where g.pdd_bucket = 14), count(*) filter (where g.pdd_bucket = 15),
                     count(*) filter (where g.pdd_bucket = 16), count(*) filter (where g.pdd_bucket = 17),
                     count(*) filter (where g.pdd_bucket = 18), count(*) filter (where g.pdd_bucket = 19),
                     count(*) filter (where g.pdd_bucket = 20)] as pdd_histogram
          from ended g
          left join cdr.destinations() d on d.prefix = g.prefix
         group by 1, 2, 3, 4, 5, 6, 7, 8
    )
    insert into cdr.hourly_summary as h (tenant_id, bucket_at, account_id, carrier_trunk_id, direction, jurisdiction,
                                         prefix, country, currency, calls, seizures, answered, effective, refused,
                                         short_calls, talk_ms, sell_billed_s, buy_billed_s, sell_amount, buy_amount,
                                         pdd_calls, pdd_ms, pdd_histogram, rolled_up_at)
    select p_tenant, s.bucket_at, s.account_id, s.carrier_trunk_id, s.direction, s.jurisdiction, s.prefix,
           s.country, s.currency, s.calls, s.seizures, s.answered, s.effective, s.refused, s.short_calls, s.talk_ms,
           s.sell_billed_s, s.buy_billed_s, s.sell_amount, s.buy_amount, s.pdd_calls, s.pdd_ms, s.pdd_histogram, v_at
      from summed s
    on conflict (tenant_id, bucket_at, id) do update
       set (calls, seizures, answered, effective, refused, short_calls, talk_ms, sell_billed_s, buy_billed_s,
            sell_amount, buy_amount, pdd_calls, pdd_ms, pdd_histogram, rolled_up_at)
           = row (excluded.calls, excluded.seizures, excluded.answered, excluded.effective, excluded.refused,
                  excluded.short_calls, excluded.talk_ms, excluded.sell_billed_s, excluded.buy_billed_s,
                  excluded.sell_amount, excluded.buy_amount, excluded.pdd_calls, excluded.pdd_ms,
                  excluded.pdd_histogram, excluded.rolled_up_at);
    get diagnostics v_rows = row_count;
    delete from cdr.hourly_summary h
     where h.tenant_id = p_tenant and h.bucket_at >= p_from and h.bucket_at < p_until and h.rolled_up_at <> v_at;

    insert into cdr.daily_summary as d (tenant_id, day, account_id, carrier_trunk_id, direction, jurisdiction, prefix,
                                        country, currency, calls, seizures, answered, effective, refused, short_calls,
                                        talk_ms, sell_billed_s, buy_billed_s, sell_amount, buy_amount, pdd_calls,
                                        pdd_ms, pdd_histogram, rolled_up_at)
    select p_tenant, (h.bucket_at at time zone 'UTC')::date, h.account_id, h.carrier_trunk_id, h.direction,
           h.jurisdiction, h.prefix, h.country, h.currency, sum(h.calls), sum(h.seizures), sum(h.answered),
           sum(h.effective), sum(h.refused), sum(h.short_calls), sum(h.talk_ms), sum(h.sell_billed_s),
           sum(h.buy_billed_s), sum(h.sell_amount), sum(h.buy_amount), sum(h.pdd_calls), sum(h.pdd_ms),
           array[sum(h.pdd_histogram[1]), sum(h.pdd_histogram[2]), sum(h.pdd_histogram[3]), sum(h.pdd_histogram[4]),
                 sum(h.pdd_histogram[5]), sum(h.pdd_histogram[6]), sum(h.pdd_histogram[7]), sum(h.pdd_histogram[8]),
                 sum(h.pdd_histogram[9]), sum(h.pdd_histogram[10]), sum(h.pdd_histogram[11]),
                 sum(h.pdd_histogram[12]), sum(h.pdd_histogram[13]), sum(h.pdd_histogram[14]),
                 sum(h.pdd_histogram[15]), sum(h.pdd_histogram[16]), sum(h.pdd_histogram[17]),
                 sum(h.pdd_histogram[18]), sum(h.pdd_histogram[19]), sum(h.pdd_histogram[20]),
                 sum(h.pdd_histogram[21])], v_at
      from cdr.hourly_summary h
     where h.tenant_id = p_tenant
       and h.bucket_at >= v_day and h.bucket_at < v_end
     group by 2, 3, 4, 5, 6, 7, 8, 9
    on conflict (tenant_id, day, id) do update
       set (calls, seizures, answered, effective, refused, short_calls, talk_ms, sell_billed_s, buy_billed_s,
            sell_amount, buy_amount, pdd_calls, pdd_ms, pdd_histogram, rolled_up_at)
           = row (excluded.calls, excluded.seizures, excluded.answered, excluded.effective, excluded.refused,
                  excluded.short_calls, excluded.talk_ms, excluded.sell_billed_s, excluded.buy_billed_s,
                  excluded.sell_amount, excluded.buy_amount, excluded.pdd_calls, excluded.pdd_ms,
                  excluded.pdd_histogram, excluded.rolled_up_at)
     where (d.calls, d.seizures, d.answered, d.effective, d.refused, d.short_calls, d.talk_ms, d.sell_billed_s,
            d.buy_billed_s, d.sell_amount, d.buy_amount, d.pdd_ms, d.pdd_histogram)
           is distinct from
           (excluded.calls, excluded.seizures, excluded.answered, excluded.effective, excluded.refused,
            excluded.short_calls, excluded.talk_ms, excluded.sell_billed_s, excluded.buy_billed_s,
            excluded.sell_amount, excluded.buy_amount, excluded.pdd_ms, excluded.pdd_histogram);
    -- Hours and days of one key have one id. Not a join: before there are statistics that would be a bad one.
    delete from cdr.daily_summary d
     where d.tenant_id = p_tenant
       and d.day between (p_from at time zone 'UTC')::date and ((p_until - interval '1 hour') at time zone 'UTC')::date
       and (d.day, d.id) not in (
               select (h.bucket_at at time zone 'UTC')::date, h.id
                 from cdr.hourly_summary h
                where h.tenant_id = p_tenant and h.bucket_at >= v_day and h.bucket_at < v_end);

    update cdr.summary_states s set rolled_up_at = v_at where s.tenant_id = p_tenant;
    return v_rows;
end $$;
comment on function cdr.roll_up(uuid, timestamptz, timestamptz) is
    'Sums the calls of a window of full hours up by hour, and the days that it touches from their hours, anew, while '
    'no calls are rated: repeated it gives the same, and what no call stands behind any more goes. Returns '
    'how many rows the hours have.';
grant execute on function cdr.roll_up(uuid, timestamptz, timestamptz) to heddle_engine;

-- Reports

create schema reporting;
comment on schema reporting is 'Reports: materialized views, reached through views that show each its own.';
grant usage on schema reporting to heddle_app, heddle_engine, heddle_report;

-- Within a bucket values are taken as spread evenly; in the last, which has no end, as its beginning.
create function reporting.percentile_ms(p_histogram bigint[], p_fraction numeric) returns integer
language sql immutable parallel safe
as $$
    with buckets as (
        select b.turn, b.number, sum(b.number) over (order by b.turn) as reached,
               p_fraction * sum(b.number) over () as wanted,
               coalesce((cdr.pdd_bounds_ms())[b.turn - 1], 0) as low,
               coalesce((cdr.pdd_bounds_ms())[b.turn], (cdr.pdd_bounds_ms())[b.turn - 1]) as high
          from unnest(p_histogram) with ordinality as b (number, turn)
    )
    select round(b.low + (b.high - b.low) * (b.wanted - (b.reached - b.number)) / b.number)::integer
      from buckets b
     where b.number > 0 and b.reached >= b.wanted
     order by b.turn limit 1
$$;
comment on function reporting.percentile_ms(bigint[], numeric) is
    'A percentile of post-dial delay (0.5, 0.95) from a histogram; NULL of an empty one.';
grant execute on function reporting.percentile_ms(bigint[], numeric) to heddle_app, heddle_engine, heddle_report;

create materialized view reporting.hourly_traffic_data as
select h.tenant_id, h.bucket_at,
       md5(coalesce(h.account_id::text, '') || ' ' || h.direction || ' ' || coalesce(h.jurisdiction, '') || ' '
           || h.country || ' ' || h.currency)::uuid as id,
       h.account_id, h.direction, h.jurisdiction, h.country, h.currency,
       sum(h.calls)::bigint as calls, sum(h.answered)::bigint as answered, sum(h.effective)::bigint as effective,
       sum(h.refused)::bigint as refused, sum(h.talk_ms)::bigint as talk_ms,
       sum(h.sell_billed_s)::bigint as sell_billed_s, sum(h.sell_amount) as sell_amount,
       sum(h.buy_amount) as buy_amount, sum(h.margin) as margin
  from cdr.hourly_summary h
 where h.bucket_at >= now() - interval '14 days'
 group by h.tenant_id, h.bucket_at, h.account_id, h.direction, h.jurisdiction, h.country, h.currency;
create unique index hourly_traffic_data_key on reporting.hourly_traffic_data (tenant_id, bucket_at, id);
create index hourly_traffic_data_of_account on reporting.hourly_traffic_data (tenant_id, account_id, bucket_at);

create materialized view reporting.daily_traffic_data as
select d.tenant_id, d.day,
       md5(coalesce(d.account_id::text, '') || ' ' || d.direction || ' ' || coalesce(d.jurisdiction, '') || ' '
           || d.country || ' ' || d.currency)::uuid as id,
       d.account_id, d.direction, d.jurisdiction, d.country, d.currency,
       sum(d.calls)::bigint as calls, sum(d.answered)::bigint as answered, sum(d.effective)::bigint as effective,
       sum(d.refused)::bigint as refused, sum(d.talk_ms)::bigint as talk_ms,
       sum(d.sell_billed_s)::bigint as sell_billed_s, sum(d.sell_amount) as sell_amount,
       sum(d.buy_amount) as buy_amount, sum(d.margin) as margin
  from cdr.daily_summary d
 where d.day >= current_date - 400
 group by d.tenant_id, d.day, d.account_id, d.direction, d.jurisdiction, d.country, d.currency;
create unique index daily_traffic_data_key on reporting.daily_traffic_data (tenant_id, day, id);
create index daily_traffic_data_of_account on reporting.daily_traffic_data (tenant_id, account_id, day);

create materialized view reporting.carrier_performance_data as
with summed as (
    select d.tenant_id, d.day, d.carrier_trunk_id, d.currency,
           sum(d.seizures)::bigint as seizures, sum(d.answered)::bigint as answered,
           sum(d.effective)::bigint as effective, sum(d.short_calls)::bigint as short_calls,
           sum(d.talk_ms)::bigint as talk_ms, sum(d.buy_billed_s)::bigint as buy_billed_s,
           sum(d.sell_amount) as sell_amount, sum(d.buy_amount) as buy_amount, sum(d.margin) as margin,
           sum(d.pdd_calls)::bigint as pdd_calls, sum(d.pdd_ms)::bigint as pdd_ms,
           array[sum(d.pdd_histogram[1]), sum(d.pdd_histogram[2]), sum(d.pdd_histogram[3]), sum(d.pdd_histogram[4]),
                 sum(d.pdd_histogram[5]), sum(d.pdd_histogram[6]), sum(d.pdd_histogram[7]), sum(d.pdd_histogram[8]),
                 sum(d.pdd_histogram[9]), sum(d.pdd_histogram[10]), sum(d.pdd_histogram[11]),
                 sum(d.pdd_histogram[12]), sum(d.pdd_histogram[13]), sum(d.pdd_histogram[14]),
                 sum(d.pdd_histogram[15]), sum(d.pdd_histogram[16]), sum(d.pdd_histogram[17]),
                 sum(d.pdd_histogram[18]), sum(d.pdd_histogram[19]), sum(d.pdd_histogram[20]),
                 sum(d.pdd_histogram[21])] as pdd_histogram
      from cdr.daily_summary d
     where d.carrier_trunk_id is not null and d.day >= current_date - 400
     group by d.tenant_id, d.day, d.carrier_trunk_id, d.currency
)
select s.tenant_id, s.day, s.carrier_trunk_id, s.currency, s.seizures, s.answered, s.effective, s.short_calls,
       s.talk_ms, s.buy_billed_s, s.sell_amount, s.buy_amount, s.margin,
       round(100.0 * s.answered / nullif(s.seizures, 0), 2) as asr_percent,
       round(100.0 * s.effective / nullif(s.seizures, 0), 2) as ner_percent,
       round(s.talk_ms / 1000.0 / nullif(s.answered, 0), 1) as acd_s,
       round(100.0 * s.short_calls / nullif(s.answered, 0), 2) as short_percent,
       round(100.0 * s.margin / nullif(s.sell_amount, 0), 2) as margin_percent,
       round(s.pdd_ms::numeric / nullif(s.pdd_calls, 0))::integer as pdd_mean_ms,
       reporting.percentile_ms(s.pdd_histogram::bigint[], 0.5) as pdd_p50_ms,
       reporting.percentile_ms(s.pdd_histogram::bigint[], 0.95) as pdd_p95_ms
  from summed s;
create unique index carrier_performance_data_key
    on reporting.carrier_performance_data (tenant_id, day, carrier_trunk_id, currency);

create table reporting.reports (
    name         text not null,
    refreshed_at timestamptz,
    duration_ms  bigint,
    row_count    bigint,
    data_until   timestamptz,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (name)
);
create table reporting.refreshes (
    id          uuid not null default core.uuid_v7(),
    name        text not null,
    started_at  timestamptz not null,
    duration_ms bigint not null,
    row_count   bigint not null,
    data_until  timestamptz,
    lag_s       numeric(18, 3),
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (id)
);
create index refreshes_by_name on reporting.refreshes (name, started_at);

insert into reporting.reports (name) values ('hourly_traffic'), ('daily_traffic'), ('carrier_performance');

create trigger reports_update_updated_at before update on reporting.reports
    for each row execute function core.update_updated_at_column();
create trigger refreshes_update_updated_at before update on reporting.refreshes
    for each row execute function core.update_updated_at_column();

-- As its owner: only that may refresh, and the engine may not read what it holds.
create function reporting.refresh(p_name text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_start constant timestamptz := clock_timestamp();
    v_rows  bigint;
    v_until timestamptz;
    v_ms    bigint;
begin
    perform from reporting.reports r where r.name = p_name for update skip locked;
    if not found then
        if exists (select from reporting.reports r where r.name = p_name) then
            return null;        -- somebody is at it
        end if;
        raise exception 'there is no report called %', p_name using errcode = 'invalid_parameter_value';
    end if;

    execute format('refresh materialized view concurrently reporting.%I', p_name || '_data');
    execute format('select count(*), max(%s) from reporting.%I',
                   case p_name when 'hourly_traffic' then 'bucket_at + interval ''1 hour'''
                               else '(day + 1)::timestamp at time zone ''UTC''' end,
                   p_name || '_data') into v_rows, v_until;
    v_ms := (extract(epoch from clock_timestamp() - v_start) * 1000)::bigint;

    update reporting.reports r
       set refreshed_at = v_start, duration_ms = v_ms, row_count = v_rows, data_until = v_until
     where r.name = p_name;
    insert into reporting.refreshes (name, started_at, duration_ms, row_count, data_until, lag_s)
    values (p_name, v_start, v_ms, v_rows, v_until, round(extract(epoch from v_start - v_until), 3));
    delete from reporting.refreshes r where r.name = p_name and r.started_at < v_start - interval '30 days';
    return v_rows;
end $$;
comment on function reporting.refresh(text) is
    'Refreshes a report beside its readers and records it; returns how many rows it has, or NULL when somebody else is '
    'refreshing it just now.';
grant execute on function reporting.refresh(text) to heddle_engine;

create view reporting.hourly_traffic with (security_barrier = true) as
select t.tenant_id, t.bucket_at, t.id, t.account_id, t.direction, t.jurisdiction, t.country, t.currency, t.calls,
       t.answered, t.effective, t.refused, t.talk_ms, t.sell_billed_s, t.sell_amount,
       case when current_setting('app.account_scope', true) = 'tenant' then t.buy_amount end as buy_amount,
       case when current_setting('app.account_scope', true) = 'tenant' then t.margin end as margin
  from reporting.hourly_traffic_data t
 where t.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
   and (current_setting('app.account_scope', true) = 'tenant'
        or t.account_id = any (string_to_array(nullif(current_setting('app.account_ids', true), ''), ',')::uuid[]));

create view reporting.daily_traffic with (security_barrier = true) as
select t.tenant_id, t.day, t.id, t.account_id, t.direction, t.jurisdiction, t.country, t.currency, t.calls,
       t.answered, t.effective, t.refused, t.talk_ms, t.sell_billed_s, t.sell_amount,
       case when current_setting('app.account_scope', true) = 'tenant' then t.buy_amount end as buy_amount,
       case when current_setting('app.account_scope', true) = 'tenant' then t.margin end as margin
  from reporting.daily_traffic_data t
 where t.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
   and (current_setting('app.account_scope', true) = 'tenant'
        or t.account_id = any (string_to_array(nullif(current_setting('app.account_ids', true), ''), ',')::uuid[]));

create view reporting.carrier_performance with (security_barrier = true) as
select t.*
  from reporting.carrier_performance_data t
 where t.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
   and current_setting('app.account_scope', true) = 'tenant';

create view reporting.freshness as
select r.name, r.refreshed_at, r.duration_ms, r.data_until,
       round(extract(epoch from now() - r.refreshed_at), 3) as age_s,
       round(extract(epoch from now() - r.data_until), 3) as lag_s
  from reporting.reports r;

grant select on cdr.hourly_summary, cdr.daily_summary, cdr.summary_states to heddle_app, heddle_report;
grant select, insert, update, delete on cdr.hourly_summary, cdr.daily_summary to heddle_engine;
grant select, insert, update on cdr.summary_states to heddle_engine;
grant select on reporting.hourly_traffic, reporting.daily_traffic, reporting.carrier_performance, reporting.freshness
    to heddle_app, heddle_report;
grant select on reporting.reports, reporting.refreshes, reporting.freshness to heddle_engine;

comment on table cdr.hourly_summary is 'Calls summed up by hour.';
comment on column cdr.hourly_summary.bucket_at is 'First instant of the hour, in UTC.';
comment on column cdr.hourly_summary.id is 'Derived from what the row is about.';
comment on column cdr.hourly_summary.account_id is 'The account; NULL for calls of none.';
comment on column cdr.hourly_summary.carrier_trunk_id is
    'The carrier trunk that carried the calls, or was tried; NULL for none.';
comment on column cdr.hourly_summary.direction is 'outbound, inbound, emergency or unknown.';
comment on column cdr.hourly_summary.jurisdiction is 'How the calls were priced.';
comment on column cdr.hourly_summary.prefix is 'Country code of the called numbers.';
comment on column cdr.hourly_summary.country is 'Country of the called numbers; empty where it is not known.';
comment on column cdr.hourly_summary.currency is 'Currency of the amounts.';
comment on column cdr.hourly_summary.calls is 'Calls that ended there.';
comment on column cdr.hourly_summary.seizures is 'Times that the carrier trunk was tried.';
comment on column cdr.hourly_summary.answered is 'Calls that were answered.';
comment on column cdr.hourly_summary.effective is
    'Calls that the network did its part for: answered, busy, rang out, given up while ringing, or declined.';
comment on column cdr.hourly_summary.refused is 'Calls that we refused.';
comment on column cdr.hourly_summary.short_calls is 'Answered calls of six seconds at most.';
comment on column cdr.hourly_summary.talk_ms is 'Talk time.';
comment on column cdr.hourly_summary.sell_billed_s is 'Seconds sold.';
comment on column cdr.hourly_summary.buy_billed_s is 'Seconds bought.';
comment on column cdr.hourly_summary.sell_amount is 'What the accounts pay.';
comment on column cdr.hourly_summary.buy_amount is 'What the carriers charge.';
comment on column cdr.hourly_summary.margin is 'Sell amount less buy amount.';
comment on column cdr.hourly_summary.pdd_calls is 'Calls that rang or were answered.';
comment on column cdr.hourly_summary.pdd_ms is 'Sum of their post-dial delays.';
comment on column cdr.hourly_summary.pdd_histogram is
    'Those calls by post-dial delay, in the buckets of cdr.pdd_bounds_ms().';
comment on column cdr.hourly_summary.rolled_up_at is 'When calls were last added, or it was summed up anew.';

comment on table cdr.daily_summary is 'Calls summed up by day.';
comment on column cdr.daily_summary.day is 'The day, in UTC.';
comment on column cdr.daily_summary.id is 'Derived from what the row is about.';
comment on column cdr.daily_summary.account_id is 'The account; NULL for calls of none.';
comment on column cdr.daily_summary.carrier_trunk_id is
    'The carrier trunk that carried the calls, or was tried; NULL for none.';
comment on column cdr.daily_summary.direction is 'outbound, inbound, emergency or unknown.';
comment on column cdr.daily_summary.jurisdiction is 'How the calls were priced.';
comment on column cdr.daily_summary.prefix is 'Country code of the called numbers.';
comment on column cdr.daily_summary.country is 'Country of the called numbers; empty where it is not known.';
comment on column cdr.daily_summary.currency is 'Currency of the amounts.';
comment on column cdr.daily_summary.calls is 'Calls that ended there.';
comment on column cdr.daily_summary.seizures is 'Times that the carrier trunk was tried.';
comment on column cdr.daily_summary.answered is 'Calls that were answered.';
comment on column cdr.daily_summary.effective is
    'Calls that the network did its part for: answered, busy, rang out, given up while ringing, or declined.';
comment on column cdr.daily_summary.refused is 'Calls that we refused.';
comment on column cdr.daily_summary.short_calls is 'Answered calls of six seconds at most.';
comment on column cdr.daily_summary.talk_ms is 'Talk time.';
comment on column cdr.daily_summary.sell_billed_s is 'Seconds sold.';
comment on column cdr.daily_summary.buy_billed_s is 'Seconds bought.';
comment on column cdr.daily_summary.sell_amount is 'What the accounts pay.';
comment on column cdr.daily_summary.buy_amount is 'What the carriers charge.';
comment on column cdr.daily_summary.margin is 'Sell amount less buy amount.';
comment on column cdr.daily_summary.pdd_calls is 'Calls that rang or were answered.';
comment on column cdr.daily_summary.pdd_ms is 'Sum of their post-dial delays.';
comment on column cdr.daily_summary.pdd_histogram is
    'Those calls by post-dial delay, in the buckets of cdr.pdd_bounds_ms().';
comment on column cdr.daily_summary.rolled_up_at is 'When calls were last added, or it was summed up anew.';

comment on table cdr.summary_states is
    'The sums of a tenant: who adds calls to them shares the row, who sums up anew has it alone.';
comment on column cdr.summary_states.rolled_up_at is 'When some of its hours were last summed up anew.';
comment on column cdr.summary_states.checked_on is 'The last day (UTC) whose sums were compared with its calls.';
comment on column cdr.summary_states.difference_count is
    'How many sums of that day were others than those of its calls: cdr.check_sums() tells which.';

comment on materialized view reporting.hourly_traffic_data is 'Traffic of all tenants by hour, 14 days; not granted.';
comment on materialized view reporting.daily_traffic_data is 'Traffic of all tenants by day, 400 days; not granted.';
comment on materialized view reporting.carrier_performance_data is
    'Carrier trunks of all tenants by day, 400 days; not granted.';

comment on view reporting.hourly_traffic is 'Traffic by hour, of the tenant and accounts of the context.';
comment on column reporting.hourly_traffic.bucket_at is 'First instant of the hour, in UTC.';
comment on column reporting.hourly_traffic.id is 'Derived from what the row is about.';
comment on column reporting.hourly_traffic.tenant_id is 'The operator.';
comment on column reporting.hourly_traffic.account_id is 'The account; NULL for calls of none.';
comment on column reporting.hourly_traffic.direction is 'outbound, inbound, emergency or unknown.';
comment on column reporting.hourly_traffic.jurisdiction is 'How the calls were priced.';
comment on column reporting.hourly_traffic.country is 'Country of the called numbers; empty where it is not known.';
comment on column reporting.hourly_traffic.currency is 'Currency of the amounts.';
comment on column reporting.hourly_traffic.calls is 'Calls.';
comment on column reporting.hourly_traffic.answered is 'Calls that were answered.';
comment on column reporting.hourly_traffic.effective is 'Calls that the network did its part for.';
comment on column reporting.hourly_traffic.refused is 'Calls that we refused.';
comment on column reporting.hourly_traffic.talk_ms is 'Talk time.';
comment on column reporting.hourly_traffic.sell_billed_s is 'Seconds sold.';
comment on column reporting.hourly_traffic.sell_amount is 'What the accounts pay.';
comment on column reporting.hourly_traffic.buy_amount is 'What the carriers charge; shown to staff.';
comment on column reporting.hourly_traffic.margin is 'Sell amount less buy amount; shown to staff.';

comment on view reporting.daily_traffic is 'Traffic by day, of the tenant and accounts of the context.';
comment on column reporting.daily_traffic.day is 'The day, in UTC.';
comment on column reporting.daily_traffic.id is 'Derived from what the row is about.';
comment on column reporting.daily_traffic.tenant_id is 'The operator.';
comment on column reporting.daily_traffic.account_id is 'The account; NULL for calls of none.';
comment on column reporting.daily_traffic.direction is 'outbound, inbound, emergency or unknown.';
comment on column reporting.daily_traffic.jurisdiction is 'How the calls were priced.';
comment on column reporting.daily_traffic.country is 'Country of the called numbers; empty where it is not known.';
comment on column reporting.daily_traffic.currency is 'Currency of the amounts.';
comment on column reporting.daily_traffic.calls is 'Calls.';
comment on column reporting.daily_traffic.answered is 'Calls that were answered.';
comment on column reporting.daily_traffic.effective is 'Calls that the network did its part for.';
comment on column reporting.daily_traffic.refused is 'Calls that we refused.';
comment on column reporting.daily_traffic.talk_ms is 'Talk time.';
comment on column reporting.daily_traffic.sell_billed_s is 'Seconds sold.';
comment on column reporting.daily_traffic.sell_amount is 'What the accounts pay.';
comment on column reporting.daily_traffic.buy_amount is 'What the carriers charge; shown to staff.';
comment on column reporting.daily_traffic.margin is 'Sell amount less buy amount; shown to staff.';

comment on view reporting.carrier_performance is 'How well carrier trunks do, by day; for staff of the tenant.';
comment on column reporting.carrier_performance.tenant_id is 'The operator.';
comment on column reporting.carrier_performance.day is 'The day, in UTC.';
comment on column reporting.carrier_performance.carrier_trunk_id is 'The carrier trunk.';
comment on column reporting.carrier_performance.currency is 'Currency of the amounts.';
comment on column reporting.carrier_performance.seizures is 'Times that it was tried.';
comment on column reporting.carrier_performance.answered is 'Calls that were answered.';
comment on column reporting.carrier_performance.effective is 'Calls that the network did its part for.';
comment on column reporting.carrier_performance.short_calls is 'Answered calls of six seconds at most.';
comment on column reporting.carrier_performance.talk_ms is 'Talk time.';
comment on column reporting.carrier_performance.buy_billed_s is 'Seconds bought.';
comment on column reporting.carrier_performance.sell_amount is 'What the accounts pay.';
comment on column reporting.carrier_performance.buy_amount is 'What the carrier charges.';
comment on column reporting.carrier_performance.margin is 'Sell amount less buy amount.';
comment on column reporting.carrier_performance.asr_percent is 'Answer-seizure ratio: answered of seizures.';
comment on column reporting.carrier_performance.ner_percent is 'Network effectiveness ratio: effective of seizures.';
comment on column reporting.carrier_performance.acd_s is 'Average call duration: talk time of an answered call.';
comment on column reporting.carrier_performance.short_percent is 'Short calls of those answered.';
comment on column reporting.carrier_performance.margin_percent is 'Margin of what the accounts pay.';
comment on column reporting.carrier_performance.pdd_mean_ms is 'Mean post-dial delay.';
comment on column reporting.carrier_performance.pdd_p50_ms is 'Post-dial delay that half of the calls stay below.';
comment on column reporting.carrier_performance.pdd_p95_ms is 'Post-dial delay that 95 of 100 calls stay below.';

comment on table reporting.reports is 'The reports, and how fresh they are.';
comment on column reporting.reports.name is 'The report.';
comment on column reporting.reports.refreshed_at is 'When it was refreshed last.';
comment on column reporting.reports.duration_ms is 'How long that took.';
comment on column reporting.reports.row_count is 'Rows of all tenants.';
comment on column reporting.reports.data_until is 'End of the last hour or day in it.';
comment on column reporting.reports.created_at is 'When the row was made.';
comment on column reporting.reports.updated_at is 'When the row was last changed.';

comment on table reporting.refreshes is 'Refreshes of the last 30 days.';
comment on column reporting.refreshes.name is 'The report.';
comment on column reporting.refreshes.started_at is 'When it began.';
comment on column reporting.refreshes.duration_ms is 'How long it took.';
comment on column reporting.refreshes.row_count is 'Rows then.';
comment on column reporting.refreshes.data_until is 'End of the last hour or day in it.';
comment on column reporting.refreshes.lag_s is 'Seconds from that to the beginning.';
comment on column reporting.refreshes.id is 'Identifier.';
comment on column reporting.refreshes.created_at is 'When the row was made.';
comment on column reporting.refreshes.updated_at is 'When the row was last changed.';

comment on view reporting.freshness is 'How fresh the reports are.';
comment on column reporting.freshness.name is 'The report.';
comment on column reporting.freshness.refreshed_at is 'When it was refreshed last.';
comment on column reporting.freshness.duration_ms is 'How long that took.';
comment on column reporting.freshness.data_until is 'End of the last hour or day in it.';
comment on column reporting.freshness.age_s is 'Seconds since it was refreshed.';
comment on column reporting.freshness.lag_s is 'Seconds since the end of what is in it.';

-- What a report holds is what its view shows. Its id is also what lets a refresh not lock readers out.
do $$
declare
    v_column record;
begin
    for v_column in
        select d.oid::regclass as data, a.attname as name, pg_catalog.col_description(v.oid, o.attnum) as comment
          from pg_catalog.pg_class v
          join pg_catalog.pg_class d on d.relnamespace = v.relnamespace and d.relname = v.relname || '_data'
          join pg_catalog.pg_attribute o on o.attrelid = v.oid and o.attnum > 0
          join pg_catalog.pg_attribute a on a.attrelid = d.oid and a.attname = o.attname
         where v.relnamespace = 'reporting'::regnamespace and v.relkind = 'v' and d.relkind = 'm'
    loop
        execute format('comment on column %s.%I is %L', v_column.data, v_column.name, v_column.comment);
    end loop;
end $$;
