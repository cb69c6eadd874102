-- Prices beside those of calls: messages, numbers, what recurs, what is included, what is charged
-- once; rates of exchange; and the published form of a plan.
--
-- Prices are dated as those of calls are: of the rows for one thing that have begun and not ended,
-- that with the latest valid_from holds.
--
-- What recurs is charged by days of the account's own calendar, in half-open periods, so that neither
-- daylight saving nor the hour of a change has a say: days used / days in the period.

create domain billing.message_kind as text
    constraint message_kind_is_known check (value in ('sms', 'mms'));
comment on domain billing.message_kind is 'sms is priced by segment, mms by message.';

create domain billing.sender_kind as text
    constraint sender_kind_is_known check (value in ('long_code', 'toll_free', 'short_code', 'alphanumeric'));
comment on domain billing.sender_kind is 'What a message shows as its sender.';

create domain billing.tax_category as text
    constraint tax_category_is_known
    check (value in ('voice', 'toll_free', 'messaging', 'number', 'access', 'equipment', 'service', 'seller_fee',
                     'untaxed'));
comment on domain billing.tax_category is
    'What is sold, for taxes. access: channels and lines; seller_fee: a recovery fee of the seller''s own, which is no '
    'tax; untaxed: a deposit, say.';

create domain billing.charge_interval as text
    constraint charge_interval_is_known check (value in ('month', 'quarter', 'year'));
comment on domain billing.charge_interval is 'How often something recurs.';

create domain billing.proration as text
    constraint proration_is_known check (value in ('none', 'daily'));
comment on domain billing.proration is
    'none: a period begun is a period paid; daily: days used / days in the period, also given back at an early end.';

create domain billing.charge_status as text
    constraint charge_status_is_known check (value in ('active', 'suspended', 'ended'));
comment on domain billing.charge_status is 'active is charged; suspended is not, for now; ended is not any more.';

create domain billing.charge_kind as text
    constraint charge_kind_is_known
    check (value in ('setup', 'port', 'dunning', 'surcharge', 'emergency_call', 'adjustment', 'service', 'other'));
comment on domain billing.charge_kind is
    'Why something is charged once. surcharge: for short calls, say; emergency_call: what a provider bills for one '
    'from a number without an address; service: what another switch or a program charged, which is posted at once.';

create domain billing.bundle_unit as text
    constraint bundle_unit_is_known check (value in ('seconds', 'segments'));
comment on domain billing.bundle_unit is 'seconds of calls or segments of messages.';

create domain billing.rate_card_status as text
    constraint rate_card_status_is_known check (value in ('published', 'withdrawn'));
comment on domain billing.rate_card_status is 'published may be shown to customers; withdrawn may not any more.';

create domain billing.exchange_rate as numeric(18, 8)
    constraint exchange_rate_above_zero check (value > 0);
comment on domain billing.exchange_rate is 'What one unit of a currency is worth in another.';

create table billing.messaging_rates (
    tenant_id    uuid not null,
    id           uuid not null default core.uuid_v7(),
    rate_plan_id uuid not null,
    direction    core.call_direction not null default 'outbound',
    kind         billing.message_kind not null default 'sms',
    sender       billing.sender_kind not null default 'long_code',
    prefix       core.dial_prefix not null,
    network      text not null default '',
    destination  text not null default '',
    rate         core.rate,
    carrier_fee  core.rate not null default 0,
    blocked      boolean not null default false,
    valid_from   timestamptz not null,
    valid_to     timestamptz,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint messaging_rate_starts_once
        unique (tenant_id, rate_plan_id, direction, kind, sender, prefix, network, valid_from),
    constraint messaging_rate_is_outbound_or_inbound check (direction in ('outbound', 'inbound')),
    constraint messaging_rate_ends_after_it_starts check (valid_to > valid_from),
    constraint messaging_rate_has_a_price check (blocked or rate is not null)
);

create table billing.number_rates (
    tenant_id             uuid not null,
    id                    uuid not null default core.uuid_v7(),
    rate_plan_id          uuid not null,
    kind                  numbers.number_kind not null default 'local',
    prefix                core.dial_prefix not null,
    destination           text not null default '',
    setup_fee             core.rate not null default 0,
    monthly_fee           core.rate not null,
    port_in_fee           core.rate not null default 0,
    emergency_monthly_fee core.rate not null default 0,
    messaging_monthly_fee core.rate not null default 0,
    valid_from            timestamptz not null,
    valid_to              timestamptz,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint number_rate_starts_once unique (tenant_id, rate_plan_id, kind, prefix, valid_from),
    constraint number_rate_ends_after_it_starts check (valid_to > valid_from)
);

