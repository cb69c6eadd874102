-- From calls to a draft, and from an invoice that nobody pays to a reminder.
--
-- A call is of the cycle that it was made in, if it was posted before that was cut off, else of the next
-- one. Both times are fixed, so summing usage up again gives the same, and each call is invoiced once. The
-- cut-off lies a little back, so that no posting that began before it is still under way.
--
-- A level of reminders is raised once for an invoice, with what it said and cost then; nobody is taken
-- through several levels in one night because the job had slept.

create domain billing.usage_kind as text
    constraint usage_kind_is_known check (value in ('voice', 'messaging', 'resold'));
comment on domain billing.usage_kind is
    'What was used: voice, messaging, or resold, calls of the accounts below a reseller.';

create domain billing.dunning_action as text
    constraint dunning_action_is_known check (value in ('remind', 'restrict_outbound', 'suspend', 'disconnect'));
comment on domain billing.dunning_action is
    'remind by mail; restrict_outbound: no charged calls; suspend; disconnect. None ever stops an emergency call.';

-- The id is derived from what the row is about, so summing up again finds it.
create table billing.usage_summary (
    tenant_id        uuid not null,
    id               uuid not null generated always as (md5(
                         billing_cycle_id::text || ' ' || kind || ' ' || direction || ' '
                         || coalesce(jurisdiction, '') || ' ' || country)::uuid) stored,
    account_id       uuid not null,
    billing_cycle_id uuid not null,
    usage_on         date not null,
    last_on          date not null,
    kind             billing.usage_kind not null,
    direction        core.call_direction not null,
    jurisdiction     core.jurisdiction,
    country          text not null default '',
    currency         core.currency not null,
    unit_count       bigint not null,
    talk_ms          bigint not null default 0,
    billed_s         bigint not null default 0,
    segments         bigint not null default 0,
    amount           core.total not null,
    invoice_item_id  uuid,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint usage_ends_not_before_it_starts check (last_on >= usage_on),
    constraint usage_not_below_zero
        check (unit_count >= 0 and talk_ms >= 0 and billed_s >= 0 and segments >= 0 and amount >= 0)
);
create index usage_summary_of_cycle on billing.usage_summary (tenant_id, billing_cycle_id, account_id);
create index usage_summary_of_account on billing.usage_summary (tenant_id, account_id, usage_on);
create index usage_summary_of_item on billing.usage_summary (tenant_id, invoice_item_id);

create table billing.dunning_policies (
    tenant_id  uuid not null,
    id         uuid not null default core.uuid_v7(),
    name       text not null,
    minimum    billing.document_amount not null default 0,
    is_default boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint dunning_policy_name_is_taken_once unique (tenant_id, name),
    constraint dunning_minimum_not_below_zero check (minimum >= 0)
);
create unique index tenant_has_one_default_dunning_policy on billing.dunning_policies (tenant_id) where is_default;

create table billing.dunning_levels (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    dunning_policy_id uuid not null,
    level             integer not null,
    days_after_due    integer not null,
    action            billing.dunning_action not null default 'remind',
    fee               core.rate not null default 0,
    template          text not null default '',
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint dunning_level_is_taken_once unique (tenant_id, dunning_policy_id, level),
    constraint dunning_level_is_between_1_and_9 check (level between 1 and 9),
    constraint dunning_days_not_below_zero check (days_after_due >= 0)
);

create table billing.dunning_events (
    tenant_id   uuid not null,
    id          uuid not null default core.uuid_v7(),
    account_id  uuid not null,
    invoice_id  uuid not null,
    level       integer not null,
    action      billing.dunning_action not null,
    fee         core.rate not null default 0,
    template    text not null default '',
    open_amount billing.document_amount not null,
    raised_on   date not null,
    done_at     timestamptz,
    resolved_at timestamptz,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint level_is_raised_once_for_an_invoice unique (tenant_id, invoice_id, level)
);
create index dunning_events_of_account on billing.dunning_events (tenant_id, account_id, created_at);
create index dunning_events_of_invoice on billing.dunning_events (tenant_id, invoice_id, account_id);
-- Of invoices that are still open: what is to be done, and what is to be resolved.
create index dunning_events_unresolved on billing.dunning_events (tenant_id, done_at, created_at)
    where resolved_at is null;

alter table billing.billing_profiles add column dunning_policy_id uuid;
create index billing_profiles_of_dunning_policy on billing.billing_profiles (tenant_id, dunning_policy_id);

select core.distribute_pending();

alter table billing.usage_summary
    add constraint usage_is_of_cycle foreign key (tenant_id, billing_cycle_id, account_id)
        references billing.billing_cycles (tenant_id, id, account_id);
alter table billing.usage_summary
    add constraint usage_is_invoiced_by_item foreign key (tenant_id, invoice_item_id)
        references billing.invoice_items (tenant_id, id);
alter table billing.dunning_levels
    add constraint dunning_level_is_of_policy foreign key (tenant_id, dunning_policy_id)
        references billing.dunning_policies (tenant_id, id) on delete cascade;
alter table billing.dunning_events
    add constraint dunning_is_for_invoice foreign key (tenant_id, invoice_id, account_id)
        references billing.invoices (tenant_id, id, account_id);
alter table billing.billing_profiles
    add constraint account_is_reminded_by_policy foreign key (tenant_id, dunning_policy_id)
        references billing.dunning_policies (tenant_id, id);

select core.adopt_tables('tenant', 'billing.dunning_policies', 'billing.dunning_levels');
select core.adopt_tables('account', 'billing.usage_summary', 'billing.dunning_events');

-- Country codes have one digit, two or three, and which is known from the first two; in the NANP the
-- area code tells the country.
create function cdr.destination_prefix(p_number text) returns text
language sql immutable parallel safe
as $$
    select case when p_number like '+1%' then substr(p_number, 2, 4)
                when p_number like '+7%' then '7'
                when substr(p_number, 2, 2) in ('20', '27', '30', '31', '32', '33', '34', '36', '39', '40', '41', '43',
                                                '44', '45', '46', '47', '48', '49', '51', '52', '53', '54', '55', '56',
                                                '57', '58', '60', '61', '62', '63', '64', '65', '66', '81', '82', '84',
                                                '86', '90', '91', '92', '93', '94', '95', '98')
                then substr(p_number, 2, 2)
                else substr(p_number, 2, 3) end
$$;
comment on function cdr.destination_prefix(text) is
    'What tells the country of an E.164 number: its country code, in the NANP the 1 and the area code.';
grant execute on function cdr.destination_prefix(text) to heddle_app, heddle_engine, heddle_report;

