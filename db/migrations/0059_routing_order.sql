-- The order of routes: what an operator prefers beside the price, and what keeps a carrier trunk away for a time.
--
-- A profile says which routes count as equal (the band around the cheapest) and what decides among equals:
-- price, priority, quality or weight. Rules name carrier trunks for some numbers: first, alone, or not at all.
-- How carriers do is counted from the CDRs, each try once, and from that come the quality of a carrier trunk for a
-- group of numbers and a jurisdiction, and a breaker: a trunk that fails is left alone for a while, and then gets a
-- few calls until one succeeds. Who was paid in advance gets no calls beyond what was paid.
--
-- The router in memory and routing.calculate_lcr() read the same rows: what is judged is written down here, so that
-- both only compare whole numbers.

create domain routing.strategy as text
    constraint strategy_is_known check (value in ('least_cost', 'priority', 'quality', 'weighted'));
comment on domain routing.strategy is
    'What decides among routes that count as equal: least_cost: their cost; priority: the lower first; quality: the '
    'better answer-seizure ratio first; weighted: each call draws the first by weight, the others follow by weight.';

create domain routing.rule_kind as text
    constraint rule_kind_is_known check (value in ('force_first', 'only', 'never'));
comment on domain routing.rule_kind is
    'force_first: before all other routes; only: no other carrier trunk than those named so; never: not at all.';

create domain routing.caller_requirement as text
    constraint caller_requirement_is_known check (value in ('any', 'number', 'north_american'));
comment on domain routing.caller_requirement is
    'Which callers a carrier takes: any; number: with a number; north_american: with one of country code 1.';

create domain routing.try_outcome as text
    constraint try_outcome_is_known check (value in ('answered', 'effective', 'ineffective', 'failed'));
comment on domain routing.try_outcome is
    'What became of a try at a carrier: answered; effective: the network did its part, the people did not talk; '
    'ineffective: refused for the call''s sake; failed: by the carrier''s fault.';

create domain routing.tags as text[]
    constraint tags_are_lower_case_words
    check (array_to_string(value, ' ') ~ '^([a-z0-9][a-z0-9_-]*( [a-z0-9][a-z0-9_-]*)*)?$')
    constraint tags_are_at_most_sixteen check (cardinality(value) <= 16);
comment on domain routing.tags is 'Words by which carrier trunks are told apart: lower case, digits, - and _.';

create table routing.profiles (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    name            text not null,
    is_default      boolean not null default false,
    strategy        routing.strategy not null default 'least_cost',
    band_bp         integer,
    band_per_minute core.rate,
    min_asr_bp      integer,
    min_ner_bp      integer,
    min_acd_s       integer,
    max_pdd_ms      integer,
    drops_poor      boolean not null default false,
    max_routes      integer not null default 8,
    required_tags   routing.tags not null default '{}',
    excluded_tags   routing.tags not null default '{}',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint profile_name_is_taken_once unique (tenant_id, name),
    constraint profile_band_between_0_and_100_per_cent check (band_bp between 0 and 10000),
    constraint profile_ratios_are_parts_of_10000
        check (min_asr_bp between 1 and 10000 and min_ner_bp between 1 and 10000),
    constraint profile_times_above_zero check (min_acd_s > 0 and max_pdd_ms > 0),
    constraint profile_has_one_to_eight_routes check (max_routes between 1 and 8)
);
-- Whoever has no profile of its own has this one, so that there is one at most.
create unique index profile_of_the_tenant_is_one on routing.profiles (tenant_id) where is_default;

create table routing.account_profiles (
    tenant_id  uuid not null,
    account_id uuid not null,
    profile_id uuid not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, account_id)
);
create index account_profiles_of_profile on routing.account_profiles (tenant_id, profile_id);

create table routing.rate_plan_profiles (
    tenant_id    uuid not null,
    rate_plan_id uuid not null,
    profile_id   uuid not null,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, rate_plan_id)
);
create index rate_plan_profiles_of_profile on routing.rate_plan_profiles (tenant_id, profile_id);

