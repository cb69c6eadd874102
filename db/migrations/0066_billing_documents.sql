-- What moves invoices: which cycles there are, which are due, and what of an account is on a document.
--
-- A run takes accounts by the batch. A batch is one transaction, so that a run that is killed leaves nothing half
-- done and the next one goes on where it was; of two runs at once each takes the cycles that the other has not
-- locked. An account is invoiced cycle by cycle, in their order.

create function billing.begins_cycle(p_interval text, p_anchor integer, p_day date) returns boolean
language sql immutable parallel safe
as $$
    select case p_interval
           when 'week' then extract(isodow from p_day) = (p_anchor - 1) % 7 + 1
           when 'half_month' then extract(day from p_day) in ((p_anchor - 1) % 14 + 1, (p_anchor - 1) % 14 + 15)
           else extract(day from p_day) = p_anchor end
$$;
comment on function billing.begins_cycle(text, integer, date) is
    'Whether a day begins a cycle: the anchor is a day of the month, or of the week from Monday; of half months the '
    'second begins fourteen days after the first.';
grant execute on function billing.begins_cycle(text, integer, date) to heddle_app, heddle_engine, heddle_report;

-- Where the interval or the time zone is changed, the next cycle goes on at the moment that the last one ended, and is
-- shorter or longer once.
create function billing.open_cycles(p_tenant uuid, p_accounts uuid[], p_until timestamptz) returns integer
language plpgsql
as $$
declare
    v_count integer;
begin
    with recursive terms as (
        select a.id, a.time_zone, coalesce(p.interval, 'month') as interval, coalesce(p.anchor_day, 1) as anchor_day,
               coalesce(p.grace_days, own.grace_days, e.grace_days) as grace_days, last.next_day, last.period_to,
               least(a.created_at, case when last.next_day is null then calls.first_at end) as first_at
          from accounts.accounts a
          left join billing.billing_profiles p on p.tenant_id = p_tenant and p.account_id = a.id
          left join billing.legal_entities own on own.tenant_id = p_tenant and own.id = p.legal_entity_id
          left join billing.legal_entities e on e.tenant_id = p_tenant and e.is_default
          left join lateral (select max(c.next_day) as next_day, max(c.period_to) as period_to
                               from billing.billing_cycles c
                              where c.tenant_id = p_tenant and c.account_id = a.id) last on true
          left join lateral (select least((select min(c.started_at) from cdr.enriched_cdr c
                                            where c.tenant_id = p_tenant and c.account_id = a.id),
                                          (select min(l.started_at) from cdr.level_charges l
                                            where l.tenant_id = p_tenant and l.account_id = a.id)) as first_at
                              where last.next_day is null) calls on true
         where a.tenant_id = p_tenant and a.id = any (p_accounts) and coalesce(p.legal_entity_id, e.id) is not null
    ), begun as (
        select t.*, coalesce(t.next_day, (select max(d.day) from (
                   select (t.first_at at time zone t.time_zone)::date - n as day from generate_series(0, 30) n) d
                    where billing.begins_cycle(t.interval, t.anchor_day, d.day))) as begins_on
          from terms t
    ), cycles as (
        select b.id, b.time_zone, b.interval, b.anchor_day, b.grace_days, null::date as first_day,
               b.begins_on as next_day, null::timestamptz as period_from,
               coalesce(b.period_to, b.begins_on::timestamp at time zone b.time_zone) as period_to
          from begun b
         union all
        select c.id, c.time_zone, c.interval, c.anchor_day, c.grace_days, c.next_day, n.day, c.period_to,
               n.day::timestamp at time zone c.time_zone
          from cycles c
         cross join lateral (select min(d.day) as day
                               from (select c.next_day + n as day from generate_series(1, 62) n) d
                              where billing.begins_cycle(c.interval, c.anchor_day, d.day)
                                and d.day::timestamp at time zone c.time_zone > c.period_to) n
         where c.period_to <= p_until
    )
    insert into billing.billing_cycles (tenant_id, account_id, period_from, period_to, first_day, next_day, closes_at)
    select p_tenant, c.id, c.period_from, c.period_to, c.first_day, c.next_day,
           c.period_to + make_interval(days => c.grace_days)
      from cycles c
     where c.first_day is not null
     order by c.id, c.first_day
    on conflict (tenant_id, account_id, period_from) do nothing;     -- another run made them
    get diagnostics v_count = row_count;
    return v_count;