create function cdr.destinations() returns table (prefix text, calling_code text, country text)
language sql stable
as $$
    select '1' || n.npa, '1', n.country from ref.npa n
     union all
    (select distinct on (c.calling_code) c.calling_code, c.calling_code, c.code    -- of several the largest
       from ref.countries c
      where c.calling_code <> '1'
      order by c.calling_code,
               c.code in ('AU', 'CW', 'FI', 'FK', 'GB', 'GP', 'IT', 'MA', 'NO', 'NZ', 'RE', 'RU') desc, c.code)
$$;
comment on function cdr.destinations() is
    'The country of each prefix that cdr.destination_prefix() can give; of countries that share a code the largest.';
grant execute on function cdr.destinations() to heddle_app, heddle_engine, heddle_report;

create function billing.cut_off_before(p_tenant uuid, p_cycle uuid) returns timestamptz
language sql stable
as $$
    select max(b.cut_off_at)
      from billing.billing_cycles c
      join billing.billing_cycles b
        on b.tenant_id = p_tenant and b.account_id = c.account_id and b.period_to <= c.period_from
     where c.tenant_id = p_tenant and c.id = p_cycle
$$;
comment on function billing.cut_off_before(uuid, uuid) is
    'The latest cut-off of the cycles before one, NULL for the first. No cycle is cut off earlier, whatever became of '
    'the days of grace: a call would else be of two.';
grant execute on function billing.cut_off_before(uuid, uuid) to heddle_engine, heddle_report;

create function billing.close_cycle(p_tenant uuid, p_cycle uuid, p_cut_off_at timestamptz) returns boolean
language plpgsql
as $$
begin
    -- A posting takes a minute at most; five leave room.
    if p_cut_off_at > now() - interval '5 minutes' then
        raise exception 'the cut-off lies less than five minutes back'
            using errcode = 'check_violation', constraint = 'cut_off_is_above_five_minutes_ago';
    end if;
    if exists (select from billing.billing_cycles c
                 join billing.billing_cycles before
                   on before.tenant_id = p_tenant and before.account_id = c.account_id
                  and before.period_to <= c.period_from and before.status = 'open'
                where c.tenant_id = p_tenant and c.id = p_cycle) then
        raise exception 'the cycle before is still open'
            using errcode = 'check_violation', constraint = 'cycles_are_closed_in_their_order';
    end if;
    update billing.billing_cycles c
       set status = 'closed', cut_off_at = greatest(p_cut_off_at, billing.cut_off_before(p_tenant, p_cycle))
     where c.tenant_id = p_tenant and c.id = p_cycle and c.status = 'open';
    return found;
end $$;
comment on function billing.close_cycle(uuid, uuid, timestamptz) is
    'Closes a cycle: calls that are posted from a moment on, five minutes ago or earlier, and not before the cut-off '
    'of an earlier cycle, are of the next. False when it was closed before.';
grant execute on function billing.close_cycle(uuid, uuid, timestamptz) to heddle_engine;

-- Calls that come later than sixty-two days after they were made are left out here: staff look at them first.
-- The planner takes the calls of an account for few, and would sort them by country.
create function billing.summarise_cycles(p_tenant uuid, p_cycles uuid[]) returns integer
language plpgsql set enable_mergejoin = off
as $$
declare
    v_count    integer;
    v_messages integer;
begin
    perform from billing.billing_cycles c
      where c.tenant_id = p_tenant and c.id = any (p_cycles)
      order by c.id for no key update;
    if exists (select from billing.usage_summary u
                where u.tenant_id = p_tenant and u.billing_cycle_id = any (p_cycles)
                  and u.invoice_item_id is not null) then
        raise exception 'the usage of the cycle is invoiced'
            using errcode = 'check_violation', constraint = 'invoiced_usage_is_kept';
    end if;

    delete from billing.usage_summary u where u.tenant_id = p_tenant and u.billing_cycle_id = any (p_cycles);
    with cycles as materialized (
        select c.id, c.account_id, c.period_from, c.period_to, coalesce(c.cut_off_at, 'infinity') as cut_off_at,
               a.time_zone, coalesce(before.cut_off_at, '-infinity') as after_at
          from billing.billing_cycles c
          join accounts.accounts a on a.tenant_id = p_tenant and a.id = c.account_id
         cross join lateral (select billing.cut_off_before(p_tenant, c.id) as cut_off_at offset 0) before
         where c.tenant_id = p_tenant and c.id = any (p_cycles)
    ), countries as materialized (
        select d.prefix, d.country from cdr.destinations() d
    ), sums as materialized (
        select c.id, c.account_id, c.time_zone, e.direction, e.jurisdiction, d.country, e.currency,
               coalesce(e.posted_at < c.cut_off_at, false) as is_in, min(e.started_at) as first_at,
               max(e.started_at) as last_at, count(*) as calls, sum(e.talk_ms) as talk_ms,
               sum(e.sell_billed_s) as billed_s, sum(e.sell_amount) as amount
          from cycles c
          join cdr.enriched_cdr e
            on e.tenant_id = p_tenant and e.account_id = c.account_id
           and e.started_at >= c.period_from - interval '62 days' and e.started_at < c.period_to
          left join countries d on d.prefix = cdr.destination_prefix(e.to_number)
         where (e.disposition = 'answered' or e.sell_amount > 0)
           and (e.started_at >= c.period_from or e.posted_at >= c.after_at or e.posted_at is null)
         group by 1, 2, 3, 4, 5, 6, 7, 8
    ), late as (
        update billing.billing_cycles c
           set late_calls = l.calls
          from (select y.id, coalesce(sum(s.calls) filter (where not s.is_in), 0) as calls
                  from cycles y left join sums s on s.id = y.id group by y.id) l
         where c.tenant_id = p_tenant and c.id = l.id and c.late_calls <> l.calls
    )
    insert into billing.usage_summary (tenant_id, account_id, billing_cycle_id, usage_on, last_on, kind, direction,
                                       jurisdiction, country, currency, unit_count, talk_ms, billed_s, amount)
    select p_tenant, s.account_id, s.id, (s.first_at at time zone s.time_zone)::date,
           (s.last_at at time zone s.time_zone)::date, 'voice', s.direction, s.jurisdiction, coalesce(s.country, ''),
           s.currency, s.calls, s.talk_ms, s.billed_s, s.amount
      from sums s
     where s.is_in;
    get diagnostics v_count = row_count;

    insert into billing.usage_summary (tenant_id, account_id, billing_cycle_id, usage_on, last_on, kind, direction,
                                       country, currency, unit_count, segments, amount)
    select p_tenant, c.account_id, c.id, (min(m.accepted_at) at time zone a.time_zone)::date,
           (max(m.accepted_at) at time zone a.time_zone)::date, 'messaging', m.direction, coalesce(d.country, ''),
           m.currency, count(*), sum(m.segments), sum(m.sell_amount + m.sell_carrier_fee)
      from billing.billing_cycles c
      join accounts.accounts a on a.tenant_id = p_tenant and a.id = c.account_id
     cross join lateral (select billing.cut_off_before(p_tenant, c.id) as cut_off_at offset 0) before
     cross join lateral (
           select m.* from messaging.mdr m
            where m.tenant_id = p_tenant and m.account_id = c.account_id
              and m.accepted_at >= c.period_from - interval '62 days' and m.accepted_at < c.period_to
              and m.posted_at < coalesce(c.cut_off_at, 'infinity') and m.sell_rate_id is not null
              and not m.rating ? 'free'
              and (m.accepted_at >= c.period_from or m.posted_at >= coalesce(before.cut_off_at, '-infinity'))) m
      left join cdr.destinations() d on d.prefix = cdr.destination_prefix(m.recipient)
     where c.tenant_id = p_tenant and c.id = any (p_cycles)
     group by c.account_id, c.id, a.time_zone, m.direction, d.country, m.currency;
    get diagnostics v_messages = row_count;
    return v_count + v_messages + billing.summarise_resold(p_tenant, p_cycles);
