-- How calls are priced beside connect fee, rate and increments: what a plan or a deck says by prefix of fees, least and
-- most amounts, free seconds, the length of the call, the use of the account, and the hours of the day.
--
-- One row of billing.rate_extras says all of it for a prefix and a direction, for a time: the longest prefix decides
-- alone, a row without one is the shortest, and of the rows of a prefix that hold the one that begins last counts.
-- Nothing is put together from several rows, so that what a call cost can be read from one. Steps and windows are its
-- parts and go with it. A price list without any such row is priced by its rows alone, as ever.
--
-- The rules are docs/decisions/0021-rating.md. They are programmed twice, as billing.rate_call() here and in
-- Telecom/Rating, and a test holds that both come to the same to the last digit.

create domain billing.charged_outcomes as text[]
    constraint charged_outcomes_are_known
    check (value <@ array['answered', 'busy', 'no_answer', 'cancelled', 'failed'] and cardinality(value) > 0);
comment on domain billing.charged_outcomes is
    'Ends of a call that an attempt is charged for: answered, busy, no_answer, cancelled, failed. What the router '
    'refused was never an attempt, and of a lost call nobody knows.';

create domain billing.step_kind as text
    constraint step_kind_is_known check (value in ('talk', 'usage'));
comment on domain billing.step_kind is
    'talk: from so many seconds of the call on; usage: from so many seconds that the account had used on.';

create domain billing.factor_bp as integer
    constraint factor_between_0_and_10_times check (value between 0 and 100000);
comment on domain billing.factor_bp is
    'What a rate is multiplied by, in hundredths of a per cent: 10000 leaves it as it is.';

create domain billing.window_days as integer[]
    constraint window_days_are_between_1_and_8
    check (value <@ '{1,2,3,4,5,6,7,8}'::integer[] and cardinality(value) > 0);
comment on domain billing.window_days is
    'Days: 1 is Monday, 7 Sunday, 8 a holiday. A holiday is no weekday besides.';

create table billing.rate_extras (
    tenant_id              uuid not null,
    id                     uuid not null default core.uuid_v7(),
    rate_plan_id           uuid,
    deck_id                uuid,
    direction              core.call_direction not null default 'outbound',
    prefix                 core.dial_prefix,
    attempt_fee            core.rate not null default 0,
    attempt_fee_for        billing.charged_outcomes not null default '{answered,busy,no_answer,cancelled,failed}',
    free_s                 integer not null default 0,
    free_is_all_or_nothing boolean not null default true,
    minimum_s              integer not null default 0,
    minimum_amount         core.rate not null default 0,
    short_call_s           integer not null default 0,
    short_call_fee         core.rate not null default 0,
    cap_amount             core.unsigned_amount,
    usage_splits_call      boolean not null default false,
    time_zone              core.time_zone not null default 'UTC',
    holidays               date[] not null default '{}',
    valid_from             timestamptz not null default now(),
    valid_to               timestamptz,
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint extras_are_of_plan_or_deck check (num_nonnulls(rate_plan_id, deck_id) = 1),
    constraint extras_are_outbound_or_inbound
        check (direction in ('outbound', 'inbound') and (direction = 'outbound' or deck_id is null)),
    constraint rate_extras_row_starts_once
        unique nulls not distinct (tenant_id, rate_plan_id, deck_id, direction, prefix, valid_from),
    constraint extras_seconds_between_0_and_a_day
        check (free_s between 0 and 86400 and minimum_s between 0 and 86400 and short_call_s between 0 and 86400),
    constraint extras_have_at_most_1000_holidays
        check (cardinality(holidays) <= 1000 and array_position(holidays, null) is null),
    constraint rate_extras_row_ends_after_it_starts check (valid_to > valid_from)
);
create index rate_extras_of_deck on billing.rate_extras (tenant_id, deck_id, direction);