create table billing.bundles (
    tenant_id    uuid not null,
    id           uuid not null default core.uuid_v7(),
    rate_plan_id uuid not null,
    name         text not null,
    unit         billing.bundle_unit not null default 'seconds',
    direction    core.call_direction not null default 'outbound',
    prefixes     core.dial_prefix[] not null,
    included     bigint not null,
    rolls_over   boolean not null default false,
    is_shared    boolean not null default false,
    monthly_fee  core.rate not null default 0,
    valid_from   timestamptz not null,
    valid_to     timestamptz,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint bundle_name_starts_once unique (tenant_id, rate_plan_id, name, valid_from),
    constraint bundle_is_outbound_or_inbound check (direction in ('outbound', 'inbound')),
    constraint bundle_has_a_prefix check (cardinality(prefixes) > 0),
    constraint bundle_included_above_zero check (included > 0),
    constraint bundle_ends_after_it_starts check (valid_to > valid_from)
);

create table billing.bundle_counters (
    tenant_id    uuid not null,
    account_id   uuid not null,
    bundle_id    uuid not null,
    period_from  date not null,
    period_to    date not null,
    included     bigint not null,
    carried_over bigint not null default 0,
    used         bigint not null default 0,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, account_id, bundle_id, period_from),
    constraint bundle_period_ends_after_it_starts check (period_to > period_from),
    constraint bundle_used_is_within_what_is_included check (used between 0 and included + carried_over),
    constraint bundle_carried_over_not_below_zero check (carried_over >= 0)
) with (fillfactor = 50);  -- counted up with every call, so its new versions stay on the page
create index bundle_counters_of_bundle on billing.bundle_counters (tenant_id, bundle_id);

create table billing.products (
    tenant_id    uuid not null,
    id           uuid not null default core.uuid_v7(),
    code         text not null,
    name         text not null,
    description  text not null default '',
    status       billing.plan_status not null default 'active',
    currency     core.currency not null default 'USD',
    unit_amount  core.rate not null,
    interval     billing.charge_interval not null default 'month',
    in_advance   boolean not null default true,
    proration    billing.proration not null default 'daily',
    tax_category billing.tax_category not null default 'service',
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint product_code_is_taken_once unique (tenant_id, code),
    constraint product_code_is_short_and_printable check (code ~ '^[A-Za-z0-9_.-]{1,32}$')
);
create index products_by_status on billing.products (tenant_id, status, created_at);

create table billing.recurring_charges (
    tenant_id     uuid not null,
    id            uuid not null default core.uuid_v7(),
    account_id    uuid not null,
    product_id    uuid,
    number        core.e164,
    description   text not null,
    status        billing.charge_status not null default 'active',
    quantity      numeric(18, 6) not null default 1,
    unit_amount   core.rate not null,
    interval      billing.charge_interval not null default 'month',
    in_advance    boolean not null default true,
    proration     billing.proration not null default 'daily',
    tax_category  billing.tax_category not null default 'service',
    starts_on     date not null,
    ends_on       date,
    charged_until date not null,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint recurring_quantity_above_zero check (quantity > 0),
    constraint recurring_charge_ends_not_before_it_starts check (ends_on >= starts_on),
    constraint recurring_charge_is_charged_from_its_start check (charged_until >= starts_on),
    constraint ended_charge_names_its_end check (status <> 'ended' or ends_on is not null)
);
create index recurring_charges_of_account on billing.recurring_charges (tenant_id, account_id, charged_until);
create index recurring_charges_of_product on billing.recurring_charges (tenant_id, product_id);
create index recurring_charges_of_number on billing.recurring_charges (tenant_id, number);
create index recurring_charges_by_status on billing.recurring_charges (tenant_id, status, created_at);

create table billing.charges (
    tenant_id        uuid not null,
    id               uuid not null default core.uuid_v7(),
    account_id       uuid not null,
    kind             billing.charge_kind not null,
    source_id        uuid not null default core.uuid_v7(),
    reference        text,
    asker_account_id uuid,
    number           core.e164,
    description      text not null,
    quantity         numeric(18, 6) not null default 1,
    unit_amount      core.total not null,
    amount           core.total generated always as (round(quantity * unit_amount, 8)) stored,
    tax_category     billing.tax_category not null default 'service',
    charged_on       date not null,
    invoice_item_id  uuid,
    cancelled_at     timestamptz,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint source_is_charged_once_of_a_kind unique (tenant_id, kind, source_id),
    constraint charge_quantity_above_zero check (quantity > 0),
    constraint charge_is_invoiced_or_cancelled_not_both check (invoice_item_id is null or cancelled_at is null),
    constraint charge_reference_has_1_to_200_characters check (char_length(reference) between 1 and 200),
    constraint charge_that_an_account_asked_for_has_a_reference
        check (asker_account_id is null or reference is not null)
);
create unique index charge_reference_is_taken_once
    on billing.charges (tenant_id, account_id, reference, asker_account_id) nulls not distinct
    where reference is not null;
create index charges_of_asker on billing.charges (tenant_id, asker_account_id);
create index charges_of_account on billing.charges (tenant_id, account_id, charged_on);
create index charges_of_invoice_item on billing.charges (tenant_id, invoice_item_id);
-- What waits for the next invoice; few of all.
create index charges_pending on billing.charges (tenant_id, account_id)
    where invoice_item_id is null and cancelled_at is null;