end $$;
comment on function billing.summarise_cycles(uuid, uuid[]) is
    'Sums the calls of cycles up by direction, jurisdiction and country, those that resellers are charged for too, and '
    'their messages by direction and country, anew; of an open cycle those so far. '
    'Returns how many rows, and counts on each cycle what comes too late for it. What is invoiced is not touched: it '
    'is refused.';
grant execute on function billing.summarise_cycles(uuid, uuid[]) to heddle_engine;

create function billing.summarise_usage(p_tenant uuid, p_cycle uuid) returns integer
language plpgsql
as $$
begin
    if not exists (select from billing.billing_cycles c where c.tenant_id = p_tenant and c.id = p_cycle) then
        raise exception 'no such cycle' using errcode = 'foreign_key_violation';
    end if;
    return billing.summarise_cycles(p_tenant, array[p_cycle]);
end $$;
comment on function billing.summarise_usage(uuid, uuid) is 'billing.summarise_cycles, of one.';
grant execute on function billing.summarise_usage(uuid, uuid) to heddle_engine;

create function billing.calls_of_cycle(p_tenant uuid, p_cycle uuid) returns setof cdr.enriched_cdr
language sql stable
as $$
    select e.*
      from billing.billing_cycles c
     cross join lateral (select billing.cut_off_before(p_tenant, c.id) as cut_off_at offset 0) before
      join cdr.enriched_cdr e
        on e.tenant_id = p_tenant and e.account_id = c.account_id
       and e.started_at >= c.period_from - interval '62 days' and e.started_at < c.period_to
     where c.tenant_id = p_tenant and c.id = p_cycle
       and (e.disposition = 'answered' or e.sell_amount > 0) and e.posted_at < coalesce(c.cut_off_at, 'infinity')
       and (e.started_at >= c.period_from or e.posted_at >= coalesce(before.cut_off_at, '-infinity'))
$$;
comment on function billing.calls_of_cycle(uuid, uuid) is
    'The calls that billing.summarise_cycles sums up for a cycle.';
grant execute on function billing.calls_of_cycle(uuid, uuid) to heddle_engine, heddle_report;

create function billing.draft_invoices(p_tenant uuid, p_cycles uuid[])
returns table (billing_cycle_id uuid, invoice_id uuid)
language plpgsql
as $$
declare
    v_new uuid[];
begin
    perform from billing.billing_cycles c
      where c.tenant_id = p_tenant and c.id = any (p_cycles) order by c.id for no key update;
    v_new := array(
        select c.id from billing.billing_cycles c
         where c.tenant_id = p_tenant and c.id = any (p_cycles)
           and not exists (select from billing.invoices i
                            where i.tenant_id = p_tenant and i.billing_cycle_id = c.id and i.status <> 'void'));
    if exists (select from billing.billing_cycles c
                where c.tenant_id = p_tenant and c.id = any (v_new) and c.status <> 'closed') then
        raise exception 'only a closed cycle can be invoiced'
            using errcode = 'check_violation', constraint = 'invoiced_cycle_is_closed';
    end if;
    if exists (select from billing.billing_cycles c
                where c.tenant_id = p_tenant and c.id = any (v_new) group by c.account_id having count(*) > 1) then
        raise exception 'cycles of one account are invoiced one after the other'
            using errcode = 'check_violation', constraint = 'cycles_are_invoiced_in_order';
    end if;

    with made as (
        insert into billing.invoices (tenant_id, account_id, legal_entity_id, billing_cycle_id, currency, minor_digits,
                                      tax_rounding, tax_jurisdiction, period_from, period_to)
        select p_tenant, c.account_id, coalesce(p.legal_entity_id, e.id), c.id, a.currency,
               billing.minor_digits(a.currency), coalesce(own.tax_rounding, e.tax_rounding, 'line'),
               p.tax_jurisdiction, c.first_day, c.next_day
          from billing.billing_cycles c
          join accounts.accounts a on a.tenant_id = p_tenant and a.id = c.account_id
          left join billing.billing_profiles p on p.tenant_id = p_tenant and p.account_id = c.account_id
          left join billing.legal_entities own on own.tenant_id = p_tenant and own.id = p.legal_entity_id
          left join billing.legal_entities e on e.tenant_id = p_tenant and e.is_default
         where c.tenant_id = p_tenant and c.id = any (v_new)
        returning id
    )
    select array(select m.id from made m) into v_new;
    perform billing.draft_usage(p_tenant, v_new);
    perform billing.draft_charges(p_tenant, v_new);
    perform billing.tax_invoices(p_tenant, v_new);
    perform billing.total_invoices(p_tenant, v_new);
    return query
        select i.billing_cycle_id, i.id from billing.invoices i
         where i.tenant_id = p_tenant and i.billing_cycle_id = any (p_cycles) and i.status <> 'void'
         order by i.billing_cycle_id;
end $$;
comment on function billing.draft_invoices(uuid, uuid[]) is
    'Makes the drafts of closed cycles, of different accounts, whose usage is summed up: it, what recurs, what waits '
    'to be charged once, taxes, totals. Returns the invoices; a repeat returns the same.';
grant execute on function billing.draft_invoices(uuid, uuid[]) to heddle_engine;

create function billing.draft_invoice(p_tenant uuid, p_cycle uuid) returns uuid
language plpgsql
as $$
begin
    perform cdr.share_sums(p_tenant);     -- of 0047, and before the cycle
    if not exists (select from billing.invoices i
                    where i.tenant_id = p_tenant and i.billing_cycle_id = p_cycle and i.status <> 'void') then
        if not exists (select from billing.billing_cycles c
                        where c.tenant_id = p_tenant and c.id = p_cycle and c.status = 'closed') then
            raise exception 'only a closed cycle can be invoiced'
                using errcode = 'check_violation', constraint = 'invoiced_cycle_is_closed';
        end if;
        perform billing.summarise_cycles(p_tenant, array[p_cycle]);
    end if;
    return (select d.invoice_id from billing.draft_invoices(p_tenant, array[p_cycle]) d);