create table routing.route_rules (
    tenant_id        uuid not null,
    id               uuid not null default core.uuid_v7(),
    account_id       uuid,
    prefix           core.dial_prefix,
    carrier_trunk_id uuid not null,
    kind             routing.rule_kind not null,
    weekdays         integer[] not null default '{1,2,3,4,5,6,7}',
    opens_at         time,
    closes_at        time,
    time_zone        core.time_zone not null default 'UTC',
    note             text not null default '',
    valid_from       timestamptz not null default now(),
    valid_to         timestamptz,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint route_rule_has_both_times_or_none
        check (num_nulls(opens_at, closes_at) in (0, 2) and (opens_at <> closes_at) is not false),
    constraint route_rule_weekdays_are_between_1_and_7
        check (weekdays <@ '{1,2,3,4,5,6,7}'::integer[] and cardinality(weekdays) > 0),
    constraint route_rule_ends_after_it_starts check (valid_to > valid_from)
);
create index route_rules_of_account on routing.route_rules (tenant_id, account_id);
create index route_rules_of_carrier_trunk on routing.route_rules (tenant_id, carrier_trunk_id);

create table routing.attempt_states (
    tenant_id       uuid not null,
    counted_through timestamptz not null default now(),
    measured_at     timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id)
);

create table routing.attempt_counts (
    tenant_id        uuid not null,
    bucket_at        timestamptz not null,
    carrier_trunk_id uuid not null,
    prefix_group     core.dial_prefix not null,
    jurisdiction     core.jurisdiction not null,
    attempts         bigint not null,
    answered         bigint not null,
    effective        bigint not null,
    talk_ms          bigint not null,
    pdd_ms           bigint not null,
    pdd_calls        bigint not null,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, bucket_at, carrier_trunk_id, prefix_group, jurisdiction)
);
create index attempt_counts_of_carrier_trunk on routing.attempt_counts (tenant_id, carrier_trunk_id);

create table routing.route_quality (
    tenant_id        uuid not null,
    carrier_trunk_id uuid not null,
    prefix_group     core.dial_prefix not null,
    jurisdiction     core.jurisdiction not null,
    window_s         integer not null,
    is_judged        boolean not null,
    attempts         bigint not null,
    answered         bigint not null,
    effective        bigint not null,
    asr_low_bp       integer not null,
    asr_high_bp      integer not null,
    ner_low_bp       integer not null,
    ner_high_bp      integer not null,
    acd_s            integer,
    pdd_ms           integer,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, carrier_trunk_id, prefix_group, jurisdiction, window_s),
    constraint measured_window_above_zero check (window_s > 0)
);
-- What the router goes by, of which there is one row at most for each trunk, group and jurisdiction.
create index route_quality_judged on routing.route_quality (tenant_id, prefix_group, jurisdiction) where is_judged;

create table routing.breakers (
    tenant_id        uuid not null,
    carrier_trunk_id uuid not null,
    open_until       timestamptz,
    backoff_s        integer not null default 0,
    cause            text not null default '',
    counts_from      timestamptz not null default '1970-01-01 00:00Z',
    window_at        timestamptz not null default now(),
    attempts         integer not null default 0,
    failures         integer not null default 0,
    earlier_attempts integer not null default 0,
    earlier_failures integer not null default 0,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, carrier_trunk_id),
    constraint breaker_trips_not_below_zero
        check (failures between 0 and attempts and earlier_failures between 0 and earlier_attempts and backoff_s >= 0)
);

create table routing.carrier_prepayments (
    tenant_id  uuid not null,
    id         uuid not null default core.uuid_v7(),
    carrier_id uuid not null,
    amount     core.total not null,
    paid_at    timestamptz not null default now(),
    note       text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id)
);
create index carrier_prepayments_of_carrier on routing.carrier_prepayments (tenant_id, carrier_id);

create table routing.carrier_spending (
    tenant_id    uuid not null,
    carrier_id   uuid not null,
    spent_amount core.total not null default 0,
    is_used_up   boolean not null default false,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, carrier_id)
);

alter table routing.carrier_trunks
    add column tags routing.tags not null default '{}',
    add column caller_requirement routing.caller_requirement not null default 'any',
    add column accepts_anonymous boolean not null default true,
    add column has_breaker boolean not null default true;

select core.distribute_pending();

alter table routing.account_profiles
    add constraint account_has_profile foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id) on delete cascade;
alter table routing.account_profiles
    add constraint profile_is_used_by_account foreign key (tenant_id, profile_id)
        references routing.profiles (tenant_id, id);
alter table routing.rate_plan_profiles
    add constraint rate_plan_has_profile foreign key (tenant_id, rate_plan_id)
        references billing.rate_plans (tenant_id, id) on delete cascade;