create table billing.rate_cards (
    tenant_id    uuid not null,
    id           uuid not null default core.uuid_v7(),
    rate_plan_id uuid not null,
    version      integer not null,
    status       billing.rate_card_status not null default 'published',
    currency     core.currency not null,
    effective_at timestamptz not null,
    rates        jsonb not null,
    rate_count   integer not null,
    digest       text not null,
    withdrawn_at timestamptz,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint rate_card_version_is_taken_once unique (tenant_id, rate_plan_id, version),
    constraint rate_card_version_above_zero check (version > 0),
    constraint rate_card_is_withdrawn_at_a_time check ((status = 'withdrawn') = (withdrawn_at is not null)),
    constraint rate_card_has_between_0_and_100000_rates check (rate_count between 0 and 100000)
);
create index rate_cards_by_status on billing.rate_cards (tenant_id, status, created_at);

create table billing.exchange_rates (
    tenant_id  uuid not null,
    id         uuid not null default core.uuid_v7(),
    base       core.currency not null,
    quote      core.currency not null,
    rate       billing.exchange_rate not null,
    source     text not null,
    valid_from timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint exchange_rate_starts_once unique (tenant_id, base, quote, valid_from),
    constraint exchange_is_between_two_currencies check (base <> quote)
);

select core.distribute_pending();

alter table billing.messaging_rates
    add constraint messaging_rate_is_of_plan foreign key (tenant_id, rate_plan_id)
        references billing.rate_plans (tenant_id, id) on delete cascade;
alter table billing.number_rates
    add constraint number_rate_is_of_plan foreign key (tenant_id, rate_plan_id)
        references billing.rate_plans (tenant_id, id) on delete cascade;
alter table billing.bundles
    add constraint bundle_is_of_plan foreign key (tenant_id, rate_plan_id)
        references billing.rate_plans (tenant_id, id);
alter table billing.bundle_counters
    add constraint bundle_is_used_by_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.bundle_counters
    add constraint counter_is_of_bundle foreign key (tenant_id, bundle_id)
        references billing.bundles (tenant_id, id);
alter table billing.recurring_charges
    add constraint recurring_charge_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.recurring_charges
    add constraint recurring_charge_is_for_product foreign key (tenant_id, product_id)
        references billing.products (tenant_id, id);
alter table billing.charges
    add constraint charge_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.charges
    add constraint charge_is_asked_for_by_account foreign key (tenant_id, asker_account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.rate_cards
    add constraint rate_card_is_of_plan foreign key (tenant_id, rate_plan_id)
        references billing.rate_plans (tenant_id, id);

select core.adopt_tables('tenant', 'billing.messaging_rates', 'billing.number_rates', 'billing.bundles',
                         'billing.products', 'billing.rate_cards', 'billing.exchange_rates');
select core.adopt_tables('account', 'billing.bundle_counters', 'billing.recurring_charges', 'billing.charges');
-- An account sees what it is charged; only staff writes it.
alter policy tenant_isolation on billing.recurring_charges
    with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
                and current_setting('app.account_scope', true) = 'tenant');

-- Rollover takes along what the month before left of its own, not what that had from before it: so it
-- is used within two months, and nothing grows without end.
create function billing.bundle_left_over(p_tenant uuid, p_account uuid, p_bundle uuid, p_month date) returns bigint
language sql stable
as $$
    select case when c.period_from is not null then least(c.included, c.included + c.carried_over - c.used)
                when exists (
                     select from billing.account_rate_plan p
                      where p.tenant_id = p_tenant and p.account_id = p_account and p.rate_plan_id = b.rate_plan_id
                        and tstzrange(p.valid_from, p.valid_to)
                            && (tstzrange(b.valid_from, b.valid_to)
                                * tstzrange(p_month::timestamp at time zone a.time_zone,
                                            (p_month + interval '1 month') at time zone a.time_zone)))
                then b.included
                else 0 end
      from billing.bundles b
      join accounts.accounts a on a.tenant_id = b.tenant_id and a.id = p_account
      left join billing.bundle_counters c
        on c.tenant_id = b.tenant_id and c.account_id = a.id and c.bundle_id = b.id and c.period_from = p_month
     where b.tenant_id = p_tenant and b.id = p_bundle
$$;
comment on function billing.bundle_left_over(uuid, uuid, uuid, date) is
    'What a month (its first day) leaves of a bundle to the next one, should it roll over: what was not used of its '
    'own; all of it where nobody used any, and nothing where the account did not have the bundle.';
grant execute on function billing.bundle_left_over(uuid, uuid, uuid, date) to heddle_engine;

-- The month before is there as well where something is carried over from it: it is locked while that is counted, and
-- what comes late for it finds what is left. That is so of one in which nobody used any.
create function billing.open_bundle_month(p_tenant uuid, p_account uuid, p_bundle uuid, p_month date) returns void
language plpgsql
as $$
declare
    v_month date;
