-- What the price of a call stands on beside its rows: how much an account has used in its month, and what the resellers
-- between it and the operator are charged for the same call.
--
-- Use is counted where a step of use asks for it, and nowhere else: by account (on the buying side by deck), list,
-- direction and prefix of the extras, so that extras which take the place of others go on from the same count. A call
-- counts in the month of its answer, on the account's calendar, however late its record comes.
--
-- A reseller is charged for the calls of the accounts below it by its own plan, each level for itself, and pays from
-- its own balance. The rows are partitioned as call records are, and go with them. They are on the reseller's invoice
-- by the rule that calls are: of the cycle that the call was made in, if it was posted before that was cut off.

create table billing.usage_counters (
    tenant_id    uuid not null,
    id           uuid not null default core.uuid_v7(),
    account_id   uuid,
    rate_plan_id uuid,
    deck_id      uuid,
    direction    core.call_direction not null default 'outbound',
    prefix       core.dial_prefix,
    period_from  date not null,
    used_s       bigint not null default 0,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint use_is_of_an_account_and_plan_or_of_a_deck
        check (num_nonnulls(rate_plan_id, deck_id) = 1 and (account_id is null) = (rate_plan_id is null)),
    constraint use_is_outbound_or_inbound check (direction in ('outbound', 'inbound')),
    constraint use_is_counted_once
        unique nulls not distinct (tenant_id, account_id, rate_plan_id, deck_id, direction, prefix, period_from),
    constraint used_seconds_not_below_zero check (used_s >= 0)
) with (fillfactor = 50);  -- counted up with every batch, so its new versions stay on the page
create index usage_counters_of_plan on billing.usage_counters (tenant_id, rate_plan_id);
create index usage_counters_of_deck on billing.usage_counters (tenant_id, deck_id);

create table cdr.level_charges (
    tenant_id        uuid not null,
    started_at       timestamptz not null,
    id               uuid not null,
    cdr_id           uuid not null,
    account_id       uuid not null,
    below_account_id uuid not null,
    level            integer not null,
    rate_plan_id     uuid not null,
    rate_id          uuid,
    rate             core.rate,
    connect_fee      core.rate,
    initial_s        core.increment_s,
    next_s           core.increment_s,
    billed_s         integer not null default 0,
    currency         core.currency not null,
    amount           core.amount not null default 0,
    sold_currency    core.currency not null,
    sold_amount      core.amount not null default 0,
    margin           core.amount generated always as
                         (case when sold_currency = currency then sold_amount - amount end) stored,
    rating           jsonb not null default '{}',
    posted_at        timestamptz not null default now(),
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, started_at, id),
    constraint level_above_zero check (level > 0),
    constraint level_charge_not_below_zero check (amount >= 0 and sold_amount >= 0 and billed_s >= 0),
    constraint level_charge_names_its_rate
        check (amount = 0 or num_nulls(rate_id, rate, connect_fee, initial_s, next_s) = 0)
) partition by range (started_at);
create table cdr.level_charges_default partition of cdr.level_charges default;
alter table cdr.level_charges_default enable row level security;

create index level_charges_of_account on cdr.level_charges (tenant_id, account_id, started_at);

select core.distribute_pending();

alter table billing.usage_counters
    add constraint use_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.usage_counters
    add constraint use_is_of_plan foreign key (tenant_id, rate_plan_id)
        references billing.rate_plans (tenant_id, id) on delete cascade;
alter table billing.usage_counters
    add constraint use_is_of_deck foreign key (tenant_id, deck_id)
        references routing.decks (tenant_id, id) on delete cascade;
alter table cdr.level_charges
    add constraint level_charge_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);

insert into ref.unaudited_tables (name, reason) values
    ('billing.usage_counters', 'Derivable: counted up by calls.'),
    ('cdr.level_charges', 'Call records: derivable from the call and the prices that they name.');