alter table routing.rate_plan_profiles
    add constraint profile_is_used_by_rate_plan foreign key (tenant_id, profile_id)
        references routing.profiles (tenant_id, id);
alter table routing.route_rules
    add constraint route_rule_is_for_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id) on delete cascade;
alter table routing.route_rules
    add constraint route_rule_names_carrier_trunk foreign key (tenant_id, carrier_trunk_id)
        references routing.carrier_trunks (tenant_id, id) on delete cascade;
alter table routing.attempt_counts
    add constraint attempts_are_of_carrier_trunk foreign key (tenant_id, carrier_trunk_id)
        references routing.carrier_trunks (tenant_id, id) on delete cascade;
alter table routing.route_quality
    add constraint quality_is_of_carrier_trunk foreign key (tenant_id, carrier_trunk_id)
        references routing.carrier_trunks (tenant_id, id) on delete cascade;
alter table routing.breakers
    add constraint breaker_is_of_carrier_trunk foreign key (tenant_id, carrier_trunk_id)
        references routing.carrier_trunks (tenant_id, id) on delete cascade;
alter table routing.carrier_prepayments
    add constraint prepayment_belongs_to_carrier foreign key (tenant_id, carrier_id)
        references routing.carriers (tenant_id, id);
alter table routing.carrier_spending
    add constraint spending_is_at_carrier foreign key (tenant_id, carrier_id)
        references routing.carriers (tenant_id, id) on delete cascade;

insert into ref.unaudited_tables (name, reason) values
    ('routing.attempt_states', 'Bookkeeping: how far CDRs have been counted.'),
    ('routing.attempt_counts', 'Counted from CDRs, which can be counted again.'),
    ('routing.route_quality', 'Measured from what was counted.'),
    ('routing.breakers', 'Moved by what was counted, several times a minute.'),
    ('routing.carrier_spending', 'Counted from CDRs; what was paid is a row of carrier_prepayments, which is audited.');

select core.adopt_tables('tenant', 'routing.profiles', 'routing.account_profiles', 'routing.rate_plan_profiles',
                         'routing.route_rules', 'routing.attempt_states', 'routing.attempt_counts',
                         'routing.route_quality', 'routing.breakers', 'routing.carrier_prepayments',
                         'routing.carrier_spending');

-- A few rows that are changed all the time stay on their page.
insert into ref.storage_settings (name, settings, reason) values
    ('routing.breakers', '{fillfactor=50,autovacuum_vacuum_scale_factor=0,autovacuum_vacuum_threshold=500}',
     'A row a carrier trunk, changed every few seconds while it has calls.'),
    ('routing.attempt_states', '{fillfactor=50,autovacuum_vacuum_scale_factor=0,autovacuum_vacuum_threshold=500}',
     'A row an operator, changed every few seconds.'),
    ('routing.attempt_counts', '{fillfactor=80,autovacuum_vacuum_scale_factor=0.02}',
     'Each row is counted up for five minutes, and deleted after a day.'),
    ('routing.route_quality', '{fillfactor=50,autovacuum_vacuum_scale_factor=0.02}',
     'Each row is changed every minute while its trunk has calls.');
select core.apply_storage('routing.breakers'), core.apply_storage('routing.attempt_states'),
       core.apply_storage('routing.attempt_counts'), core.apply_storage('routing.route_quality');

insert into core.snapshot_versions (name) values ('route_health');

create function routing.prefix_group(p_number text) returns text
language sql immutable parallel safe
as $$
    select case when p_number like '+1%' then substr(p_number, 2, 4) else substr(p_number, 2, 3) end
$$;
comment on function routing.prefix_group(text) is
    'The numbers that carriers are measured by together: the area code within country code 1, elsewhere the first '
    'three digits.';

create function routing.call_draw(p_called text, p_at timestamptz) returns bigint
language sql immutable parallel safe
as $$
    select (((extract(epoch from p_at) * 1000000)::bigint % 2147483647) * 48271
            + substr(p_called, 2)::bigint % 2147483647) % 2147483647
$$;
comment on function routing.call_draw(text, timestamptz) is
    'A number that looks like chance and is always the same for a call: of its called number and the microsecond of '
    'its INVITE. By it weights are drawn and probes let through, so that a decision can be explained.';

create function routing.rule_in_effect(p_weekdays integer[], p_opens_at time, p_closes_at time, p_time_zone text,
                                       p_at timestamptz) returns boolean