begin
    foreach v_month in array array[(p_month - interval '1 month')::date, p_month] loop
        continue when exists (
                 select from billing.bundle_counters c
                  where c.tenant_id = p_tenant and c.account_id = p_account and c.bundle_id = p_bundle
                    and c.period_from = v_month);
        -- A statement of its own, so that the next one sees what others had used of it before they let go of it.
        perform from billing.bundle_counters c
          where c.tenant_id = p_tenant and c.account_id = p_account and c.bundle_id = p_bundle
            and c.period_from = (v_month - interval '1 month')::date
            for no key update;
        insert into billing.bundle_counters (tenant_id, account_id, bundle_id, period_from, period_to, included,
                                             carried_over)
        select p_tenant, p_account, b.id, v_month, (v_month + interval '1 month')::date, b.included,
               case when b.rolls_over
                    then billing.bundle_left_over(p_tenant, p_account, b.id, (v_month - interval '1 month')::date)
                    else 0 end
          from billing.bundles b
         where b.tenant_id = p_tenant and b.id = p_bundle
           and (v_month = p_month
                or b.rolls_over and billing.bundle_left_over(p_tenant, p_account, b.id, v_month) > 0)
        on conflict (tenant_id, account_id, bundle_id, period_from) do nothing;
    end loop;
end $$;
comment on function billing.open_bundle_month(uuid, uuid, uuid, date) is
    'Begins to count what an account uses of a bundle in a month (its first day): all that is included, and what the '
    'month before left where the bundle rolls over. A month that is counted already stays as it is. Belongs in the '
    'transaction of what is used.';
grant execute on function billing.open_bundle_month(uuid, uuid, uuid, date) to heddle_engine;

create function billing.use_bundle(p_tenant uuid, p_account uuid, p_bundle uuid, p_at timestamptz, p_wanted bigint)
returns bigint
language plpgsql
as $$
declare
    v_month date;
    v_room  bigint;
    v_used  bigint;
    v_taken bigint;
begin
    select date_trunc('month', p_at at time zone a.time_zone)::date into v_month
      from accounts.accounts a
     where a.tenant_id = p_tenant and a.id = p_account;
    if not found or p_wanted is null then
        raise exception 'use_bundle wants an account and a number of units' using errcode = 'invalid_parameter_value';
    end if;

    if exists (select from billing.bundles b
                where b.tenant_id = p_tenant and b.id = p_bundle
                  and b.valid_from <= p_at and (b.valid_to is null or b.valid_to > p_at)) then
        perform billing.open_bundle_month(p_tenant, p_account, p_bundle, v_month);
    end if;
    perform from billing.bundle_counters c
      where c.tenant_id = p_tenant and c.account_id = p_account and c.bundle_id = p_bundle
        and c.period_from = v_month
        for no key update;
    -- What was carried over since is used there, and what calls in progress keep for themselves by them.
    select greatest(c.included + c.carried_over - c.used - coalesce(next.carried_over, 0)
                    - coalesce((select sum(h.seconds)::bigint from billing.bundle_holds h
                                 where h.tenant_id = p_tenant and h.account_id = p_account
                                   and h.bundle_id = p_bundle and h.period_from = v_month
                                   and h.expires_at > now()), 0), 0), c.used
      into v_room, v_used
      from billing.bundle_counters c
      left join billing.bundle_counters next
        on next.tenant_id = p_tenant and next.account_id = p_account and next.bundle_id = p_bundle
       and next.period_from = (v_month + interval '1 month')::date
     where c.tenant_id = p_tenant and c.account_id = p_account and c.bundle_id = p_bundle
       and c.period_from = v_month;
    v_taken := greatest(least(p_wanted, coalesce(v_room, 0)), -coalesce(v_used, 0));
    if v_taken <> 0 then
        update billing.bundle_counters c
           set used = c.used + v_taken
         where c.tenant_id = p_tenant and c.account_id = p_account and c.bundle_id = p_bundle
           and c.period_from = v_month;
    end if;
    return v_taken;
end $$;
comment on function billing.use_bundle(uuid, uuid, uuid, timestamptz, bigint) is
    'Takes units from what a bundle includes for an account in the month of a moment, as many as are wanted or left, '
    'and returns how many. Below zero it gives back, at most what was used. Belongs in the transaction of what it is '
    'taken for.';
grant execute on function billing.use_bundle(uuid, uuid, uuid, timestamptz, bigint) to heddle_engine;

create function billing.prorate(p_amount numeric, p_period_from date, p_period_to date, p_from date, p_until date)
returns numeric
language sql immutable parallel safe
as $$
    select round(p_amount * greatest(0, least(p_until, p_period_to) - greatest(p_from, p_period_from))
                 / nullif(p_period_to - p_period_from, 0), 8)
$$;
comment on function billing.prorate(numeric, date, date, date, date) is
    'The share of the price of a period (from its first day to the first day after it) that falls on some days: '
    'days used / days in the period, rounded once to eight decimals, half away from zero.';
grant execute on function billing.prorate(numeric, date, date, date, date) to heddle_app, heddle_engine, heddle_report;

-- Months are those of the billing period, counted from the day it ends; quarters and years those of
-- the charge, counted from its start. Each border is counted from there, not from the border before
-- it: from January 31 the months end on February 28 and on March 31.
create function billing.due_recurring(p_tenant uuid, p_account uuid, p_until date)
returns table (recurring_charge_id uuid, charged_from date, charged_until date, days_used integer,
               days_in_period integer, amount numeric)