create table billing.rate_steps (
    tenant_id      uuid not null,
    id             uuid not null default core.uuid_v7(),
    rate_extras_id uuid not null,
    kind           billing.step_kind not null,
    from_s         bigint not null,
    rate           core.rate,
    factor_bp      billing.factor_bp,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint rate_step_starts_once unique (tenant_id, rate_extras_id, kind, from_s),
    constraint rate_step_starts_above_zero check (from_s between 1 and 1000000000000),
    constraint rate_step_has_a_rate_or_a_factor check (num_nonnulls(rate, factor_bp) = 1)
);

create table billing.rate_windows (
    tenant_id      uuid not null,
    id             uuid not null default core.uuid_v7(),
    rate_extras_id uuid not null,
    position       integer not null,
    name           text not null default '',
    days           billing.window_days not null default '{1,2,3,4,5,6,7,8}',
    opens_at       time,
    closes_at      time,
    rate           core.rate,
    factor_bp      billing.factor_bp,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint window_position_is_taken_once unique (tenant_id, rate_extras_id, position),
    constraint window_position_between_1_and_100 check (position between 1 and 100),
    constraint window_has_both_times_or_none
        check (num_nulls(opens_at, closes_at) in (0, 2) and (opens_at <> closes_at) is not false),
    constraint window_has_a_rate_or_a_factor check (num_nonnulls(rate, factor_bp) = 1)
);

select core.distribute_pending();

alter table billing.rate_extras
    add constraint extras_belong_to_plan foreign key (tenant_id, rate_plan_id)
        references billing.rate_plans (tenant_id, id) on delete cascade;
alter table billing.rate_extras
    add constraint extras_belong_to_deck foreign key (tenant_id, deck_id)
        references routing.decks (tenant_id, id) on delete cascade;
alter table billing.rate_steps
    add constraint step_belongs_to_extras foreign key (tenant_id, rate_extras_id)
        references billing.rate_extras (tenant_id, id) on delete cascade;
alter table billing.rate_windows
    add constraint window_belongs_to_extras foreign key (tenant_id, rate_extras_id)
        references billing.rate_extras (tenant_id, id) on delete cascade;

select core.adopt_tables('tenant', 'billing.rate_extras', 'billing.rate_steps', 'billing.rate_windows');

-- Written to be read, increment by increment; the engine does many at a time. Every rate is kept with its factors as
-- whole hundredths of a per cent, twelve zeros for three of them, so that nothing is divided before the end.
create function billing.rate_call(p_tenant uuid, p_extras uuid, p_connect_fee numeric, p_initial_rate numeric,
                                  p_next_rate numeric, p_initial_s integer, p_next_s integer, p_talk_s bigint,
                                  p_answered_at timestamptz, p_outcome text default 'answered',
                                  p_used_s bigint default 0, p_included_s bigint default 0,
                                  p_times numeric default 1, p_over numeric default 1)
returns table (amount numeric, billed_s bigint, included_s bigint, attempt_fee numeric, short_call_fee numeric)
language plpgsql stable
as $$
#variable_conflict use_column
declare
    c_whole   constant numeric := 60 * 1000000000000.0;
    v_extras  billing.rate_extras;
    v_attempt numeric := 0;
    v_short   numeric := 0;
    v_first   bigint := 0;  -- the second of the call that is paid for first
    v_billed  bigint := 0;
    v_covered bigint := 0;
    v_time    numeric := 0;
    v_exact   numeric := 0;