end $$;
comment on function billing.open_cycles(uuid, uuid[], timestamptz) is
    'Makes the cycles that accounts have up to a moment and had not yet, by their terms: the first is the one in which '
    'the account was made, or called first. Accounts without a seller have none. Returns how many; a repeat makes '
    'none.';
grant execute on function billing.open_cycles(uuid, uuid[], timestamptz) to heddle_engine;

create function billing.invoice_accounts(p_tenant uuid, p_accounts uuid[], p_until timestamptz)
returns table (account_id uuid, billing_cycle_id uuid, invoice_id uuid)
language plpgsql
as $$
declare
    v_cycles uuid[];
    v_empty  uuid[];
begin
    -- A cycle that was made a moment ago is not locked by whoever posts what was rated again.
    perform cdr.share_sums(p_tenant);
    -- The first of each account that has no invoice yet. One that another run has is left to it.
    v_cycles := array(
        select c.id from billing.billing_cycles c
         where c.tenant_id = p_tenant and c.account_id = any (p_accounts) and c.status <> 'invoiced'
           and c.closes_at <= least(p_until, now() - interval '5 minutes')
           and not exists (select from billing.invoices i
                            where i.tenant_id = p_tenant and i.billing_cycle_id = c.id and i.status <> 'void')
           and not exists (select from billing.billing_cycles b
                            where b.tenant_id = p_tenant and b.account_id = c.account_id
                              and b.period_to <= c.period_from and b.status <> 'invoiced'
                              and not exists (select from billing.invoices i
                                               where i.tenant_id = p_tenant and i.billing_cycle_id = b.id
                                                 and i.status <> 'void'))
         order by c.id
           for no key update skip locked);
    -- Whoever had one of them before may have invoiced it: that is seen now.
    v_cycles := array(
        select c.id from unnest(v_cycles) c (id)
         where not exists (select from billing.invoices i
                            where i.tenant_id = p_tenant and i.billing_cycle_id = c.id and i.status <> 'void'));
    update billing.billing_cycles c
       set status = 'closed', cut_off_at = greatest(c.closes_at, billing.cut_off_before(p_tenant, c.id))
     where c.tenant_id = p_tenant and c.id = any (v_cycles) and c.status = 'open';
    perform billing.summarise_cycles(p_tenant, v_cycles);

    perform billing.draft_invoices(p_tenant, v_cycles);
    v_empty := array(
        select i.id from billing.invoices i
         where i.tenant_id = p_tenant and i.billing_cycle_id = any (v_cycles) and i.status = 'draft'
           and not exists (select from billing.invoice_items l where l.tenant_id = p_tenant and l.invoice_id = i.id));
    update billing.billing_cycles c
       set status = 'invoiced'
      from billing.invoices i
     where i.tenant_id = p_tenant and i.id = any (v_empty)
       and c.tenant_id = p_tenant and c.id = i.billing_cycle_id;
    delete from billing.invoices i where i.tenant_id = p_tenant and i.id = any (v_empty);
    return query
        select c.account_id, c.id, i.id
          from billing.billing_cycles c
          left join billing.invoices i
            on i.tenant_id = p_tenant and i.billing_cycle_id = c.id and i.status <> 'void'
         where c.tenant_id = p_tenant and c.id = any (v_cycles)
         order by c.id;
end $$;
comment on function billing.invoice_accounts(uuid, uuid[], timestamptz) is
    'Closes and drafts, of each account, the first cycle that is due and has no invoice: cut off when its days of '
    'grace were over, and those of the cycles before it. Returns those cycles with their drafts, NULL where there was '
    'nothing to invoice; called again it takes the next ones, and returns none when nothing is left.';
grant execute on function billing.invoice_accounts(uuid, uuid[], timestamptz) to heddle_engine;