language sql stable
as $$
    with charges as (
        select c.*, round(c.quantity * c.unit_amount, 8) as price,
               case c.interval when 'month' then p_until else c.starts_on end as anchor,
               case c.interval when 'month' then 1 when 'quarter' then 3 else 12 end as months
          from billing.recurring_charges c
         where c.tenant_id = p_tenant and c.account_id = p_account and c.status <> 'suspended'
    ), periods as (
        select c.*, (c.anchor + make_interval(months => c.months * k))::date as first_day,
               (c.anchor + make_interval(months => c.months * (k + 1)))::date as next_day
          from charges c
         cross join lateral generate_series(
                   ((c.charged_until - c.anchor) / 31.0 / c.months)::integer - 2,
                   ((p_until - c.anchor) / 28.0 / c.months)::integer + 1) as k
    ), due as (
        select p.id, greatest(p.first_day, p.charged_until) as day_from,
               least(p.next_day, coalesce(p.ends_on, p.next_day)) as day_until, p.first_day, p.next_day, p.price,
               p.proration
          from periods p
         where p.next_day > p.charged_until and p.first_day < coalesce(p.ends_on, 'infinity'::date)
           and case when p.in_advance then p.first_day <= p_until
                    else least(p.next_day, p.ends_on) <= p_until end
         union all      -- paid for already, and ended before
        select p.id, greatest(p.first_day, p.ends_on), least(p.next_day, p.charged_until), p.first_day, p.next_day,
               -p.price, p.proration
          from periods p
         where p.proration = 'daily' and p.ends_on < p.charged_until
           and p.first_day < p.charged_until and p.next_day > p.ends_on
    )
    select d.id, d.day_from, d.day_until, d.day_until - d.day_from, d.next_day - d.first_day,
           case d.proration when 'daily' then billing.prorate(d.price, d.first_day, d.next_day, d.day_from, d.day_until)
                            else d.price end
      from due d
     where d.day_until > d.day_from
     order by d.id, d.day_from
$$;
comment on function billing.due_recurring(uuid, uuid, date) is
    'What recurs of an account and is due when a billing period ends (the first day after it): each period or part of '
    'one that was not charged, in advance also the one that begins that day; below zero what was paid for and will not '
    'be used. Whoever puts it on an invoice moves charged_until along, to ends_on where that has come.';
grant execute on function billing.due_recurring(uuid, uuid, date) to heddle_app, heddle_engine;

create function billing.convert(p_tenant uuid, p_amount numeric, p_from text, p_to text, p_at timestamptz)
returns numeric
language plpgsql stable
as $$
declare
    v_worth numeric;
begin
    if p_from = p_to then
        return p_amount;
    end if;
    -- The pair as it was quoted, else the other way round; of each the latest that holds.
    select case when e.base = p_from then round(p_amount * e.rate, 8) else round(p_amount / e.rate, 8) end
      into v_worth
      from billing.exchange_rates e
     where e.tenant_id = p_tenant and e.valid_from <= p_at
       and (e.base, e.quote) in ((p_from, p_to), (p_to, p_from))
     order by e.base = p_from desc, e.valid_from desc
     limit 1;
    if not found then
        raise exception 'no rate of exchange from % to % at %', p_from, p_to, p_at
            using errcode = 'no_data_found', constraint = 'exchange_rate_is_known';
    end if;
    return v_worth;
end $$;
comment on function billing.convert(uuid, numeric, text, text, timestamptz) is
    'An amount in another currency, at the rate that held at a moment, rounded once to eight decimals. Where a pair is '
    'quoted the other way round only, it is divided. Without a rate it is refused: no_data_found.';
grant execute on function billing.convert(uuid, numeric, text, text, timestamptz)
    to heddle_app, heddle_engine, heddle_report;