insert into ref.storage_settings (name, settings, reason) values
    ('billing.usage_counters', '{fillfactor=50,autovacuum_vacuum_scale_factor=0.02}', 'Counted up with every call.'),
    ('cdr.level_charges', '{autovacuum_vacuum_insert_scale_factor=0.05,autovacuum_analyze_scale_factor=0.05}',
     'Written once, with the call.');
insert into ref.retention_defaults (name, time_column, months, minimum_months, reason, verified) values
    ('cdr.level_charges', 'started_at', 36, 18, 'As call records.', true);

select core.adopt_tables('account', 'billing.usage_counters', 'cdr.level_charges');
select core.apply_storage('billing.usage_counters'), core.apply_storage('cdr.level_charges');

create or replace function cdr.create_monthly_partition(p_month date default (now() at time zone 'UTC')::date)
returns integer
language sql
as $$
    select core.create_monthly_partition('cdr.raw_cdr', p_month)::integer
         + core.create_monthly_partition('cdr.enriched_cdr', p_month)::integer
         + core.create_monthly_partition('cdr.level_charges', p_month)::integer
         + core.create_monthly_partition('cdr.vendor_cdr', p_month)::integer
$$;
comment on function cdr.create_monthly_partition(date) is
    'Makes the partitions of raw and enriched CDRs, of the charges of resellers and of carriers'' records for the '
    'month that a day lies in; returns how many were missing.';

-- Charges are looked up account by account: most have none, and a plan for all at once reads those of everybody.
create function billing.resold_calls_of_cycle(p_tenant uuid, p_cycle uuid) returns setof cdr.level_charges
language sql stable
as $$
    select l.*
      from billing.billing_cycles c
     cross join lateral (select billing.cut_off_before(p_tenant, c.id) as cut_off_at offset 0) before
     cross join lateral (select l.* from cdr.level_charges l
                          where l.tenant_id = p_tenant and l.account_id = c.account_id
                            and l.started_at >= c.period_from - interval '62 days' and l.started_at < c.period_to
                         offset 0) l
     where c.tenant_id = p_tenant and c.id = p_cycle and l.posted_at < coalesce(c.cut_off_at, 'infinity')
       and (l.started_at >= c.period_from or l.posted_at >= coalesce(before.cut_off_at, '-infinity'))
$$;
comment on function billing.resold_calls_of_cycle(uuid, uuid) is
    'What a reseller is charged in a cycle for calls of the accounts below it: what billing.summarise_resold sums up.';
grant execute on function billing.resold_calls_of_cycle(uuid, uuid) to heddle_engine, heddle_report;

create function billing.summarise_resold(p_tenant uuid, p_cycles uuid[]) returns integer
language plpgsql
as $$
declare
    v_count integer;
begin
    insert into billing.usage_summary (tenant_id, account_id, billing_cycle_id, usage_on, last_on, kind, direction,
                                       jurisdiction, country, currency, unit_count, talk_ms, billed_s, amount)
    select p_tenant, c.account_id, c.id, (min(l.started_at) at time zone a.time_zone)::date,
           (max(l.started_at) at time zone a.time_zone)::date, 'resold', coalesce(e.direction, 'unknown'),
           e.jurisdiction, coalesce(d.country, ''), l.currency, count(*), coalesce(sum(e.talk_ms), 0), sum(l.billed_s),
           sum(l.amount)
      from billing.billing_cycles c
      join accounts.accounts a on a.tenant_id = p_tenant and a.id = c.account_id
     cross join lateral billing.resold_calls_of_cycle(p_tenant, c.id) l
      left join lateral (select e.direction, e.jurisdiction, e.to_number, e.talk_ms   -- by its key
                           from cdr.enriched_cdr e
                          where e.tenant_id = p_tenant and e.started_at = l.started_at and e.id = l.cdr_id offset 0) e
        on true
      left join cdr.destinations() d on d.prefix = cdr.destination_prefix(e.to_number)
     where c.tenant_id = p_tenant and c.id = any (p_cycles)
     group by c.account_id, c.id, a.time_zone, e.direction, e.jurisdiction, d.country, l.currency;
    get diagnostics v_count = row_count;

    update billing.billing_cycles c
       set late_calls = c.late_calls + s.calls
      from billing.billing_cycles y
     cross join lateral (select count(*) as calls
                           from cdr.level_charges l
                          where l.tenant_id = p_tenant and l.account_id = y.account_id
                            and l.started_at >= y.period_from and l.started_at < y.period_to
                            and l.posted_at >= y.cut_off_at) s
     where c.tenant_id = p_tenant and c.id = y.id and s.calls > 0
       and y.tenant_id = p_tenant and y.id = any (p_cycles);
    return v_count;
