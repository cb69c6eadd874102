-- What vendors promised against what they did: measurements of their calls by day and month, the promises that were
-- not kept, and what that costs them.
--
-- A contract's targets are numbers by metric (0026). What a missed one costs is a row of its own, for a promise without
-- a price is a promise too. Measured is from the summaries by day: a trunk's rows are there to look at, a vendor's row
-- over all its trunks is what a promise is held against, so that one miss is charged once. Only calls that we gave the
-- vendor count; what it sent us says nothing of it.
--
-- A target counts for a period that begins under its contract: a contract that begins within a month is judged by the
-- month from the next one on. Of contracts that hold, the one that begins last counts, for each metric by itself.

create domain vendor_mgmt.breach_status as text
    constraint breach_status_is_known check (value in ('open', 'claimed', 'credited', 'waived'));
comment on domain vendor_mgmt.breach_status is
    'open: found, and measured again while it is; claimed: the vendor was told; credited: it paid; waived: let go.';

create domain vendor_mgmt.penalty_percent as numeric(7, 4)
    constraint penalty_between_0_and_100_percent check (value between 0 and 100);
comment on domain vendor_mgmt.penalty_percent is 'A share of what was bought, in per cent.';

create table vendor_mgmt.contract_penalties (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    contract_id     uuid not null,
    metric          vendor_mgmt.metric not null,
    period          vendor_mgmt.metric_period not null default 'month',
    minimum_samples bigint not null default 1,
    fixed_amount    core.unsigned_total not null default 0,
    percent         vendor_mgmt.penalty_percent not null default 0,
    most_amount     core.unsigned_total,
    metadata        core.metadata not null default '{}',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint penalty_is_agreed_once unique (tenant_id, contract_id, metric),
    constraint penalty_is_by_day_or_month check (period in ('day', 'month')),
    constraint penalty_sample_is_above_zero check (minimum_samples >= 1)
);

create table vendor_mgmt.breaches (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    vendor_id         uuid not null,
    contract_id       uuid not null,
    metric            vendor_mgmt.metric not null,
    period            vendor_mgmt.metric_period not null,
    period_from       timestamptz not null,
    target            numeric(18, 6) not null,
    value             numeric(18, 6) not null,
    samples           bigint not null,
    currency          core.currency not null,
    bought_amount     core.total not null,
    penalty_amount    core.unsigned_total not null,
    status            vendor_mgmt.breach_status not null default 'open',
    status_changed_at timestamptz not null default now(),
    note              text,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint breach_is_found_once unique (tenant_id, contract_id, metric, period, period_from)
);
create index breaches_by_status on vendor_mgmt.breaches (tenant_id, status, period_from);
create index breaches_of_vendor on vendor_mgmt.breaches (tenant_id, vendor_id, period_from);

select core.distribute_pending();

alter table vendor_mgmt.contract_penalties
    add constraint penalty_belongs_to_contract foreign key (tenant_id, contract_id)
        references vendor_mgmt.contracts (tenant_id, id) on delete cascade;
alter table vendor_mgmt.breaches
    add constraint breach_is_by_vendor foreign key (tenant_id, vendor_id)
        references vendor_mgmt.vendors (tenant_id, id);
alter table vendor_mgmt.breaches
    add constraint breach_is_of_contract foreign key (tenant_id, contract_id)
        references vendor_mgmt.contracts (tenant_id, id);

select core.adopt_tables('tenant', 'vendor_mgmt.contract_penalties', 'vendor_mgmt.breaches');

create trigger breaches_keep_status_order before update of status on vendor_mgmt.breaches
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('open', 'claimed'), ('open', 'waived'), ('claimed', 'credited'), ('claimed', 'waived'), ('waived', 'open')))
    execute function core.refuse_state_change('a breach', 'breach_status_has_its_order');
create trigger breaches_stamp_status before update of status on vendor_mgmt.breaches
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

-- A term that starts anew is as long as the first, in months and days.
create function vendor_mgmt.contract_end(p_from timestamptz, p_to timestamptz, p_renews boolean, p_at timestamptz)
returns timestamptz
language sql immutable parallel safe
as $$
    select case
        when not p_renews or p_to > p_at then p_to
        else (select min(g.ends) at time zone 'UTC'
                from (select p_from at time zone 'UTC'
                             + turn * age(p_to at time zone 'UTC', p_from at time zone 'UTC') as ends
                        from generate_series(2, 2400) turn) g
               where g.ends > p_at at time zone 'UTC') end