end $$;
comment on function billing.draft_invoice(uuid, uuid) is
    'Sums the usage of a closed cycle up and makes its draft, as billing.draft_invoices does. Returns the invoice; a '
    'repeat returns the same.';
grant execute on function billing.draft_invoice(uuid, uuid) to heddle_engine;

-- Stable, not immutable, for the list of currencies is a table (of 0053, hence plpgsql, which looks for it when it is
-- called). A document keeps the digits that it was drafted with, so that no check or index depends on the list. What
-- ISO 4217 gives no digits (gold, special drawing rights), or does not know, has two.
create function billing.minor_digits(p_currency text) returns integer
language plpgsql stable parallel safe
as $$
begin
    return coalesce((select c.minor_units from ref.currencies c where c.code = p_currency), 2);
end $$;
comment on function billing.minor_digits(text) is
    'Decimals of the amounts on a document, by currency, as ref.currencies has them; two where it says none.';
grant execute on function billing.minor_digits(text) to heddle_app, heddle_engine, heddle_report;

create function billing.refuse_odd_digits() returns trigger
language plpgsql
as $$
declare
    v_row constant jsonb := to_jsonb(new);
    v_digits constant integer := billing.minor_digits(new.currency);
    v_column text;
begin
    foreach v_column in array tg_argv[1:] loop
        if round((v_row ->> v_column)::numeric, v_digits) <> (v_row ->> v_column)::numeric then
            raise exception '% has more decimals than %', v_column, new.currency
                using errcode = 'check_violation', constraint = tg_argv[0];
        end if;
    end loop;
    return new;
end $$;
comment on function billing.refuse_odd_digits() is
    'Trigger (constraint name, columns …): refuses amounts with more decimals than documents in the currency of the '
    'row have.';

create trigger invoices_keep_digits before insert or update of amount, tax_amount, currency on vendor_mgmt.invoices
    for each row execute function
        billing.refuse_odd_digits('vendor_invoice_is_in_minor_digits', 'amount', 'tax_amount');

-- One line for each direction and jurisdiction. The ids are made before the lines, so that the usage can
-- name the line that it went to in the same statement.
create function billing.draft_usage(p_tenant uuid, p_invoices uuid[]) returns integer
language plpgsql
as $$
declare
    v_count integer;
begin
    with sums as (
        select i.id as invoice_id, i.account_id, i.billing_cycle_id, i.minor_digits, s.*
          from billing.invoices i
         cross join lateral (
               select u.kind, u.direction, u.jurisdiction, sum(u.unit_count) as unit_count, sum(u.billed_s) as billed_s,
                      sum(u.segments) as segments, sum(u.amount) as amount, min(u.usage_on) as first_day,
                      max(u.last_on) as last_day,
                      encode(sha256(convert_to(string_agg(u.id::text || ' ' || u.amount::text, e'\n' order by u.id),
                                               'UTF8')), 'hex') as digest
                 from billing.usage_summary u
                where u.tenant_id = p_tenant and u.billing_cycle_id = i.billing_cycle_id
                group by u.kind, u.direction, u.jurisdiction) s
         where i.tenant_id = p_tenant and i.id = any (p_invoices)
    ), numbered as materialized (
        select s.*, core.uuid_v7() as id,
               row_number() over (partition by s.invoice_id order by s.kind, s.direction, s.jurisdiction) as position
          from sums s
    ), named as (
        update billing.usage_summary u
           set invoice_item_id = n.id
          from numbered n
         where u.tenant_id = p_tenant and u.billing_cycle_id = n.billing_cycle_id and u.kind = n.kind
           and u.direction = n.direction and u.jurisdiction is not distinct from n.jurisdiction
    )
    insert into billing.invoice_items (tenant_id, id, account_id, invoice_id, position, kind, description, service_from,
                                       service_until, quantity, unit, exact_amount, amount, posted_amount, tax_category,
                                       minutes, call_count, digest)
    select p_tenant, n.id, n.account_id, n.invoice_id, n.position, 'usage',
           concat_ws(', ', initcap(n.direction) || case n.kind when 'voice' then ' calls'
                                                               when 'resold' then ' calls of accounts below'
                                                               else ' messages' end,
                     replace(n.jurisdiction, '_', '-')),
           n.first_day, n.last_day + 1,
           case n.kind when 'messaging' then n.segments else round(n.billed_s / 60.0, 6) end,
           case n.kind when 'messaging' then 'segments' else 'minutes' end,
           n.amount, round(n.amount, n.minor_digits), n.amount,
           case when n.kind = 'messaging' then 'messaging' when n.jurisdiction = 'toll_free' then 'toll_free'
                else 'voice' end,
           case n.kind when 'messaging' then 0 else round(n.billed_s / 60.0, 6) end, n.unit_count, n.digest
      from numbered n;
    get diagnostics v_count = row_count;
    return v_count;
end $$;
comment on function billing.draft_usage(uuid, uuid[]) is
    'Puts the usage of their cycles on drafts, a line for each kind, direction and jurisdiction; returns how many.';
grant execute on function billing.draft_usage(uuid, uuid[]) to heddle_engine;

create function billing.draft_charges(p_tenant uuid, p_invoices uuid[]) returns integer
language plpgsql
as $$
declare
    v_count integer;
    v_sum   integer;
