-- Calls are rated again, in a shadow, and what differs is posted once.
--
-- A run rates the calls of a window by the prices that somebody names, and writes down those that come out
-- otherwise. Nothing else changes: it can be looked at, run anew and thrown away. Posting it takes the calls by the
-- batch, each batch a transaction: the rated call gets the new price, the old one is kept here, the hours are summed
-- up again, and the ledger gets the difference, a posting a call. So it can end anywhere and go on, and the ledger of
-- a call (its cdr posting and its rerate postings) is always what the call says that it costs.
--
-- A call that is on an invoice stays as it was invoiced. Its difference is charged once, with the next invoice, and
-- counts as a part of its price when it is rated again (see docs/decisions/0025).
--
-- What a reseller is charged for a call of an account below it (cdr.level_charges) is a row of its own, with its own
-- posting: each level goes by the invoices of its own account.
--
-- Locks are taken in one order: the run, the sums, the cycles, the calls by time and id, and the balances last. Whoever
-- drafts invoices has the sums first as well, so that a cycle that is new meanwhile is drafted before or after a batch.

select core.widen_domain('billing.ledger_source', 'rerate');
comment on column billing.ledger.source is
    'hold, hold_release, cdr, rerate, mdr, payment, refund, chargeback, adjustment, invoice, credit_note, and what was '
    'voided of an invoice; the taxes of a document are a posting of their own.';
comment on column billing.ledger.source_id is
    'Id of the hold, CDR, payment, adjustment or document, or of a call in billing.rerate_calls. A source posts once.';

create domain billing.rerate_side as text
    constraint rerate_side_is_known check (value in ('sell', 'buy', 'both'));
comment on domain billing.rerate_side is
    'Which prices of calls are made anew: what accounts pay, what carriers charge, or both.';

create domain billing.rerate_state as text
    constraint rerate_state_is_known check (value in ('rating', 'rated', 'posting', 'posted', 'cancelled'));
comment on domain billing.rerate_state is
    'rating goes on where it was when it is resumed; rated can be looked at, posted or cancelled; posting has begun, '
    'and waits for its end; posted; cancelled: its calls are thrown away.';

create domain billing.rerated_state as text
    constraint rerated_state_is_known
    check (value in ('pending', 'unpriced', 'posted', 'carried', 'held', 'skipped'));
comment on domain billing.rerated_state is
    'pending; unpriced: no side has another price, one has none; posted: the call and the ledger have the new amount; '
    'carried: it is on an invoice, and the difference is charged with the next one; held: it is on a draft, and waits; '
    'skipped: note says why.';

create table billing.rerate_runs (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    reason          text not null,
    window_from     timestamptz not null,
    window_to       timestamptz not null,
    account_id      uuid,
    carrier_id      uuid,
    rate_plan_id    uuid,
    deck_id         uuid,
    sheet_version   integer,
    sheet_edition   integer,
    as_of           timestamptz,
    side            billing.rerate_side not null default 'both',
    state           billing.rerate_state not null default 'rating',
    call_count      bigint not null default 0,
    seen_count      bigint not null default 0,
    rated_count     bigint not null default 0,
    different_count bigint not null default 0,
    unpriced_count  bigint not null default 0,
    position_at     timestamptz,
    position_id     uuid,
    rated_at        timestamptz,
    posted_at       timestamptz,
    cancelled_at    timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint rerate_says_why check (reason <> ''),
    constraint rerate_window_ends_after_it_starts check (window_to > window_from),
    constraint rerate_names_one_sheet_with_its_version
        check (num_nonnulls(rate_plan_id, deck_id) <= 1
               and num_nulls(sheet_version, sheet_edition) = case when coalesce(rate_plan_id, deck_id) is null then 2
                                                                  else 0 end),
    constraint rerate_counts_not_below_zero
        check (call_count >= 0 and seen_count >= 0 and rated_count >= 0 and different_count >= 0
               and unpriced_count >= 0),
    constraint rerate_position_is_whole check (num_nulls(position_at, position_id) in (0, 2)),
    constraint rerate_has_the_times_of_its_state
        check (case state when 'rating' then num_nonnulls(rated_at, posted_at, cancelled_at) = 0
                          when 'cancelled' then cancelled_at is not null and posted_at is null
                          else rated_at is not null and cancelled_at is null
                               and (posted_at is not null) = (state = 'posted') end)
);
create index rerate_runs_by_state on billing.rerate_runs (tenant_id, state, created_at);
create index rerate_runs_of_account on billing.rerate_runs (tenant_id, account_id);
create index rerate_runs_of_carrier on billing.rerate_runs (tenant_id, carrier_id);
create index rerate_runs_of_plan on billing.rerate_runs (tenant_id, rate_plan_id);
create index rerate_runs_of_deck on billing.rerate_runs (tenant_id, deck_id);