-- One row for each thing that is priced: of those that have begun and not ended, the one that began last.
create function billing.rate_card_rates(p_tenant uuid, p_rate_plan uuid, p_at timestamptz) returns jsonb
language sql stable
as $$
    with voice as (
        select distinct on (r.direction, r.prefix) r.*
          from billing.voice_rates r
         where r.tenant_id = p_tenant and r.rate_plan_id = p_rate_plan
           and r.plan_version = routing.sheet_version_at(p_tenant, p_rate_plan, p_at) and not r.disabled
           and r.valid_from <= p_at and (r.valid_to is null or r.valid_to > p_at)
         order by r.direction, r.prefix, r.valid_from desc
    ), messaging as (
        select distinct on (r.direction, r.kind, r.sender, r.prefix, r.network) r.*
          from billing.messaging_rates r
         where r.tenant_id = p_tenant and r.rate_plan_id = p_rate_plan
           and r.valid_from <= p_at and (r.valid_to is null or r.valid_to > p_at)
         order by r.direction, r.kind, r.sender, r.prefix, r.network, r.valid_from desc
    ), numbers as (
        select distinct on (r.kind, r.prefix) r.*
          from billing.number_rates r
         where r.tenant_id = p_tenant and r.rate_plan_id = p_rate_plan
           and r.valid_from <= p_at and (r.valid_to is null or r.valid_to > p_at)
         order by r.kind, r.prefix, r.valid_from desc
    ), bundles as (
        select distinct on (b.name) b.*
          from billing.bundles b
         where b.tenant_id = p_tenant and b.rate_plan_id = p_rate_plan
           and b.valid_from <= p_at and (b.valid_to is null or b.valid_to > p_at)
         order by b.name, b.valid_from desc
    )
    select jsonb_build_object(
        'format', 1,
        'plan', (select jsonb_build_object('name', p.name, 'currency', p.currency, 'rounding', p.rounding,
                                           'indeterminate_policy', p.indeterminate_policy)
                   from billing.rate_plans p where p.tenant_id = p_tenant and p.id = p_rate_plan),
        'voice', coalesce((
            select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                       'id', v.id, 'direction', v.direction, 'prefix', v.prefix, 'destination', v.destination,
                       'rate', trim_scale(v.rate)::text, 'rate_interstate', trim_scale(v.rate_interstate)::text,
                       'rate_intrastate', trim_scale(v.rate_intrastate)::text,
                       'rate_local', trim_scale(v.rate_local)::text,
                       'rate_indeterminate', trim_scale(v.rate_indeterminate)::text,
                       'connect_fee', trim_scale(v.connect_fee)::text, 'initial_increment_s', v.initial_increment_s,
                       'next_increment_s', v.next_increment_s, 'blocked', v.blocked,
                       'valid_from', v.valid_from, 'valid_to', v.valid_to)) order by v.direction, v.prefix)
              from voice v), '[]'),
        'messaging', coalesce((
            select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                       'id', m.id, 'direction', m.direction, 'kind', m.kind, 'sender', m.sender, 'prefix', m.prefix,
                       'network', m.network, 'destination', m.destination, 'rate', trim_scale(m.rate)::text,
                       'carrier_fee', trim_scale(m.carrier_fee)::text, 'blocked', m.blocked,
                       'valid_from', m.valid_from, 'valid_to', m.valid_to))
                       order by m.direction, m.kind, m.sender, m.prefix, m.network)
              from messaging m), '[]'),
        'numbers', coalesce((
            select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                       'id', n.id, 'kind', n.kind, 'prefix', n.prefix, 'destination', n.destination,
                       'setup_fee', trim_scale(n.setup_fee)::text, 'monthly_fee', trim_scale(n.monthly_fee)::text,
                       'port_in_fee', trim_scale(n.port_in_fee)::text,
                       'emergency_monthly_fee', trim_scale(n.emergency_monthly_fee)::text,
                       'messaging_monthly_fee', trim_scale(n.messaging_monthly_fee)::text,
                       'valid_from', n.valid_from, 'valid_to', n.valid_to)) order by n.kind, n.prefix)
              from numbers n), '[]'),
        'bundles', coalesce((
            select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                       'id', b.id, 'name', b.name, 'unit', b.unit, 'direction', b.direction,
                       'prefixes', b.prefixes::text[], 'included', b.included, 'rolls_over', b.rolls_over,
                       'monthly_fee', trim_scale(b.monthly_fee)::text,
                       'valid_from', b.valid_from, 'valid_to', b.valid_to)) order by b.name)
              from bundles b), '[]'))
$$;
comment on function billing.rate_card_rates(uuid, uuid, timestamptz) is
    'What a plan charges at a moment, as JSON: voice, messaging, numbers and bundles, prices as strings without '
    'trailing zeros. For people and other programs; rating reads the rows.';
grant execute on function billing.rate_card_rates(uuid, uuid, timestamptz) to heddle_app, heddle_engine;

create function billing.publish_rate_card(p_tenant uuid, p_rate_plan uuid, p_at timestamptz) returns uuid
language plpgsql
as $$
declare
    v_plan  billing.rate_plans;
    v_rates jsonb;
    v_id    uuid;
begin
    -- Publishers of one plan take turns, so that versions have no gap and no twin.
    select * into v_plan
      from billing.rate_plans p
     where p.tenant_id = p_tenant and p.id = p_rate_plan for no key update;
    if not found then
        raise exception 'no such rate plan' using errcode = 'foreign_key_violation';
    end if;
    v_rates := billing.rate_card_rates(p_tenant, p_rate_plan, p_at);

    insert into billing.rate_cards (tenant_id, rate_plan_id, version, currency, effective_at, rates, rate_count, digest)
    select p_tenant, p_rate_plan, coalesce(max(c.version), 0) + 1, v_plan.currency, p_at, v_rates,
           jsonb_array_length(v_rates -> 'voice') + jsonb_array_length(v_rates -> 'messaging')
               + jsonb_array_length(v_rates -> 'numbers') + jsonb_array_length(v_rates -> 'bundles'),
           encode(sha256(convert_to(v_rates::text, 'UTF8')), 'hex')
      from billing.rate_cards c
     where c.tenant_id = p_tenant and c.rate_plan_id = p_rate_plan
    returning id into v_id;
    return v_id;