language sql stable parallel safe
as $$
    select case
        when p_opens_at is null then today = any (p_weekdays)
        when p_opens_at < p_closes_at then today = any (p_weekdays) and clock >= p_opens_at and clock < p_closes_at
        else clock >= p_opens_at and today = any (p_weekdays)
             or clock < p_closes_at and (today + 5) % 7 + 1 = any (p_weekdays)
    end
      from (select (p_at at time zone p_time_zone)::time as clock,
                   extract(isodow from p_at at time zone p_time_zone)::integer as today) as here
$$;
comment on function routing.rule_in_effect(integer[], time, time, text, timestamptz) is
    'Whether an instant lies in weekly hours of a time zone. Hours that close before they open end on the next day, '
    'and belong to the day that they begin on.';

create function routing.wilson_bounds(p_successes bigint, p_trials bigint)
returns table (low_bp integer, high_bp integer)
language sql immutable parallel safe
as $$
    select greatest(floor((centre - width) * 10000 + 1e-9), 0)::integer,
           least(ceil((centre + width) * 10000 - 1e-9), 10000)::integer
      from (select (p + z * z / (2 * n)) / (1 + z * z / n) as centre,
                   z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) as width
              from (select 1.959963984540054::float8 as z, nullif(p_trials, 0)::float8 as n,
                           p_successes::float8 / nullif(p_trials, 0) as p) given) interval_of_wilson
     where p_trials > 0
    union all
    select 0, 10000 where p_trials = 0
$$;
comment on function routing.wilson_bounds(bigint, bigint) is
    'Between which bounds a ratio lies with 95 % confidence (E. B. Wilson 1927), in hundredths of a per cent, the '
    'lower rounded down and the upper up. Of nothing nothing is known: 0 to 10000.';

create function routing.try_outcome(p_result text, p_rang boolean) returns routing.try_outcome
language sql immutable parallel safe
as $$
    select case
        when p_result ~ '^2[0-9]{2}$' then 'answered'
        when p_result in ('486', '600', '603') then 'effective'
        when p_rang and p_result in ('timeout', '408', '480', '487') then 'effective'
        when p_result in ('timeout', '408', '500', '502', '503', '504') then 'failed'
        else 'ineffective'
    end
$$;
comment on function routing.try_outcome(text, boolean) is
    'What a carrier''s answer (a SIP code, or timeout) says of the carrier; whether it rang tells a called party that '
    'does not answer from a network that does not.';

create function routing.count_attempts(p_tenant uuid, p_at timestamptz default now())
returns table (carrier_trunk_id uuid, succeeded integer, failed integer, cause text)
language plpgsql
as $$
declare
    v_from  timestamptz;
    -- Calls carry a time after that at which their transaction began: those of a batch that is under way are waited
    -- for, and longer by who names an earlier time.
    v_until constant timestamptz := p_at - interval '2 seconds';
    v_rows  integer;
