-- The only ways to move money. Each writes the ledger and the balance together, and says what a
-- repeat gets.
--
-- Locks are taken in one order, so that callers wait for each other but never in a circle: first
-- holds, then the balance rows, by account id; where a spend cap counts holds, the balances first.
-- They run as their owner, because nobody else may write these tables; they touch no table that their
-- caller writes.

-- One posting and its balance. The one place where a single account's money changes; callers have
-- locked the balance row. False when the source was posted before, and then nothing has changed.
create function billing.post(p_tenant uuid, p_account uuid, p_source text, p_source_id uuid,
                             p_available numeric, p_held numeric, p_counter_account text, p_memo text)
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_counter constant numeric := -(p_available + p_held);
begin
    with posted as (
        insert into billing.ledger (tenant_id, account_id, source, source_id, currency,
                                    available, held, counter, counter_account, memo)
        select p_tenant, p_account, p_source, p_source_id, b.currency,
               p_available, p_held, v_counter, p_counter_account, coalesce(p_memo, '')
          from billing.account_balance b
         where b.tenant_id = p_tenant and b.account_id = p_account
        on conflict (tenant_id, source, source_id) do nothing
        returning account_id
    )
    update billing.account_balance b
       set available = b.available + p_available,
           held = b.held + p_held,
           overdrawn = least(b.overdrawn, greatest(0, -(b.available + p_available + b.credit_limit)))
      from posted p
     where b.tenant_id = p_tenant and b.account_id = p.account_id;
    return found;
end $$;
comment on function billing.post(uuid, uuid, text, uuid, numeric, numeric, text, text) is
    'Internal: posts one movement to the ledger and the balance. False when its source was posted before.';