create function billing.unrated_calls(p_tenant uuid, p_cycles uuid[])
returns table (billing_cycle_id uuid, set_aside bigint, waiting bigint)
language sql stable
as $$
    select c.id, count(*) filter (where r.rating_error is not null), count(*) filter (where r.rating_error is null)
      from billing.billing_cycles c
      join accounts.accounts a on a.tenant_id = p_tenant and a.id = c.account_id
      join accounts.account_hierarchy h     -- a reseller waits for the calls of the accounts below it too
        on h.tenant_id = p_tenant and h.ancestor_account_id = a.id and (h.depth = 0 or a.kind = 'reseller')
      join cdr.raw_cdr r
        on r.tenant_id = p_tenant and r.account_id = h.descendant_account_id and r.processed_at is null
       and r.started_at >= c.period_from and r.started_at < c.period_to
     where c.tenant_id = p_tenant and c.id = any (p_cycles)
     group by c.id
$$;
comment on function billing.unrated_calls(uuid, uuid[]) is
    'How many calls of cycles have no price yet, of resellers those of the accounts below too: set aside for people to '
    'look at, or waiting for their turn. When they are rated, they are of the cycle then open. Cycles without such '
    'calls are not returned.';
grant execute on function billing.unrated_calls(uuid, uuid[]) to heddle_engine;

-- Reminders that stop something. A suspension is a rule of the router, and emergency calls are not asked about rules;
-- calls that come in go on.
alter table routing.destination_rules add column dunning_event_id uuid;
create index destination_rules_of_dunning_event on routing.destination_rules (tenant_id, dunning_event_id);
alter table routing.destination_rules
    add constraint rule_is_made_by_dunning foreign key (tenant_id, dunning_event_id)
        references billing.dunning_events (tenant_id, id);
comment on column routing.destination_rules.dunning_event_id is
    'The reminder that made it, which takes it back when nothing is overdue any more; NULL for others.';
grant update (valid_to) on routing.destination_rules to heddle_engine;

create function billing.act_on_dunning(p_tenant uuid) returns table (account_id uuid, is_suspended boolean)
language plpgsql
as $$
#variable_conflict use_column
begin
    return query
    with wanted as (
        select distinct on (d.account_id) d.account_id, d.id, i.number
          from billing.dunning_events d
          join billing.invoices i on i.tenant_id = p_tenant and i.id = d.invoice_id
         where d.tenant_id = p_tenant and d.resolved_at is null and d.action <> 'remind'
         order by d.account_id, d.raised_on, d.id
    ), standing as (
        select r.id, r.account_id from routing.destination_rules r
         where r.tenant_id = p_tenant and r.dunning_event_id is not null
           and (r.valid_to is null or r.valid_to > now())
    ), lifted as (
        update routing.destination_rules r
           set valid_to = greatest(now(), r.valid_from + interval '1 microsecond')
          from standing s
         where r.tenant_id = p_tenant and r.id = s.id
           and not exists (select from wanted w where w.account_id = s.account_id)
        returning r.account_id
    ), made as (
        insert into routing.destination_rules (tenant_id, account_id, effect, reason, dunning_event_id)
        select p_tenant, w.account_id, 'suspend', 'Overdue: invoice ' || w.number, w.id
          from wanted w
         where not exists (select from standing s where s.account_id = w.account_id)
        returning account_id
    )
    select m.account_id, true from made m
     union all
    select l.account_id, false from lifted l;
    if found then
        perform core.bump_snapshot('routing');
    end if;
    update billing.dunning_events d
       set done_at = now()
     where d.tenant_id = p_tenant and d.done_at is null and d.resolved_at is null and d.action <> 'remind';
end $$;
comment on function billing.act_on_dunning(uuid) is
    'Suspends the outbound calls of accounts that a reminder stops, whatever it calls it, and lifts that where nothing '
    'is overdue any more. Emergency calls and calls that come in go on; closing an account is for people. Returns what '
    'was changed; a repeat changes nothing.';
grant execute on function billing.act_on_dunning(uuid) to heddle_engine;