begin
    insert into routing.attempt_states (tenant_id, counted_through) values (p_tenant, v_until)
        on conflict (tenant_id) do nothing;
    select s.counted_through into v_from
      from routing.attempt_states s where s.tenant_id = p_tenant for no key update skip locked;
    if not found or v_from >= v_until then
        return;
    end if;
    update routing.attempt_states s set counted_through = v_until where s.tenant_id = p_tenant;

    -- Money first: it is spent in both directions.
    insert into routing.carrier_spending (tenant_id, carrier_id)
    select distinct p.tenant_id, p.carrier_id from routing.carrier_prepayments p where p.tenant_id = p_tenant
        on conflict do nothing;
    if found or exists (select from routing.carrier_spending s where s.tenant_id = p_tenant) then
        with spent as (
            select t.carrier_id, sum(e.buy_amount) as amount
              from cdr.enriched_cdr e
              join routing.carrier_trunks t on t.tenant_id = p_tenant and t.id = e.carrier_trunk_id
             where e.tenant_id = p_tenant and e.posted_at > v_from and e.posted_at <= v_until and e.buy_amount > 0
             group by t.carrier_id
        )
        update routing.carrier_spending s
           set spent_amount = s.spent_amount + x.amount
          from spent x where s.tenant_id = p_tenant and s.carrier_id = x.carrier_id;
        update routing.carrier_spending s
           set is_used_up = not s.is_used_up
         where s.tenant_id = p_tenant
           and s.is_used_up <> (s.spent_amount >= coalesce(
                   (select sum(p.amount) from routing.carrier_prepayments p
                     where p.tenant_id = p_tenant and p.carrier_id = s.carrier_id), 'infinity'));
        get diagnostics v_rows = row_count;
        if v_rows > 0 then
            perform core.bump_snapshot('route_health');
        end if;
    end if;

    return query
    with calls as (
        select e.started_at, e.id, e.direction, e.jurisdiction, e.to_number, e.talk_ms, e.pdd_ms,
               e.ringing_at is not null as rang, string_to_array(rtrim(r.attempts, ';'), ';') as tries
          from cdr.enriched_cdr e
          join cdr.raw_cdr r on r.tenant_id = p_tenant and r.started_at = e.started_at and r.id = e.id
         where e.tenant_id = p_tenant and e.posted_at > v_from and e.posted_at <= v_until
           and e.direction in ('outbound', 'emergency') and r.attempts <> ''
    ), tries as (       -- who rang is known of the last one alone; what a trunk had no room for was no try
        select c.*, t.id as trunk, split_part(x.try, ':', 2) as result,
               routing.try_outcome(split_part(x.try, ':', 2), c.rang and x.turn = cardinality(c.tries)) as outcome,
               cardinality(c.tries) = 1 as is_alone
          from calls c
         cross join lateral unnest(c.tries) with ordinality as x (try, turn)
          join routing.carrier_trunks t on t.tenant_id = p_tenant and t.id::text = split_part(x.try, ':', 1)
         where split_part(x.try, ':', 2) not in ('full', 'backoff', '')
    ), counted as (
        insert into routing.attempt_counts as a (tenant_id, bucket_at, carrier_trunk_id, prefix_group, jurisdiction,
                                                 attempts, answered, effective, talk_ms, pdd_ms, pdd_calls)
        select p_tenant, date_bin('5 minutes', p_at, '2000-01-01 00:00Z'), t.trunk, routing.prefix_group(t.to_number),
               t.jurisdiction, count(*), count(*) filter (where t.outcome = 'answered'),
               count(*) filter (where t.outcome in ('answered', 'effective')),
               coalesce(sum(t.talk_ms) filter (where t.outcome = 'answered'), 0),
               coalesce(sum(t.pdd_ms) filter (where t.is_alone), 0), count(t.pdd_ms) filter (where t.is_alone)
          from tries t
         where t.direction = 'outbound' and t.to_number is not null and t.jurisdiction is not null
         group by t.trunk, routing.prefix_group(t.to_number), t.jurisdiction
            on conflict on constraint attempt_counts_pkey do update
               set attempts = a.attempts + excluded.attempts, answered = a.answered + excluded.answered,
                   effective = a.effective + excluded.effective, talk_ms = a.talk_ms + excluded.talk_ms,
                   pdd_ms = a.pdd_ms + excluded.pdd_ms, pdd_calls = a.pdd_calls + excluded.pdd_calls
    )
    select t.trunk, (count(*) filter (where t.outcome <> 'failed'))::integer,
           (count(*) filter (where t.outcome = 'failed'))::integer,
           coalesce(mode() within group (order by t.result) filter (where t.outcome = 'failed'), '')
      from tries t
      left join routing.breakers b on b.tenant_id = p_tenant and b.carrier_trunk_id = t.trunk
     where t.started_at >= coalesce(b.counts_from, '-infinity')
     group by t.trunk;
end $$;
comment on function routing.count_attempts(uuid, timestamptz) is
    'Counts, once, the tries at carriers of the calls that were posted since the last time: into attempt_counts, and '
    'what prepaid carriers have spent; and returns for each carrier trunk how many tries succeeded and failed that '
    'its breaker has to know of, with the commonest failure. Nothing while another session counts the tenant.';

create function routing.measure_quality(p_tenant uuid, p_at timestamptz default now()) returns boolean
language plpgsql
as $$
declare
    v_changed integer;
    v_gone    integer;