end $$;
comment on function billing.publish_rate_card(uuid, uuid, timestamptz) is
    'Makes the next version of a plan''s rate card from the prices that hold at a moment, and returns its id.';
grant execute on function billing.publish_rate_card(uuid, uuid, timestamptz) to heddle_app;

create function billing.keep_rate_card() returns trigger
language plpgsql
as $$
begin
    if to_jsonb(new) - '{status,withdrawn_at,updated_at}'::text[]
        is distinct from to_jsonb(old) - '{status,withdrawn_at,updated_at}'::text[]
        or old.status = 'withdrawn' and new.status <> 'withdrawn' then
        raise exception 'version % of a rate card cannot change', old.version
            using errcode = 'restrict_violation', constraint = 'rate_card_is_kept_as_published',
                  hint = 'Publish another version; a published one can only be withdrawn, and once.';
    end if;
    return new;
end $$;
comment on function billing.keep_rate_card() is
    'Trigger: what was published stays as it was; it can only be withdrawn.';

create trigger rate_cards_keep before update on billing.rate_cards
    for each row execute function billing.keep_rate_card();

grant select, insert, update, delete on billing.messaging_rates, billing.number_rates to heddle_app;
grant select, insert, update on billing.bundles, billing.products, billing.rate_cards, billing.recurring_charges
    to heddle_app;
grant select, insert on billing.exchange_rates to heddle_app;
grant select on billing.bundle_counters, billing.charges to heddle_app;
grant select, insert, update on billing.messaging_rates, billing.number_rates, billing.bundle_counters,
    billing.recurring_charges, billing.charges to heddle_engine;
grant select, insert on billing.exchange_rates to heddle_engine;
grant select on billing.bundles, billing.products, billing.rate_cards to heddle_engine;
grant select on billing.messaging_rates, billing.number_rates, billing.bundles, billing.bundle_counters,
    billing.products, billing.recurring_charges, billing.charges, billing.rate_cards, billing.exchange_rates
    to heddle_report;

comment on table billing.messaging_rates is
    'Prices of messages by prefix: of the receiver when outbound, of our number when inbound. The longest prefix '
    'decides, also when it blocks; a row of the receiver''s network goes before one of any.';
comment on column billing.messaging_rates.rate_plan_id is 'The plan.';
comment on column billing.messaging_rates.direction is 'outbound or inbound.';
comment on column billing.messaging_rates.kind is 'sms or mms.';
comment on column billing.messaging_rates.sender is 'long_code, toll_free, short_code or alphanumeric.';
comment on column billing.messaging_rates.prefix is 'Leading digits of the number.';
comment on column billing.messaging_rates.network is 'Mobile network of the receiver, by its code; empty is any.';
comment on column billing.messaging_rates.destination is 'What it is called on an invoice.';
comment on column billing.messaging_rates.rate is 'Price of a segment, of an MMS as a whole.';
comment on column billing.messaging_rates.carrier_fee is
    'What the receiver''s network charges for a segment or an MMS, passed through beside the price.';
comment on column billing.messaging_rates.blocked is 'Messages to these numbers are refused.';
comment on column billing.messaging_rates.valid_from is 'First instant that it holds.';
comment on column billing.messaging_rates.valid_to is 'First instant that it no longer holds; NULL is open.';

comment on table billing.number_rates is 'Prices of numbers by kind and prefix; the longest prefix decides.';
comment on column billing.number_rates.rate_plan_id is 'The plan.';
comment on column billing.number_rates.kind is 'Kind of number, as in the inventory.';
comment on column billing.number_rates.prefix is 'Leading digits of the number.';
comment on column billing.number_rates.destination is 'What it is called on an invoice.';
comment on column billing.number_rates.setup_fee is 'Charged once when it is assigned.';
comment on column billing.number_rates.monthly_fee is 'Charged for each month.';
comment on column billing.number_rates.port_in_fee is 'Charged once when it is ported in.';
comment on column billing.number_rates.emergency_monthly_fee is 'Charged for each month with an emergency address.';
comment on column billing.number_rates.messaging_monthly_fee is 'Charged for each month with messaging.';
comment on column billing.number_rates.valid_from is 'First instant that it holds.';
comment on column billing.number_rates.valid_to is 'First instant that it no longer holds; NULL is open.';

comment on table billing.bundles is 'Calls or messages that a plan includes, each month of the account''s calendar.';
comment on column billing.bundles.rate_plan_id is 'The plan.';
comment on column billing.bundles.name is 'What it is called on an invoice.';
comment on column billing.bundles.unit is 'seconds or segments.';
comment on column billing.bundles.direction is 'outbound or inbound.';
comment on column billing.bundles.prefixes is 'Leading digits of the numbers that it is good for.';
comment on column billing.bundles.included is 'Units in a month.';
comment on column billing.bundles.rolls_over is 'Whether what is left is good for one month more.';
comment on column billing.bundles.is_shared is
    'Whether a customer and the customers below it on the same plan use it together: it is counted for the uppermost.';
comment on column billing.bundles.monthly_fee is 'Charged for each month beside the plan.';
comment on column billing.bundles.valid_from is 'First instant that it holds.';
comment on column billing.bundles.valid_to is 'First instant that it no longer holds; NULL is open.';