begin
    perform from billing.recurring_charges c
      where c.tenant_id = p_tenant
        and c.account_id in (select i.account_id from billing.invoices i
                              where i.tenant_id = p_tenant and i.id = any (p_invoices))
      order by c.id for no key update;

    with due as materialized (
        select i.id as invoice_id, i.account_id, i.minor_digits, d.*, last.position
                   + row_number() over (partition by i.id order by d.recurring_charge_id, d.charged_from) as position
          from billing.invoices i
         cross join lateral (select coalesce(max(l.position), 0) as position from billing.invoice_items l
                              where l.tenant_id = p_tenant and l.invoice_id = i.id) last
         cross join lateral billing.due_recurring(p_tenant, i.account_id, i.period_to) d
         where i.tenant_id = p_tenant and i.id = any (p_invoices)
    ), moved as (
        update billing.recurring_charges c
           set charged_until = case when c.ends_on <= d.charged_until then c.ends_on else d.charged_until end,
               status = case when c.ends_on <= d.charged_until then 'ended' else c.status end
          from (select recurring_charge_id, max(charged_until) as charged_until from due group by 1) d
         where c.tenant_id = p_tenant and c.id = d.recurring_charge_id
    )
    insert into billing.invoice_items (tenant_id, account_id, invoice_id, position, kind, description, service_from,
                                       service_until, quantity, unit_amount, exact_amount, amount, tax_category, lines,
                                       recurring_charge_id, days_used, days_in_period)
    select p_tenant, d.account_id, d.invoice_id, d.position, 'recurring', c.description, d.charged_from,
           d.charged_until, c.quantity, c.unit_amount, d.amount, round(d.amount, d.minor_digits),
           c.tax_category,
           case when c.tax_category in ('number', 'access') and d.amount >= 0 then c.quantity else 0 end,
           c.id, d.days_used, d.days_in_period
      from due d
      join billing.recurring_charges c on c.tenant_id = p_tenant and c.id = d.recurring_charge_id;
    get diagnostics v_sum = row_count;

    -- What programs charge may be many small amounts: those that are called the same are one line, rounded once; and so
    -- is what was reversed, or what was charged once would be given back as often as there are halves of a cent.
    with waiting as materialized (
        select c.*, i.id as invoice_id, i.minor_digits,
               case when c.kind = 'service' then c.tax_category || ' ' || c.description
                    when exists (select from billing.vouchers v
                                  where v.tenant_id = p_tenant and v.reverses_posting_id = c.source_id)
                    then 'reversed ' || c.tax_category
                    else c.id::text end as line
          from billing.invoices i
          join billing.charges c
            on c.tenant_id = p_tenant and c.account_id = i.account_id and c.charged_on < i.period_to
           and c.invoice_item_id is null and c.cancelled_at is null
         where i.tenant_id = p_tenant and i.id = any (p_invoices)
    ), pending as materialized (
        select w.invoice_id, w.account_id, w.line, w.kind, w.tax_category, w.minor_digits,
               case when count(distinct w.description) = 1 then min(w.description)
                    else format('%s calls and charges taken back', count(*)) end as description,
               core.uuid_v7() as item_id, min(w.charged_on) as first_on, max(w.charged_on) as last_on,
               sum(w.quantity) as quantity, case when count(*) = 1 then min(w.unit_amount) end as unit_amount,
               sum(w.amount) as amount, sum(w.posted_amount) as posted_amount,
               last.position + row_number() over (partition by w.invoice_id
                                                  order by min(w.charged_on), (array_agg(w.id order by w.id))[1])
                   as position
          from waiting w
         cross join lateral (select coalesce(max(l.position), 0) as position from billing.invoice_items l
                              where l.tenant_id = p_tenant and l.invoice_id = w.invoice_id) last
         group by w.invoice_id, w.account_id, w.line, w.kind, w.tax_category, w.minor_digits, last.position
    ), named as (
        update billing.charges c
           set invoice_item_id = p.item_id
          from waiting w
          join pending p on p.invoice_id = w.invoice_id and p.line = w.line and p.kind = w.kind
         where c.tenant_id = p_tenant and c.id = w.id
    )
    insert into billing.invoice_items (tenant_id, id, account_id, invoice_id, position, kind, description, service_from,
                                       service_until, quantity, unit_amount, exact_amount, amount, posted_amount,
                                       tax_category)
    select p_tenant, p.item_id, p.account_id, p.invoice_id, p.position,
           case p.kind when 'adjustment' then 'adjustment' else 'one_off' end, p.description, p.first_on,
           p.last_on + 1, p.quantity, p.unit_amount, p.amount, round(p.amount, p.minor_digits),
           p.posted_amount, p.tax_category
      from pending p;
    get diagnostics v_count = row_count;
    return v_sum + v_count;
end $$;
comment on function billing.draft_charges(uuid, uuid[]) is
    'Puts what recurs and is due, and what waits to be charged once, on drafts of different accounts, and marks it as '
    'invoiced; returns how many lines.';
grant execute on function billing.draft_charges(uuid, uuid[]) to heddle_engine;

-- What a document had taken up goes back, to be invoiced again.
create function billing.void_invoice(p_tenant uuid, p_invoice uuid, p_reason text) returns boolean
language plpgsql
as $$
declare
    v_invoice  billing.invoices;
    v_payments uuid[];
    v_later    record;
begin
    -- Payments before the invoice, as whoever applies one.
    v_payments := array(
        select p.id from billing.payments p
         where p.tenant_id = p_tenant
           and p.id in (select a.payment_id from billing.payment_applications a
                         where a.tenant_id = p_tenant and a.invoice_id = p_invoice and a.reversed_at is null)
         order by p.id for no key update);
    select * into v_invoice
      from billing.invoices i
     where i.tenant_id = p_tenant and i.id = p_invoice for no key update;
    if v_invoice.status is null or v_invoice.status = 'void' then
        return false;
    end if;
    if v_invoice.sent_at is not null or v_invoice.credited_amount <> 0 then
        raise exception 'invoice % was %', v_invoice.number,
                        case when v_invoice.sent_at is null then 'credited' else 'sent' end
            using errcode = 'check_violation', constraint = 'void_invoice_is_unpaid_and_unsent',
                  hint = 'Take back what is wrong by a credit note: `heddle credit-note`.';
    end if;
    -- Nobody has paid what nobody was sent: it took money that was there, which is free again.
    if exists (select from billing.payment_applications a
                where a.tenant_id = p_tenant and a.invoice_id = p_invoice and a.reversed_at is null
                  and a.payment_id <> all (v_payments)) then
        raise exception 'a payment was applied in this moment' using errcode = 'serialization_failure';
    end if;
    update billing.payment_applications a
       set reversed_at = now(), reversal_reason = 'void'
     where a.tenant_id = p_tenant and a.invoice_id = p_invoice and a.reversed_at is null;
    -- Locked, so that nobody puts them on a later document beside this. What recurs goes back to where this one began;
    -- what is on a later one would be charged a second time.
    perform from billing.recurring_charges c
      where c.tenant_id = p_tenant
        and c.id in (select i.recurring_charge_id from billing.invoice_items i
                      where i.tenant_id = p_tenant and i.invoice_id = p_invoice)
      order by c.id for no key update;
    select coalesce(v.number, v.id::text) as name, v.status into v_later
      from billing.invoices v
     where v.tenant_id = p_tenant and v.account_id = v_invoice.account_id and v.status <> 'void'
       and v.period_from > v_invoice.period_from
       and exists (select from billing.invoice_items l
                     join billing.invoice_items i
                       on i.tenant_id = p_tenant and i.invoice_id = p_invoice
                      and i.recurring_charge_id = l.recurring_charge_id
                    where l.tenant_id = p_tenant and l.invoice_id = v.id)
     order by v.period_from desc, v.id desc limit 1;
    if found then
        raise exception 'the later invoice % (%) charges what recurs on from this one', v_later.name, v_later.status
            using errcode = 'check_violation', constraint = 'invoices_are_voided_from_the_last',
                  hint = 'Void the last invoice first, then the one before it.';
    end if;
    update billing.usage_summary u
       set invoice_item_id = null
     where u.tenant_id = p_tenant
       and u.invoice_item_id in (select i.id from billing.invoice_items i
                                  where i.tenant_id = p_tenant and i.invoice_id = p_invoice);
    update billing.charges c
       set invoice_item_id = null
     where c.tenant_id = p_tenant
       and c.invoice_item_id in (select i.id from billing.invoice_items i
                                  where i.tenant_id = p_tenant and i.invoice_id = p_invoice);
    -- A credit that it left to the next invoice is its own again; one that is on the next already cannot come back.
    update billing.charges c
       set cancelled_at = now()
     where c.tenant_id = p_tenant and c.kind = 'adjustment' and c.source_id = p_invoice and c.cancelled_at is null;
    update billing.recurring_charges c
       set charged_until = i.charged_until,
           status = case c.status when 'ended' then 'active' else c.status end
      from (select i.recurring_charge_id, min(i.service_from) filter (where i.amount >= 0) as first_day,
                   max(i.service_until) filter (where i.amount < 0) as given_back_until
              from billing.invoice_items i
             where i.tenant_id = p_tenant and i.invoice_id = p_invoice and i.recurring_charge_id is not null
             group by i.recurring_charge_id) taken
     cross join lateral (select coalesce(taken.given_back_until, taken.first_day) as charged_until) i
     where c.tenant_id = p_tenant and c.id = taken.recurring_charge_id;

    if v_invoice.status = 'draft' then
        delete from billing.invoices i where i.tenant_id = p_tenant and i.id = p_invoice;
    else
        update billing.invoices i
           set status = 'void', void_reason = p_reason
         where i.tenant_id = p_tenant and i.id = p_invoice;
        update billing.billing_cycles c
           set status = 'closed'
         where c.tenant_id = p_tenant and c.id = v_invoice.billing_cycle_id and c.status = 'invoiced';
    end if;
    return true;