begin
    delete from routing.attempt_counts a where a.tenant_id = p_tenant and a.bucket_at < p_at - interval '25 hours';

    with counts as (
        select c.carrier_trunk_id, c.prefix_group, c.jurisdiction, w.window_s, sum(c.attempts)::bigint as attempts,
               sum(c.answered)::bigint as answered, sum(c.effective)::bigint as effective,
               sum(c.talk_ms) as talk_ms, sum(c.pdd_ms) as pdd_ms, sum(c.pdd_calls) as pdd_calls
          from routing.attempt_counts c
         cross join (values (900), (3600), (86400)) as w (window_s)
         where c.tenant_id = p_tenant and c.bucket_at > p_at - make_interval(secs => w.window_s)
         group by c.carrier_trunk_id, c.prefix_group, c.jurisdiction, w.window_s
    ), judged as (      -- the shortest window that says enough
        select c.*, c.attempts >= 100
                    and min(c.window_s) filter (where c.attempts >= 100)
                            over (partition by c.carrier_trunk_id, c.prefix_group, c.jurisdiction) = c.window_s
                    as is_judged
          from counts c
    )
    insert into routing.route_quality as q (tenant_id, carrier_trunk_id, prefix_group, jurisdiction, window_s,
                                            is_judged, attempts, answered, effective, asr_low_bp, asr_high_bp,
                                            ner_low_bp, ner_high_bp, acd_s, pdd_ms)
    select p_tenant, j.carrier_trunk_id, j.prefix_group, j.jurisdiction, j.window_s, j.is_judged, j.attempts,
           j.answered, j.effective, a.low_bp, a.high_bp, n.low_bp, n.high_bp,
           (j.talk_ms / 1000 / nullif(j.answered, 0))::integer, (j.pdd_ms / nullif(j.pdd_calls, 0))::integer
      from judged j
     cross join lateral routing.wilson_bounds(j.answered, j.attempts) a
     cross join lateral routing.wilson_bounds(j.effective, j.attempts) n
        on conflict on constraint route_quality_pkey do update
           set is_judged = excluded.is_judged, attempts = excluded.attempts, answered = excluded.answered,
               effective = excluded.effective, asr_low_bp = excluded.asr_low_bp, asr_high_bp = excluded.asr_high_bp,
               ner_low_bp = excluded.ner_low_bp, ner_high_bp = excluded.ner_high_bp, acd_s = excluded.acd_s,
               pdd_ms = excluded.pdd_ms
         where (q.is_judged, q.attempts, q.answered, q.effective, q.acd_s, q.pdd_ms)
               is distinct from (excluded.is_judged, excluded.attempts, excluded.answered, excluded.effective,
                                 excluded.acd_s, excluded.pdd_ms);
    get diagnostics v_changed = row_count;

    delete from routing.route_quality q
     where q.tenant_id = p_tenant
       and not exists (
           select from routing.attempt_counts c
            where c.tenant_id = p_tenant and c.carrier_trunk_id = q.carrier_trunk_id
              and c.prefix_group = q.prefix_group and c.jurisdiction = q.jurisdiction
              and c.bucket_at > p_at - make_interval(secs => q.window_s));
    get diagnostics v_gone = row_count;

    update routing.attempt_states s set measured_at = p_at where s.tenant_id = p_tenant;
    if v_changed + v_gone > 0 then
        perform core.bump_snapshot('route_health');
    end if;
    return v_changed + v_gone > 0;
end $$;
comment on function routing.measure_quality(uuid, timestamptz) is
    'Measures how carrier trunks have done in the last quarter, hour and day, by group of numbers and jurisdiction, '
    'from attempt_counts; marks of each the shortest window with a hundred tries or more as the one that is judged by. '
    'Returns whether anything changed.';

grant execute on function routing.prefix_group(text), routing.call_draw(text, timestamptz),
                          routing.rule_in_effect(integer[], time, time, text, timestamptz),
                          routing.wilson_bounds(bigint, bigint), routing.try_outcome(text, boolean)
    to heddle_app, heddle_engine, heddle_report;
grant execute on function routing.count_attempts(uuid, timestamptz), routing.measure_quality(uuid, timestamptz)
    to heddle_engine;

grant select, insert, update, delete
    on routing.profiles, routing.account_profiles, routing.rate_plan_profiles, routing.route_rules to heddle_app;
grant select, insert on routing.carrier_prepayments to heddle_app;
grant select on routing.attempt_counts, routing.route_quality, routing.breakers, routing.carrier_spending
    to heddle_app;
grant select on routing.profiles, routing.account_profiles, routing.rate_plan_profiles, routing.route_rules,
                routing.carrier_prepayments to heddle_engine, heddle_report;