create table billing.rerate_calls (
    tenant_id        uuid not null,
    id               uuid not null,
    rerate_run_id    uuid not null,
    started_at       timestamptz not null,
    cdr_id           uuid not null,
    level_charge_id  uuid,
    level            integer not null default 0,
    rate_plan_id     uuid,
    account_id       uuid,
    carrier_trunk_id uuid,
    direction        core.call_direction not null,
    prefix           text not null default '',
    currency         core.currency not null,
    talk_ms          bigint not null,
    old_sell_amount  core.amount not null,
    old_buy_amount   core.amount not null,
    carried_before   core.amount not null default 0,
    sell_rate_id     uuid,
    sell_rate        core.rate,
    sell_connect_fee core.rate,
    sell_initial_s   core.increment_s,
    sell_next_s      core.increment_s,
    sell_billed_s    integer,
    sell_amount      core.amount,
    buy_rate_id      uuid,
    buy_rate         core.rate,
    buy_connect_fee  core.rate,
    buy_initial_s    core.increment_s,
    buy_next_s       core.increment_s,
    buy_billed_s     integer,
    buy_amount       core.amount,
    rating           jsonb not null default '{}',
    missing          text,
    state            billing.rerated_state not null default 'pending',
    note             text,
    replaced         jsonb,
    charge_id        uuid,
    settled_at       timestamptz,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint rerated_amounts_not_below_zero check (sell_amount >= 0 and buy_amount >= 0),
    constraint rerated_level_is_a_reseller_with_a_charge
        check (level >= 0 and (level > 0) = (level_charge_id is not null)
               and (level = 0 or account_id is not null and buy_amount is null)),
    constraint rerated_call_differs_or_has_no_price
        check (missing is not null or sell_amount <> old_sell_amount or buy_amount <> old_buy_amount),
    constraint unpriced_call_says_what_is_missing check (state <> 'unpriced' or missing is not null),
    constraint replaced_price_is_kept check ((replaced is not null) = (state in ('posted', 'carried'))),
    constraint skipped_call_says_why check (state <> 'skipped' or note is not null),
    constraint only_carried_call_is_charged check (charge_id is null or state = 'carried')
);
-- The next ones to post; and what of a run there is.
create index rerate_calls_of_run on billing.rerate_calls (tenant_id, rerate_run_id, state, started_at, cdr_id);
-- What became of a call in other runs.
create index rerate_calls_of_call on billing.rerate_calls (tenant_id, started_at, cdr_id);
create index rerate_calls_of_charge on billing.rerate_calls (tenant_id, charge_id);

select core.distribute_pending();

alter table billing.rerate_runs
    add constraint rerate_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.rerate_runs
    add constraint rerate_is_of_carrier foreign key (tenant_id, carrier_id)
        references routing.carriers (tenant_id, id);
alter table billing.rerate_runs
    add constraint rerate_is_by_plan foreign key (tenant_id, rate_plan_id)
        references billing.rate_plans (tenant_id, id);
alter table billing.rerate_runs
    add constraint rerate_is_by_deck foreign key (tenant_id, deck_id)
        references routing.decks (tenant_id, id);
alter table billing.rerate_calls
    add constraint rerated_call_is_of_run foreign key (tenant_id, rerate_run_id)
        references billing.rerate_runs (tenant_id, id) on delete cascade;
alter table billing.rerate_calls
    add constraint rerated_call_is_charged_by foreign key (tenant_id, charge_id)
        references billing.charges (tenant_id, id);

insert into ref.unaudited_tables (name, reason) values
    ('billing.rerate_runs', 'Kept by the program with every batch of a run; the row says what came of it.'),
    ('billing.rerate_calls', 'Come by the million, are made by a run alone, and say themselves what became of them.');
insert into ref.retention_defaults (name, time_column, months, condition, reason) values
    ('billing.rerate_calls', 'started_at', 36, null, 'With the call records, whose old prices they keep.');

select core.adopt_tables('tenant', 'billing.rerate_runs', 'billing.rerate_calls');

-- A call of nobody has no posting that it could differ from: when it is charged, it is at its price of then.
create function billing.rerated_charges(p_tenant uuid)
returns table (started_at timestamptz, charge_id uuid, amount numeric)
language sql stable
as $$
    select c.started_at, coalesce(c.level_charge_id, c.cdr_id), sum(c.sell_amount - c.old_sell_amount)
      from billing.rerate_calls c
     where c.tenant_id = p_tenant and c.state = 'posted' and c.account_id is not null
     group by 1, 2
$$;
comment on function billing.rerated_charges(uuid) is
    'By how much runs made calls dearer (above zero) or cheaper for their accounts, and charges of resellers for them, '
    'beside the postings of both.';
grant execute on function billing.rerated_charges(uuid) to heddle_engine;

create function billing.rerated_by(p_tenant uuid, p_started_at timestamptz, p_charge uuid) returns numeric
language sql stable
as $$
    select coalesce((select r.amount from billing.rerated_charges(p_tenant) r
                      where r.started_at = p_started_at and r.charge_id = p_charge), 0)