begin
    if p_extras is not null then
        select e.* into v_extras from billing.rate_extras e where e.tenant_id = p_tenant and e.id = p_extras;
        if not found then
            raise exception 'no rate extras % of this tenant', p_extras using errcode = 'no_data_found';
        end if;
        if p_outcome = any (v_extras.attempt_fee_for) then
            v_attempt := v_extras.attempt_fee;
        end if;
        if not v_extras.free_is_all_or_nothing then
            v_first := v_extras.free_s;
        end if;
    end if;

    if p_outcome = 'answered' and p_talk_s > coalesce(v_extras.free_s, 0) then
        with increments as (
            select v_first as begins_s, p_initial_s as length_s, p_initial_rate as rate
            union all
            select v_first + p_initial_s + (n - 1) * p_next_s, p_next_s, p_next_rate
              from generate_series(1, ceil((greatest(p_talk_s - v_first, v_extras.minimum_s) - p_initial_s)::numeric
                                           / p_next_s)::bigint) as n
        ), on_the_clock as (
            select i.*, i.begins_s - v_first as billed_before_s,
                   (p_answered_at + i.begins_s * interval '1 second') at time zone
                       coalesce(v_extras.time_zone, 'UTC') as wall
              from increments i
        ), on_their_days as (
            select c.*, case when c.wall::date = any (v_extras.holidays) then 8
                             else extract(isodow from c.wall)::integer end as today,
                   case when c.wall::date - 1 = any (v_extras.holidays) then 8
                        else extract(isodow from c.wall::date - 1)::integer end as yesterday
              from on_the_clock c
        ), priced as (
            select d.length_s, least(greatest(p_included_s - d.billed_before_s, 0), d.length_s) as covered_s,
                   coalesce(w.rate, u.rate, t.rate, d.rate) as rate,
                   case when w.rate is not null then 1000000000000
                        else coalesce(w.factor_bp, 10000)
                             * case when u.rate is not null then 100000000
                                    else coalesce(u.factor_bp, 10000)::bigint * coalesce(t.factor_bp, 10000) end
                        end as factor
              from on_their_days d
              left join lateral (select s.rate, s.factor_bp from billing.rate_steps s
                                  where s.tenant_id = p_tenant and s.rate_extras_id = p_extras and s.kind = 'talk'
                                    and s.from_s <= d.begins_s
                                  order by s.from_s desc limit 1) t on true
              left join lateral (select s.rate, s.factor_bp from billing.rate_steps s
                                  where s.tenant_id = p_tenant and s.rate_extras_id = p_extras and s.kind = 'usage'
                                    and s.from_s <= p_used_s + case when v_extras.usage_splits_call
                                                                    then d.billed_before_s else 0 end
                                  order by s.from_s desc limit 1) u on true
              left join lateral (
                  select x.rate, x.factor_bp from billing.rate_windows x
                   where x.tenant_id = p_tenant and x.rate_extras_id = p_extras
                     and case when x.opens_at is null then d.today = any (x.days)
                              when x.opens_at < x.closes_at
                              then d.today = any (x.days) and d.wall::time >= x.opens_at and d.wall::time < x.closes_at
                              else d.today = any (x.days) and d.wall::time >= x.opens_at
                                   or d.yesterday = any (x.days) and d.wall::time < x.closes_at end
                   order by x.position limit 1) w on true
        )
        select sum(p.length_s), sum(p.covered_s), sum((p.length_s - p.covered_s) * p.rate * p.factor)
          into v_billed, v_covered, v_time
          from priced p;
        v_exact := p_connect_fee * c_whole + v_time;
        if v_covered = 0 then
            v_exact := greatest(v_exact, v_extras.minimum_amount * c_whole);
        end if;
        if p_talk_s <= v_extras.short_call_s then
            v_short := v_extras.short_call_fee;
        end if;
    end if;

    v_exact := least(v_exact + (v_attempt + v_short) * c_whole, v_extras.cap_amount * c_whole);
    -- Halves away from zero. A quotient that is rounded on the way could be rounded a second time.
    return query select div(2 * v_exact * p_times * 100000000 + c_whole * p_over, 2 * c_whole * p_over) * 0.00000001,
                        v_billed, v_covered, v_attempt, v_short;
end $$;
comment on function
    billing.rate_call(uuid, uuid, numeric, numeric, numeric, integer, integer, bigint, timestamptz, text, bigint,
                      bigint, numeric, numeric) is
    'What a call costs by the terms of a rate row and by the extras of its plan or deck (NULL: none): the amount, '
    'rounded once to eight decimals, the seconds billed, those of them that were included, and both fees. Given are '
    'the whole seconds of talk, when it was answered, how it ended, the seconds that the account had used before, '
    'those that a bundle has left for it, and a factor into another currency as a fraction.';

grant execute on function
    billing.rate_call(uuid, uuid, numeric, numeric, numeric, integer, integer, bigint, timestamptz, text, bigint,
                      bigint, numeric, numeric) to heddle_app, heddle_engine, heddle_report;