grant select, insert, update, delete
    on routing.attempt_states, routing.attempt_counts, routing.route_quality, routing.breakers,
       routing.carrier_spending to heddle_engine;
grant select on routing.attempt_counts, routing.route_quality, routing.breakers, routing.carrier_spending
    to heddle_report;

comment on column routing.carrier_trunks.tags is 'Words that profiles ask for or leave out.';
comment on column routing.carrier_trunks.caller_requirement is 'any, number or north_american.';
comment on column routing.carrier_trunks.accepts_anonymous is
    'Whether it takes calls whose caller hides his number or has none.';
comment on column routing.carrier_trunks.has_breaker is
    'Whether it is left alone for a while when most of its calls fail.';

comment on table routing.profiles is
    'How routes are put in order: which count as equal, and what decides among equals. That of the account holds, else '
    'that of its rate plan, else the default; without any it is the cost alone.';
comment on column routing.profiles.name is 'Name, unique within the tenant.';
comment on column routing.profiles.is_default is 'Whether accounts without a profile have this one.';
comment on column routing.profiles.strategy is 'least_cost, priority, quality or weighted.';
comment on column routing.profiles.band_bp is
    'Routes that cost so much more than the cheapest, in hundredths of a per cent of its cost, count as equal to it; '
    'without this and without band_per_minute all routes do.';
comment on column routing.profiles.band_per_minute is
    'The same as an amount per minute of the expected call; the wider of the two counts.';
comment on column routing.profiles.min_asr_bp is
    'Answer-seizure ratio, in hundredths of a per cent, that a route has at least: one whose upper bound of confidence '
    'is below is poor. Routes that are not known well enough are not.';
comment on column routing.profiles.min_ner_bp is 'Network effectiveness ratio, likewise.';
comment on column routing.profiles.min_acd_s is 'Mean length of its answered calls at least.';
comment on column routing.profiles.max_pdd_ms is 'Mean post-dial delay at most.';
comment on column routing.profiles.drops_poor is 'Whether poor routes are left out; otherwise they are tried last.';
comment on column routing.profiles.max_routes is 'How many routes a call has at most.';
comment on column routing.profiles.required_tags is 'Tags that a carrier trunk must have, all of them.';
comment on column routing.profiles.excluded_tags is 'Tags of which a carrier trunk must have none.';

comment on table routing.account_profiles is 'Which profile an account''s calls have.';
comment on column routing.account_profiles.profile_id is 'The profile.';

comment on table routing.rate_plan_profiles is 'Which profile the calls of a rate plan have.';
comment on column routing.rate_plan_profiles.rate_plan_id is 'The plan.';
comment on column routing.rate_plan_profiles.profile_id is 'The profile.';

comment on table routing.route_rules is
    'Carrier trunks that certain calls take first, alone, or never. All rules of never that fit a call hold. Of those '
    'of only, and of those of force_first, the most special ones do: an account''s before the tenant''s, then those of '
    'the longest prefix. What a rule names still has to keep the margin, to be in service, and not to be blocked.';
comment on column routing.route_rules.account_id is 'Whose calls; NULL is everybody''s.';
comment on column routing.route_rules.prefix is 'Leading digits of the number dialled; NULL is all numbers.';
comment on column routing.route_rules.carrier_trunk_id is 'The carrier trunk.';
comment on column routing.route_rules.kind is 'force_first, only or never.';
comment on column routing.route_rules.weekdays is 'On which days, 1 is Monday.';
comment on column routing.route_rules.opens_at is
    'From when on these days, by the clock of the time zone; NULL is all day.';
comment on column routing.route_rules.closes_at is
    'Until when, not included; before opens_at it is on the next day.';
comment on column routing.route_rules.time_zone is 'Whose clock.';
comment on column routing.route_rules.note is 'Why there is the rule.';
comment on column routing.route_rules.valid_from is 'First instant that it holds.';
comment on column routing.route_rules.valid_to is 'First instant that it no longer holds; NULL is open.';

comment on table routing.attempt_states is 'How far the tries at carriers have been counted, a row an operator.';
comment on column routing.attempt_states.counted_through is 'Calls that were posted until then are counted.';
comment on column routing.attempt_states.measured_at is 'When quality was measured last.';