$$;
comment on function billing.rerated_by(uuid, timestamptz, uuid) is
    'By how much runs made a call dearer (above zero) or cheaper for its account, or for a reseller whose charge is '
    'named, beside the posting of it.';
grant execute on function billing.rerated_by(uuid, timestamptz, uuid) to heddle_engine;

-- The vouchers come with 0071, hence plpgsql, which looks for them when it is called.
create function billing.call_is_reversed(p_tenant uuid, p_charge uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from billing.ledger l
                     join billing.vouchers v on v.tenant_id = p_tenant and v.reverses_posting_id = l.id
                    where l.tenant_id = p_tenant and l.source = 'cdr' and l.source_id = p_charge);
end $$;
comment on function billing.call_is_reversed(uuid, uuid) is
    'Whether somebody took the posting of a call back, or that of a reseller''s charge.';
grant execute on function billing.call_is_reversed(uuid, uuid) to heddle_engine;

-- As its owner, for nobody else writes the ledger; it touches no table that its caller writes.
create function billing.post_rerated(p_tenant uuid, p_ids uuid[], p_accounts uuid[], p_differences numeric[],
                                     p_memo text) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_count integer;
begin
    if cardinality(p_accounts) is distinct from cardinality(p_ids)
        or cardinality(p_differences) is distinct from cardinality(p_ids)
        or exists (select from unnest(p_differences) d where (d <> 0 and d < 'NaN') is not true) then
        raise exception 'post_rerated wants three lists of one length and no difference of nothing'
            using errcode = 'invalid_parameter_value';
    end if;
    -- From here on no other posting of these accounts runs.
    perform from (select distinct id from unnest(p_accounts) id order by id) a
     cross join lateral (select from billing.account_balance b
                          where b.tenant_id = p_tenant and b.account_id = a.id for no key update) b;

    with posted as (
        insert into billing.ledger (tenant_id, account_id, source, source_id, currency, available, counter,
                                    counter_account, memo)
        select p_tenant, c.account_id, 'rerate', c.id, b.currency, -c.difference, c.difference, 'voice_revenue',
               coalesce(p_memo, '')
          from unnest(p_ids, p_accounts, p_differences) as c (id, account_id, difference)
          join billing.account_balance b on b.tenant_id = p_tenant and b.account_id = c.account_id
            on conflict (tenant_id, source, source_id) do nothing
        returning account_id, available
    ), sums as (
        select p.account_id, sum(p.available) as available, count(*) as postings from posted p group by p.account_id
    ), changed as (     -- what was delivered is owed, whatever is left; money that comes back takes no allowance away
        update billing.account_balance b
           set available = b.available + s.available,
               overdrawn = case when s.available < 0
                                then greatest(0, -(b.available + s.available + b.credit_limit))
                                else least(b.overdrawn, greatest(0, -(b.available + s.available + b.credit_limit)))
                                end
          from sums s
         where b.tenant_id = p_tenant and b.account_id = s.account_id
        returning s.postings
    )
    select coalesce(sum(c.postings), 0) into v_count from changed c;
    return v_count;
end $$;
comment on function billing.post_rerated(uuid, uuid[], uuid[], numeric[], text) is
    'Internal: posts by how much calls that were rated again became dearer (above zero) or cheaper, each exactly once, '
    'named by its row in billing.rerate_calls. A call posts even when it costs more than is left. Returns how many '
    'postings were made.';
grant execute on function billing.post_rerated(uuid, uuid[], uuid[], numeric[], text) to heddle_engine;

