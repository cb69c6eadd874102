-- Messages become money: priced by the plan that held when they were accepted, posted to the same ledger as calls, and
-- summed up for the same invoice.
--
-- A message costs when a carrier has taken it, whatever becomes of it then; one that came in costs when it is here.
-- What nobody took (failed, rejected, without an answer for four days) and what was a trial costs nothing.

create function billing.message_price(p_tenant uuid, p_account uuid, p_direction text, p_kind text, p_sender text,
                                      p_number text, p_network text, p_at timestamptz)
returns table (rate_plan_id uuid, rate_id uuid, rate numeric, carrier_fee numeric, blocked boolean)
language sql stable
as $$
    select p.rate_plan_id, r.id, r.rate::numeric, r.carrier_fee::numeric, r.blocked
      from billing.account_rate_plan p
     cross join lateral (
           select r.id, r.rate, r.carrier_fee, r.blocked
             from billing.messaging_rates r
            where r.tenant_id = p_tenant and r.rate_plan_id = p.rate_plan_id and r.direction = p_direction
              and r.kind = p_kind
              and r.sender = case p_sender when 'name' then 'alphanumeric' when 'other' then 'long_code'
                                           else p_sender end
              and r.prefix = any (array(select left(ltrim(p_number, '+'), n) from generate_series(0, 15) n))
              and r.network in ('', coalesce(p_network, ''))
              and r.valid_from <= p_at and (r.valid_to is null or r.valid_to > p_at)
            order by length(r.prefix) desc, r.network = '', r.valid_from desc
            limit 1) r
     where p.tenant_id = p_tenant and p.account_id = p_account
       and p.valid_from <= p_at and (p.valid_to is null or p.valid_to > p_at)
$$;
comment on function billing.message_price(uuid, uuid, text, text, text, text, text, timestamptz) is
    'What a segment of an SMS, or an MMS, costs an account: by the plan that it had, the longest prefix of the number '
    'and, of those, the row of the network before that of all; of rows that hold the one that begins last. No row '
    'where nothing prices it.';
grant execute on function billing.message_price(uuid, uuid, text, text, text, text, text, timestamptz)
    to heddle_app, heddle_engine, heddle_report;

create function billing.post_message_batch(p_tenant uuid, p_ids uuid[], p_times timestamptz[])
returns table (posted integer, set_aside integer)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_ids      uuid[];
    v_times    timestamptz[];
    v_accounts uuid[];
    v_amounts  numeric[];
    v_payers   uuid[];
    v_left     numeric[];
begin
    -- One that was priced when it was accepted keeps that price. A plan is in the currency of its account.
    with batch as (
        select m.*, a.currency as balance_currency, case m.channel when 'mms' then 1 else m.segments end as units,
               case when m.direction = 'outbound' and (m.status in ('failed', 'rejected', 'unknown')
                                                       or m.status = 'expired' and m.answered_at is null)
                         or m.is_sandbox or m.account_id is null then 'free'
                    when m.sell_rate_id is null then 'to price' else 'priced' end as state
          from unnest(p_ids, p_times) k (id, accepted_at)
          join messaging.mdr m on m.tenant_id = p_tenant and m.accepted_at = k.accepted_at and m.id = k.id
          left join billing.account_balance a on a.tenant_id = p_tenant and a.account_id = m.account_id
    ), offers as (
        select b.*, p.rate_plan_id, p.rate_id, p.rate, p.carrier_fee,
               case when b.state <> 'free' and b.balance_currency is null then 'its account has no balance'
                    when b.state <> 'to price' then null
                    when p.rate_id is null then 'no price of messages for this number, sender and network'
                    when p.blocked then 'the price blocks this number' end as problem
          from batch b
          left join lateral (select * from billing.message_price(
                                 p_tenant, b.account_id, b.direction, b.channel, b.sender_kind, b.recipient,
                                 b.network, b.accepted_at)
                              where b.state = 'to price') p on true
    ), priced as (
        select o.accepted_at, o.id, o.problem, o.balance_currency, o.rate_id, o.rate, o.state,
               round(o.units * o.rate, 8) as amount,
               round(o.units * o.carrier_fee, 8) as fee,
               case o.state when 'free' then jsonb_build_object('free', true)
                            when 'to price' then jsonb_strip_nulls(jsonb_build_object(
                                'units', o.units, 'plan', o.rate_plan_id, 'carrier_fee', nullif(o.carrier_fee, 0)))
                            else '{}' end as rating
          from offers o
    ), done as (
        update messaging.mdr m
           set rating_error = p.problem, posted_at = case when p.problem is null then clock_timestamp() end,
               sell_rate_id = case when p.problem is null then coalesce(m.sell_rate_id, p.rate_id)
                                   else m.sell_rate_id end,
               sell_rate = case when p.problem is null then coalesce(m.sell_rate, p.rate) else m.sell_rate end,
               sell_amount = case when p.state = 'free' then 0 when p.state = 'to price' and p.problem is null
                                  then p.amount else m.sell_amount end,
               sell_carrier_fee = case when p.state = 'free' then 0 when p.state = 'to price' and p.problem is null
                                       then p.fee else m.sell_carrier_fee end,
               currency = coalesce(p.balance_currency, m.currency), rating = m.rating || p.rating
          from priced p
         where m.tenant_id = p_tenant and m.accepted_at = p.accepted_at and m.id = p.id
        returning m.id, m.accepted_at, m.account_id, m.rating_error,
                  m.sell_amount + m.sell_carrier_fee as amount
    )
    select count(*) filter (where d.rating_error is null), count(d.rating_error),
           array_agg(d.id) filter (where d.amount > 0 and d.rating_error is null),
           array_agg(d.accepted_at) filter (where d.amount > 0 and d.rating_error is null),
           array_agg(d.account_id) filter (where d.amount > 0 and d.rating_error is null),
           array_agg(d.amount) filter (where d.amount > 0 and d.rating_error is null)
      into posted, set_aside, v_ids, v_times, v_accounts, v_amounts
      from done d;

    perform from billing.lock_balances(p_tenant, v_accounts);
    with entered as (
        insert into billing.ledger (tenant_id, account_id, source, source_id, currency, available, counter,
                                    counter_account, occurred_at)
        select p_tenant, d.account_id, 'mdr', d.id, b.currency, -d.amount, d.amount, 'messaging_revenue', d.accepted_at
          from unnest(v_ids, v_times, v_accounts, v_amounts) d (id, accepted_at, account_id, amount)
          join billing.account_balance b on b.tenant_id = p_tenant and b.account_id = d.account_id
        on conflict (tenant_id, source, source_id) do nothing
        returning account_id, available
    )
    select array_agg(e.account_id), array_agg(e.available) into v_payers, v_left from entered e;
    -- What was sent is posted whatever is left.
    perform billing.move_balances(p_tenant, v_payers, v_left, array(select 0::numeric from unnest(v_left)), true);
    return next;