$$;
comment on function vendor_mgmt.contract_end(timestamptz, timestamptz, boolean, timestamptz) is
    'When the term of a contract ends that runs at an instant, or ran last: one that renews by itself has a term after '
    'the other. NULL is open.';
grant execute on function vendor_mgmt.contract_end(timestamptz, timestamptz, boolean, timestamptz)
    to heddle_app, heddle_engine, heddle_report;

create function vendor_mgmt.measure_calls(p_tenant uuid, p_from date, p_until date)
returns table (metrics bigint, breaches bigint)
language plpgsql set plan_cache_mode = force_custom_plan
as $$
begin
    if (p_until > p_from and p_until - p_from <= 62) is not true then
        raise exception 'measure_calls wants a span of 1 to 62 days' using errcode = 'invalid_parameter_value';
    end if;

    with periods as (
        select 'day' as period, d::date as starts_on, d::date + 1 as ends_on
          from generate_series(p_from::timestamp, p_until::timestamp - interval '1 day', '1 day') d
         union all
        select 'month', m::date, (m + interval '1 month')::date
          from generate_series(date_trunc('month', p_from::timestamp), p_until::timestamp - interval '1 day',
                               '1 month') m
    ), calls as (
        select p.period, p.starts_on, v.vendor_id, s.carrier_trunk_id, s.seizures, s.answered, s.effective, s.talk_ms,
               s.pdd_calls, s.pdd_histogram
          from periods p
          join cdr.daily_summary s on s.tenant_id = p_tenant and s.day >= p.starts_on and s.day < p.ends_on
          join routing.carrier_trunks t on t.tenant_id = p_tenant and t.id = s.carrier_trunk_id
          join routing.carriers c on c.tenant_id = p_tenant and c.id = t.carrier_id
          join vendor_mgmt.carriers v on v.tenant_id = p_tenant and v.id = c.vendor_carrier_id
         where s.direction in ('outbound', 'emergency')
    ), sums as (
        select c.period, c.starts_on, c.vendor_id, c.carrier_trunk_id, sum(c.seizures) as seizures,
               sum(c.answered) as answered, sum(c.effective) as effective, sum(c.talk_ms) as talk_ms,
               sum(c.pdd_calls) as pdd_calls
          from calls c
         group by grouping sets ((c.period, c.starts_on, c.vendor_id),
                                 (c.period, c.starts_on, c.vendor_id, c.carrier_trunk_id))
    ), histograms as (
        select b.period, b.starts_on, b.vendor_id, b.carrier_trunk_id, array_agg(b.number order by b.turn) as buckets
          from (select c.period, c.starts_on, c.vendor_id, c.carrier_trunk_id, h.turn, sum(h.number)::bigint as number
                  from calls c
                 cross join unnest(c.pdd_histogram) with ordinality as h (number, turn)
                 group by grouping sets ((c.period, c.starts_on, c.vendor_id, h.turn),
                                         (c.period, c.starts_on, c.vendor_id, c.carrier_trunk_id, h.turn))) b
         group by b.period, b.starts_on, b.vendor_id, b.carrier_trunk_id
    ), measured as (
        select s.period, s.starts_on::timestamp at time zone 'UTC' as period_from, s.vendor_id, s.carrier_trunk_id,
               m.metric, round(m.value, 6) as value, m.samples
          from sums s
          join histograms h on (h.period, h.starts_on, h.vendor_id) = (s.period, s.starts_on, s.vendor_id)
           and h.carrier_trunk_id is not distinct from s.carrier_trunk_id
         cross join lateral (values
               ('asr_percent', 100.0 * s.answered / nullif(s.seizures, 0), s.seizures),
               ('ner_percent', 100.0 * s.effective / nullif(s.seizures, 0), s.seizures),
               ('acd_s', s.talk_ms / 1000.0 / nullif(s.answered, 0), s.answered),
               ('pdd_p50_ms', reporting.percentile_ms(h.buckets, 0.5)::numeric, s.pdd_calls),
               ('pdd_p95_ms', reporting.percentile_ms(h.buckets, 0.95)::numeric, s.pdd_calls))
               m (metric, value, samples)
         where m.value is not null
    )
    insert into vendor_mgmt.performance_metrics as k (tenant_id, vendor_id, carrier_trunk_id, contract_id, metric,
                                                      period, period_from, value, samples, target, target_met)
    select p_tenant, m.vendor_id, m.carrier_trunk_id, t.contract_id, m.metric, m.period, m.period_from, m.value,
           m.samples, t.target,
           case when m.metric like 'pdd%' then m.value <= t.target else m.value >= t.target end
      from measured m
      left join lateral (
            select c.id as contract_id, (c.targets ->> m.metric)::numeric as target
              from vendor_mgmt.contracts c
             where c.tenant_id = p_tenant and c.vendor_id = m.vendor_id and c.status <> 'draft'
               and jsonb_typeof(c.targets -> m.metric) = 'number' and c.valid_from <= m.period_from
               and (c.valid_to is null or c.valid_to > m.period_from or c.renews_by_itself and c.status = 'active')
               and (c.status <> 'terminated' or c.status_changed_at > m.period_from)
             order by c.valid_from desc, c.id desc limit 1) t on true
    on conflict (tenant_id, vendor_id, service_provider_id, carrier_trunk_id, metric, period, period_from) do update
       set value = excluded.value, samples = excluded.samples, contract_id = excluded.contract_id,
           target = excluded.target, target_met = excluded.target_met
     where (k.value, k.samples, k.contract_id, k.target)
           is distinct from (excluded.value, excluded.samples, excluded.contract_id, excluded.target);
    get diagnostics metrics = row_count;
    breaches := vendor_mgmt.find_breaches(p_tenant, p_from, p_until);
    return next;
