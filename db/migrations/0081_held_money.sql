-- Money that is held and charged for what is no call of ours: another switch or a program asks for it through the API.
--
-- It is held and charged by the same functions as the money of calls, within the same balances, credit limits and spend
-- caps. What is charged is in the ledger at once, and on the next invoice as a line (billing.charges of kind service).
-- A reference names what is held, and what is charged, once within an account: whoever asks again gets the same. Those
-- of the operator and of the accounts that ask themselves are kept apart (asker_account_id), so that nobody takes the
-- reference of somebody else, nor gives back what somebody else has held.
--
-- What asks for money of one account takes turns at its balance. Its row is locked before holds are, and a hold that
-- somebody else has locked is never waited for with it, but where a spend cap counts holds: there all do it so.

create function billing.lock_payer(p_tenant uuid, p_account uuid, out status text, out currency text)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    -- Against whoever closes it, who looks for holds then.
    select a.status into status
      from accounts.accounts a where a.tenant_id = p_tenant and a.id = p_account for share;
    select b.currency into currency from billing.lock_balances(p_tenant, array[p_account]) b;
end $$;
comment on function billing.lock_payer(uuid, uuid) is
    'Internal: locks an account and its balance, and says how it is and in which currency it pays; NULL where there is '
    'none.';

create function billing.usable_balance(p_tenant uuid, p_account uuid) returns numeric
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select b.available + b.credit_limit from billing.account_balance b
     where b.tenant_id = p_tenant and b.account_id = p_account
$$;
comment on function billing.usable_balance(uuid, uuid) is 'Internal: what is left of an account down to its limit.';

create function billing.hold_money(p_tenant uuid, p_account uuid, p_reference text, p_amount numeric, p_currency text,
                                   p_description text, p_expires_at timestamptz, p_asker uuid)
returns table (hold_id uuid, is_new boolean, refusal text, usable numeric)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_amount constant numeric := round(p_amount, 8);
    v_payer  record;
    v_before billing.holds;
begin
    if (v_amount > 0 and v_amount <= 9999999999) is not true or p_reference is null or p_description is null
        or (p_expires_at > now()) is not true then
        raise exception 'money is held for something, under a reference, above zero and until a time to come'
            using errcode = 'invalid_parameter_value';
    end if;
    is_new := false;
    v_payer := billing.lock_payer(p_tenant, p_account);
    select * into v_before
      from billing.holds h
     where h.tenant_id = p_tenant and h.account_id = p_account and h.reference = p_reference
       and h.asker_account_id is not distinct from p_asker;
    if found then
        hold_id := v_before.id;
        if v_before.amount <> v_amount or p_currency <> v_payer.currency then
            refusal := 'reference_taken';
        end if;
    elsif exists (select from billing.charges c
                   where c.tenant_id = p_tenant and c.account_id = p_account and c.reference = p_reference
                     and c.asker_account_id is not distinct from p_asker) then
        refusal := 'reference_charged';
    elsif v_payer.status is null then
        refusal := 'no_account';
    elsif v_payer.status <> 'active' then
        refusal := v_payer.status;
    elsif p_currency is distinct from v_payer.currency then
        refusal := 'currency';
    else
        hold_id := core.uuid_v7();
        select h.refusal into refusal
          from billing.hold_calls(p_tenant, array[p_account], array[hold_id], array[v_amount], array[v_amount],
                                  array[null::text]) h;
        if refusal is null then
            is_new := true;
            update billing.holds h
               set reference = p_reference, description = p_description, expires_at = p_expires_at,
                   asker_account_id = p_asker
             where h.tenant_id = p_tenant and h.id = hold_id;
        else
            hold_id := null;
        end if;
    end if;
    usable := billing.usable_balance(p_tenant, p_account);
    return next;
end $$;
comment on function billing.hold_money(uuid, uuid, text, numeric, text, text, timestamptz, uuid) is
    'Keeps money of an account back for what is no call, all of it or nothing, until it is charged, released or over. '
    'Once for a reference of an asker, which is an account, or the operator (NULL): a repeat gets the hold that there '
    'is, whatever became of it. Returns it, or why not (no_account, suspended, closed, currency, reference_taken, '
    'reference_charged, spend_cap, no_balance, no_balance_above), and what is left of the account down to its credit '
    'limit.';
grant execute on function billing.hold_money(uuid, uuid, text, numeric, text, text, timestamptz, uuid)
    to heddle_engine;

create function billing.hold_for_charge(p_tenant uuid, p_account uuid, p_hold uuid, p_amount numeric,
                                        p_description text, p_may_overdraw boolean)
returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_refusal  text;
    v_currency text;
    v_windows  uuid[];
begin
    if p_may_overdraw then
        select b.currency into v_currency from billing.lock_balances(p_tenant, array[p_account]) b;
        -- Spans are opened before the hold is there: they begin with what is held.
        select array_agg(w.window_id) into v_windows
          from billing.open_spend_windows(p_tenant, array[p_account], clock_timestamp()) w where w.prefix is null;
        perform billing.write_holds(p_tenant, array[p_hold], array[p_account], array[p_amount], array[p_account],
                                    array[v_currency]);
        perform billing.move_balances(p_tenant, array[p_account], array[-p_amount], array[p_amount], true);
        update billing.spend_windows w
           set amount = w.amount + p_amount,
               reached_at = case when w.reached_at is null and w.amount + p_amount >= c.amount then clock_timestamp()
                                 else w.reached_at end
          from billing.spend_caps c
         where w.tenant_id = p_tenant and w.id = any (v_windows) and c.tenant_id = p_tenant and c.id = w.spend_cap_id;
    else
        select h.refusal into v_refusal
          from billing.hold_calls(p_tenant, array[p_account], array[p_hold], array[p_amount], array[p_amount],
                                  array[null::text]) h;
    end if;
    update billing.holds h
       set description = p_description, expires_at = now(), counted_in = coalesce(v_windows, h.counted_in)
     where h.tenant_id = p_tenant and h.id = p_hold;
    return v_refusal;
end $$;
comment on function billing.hold_for_charge(uuid, uuid, uuid, numeric, text, boolean) is
    'Internal: holds what its caller charges next, so that limits and caps count it as they count calls, all of it or '
    'nothing: returns why not. What was delivered is held whatever is left, and counted.';

create function billing.write_charge(p_tenant uuid, p_account uuid, p_holds uuid[], p_reference text, p_amount numeric,
                                     p_description text, p_tax_category text, p_asker uuid)
returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_id   constant uuid := core.uuid_v7();
    v_held numeric;
begin
    select coalesce(sum(h.amount), 0) into v_held
      from billing.holds h where h.tenant_id = p_tenant and h.id = any (p_holds) and h.state = 'open';
    insert into billing.charges (tenant_id, id, account_id, kind, source_id, reference, asker_account_id, description,
                                 unit_amount, posted_amount, tax_category, charged_on)
    select p_tenant, v_id, p_account, 'service', v_id, p_reference, p_asker, p_description, p_amount, p_amount,
           p_tax_category, (now() at time zone a.time_zone)::date
      from accounts.accounts a where a.tenant_id = p_tenant and a.id = p_account;
    insert into billing.ledger (tenant_id, account_id, source, source_id, currency, available, held, counter,
                                counter_account, memo)
    select p_tenant, p_account, 'charge', v_id, b.currency, v_held - p_amount, -v_held, p_amount, 'service_revenue',
           p_description
      from billing.account_balance b where b.tenant_id = p_tenant and b.account_id = p_account;
    perform billing.move_balances(p_tenant, array[p_account], array[v_held - p_amount], array[-v_held], false);
    -- After the posting, which the caps that counted the holds look for.
    update billing.holds h
       set state = case h.state when 'open' then 'settled' else 'superseded' end,
           ended_at = coalesce(h.ended_at, now()),
           charge_id = v_id
     where h.tenant_id = p_tenant and h.id = any (p_holds);
    return v_id;
end $$;
comment on function billing.write_charge(uuid, uuid, uuid[], text, numeric, text, text, uuid) is
    'Internal: charges an account in the place of holds and returns the charge; the caller has locked holds and '
    'balance, and holds all that is charged. A hold that was given back only learns of it.';

create function billing.charge_hold(p_tenant uuid, p_hold uuid, p_amount numeric, p_description text,
                                    p_tax_category text, p_may_overdraw boolean)
returns table (charge_id uuid, is_new boolean, refusal text, usable numeric)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_amount      constant numeric := round(p_amount, 8);
    v_description text;
    v_hold        billing.holds;
    v_held        numeric;
    v_status      text;
    v_rest        uuid;