-- On which invoice a call is follows from the cycles, as billing.calls_of_cycle() has it: the first one that had not
-- ended when it began, and was not cut off when it was posted.
create function billing.judge_rerated(p_tenant uuid, p_run uuid, p_calls uuid[])
returns table (id uuid, state text, note text)
language sql stable
as $$
    select c.id,
           case when e.cdr_id is null or j.is_changed or j.is_late or j.is_reversed then 'skipped'
                when not j.has_sell then 'posted'
                when v.status = 'draft' then 'held'
                when c.carried_before <> 0 or v.status is not null or y.status = 'invoiced' then 'carried'
                else 'posted' end,
           case when e.cdr_id is null then 'the call is gone'
                when j.is_late then 'a later run has posted it'
                when j.is_changed then 'its price was changed since it was rated again'
                when j.is_reversed then 'it was taken back'
                when j.has_sell and v.status = 'draft' then 'on a draft: void it, or finalise it, and post again' end
      from unnest(p_calls) with ordinality as p (id, turn)
      join billing.rerate_calls c on c.tenant_id = p_tenant and c.id = p.id
      left join lateral (     -- a charge that a reseller did not have before is nothing, and is posted now
            select e.id as cdr_id, e.account_id, e.sell_amount, e.buy_amount, e.posted_at
              from cdr.enriched_cdr e
             where e.tenant_id = p_tenant and e.started_at = c.started_at and e.id = c.cdr_id and c.level = 0
             union all
            select e.id, coalesce(l.account_id, c.account_id), coalesce(l.amount, 0), 0, coalesce(l.posted_at, now())
              from cdr.enriched_cdr e
              left join cdr.level_charges l
                on l.tenant_id = p_tenant and l.started_at = c.started_at and l.id = c.level_charge_id
             where e.tenant_id = p_tenant and e.started_at = c.started_at and e.id = c.cdr_id and c.level > 0) e on true
      left join lateral (
            select bool_or(r.rerate_run_id > p_run) as is_late,
                   sum(r.sell_amount - r.old_sell_amount) filter (where r.state = 'carried') as carried
              from billing.rerate_calls r
             where r.tenant_id = p_tenant and r.started_at = c.started_at and r.cdr_id = c.cdr_id
               and r.level_charge_id is not distinct from c.level_charge_id
               and r.state in ('posted', 'carried')) o on true
     cross join lateral (
            select coalesce(c.sell_amount <> c.old_sell_amount, false) and c.account_id is not null as has_sell,
                   coalesce(o.is_late, false) as is_late,
                   e.sell_amount <> c.old_sell_amount - c.carried_before or e.buy_amount <> c.old_buy_amount
                       or coalesce(o.carried, 0) <> c.carried_before or e.account_id is distinct from c.account_id
                       as is_changed,
                   coalesce(c.sell_amount <> c.old_sell_amount, false)
                       and (billing.call_is_reversed(p_tenant, c.cdr_id)
                            or billing.call_is_reversed(p_tenant, c.level_charge_id)) as is_reversed) j
      left join lateral (
            select b.id, b.status from billing.billing_cycles b
             where b.tenant_id = p_tenant and b.account_id = c.account_id and b.period_to > c.started_at
               and (b.cut_off_at is null or e.posted_at < b.cut_off_at)
             order by b.period_from limit 1) y on true
      left join lateral (
            select i.status from billing.invoices i
             where i.tenant_id = p_tenant and i.billing_cycle_id = y.id and i.status <> 'void' limit 1) v on true
     order by p.turn
$$;
comment on function billing.judge_rerated(uuid, uuid, uuid[]) is
    'What becomes of calls of a run when they are posted: posted; carried, for they are on an invoice; held, for they '
    'are on a draft; or skipped, and why.';
grant execute on function billing.judge_rerated(uuid, uuid, uuid[]) to heddle_engine;

create function billing.charge_carried(p_tenant uuid, p_run uuid) returns integer
language sql
as $$
    with sums as materialized (
        select c.account_id, core.uuid_v7() as id, sum(c.sell_amount - c.old_sell_amount) as amount, count(*) as calls,
               min(c.started_at) as first_at, max(c.started_at) as last_at
          from billing.rerate_calls c
         where c.tenant_id = p_tenant and c.rerate_run_id = p_run and c.state = 'carried' and c.charge_id is null
         group by c.account_id
    ), made as (
        insert into billing.charges (tenant_id, id, account_id, kind, source_id, description, unit_amount, tax_category,
                                     charged_on)
        select p_tenant, s.id, s.account_id, 'adjustment', s.id,
               format('Price correction, %s call%s of %s to %s', s.calls, case when s.calls > 1 then 's' end,
                      (s.first_at at time zone a.time_zone)::date, (s.last_at at time zone a.time_zone)::date),
               s.amount, 'voice', (now() at time zone a.time_zone)::date
          from sums s
          join accounts.accounts a on a.tenant_id = p_tenant and a.id = s.account_id
         where s.amount <> 0
        returning id, account_id
    ), named as (
        update billing.rerate_calls c
           set charge_id = m.id
          from made m
         where c.tenant_id = p_tenant and c.rerate_run_id = p_run and c.state = 'carried' and c.charge_id is null
           and c.account_id = m.account_id
    )
    select count(*)::integer from made
$$;
comment on function billing.charge_carried(uuid, uuid) is
    'Charges the differences of the calls of a run that are on an invoice already, a charge an account, to go on the '
    'next invoice. Returns how many charges; a repeat makes none.';
grant execute on function billing.charge_carried(uuid, uuid) to heddle_engine;

create function billing.replaced_level(p_tenant uuid, p_started_at timestamptz, p_charge uuid) returns jsonb
language sql stable
as $$
    select coalesce((select jsonb_build_object(
                                'sell_rate_id', l.rate_id, 'sell_rate', l.rate, 'sell_connect_fee', l.connect_fee,
                                'sell_initial_s', l.initial_s, 'sell_next_s', l.next_s, 'sell_billed_s', l.billed_s,
                                'sell_amount', l.amount, 'rate_plan_id', l.rate_plan_id,
                                'rating', jsonb_build_object('sell', l.rating))
                       from cdr.level_charges l
                      where l.tenant_id = p_tenant and l.started_at = p_started_at and l.id = p_charge),
                    '{"sell_amount": 0}')