comment on table billing.bundle_counters is 'What an account has used of a bundle, a row for each month.';
comment on column billing.bundle_counters.bundle_id is 'The bundle.';
comment on column billing.bundle_counters.period_from is 'First day of the month.';
comment on column billing.bundle_counters.period_to is 'First day after it.';
comment on column billing.bundle_counters.included is 'Units of this month, as when it began.';
comment on column billing.bundle_counters.carried_over is 'Units left from the month before.';
comment on column billing.bundle_counters.used is 'Units used.';

comment on table billing.products is 'Services that are sold for a recurring price.';
comment on column billing.products.code is 'Short name, unique within the tenant.';
comment on column billing.products.name is 'What it is called on an invoice.';
comment on column billing.products.description is 'What the customer gets.';
comment on column billing.products.status is 'active, or retired: kept for those who have it.';
comment on column billing.products.currency is 'Currency of its price.';
comment on column billing.products.unit_amount is 'Price of one for each interval.';
comment on column billing.products.interval is 'month, quarter or year.';
comment on column billing.products.in_advance is 'Whether an interval is charged before it begins.';
comment on column billing.products.proration is 'none or daily.';
comment on column billing.products.tax_category is 'What it is for taxes.';

comment on table billing.recurring_charges is
    'What an account is charged again and again: numbers, channels, services, in the currency of the account.';
comment on column billing.recurring_charges.product_id is 'The product, if it is one.';
comment on column billing.recurring_charges.number is 'The number, if it is for one.';
comment on column billing.recurring_charges.description is 'Text of the invoice line.';
comment on column billing.recurring_charges.status is 'active, suspended or ended.';
comment on column billing.recurring_charges.quantity is 'How many.';
comment on column billing.recurring_charges.unit_amount is 'Price of one for each interval.';
comment on column billing.recurring_charges.interval is 'month, quarter or year.';
comment on column billing.recurring_charges.in_advance is 'Whether an interval is charged before it begins.';
comment on column billing.recurring_charges.proration is 'none or daily.';
comment on column billing.recurring_charges.tax_category is 'What it is for taxes.';
comment on column billing.recurring_charges.starts_on is 'First day that is charged, in the account''s time zone.';
comment on column billing.recurring_charges.ends_on is 'First day that is not charged any more; NULL is open.';
comment on column billing.recurring_charges.charged_until is 'First day that was not invoiced yet.';

comment on table billing.charges is
    'What an account is charged once, on its next invoice, in the currency of the account; below zero it is given.';
comment on column billing.charges.kind is
    'setup, port, dunning, surcharge, emergency_call, adjustment, service or other.';
comment on column billing.charges.source_id is 'What it is charged for. A source is charged once of a kind.';
comment on column billing.charges.reference is
    'What another switch or program calls what it charged, once within the account; NULL for others.';
comment on column billing.charges.asker_account_id is
    'The account whose people or keys asked for it under its reference; NULL for the operator''s own, whose references '
    'are others.';
comment on column billing.charges.number is 'The number, if it is for one.';
comment on column billing.charges.description is 'Text of the invoice line.';
comment on column billing.charges.quantity is 'How many.';
comment on column billing.charges.unit_amount is 'Price of one.';
comment on column billing.charges.amount is 'Quantity times price, rounded once to eight decimals.';
comment on column billing.charges.tax_category is 'What it is for taxes.';
comment on column billing.charges.charged_on is 'The day that it came about, in the account''s time zone.';
comment on column billing.charges.invoice_item_id is 'The line that it was invoiced by; NULL while it waits.';
comment on column billing.charges.cancelled_at is 'When it was taken back before it was invoiced.';

comment on table billing.rate_cards is 'Plans as they were published: their prices at a moment, in one document.';
comment on column billing.rate_cards.rate_plan_id is 'The plan.';
comment on column billing.rate_cards.version is 'Counts up within the plan.';
comment on column billing.rate_cards.status is 'published or withdrawn.';
comment on column billing.rate_cards.currency is 'Currency of its prices.';
comment on column billing.rate_cards.effective_at is 'The moment that the prices are of.';
comment on column billing.rate_cards.rates is
    'Lists by kind: voice, messaging, numbers, bundles; prices are strings, for JSON numbers would lose digits.';
comment on column billing.rate_cards.rate_count is 'How many prices there are.';
comment on column billing.rate_cards.digest is 'SHA-256 of the rates as text, by which a copy can be compared.';
comment on column billing.rate_cards.withdrawn_at is 'When it was withdrawn.';

comment on table billing.exchange_rates is
    'What currencies were worth, from a moment on until the next row; never changed, so that what was converted can be '
    'converted again.';
comment on column billing.exchange_rates.base is 'The currency of which one is worth the rate.';
comment on column billing.exchange_rates.quote is 'The currency that the rate is in.';
comment on column billing.exchange_rates.rate is 'What one of the base is worth.';
comment on column billing.exchange_rates.source is 'Who says so.';
comment on column billing.exchange_rates.valid_from is 'First instant that it holds.';