comment on table routing.attempt_counts is 'Tries at carriers by five minutes, of the last day.';
comment on column routing.attempt_counts.bucket_at is 'Start of the five minutes in which their records came in.';
comment on column routing.attempt_counts.carrier_trunk_id is 'The carrier trunk that was tried.';
comment on column routing.attempt_counts.prefix_group is 'Which numbers were called: see routing.prefix_group().';
comment on column routing.attempt_counts.jurisdiction is 'How the calls were priced.';
comment on column routing.attempt_counts.attempts is 'Tries.';
comment on column routing.attempt_counts.answered is 'Those that were answered.';
comment on column routing.attempt_counts.effective is 'Those for which the network did its part, answered or not.';
comment on column routing.attempt_counts.talk_ms is 'How long was talked, in all.';
comment on column routing.attempt_counts.pdd_ms is 'Post-dial delay, in all, of calls that had one try.';
comment on column routing.attempt_counts.pdd_calls is 'How many calls that is of.';

comment on table routing.route_quality is
    'How carrier trunks have done lately, by group of called numbers and jurisdiction, in windows of 15 minutes, an '
    'hour and a day. Ratios have bounds of 95 % confidence.';
comment on column routing.route_quality.carrier_trunk_id is 'The carrier trunk.';
comment on column routing.route_quality.prefix_group is 'Which numbers were called: see routing.prefix_group().';
comment on column routing.route_quality.jurisdiction is 'How the calls were priced.';
comment on column routing.route_quality.window_s is 'Length of the window in seconds.';
comment on column routing.route_quality.is_judged is 'Whether this is the window that the router goes by.';
comment on column routing.route_quality.attempts is 'Tries (seizures).';
comment on column routing.route_quality.answered is 'Those that were answered.';
comment on column routing.route_quality.effective is 'Those for which the network did its part.';
comment on column routing.route_quality.asr_low_bp is
    'Answer-seizure ratio, answered of attempts, at least; in hundredths of a per cent.';
comment on column routing.route_quality.asr_high_bp is 'The same at most.';
comment on column routing.route_quality.ner_low_bp is 'Network effectiveness ratio, effective of attempts, at least.';
comment on column routing.route_quality.ner_high_bp is 'The same at most.';
comment on column routing.route_quality.acd_s is 'Mean length of an answered call; NULL where none was answered.';
comment on column routing.route_quality.pdd_ms is 'Mean post-dial delay; NULL where it is not known.';

comment on table routing.breakers is
    'Which carrier trunks are left alone because most of their calls fail. Closed: calls go there. Open until a time: '
    'none do. After that a tenth of them does, until one succeeds, which closes it, or fails, which opens it for twice '
    'as long; what nobody decides is closed ten minutes later. Emergency calls pass it by.';
comment on column routing.breakers.carrier_trunk_id is 'The carrier trunk.';
comment on column routing.breakers.open_until is 'Until when no call goes there; NULL while it is closed.';
comment on column routing.breakers.backoff_s is 'For how long it was opened last.';
comment on column routing.breakers.cause is 'The commonest failure when it opened: a SIP code, or timeout.';
comment on column routing.breakers.counts_from is 'Tries of calls that began earlier say nothing of it any more.';
comment on column routing.breakers.window_at is 'Start of the half minute that is counted now.';
comment on column routing.breakers.attempts is 'Tries in it.';
comment on column routing.breakers.failures is 'Those that failed by the carrier''s fault.';
comment on column routing.breakers.earlier_attempts is 'Tries in the half minute before.';
comment on column routing.breakers.earlier_failures is 'Those that failed.';

comment on table routing.carrier_prepayments is
    'What was paid to carriers in advance, in the currency of their decks. A carrier without any is not paid so, and '
    'nothing limits it.';
comment on column routing.carrier_prepayments.carrier_id is 'The carrier.';
comment on column routing.carrier_prepayments.amount is 'What was paid; below zero takes back.';
comment on column routing.carrier_prepayments.paid_at is 'When.';
comment on column routing.carrier_prepayments.note is 'What for, or by whom.';

comment on table routing.carrier_spending is
    'How much of its prepayments a carrier''s calls have cost, as far as they are rated. A gauge that keeps calls '
    'away, not an account.';
comment on column routing.carrier_spending.carrier_id is 'The carrier.';
comment on column routing.carrier_spending.spent_amount is 'What its calls have cost since the first prepayment.';
comment on column routing.carrier_spending.is_used_up is 'Whether nothing is left: then it gets no calls.';