end $$;
comment on function billing.post_message_batch(uuid, uuid[], timestamptz[]) is
    'Internal: prices messages and posts them; the caller has chosen and locked them. Returns how many are done with, '
    'and how many have no price and are set aside.';

create function billing.post_messages(p_tenant uuid, p_limit integer default 1000)
returns table (posted integer, set_aside integer)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_ids   uuid[];
    v_times timestamptz[];
    v_one   record;
    v_done  record;
begin
    select array_agg(m.id), array_agg(m.accepted_at) into v_ids, v_times
      from (select m.id, m.accepted_at from messaging.mdr m
             where m.tenant_id = p_tenant and m.posted_at is null and m.rating_error is null
               and m.status not in ('queued', 'held', 'blocked', 'cancelled')
               and (m.status not in ('sent', 'unknown') or m.answered_at is not null
                    or m.status = 'unknown' and m.sent_at < now() - interval '4 days')
             order by m.accepted_at, m.tenant_id, m.id
             limit p_limit
               for no key update skip locked) m;
    begin
        select b.posted, b.set_aside into posted, set_aside
          from billing.post_message_batch(p_tenant, v_ids, v_times) b;
        return next;
        return;
    exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
        null;   -- one of them; which one is found by taking them singly
    end;

    -- As ever in one order, for what was locked above was let go of.
    perform from billing.account_balance b
      where b.tenant_id = p_tenant
        and b.account_id in (select m.account_id from unnest(v_ids, v_times) k (id, accepted_at)
                               join messaging.mdr m
                                 on m.tenant_id = p_tenant and m.accepted_at = k.accepted_at and m.id = k.id)
      order by b.account_id for no key update;
    posted := 0;
    set_aside := 0;
    for v_one in select k.id, k.accepted_at from unnest(v_ids, v_times) k (id, accepted_at) loop
        begin
            select b.posted, b.set_aside into v_done
              from billing.post_message_batch(p_tenant, array[v_one.id], array[v_one.accepted_at]) b;
            posted := posted + v_done.posted;
            set_aside := set_aside + v_done.set_aside;
        exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
            update messaging.mdr m set rating_error = 'cannot be posted: ' || sqlerrm
             where m.tenant_id = p_tenant and m.accepted_at = v_one.accepted_at and m.id = v_one.id;
            set_aside := set_aside + 1;
        end;
    end loop;
    return next;
end $$;
comment on function billing.post_messages(uuid, integer) is
    'Prices messages that wait for it, the oldest first, and posts each exactly once; two at once share the work. One '
    'that has no price, or that the database refuses, is set aside with the reason (messaging.mdr.rating_error) and '
    'stops no other. Returns how many are done with, and how many were set aside.';
grant execute on function billing.post_messages(uuid, integer) to heddle_engine;