$$;
comment on function billing.replaced_level(uuid, timestamptz, uuid) is
    'Internal: what a reseller''s charge is before it is rated again, by the names that a call has for it.';
grant execute on function billing.replaced_level(uuid, timestamptz, uuid) to heddle_engine;

create function billing.store_rerated_levels(p_tenant uuid, p_calls uuid[]) returns void
language sql
as $$
    -- One that the reseller did not have before is made; whom it sells to follows below.
    insert into cdr.level_charges (tenant_id, started_at, id, cdr_id, account_id, below_account_id, level, rate_plan_id,
                                   rate_id, rate, connect_fee, initial_s, next_s, billed_s, currency, amount,
                                   sold_currency, rating)
    select p_tenant, c.started_at, c.level_charge_id, c.cdr_id, c.account_id, c.account_id, c.level, c.rate_plan_id,
           c.sell_rate_id, c.sell_rate, c.sell_connect_fee, c.sell_initial_s, c.sell_next_s, c.sell_billed_s,
           c.currency, c.sell_amount, c.currency, coalesce(c.rating -> 'sell', '{}')
      from billing.rerate_calls c
     where c.tenant_id = p_tenant and c.id = any (p_calls) and c.level > 0 and c.state = 'posted'
       and c.sell_amount <> c.old_sell_amount
    on conflict (tenant_id, started_at, id) do update
       set (rate_plan_id, rate_id, rate, connect_fee, initial_s, next_s, billed_s, amount, rating)
               = row (excluded.rate_plan_id, excluded.rate_id, excluded.rate, excluded.connect_fee,
                      excluded.initial_s, excluded.next_s, excluded.billed_s, excluded.amount, excluded.rating);
    -- What the account below pays is the price of the level below, or of the call.
    update cdr.level_charges l
       set below_account_id = s.below_account_id, sold_amount = s.sold_amount, sold_currency = s.sold_currency
      from (select k.started_at, k.id,
                   coalesce(lag(k.account_id) over w, e.account_id) as below_account_id,
                   coalesce(lag(k.amount) over w, e.sell_amount) as sold_amount,
                   coalesce(lag(k.currency) over w, e.currency) as sold_currency
              from (select distinct c.started_at, c.cdr_id from billing.rerate_calls c
                     where c.tenant_id = p_tenant and c.id = any (p_calls) and c.state = 'posted') c
              join cdr.level_charges k
                on k.tenant_id = p_tenant and k.started_at = c.started_at and k.cdr_id = c.cdr_id
              join cdr.enriched_cdr e
                on e.tenant_id = p_tenant and e.started_at = c.started_at and e.id = c.cdr_id
            window w as (partition by k.started_at, k.cdr_id order by k.level)) s
     where l.tenant_id = p_tenant and l.started_at = s.started_at and l.id = s.id
       and (l.below_account_id, l.sold_amount, l.sold_currency)
           is distinct from (s.below_account_id, s.sold_amount, s.sold_currency)
$$;
comment on function billing.store_rerated_levels(uuid, uuid[]) is
    'Internal: gives the charges of resellers the new prices of a run that were posted, makes those that were not '
    'there, and tells all levels of the calls what the account below pays now.';
grant execute on function billing.store_rerated_levels(uuid, uuid[]) to heddle_engine;
grant update on cdr.level_charges to heddle_engine;

-- Planned anew each time: the lists are as long as they are.
create function billing.post_rerate(p_tenant uuid, p_run uuid, p_limit integer default 5000)
returns table (posted bigint, carried bigint, held bigint, skipped bigint, is_done boolean)
language plpgsql set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
    v_run   billing.rerate_runs;
    v_calls uuid[];
    v_hours record;