begin
    if (v_amount > 0 and v_amount <= 9999999999) is not true then
        raise exception 'a charge is above zero' using errcode = 'invalid_parameter_value';
    end if;
    is_new := false;
    select * into v_hold from billing.holds h
     where h.tenant_id = p_tenant and h.id = p_hold and h.expires_at is not null;
    if not found then
        refusal := 'no_hold';
        return next;
        return;
    end if;
    -- Against whoever closes the account, as lock_payer() does.
    select a.status into v_status
      from accounts.accounts a where a.tenant_id = p_tenant and a.id = v_hold.account_id for share;
    if billing.are_capped(p_tenant, array[v_hold.account_id]) then
        perform from billing.lock_balances(p_tenant, array[v_hold.account_id]);
    end if;
    select * into v_hold from billing.holds h where h.tenant_id = p_tenant and h.id = p_hold for no key update;
    perform from billing.lock_balances(p_tenant, array[v_hold.account_id]);
    v_held := case v_hold.state when 'open' then v_hold.amount else 0 end;
    v_description := coalesce(p_description, v_hold.description);

    if v_hold.charge_id is not null then
        charge_id := v_hold.charge_id;
        if v_amount <> (select c.amount from billing.charges c
                         where c.tenant_id = p_tenant and c.id = v_hold.charge_id) then
            refusal := 'charged_before';
        end if;
    elsif v_hold.cdr_id is not null then
        refusal := 'call_posted';
    elsif v_status = 'closed' or v_status <> 'active' and v_amount > v_held and not p_may_overdraw then
        refusal := v_status;
    else
        -- What is held is there, whatever the account owes; what is more has to be found like any other money.
        if v_amount > v_held then
            v_rest := core.uuid_v7();
            refusal := billing.hold_for_charge(p_tenant, v_hold.account_id, v_rest, v_amount - v_held, v_description,
                                               p_may_overdraw);
        end if;
        if refusal is null then
            is_new := true;
            charge_id := billing.write_charge(p_tenant, v_hold.account_id, array[p_hold, v_rest], v_hold.reference,
                                              v_amount, v_description, p_tax_category, v_hold.asker_account_id);
        end if;
    end if;
    usable := billing.usable_balance(p_tenant, v_hold.account_id);
    return next;
end $$;
comment on function billing.charge_hold(uuid, uuid, numeric, text, text, boolean) is
    'Charges what was held, or less, and gives the rest back; or more, where the account may begin something and its '
    'credit limit and spend caps leave it, or whatever is left where the caller says so. Once: a repeat gets the same '
    'charge. A hold that was given back, or expired, is charged like what is more. Returns the charge, or why not '
    '(no_hold, charged_before, call_posted, suspended, closed, spend_cap, no_balance, no_balance_above), and what is '
    'left of the account down to its credit limit.';
grant execute on function billing.charge_hold(uuid, uuid, numeric, text, text, boolean) to heddle_engine;

create function billing.charge_money(p_tenant uuid, p_account uuid, p_reference text, p_amount numeric,
                                     p_currency text, p_description text, p_tax_category text, p_may_overdraw boolean,
                                     p_asker uuid)
returns table (charge_id uuid, is_new boolean, refusal text, usable numeric)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_amount constant numeric := round(p_amount, 8);
    v_hold   constant uuid := core.uuid_v7();
    v_payer  record;
    v_before record;
begin
    if (v_amount > 0 and v_amount <= 9999999999) is not true or p_reference is null or p_description is null then
        raise exception 'something is charged, under a reference and above zero'
            using errcode = 'invalid_parameter_value';
    end if;
    is_new := false;
    v_payer := billing.lock_payer(p_tenant, p_account);
    select c.id, c.amount into v_before
      from billing.charges c
     where c.tenant_id = p_tenant and c.account_id = p_account and c.reference = p_reference
       and c.asker_account_id is not distinct from p_asker;
    if found then
        charge_id := v_before.id;
        if v_before.amount <> v_amount or p_currency <> v_payer.currency then
            refusal := 'reference_taken';
        end if;
    elsif exists (select from billing.holds h
                   where h.tenant_id = p_tenant and h.account_id = p_account and h.reference = p_reference
                     and h.asker_account_id is not distinct from p_asker) then
        refusal := 'reference_held';
    elsif v_payer.status is null then
        refusal := 'no_account';
    elsif v_payer.status = 'closed' or v_payer.status <> 'active' and not p_may_overdraw then
        refusal := v_payer.status;
    elsif p_currency is distinct from v_payer.currency then
        refusal := 'currency';
    else
        refusal := billing.hold_for_charge(p_tenant, p_account, v_hold, v_amount, p_description, p_may_overdraw);
        if refusal is null then
            is_new := true;
            charge_id := billing.write_charge(p_tenant, p_account, array[v_hold], p_reference, v_amount,
                                              p_description, p_tax_category, p_asker);
        end if;
    end if;
    usable := billing.usable_balance(p_tenant, p_account);
    return next;
