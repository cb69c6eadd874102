-- What people post by hand, the close of a month, and the proof of the ledger.
--
-- A voucher is the paper behind a posting that nothing else explains: who, why, by which reference. What was posted
-- is never changed: it is reversed by a posting of the other sign, once, which says why.
--
-- A month that is closed takes no entry any more: what comes late is posted in the month that is open, with its own
-- date beside it. The sums of every account are kept with the close and sealed by a chain of hashes, so that the proof
-- of today begins where the last close ended and does not read all years again. Months are those of UTC, as partitions
-- are. Why so: docs/decisions/0026-the-ledger-is-closed-by-month.md.

create domain billing.voucher_kind as text
    constraint voucher_kind_is_known check (value in ('top_up', 'adjustment', 'reversal', 'credit_limit'));
comment on domain billing.voucher_kind is
    'top_up: money that came in without a payment of its own; adjustment: a correction; reversal: takes one posting '
    'back; credit_limit: a limit that was set, which posts nothing.';

create table billing.vouchers (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid not null,
    kind                billing.voucher_kind not null,
    amount              core.total not null,
    amount_before       core.total,
    posting_id          uuid,
    reverses_posting_id uuid,
    reason              text not null,
    reference           text,
    entered_by          text not null
        default coalesce(nullif(current_setting('app.actor', true), ''),
                         nullif(current_setting('app.user_id', true), ''), session_user),
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint posting_has_one_voucher unique (tenant_id, posting_id),
    constraint posting_is_reversed_once unique (tenant_id, reverses_posting_id),
    constraint voucher_reference_is_taken_once unique (tenant_id, reference),
    constraint voucher_is_of_a_posting_unless_of_a_limit check ((kind = 'credit_limit') = (posting_id is null)),
    constraint limit_voucher_says_what_was_before check ((kind = 'credit_limit') = (amount_before is not null)),
    constraint reversal_names_its_posting check ((kind = 'reversal') = (reverses_posting_id is not null))
);
create index vouchers_of_account on billing.vouchers (tenant_id, account_id, created_at);

create table billing.ledger_periods (
    tenant_id     uuid not null,
    id            uuid not null default core.uuid_v7(),
    sequence      integer not null,
    period_from   timestamptz not null,
    period_to     timestamptz not null,
    account_count bigint not null,
    entry_count   bigint not null,
    unrated_calls bigint not null default 0,
    reason        text,
    closed_by     text not null,
    closed_at     timestamptz not null default now(),
    previous_digest bytea,
    digest        bytea not null,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint ledger_period_has_its_turn unique (tenant_id, sequence),
    constraint ledger_period_is_closed_once unique (tenant_id, period_to),
    constraint ledger_period_ends_after_it_starts check (period_to > period_from),
    constraint unrated_calls_are_left_for_a_reason check (unrated_calls = 0 or reason <> '')
);

create table billing.ledger_closings (
    tenant_id         uuid not null,
    ledger_period_id  uuid not null,
    account_id        uuid not null,
    legal_entity_id   uuid,
    currency          core.currency not null,
    opening_available core.total not null,
    opening_pending   core.total not null,
    opening_held      core.total not null,
    debits            core.total not null,
    credits           core.total not null,
    closing_available core.total not null,
    closing_pending   core.total not null,
    closing_held      core.total not null,
    entry_count       bigint not null,
    entries_digest      bytea,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, ledger_period_id, account_id),
    constraint closing_is_opening_and_what_moved
        check (closing_available + closing_pending + closing_held
               = opening_available + opening_pending + opening_held + credits - debits),
    constraint debits_and_credits_not_below_zero check (debits >= 0 and credits >= 0)
);
create index ledger_closings_of_account on billing.ledger_closings (tenant_id, account_id, ledger_period_id);
create index ledger_closings_of_legal_entity on billing.ledger_closings (tenant_id, legal_entity_id);

select core.distribute_pending();

alter table billing.vouchers
    add constraint voucher_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
-- A close puts its check off: the hash of the period is known when its sums are.
alter table billing.ledger_closings
    add constraint closing_is_of_period foreign key (tenant_id, ledger_period_id)
        references billing.ledger_periods (tenant_id, id) on delete cascade deferrable;
alter table billing.ledger_closings
    add constraint closing_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.ledger_closings
    add constraint closing_is_of_legal_entity foreign key (tenant_id, legal_entity_id)
        references billing.legal_entities (tenant_id, id);

insert into ref.unaudited_tables (name, reason) values
    ('billing.ledger_closings', 'Append-only: sealed by the hash of its period.');

select core.adopt_tables('tenant', 'billing.ledger_periods');
select core.adopt_tables('account', 'billing.vouchers', 'billing.ledger_closings');

create trigger vouchers_are_append_only before update or delete on billing.vouchers
    for each row execute function core.refuse_change('vouchers');
create trigger vouchers_are_not_truncated before truncate on billing.vouchers
    for each statement execute function core.refuse_change('vouchers');
create trigger ledger_periods_are_append_only before update or delete on billing.ledger_periods
    for each row execute function core.refuse_change('ledger_periods');
create trigger ledger_periods_are_not_truncated before truncate on billing.ledger_periods
    for each statement execute function core.refuse_change('ledger_periods');
create trigger ledger_closings_are_append_only before update or delete on billing.ledger_closings
    for each row execute function core.refuse_change('ledger_closings');
create trigger ledger_closings_are_not_truncated before truncate on billing.ledger_closings
    for each statement execute function core.refuse_change('ledger_closings');

-- By hand

create or replace function billing.top_up(p_tenant uuid, p_account uuid, p_payment_id uuid, p_amount numeric,
                                          p_memo text)
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if (round(p_amount, 8) > 0) is not true then
        raise exception 'a payment is above zero' using errcode = 'check_violation', constraint = 'payment_above_zero';
    end if;
    perform from billing.account_balance b
      where b.tenant_id = p_tenant and b.account_id = p_account for no key update;
    if not found then
        raise exception 'no such account' using errcode = 'foreign_key_violation';
    end if;
    if not billing.post(p_tenant, p_account, 'payment', p_payment_id, round(p_amount, 8), 0, 'payments', p_memo) then
        return false;
    end if;
    insert into billing.vouchers (tenant_id, account_id, kind, amount, posting_id, reason)
    select p_tenant, p_account, 'top_up', round(p_amount, 8), l.id, coalesce(p_memo, '')
      from billing.ledger l
     where l.tenant_id = p_tenant and l.source = 'payment' and l.source_id = p_payment_id
       and not exists (select from billing.payments p where p.tenant_id = p_tenant and p.id = p_payment_id);
    return true;
end $$;
comment on function billing.top_up(uuid, uuid, uuid, numeric, text) is
    'Posts a payment received, with a voucher where billing.payments has none of that id. False when that payment was '
    'posted before.';