begin
    select * into v_run from billing.rerate_runs r where r.tenant_id = p_tenant and r.id = p_run for no key update;
    if not found then
        raise exception 'no run % of this tenant', p_run using errcode = 'foreign_key_violation';
    end if;
    if v_run.state not in ('rated', 'posting', 'posted') then
        raise exception 'a run that is % cannot be posted', v_run.state
            using errcode = 'check_violation', constraint = 'rerate_is_posted_when_it_is_rated';
    end if;
    if v_run.state <> 'posted' and v_run.sheet_version is not null and not exists (
           select from routing.sheet_versions v
            where v.tenant_id = p_tenant and v.sheet_id = coalesce(v_run.rate_plan_id, v_run.deck_id)
              and v.version = v_run.sheet_version and v.edition = v_run.sheet_edition and v.state <> 'draft') then
        raise exception 'version % is a draft, or was changed since the run', v_run.sheet_version
            using errcode = 'check_violation', constraint = 'rerate_is_posted_by_what_may_hold';
    end if;

    v_calls := array(
        select c.id from billing.rerate_calls c
         where c.tenant_id = p_tenant and c.rerate_run_id = p_run and c.state = 'pending'
         order by c.started_at, c.cdr_id limit p_limit);
    -- First of all, as whoever rates calls does: they share it, and the hours are summed up anew below.
    insert into cdr.summary_states (tenant_id)
    select p_tenant where v_calls <> '{}' on conflict (tenant_id) do nothing;
    perform from cdr.summary_states s where s.tenant_id = p_tenant and v_calls <> '{}' for update;
    perform from billing.billing_cycles y
      where y.tenant_id = p_tenant
        and y.account_id in (select distinct c.account_id from billing.rerate_calls c
                              where c.tenant_id = p_tenant and c.id = any (v_calls))
        and y.period_to > (select min(c.started_at) from billing.rerate_calls c
                            where c.tenant_id = p_tenant and c.id = any (v_calls))
      order by y.id for share;
    perform from cdr.enriched_cdr e
      join billing.rerate_calls c on c.started_at = e.started_at and c.cdr_id = e.id
     where c.tenant_id = p_tenant and e.tenant_id = p_tenant and c.id = any (v_calls)
     order by e.started_at, e.id for no key update of e;

    -- Of a call that was taken back the carrier's side is posted alone.
    update billing.rerate_calls c
       set sell_amount = c.old_sell_amount, note = 'it was taken back: what the carrier charges alone'
     where c.tenant_id = p_tenant and c.id = any (v_calls) and c.sell_amount <> c.old_sell_amount
       and c.buy_amount <> c.old_buy_amount and billing.call_is_reversed(p_tenant, c.cdr_id);
    update billing.rerate_calls c
       set state = j.state, note = coalesce(j.note, c.note), settled_at = case when j.state <> 'held' then now() end,
           replaced = case when j.state not in ('posted', 'carried') then null
                           when c.level > 0 then billing.replaced_level(p_tenant, c.started_at, c.level_charge_id)
                           else (
               select to_jsonb(e)
                 from (select k.sell_rate_id, k.sell_rate, k.sell_connect_fee, k.sell_initial_s, k.sell_next_s,
                              k.sell_billed_s, k.sell_amount, k.buy_rate_id, k.buy_rate, k.buy_connect_fee,
                              k.buy_initial_s, k.buy_next_s, k.buy_billed_s, k.buy_amount, k.rating
                         from cdr.enriched_cdr k
                        where k.tenant_id = p_tenant and k.started_at = c.started_at and k.id = c.cdr_id) e) end
      from billing.judge_rerated(p_tenant, p_run, v_calls) j
     where c.tenant_id = p_tenant and c.id = j.id;

    -- Each side that differs; that of an invoiced call stays as the invoice has it.
    update cdr.enriched_cdr e
       set (sell_rate_id, sell_rate, sell_connect_fee, sell_initial_s, sell_next_s, sell_billed_s, sell_amount)
               = row (n.sell_rate_id, n.sell_rate, n.sell_connect_fee, n.sell_initial_s, n.sell_next_s,
                      n.sell_billed_s, n.sell_amount),
           (buy_rate_id, buy_rate, buy_connect_fee, buy_initial_s, buy_next_s, buy_billed_s, buy_amount)
               = row (n.buy_rate_id, n.buy_rate, n.buy_connect_fee, n.buy_initial_s, n.buy_next_s, n.buy_billed_s,
                      n.buy_amount),
           rating = n.rating
      from (select k.started_at, k.id, s.*, b.*,
                   (k.rating - '{sell,buy}'::text[])
                       || jsonb_strip_nulls(jsonb_build_object('sell', s.rating_sell, 'buy', b.rating_buy)) as rating
              from billing.rerate_calls c
              join cdr.enriched_cdr k on k.tenant_id = p_tenant and k.started_at = c.started_at and k.id = c.cdr_id
             cross join lateral (
                   select c.sell_rate_id, c.sell_rate, c.sell_connect_fee, c.sell_initial_s, c.sell_next_s,
                          c.sell_billed_s, c.sell_amount, c.rating -> 'sell' as rating_sell
                    where c.state = 'posted' and c.sell_amount <> c.old_sell_amount
                    union all
                   select k.sell_rate_id, k.sell_rate, k.sell_connect_fee, k.sell_initial_s, k.sell_next_s,
                          k.sell_billed_s, k.sell_amount, k.rating -> 'sell'
                    where (c.state = 'posted' and c.sell_amount <> c.old_sell_amount) is not true) s
             cross join lateral (
                   select c.buy_rate_id, c.buy_rate, c.buy_connect_fee, c.buy_initial_s, c.buy_next_s, c.buy_billed_s,
                          c.buy_amount, c.rating -> 'buy' as rating_buy
                    where c.buy_amount <> c.old_buy_amount
                    union all
                   select k.buy_rate_id, k.buy_rate, k.buy_connect_fee, k.buy_initial_s, k.buy_next_s, k.buy_billed_s,
                          k.buy_amount, k.rating -> 'buy'
                    where (c.buy_amount <> c.old_buy_amount) is not true) b
             where c.tenant_id = p_tenant and c.id = any (v_calls) and c.level = 0
               and c.state in ('posted', 'carried')) n
     where e.tenant_id = p_tenant and e.started_at = n.started_at and e.id = n.id;
    perform billing.store_rerated_levels(p_tenant, v_calls);

    for v_hours in
        select min(h.at) as first_at, max(h.at) + interval '1 hour' as end_at
          from (select t.at, t.at - row_number() over (order by t.at) * interval '1 hour' as run
                  from (select distinct date_bin('1 hour', c.started_at, '2000-01-01 00:00:00+00') as at
                          from billing.rerate_calls c
                         where c.tenant_id = p_tenant and c.id = any (v_calls) and c.level = 0
                           and c.state in ('posted', 'carried')) t) h
         group by h.run, date_trunc('month', h.at, 'UTC')
         order by 1
    loop
        perform cdr.roll_up(p_tenant, v_hours.first_at, v_hours.end_at);
    end loop;

    perform billing.post_rerated(p_tenant, array_agg(c.id order by c.id), array_agg(c.account_id order by c.id),
                                 array_agg((c.sell_amount - c.old_sell_amount)::numeric order by c.id), v_run.reason)
       from billing.rerate_calls c
      where c.tenant_id = p_tenant and c.id = any (v_calls) and c.state = 'posted' and c.account_id is not null
        and c.sell_amount <> c.old_sell_amount
     having count(*) > 0;
    -- The balances are locked now, as by whoever takes a call back.
    if exists (select from billing.rerate_calls c
                where c.tenant_id = p_tenant and c.id = any (v_calls) and c.state = 'posted'
                  and c.sell_amount <> c.old_sell_amount
                  and (billing.call_is_reversed(p_tenant, c.cdr_id)
                       or billing.call_is_reversed(p_tenant, c.level_charge_id))) then
        raise exception 'a call was taken back in this moment' using errcode = 'serialization_failure';
    end if;

    is_done := not exists (select from billing.rerate_calls c
                            where c.tenant_id = p_tenant and c.rerate_run_id = p_run and c.state = 'pending');
    if is_done and v_run.state <> 'posted' then
        perform billing.charge_carried(p_tenant, p_run);
    end if;
    if v_run.state <> 'posted' then
        update billing.rerate_runs r
           set state = case when d.is_done then 'posted' else 'posting' end,
               posted_at = case when d.is_done then now() end
          from (select is_done and not exists (select from billing.rerate_calls c
                                                where c.tenant_id = p_tenant and c.rerate_run_id = p_run
                                                  and c.state = 'held') as is_done) d
         where r.tenant_id = p_tenant and r.id = p_run;
    end if;
    return query
    select count(*) filter (where c.state = 'posted'), count(*) filter (where c.state = 'carried'),
           count(*) filter (where c.state = 'held'), count(*) filter (where c.state = 'skipped'), is_done
      from billing.rerate_calls c
     where c.tenant_id = p_tenant and c.id = any (v_calls);