end $$;
comment on function billing.void_invoice(uuid, uuid, text) is
    'Takes an invoice back that nobody was sent: a draft is deleted, a finalised one becomes void and keeps its '
    'number; what paid it is free again. What it was for can be invoiced again. Refused while a later one charges the '
    'same recurring charge. False when there is nothing to take back.';
grant execute on function billing.void_invoice(uuid, uuid, text) to heddle_engine;

create function billing.raise_dunning(p_tenant uuid, p_today date) returns integer
language plpgsql
as $$
declare
    v_payment uuid;
    v_count   integer;
begin
    -- Nobody is reminded of what he paid. A payment that another transaction has is applied by that.
    foreach v_payment in array array(
        select p.id from billing.payments p
         where p.tenant_id = p_tenant and p.status = 'succeeded' and p.unapplied_amount > 0
           and exists (select from billing.invoices i
                        where i.tenant_id = p_tenant and i.account_id = p.account_id and i.status = 'finalised'
                          and i.currency = p.currency and i.open_amount > 0)
         order by p.account_id, p.received_at, p.id
           for no key update skip locked)
    loop
        perform billing.apply_payment(p_tenant, v_payment);
    end loop;
    update billing.dunning_events d
       set resolved_at = now()
      from billing.invoices i
     where d.tenant_id = p_tenant and d.resolved_at is null
       and i.tenant_id = p_tenant and i.id = d.invoice_id and i.status <> 'finalised';

    with candidates as (
        select i.account_id, i.id as invoice_id, i.open_amount, i.due_on,
               coalesce(p.dunning_policy_id, d.id) as dunning_policy_id, coalesce(last.level, 0) as level,
               last.raised_on
          from billing.invoices i
          left join billing.billing_profiles p on p.tenant_id = p_tenant and p.account_id = i.account_id
          left join billing.dunning_policies d on d.tenant_id = p_tenant and d.is_default
          left join lateral (select e.level, e.raised_on
                               from billing.dunning_events e
                              where e.tenant_id = p_tenant and e.invoice_id = i.id
                              order by e.level desc limit 1) last on true
         where i.tenant_id = p_tenant and i.status = 'finalised' and i.due_on <= p_today
           and (i.dunning_paused_until is null or i.dunning_paused_until <= p_today)
    ), next as (      -- the level after the last, not before its own day, nor sooner after the last than meant
        select c.*, l.level as next_level, l.action, l.fee, l.template
          from candidates c
          join billing.dunning_policies p
            on p.tenant_id = p_tenant and p.id = c.dunning_policy_id and c.open_amount >= p.minimum
          join lateral (select l.* from billing.dunning_levels l
                         where l.tenant_id = p_tenant and l.dunning_policy_id = c.dunning_policy_id
                           and l.level > c.level
                         order by l.level limit 1) l on true
          left join billing.dunning_levels before
            on before.tenant_id = p_tenant and before.dunning_policy_id = c.dunning_policy_id and before.level = c.level
         where c.due_on + l.days_after_due <= p_today
           and (c.raised_on is null
                or c.raised_on + greatest(1, l.days_after_due - coalesce(before.days_after_due, 0)) <= p_today)
    ), raised as (
        insert into billing.dunning_events (tenant_id, account_id, invoice_id, level, action, fee, template,
                                            open_amount, raised_on)
        select p_tenant, n.account_id, n.invoice_id, n.next_level, n.action, n.fee, n.template, n.open_amount, p_today
          from next n
        on conflict (tenant_id, invoice_id, level) do nothing
        returning id, account_id, invoice_id, level, fee, raised_on
    ), charged as (
        insert into billing.charges (tenant_id, account_id, kind, source_id, description, unit_amount, tax_category,
                                     charged_on)
        select p_tenant, r.account_id, 'dunning', r.id, 'Late payment of invoice ' || i.number, r.fee, 'untaxed',
               r.raised_on
          from raised r
          join billing.invoices i on i.tenant_id = p_tenant and i.id = r.invoice_id
         where r.fee > 0
    )
    select count(*) into v_count from raised;
    return v_count;
end $$;
comment on function billing.raise_dunning(uuid, date) is
    'Raises the next level of reminders for every invoice that is overdue for it, with its fee, and resolves those of '
    'invoices that are not open any more; what is left of payments is applied before. Returns how many were raised; a '
    'repeat on the same day raises none.';
grant execute on function billing.raise_dunning(uuid, date) to heddle_engine;

