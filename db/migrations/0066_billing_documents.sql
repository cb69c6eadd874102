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

-- Where the interval is changed, the next cycle goes on where the last one ended, and is shorter or longer once.
create function billing.open_cycles(p_tenant uuid, p_accounts uuid[], p_until timestamptz) returns integer
language plpgsql
as $$
declare
    v_count integer;
begin
    with recursive terms as (
        select a.id, a.time_zone, coalesce(p.interval, 'month') as interval, coalesce(p.anchor_day, 1) as anchor_day,
               coalesce(p.grace_days, own.grace_days, e.grace_days) as grace_days, last.next_day,
               least(a.created_at, case when last.next_day is null then calls.first_at end) as first_at
          from accounts.accounts a
          left join billing.billing_profiles p on p.tenant_id = p_tenant and p.account_id = a.id
          left join billing.legal_entities own on own.tenant_id = p_tenant and own.id = p.legal_entity_id
          left join billing.legal_entities e on e.tenant_id = p_tenant and e.is_default
          left join lateral (select max(c.next_day) as next_day from billing.billing_cycles c
                              where c.tenant_id = p_tenant and c.account_id = a.id) last on true
          left join lateral (select min(c.started_at) as first_at from cdr.enriched_cdr c
                              where last.next_day is null and c.tenant_id = p_tenant and c.account_id = a.id) calls
            on true
         where a.tenant_id = p_tenant and a.id = any (p_accounts) and coalesce(p.legal_entity_id, e.id) is not null
    ), cycles as (
        select t.id, t.time_zone, t.interval, t.anchor_day, t.grace_days, null::date as first_day,
               coalesce(t.next_day, (select max(d.day) from (
                   select (t.first_at at time zone t.time_zone)::date - n as day from generate_series(0, 30) n) d
                    where billing.begins_cycle(t.interval, t.anchor_day, d.day))) as next_day
          from terms t
         union all
        select c.id, c.time_zone, c.interval, c.anchor_day, c.grace_days, c.next_day,
               (select min(d.day) from (select c.next_day + n as day from generate_series(1, 31) n) d
                 where billing.begins_cycle(c.interval, c.anchor_day, d.day))
          from cycles c
         where c.next_day::timestamp at time zone c.time_zone <= p_until
    )
    insert into billing.billing_cycles (tenant_id, account_id, period_from, period_to, first_day, next_day, closes_at)
    select p_tenant, c.id, c.first_day::timestamp at time zone c.time_zone,
           c.next_day::timestamp at time zone c.time_zone, c.first_day, c.next_day,
           c.next_day::timestamp at time zone c.time_zone + make_interval(days => c.grace_days)
      from cycles c
     where c.first_day is not null
     order by c.id, c.first_day
    on conflict do nothing;
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
    v_cycle  record;
begin
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
    update billing.billing_cycles c
       set status = 'closed', cut_off_at = c.closes_at
     where c.tenant_id = p_tenant and c.id = any (v_cycles) and c.status = 'open';
    perform billing.summarise_cycles(p_tenant, v_cycles);

    for v_cycle in
        select c.id, c.account_id from billing.billing_cycles c
         where c.tenant_id = p_tenant and c.id = any (v_cycles) order by c.id
    loop
        account_id := v_cycle.account_id;
        billing_cycle_id := v_cycle.id;
        invoice_id := billing.draft_invoice(p_tenant, v_cycle.id, true);
        if not exists (select from billing.invoice_items i
                        where i.tenant_id = p_tenant and i.invoice_id = invoice_accounts.invoice_id) then
            delete from billing.invoices i where i.tenant_id = p_tenant and i.id = invoice_accounts.invoice_id;
            update billing.billing_cycles c
               set status = 'invoiced' where c.tenant_id = p_tenant and c.id = v_cycle.id;
            invoice_id := null;
        end if;
        return next;
    end loop;
end $$;
comment on function billing.invoice_accounts(uuid, uuid[], timestamptz) is
    'Closes and drafts, of each account, the first cycle that is due and has no invoice: cut off when its days of '
    'grace were over. Returns those cycles with their drafts, NULL where there was nothing to invoice; called again '
    'it takes the next ones, and returns none when nothing is left.';
grant execute on function billing.invoice_accounts(uuid, uuid[], timestamptz) to heddle_engine;

create function billing.unrated_calls(p_tenant uuid, p_cycles uuid[])
returns table (billing_cycle_id uuid, set_aside bigint, waiting bigint)
language sql stable
as $$
    select c.id, count(*) filter (where r.rating_error is not null), count(*) filter (where r.rating_error is null)
      from billing.billing_cycles c
      join cdr.raw_cdr r
        on r.tenant_id = p_tenant and r.account_id = c.account_id and r.processed_at is null
       and r.started_at >= c.period_from and r.started_at < c.period_to
     where c.tenant_id = p_tenant and c.id = any (p_cycles)
     group by c.id
$$;
comment on function billing.unrated_calls(uuid, uuid[]) is
    'How many calls of cycles have no price yet: set aside for people to look at, or waiting for their turn. When they '
    'are rated, they are of the cycle then open. Cycles without such calls are not returned.';
grant execute on function billing.unrated_calls(uuid, uuid[]) to heddle_engine;

create function billing.carry_credit(p_tenant uuid, p_invoice uuid, p_amount numeric) returns void
language plpgsql
as $$
declare
    v_invoice billing.invoices;
begin
    select * into strict v_invoice
      from billing.invoices i where i.tenant_id = p_tenant and i.id = p_invoice;
    insert into billing.invoice_items (tenant_id, account_id, invoice_id, position, kind, description, service_from,
                                       service_until, exact_amount, amount, tax_category)
    select p_tenant, v_invoice.account_id, p_invoice, coalesce(max(i.position), 0) + 1, 'adjustment',
           'Credit left to the next invoice', v_invoice.period_from, v_invoice.period_to, p_amount, p_amount, 'untaxed'
      from billing.invoice_items i
     where i.tenant_id = p_tenant and i.invoice_id = p_invoice;
    insert into billing.charges (tenant_id, account_id, kind, source_id, description, unit_amount, tax_category,
                                 charged_on)
    values (p_tenant, v_invoice.account_id, 'adjustment', p_invoice,
            format('Credit of the invoice for %s to %s', v_invoice.period_from, v_invoice.period_to - 1), -p_amount,
            'untaxed', v_invoice.period_to);
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