end $$;
comment on function billing.post_rerate(uuid, uuid, integer) is
    'Posts the next calls of a run, at most so many: the rated calls and their sums get the new prices, the ledger the '
    'differences. Returns what became of these, and whether none is left; a repeat then does nothing. Calls on drafts '
    'are held and not tried again until their state is pending again.';
grant execute on function billing.post_rerate(uuid, uuid, integer) to heddle_engine;

grant select on billing.rerate_runs, billing.rerate_calls to heddle_app, heddle_report;
grant select, insert, update on billing.rerate_runs to heddle_engine;
grant select, insert, update, delete on billing.rerate_calls to heddle_engine;

comment on table billing.rerate_runs is
    'Calls of a window rated again: by which prices, how far it is, and what came of it.';
comment on column billing.rerate_runs.reason is 'Why, in words; the memo of what is posted.';
comment on column billing.rerate_runs.window_from is 'Calls that began then or later.';
comment on column billing.rerate_runs.window_to is 'Calls that began before.';
comment on column billing.rerate_runs.account_id is
    'What this account alone pays, for its calls and as a reseller for those below it; NULL is all.';
comment on column billing.rerate_runs.carrier_id is 'Calls over trunks of this carrier alone; NULL is all.';
comment on column billing.rerate_runs.rate_plan_id is
    'The plan of which a version is named. Unless an account is named too, calls of accounts that had it.';
comment on column billing.rerate_runs.deck_id is
    'The deck of which a version is named: calls over the carrier trunks that have it.';