create function billing.check_documents(p_tenant uuid)
returns table (problem text, document_id uuid, expected numeric, found numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    with sums as (
        select i.id, i.subtotal, i.tax_total, i.total, i.paid_amount, i.credited_amount, i.status, i.posted_amount,
               coalesce((select sum(l.amount) from billing.invoice_items l
                          where l.tenant_id = p_tenant and l.invoice_id = i.id), 0) as items,
               coalesce((select sum(x.amount) from billing.invoice_taxes x
                          where x.tenant_id = p_tenant and x.invoice_id = i.id), 0) as taxes,
               coalesce((select sum(a.amount) from billing.payment_applications a
                          where a.tenant_id = p_tenant and a.invoice_id = i.id and a.reversed_at is null), 0) as paid,
               coalesce((select sum(c.total) from billing.credit_notes c
                          where c.tenant_id = p_tenant and c.invoice_id = i.id and c.status = 'issued'), 0) as credited,
               coalesce((select -sum(g.available) from billing.ledger g
                          where g.tenant_id = p_tenant and g.source_id = i.id
                            and g.source in ('invoice', 'invoice_tax', 'invoice_void', 'invoice_void_tax')), 0)
                   as posted
          from billing.invoices i
         where i.tenant_id = p_tenant and i.status <> 'draft'
    ), payments as (
        select p.id, p.amount, p.applied_amount, p.refunded_amount, p.status,
               coalesce((select sum(a.amount) from billing.payment_applications a
                          where a.tenant_id = p_tenant and a.payment_id = p.id and a.reversed_at is null), 0)
                   as applied,
               coalesce((select sum(r.amount) from billing.refunds r
                          where r.tenant_id = p_tenant and r.payment_id = p.id), 0) as refunded,
               coalesce((select sum(g.available) from billing.ledger g
                          where g.tenant_id = p_tenant and g.source = 'payment' and g.source_id = p.id), 0) as posted
          from billing.payments p
         where p.tenant_id = p_tenant
    ), given_back as (
        select 'credit note postings' as problem, n.id, n.total,
               coalesce((select sum(g.available) from billing.ledger g
                          where g.tenant_id = p_tenant and g.source_id = n.id
                            and g.source in ('credit_note', 'credit_note_tax')), 0) as posted
          from billing.credit_notes n
         where n.tenant_id = p_tenant and n.status = 'issued'
        union all
        select 'refund postings', r.id, r.amount,
               coalesce((select -sum(g.available) from billing.ledger g
                          where g.tenant_id = p_tenant and g.source_id = r.id and g.source = r.kind), 0)
          from billing.refunds r
         where r.tenant_id = p_tenant
    ), numbers as (
        select legal_entity_id, 'invoice' as kind, count(*) as given, max(sequence) as last
          from billing.invoices where tenant_id = p_tenant and sequence is not null group by 1
        union all
        select legal_entity_id, 'credit_note', count(*), max(sequence)
          from billing.credit_notes where tenant_id = p_tenant and sequence is not null group by 1
    )
    select f.problem, f.id, f.expected, f.found
      from (select 'invoice items' as problem, id, subtotal::numeric as expected, items as found from sums
            union all select 'invoice taxes', id, tax_total, taxes from sums
            union all select 'invoice payments', id, paid_amount, paid from sums
            union all select 'invoice credits', id, credited_amount, credited from sums
            union all select 'invoice postings', id, case status when 'void' then 0 else total - posted_amount end,
                             posted from sums
            union all select 'payment applications', id, applied_amount, applied from payments
            union all select 'payment refunds', id, refunded_amount, refunded from payments
            union all select 'payment postings', id, case status when 'succeeded' then amount else 0 end, posted
                        from payments
            union all select problem, id, total, posted from given_back
            union all select 'numbers of ' || n.kind || 's', n.legal_entity_id, n.last, n.given from numbers n
            union all select 'counter of ' || n.kind || 's', n.legal_entity_id, c.last_sequence, n.last
                        from numbers n
                        join billing.document_counters c
                          on c.tenant_id = p_tenant and c.legal_entity_id = n.legal_entity_id and c.kind = n.kind) f
     where f.expected <> f.found
$$;
comment on function billing.check_documents(uuid) is
    'Proves the documents of a tenant: totals against lines, amounts paid and credited against what pays and credits, '
    'postings against documents, numbers without a gap. No rows is the right answer.';
grant execute on function billing.check_documents(uuid) to heddle_engine;

grant select on billing.usage_summary, billing.dunning_events to heddle_app, heddle_report;
grant select, insert, update, delete on billing.dunning_policies, billing.dunning_levels to heddle_app;
grant select on billing.dunning_policies, billing.dunning_levels to heddle_engine, heddle_report;
grant select, insert, update, delete on billing.usage_summary to heddle_engine;
grant select, insert, update on billing.dunning_events to heddle_engine;

-- What finalising an invoice states, and what it leaves to the next one.
create function billing.carry_credit(p_tenant uuid, p_invoice uuid, p_amount numeric) returns void
language plpgsql
as $$
declare
    v_invoice  billing.invoices;
    v_position integer;
    v_given    numeric;
begin
    select * into strict v_invoice
      from billing.invoices i where i.tenant_id = p_tenant and i.id = p_invoice;
    -- What the ledger gave already, as for a call that was taken back, is left as given: or this invoice would take it.
    select coalesce(max(i.position), 0) + 1, greatest(0, least(p_amount, -coalesce(sum(i.posted_amount), 0)))
      into v_position, v_given
      from billing.invoice_items i
     where i.tenant_id = p_tenant and i.invoice_id = p_invoice;
    insert into billing.invoice_items (tenant_id, account_id, invoice_id, position, kind, description, service_from,
                                       service_until, exact_amount, amount, posted_amount, tax_category)
    values (p_tenant, v_invoice.account_id, p_invoice, v_position, 'adjustment', 'Credit left to the next invoice',
            v_invoice.period_from, v_invoice.period_to, p_amount, p_amount, v_given, 'untaxed');
    insert into billing.charges (tenant_id, account_id, kind, source_id, description, unit_amount, posted_amount,
                                 tax_category, charged_on)
    values (p_tenant, v_invoice.account_id, 'adjustment', p_invoice,
            format('Credit of the invoice for %s to %s', v_invoice.period_from, v_invoice.period_to - 1), -p_amount,
            -v_given, 'untaxed', v_invoice.period_to);
end $$;
comment on function billing.carry_credit(uuid, uuid, numeric) is
    'Internal: leaves so much of a draft that gives more than it takes to the next invoice, for a document cannot '
    'come to less than nothing.';
grant execute on function billing.carry_credit(uuid, uuid, numeric) to heddle_engine;

-- The sums of all documents are kept, not those since a time: what is entered late, or commits late, is then told on
-- the next invoice, and never twice.
create function billing.account_statement(p_tenant uuid, p_account uuid, p_total numeric) returns jsonb
language sql stable
as $$
    with sums as (
        select (select coalesce(sum(i.total), 0) from billing.invoices i
                 where i.tenant_id = p_tenant and i.account_id = p_account
                   and i.status in ('finalised', 'paid')) as invoiced,
               (select coalesce(sum(p.amount), 0) from billing.payments p
                 where p.tenant_id = p_tenant and p.account_id = p_account and p.status = 'succeeded') as paid,
               (select coalesce(sum(r.amount), 0) from billing.refunds r
                 where r.tenant_id = p_tenant and r.account_id = p_account) as refunded,
               (select coalesce(sum(c.total), 0) from billing.credit_notes c
                 where c.tenant_id = p_tenant and c.account_id = p_account and c.status = 'issued') as credited
    ), before as (
        select coalesce((s.statement ->> 'invoiced_sum')::numeric, 0) as invoiced,
               coalesce((s.statement ->> 'paid_sum')::numeric, 0) as paid,
               coalesce((s.statement ->> 'refunded_sum')::numeric, 0) as refunded,
               coalesce((s.statement ->> 'credited_sum')::numeric, 0) as credited
          from (values (1)) one (n)
          left join lateral (select i.statement from billing.invoices i
                              where i.tenant_id = p_tenant and i.account_id = p_account and i.status <> 'draft'
                              order by i.finalised_at desc, i.sequence desc limit 1) s on true
    )
    select jsonb_build_object(
               'balance_before', b.invoiced - b.paid + b.refunded - b.credited,
               'payments', s.paid - b.paid, 'refunds', s.refunded - b.refunded, 'credits', s.credited - b.credited,
               'voided', b.invoiced - s.invoiced, 'total', p_total,
               'balance', s.invoiced + p_total - s.paid + s.refunded - s.credited,
               'invoiced_sum', s.invoiced + p_total, 'paid_sum', s.paid, 'refunded_sum', s.refunded,
               'credited_sum', s.credited)
      from sums s, before b
$$;
comment on function billing.account_statement(uuid, uuid, numeric) is
    'What an account owes with a document of a total that is being finalised, and how that follows from what it owed '
    'with the last one. Below zero is in its favour. Calls that were not invoiced yet are not in it.';
grant execute on function billing.account_statement(uuid, uuid, numeric) to heddle_engine;

create function billing.document_parties(p_tenant uuid, p_invoice uuid)
returns table (due_on date, seller jsonb, buyer jsonb)
language sql stable
as $$
    select (now() at time zone a.time_zone)::date + coalesce(p.payment_terms_days, e.payment_terms_days),
           jsonb_strip_nulls(jsonb_build_object(
               'name', e.legal_name, 'tax_number', e.tax_number, 'street', e.street, 'city', e.city,
               'region', e.region, 'postal_code', e.postal_code, 'country', e.country, 'email', e.email,
               'payment_details', nullif(e.payment_details, ''))),
           jsonb_strip_nulls(jsonb_build_object(
               'ban', a.ban, 'name', coalesce(nullif(p.bill_to_name, ''), a.name), 'tax_number', p.tax_number,
               'street', p.street, 'city', p.city, 'region', p.region, 'postal_code', p.postal_code,
               'country', coalesce(p.country, a.country), 'purchase_order', p.purchase_order))
      from billing.invoices i
      join accounts.accounts a on a.tenant_id = p_tenant and a.id = i.account_id
      join billing.legal_entities e on e.tenant_id = p_tenant and e.id = i.legal_entity_id
      left join billing.billing_profiles p on p.tenant_id = p_tenant and p.account_id = i.account_id
     where i.tenant_id = p_tenant and i.id = p_invoice
$$;
comment on function billing.document_parties(uuid, uuid) is
    'Seller and customer of an invoice as they are now, and the day it is due when it is finalised today. An invoice '
    'that is final has its own.';
grant execute on function billing.document_parties(uuid, uuid) to heddle_engine;

comment on table billing.usage_summary is 'What accounts used in a cycle, summed up for its invoice.';
comment on column billing.usage_summary.id is 'Derived from what the row is about.';
comment on column billing.usage_summary.billing_cycle_id is 'The cycle that it is invoiced in.';
comment on column billing.usage_summary.usage_on is 'The first day of use, in the account''s time zone.';
comment on column billing.usage_summary.last_on is 'The last day of use.';
comment on column billing.usage_summary.kind is
    'voice, messaging, or resold: calls of the accounts below, by the reseller''s own plan.';
comment on column billing.usage_summary.direction is 'outbound, inbound, emergency or unknown.';
comment on column billing.usage_summary.jurisdiction is 'How the calls were priced.';
comment on column billing.usage_summary.country is 'Country of the called numbers; empty where it is not known.';
comment on column billing.usage_summary.currency is 'Currency of the account.';
comment on column billing.usage_summary.unit_count is 'Answered calls, or messages.';
comment on column billing.usage_summary.talk_ms is 'Talk time.';
comment on column billing.usage_summary.billed_s is 'Seconds sold.';
comment on column billing.usage_summary.segments is 'Segments sold.';
comment on column billing.usage_summary.amount is 'What the account pays, exactly.';
comment on column billing.usage_summary.invoice_item_id is 'The line that it was invoiced by; NULL while it waits.';

comment on table billing.dunning_policies is 'Named lists of reminders.';
comment on column billing.dunning_policies.name is 'Name, unique within the tenant.';
comment on column billing.dunning_policies.minimum is 'Nobody is reminded of less.';
comment on column billing.dunning_policies.is_default is 'Whether it is for accounts that name no other.';

comment on column billing.billing_profiles.dunning_policy_id is
    'How it is reminded; NULL takes the tenant''s default.';

comment on table billing.dunning_levels is 'Reminders of a policy, one after the other.';
comment on column billing.dunning_levels.dunning_policy_id is 'The policy.';
comment on column billing.dunning_levels.level is 'Its place, 1 first.';
comment on column billing.dunning_levels.days_after_due is 'Days after the invoice was due.';
comment on column billing.dunning_levels.action is 'remind, restrict_outbound, suspend or disconnect.';
comment on column billing.dunning_levels.fee is 'Charged on the next invoice.';
comment on column billing.dunning_levels.template is 'Name of the letter.';

comment on table billing.dunning_events is 'Reminders that were raised, each with what its level said then.';
comment on column billing.dunning_events.invoice_id is 'The invoice.';
comment on column billing.dunning_events.level is 'The level.';
comment on column billing.dunning_events.action is 'remind, restrict_outbound, suspend or disconnect.';
comment on column billing.dunning_events.fee is 'What it was charged.';
comment on column billing.dunning_events.template is 'Name of the letter.';
comment on column billing.dunning_events.open_amount is 'What was open then.';
comment on column billing.dunning_events.raised_on is 'The day.';
comment on column billing.dunning_events.done_at is 'When the letter was sent, or the action taken.';
comment on column billing.dunning_events.resolved_at is 'When the invoice was not open any more.';