grant select, insert, update, delete on billing.rate_extras, billing.rate_steps, billing.rate_windows to heddle_app;
grant select on billing.rate_extras, billing.rate_steps, billing.rate_windows to heddle_engine, heddle_report;

comment on table billing.rate_extras is
    'What a rate plan or a deck says beside the prices of its rows, by prefix of the called number (inbound: of the '
    'DID). The longest prefix decides alone. Fees and amounts are in the currency of the plan or deck.';
comment on column billing.rate_extras.rate_plan_id is 'The plan that it is of; NULL for a deck.';
comment on column billing.rate_extras.deck_id is 'The deck that it is of; NULL for a plan.';
comment on column billing.rate_extras.direction is 'outbound or inbound; of a deck always outbound.';
comment on column billing.rate_extras.prefix is 'Leading digits of the number; NULL is any.';
comment on column billing.rate_extras.attempt_fee is 'Charged for every attempt that ends as attempt_fee_for says.';
comment on column billing.rate_extras.attempt_fee_for is 'Ends that the attempt is charged for.';
comment on column billing.rate_extras.free_s is
    'An answered call that is not longer costs nothing but the fee of its attempt.';
comment on column billing.rate_extras.free_is_all_or_nothing is
    'Whether a longer call pays for all its seconds; else the first free_s seconds of every call are free, and its '
    'initial increment begins behind them.';
comment on column billing.rate_extras.minimum_s is 'A call that is charged pays for so many seconds at least.';
comment on column billing.rate_extras.minimum_amount is
    'What connect fee and time of a call that is charged cost at least, unless a bundle gave seconds of it.';
comment on column billing.rate_extras.short_call_s is 'A call that is charged and is not longer costs short_call_fee.';
comment on column billing.rate_extras.short_call_fee is 'Surcharge for a short call.';
comment on column billing.rate_extras.cap_amount is 'What a call costs at most, all in all; NULL is no cap.';
comment on column billing.rate_extras.usage_splits_call is
    'Whether what the call itself uses counts for its later increments; else the whole call is priced by what was used '
    'before it.';
comment on column billing.rate_extras.time_zone is 'Whose clock the windows go by.';
comment on column billing.rate_extras.holidays is 'Days that are holidays, on that clock.';
comment on column billing.rate_extras.valid_from is 'First instant that it holds, by when the call was answered.';
comment on column billing.rate_extras.valid_to is 'First instant that it no longer holds; NULL is open.';

comment on table billing.rate_steps is
    'Another rate for what is beyond so many seconds: of the call, or of the use of the account in its period. Of each '
    'kind the last step that was reached when an increment begins counts for it.';
comment on column billing.rate_steps.rate_extras_id is 'What it is a part of.';
comment on column billing.rate_steps.kind is 'talk or usage.';
comment on column billing.rate_steps.from_s is 'Seconds from which it counts.';
comment on column billing.rate_steps.rate is 'Price per minute in place of the row''s.';
comment on column billing.rate_steps.factor_bp is 'Or what the price is multiplied by: 10000 is the price itself.';

comment on table billing.rate_windows is
    'Another rate at hours of days. Of the windows that an increment begins in the one with the lowest position counts '
    'for it. Hours that close before they open end on the next day, and belong to the day that they begin on.';
comment on column billing.rate_windows.rate_extras_id is 'What it is a part of.';
comment on column billing.rate_windows.position is 'Its turn: the lowest counts.';
comment on column billing.rate_windows.name is 'What people call it.';
comment on column billing.rate_windows.days is '1 is Monday, 7 Sunday, 8 a holiday, which is no weekday besides.';
comment on column billing.rate_windows.opens_at is 'First instant of the day; NULL is the whole day.';
comment on column billing.rate_windows.closes_at is 'First instant that is outside again.';
comment on column billing.rate_windows.rate is 'Price per minute in place of the row''s and the steps''.';
comment on column billing.rate_windows.factor_bp is 'Or what the price is multiplied by: 10000 is the price itself.';