end $$;
comment on function vendor_mgmt.measure_calls(uuid, date, date) is
    'Measures the calls that vendors carried on some days, and in the months of these, by trunk and over all trunks, '
    'against what they promised, and finds the promises that were not kept. Repeated it changes nothing; returns how '
    'many measurements and breaches changed.';
grant execute on function vendor_mgmt.measure_calls(uuid, date, date) to heddle_engine;

-- A breach that somebody has dealt with stays as it is, whatever is measured later.
create function vendor_mgmt.find_breaches(p_tenant uuid, p_from date, p_until date) returns bigint
language plpgsql set plan_cache_mode = force_custom_plan
as $$
declare
    v_from    constant timestamptz := date_trunc('month', p_from::timestamp) at time zone 'UTC';
    v_until   constant timestamptz := p_until::timestamp at time zone 'UTC';
    v_changed bigint;
    v_gone    bigint;
begin
    with missed as (
        select k.vendor_id, k.contract_id, k.metric, k.period, k.period_from, k.target, k.value, k.samples, c.currency,
               coalesce(p.fixed_amount, 0) as fixed_amount, coalesce(p.percent, 0) as percent, p.most_amount,
               e.ends_at
          from vendor_mgmt.performance_metrics k
          join vendor_mgmt.contracts c on c.tenant_id = p_tenant and c.id = k.contract_id
          left join vendor_mgmt.contract_penalties p
            on p.tenant_id = p_tenant and p.contract_id = k.contract_id and p.metric = k.metric
         cross join lateral (
               select (k.period_from at time zone 'UTC'
                       + case k.period when 'day' then interval '1 day' else interval '1 month' end)
                      at time zone 'UTC' as ends_at) e
         where k.tenant_id = p_tenant and k.carrier_trunk_id is null and k.service_provider_id is null
           and k.metric in ('asr_percent', 'ner_percent', 'acd_s', 'pdd_p50_ms', 'pdd_p95_ms') and not k.target_met
           and k.period = coalesce(p.period, 'month') and k.samples >= coalesce(p.minimum_samples, 1)
           and k.period_from >= v_from and e.ends_at <= v_until
    )
    insert into vendor_mgmt.breaches as b (tenant_id, vendor_id, contract_id, metric, period, period_from, target,
                                           value, samples, currency, bought_amount, penalty_amount)
    select p_tenant, m.vendor_id, m.contract_id, m.metric, m.period, m.period_from, m.target, m.value, m.samples,
           m.currency, g.amount,
           least(round(m.fixed_amount + g.amount * m.percent / 100, 8), m.most_amount)
      from missed m
     cross join lateral (
           select coalesce(sum(s.buy_amount), 0) as amount
             from cdr.daily_summary s
             join routing.carrier_trunks t on t.tenant_id = p_tenant and t.id = s.carrier_trunk_id
             join routing.carriers c on c.tenant_id = p_tenant and c.id = t.carrier_id
             join vendor_mgmt.carriers v on v.tenant_id = p_tenant and v.id = c.vendor_carrier_id
            where s.tenant_id = p_tenant and v.vendor_id = m.vendor_id and s.currency = m.currency
              and s.day >= (m.period_from at time zone 'UTC')::date and s.day < (m.ends_at at time zone 'UTC')::date
              and s.direction in ('outbound', 'emergency')) g
    on conflict (tenant_id, contract_id, metric, period, period_from) do update
       set target = excluded.target, value = excluded.value, samples = excluded.samples,
           bought_amount = excluded.bought_amount, penalty_amount = excluded.penalty_amount
     where b.status = 'open'
       and (b.target, b.value, b.samples, b.bought_amount, b.penalty_amount)
           is distinct from (excluded.target, excluded.value, excluded.samples, excluded.bought_amount,
                             excluded.penalty_amount);
    get diagnostics v_changed = row_count;

    delete from vendor_mgmt.breaches b
     where b.tenant_id = p_tenant and b.status = 'open' and b.period_from >= v_from and b.period_from < v_until
       and not exists (
               select from vendor_mgmt.performance_metrics k
                where k.tenant_id = p_tenant and k.vendor_id = b.vendor_id and k.contract_id = b.contract_id
                  and k.metric = b.metric and k.period = b.period and k.period_from = b.period_from
                  and k.carrier_trunk_id is null and k.service_provider_id is null and not k.target_met);
    get diagnostics v_gone = row_count;
    return v_changed + v_gone;