create or replace function billing.adjust(p_tenant uuid, p_account uuid, p_adjustment_id uuid, p_amount numeric,
                                          p_memo text)
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if (round(p_amount, 8) <> 0) is not true then
        raise exception 'an adjustment is not zero'
            using errcode = 'check_violation', constraint = 'adjustment_not_zero';
    end if;
    perform from billing.account_balance b
      where b.tenant_id = p_tenant and b.account_id = p_account for no key update;
    if not found then
        raise exception 'no such account' using errcode = 'foreign_key_violation';
    end if;
    if not billing.post(p_tenant, p_account, 'adjustment', p_adjustment_id, round(p_amount, 8), 0, 'adjustments',
                        p_memo) then
        return false;
    end if;
    insert into billing.vouchers (tenant_id, account_id, kind, amount, posting_id, reason)
    select p_tenant, p_account, 'adjustment', round(p_amount, 8), l.id, coalesce(p_memo, '')
      from billing.ledger l
     where l.tenant_id = p_tenant and l.source = 'adjustment' and l.source_id = p_adjustment_id;
    return true;
end $$;
comment on function billing.adjust(uuid, uuid, uuid, numeric, text) is
    'Posts a correction made by staff, with its voucher, for or against the account, never below its credit limit. '
    'False when that adjustment was posted before.';

create function billing.change_credit_limit(p_tenant uuid, p_account uuid, p_limit numeric, p_reason text)
returns numeric
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_before numeric;
begin
    select b.credit_limit into v_before
      from billing.account_balance b
     where b.tenant_id = p_tenant and b.account_id = p_account for no key update;
    if coalesce(p_reason, '') = '' then
        raise exception 'a limit is set for a reason' using errcode = 'invalid_parameter_value';
    end if;
    perform billing.set_credit_limit(p_tenant, p_account, p_limit);
    insert into billing.vouchers (tenant_id, account_id, kind, amount, amount_before, reason)
    values (p_tenant, p_account, 'credit_limit', p_limit, v_before, p_reason);
    return v_before;
end $$;
comment on function billing.change_credit_limit(uuid, uuid, numeric, text) is
    'billing.set_credit_limit() with a voucher that says why; returns the limit that was before.';

-- What was sold and is reversed is on the next invoice as a line of its own, which was posted here.
alter table billing.charges add column posted_amount core.total not null default 0;
comment on column billing.charges.posted_amount is 'What of it the ledger has before it is invoiced.';

-- Of resellers as in billing.resold_calls_of_cycle(), which reads all of a cycle.
create function billing.invoice_of_sale(p_tenant uuid, p_posting billing.ledger) returns uuid
language sql stable
as $$
    select case (p_posting).source when 'charge' then
               (select t.invoice_id from billing.charges c
                  join billing.invoice_items t on t.tenant_id = p_tenant and t.id = c.invoice_item_id
                 where c.tenant_id = p_tenant and c.id = (p_posting).source_id)
           else
               (select i.id from billing.billing_cycles c
                  join billing.invoices i on i.tenant_id = p_tenant and i.billing_cycle_id = c.id
                                         and i.status <> 'void'
                 where c.tenant_id = p_tenant and c.account_id = (p_posting).account_id
                   and c.period_to > (p_posting).occurred_at
                   and c.period_from - interval '62 days' <= (p_posting).occurred_at
                   and (exists (select from billing.calls_of_cycle(p_tenant, c.id) k
                                 where k.started_at = (p_posting).occurred_at and k.id = (p_posting).source_id)
                        or exists (select from cdr.level_charges l
                                    where l.tenant_id = p_tenant and l.account_id = c.account_id
                                      and l.started_at = (p_posting).occurred_at and l.id = (p_posting).source_id
                                      and l.posted_at < coalesce(c.cut_off_at, 'infinity')
                                      and (l.started_at >= c.period_from
                                           or l.posted_at >= coalesce(billing.cut_off_before(p_tenant, c.id),
                                                                      '-infinity'))))
                 limit 1)
           end
$$;
comment on function billing.invoice_of_sale(uuid, billing.ledger) is
    'Internal: the invoice or draft that a posted call, a reseller''s charge for one, or a program''s charge is on; '
    'NULL when it is on none yet.';