end $$;
comment on function billing.charge_money(uuid, uuid, text, numeric, text, text, text, boolean, uuid) is
    'Charges an account at once, as far as it is left, or whatever is left where the caller says so, of a suspended '
    'account too. Once for a reference of an asker, which is an account, or the operator (NULL): a repeat gets the '
    'charge that there is. Returns it, or why not (no_account, suspended, closed, currency, reference_taken, '
    'reference_held, spend_cap, no_balance, no_balance_above), and what is left of the account down to its credit '
    'limit.';
grant execute on function billing.charge_money(uuid, uuid, text, numeric, text, text, text, boolean, uuid)
    to heddle_engine;

create function billing.note_cap_refusal(p_tenant uuid, p_account uuid, p_amount numeric) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_windows uuid[];
begin
    perform from billing.lock_balances(p_tenant, array[p_account]);
    select coalesce(array_agg(w.window_id), '{}') into v_windows
      from billing.open_spend_windows(p_tenant, array[p_account], clock_timestamp()) w
     where w.refuses and w.prefix is null and w.cap - w.used < p_amount;
    update billing.spend_windows w
       set refused = w.refused + 1, reached_at = clock_timestamp()
     where w.tenant_id = p_tenant and w.id = any (v_windows);
    return cardinality(v_windows);
end $$;
comment on function billing.note_cap_refusal(uuid, uuid, numeric) is
    'Notes at the spend caps of an account that they leave less than so much, and that it was refused: for a request '
    'that is undone when it is refused, and what it noted itself with it. Returns how many caps that are.';
grant execute on function billing.note_cap_refusal(uuid, uuid, numeric) to heddle_engine;

create function billing.extend_hold(p_tenant uuid, p_hold uuid, p_expires_at timestamptz) returns timestamptz
language sql security definer set search_path = pg_catalog, pg_temp
as $$
    update billing.holds h
       set expires_at = greatest(h.expires_at, p_expires_at)
     where h.tenant_id = p_tenant and h.id = p_hold and h.state = 'open' and h.expires_at is not null
    returning h.expires_at
$$;
comment on function billing.extend_hold(uuid, uuid, timestamptz) is
    'Has an open hold of no call last until then at least, 31 days in all at most. Returns until when, or NULL when '
    'there is none.';
grant execute on function billing.extend_hold(uuid, uuid, timestamptz) to heddle_engine;

-- Their balances first, all of them in one order; then those holds that nobody is charging or extending.
create function billing.release_expired_holds(p_at timestamptz default now(), p_limit integer default 50)
returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_tenant record;
    v_hold   uuid;
    v_count  integer := 0;
begin
    for v_tenant in
        select d.tenant_id, array_agg(d.id) as holds, array_agg(d.account_id) as accounts
          from (select h.tenant_id, h.id, h.account_id from billing.holds h
                 where h.state = 'open' and h.expires_at <= p_at
                 order by h.expires_at limit p_limit) d
         group by d.tenant_id order by d.tenant_id
    loop
        perform from billing.lock_balances(v_tenant.tenant_id, v_tenant.accounts);
        for v_hold in
            select h.id from billing.holds h
             where h.tenant_id = v_tenant.tenant_id and h.id = any (v_tenant.holds)
               and h.state = 'open' and h.expires_at <= p_at
               for no key update skip locked
        loop
            if billing.release_hold(v_tenant.tenant_id, v_hold, 'expired') is not null then
                v_count := v_count + 1;
            end if;
        end loop;
    end loop;
    return v_count;
end $$;
comment on function billing.release_expired_holds(timestamptz, integer) is
    'Gives back holds of no call whose time is over, the first that ended first, at most so many; returns how many.';
grant execute on function billing.release_expired_holds(timestamptz, integer) to heddle_engine;

create function billing.set_low_balance(p_tenant uuid, p_account uuid, p_low_balance numeric) returns numeric
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_before numeric;
begin
    select b.low_balance into v_before
      from billing.account_balance b
     where b.tenant_id = p_tenant and b.account_id = p_account for no key update;
    if not found then
        raise exception 'no such account' using errcode = 'no_data_found';
    end if;
    update billing.account_balance b set low_balance = p_low_balance
     where b.tenant_id = p_tenant and b.account_id = p_account;
    return v_before;
end $$;
comment on function billing.set_low_balance(uuid, uuid, numeric) is
    'Sets below what the event balance.low tells of an account, or with NULL that nothing does; returns what it was. '
    'An account that is below already is told of when it falls below the next time.';
grant execute on function billing.set_low_balance(uuid, uuid, numeric) to heddle_engine;