end $$;
comment on function vendor_mgmt.find_breaches(uuid, date, date) is
    'Finds which promises vendors did not keep in periods that are over, and what they owe for it: a fixed amount and '
    'a share of what was bought from them in the contract''s currency, at most so much. Open ones follow the '
    'measurements, and go when those do; the others stay. Returns how many changed.';
grant execute on function vendor_mgmt.find_breaches(uuid, date, date) to heddle_engine;

insert into ref.retention_defaults (name, time_column, months, condition, reason) values
    ('vendor_mgmt.breaches', 'period_from', 84, null, 'House choice: what vendors owed is told apart for 7 years.');

grant usage on schema vendor_mgmt to heddle_engine;
grant select, insert, update, delete on vendor_mgmt.contract_penalties to heddle_app;
grant select, update on vendor_mgmt.breaches to heddle_app;
grant select on vendor_mgmt.contract_penalties, vendor_mgmt.carriers, vendor_mgmt.vendors to heddle_engine;
grant select, insert, update, delete on vendor_mgmt.breaches to heddle_engine;
grant select on vendor_mgmt.contract_penalties, vendor_mgmt.breaches to heddle_report;

comment on table vendor_mgmt.contract_penalties is
    'What a vendor owes when it misses a target of its contract. A target without a row here is judged by the month, '
    'and costs nothing.';
comment on column vendor_mgmt.contract_penalties.contract_id is 'The contract.';
comment on column vendor_mgmt.contract_penalties.metric is 'What was promised, as in the targets of the contract.';
comment on column vendor_mgmt.contract_penalties.period is 'What it is judged over: day or month, in UTC.';
comment on column vendor_mgmt.contract_penalties.minimum_samples is 'Fewer calls than that say nothing.';
comment on column vendor_mgmt.contract_penalties.fixed_amount is 'What each miss costs, in the contract''s currency.';
comment on column vendor_mgmt.contract_penalties.percent is
    'What each miss costs besides, of what was bought from the vendor in the period.';
comment on column vendor_mgmt.contract_penalties.most_amount is 'What one miss costs at most; NULL is no limit.';

comment on table vendor_mgmt.breaches is 'Promises of vendors that were not kept, and what they owe for it.';
comment on column vendor_mgmt.breaches.vendor_id is 'The vendor.';
comment on column vendor_mgmt.breaches.contract_id is 'The contract that has the target.';
comment on column vendor_mgmt.breaches.metric is 'What was promised.';
comment on column vendor_mgmt.breaches.period is 'day or month, in UTC.';
comment on column vendor_mgmt.breaches.period_from is 'First instant of the period.';
comment on column vendor_mgmt.breaches.target is 'What was promised.';
comment on column vendor_mgmt.breaches.value is 'What was measured, over all trunks of the vendor.';
comment on column vendor_mgmt.breaches.samples is 'How many calls that is made from.';
comment on column vendor_mgmt.breaches.currency is 'Currency of the contract.';
comment on column vendor_mgmt.breaches.bought_amount is
    'What was bought from the vendor in the period, in that currency.';
comment on column vendor_mgmt.breaches.penalty_amount is 'What the vendor owes.';
comment on column vendor_mgmt.breaches.status is 'open, claimed, credited or waived.';
comment on column vendor_mgmt.breaches.status_changed_at is 'When the status last changed.';
comment on column vendor_mgmt.breaches.note is 'What people say of it.';