comment on column billing.rerate_runs.sheet_version is 'The version; NULL takes those that held.';
comment on column billing.rerate_runs.sheet_edition is 'Its edition then; rows of another are other rows.';
comment on column billing.rerate_runs.as_of is
    'The time whose plans, versions and rows are taken; NULL is that of each call.';
comment on column billing.rerate_runs.side is 'sell, buy or both.';
comment on column billing.rerate_runs.state is 'rating, rated, posting, posted or cancelled.';
comment on column billing.rerate_runs.call_count is 'Calls of the window when it began.';
comment on column billing.rerate_runs.seen_count is 'Those that were looked at.';
comment on column billing.rerate_runs.rated_count is 'Those of them that the named version or prices concern.';
comment on column billing.rerate_runs.different_count is
    'Those with another amount on a side; what a reseller is charged for one counts apart.';
comment on column billing.rerate_runs.unpriced_count is 'Those without a price on a side.';
comment on column billing.rerate_runs.position_at is 'The last call that was looked at: its start.';
comment on column billing.rerate_runs.position_id is 'And its id.';
comment on column billing.rerate_runs.rated_at is 'When the last call was rated.';
comment on column billing.rerate_runs.posted_at is 'When the last difference was posted.';
comment on column billing.rerate_runs.cancelled_at is 'When it was thrown away.';

comment on table billing.rerate_calls is
    'Calls of a run that have another amount, or no price: the new price, what it took the place of, and what became '
    'of it; and the same of what resellers are charged for calls. Their ids name their postings in the ledger.';
comment on column billing.rerate_calls.rerate_run_id is 'The run.';
comment on column billing.rerate_calls.started_at is 'When the call began.';
comment on column billing.rerate_calls.cdr_id is 'The call.';
comment on column billing.rerate_calls.level_charge_id is
    'The charge of a reseller that the row is about, which may not be there yet; NULL for the call''s own account.';
comment on column billing.rerate_calls.level is
    '0 is the account of the call; from 1 on the resellers above it, as in cdr.level_charges.';
comment on column billing.rerate_calls.rate_plan_id is 'The plan of a reseller by which it is rated again.';
comment on column billing.rerate_calls.account_id is 'Who pays for it; NULL is nobody.';
comment on column billing.rerate_calls.carrier_trunk_id is 'The carrier trunk that carried it.';
comment on column billing.rerate_calls.direction is 'outbound or inbound.';
comment on column billing.rerate_calls.prefix is
    'What tells the country of the called number, in the NANP its area.';
comment on column billing.rerate_calls.currency is 'Currency of its prices.';
comment on column billing.rerate_calls.talk_ms is 'Talk time.';
comment on column billing.rerate_calls.old_sell_amount is
    'What the account or the reseller paid for it, with what was charged after its invoice.';
comment on column billing.rerate_calls.old_buy_amount is 'What the carrier charged.';
comment on column billing.rerate_calls.carried_before is
    'How much of old_sell_amount earlier runs have charged beside the call.';
comment on column billing.rerate_calls.sell_rate_id is 'Row in billing.voice_rates, of the new price.';
comment on column billing.rerate_calls.sell_rate is 'New sell price per minute.';
comment on column billing.rerate_calls.sell_connect_fee is 'New sell connect fee.';
comment on column billing.rerate_calls.sell_initial_s is 'Least seconds sold.';
comment on column billing.rerate_calls.sell_next_s is 'Step of seconds sold.';
comment on column billing.rerate_calls.sell_billed_s is 'Seconds sold.';
comment on column billing.rerate_calls.sell_amount is
    'New amount; NULL where that side was not rated, or has no price.';
comment on column billing.rerate_calls.buy_rate_id is 'Row in routing.rate_deck, of the new price.';
comment on column billing.rerate_calls.buy_rate is 'New buy price per minute.';
comment on column billing.rerate_calls.buy_connect_fee is 'New buy connect fee.';
comment on column billing.rerate_calls.buy_initial_s is 'Least seconds bought.';
comment on column billing.rerate_calls.buy_next_s is 'Step of seconds bought.';
comment on column billing.rerate_calls.buy_billed_s is 'Seconds bought.';
comment on column billing.rerate_calls.buy_amount is
    'New amount; NULL where that side was not rated, or has no price.';
comment on column billing.rerate_calls.rating is 'What the new amounts follow from, as in cdr.enriched_cdr.';
comment on column billing.rerate_calls.missing is 'Why a side has no price.';
comment on column billing.rerate_calls.state is 'pending, unpriced, posted, carried, held or skipped.';
comment on column billing.rerate_calls.note is 'Why it is held or was skipped, or what of it was left out.';
comment on column billing.rerate_calls.replaced is 'The prices that the call had before, in the columns of the call.';
comment on column billing.rerate_calls.charge_id is 'What the difference of an invoiced call is charged by.';
comment on column billing.rerate_calls.settled_at is 'When it was posted, carried or skipped.';