create function billing.reverse_sale(p_tenant uuid, p_posting billing.ledger, p_reason text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_sale    record;
    v_invoice record;
begin
    if p_posting.source = 'charge' then
        select c.tax_category::text, format('%s of %s', c.description, c.charged_on) as what, false as is_away
          into strict v_sale
          from billing.charges c
         where c.tenant_id = p_tenant and c.id = p_posting.source_id;
    else
        select case when e.jurisdiction = 'toll_free' then 'toll_free' else 'voice' end as tax_category,
               format('Call of %s', to_char(coalesce(p_posting.occurred_at, p_posting.posted_at) at time zone 'UTC',
                                            'YYYY-MM-DD HH24:MI "UTC"')) as what,
               e.id is null and (billing.call_is_in_a_file(p_posting.occurred_at)
                                 or coalesce(p_posting.occurred_at < core.retained_since(p_tenant, 'cdr.enriched_cdr'),
                                             false)) as is_away
          into strict v_sale
          from (values (1)) one (n)
          left join cdr.enriched_cdr e
            on e.tenant_id = p_tenant and e.started_at = p_posting.occurred_at
           and e.id in (select p_posting.source_id
                         union all
                        select v.cdr_id from cdr.level_charges v
                         where v.tenant_id = p_tenant and v.started_at = p_posting.occurred_at
                           and v.id = p_posting.source_id);
    end if;
    if v_sale.is_away then
        raise exception 'the record of the call is kept here no longer'
            using errcode = 'check_violation', constraint = 'call_that_is_kept_no_longer_is_not_reversed',
                  hint = 'Give it back by a credit note, or by `heddle ledger adjust` where it is on no invoice.';
    end if;
    select i.status, format('%s of account %s', coalesce('invoice ' || i.number, 'draft ' || i.id), a.ban) as name
      into v_invoice
      from billing.invoices i
      join accounts.accounts a on a.tenant_id = p_tenant and a.id = i.account_id
     where i.tenant_id = p_tenant and i.id = billing.invoice_of_sale(p_tenant, p_posting);
    if v_invoice.status = 'draft' then
        raise exception 'what was sold is on the %', v_invoice.name
            using errcode = 'check_violation', constraint = 'drafted_sale_is_not_reversed',
                  hint = 'Void the draft, take it back, and draft it again: or it would ask for what nobody owes.';
    elsif v_invoice.status <> 'void' then
        raise exception 'what was sold is on the %', v_invoice.name
            using errcode = 'check_violation', constraint = 'invoiced_sale_is_not_reversed',
                  hint = 'Give it back by a credit note: `heddle credit-note`.';
    end if;
    -- By the account's day, as its cycles: it is on the invoice that the sale is on.
    insert into billing.charges (tenant_id, account_id, kind, source_id, description, unit_amount, posted_amount,
                                 tax_category, charged_on)
    select p_tenant, a.id, 'adjustment', p_posting.id, format('%s taken back: %s', v_sale.what, p_reason),
           -p_posting.counter, -p_posting.counter, v_sale.tax_category,
           (coalesce(p_posting.occurred_at, p_posting.posted_at) at time zone a.time_zone)::date
      from accounts.accounts a
     where a.tenant_id = p_tenant and a.id = p_posting.account_id;
end $$;
comment on function billing.reverse_sale(uuid, billing.ledger, text) is
    'Internal: what a reversed call, a reseller''s charge for one, or what a program charged is on the next invoice. '
    'Refused when it is on one already, a draft too, and when its record is kept here no longer.';

create function billing.take_back(p_tenant uuid, p_posting billing.ledger, p_reversal uuid, p_reason text)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if p_posting.source in ('cdr', 'charge') then
        perform billing.reverse_sale(p_tenant, p_posting, p_reason);
    end if;
    if not billing.post_document(p_tenant, p_posting.account_id, 'adjustment', p_reversal, p_posting.counter,
                                 p_posting.counter_account, p_reason) then
        raise exception 'the id of the reversal was used before' using errcode = 'unique_violation';
    end if;
    insert into billing.vouchers (tenant_id, account_id, kind, amount, posting_id, reverses_posting_id, reason)
    select p_tenant, p_posting.account_id, 'reversal', p_posting.counter, l.id, p_posting.id, p_reason
      from billing.ledger l
     where l.tenant_id = p_tenant and l.source = 'adjustment' and l.source_id = p_reversal;
end $$;
comment on function billing.take_back(uuid, billing.ledger, uuid, text) is
    'Internal: posts the reversal of a posting, with its voucher, and of a call or a charge with its line on the next '
    'invoice.';

create function billing.reverse_posting(p_tenant uuid, p_posting uuid, p_reversal uuid, p_reason text) returns numeric
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_posting billing.ledger;
    v_level   billing.ledger;
    v_rule    text;
    v_hint    text;
begin
    select * into v_posting from billing.ledger l where l.tenant_id = p_tenant and l.id = p_posting;
    if not found then
        raise exception 'no such posting' using errcode = 'foreign_key_violation';
    end if;
    if coalesce(p_reason, '') = '' then
        raise exception 'a posting is reversed for a reason' using errcode = 'invalid_parameter_value';
    end if;
    -- The call before the balances, as whoever rates it again, and finds then that it was taken back.
    perform from cdr.enriched_cdr e
      where v_posting.source = 'cdr' and e.tenant_id = p_tenant and e.started_at = v_posting.occurred_at
        and e.id in (select v_posting.source_id
                      union all
                     select v.cdr_id from cdr.level_charges v
                      where v.tenant_id = p_tenant and v.started_at = v_posting.occurred_at
                        and v.id = v_posting.source_id)
        for no key update;
    -- Those of the resellers too, which are charged for the call beside the account, in their order.
    perform from billing.lock_balances(p_tenant, v_posting.account_id || array(
                     select v.account_id from cdr.level_charges v
                      where v_posting.source = 'cdr' and v.tenant_id = p_tenant
                        and v.started_at = v_posting.occurred_at and v.cdr_id = v_posting.source_id));
    if exists (select from billing.vouchers v where v.tenant_id = p_tenant and v.reverses_posting_id = p_posting) then
        v_rule := 'posting_is_reversed_once';
        v_hint := 'What is wrong with the reversal is put right by `heddle ledger adjust`.';
    elsif exists (select from billing.vouchers v
                   where v.tenant_id = p_tenant and v.posting_id = p_posting and v.kind = 'reversal') then
        v_rule := 'reversal_is_not_reversed';
        v_hint := 'Post what is missing by `heddle ledger adjust`.';
    elsif v_posting.source = 'payment' and exists (select from billing.payments p
                                                    where p.tenant_id = p_tenant and p.id = v_posting.source_id) then
        v_rule := 'document_is_not_reversed_in_the_ledger';
        v_hint := 'Money that came in is given back by a refund.';
    elsif v_posting.source = 'cdr'
          and (billing.rerated_by(p_tenant, v_posting.occurred_at, v_posting.source_id) <> 0
               or exists (select from cdr.level_charges v
                           where v.tenant_id = p_tenant and v.started_at = v_posting.occurred_at
                             and v.cdr_id = v_posting.source_id
                             and billing.rerated_by(p_tenant, v.started_at, v.id) <> 0)
               or exists (select from billing.rerate_calls c
                           where c.tenant_id = p_tenant and c.started_at = v_posting.occurred_at
                             and c.state = 'carried' and v_posting.source_id in (c.cdr_id, c.level_charge_id)
                             and c.sell_amount <> c.old_sell_amount)) then
        v_rule := 'rerated_call_is_not_reversed';
        v_hint := 'Its price was made anew beside this posting: give back what it costs now by `heddle ledger adjust`.';
    elsif v_posting.source not in ('cdr', 'charge', 'payment', 'adjustment') or v_posting.counter = 0 then
        v_rule := 'document_is_not_reversed_in_the_ledger';
        v_hint := case when v_posting.source like 'hold%' then 'A hold ends with its call, or is released.'
                       else 'An invoice is voided or credited, a refund paid again.' end;
    end if;
    if v_rule is not null then
        raise exception 'posting % (%) cannot be reversed', p_posting, v_posting.source
            using errcode = 'check_violation', constraint = v_rule, hint = v_hint;
    end if;
    perform billing.take_back(p_tenant, v_posting, p_reversal, p_reason);
    for v_level in
        select l.* from cdr.level_charges v
          join billing.ledger l on l.tenant_id = p_tenant and l.source = 'cdr' and l.source_id = v.id
         where v_posting.source = 'cdr' and v.tenant_id = p_tenant and v.started_at = v_posting.occurred_at
           and v.cdr_id = v_posting.source_id and not billing.call_is_reversed(p_tenant, v.id)
         order by v.level
    loop
        perform billing.take_back(p_tenant, v_level, md5(p_reversal::text || v_level.id::text)::uuid, p_reason);
    end loop;
    return v_posting.counter;
end $$;
comment on function billing.reverse_posting(uuid, uuid, uuid, text) is
    'Takes one posting back by another of the other sign, whatever is left of the account; returns what the account '
    'got (below zero: gave). Once: a posting that was reversed, and a reversal, are not reversed. Of a call or charge '
    'also on its next invoice, unless it is on one, which a credit note puts right, or voiding a draft; what resellers '
    'were charged for it goes with it, and can also be taken back alone. Other documents have their own ways.';

-- The close

create function billing.guard_period() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    -- Who closes locks the tenant against this: an entry that was let in is in the sums, and after them none is.
    perform from core.tenants t where t.id = new.tenant_id for share;
    if exists (select from billing.ledger_periods p
                where p.tenant_id = new.tenant_id and p.period_to > new.posted_at) then
        raise exception 'the month of % is closed', new.posted_at
            using errcode = 'check_violation', constraint = 'closed_month_takes_no_entry',
                  hint = 'What belongs there is posted now, with its own date in occurred_at.';
    end if;
    return new;
end $$;
comment on function billing.guard_period() is
    'Trigger: no entry is dated into a closed month. It runs for entries that are dated before this month; that of the '
    'clock is never closed.';

create trigger ledger_keeps_closed_months before insert on billing.ledger
    for each row when (new.posted_at < date_trunc('month', clock_timestamp(), 'UTC'))
    execute function billing.guard_period();

create function billing.sum_entries(p_tenant uuid, p_accounts uuid[], p_from timestamptz, p_to timestamptz)
returns table (account_id uuid, available numeric, pending numeric, held numeric, debits numeric, credits numeric,
               entry_count bigint, entries_digest bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    -- A hash of a day, and of an account the hash of its days: no list of hashes grows with a month of calls.
    select days.account_id, sum(days.available), sum(days.pending), sum(days.held), sum(days.debits),
           sum(days.credits), sum(days.entries)::bigint, sha256(string_agg(days.hash, ''::bytea order by days.day))
      from (select l.account_id, (l.posted_at at time zone 'UTC')::date as day, sum(l.available) as available,
                   sum(l.pending) as pending, sum(l.held) as held, sum(greatest(l.counter, 0)) as debits,
                   sum(greatest(-l.counter, 0)) as credits, count(*) as entries,
                   sha256(string_agg(sha256(convert_to(concat_ws('|',
                       l.id, (extract(epoch from l.posted_at) * 1000000)::bigint, l.source, l.source_id, l.currency,
                       l.available, l.pending, l.held, l.counter, l.counter_account, l.memo,
                       (extract(epoch from l.occurred_at) * 1000000)::bigint), 'UTF8')), ''::bytea
                       order by l.posted_at, l.id)) as hash
              from unnest(p_accounts) a (id)
             cross join lateral (select * from billing.ledger l
                                  where l.tenant_id = p_tenant and l.account_id = a.id
                                    and l.posted_at >= p_from and l.posted_at < p_to offset 0) l
             group by l.account_id, 2) days
     group by days.account_id
$$;
comment on function billing.sum_entries(uuid, uuid[], timestamptz, timestamptz) is
    'What the entries of accounts in a time come to: the change of each bucket, what went to and came from counter '
    'accounts, and a hash over all of them. Accounts without entries are not returned.';
grant execute on function billing.sum_entries(uuid, uuid[], timestamptz, timestamptz) to heddle_engine;

create function billing.hash_period(p_tenant uuid, p_period uuid, p_sequence integer, p_to timestamptz,
                                    p_previous bytea) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select sha256(coalesce(p_previous, ''::bytea)
                  || convert_to(concat_ws('|', p_tenant, p_sequence, extract(epoch from p_to)::bigint), 'UTF8')
                  || coalesce(string_agg(sha256(convert_to(concat_ws('|',
                         c.account_id, coalesce(c.legal_entity_id::text, '-'), c.currency, c.opening_available,
                         c.opening_pending, c.opening_held, c.debits, c.credits, c.closing_available,
                         c.closing_pending, c.closing_held, c.entry_count, encode(c.entries_digest, 'hex')), 'UTF8')),
                         ''::bytea order by c.account_id), ''::bytea))
      from billing.ledger_closings c
     where c.tenant_id = p_tenant and c.ledger_period_id = p_period
$$;
comment on function billing.hash_period(uuid, uuid, integer, timestamptz, bytea) is
    'Internal: the hash of a period over its sums, with the hash of the period before it.';

-- An entry is dated when its transaction begins and counted when that has ended. So the close waits until all that are
-- writing to the ledger have ended, of whatever tenant: locks do not say. Whoever begins to write after that is asked
-- for by guard_period. Whose lock is gone has committed for all to see, or has taken back what it wrote.
create function billing.await_writers(p_limit interval default '30 s') returns void
language plpgsql
as $$
declare
    v_until   constant timestamptz := clock_timestamp() + p_limit;
    v_writers text[];
begin
    select array_agg(l.virtualtransaction) into v_writers
      from pg_locks l
     where l.locktype = 'relation' and l.relation = 'billing.ledger'::regclass
       and l.database = (select d.oid from pg_database d where d.datname = current_database())
       and l.mode = 'RowExclusiveLock' and l.granted and l.pid is distinct from pg_backend_pid();
    while exists (select from pg_locks l
                   where l.locktype = 'relation' and l.relation = 'billing.ledger'::regclass
                     and l.database = (select d.oid from pg_database d where d.datname = current_database())
                     and l.virtualtransaction = any (v_writers)) loop
        if clock_timestamp() > v_until then
            raise exception 'a transaction that began before is still writing to the ledger'
                using errcode = 'lock_not_available', hint = 'Try again when it has ended.';
        end if;
        perform pg_sleep(0.02);
    end loop;
end $$;
comment on function billing.await_writers(interval) is
    'Internal: waits until every other transaction that is writing to the ledger now has ended.';

create function billing.close_ledger(p_tenant uuid, p_month date, p_by text, p_reason text default null) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_from     constant timestamptz := date_trunc('month', p_month::timestamp) at time zone 'UTC';
    v_to       constant timestamptz := (date_trunc('month', p_month::timestamp) + interval '1 month')
                                       at time zone 'UTC';
    v_id       constant uuid := core.uuid_v7();
    v_last     billing.ledger_periods;
    v_accounts uuid[];
    v_unrated  bigint;
    v_entries  bigint;
begin
    if v_to > clock_timestamp() then
        raise exception 'the month is not over'
            using errcode = 'check_violation', constraint = 'only_a_month_that_is_over_is_closed';
    end if;
    perform billing.await_writers();
    perform from core.tenants t where t.id = p_tenant for no key update;
    if not found then
        raise exception 'no such tenant' using errcode = 'foreign_key_violation';
    end if;
    select * into v_last
      from billing.ledger_periods p where p.tenant_id = p_tenant order by p.sequence desc limit 1;
    if v_last.period_to >= v_to then
        return (select p.id from billing.ledger_periods p where p.tenant_id = p_tenant and p.period_to = v_to);
    elsif v_last.period_to < v_from then
        raise exception 'the month after % is not closed yet', to_char(v_last.period_from at time zone 'UTC', 'YYYY-MM')
            using errcode = 'check_violation', constraint = 'months_are_closed_in_their_order',
                  hint = 'Close the months one after the other.';
    end if;
    if exists (select from billing.check_ledger(p_tenant)) then
        raise exception 'the balances are not the sums of the ledger'
            using errcode = 'check_violation', constraint = 'ledger_is_closed_when_it_is_right',
                  hint = '`heddle ledger check` names what differs.';
    end if;
    select count(*) into v_unrated
      from cdr.raw_cdr r
     where r.tenant_id = p_tenant and r.processed_at is null and r.started_at >= v_from and r.started_at < v_to;
    if v_unrated > 0 and coalesce(p_reason, '') = '' then
        raise exception '% calls of the month have no price yet', v_unrated
            using errcode = 'check_violation', constraint = 'unrated_calls_are_left_for_a_reason',
                  hint = '`heddle cdr aside` says why. With a reason they are left to the month that is open.';
    end if;

    v_accounts := array(select a.id from accounts.accounts a where a.tenant_id = p_tenant order by a.id);
    set constraints billing.closing_is_of_period deferred;
    insert into billing.ledger_closings (tenant_id, ledger_period_id, account_id, legal_entity_id, currency,
                                         opening_available, opening_pending, opening_held, debits, credits,
                                         closing_available, closing_pending, closing_held, entry_count, entries_digest)
    select p_tenant, v_id, a.id, coalesce(p.legal_entity_id, e.id), a.currency,
           o.available, o.pending, o.held, coalesce(m.debits, 0), coalesce(m.credits, 0),
           o.available + coalesce(m.available, 0), o.pending + coalesce(m.pending, 0), o.held + coalesce(m.held, 0),
           coalesce(m.entry_count, 0), m.entries_digest
      from accounts.accounts a
      left join billing.billing_profiles p on p.tenant_id = p_tenant and p.account_id = a.id
      left join billing.legal_entities e on e.tenant_id = p_tenant and e.is_default
      left join billing.ledger_closings c
        on c.tenant_id = p_tenant and c.ledger_period_id = v_last.id and c.account_id = a.id
      left join billing.sum_entries(p_tenant, v_accounts, '-infinity', v_from) b   -- before the first close
        on b.account_id = a.id and v_last.id is null
      left join billing.sum_entries(p_tenant, v_accounts, v_from, v_to) m on m.account_id = a.id
     cross join lateral (select coalesce(c.closing_available, b.available, 0) as available,
                                coalesce(c.closing_pending, b.pending, 0) as pending,
                                coalesce(c.closing_held, b.held, 0) as held) o
     where a.tenant_id = p_tenant
       and (c.account_id is not null or b.account_id is not null or m.account_id is not null);
    select sum(c.entry_count) into v_entries
      from billing.ledger_closings c where c.tenant_id = p_tenant and c.ledger_period_id = v_id;

    insert into billing.ledger_periods (tenant_id, id, sequence, period_from, period_to, account_count, entry_count,
                                        unrated_calls, reason, closed_by, previous_digest, digest)
    select p_tenant, v_id, coalesce(v_last.sequence, 0) + 1, v_from, v_to,
           (select count(*) from billing.ledger_closings c
             where c.tenant_id = p_tenant and c.ledger_period_id = v_id),
           coalesce(v_entries, 0), v_unrated, p_reason, p_by, v_last.digest,
           billing.hash_period(p_tenant, v_id, coalesce(v_last.sequence, 0) + 1, v_to, v_last.digest);
    set constraints billing.closing_is_of_period immediate;
    return v_id;
end $$;
comment on function billing.close_ledger(uuid, date, text, text) is
    'Closes the month of a day for good: keeps the sums of every account, sealed, and takes no entry into it any more. '
    'Refused while the balances are not the sums of the ledger, and, unless a reason is given, while calls of the '
    'month have no price. The first close takes along all that was before; from then on months follow each other. '
    'Returns the period; a repeat returns the same.';

-- The proof. Each function looks at a part, so that whoever proves can go account by account and day by day.

create or replace function billing.check_ledger(p_tenant uuid)
returns table (account_id uuid, bucket text, balance numeric, ledger numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    with last as (
        select p.id, p.period_to from billing.ledger_periods p
         where p.tenant_id = p_tenant order by p.sequence desc limit 1
    ), sums as (    -- of what was posted since the last close
        select a.id as account_id, coalesce(c.closing_available, 0) + coalesce(s.available, 0) as available,
               coalesce(c.closing_pending, 0) + coalesce(s.pending, 0) as pending,
               coalesce(c.closing_held, 0) + coalesce(s.held, 0) as held
          from accounts.accounts a
          left join last on true
          left join billing.ledger_closings c
            on c.tenant_id = p_tenant and c.ledger_period_id = last.id and c.account_id = a.id
         cross join lateral (select sum(l.available) as available, sum(l.pending) as pending, sum(l.held) as held
                               from billing.ledger l
                              where l.tenant_id = p_tenant and l.account_id = a.id
                                and l.posted_at >= coalesce(last.period_to, '-infinity')) s
         where a.tenant_id = p_tenant
    ), open_holds as (
        select h.account_id, sum(h.amount) as amount
          from billing.holds h where h.tenant_id = p_tenant and h.state = 'open' group by h.account_id
    )
    select s.account_id, compared.bucket, compared.balance, compared.ledger
      from sums s
      left join billing.account_balance b on b.tenant_id = p_tenant and b.account_id = s.account_id
      left join open_holds o on o.account_id = s.account_id
     cross join lateral (values ('available', coalesce(b.available, 0), s.available),
                                ('pending', coalesce(b.pending, 0), s.pending),
                                ('held', coalesce(b.held, 0), s.held),
                                ('open_holds', coalesce(b.held, 0), coalesce(o.amount, 0)))
           as compared (bucket, balance, ledger)
     where compared.balance <> compared.ledger
$$;
comment on function billing.check_ledger(uuid) is
    'Proves the balances of a tenant: returns each bucket that differs from the last close and what was posted since, '
    'or from the open holds. No rows is the right answer.';

-- The archive comes with 0073, hence plpgsql, which looks for it when it is called.
create function billing.call_is_in_a_file(p_started_at timestamptz) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from core.archives a
                    where a.name in ('cdr.enriched_cdr', 'cdr.level_charges') and a.dropped_at is not null
                      and a.month = date_trunc('month', p_started_at at time zone 'UTC')::date);
end $$;
comment on function billing.call_is_in_a_file(timestamptz) is
    'Whether a call that began then, and is not in the database, may be in a file of the archive alone.';
grant execute on function billing.call_is_in_a_file(timestamptz) to heddle_engine;

create function billing.check_entries(p_tenant uuid, p_accounts uuid[], p_from timestamptz, p_to timestamptz)
returns table (problem text, account_id uuid, subject_id uuid, expected numeric, found numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    with entries as materialized (
        select l.* from unnest(p_accounts) a (id)
         cross join lateral (select * from billing.ledger l
                              where l.tenant_id = p_tenant and l.account_id = a.id
                                and l.posted_at >= p_from and l.posted_at < p_to offset 0) l
    ), holds as materialized (
        select h.* from unnest(p_accounts) a (id)
         cross join lateral (select * from billing.holds h
                              where h.tenant_id = p_tenant and h.account_id = a.id
                                and h.created_at >= p_from and h.created_at < p_to offset 0) h
    ), vouchers as (
        select v.* from billing.vouchers v
         where v.tenant_id = p_tenant and v.account_id = any (p_accounts)
           and v.created_at >= p_from and v.created_at < p_to and v.kind <> 'credit_limit'
    ), amounts as (     -- what each entry should move of available, and NULL where nothing says so
        select e.id, case when e.source = 'hold' then -h.amount
                          when h.state in ('released', 'superseded') then h.amount end as amount
          from entries e
          join billing.holds h on h.tenant_id = p_tenant and h.id = e.source_id and h.account_id = e.account_id
         where e.source in ('hold', 'hold_release')
         union all
        select e.id, -e.held - (coalesce(c.sell_amount, v.amount) - coalesce(r.amount, 0))
          from entries e
          left join cdr.enriched_cdr c
            on c.tenant_id = p_tenant and c.started_at = e.occurred_at and c.id = e.source_id
           and c.account_id = e.account_id
          left join cdr.level_charges v
            on v.tenant_id = p_tenant and v.started_at = e.occurred_at and v.id = e.source_id
           and v.account_id = e.account_id
          left join billing.rerated_charges(p_tenant) r
            on r.started_at = e.occurred_at and r.charge_id = e.source_id
         where e.source = 'cdr'
         union all
        select e.id, -(m.sell_amount + m.sell_carrier_fee)
          from entries e
          join messaging.mdr m
            on m.tenant_id = p_tenant and m.accepted_at = e.occurred_at and m.id = e.source_id
           and m.account_id = e.account_id
         where e.source = 'mdr' and m.posted_at is not null
         union all
        select e.id, -e.held - c.amount
          from entries e
          join billing.charges c on c.tenant_id = p_tenant and c.id = e.source_id and c.account_id = e.account_id
         where e.source = 'charge' and c.kind = 'service'
         union all
        select e.id, c.old_sell_amount - c.sell_amount
          from entries e
          join billing.rerate_calls c
            on c.tenant_id = p_tenant and c.id = e.source_id and c.account_id = e.account_id
         where e.source = 'rerate' and c.state = 'posted'
         union all
        select e.id, p.amount
          from entries e
          join billing.payments p on p.tenant_id = p_tenant and p.id = e.source_id and p.account_id = e.account_id
         where e.source = 'payment' and p.status = 'succeeded'
         union all
        select e.id, v.amount
          from entries e
          join billing.vouchers v on v.tenant_id = p_tenant and v.posting_id = e.id and v.account_id = e.account_id
         where e.source in ('payment', 'adjustment')
         union all
        select e.id, case e.source when 'invoice' then i.posted_amount - i.subtotal
                                   when 'invoice_tax' then -i.tax_total
                                   when 'invoice_void' then i.subtotal - i.posted_amount
                                   else i.tax_total end
          from entries e
          join billing.invoices i on i.tenant_id = p_tenant and i.id = e.source_id and i.account_id = e.account_id
         where e.source in ('invoice', 'invoice_tax') and i.status <> 'draft'
            or e.source in ('invoice_void', 'invoice_void_tax') and i.status = 'void'
         union all
        select e.id, case e.source when 'credit_note' then n.subtotal else n.tax_total end
          from entries e
          join billing.credit_notes n
            on n.tenant_id = p_tenant and n.id = e.source_id and n.account_id = e.account_id
         where e.source in ('credit_note', 'credit_note_tax') and n.status = 'issued'
         union all
        select e.id, -r.amount
          from entries e
          join billing.refunds r on r.tenant_id = p_tenant and r.id = e.source_id and r.account_id = e.account_id
         where e.source in ('refund', 'chargeback') and r.kind = e.source
    )
    select 'entry does not balance', e.account_id, e.id, 0::numeric,
           e.available + e.pending + e.held + e.counter
      from entries e where e.available + e.pending + e.held + e.counter <> 0
     union all
    select 'entry is in another currency', e.account_id, e.id, null, null
      from entries e
      join accounts.accounts a on a.tenant_id = p_tenant and a.id = e.account_id
     where e.currency <> a.currency
     union all
    select e.source || case when a.amount is null then ' entry without its ' else ' entry differs from its ' end
               || case when e.source like 'hold%' then 'hold' when e.source in ('cdr', 'rerate') then 'call'
                       when e.source = 'mdr' then 'message' when e.source = 'charge' then 'charge'
                       when e.source = 'payment' then 'payment' when e.source = 'adjustment' then 'voucher'
                       when e.source like 'invoice%' then 'invoice' when e.source like 'credit%' then 'credit note'
                       else 'refund' end, e.account_id, e.id, a.amount, e.available
      from entries e
      left join amounts a on a.id = e.id
     where (a.amount = e.available) is not true
       -- What is kept no longer, or in a file alone, cannot be compared: billing.count_archived_entries() counts it.
       and (a.amount is null and e.source = 'mdr'
            and e.occurred_at < core.retained_since(p_tenant, 'messaging.mdr')) is not true
       and (a.amount is null and e.source = 'cdr' and billing.call_is_in_a_file(e.occurred_at)) is not true
     union all
    select 'hold entry moves another amount of held', e.account_id, e.id, -e.available, e.held
      from entries e where e.source in ('hold', 'hold_release') and e.held <> -e.available
     union all
    select 'hold without its entry', h.account_id, h.id, h.amount, null
      from holds h
      left join billing.ledger l on l.tenant_id = p_tenant and l.source = 'hold' and l.source_id = h.id
     where l.id is null
     union all
    select h.state || ' hold without its entry', h.account_id, h.id, p.held, l.held
      from holds h
     cross join lateral (    -- what is charged ends all holds that were for it
           select case when h.state <> 'settled' or h.charge_id is null then -h.amount
                       else (select -sum(o.amount) from billing.holds o
                              where o.tenant_id = p_tenant and o.charge_id = h.charge_id and o.state = 'settled')
                       end as held) p
      left join billing.ledger l
        on l.tenant_id = p_tenant
       and l.source = case when h.state <> 'settled' then 'hold_release' when h.charge_id is null then 'cdr'
                           else 'charge' end
       and l.source_id = case h.state when 'settled' then coalesce(h.charge_id, h.cdr_id) else h.id end
     where h.state <> 'open' and (l.held = p.held) is not true
     union all
    select 'charge without its entry', c.account_id, c.id, c.posted_amount, l.counter
      from billing.charges c
      left join billing.ledger l on l.tenant_id = p_tenant and l.source = 'charge' and l.source_id = c.id
     where c.tenant_id = p_tenant and c.account_id = any (p_accounts) and c.kind = 'service'
       and c.created_at >= p_from and c.created_at < p_to and (l.counter = c.posted_amount) is not true
     union all
    select 'voucher without its entry', v.account_id, v.id, v.amount, null
      from vouchers v
      left join billing.ledger l on l.tenant_id = p_tenant and l.id = v.posting_id
     where l.id is null
$$;
comment on function billing.check_entries(uuid, uuid[], timestamptz, timestamptz) is
    'Proves the entries of accounts in a time: each balances, is in the currency of its account, and has what it comes '
    'from, with the same amount; and holds and vouchers of that time have their entries. No rows is the right answer. '
    'Entries of calls that are in files of the archive alone are passed over.';
grant execute on function billing.check_entries(uuid, uuid[], timestamptz, timestamptz) to heddle_engine;

create function billing.check_levels(p_tenant uuid, p_accounts uuid[], p_from timestamptz, p_to timestamptz)
returns table (problem text, account_id uuid, subject_id uuid, expected numeric, found numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    with levels as materialized (
        select v.*, e.id as call_id, case when v.level = b.level then e.account_id else b.account_id end as seller_to,
               case when v.level = b.level then e.sell_amount else b.amount end as below_amount,
               case when v.level = b.level then e.currency else b.currency end as below_currency
          from unnest(p_accounts) a (id)
         cross join lateral (select * from cdr.level_charges v
                              where v.tenant_id = p_tenant and v.account_id = a.id
                                and v.started_at >= p_from and v.started_at < p_to offset 0) v
          left join lateral (select e.id, e.account_id, e.sell_amount, e.currency from cdr.enriched_cdr e
                              where e.tenant_id = p_tenant and e.started_at = v.started_at and e.id = v.cdr_id
                             offset 0) e on true
         -- The level below, or itself where it is the first.
         cross join lateral (select b.* from cdr.level_charges b
                              where b.tenant_id = p_tenant and b.started_at = v.started_at and b.cdr_id = v.cdr_id
                                and b.level <= v.level
                              order by b.level = v.level, b.level desc limit 1) b
    )
    select 'charge of a reseller without its debit', v.account_id, v.id, v.amount, l.counter
      from levels v
      left join billing.ledger l on l.tenant_id = p_tenant and l.source = 'cdr' and l.source_id = v.id
      left join billing.rerated_charges(p_tenant) r on r.started_at = v.started_at and r.charge_id = v.id
     where v.amount <> coalesce(l.counter, 0) + coalesce(r.amount, 0)
     union all
    select 'charge of a reseller without its call', v.account_id, v.id, v.amount, null
      from levels v where v.call_id is null
     union all
    select 'charge of a reseller does not say what the account below pays', v.account_id, v.id, v.below_amount,
           v.sold_amount
      from levels v
     where v.call_id is not null
       and (v.below_account_id, v.sold_amount, v.sold_currency)
           is distinct from (v.seller_to, v.below_amount, v.below_currency)
     union all
    select 'invoice differs from the calls below its account', i.account_id, i.id, u.amount, u.invoiced
      from billing.invoices i
     cross join lateral (
           select (select coalesce(sum(r.amount), 0)
                     from billing.resold_calls_of_cycle(p_tenant, i.billing_cycle_id) r) as amount,
                  (select coalesce(sum(s.amount), 0)
                     from billing.usage_summary s
                     join billing.invoice_items t on t.tenant_id = p_tenant and t.id = s.invoice_item_id
                    where s.tenant_id = p_tenant and s.billing_cycle_id = i.billing_cycle_id and s.kind = 'resold'
                      and t.invoice_id = i.id) as invoiced offset 0) u
     where i.tenant_id = p_tenant and i.account_id = any (p_accounts) and i.status in ('finalised', 'paid')
       and i.finalised_at >= p_from and i.finalised_at < p_to and i.billing_cycle_id is not null
       and u.amount <> u.invoiced
$$;
comment on function billing.check_levels(uuid, uuid[], timestamptz, timestamptz) is
    'Proves what resellers were charged for calls of a time: each charge has its debit and its call and says what the '
    'account below pays; and the invoices that were made final in that time have the charges of their cycles, each '
    'once. No rows is the right answer.';
grant execute on function billing.check_levels(uuid, uuid[], timestamptz, timestamptz) to heddle_engine;

create function billing.check_calls(p_tenant uuid, p_from timestamptz, p_to timestamptz)
returns table (problem text, account_id uuid, subject_id uuid, expected numeric, found numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select case when l.id is null then 'call without its debit' else 'call differs from its debit' end,
           c.account_id, c.id, c.sell_amount, l.counter
      from cdr.enriched_cdr c
      left join billing.ledger l on l.tenant_id = p_tenant and l.source = 'cdr' and l.source_id = c.id
      left join billing.rerated_charges(p_tenant) r on r.started_at = c.started_at and r.charge_id = c.id
     where c.tenant_id = p_tenant and c.posted_at >= p_from and c.posted_at < p_to
       and c.account_id is not null and c.sell_amount > 0
       and (l.counter = c.sell_amount - coalesce(r.amount, 0) and l.account_id = c.account_id) is not true
     union all
    select 'call differs from its correction', c.account_id, c.id, c.sell_amount - c.old_sell_amount, l.counter
      from billing.rerate_calls c
      left join billing.ledger l on l.tenant_id = p_tenant and l.source = 'rerate' and l.source_id = c.id
     where c.tenant_id = p_tenant and c.settled_at >= p_from and c.settled_at < p_to and c.state = 'posted'
       and c.account_id is not null and c.sell_amount <> c.old_sell_amount
       and (l.counter = c.sell_amount - c.old_sell_amount and l.account_id = c.account_id) is not true
     union all
    select case when l.id is null then 'message without its debit' else 'message differs from its debit' end,
           m.account_id, m.id, m.sell_amount + m.sell_carrier_fee, l.counter
      from messaging.mdr m
      left join billing.ledger l on l.tenant_id = p_tenant and l.source = 'mdr' and l.source_id = m.id
     where m.tenant_id = p_tenant and m.accepted_at >= p_from and m.accepted_at < p_to and m.posted_at is not null
       and m.account_id is not null and m.sell_amount + m.sell_carrier_fee > 0
       and (l.counter = m.sell_amount + m.sell_carrier_fee and l.account_id = m.account_id) is not true
$$;
comment on function billing.check_calls(uuid, timestamptz, timestamptz) is
    'Proves that every call that was rated in a time and costs something has its debit, with the same amount, each '
    'that was rated again then its correction, and each message that was accepted then and charged its debit. No rows '
    'is the right answer.';
grant execute on function billing.check_calls(uuid, timestamptz, timestamptz) to heddle_engine;

create function billing.check_holds(p_tenant uuid, p_at timestamptz default now())
returns table (problem text, account_id uuid, subject_id uuid, expected numeric, found numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select case when q.id is null and h.expires_at is null then 'open hold without its request'
                else 'open hold past its expiry' end,
           h.account_id, h.id, 0::numeric, h.amount
      from billing.holds h
      left join lateral (select q.id, q.state,
                                q.requested_at + make_interval(secs => coalesce(q.max_duration_s, 86400)) as ends_at
                           from routing.routing_requests q
                          where q.tenant_id = p_tenant and q.id = h.id
                          order by q.state = 'open' desc limit 1) q on true
     where h.tenant_id = p_tenant and h.state = 'open' and h.created_at < p_at - interval '15 minutes'
       and case when h.expires_at is null
                then q.id is null or q.state <> 'open' or q.ends_at < p_at - interval '7 hours'
                else h.expires_at < p_at - interval '1 hour' end
$$;
comment on function billing.check_holds(uuid, timestamptz) is
    'Open holds that nothing will end: their request is not there or is over, or the longest end of the call was hours '
    'ago, after which lost calls are closed; and those of no call that expired an hour ago. No rows is the right '
    'answer.';
grant execute on function billing.check_holds(uuid, timestamptz) to heddle_engine;

create function billing.release_stray_holds(p_at timestamptz default now(), p_limit integer default 50)
returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_hold  record;
    v_count integer := 0;
begin
    for v_hold in
        select h.tenant_id, h.id
          from billing.holds h
         where h.state = 'open' and h.created_at < p_at - interval '1 hour' and h.expires_at is null
           and not exists (select from routing.routing_requests q
                            where q.tenant_id = h.tenant_id and q.id = h.id and q.state = 'open')
         order by h.tenant_id, h.account_id, h.id limit p_limit
    loop
        if billing.release_hold(v_hold.tenant_id, v_hold.id, 'its request is over') is not null then
            v_count := v_count + 1;
        end if;
    end loop;
    return v_count;
end $$;
comment on function billing.release_stray_holds(timestamptz, integer) is
    'Gives back holds of an hour ago whose request is not there or is over, at most so many; returns how many. Those '
    'of open requests are ended with their calls, and those of no call when they expire.';
grant execute on function billing.release_stray_holds(timestamptz, integer) to heddle_engine;

create function billing.check_periods(p_tenant uuid)
returns table (problem text, account_id uuid, subject_id uuid, expected numeric, found numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    with periods as (
        select p.*, lag(p.id) over w as previous_id, lag(p.digest) over w as digest_before,
               lag(p.period_to) over w as ended_at, lag(p.sequence) over w as sequence_before
          from billing.ledger_periods p
         where p.tenant_id = p_tenant window w as (order by p.sequence)
    )
    select 'close does not follow the one before', null::uuid, p.id, coalesce(p.sequence_before, 0) + 1::numeric,
           p.sequence::numeric
      from periods p
     where p.sequence <> coalesce(p.sequence_before, 0) + 1 or p.period_from <> p.ended_at
        or p.previous_digest is distinct from p.digest_before
     union all
    select 'sums of a close are not what was sealed', null, p.id, p.account_count,
           (select count(*) from billing.ledger_closings c where c.tenant_id = p_tenant and c.ledger_period_id = p.id)
      from periods p
     where p.digest <> billing.hash_period(p_tenant, p.id, p.sequence, p.period_to, p.previous_digest)
     union all
    select 'close does not open with the one before', c.account_id, p.id,
           coalesce(b.closing_available + b.closing_pending + b.closing_held, 0),
           coalesce(c.opening_available + c.opening_pending + c.opening_held, 0)
      from periods p
      join billing.ledger_closings c on c.tenant_id = p_tenant and c.ledger_period_id = p.id
      left join billing.ledger_closings b
        on b.tenant_id = p_tenant and b.ledger_period_id = p.previous_id and b.account_id = c.account_id
     where p.previous_id is not null
       and (coalesce(b.closing_available, 0), coalesce(b.closing_pending, 0), coalesce(b.closing_held, 0))
           <> (c.opening_available, c.opening_pending, c.opening_held)
$$;
comment on function billing.check_periods(uuid) is
    'Proves the closes of a tenant among themselves: no month is missing, each opens with what the last one closed '
    'with, and the chain of hashes is whole. No rows is the right answer.';
grant execute on function billing.check_periods(uuid) to heddle_engine;

create function billing.check_closings(p_tenant uuid, p_period uuid, p_accounts uuid[])
returns table (problem text, account_id uuid, subject_id uuid, expected numeric, found numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select 'entries of a closed month are not what was closed', a.id, p_period,
           coalesce(c.closing_available + c.closing_pending + c.closing_held
                    - c.opening_available - c.opening_pending - c.opening_held, 0),
           coalesce(s.available + s.pending + s.held, 0)
      from billing.ledger_periods p
     cross join unnest(p_accounts) a (id)
      left join billing.ledger_closings c
        on c.tenant_id = p_tenant and c.ledger_period_id = p_period and c.account_id = a.id
      left join billing.sum_entries(p_tenant, p_accounts,
                                    (select o.period_from from billing.ledger_periods o
                                      where o.tenant_id = p_tenant and o.id = p_period),
                                    (select o.period_to from billing.ledger_periods o
                                      where o.tenant_id = p_tenant and o.id = p_period)) s on s.account_id = a.id
     where p.tenant_id = p_tenant and p.id = p_period
       and (s.entries_digest is distinct from c.entries_digest or coalesce(c.debits, 0) <> coalesce(s.debits, 0)
            or coalesce(c.credits, 0) <> coalesce(s.credits, 0)
            or coalesce(c.closing_available - c.opening_available, 0) <> coalesce(s.available, 0)
            or coalesce(c.closing_held - c.opening_held, 0) <> coalesce(s.held, 0))
$$;
comment on function billing.check_closings(uuid, uuid, uuid[]) is
    'Proves a closed month against its entries, of these accounts: the sums, and the hash over every entry. No rows is '
    'the right answer.';
grant execute on function billing.check_closings(uuid, uuid, uuid[]) to heddle_engine;

grant select on billing.vouchers, billing.ledger_periods, billing.ledger_closings
    to heddle_app, heddle_engine, heddle_report;

comment on table billing.vouchers is
    'What people posted by hand, or the limits that they set, and why; append-only. One for each posting that no other '
    'document explains.';
comment on column billing.vouchers.kind is 'top_up, adjustment, reversal or credit_limit.';
comment on column billing.vouchers.amount is 'What the account got; below zero: gave. Of a limit: the new one.';
comment on column billing.vouchers.amount_before is 'The limit that was before; NULL for others.';
comment on column billing.vouchers.posting_id is 'The posting; NULL for a limit.';
comment on column billing.vouchers.reverses_posting_id is 'The posting that it takes back; NULL for others.';
comment on column billing.vouchers.reason is 'Why, as the account''s people may read it.';
comment on column billing.vouchers.reference is 'Whoever enters it calls it so; unique within the tenant.';
comment on column billing.vouchers.entered_by is 'Who entered it.';

comment on table billing.ledger_periods is 'Closed months of the ledger, sealed by a chain of hashes; append-only.';
comment on column billing.ledger_periods.sequence is 'Its place in the chain, 1 first.';
comment on column billing.ledger_periods.period_from is 'First instant; the first close also has all that was before.';
comment on column billing.ledger_periods.period_to is 'First instant after it.';
comment on column billing.ledger_periods.account_count is 'How many accounts have sums.';
comment on column billing.ledger_periods.entry_count is 'How many entries are in it.';
comment on column billing.ledger_periods.unrated_calls is 'Calls of the month that had no price yet and come later.';
comment on column billing.ledger_periods.reason is 'Why it was closed although there were such; NULL where none.';
comment on column billing.ledger_periods.closed_by is 'Who closed it.';
comment on column billing.ledger_periods.closed_at is 'When.';
comment on column billing.ledger_periods.previous_digest is 'The hash of the period before; NULL for the first.';
comment on column billing.ledger_periods.digest is 'SHA-256 over the hash before, the month and the sums of accounts.';

comment on table billing.ledger_closings is 'What each account had and moved in a closed month; append-only.';
comment on column billing.ledger_closings.ledger_period_id is 'The month.';
comment on column billing.ledger_closings.legal_entity_id is 'The seller that the account had at the close.';
comment on column billing.ledger_closings.currency is 'Currency of the account.';
comment on column billing.ledger_closings.opening_available is 'Available when it began.';
comment on column billing.ledger_closings.opening_pending is 'Pending when it began.';
comment on column billing.ledger_closings.opening_held is 'Held when it began.';
comment on column billing.ledger_closings.debits is 'What left the account.';
comment on column billing.ledger_closings.credits is 'What came into it.';
comment on column billing.ledger_closings.closing_available is 'Available when it ended.';
comment on column billing.ledger_closings.closing_pending is 'Pending when it ended.';
comment on column billing.ledger_closings.closing_held is 'Held when it ended.';
comment on column billing.ledger_closings.entry_count is 'How many entries.';
comment on column billing.ledger_closings.entries_digest is
    'SHA-256 over the entries of the month; NULL where there are none.';