-- Row by row it costs as much as all the rest of a batch. Each balance is looked up by its key and then taken from its
-- place, which the lock of the caller keeps: joined by their key, all balances of a tenant are read where the
-- statistics are those of a short table.
create function billing.move_balances(p_tenant uuid, p_accounts uuid[], p_available numeric[], p_held numeric[],
                                      p_may_overdraw boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
begin
    update billing.account_balance b
       set updated_at = now(),
           available = b.available + m.available,
           held = b.held + m.held,
           overdrawn = case when p_may_overdraw then greatest(0, -(b.available + m.available + b.credit_limit))
                            else least(b.overdrawn,
                                       greatest(0, -(b.available + m.available + b.credit_limit))) end
      from (select k.place, m.available, m.held
              from (select m.account_id, sum(m.available) as available, sum(m.held) as held
                      from unnest(p_accounts, p_available, p_held) as m (account_id, available, held)
                     group by m.account_id) m
             cross join lateral (select k.ctid as place
                                   from billing.account_balance k
                                  where k.tenant_id = p_tenant and k.account_id = m.account_id offset 0) k) m
     where b.tenant_id = p_tenant and b.ctid = m.place;
end $$;
comment on function billing.move_balances(uuid, uuid[], numeric[], numeric[], boolean) is
    'Internal: moves balances by the sums of what was posted; the caller has locked them and written the ledger. '
    'Whether it may take an account below its limit is said by the caller.';

-- Whoever writes them has read the currencies of the accounts; nobody else may.
create function billing.write_holds(p_tenant uuid, p_ids uuid[], p_payers uuid[], p_amounts numeric[],
                                    p_accounts uuid[], p_currency text[])
returns table (ids uuid[], payers uuid[], amounts numeric[])
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    with held as (   -- but what was held before
        insert into billing.holds (tenant_id, id, account_id, amount)
        select p_tenant, g.id, g.account_id, g.amount
          from unnest(p_ids, p_payers, p_amounts) as g (id, account_id, amount)
         where g.amount > 0
            on conflict (tenant_id, id) do nothing
        returning id, account_id, holds.amount
    ), posted as (   -- named after the hold, of which there is one
        insert into billing.ledger (tenant_id, id, account_id, source, source_id, currency, available, held)
        select p_tenant, h.id, h.account_id, 'hold', h.id, u.currency, -h.amount, h.amount
          from held h
          join unnest(p_accounts, p_currency) as u (account_id, currency) on u.account_id = h.account_id
    )
    select array_agg(h.id), array_agg(h.account_id), array_agg(h.amount::numeric) from held h;
end $$;
comment on function billing.write_holds(uuid, uuid[], uuid[], numeric[], uuid[], text[]) is
    'Internal: writes holds and their postings, without those that are there already, and returns what it wrote; the '
    'caller moves the balances. The last lists are the accounts and their currencies.';

-- From here on what is left of these accounts changes by this transaction alone. Whatever may be long is looked up by
-- its key, row by row: the statements are planned while it is short, and would read all of it later.
create function billing.lock_balances(p_tenant uuid, p_accounts uuid[])
returns table (account_id uuid, usable numeric, currency text)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off    -- also with a plan that was made while the table was short
as $$
begin
    return query
    select a.id, b.usable, b.currency
      from (select distinct id from unnest(p_accounts) id order by id) a
     cross join lateral (
           select b.available + b.credit_limit as usable, b.currency::text
             from billing.account_balance b
            where b.tenant_id = p_tenant and b.account_id = a.id
              for no key update) b;
end $$;
comment on function billing.lock_balances(uuid, uuid[]) is
    'Internal: locks balances in the order of their accounts, and returns what is left of each down to its credit '
    'limit. Accounts without a balance are left out.';

-- Spend caps are younger than these functions (0058_routing_policy.sql).
create function billing.are_capped(p_tenant uuid, p_accounts uuid[]) returns boolean
language sql immutable
as $$ select false $$;

create function billing.place_holds(p_tenant uuid, p_accounts uuid[], p_routing_ids uuid[], p_wanted numeric[],
                                    p_minimum numeric[])
returns table (routing_id uuid, amount numeric)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_wanted   numeric[];
    v_accounts uuid[];
    v_currency text[];
    v_payers   uuid[];
    v_ids      uuid[];
    v_amounts  numeric[];
    v_enough   boolean;
    v_call     record;
    v_account  uuid;
    v_left     numeric;
begin
    -- least() passes over a NULL, and NaN counts as the most: either would grant all that is left.
    if cardinality(p_accounts) is distinct from cardinality(p_routing_ids)
        or cardinality(p_wanted) is distinct from cardinality(p_routing_ids)
        or cardinality(p_minimum) is distinct from cardinality(p_routing_ids)
        or exists (select from unnest(p_wanted, p_minimum) as c (wanted, minimum)
                    where (c.wanted between 0 and 9999999999 and c.minimum >= 0) is not true)
        or (select count(distinct id) from unnest(p_routing_ids) id) <> cardinality(p_routing_ids) then
        raise exception 'place_holds wants lists of one length, each routing id once, and for each call an amount '
                        'and a minimum, neither below zero'
            using errcode = 'invalid_parameter_value';
    end if;
    v_wanted := array(select round(w, 8) from unnest(p_wanted) with ordinality as c (w, turn) order by turn);

    -- Nearly always there is money for all. Then holds and postings are written first and the balances locked last, so
    -- that those of busy accounts are locked for as short as can be. Where it is gone by then, nothing of that stands.
    select array_agg(a.id), array_agg(b.currency), bool_and(coalesce(b.usable >= a.amount, false))
      into v_accounts, v_currency, v_enough
      from (select c.id, sum(c.amount) as amount from unnest(p_accounts, v_wanted) as c (id, amount) group by c.id) a
      left join lateral (
           select b.available + b.credit_limit as usable, b.currency::text
             from billing.account_balance b
            where b.tenant_id = p_tenant and b.account_id = a.id offset 0) b on true;
    if v_enough then
        v_enough := not exists (select from unnest(v_wanted, p_minimum) as c (amount, minimum)
                                 where c.amount < c.minimum);
    end if;
    if v_enough then
        begin
            select w.ids, w.payers, w.amounts into v_ids, v_payers, v_amounts
              from billing.write_holds(p_tenant, p_routing_ids, p_accounts, v_wanted, v_accounts, v_currency) w;
            if exists (select from billing.lock_balances(p_tenant, v_payers) b
                         join (select c.id, sum(c.amount) as amount
                                 from unnest(v_payers, v_amounts) as c (id, amount) group by c.id) c
                           on c.id = b.account_id
                        where b.usable < c.amount) then
                raise sqlstate 'HD402' using message = 'the money is gone';
            end if;
        exception
            when sqlstate 'HD402' then
                v_enough := false;
        end;
    end if;

    -- Else it is counted down, call by call, in the order that they were named in.
    if v_enough is not true then
        select array_agg(b.account_id), array_agg(b.currency) into v_accounts, v_currency
          from billing.lock_balances(p_tenant, p_accounts) b;
        v_payers := '{}';
        v_ids := '{}';
        v_amounts := '{}';
        for v_call in
            select c.account_id, c.routing_id, c.wanted, c.minimum, b.available + b.credit_limit as usable
              from unnest(p_accounts, p_routing_ids, v_wanted, p_minimum)
                   with ordinality as c (account_id, routing_id, wanted, minimum, turn)
             cross join lateral (select * from billing.account_balance b
                                  where b.tenant_id = p_tenant and b.account_id = c.account_id offset 0) b
             where c.wanted > 0
               and (select h.id from billing.holds h where h.tenant_id = p_tenant and h.id = c.routing_id) is null
             order by c.account_id, c.turn
        loop
            if v_call.account_id is distinct from v_account then
                v_account := v_call.account_id;
                v_left := v_call.usable;
            end if;
            amount := greatest(least(v_call.wanted, v_left), 0);
            if amount >= v_call.minimum and (amount > 0 or v_call.minimum = 0) then
                v_left := v_left - amount;
                v_payers := v_payers || v_account;
                v_ids := v_ids || v_call.routing_id;
                v_amounts := v_amounts || amount;
            end if;
        end loop;
        select w.ids, w.payers, w.amounts into v_ids, v_payers, v_amounts
          from billing.write_holds(p_tenant, v_ids, v_payers, v_amounts, v_accounts, v_currency) w;
    end if;
    perform billing.move_balances(p_tenant, v_payers, array(select -m.n from unnest(v_amounts) as m (n)), v_amounts,
                                  false);

    return query   -- what was granted before still stands while the hold is open
    select c.routing_id,
           case when round(c.wanted, 8) = 0 then 0
                else coalesce(g.amount,
                              (select h.amount
                                 from billing.holds h
                                where h.tenant_id = p_tenant and h.id = c.routing_id
                                  and h.ended_at is null and (h.account_id = c.account_id) is true),
                              case when c.minimum = 0 and c.account_id = any (v_accounts)
                                        and (select h.id from billing.holds h
                                              where h.tenant_id = p_tenant and h.id = c.routing_id) is null then 0 end)
                end
      from unnest(p_accounts, p_routing_ids, p_wanted, p_minimum) as c (account_id, routing_id, wanted, minimum)
      left join unnest(v_ids, v_amounts) as g (routing_id, amount) on g.routing_id = c.routing_id;
end $$;
comment on function billing.place_holds(uuid, uuid[], uuid[], numeric[], numeric[]) is
    'Keeps back money for calls, for each what is wanted, or what is left down to the credit limit, but at least the '
    'minimum; in the order of the lists, so that what one call takes the next one finds gone. Returns for each routing '
    'id the amount held, or NULL when there is not enough (nothing has changed for that call). A call that wants 0 '
    'holds nothing, and one whose minimum is 0 starts without money where none is left. Repeated with the same routing '
    'id it returns the open hold, or NULL once that has ended.';
grant execute on function billing.place_holds(uuid, uuid[], uuid[], numeric[], numeric[]) to heddle_engine;

create function billing.place_hold(p_tenant uuid, p_account uuid, p_routing_id uuid,
                                   p_wanted numeric, p_minimum numeric)
returns numeric
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    select h.amount
      from billing.place_holds(p_tenant, array[p_account], array[p_routing_id], array[p_wanted], array[p_minimum]) h
$$;
comment on function billing.place_hold(uuid, uuid, uuid, numeric, numeric) is
    'billing.place_holds() for one call: the amount held, or NULL when there is not enough.';
grant execute on function billing.place_hold(uuid, uuid, uuid, numeric, numeric) to heddle_engine;

create function billing.release_hold(p_tenant uuid, p_routing_id uuid, p_reason text) returns numeric
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_account uuid;
    v_amount  numeric;
begin
    -- It is open while it has no end: by its state, the planner would look for it among all that are open.
    select h.account_id into v_account
      from billing.holds h
     where h.tenant_id = p_tenant and h.id = p_routing_id and h.ended_at is null;
    if not found then
        return null;
    end if;
    if billing.are_capped(p_tenant, array[v_account]) then
        perform from billing.lock_balances(p_tenant, array[v_account]);
    end if;

    update billing.holds h
       set state = 'released', ended_at = now(), release_reason = p_reason
     where h.tenant_id = p_tenant and h.id = p_routing_id and h.ended_at is null
    returning h.amount into v_amount;
    if found then
        perform from billing.lock_balances(p_tenant, array[v_account]);
        perform billing.post(p_tenant, v_account, 'hold_release', p_routing_id, v_amount, -v_amount, null, p_reason);
    end if;
    return v_amount;
end $$;
comment on function billing.release_hold(uuid, uuid, text) is
    'Gives the money of an open hold back. Returns the amount, or NULL when there is no open hold of that routing id.';
grant execute on function billing.release_hold(uuid, uuid, text) to heddle_engine;

create function billing.write_calls(p_tenant uuid, p_cdr_ids uuid[], p_accounts uuid[], p_routing_ids uuid[],
                                    p_amounts numeric[], p_started_at timestamptz[], p_payers uuid[],
                                    p_currency text[])
returns table (payers uuid[], available numeric[], held numeric[])
language plpgsql security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off    -- holds are looked up by their key also while the statistics are those of a short table
as $$
declare
    v_calls    uuid[];
    v_callers  uuid[];
    v_routing  uuid[];
    v_amounts  numeric[];
    v_started  timestamptz[];
begin
    select array_agg(c.cdr_id), array_agg(c.account_id), array_agg(c.routing_id), array_agg(c.amount),
           array_agg(c.started_at)
      into v_calls, v_callers, v_routing, v_amounts, v_started
      from (select distinct on (c.cdr_id)    -- a call that is named twice counts once
                   c.cdr_id, c.account_id, c.routing_id, round(c.amount, 8) as amount, c.started_at
              from unnest(p_cdr_ids, p_accounts, p_routing_ids, p_amounts, p_started_at)
                   as c (cdr_id, account_id, routing_id, amount, started_at)
             order by c.cdr_id) c
     where (select l.id from billing.ledger l
             where l.tenant_id = p_tenant and l.source = 'cdr' and l.source_id = c.cdr_id) is null;

    -- One statement, so that whoever counts what a hold became finds its posting. What ended goes on as lists: else it
    -- would be taken for one row, and each call be compared with all that did.
    return query
    with ended as (      -- an open hold pays; a released one was given back and only learns of its call
        update billing.holds h
           set state = case h.state when 'open' then 'settled' else 'superseded' end,
               ended_at = coalesce(h.ended_at, now()),
               cdr_id = f.cdr_id,
               updated_at = now()
          from (select distinct on (f.routing_id) f.*    -- where two calls name one hold, it pays for the first
                  from unnest(v_calls, v_callers, v_routing) as f (cdr_id, account_id, routing_id)
                 where f.routing_id is not null
                 order by f.routing_id, f.cdr_id) f
         -- Not plainly equal: the index by account must not be taken for the lookup before there are statistics.
         where h.tenant_id = p_tenant and h.id = f.routing_id
           and (h.account_id = f.account_id) is true and h.state in ('open', 'released')
        returning h.cdr_id, case h.state when 'settled' then h.amount else 0 end as amount
    ), given as (
        select array_agg(e.cdr_id) as calls, array_agg(e.amount::numeric) as amounts from ended e
    ), debited as (     -- the debit takes the place of the hold
        insert into billing.ledger (tenant_id, account_id, source, source_id, currency,
                                    available, held, counter, counter_account, occurred_at)
        select p_tenant, f.account_id, 'cdr', f.cdr_id, b.currency,
               coalesce(e.amount, 0) - f.amount, -coalesce(e.amount, 0), f.amount, 'voice_revenue', f.started_at
          from unnest(v_calls, v_callers, v_amounts, v_started) as f (cdr_id, account_id, amount, started_at)
          join unnest(p_payers, p_currency) as b (account_id, currency) on b.account_id = f.account_id
          left join unnest((select g.calls from given g), (select g.amounts from given g)) as e (cdr_id, amount)
            on e.cdr_id = f.cdr_id
         where f.amount > 0 or e.amount > 0
         order by f.cdr_id      -- two at once with the same calls wait for each other, and never in a circle
        returning ledger.account_id, ledger.available, ledger.held
    )
    select array_agg(d.account_id), array_agg(d.available::numeric), array_agg(d.held::numeric) from debited d;
end $$;
comment on function billing.write_calls(uuid, uuid[], uuid[], uuid[], numeric[], timestamptz[], uuid[], text[]) is
    'Internal: ends the holds of calls that are not posted yet and writes their postings, and returns what it wrote; '
    'the caller moves the balances. Fails with unique_violation where somebody else posted one of them meanwhile. The '
    'last lists are the accounts and their currencies.';

create function billing.post_calls(p_tenant uuid, p_cdr_ids uuid[], p_accounts uuid[], p_routing_ids uuid[],
                                   p_amounts numeric[], p_started_at timestamptz[] default null,
                                   out posted integer, out locked_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_accounts uuid[];
    v_currency text[];
    v_payers   uuid[];
    v_left     numeric[];
    v_held     numeric[];
begin
    if cardinality(p_accounts) is distinct from cardinality(p_cdr_ids)
        or cardinality(p_routing_ids) is distinct from cardinality(p_cdr_ids)
        or cardinality(p_amounts) is distinct from cardinality(p_cdr_ids)
        or cardinality(p_started_at) <> cardinality(p_cdr_ids)
        or exists (select from unnest(p_amounts) a where (a >= 0 and a < 'NaN') is not true) then
        raise exception 'post_calls wants lists of one length and no negative amount'
            using errcode = 'invalid_parameter_value';
    end if;

    -- Balances are locked last, for as short as can be: new calls of these accounts wait for them.
    if billing.are_capped(p_tenant, p_accounts) then
        locked_at := clock_timestamp();
        perform from billing.lock_balances(p_tenant, p_accounts);
    end if;
    select array_agg(a.id), array_agg(b.currency)
      into v_accounts, v_currency
      from (select distinct id from unnest(p_accounts) id) a
      left join lateral (
           select b.currency::text from billing.account_balance b
            where b.tenant_id = p_tenant and b.account_id = a.id offset 0) b on true;
    if array_position(v_currency, null) is not null then
        raise exception 'post_calls names an account without a balance' using errcode = 'foreign_key_violation';
    end if;

    -- What is posted by somebody else meanwhile is waited for, and then found here.
    for v_try in 1..10 loop
        begin
            select w.payers, w.available, w.held
              into v_payers, v_left, v_held
              from billing.write_calls(p_tenant, p_cdr_ids, p_accounts, p_routing_ids, p_amounts, p_started_at,
                                       v_accounts, v_currency) w;
            exit;
        exception
            when unique_violation then
                if v_try = 10 then
                    raise;
                end if;
        end;
    end loop;

    locked_at := coalesce(locked_at, clock_timestamp());
    perform from billing.lock_balances(p_tenant, v_accounts);
    -- Delivered calls are posted whatever is left: the allowance follows.
    perform billing.move_balances(p_tenant, v_payers, v_left, v_held, true);
    posted := coalesce(cardinality(v_payers), 0);
end $$;
comment on function billing.post_calls(uuid, uuid[], uuid[], uuid[], numeric[], timestamptz[]) is
    'Posts the sell amounts of calls, each exactly once: the debit takes the place of the call''s hold, if there '
    'is one. A call that costs nothing and holds nothing needs no posting. Returns how many postings were made, '
    'and since when the balances are locked; a repeat makes none. Routing ids may be NULL. A call posts even when it '
    'costs more than is left. When the calls began is kept with the postings, whose own date is now.';
grant execute on function billing.post_calls(uuid, uuid[], uuid[], uuid[], numeric[], timestamptz[])
    to heddle_engine;

-- Payments, corrections and credit limits are the work of people: who serves calls may not. Until there is an API they
-- are posted by the owner, in SQL.
create function billing.top_up(p_tenant uuid, p_account uuid, p_payment_id uuid, p_amount numeric, p_memo text)
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
    return billing.post(p_tenant, p_account, 'payment', p_payment_id, round(p_amount, 8), 0, 'payments', p_memo);
end $$;
comment on function billing.top_up(uuid, uuid, uuid, numeric, text) is
    'Posts a payment received. False when that payment was posted before.';

create function billing.adjust(p_tenant uuid, p_account uuid, p_adjustment_id uuid, p_amount numeric, p_memo text)
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
    return billing.post(p_tenant, p_account, 'adjustment', p_adjustment_id, round(p_amount, 8), 0,
                        'adjustments', p_memo);
end $$;
comment on function billing.adjust(uuid, uuid, uuid, numeric, text) is
    'Posts a correction made by staff, for or against the account, never below its credit limit. False when that '
    'adjustment was posted before.';

create function billing.set_credit_limit(p_tenant uuid, p_account uuid, p_limit numeric) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    update billing.account_balance b
       set credit_limit = p_limit,
           overdrawn = greatest(0, -(b.available + p_limit))
     where b.tenant_id = p_tenant and b.account_id = p_account;
    if not found then
        raise exception 'no such account' using errcode = 'foreign_key_violation';
    end if;
end $$;
comment on function billing.set_credit_limit(uuid, uuid, numeric) is
    'Sets how far below zero an account may go. What it owes already beyond a lowered limit is marked as overdrawn.';

create function billing.check_ledger(p_tenant uuid)
returns table (account_id uuid, bucket text, balance numeric, ledger numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    with balances as (
        select b.account_id, b.available, b.pending, b.held
          from billing.account_balance b where b.tenant_id = p_tenant
    ), sums as (
        select l.account_id, sum(l.available) as available, sum(l.pending) as pending, sum(l.held) as held
          from billing.ledger l where l.tenant_id = p_tenant group by l.account_id
    ), open_holds as (
        select h.account_id, sum(h.amount) as amount
          from billing.holds h where h.tenant_id = p_tenant and h.state = 'open' group by h.account_id
    )
    select account_id, compared.bucket, compared.balance, compared.ledger
      from balances b
      full join sums s using (account_id)
      full join open_holds o using (account_id)
     cross join lateral (values ('available', coalesce(b.available, 0), coalesce(s.available, 0)),
                                ('pending', coalesce(b.pending, 0), coalesce(s.pending, 0)),
                                ('held', coalesce(b.held, 0), coalesce(s.held, 0)),
                                ('open_holds', coalesce(b.held, 0), coalesce(o.amount, 0)))
           as compared (bucket, balance, ledger)
     where compared.balance <> compared.ledger
$$;
comment on function billing.check_ledger(uuid) is
    'Proves the balances of a tenant: returns each bucket that differs from the sum of its ledger, or of its open '
    'holds. No rows is the right answer.';
grant execute on function billing.check_ledger(uuid) to heddle_engine;