end $$;
comment on function billing.summarise_resold(uuid, uuid[]) is
    'Internal: the part of billing.summarise_cycles that is about the calls of the accounts below resellers, by '
    'direction, jurisdiction and country of the call. Returns how many rows.';
grant execute on function billing.summarise_resold(uuid, uuid[]) to heddle_engine;

grant select on billing.usage_counters, cdr.level_charges to heddle_app, heddle_report;
grant select, insert, update on billing.usage_counters to heddle_engine;
grant select, insert on cdr.level_charges to heddle_engine;

comment on table billing.usage_counters is
    'What an account has used under extras with steps of use, a row for each month of its calendar; of a deck, whose '
    'months are those of UTC, what all calls over it have.';
comment on column billing.usage_counters.account_id is 'The account that is billed; NULL on the buying side.';
comment on column billing.usage_counters.rate_plan_id is 'The plan that it is billed by.';
comment on column billing.usage_counters.deck_id is 'Or the deck.';
comment on column billing.usage_counters.direction is 'outbound or inbound; of a deck always outbound.';
comment on column billing.usage_counters.prefix is 'The prefix of the extras; NULL is any.';
comment on column billing.usage_counters.period_from is 'First day of the month.';
comment on column billing.usage_counters.used_s is 'Seconds billed, included ones too.';

comment on table cdr.level_charges is
    'What resellers were charged for calls of the accounts below them, a row for each level of a call that has a plan.';
comment on column cdr.level_charges.id is 'UUIDv5 of the call and the account: what is posted under it, once.';
comment on column cdr.level_charges.started_at is 'As of the call.';
comment on column cdr.level_charges.cdr_id is 'The call.';
comment on column cdr.level_charges.account_id is 'The reseller.';
comment on column cdr.level_charges.below_account_id is
    'Whom it sells the call to: the account of the call, or the reseller of the level below.';
comment on column cdr.level_charges.level is 'Counts up from 1, the reseller that the account of the call is below of.';
comment on column cdr.level_charges.rate_plan_id is 'The plan that the reseller had when the call was answered.';
comment on column cdr.level_charges.rate_id is 'Row in billing.voice_rates.';
comment on column cdr.level_charges.rate is 'Price per minute that was used.';
comment on column cdr.level_charges.connect_fee is 'Connect fee that was used.';
comment on column cdr.level_charges.initial_s is 'Least seconds.';
comment on column cdr.level_charges.next_s is 'Step of seconds.';
comment on column cdr.level_charges.billed_s is 'Seconds billed.';
comment on column cdr.level_charges.currency is 'Currency of the reseller.';
comment on column cdr.level_charges.amount is 'What the reseller pays.';
comment on column cdr.level_charges.sold_currency is 'Currency of the account below.';
comment on column cdr.level_charges.sold_amount is 'What the account below pays.';
comment on column cdr.level_charges.margin is
    'What the reseller earns: what the account below pays less what it pays itself; NULL in two currencies.';
comment on column cdr.level_charges.rating is 'How it was rated, as in cdr.enriched_cdr.';
comment on column cdr.level_charges.posted_at is 'When it reached the ledger.';
