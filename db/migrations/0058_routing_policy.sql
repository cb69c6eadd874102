-- Policy before routing: where an account may call, at what price and for how long, what it may spend, and what is done
-- when its calls look like fraud. All of it is dated rows. What decides a call is read into the router's memory; what a
-- cap leaves is counted here, with the hold, so that many routers never grant more than it.
--
-- Where no rule says anything, ordinary numbers of the US and Canada and toll-free ones may be called and nothing else:
-- not the other countries of country code 1, not 900, 976, personal and non-geographic numbers, no satellite, no other
-- country. So an operator whom nobody set up cannot lose money abroad. The rules, each of which a test holds:
--
--  1. A suspension that holds stops its calls, whatever else allows them: those of an account or of every account of
--     the operator; all its calls, those abroad, or those to a prefix.
--  2. Of the rules of the account that hold the one of the longest prefix decides, then of the operator's; of the rows
--     of a prefix the one that begins last, and of those that begin together the one that blocks.
--  3. A rule that allows opens a guarded number only by a prefix that was made for it: one that
--     ref.high_risk_destinations lists by that prefix or a longer one; other countries in country code 1, premium,
--     personal and non-geographic numbers by the area code, or with the exchange, where that tells them, as 976. One
--     that is more general is as if it were not there. What is listed is closed by default, at home too.
--  4. Of the limits that hold that of the account with the longest prefix counts, then the operator's: a price per
--     minute above it is refused, and no call lasts longer.

create domain routing.rule_effect as text
    constraint rule_effect_is_known check (value in ('allow', 'block', 'suspend', 'suspend_international'));
comment on domain routing.rule_effect is
    'allow and block: the most specific rule decides; suspend: no call to the prefix, or none at all, whatever else '
    'allows it; suspend_international: none but to ordinary and toll-free numbers of the US and Canada.';

create domain routing.fraud_kind as text
    constraint fraud_kind_is_known check (value in ('velocity', 'short_call_burst', 'first_time_destination'));
comment on domain routing.fraud_kind is
    'velocity: many calls or minutes to one destination; short_call_burst: many short answered ones; '
    'first_time_destination: calls to a country that the account has not reached before.';

create domain routing.fraud_action as text
    constraint fraud_action_is_known
    check (value in ('alert', 'block_prefix', 'suspend_international', 'suspend_account'));
comment on domain routing.fraud_action is
    'alert: an incident is opened and no more; the others also suspend the account''s calls: to the destination, '
    'abroad, or all of them. Emergency calls always pass.';

create domain billing.cap_span as text
    constraint cap_span_is_known check (value in ('hour', 'day'));
comment on domain billing.cap_span is 'hour or day, on the wall clock of the cap''s time zone.';

create table routing.fraud_rules (
    tenant_id     uuid not null,
    id            uuid not null default core.uuid_v7(),
    account_id    uuid,
    name          text not null,
    kind          routing.fraud_kind not null,
    prefix        core.dial_prefix,
    window_s      integer not null default 600,
    min_calls     integer,
    min_minutes   numeric(12, 2),
    max_talk_s    integer,
    min_rate      core.rate,
    lookback_days integer,
    action        routing.fraud_action not null default 'alert',
    action_s      integer,
    severity      audit.severity not null default 'high',
    valid_from    timestamptz not null default now(),
    valid_to      timestamptz,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint fraud_rule_ends_after_it_starts check (valid_to > valid_from),
    constraint fraud_window_is_a_day_at_most check (window_s between 60 and 86400),
    constraint fraud_rule_has_a_threshold
        check (num_nonnulls(min_calls, min_minutes) > 0 and min_calls > 0 and min_minutes > 0),
    constraint short_calls_have_a_longest_talk
        check ((kind = 'short_call_burst') = (max_talk_s is not null) and max_talk_s > 0),
    constraint first_time_has_a_past
        check ((kind = 'first_time_destination') = (lookback_days is not null) and lookback_days between 1 and 730),
    constraint suspension_lasts_above_zero check (action_s > 0)
);
create index fraud_rules_of_account on routing.fraud_rules (tenant_id, account_id, created_at);
create index fraud_rules_by_kind on routing.fraud_rules (tenant_id, kind, created_at);

create table routing.destination_rules (
    tenant_id     uuid not null,
    id            uuid not null default core.uuid_v7(),
    account_id    uuid,
    prefix        core.dial_prefix,
    effect        routing.rule_effect not null,
    reason        text not null default '',
    fraud_rule_id uuid,
    spend_cap_id  uuid,
    valid_from    timestamptz not null default now(),
    valid_to      timestamptz,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint destination_rule_ends_after_it_starts check (valid_to > valid_from),
    constraint suspension_abroad_has_no_prefix check (effect <> 'suspend_international' or prefix is null),
    constraint rule_is_made_by_one_thing_at_most check (num_nonnulls(fraud_rule_id, spend_cap_id) <= 1)
);
create index destination_rules_of_account on routing.destination_rules (tenant_id, account_id, valid_from);
create index destination_rules_of_fraud_rule on routing.destination_rules (tenant_id, fraud_rule_id);
create index destination_rules_of_spend_cap on routing.destination_rules (tenant_id, spend_cap_id);

create table routing.call_limits (
    tenant_id      uuid not null,
    id             uuid not null default core.uuid_v7(),
    account_id     uuid,
    prefix         core.dial_prefix,
    max_rate       core.rate,
    max_duration_s integer,
    valid_from     timestamptz not null default now(),
    valid_to       timestamptz,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint call_limit_ends_after_it_starts check (valid_to > valid_from),
    constraint call_limit_names_a_limit check (num_nonnulls(max_rate, max_duration_s) > 0),
    constraint longest_call_above_zero check (max_duration_s > 0)
);
create index call_limits_of_account on routing.call_limits (tenant_id, account_id, valid_from);

create table billing.spend_caps (
    tenant_id  uuid not null,
    id         uuid not null default core.uuid_v7(),
    account_id uuid,
    prefix     core.dial_prefix,
    span       billing.cap_span not null,
    time_zone  core.time_zone not null default 'UTC',
    amount     core.unsigned_total not null,
    refuses    boolean not null default true,
    action     routing.fraud_action not null default 'alert',
    action_s   integer,
    severity   audit.severity not null default 'high',
    valid_from timestamptz not null default now(),
    valid_to   timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint spend_cap_ends_after_it_starts check (valid_to > valid_from),
    constraint cap_that_blocks_its_prefix_has_one check (action <> 'block_prefix' or prefix is not null),
    constraint suspension_by_cap_lasts_above_zero check (action_s > 0)
);
create index spend_caps_of_account on billing.spend_caps (tenant_id, account_id, valid_from);

create table billing.spend_windows (
    tenant_id    uuid not null,
    id           uuid not null default core.uuid_v7(),
    spend_cap_id uuid not null,
    account_id   uuid not null,
    starts_at    timestamptz not null,
    amount       core.unsigned_total not null default 0,
    refused      bigint not null default 0,
    reached_at   timestamptz,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint span_of_cap_is_counted_once unique (tenant_id, account_id, spend_cap_id, starts_at),
    constraint refused_calls_not_below_zero check (refused >= 0)
) with (fillfactor = 50);  -- counted with each call: room for new versions of its rows
create index spend_windows_of_spend_cap on billing.spend_windows (tenant_id, spend_cap_id, starts_at);
-- The few that somebody is to be told of.
create index spend_windows_reached on billing.spend_windows (tenant_id, reached_at) where reached_at is not null;

alter table billing.holds add column counted_in uuid[];

-- What the house closes besides: personal numbers, and those whose price the called party sets.
insert into ref.high_risk_destinations (prefix, risk, country, source, verified) values
    ('878', 'premium', null, 'House default', false), ('979', 'premium', null, 'House default', false)
    on conflict do nothing;

insert into ref.unaudited_tables (name, reason) values
    ('billing.spend_windows', 'Counted with each hold; what it counts is in the ledger.');
insert into ref.retention_defaults (name, time_column, months, condition, reason) values
    ('billing.spend_windows', 'starts_at', 3, null, 'House choice: spans that are over count nothing any more.');

select core.distribute_pending();

alter table routing.fraud_rules
    add constraint fraud_rule_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table routing.destination_rules
    add constraint destination_rule_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table routing.destination_rules
    add constraint suspension_is_by_fraud_rule foreign key (tenant_id, fraud_rule_id)
        references routing.fraud_rules (tenant_id, id);
alter table routing.call_limits
    add constraint call_limit_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.spend_caps
    add constraint spend_cap_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table routing.destination_rules
    add constraint suspension_is_by_spend_cap foreign key (tenant_id, spend_cap_id)
        references billing.spend_caps (tenant_id, id);
alter table billing.spend_windows
    add constraint span_is_of_spend_cap foreign key (tenant_id, spend_cap_id)
        references billing.spend_caps (tenant_id, id) on delete cascade;
alter table billing.spend_windows
    add constraint span_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);

select core.adopt_tables('tenant', 'routing.fraud_rules', 'routing.destination_rules', 'routing.call_limits',
                         'billing.spend_caps');
select core.adopt_tables('account', 'billing.spend_windows');

-- What decides a call.

create function routing.call_policy(p_tenant uuid, p_account uuid, p_called text, p_at timestamptz default now())
returns table (verdict text, rule_id uuid, limit_id uuid, max_rate numeric, max_duration_s integer)
language sql stable
as $$
    with called as (
        select d.kind in ('geographic', 'toll_free') as is_home, substr(p_called, 2) as digits,
               greatest(case when d.kind in ('premium', 'non_geographic')
                                  and numbers.area_code_use(d.area_code) = 'geographic' then 7
                             when d.kind in ('offshore', 'premium', 'personal', 'non_geographic') then 4
                             else 0 end,
                        (select max(length(h.prefix)) from ref.high_risk_destinations h
                          where starts_with(substr(p_called, 2), h.prefix))) as guard_digits
          from numbers.describe(array[p_called]) d
    ), rules as (
        select r.id, r.effect, r.account_id, length(r.prefix) as digits, r.valid_from,
               case r.effect when 'suspend' then case when r.prefix is null then 0 else 2 end
                             when 'suspend_international' then 1 else 3 end as turn
          from routing.destination_rules r
         cross join called c
         where r.tenant_id = p_tenant and (r.account_id = p_account or r.account_id is null)
           and r.valid_from <= p_at and (r.valid_to > p_at or r.valid_to is null)
           and (r.prefix is null or starts_with(c.digits, r.prefix))
           and case r.effect when 'suspend_international' then not c.is_home
                             when 'allow' then coalesce(length(r.prefix), 0) >= c.guard_digits
                             else true end
    ), decided as (
        select r.id, r.effect, r.turn from rules r
         order by r.turn, r.account_id is null, r.digits desc nulls last, r.valid_from desc, r.effect = 'allow', r.id
         limit 1
    ), limits as (
        select l.id, l.max_rate, l.max_duration_s
          from routing.call_limits l
         cross join called c
         where l.tenant_id = p_tenant and (l.account_id = p_account or l.account_id is null)
           and l.valid_from <= p_at and (l.valid_to > p_at or l.valid_to is null)
           and (l.prefix is null or starts_with(c.digits, l.prefix))
         order by l.account_id is null, length(l.prefix) desc nulls last, l.valid_from desc, l.id
         limit 1
    )
    select case when d.turn = 0 then 'calling_suspended'
                when d.turn = 1 then 'international_suspended'
                when d.turn = 2 then 'destination_suspended'
                when d.effect = 'allow' or d.id is null and c.is_home and c.guard_digits = 0 then 'allowed'
                else 'destination_not_allowed' end,
           d.id, l.id, l.max_rate, l.max_duration_s
      from called c
      left join decided d on true
      left join limits l on true
$$;
comment on function routing.call_policy(uuid, uuid, text, timestamptz) is
    'Whether an account may call a number (E.164), as the router decides it: allowed, or the reason of the refusal, '
    'with the rule that decided (none: the default, US and Canada), and the highest price per minute and longest call.';

-- What an account may spend. Whatever counts or is counted is done under the lock of the account's balance: of accounts
-- with a cap post_calls and release_hold take it first and not last. So what is left of a cap is known exactly.

create or replace function billing.are_capped(p_tenant uuid, p_accounts uuid[]) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from billing.spend_caps c
                    where c.tenant_id = p_tenant and (c.account_id = any (p_accounts) or c.account_id is null));
end $$;
comment on function billing.are_capped(uuid, uuid[]) is
    'Internal: whether a spend cap holds for any of these accounts, held, or will.';

create function billing.open_spend_windows(p_tenant uuid, p_accounts uuid[], p_at timestamptz)
returns table (window_id uuid, account_id uuid, prefix text, cap numeric, used numeric, refuses boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_cap record;
    v_id  uuid;
begin
    for v_cap in   -- of the caps of a span and prefix the account's own before the operator's, then the latest
        select caps.*, w.id as window_id, w.amount as used
          from (select distinct on (a.id, c.span, c.prefix) a.id as account_id, c.id, c.prefix, c.amount, c.refuses,
                       date_trunc(c.span, p_at, c.time_zone) as starts_at
                  from (select distinct unnest(p_accounts) as id) a
                  join billing.spend_caps c on c.tenant_id = p_tenant and (c.account_id = a.id or c.account_id is null)
                 where c.valid_from <= p_at and (c.valid_to > p_at or c.valid_to is null)
                   and exists (select from billing.account_balance b
                                where b.tenant_id = p_tenant and b.account_id = a.id)
                 order by a.id, c.span, c.prefix, c.account_id nulls last, c.valid_from desc, c.id) caps
          left join billing.spend_windows w
            on w.tenant_id = p_tenant and w.account_id = caps.account_id and w.spend_cap_id = caps.id
           and w.starts_at = caps.starts_at
         order by caps.account_id
    loop
        if v_cap.window_id is null then
            -- The cap may be younger than its span: what was spent in it counts, and what is held.
            v_id := core.uuid_v7();
            with counted as (
                select h.id, h.state,
                       case when h.state = 'open' then h.amount
                            when h.charge_id is null then coalesce(l.counter, 0)
                            when h.state = 'settled' then least(l.counter, h.amount) else 0 end as amount
                  from billing.holds h
                  left join billing.ledger l
                    on l.tenant_id = p_tenant and l.source = case when h.charge_id is null then 'cdr' else 'charge' end
                   and l.source_id = coalesce(h.charge_id, h.cdr_id)
                 where h.tenant_id = p_tenant and h.account_id = v_cap.account_id and h.created_at >= v_cap.starts_at
                   and h.state <> 'released'
                   and (v_cap.prefix is null
                        or exists (select from routing.routing_requests r
                                    where r.tenant_id = p_tenant and r.id = h.id and r.direction = 'outbound'
                                      and starts_with(r.to_number, '+' || v_cap.prefix)))
            ), joined as (
                update billing.holds h
                   set counted_in = h.counted_in || v_id
                  from counted c
                 where h.tenant_id = p_tenant and h.id = c.id and c.state = 'open'
            )
            insert into billing.spend_windows (tenant_id, id, spend_cap_id, account_id, starts_at, amount)
            select p_tenant, v_id, v_cap.id, v_cap.account_id, v_cap.starts_at, coalesce(sum(c.amount), 0)
              from counted c
            returning amount into v_cap.used;
            v_cap.window_id := v_id;
        end if;
        window_id := v_cap.window_id;
        account_id := v_cap.account_id;
        prefix := v_cap.prefix;
        cap := v_cap.amount;
        used := v_cap.used;
        refuses := v_cap.refuses;
        return next;
    end loop;
end $$;
comment on function billing.open_spend_windows(uuid, uuid[], timestamptz) is
    'Internal: the spans of the caps that hold for accounts, with what is spent and held in them; those that nobody '
    'has counted in yet are opened. The caller has locked the balances.';

-- The resellers are looked at first: most operators have few or none.
create function billing.below_empty_resellers(p_tenant uuid, p_accounts uuid[]) returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(distinct h.descendant_account_id), '{}')
      from accounts.accounts r
     cross join lateral (select from billing.account_balance b
                          where b.tenant_id = p_tenant and b.account_id = r.id
                            and b.available + b.credit_limit <= 0 offset 0) b
     cross join lateral (select from billing.account_rate_plan p
                          where p.tenant_id = p_tenant and p.account_id = r.id and p.valid_from <= now()
                            and (p.valid_to > now() or p.valid_to is null) limit 1) p
     cross join lateral (select h.descendant_account_id
                           from accounts.account_hierarchy h
                          where h.tenant_id = p_tenant and h.ancestor_account_id = r.id and h.depth > 0
                            and h.descendant_account_id = any (p_accounts) offset 0) h
     where r.tenant_id = p_tenant and r.kind = 'reseller'
$$;
comment on function billing.below_empty_resellers(uuid, uuid[]) is
    'Internal: which of these accounts are below a reseller that has a plan, so that it is charged for their calls, '
    'and nothing left to pay with down to its credit limit.';

create function billing.hold_calls(p_tenant uuid, p_accounts uuid[], p_routing_ids uuid[], p_wanted numeric[],
                                   p_minimum numeric[], p_called text[])
returns table (routing_id uuid, amount numeric, refusal text)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_call     record;
    v_windows  uuid[];
    v_owners   uuid[];
    v_prefixes text[];
    v_left     numeric[];
    v_refuses  boolean[];
    v_refused  integer[];
    v_first    integer := 1;
    v_window   integer;
    v_hits     integer[];
    v_grant    numeric;
    v_asked    uuid[];
    v_payers   uuid[];
    v_amounts  numeric[];
    v_minimum  numeric[];
    v_counted  text[];
    v_below    uuid[];
begin
    if cardinality(p_accounts) is distinct from cardinality(p_routing_ids)
        or cardinality(p_wanted) is distinct from cardinality(p_routing_ids)
        or cardinality(p_minimum) is distinct from cardinality(p_routing_ids)
        or cardinality(p_called) is distinct from cardinality(p_routing_ids) then
        raise exception 'hold_calls wants lists of one length' using errcode = 'invalid_parameter_value';
    end if;
    -- A call that holds neither money nor seconds costs nobody anything, and one that has its hold keeps it.
    v_below := billing.below_empty_resellers(p_tenant, p_accounts);
    if v_below <> '{}' then
        v_asked := array(select c.routing_id
                           from unnest(p_accounts, p_routing_ids, p_wanted) as c (account_id, routing_id, wanted)
                          where c.account_id = any (v_below)
                            and (round(c.wanted, 8) > 0
                                 or exists (select from billing.bundle_holds b
                                             where b.tenant_id = p_tenant and b.id = c.routing_id))
                            and (select h.id from billing.holds h
                                  where h.tenant_id = p_tenant and h.id = c.routing_id) is null);
        return query select r.id, null::numeric, 'no_balance_above' from unnest(v_asked) as r (id);
        select coalesce(array_agg(c.account_id order by c.turn), '{}'),
               coalesce(array_agg(c.routing_id order by c.turn), '{}'),
               coalesce(array_agg(c.wanted order by c.turn), '{}'),
               coalesce(array_agg(c.minimum order by c.turn), '{}'),
               coalesce(array_agg(c.called order by c.turn), '{}')
          into p_accounts, p_routing_ids, p_wanted, p_minimum, p_called
          from unnest(p_accounts, p_routing_ids, p_wanted, p_minimum, p_called)
               with ordinality as c (account_id, routing_id, wanted, minimum, called, turn)
         where c.routing_id <> all (v_asked);
        v_asked := null;
    end if;
    -- Most accounts have no cap: one look tells it of all calls.
    if not exists (select from billing.spend_caps c
                    where c.tenant_id = p_tenant and (c.account_id = any (p_accounts) or c.account_id is null)
                      and (c.valid_to > now() or c.valid_to is null)) then
        return query
        select h.routing_id, h.amount, case when h.amount is null then 'no_balance' end
          from billing.place_holds(p_tenant, p_accounts, p_routing_ids, p_wanted, p_minimum) h;
        return;
    end if;

    perform from billing.lock_balances(p_tenant, p_accounts);
    select array_agg(w.window_id order by w.account_id, w.window_id),
           array_agg(w.account_id order by w.account_id, w.window_id),
           array_agg(w.prefix order by w.account_id, w.window_id),
           array_agg(w.cap - w.used order by w.account_id, w.window_id),
           array_agg(w.refuses order by w.account_id, w.window_id), array_agg(0)
      into v_windows, v_owners, v_prefixes, v_left, v_refuses, v_refused
      from billing.open_spend_windows(p_tenant, p_accounts, clock_timestamp()) w;

    -- Call by call, in the order that place_holds takes them in: what one call takes the next one finds gone.
    for v_call in
        select c.account_id, c.routing_id, round(c.wanted, 8) as wanted, c.minimum, c.called,
               h.id is null and c.wanted > 0 and c.wanted <= 9999999999 and c.minimum >= 0 as is_counted
          from unnest(p_accounts, p_routing_ids, p_wanted, p_minimum, p_called)
               with ordinality as c (account_id, routing_id, wanted, minimum, called, turn)
          left join billing.holds h on h.tenant_id = p_tenant and h.id = c.routing_id
         order by c.account_id, c.turn
    loop
        v_hits := '{}';
        v_grant := v_call.wanted;
        while v_owners[v_first] < v_call.account_id loop
            v_first := v_first + 1;
        end loop;
        v_window := v_first;
        while v_call.is_counted and v_owners[v_window] = v_call.account_id loop
            if v_prefixes[v_window] is null or starts_with(v_call.called, '+' || v_prefixes[v_window]) then
                v_hits := v_hits || v_window;
                if v_refuses[v_window] then
                    v_grant := least(v_grant, v_left[v_window]);
                end if;
            end if;
            v_window := v_window + 1;
        end loop;
        if v_grant < v_call.wanted and (v_grant <= 0 or v_grant < v_call.minimum) then
            foreach v_window in array v_hits loop
                if v_refuses[v_window] and (v_left[v_window] <= 0 or v_left[v_window] < v_call.minimum) then
                    v_refused[v_window] := v_refused[v_window] + 1;
                end if;
            end loop;
            routing_id := v_call.routing_id;
            amount := null;
            refusal := 'spend_cap';
            return next;
            continue;
        end if;
        foreach v_window in array v_hits loop
            v_left[v_window] := v_left[v_window] - v_grant;
        end loop;
        v_asked := v_asked || v_call.routing_id;
        v_payers := v_payers || v_call.account_id;
        v_amounts := v_amounts || v_grant;
        v_minimum := v_minimum || v_call.minimum;
        v_counted := v_counted || array(select v_windows[hit] from unnest(v_hits) hit)::text;
    end loop;

    if v_asked is not null then
        select array_agg(h.routing_id), array_agg(h.amount), array_agg(a.counted)
          into v_asked, v_amounts, v_counted
          from billing.place_holds(p_tenant, v_payers, v_asked, v_amounts, v_minimum) h
          join unnest(v_asked, v_counted) as a (routing_id, counted) using (routing_id);
        update billing.holds h
           set counted_in = g.counted::uuid[]
          from unnest(v_asked, v_amounts, v_counted) as g (id, amount, counted)
         where h.tenant_id = p_tenant and h.id = g.id and g.amount > 0 and g.counted <> '{}';
        return query
        select g.id, g.amount, case when g.amount is null then 'no_balance' end
          from unnest(v_asked, v_amounts) as g (id, amount);
    end if;
    update billing.spend_windows w
       set amount = w.amount + t.amount,
           refused = w.refused + t.refused,
           reached_at = case when t.refused > 0 then clock_timestamp()
                             when w.reached_at is null and w.amount + t.amount >= c.amount then clock_timestamp()
                             else w.reached_at end
      from (select each.id, sum(each.amount) as amount, sum(each.refused) as refused
              from (select u.id, g.amount, 0 as refused
                      from unnest(v_amounts, v_counted) as g (amount, counted)
                     cross join unnest(g.counted::uuid[]) as u (id)
                     where g.amount > 0
                     union all
                    select r.id, 0, r.refused from unnest(v_windows, v_refused) as r (id, refused)) each
             group by each.id) t
      join billing.spend_caps c on c.tenant_id = p_tenant
     where w.tenant_id = p_tenant and w.id = t.id and c.id = w.spend_cap_id and (t.amount > 0 or t.refused > 0);
end $$;
comment on function billing.hold_calls(uuid, uuid[], uuid[], numeric[], numeric[], text[]) is
    'billing.place_holds() within the spend caps of the accounts: a call holds no more than its caps leave, and none '
    'when that is below the minimum, nor when a reseller above its account has nothing left for what it is charged. '
    'The called numbers are in E.164; a call without one counts in caps of all calls alone. Returns for each routing '
    'id the amount held, or NULL and why: spend_cap, no_balance or no_balance_above.';
grant execute on function billing.hold_calls(uuid, uuid[], uuid[], numeric[], numeric[], text[]) to heddle_engine;

create function routing.note_hold(p_tenant uuid, p_requested_at timestamptz, p_id uuid, p_amount numeric,
                                  p_refusal text)
returns text
language plpgsql
as $$
begin
    update routing.routing_requests r
       set hold_amount = nullif(p_amount, 0),
           code = case when p_amount is not null then r.code when p_refusal = 'spend_cap' then 403 else 402 end,
           reason = coalesce(p_refusal, ''),
           state = case when p_amount is null then 'refused' else 'open' end,
           finished_at = case when p_amount is null then now() end,
           max_duration_s = case when p_amount is not null then r.max_duration_s end
     where r.tenant_id = p_tenant and r.requested_at = p_requested_at and r.id = p_id;
    if not found then
        raise exception 'no such routing request' using errcode = 'no_data_found';
    end if;
    return coalesce(p_refusal, '');
end $$;
comment on function routing.note_hold(uuid, timestamptz, uuid, numeric, text) is
    'Writes on an open routing request what was held for it where that is not what was wanted: less, or nothing (NULL) '
    'for the reason given, and then it is refused with 402, or 403 at a spend cap. Returns the reason.';
grant execute on function routing.note_hold(uuid, timestamptz, uuid, numeric, text) to heddle_engine;

create function billing.settle_spend() returns trigger
language plpgsql
as $$
declare
    v_price numeric := 0;
begin
    if new.state <> 'released' then
        select coalesce(sum(l.counter), 0) into v_price
          from billing.ledger l
         where l.tenant_id = new.tenant_id and l.source = case when new.charge_id is null then 'cdr' else 'charge' end
           and l.source_id = coalesce(new.charge_id, new.cdr_id);
        -- All that is charged is held first, by two holds where it is more than was held: each counts its part.
        if new.charge_id is not null then
            v_price := case new.state when 'settled' then least(v_price, new.amount) else 0 end;
        end if;
    end if;
    update billing.spend_windows w
       set amount = w.amount + v_price - case old.state when 'open' then new.amount else 0 end
     where w.tenant_id = new.tenant_id and w.id = any (new.counted_in);
    return null;
end $$;
comment on function billing.settle_spend() is
    'Trigger: when a hold ends, the caps that counted it count what it paid instead, or nothing.';

-- A trigger, so that no way of ending a hold forgets it. It runs after the statement, whose postings it sees.
create trigger holds_settle_spend after update of state on billing.holds
    for each row when (new.counted_in is not null and old.state <> new.state)
    execute function billing.settle_spend();

-- What looks like fraud.

create function routing.find_fraud(p_tenant uuid, p_at timestamptz default now())
returns table (fraud_rule_id uuid, spend_cap_id uuid, account_id uuid, prefix text, name text, action text,
               action_s integer, severity text, dedup_key text, calls bigint, minutes numeric, amount numeric,
               currency text, newest_at timestamptz)
language sql stable
as $$
    -- No window is longer than a day, which names the months to look into.
    with told as (      -- what was reported before counts no more, whatever became of the report
        select i.account_id, i.dedup_key, max(i.last_seen_at) as at
          from audit.security_incidents i
         where i.tenant_id = p_tenant and i.kind = 'toll_fraud' and i.last_seen_at > p_at - interval '3 days'
         group by i.account_id, i.dedup_key
    ), calls as (
        select f.id as rule_id, r.account_id, cdr.destination_prefix(r.to_number) as prefix, r.requested_at,
               coalesce(e.talk_ms / 60000.0, case when r.state = 'open' then
                   extract(epoch from p_at - r.requested_at) / 60 end, 0) as minutes,
               coalesce(e.sell_amount, r.hold_amount, 0) as amount
          from routing.fraud_rules f
          join routing.routing_requests r
            on r.tenant_id = p_tenant and r.requested_at > p_at - make_interval(secs => f.window_s)
           and r.requested_at > p_at - interval '1 day' and r.requested_at <= p_at
           and r.direction = 'outbound' and r.state <> 'refused'
           and r.account_id is not null and (f.account_id is null or r.account_id = f.account_id)
           and (f.prefix is null or starts_with(r.to_number, '+' || f.prefix))
          left join billing.voice_rates v on v.tenant_id = p_tenant and v.id = r.sell_rate_id
          left join cdr.enriched_cdr e
            on e.tenant_id = p_tenant and e.started_at = r.requested_at and e.id = r.cdr_id
           and e.started_at > p_at - interval '1 day'
         where f.tenant_id = p_tenant and f.valid_from <= p_at and (f.valid_to > p_at or f.valid_to is null)
           and r.to_number is not null
           and (f.min_rate is null
                or greatest(v.rate, v.rate_interstate, v.rate_intrastate, v.rate_indeterminate) >= f.min_rate)
           and (f.max_talk_s is null or e.disposition = 'answered' and e.talk_ms <= f.max_talk_s * 1000)
    ), counted as (
        select f.*, c.account_id as caller_id, c.prefix as called, 'fraud_rule:' || f.id || ':' || c.account_id || ':'
               || c.prefix as key, count(*) as calls, sum(c.minutes) as minutes, sum(c.amount) as amount,
               max(c.requested_at) as newest_at
          from calls c
          join routing.fraud_rules f on f.tenant_id = p_tenant and f.id = c.rule_id
          left join told t on t.account_id = c.account_id
               and t.dedup_key = 'fraud_rule:' || c.rule_id || ':' || c.account_id || ':' || c.prefix
         where t.at is null or c.requested_at > t.at
         group by f.tenant_id, f.id, c.account_id, c.prefix
    )
    select c.id, null::uuid, c.caller_id, c.called, c.name, c.action, c.action_s, c.severity, c.key, c.calls,
           round(c.minutes, 2), c.amount, a.currency, c.newest_at
      from counted c
      join accounts.accounts a on a.tenant_id = p_tenant and a.id = c.caller_id
     where (c.calls >= c.min_calls or c.minutes >= c.min_minutes)
       and (c.kind <> 'first_time_destination' or not exists (
               -- Days that are over, and the full hours of the day before the window: the calls in it do not count.
               select from cdr.destinations() d
                 join cdr.daily_summary s
                   on s.tenant_id = p_tenant and s.account_id = c.caller_id and s.prefix = d.calling_code
                  and s.country = d.country and s.answered > 0
                  and s.day >= (p_at at time zone 'UTC')::date - c.lookback_days
                  and s.day < ((p_at - make_interval(secs => c.window_s)) at time zone 'UTC')::date
                where d.prefix = c.called
                union all
               select from cdr.destinations() d
                 join cdr.hourly_summary s
                   on s.tenant_id = p_tenant and s.account_id = c.caller_id and s.prefix = d.calling_code
                  and s.country = d.country and s.answered > 0
                  and s.bucket_at >= date_trunc('day', p_at - make_interval(secs => c.window_s), 'UTC')
                  and s.bucket_at < date_trunc('hour', p_at - make_interval(secs => c.window_s), 'UTC')
                where d.prefix = c.called))
     union all
    select null, k.id, w.account_id, k.prefix::text, 'spend of a ' || k.span, k.action, k.action_s, k.severity,
           'spend_cap:' || k.id || ':' || w.account_id, w.refused, null, w.amount, a.currency, w.reached_at
      from billing.spend_windows w
      join billing.spend_caps k on k.tenant_id = p_tenant and k.id = w.spend_cap_id
      join accounts.accounts a on a.tenant_id = p_tenant and a.id = w.account_id
      left join told t on t.account_id = w.account_id and t.dedup_key = 'spend_cap:' || k.id || ':' || w.account_id
     where w.tenant_id = p_tenant and w.reached_at > p_at - interval '2 days' and w.reached_at <= p_at
       and (t.at is null or w.reached_at > t.at)
$$;
comment on function routing.find_fraud(uuid, timestamptz) is
    'What the fraud rules and spend caps of an operator have to say of the last calls, an account and destination '
    'each: what has not been reported yet, with how many calls and minutes, and the money in them. It changes nothing.';

create function routing.watch_calls(p_tenant uuid, p_at timestamptz default now())
returns table (account_id uuid, name text, action text, prefix text, incident_id uuid, is_new boolean)
language plpgsql
as $$
#variable_conflict use_column
declare
    v_found   record;
    v_effect  text;
    v_prefix  text;
    v_changed boolean := false;
begin
    -- One at a time: the second would report what the first has not committed yet.
    if not pg_try_advisory_xact_lock(hashtextextended('routing.watch_calls ' || p_tenant, 0)) then
        return;
    end if;
    for v_found in select * from routing.find_fraud(p_tenant, p_at) f order by f.account_id, f.dedup_key loop
        v_effect := case v_found.action when 'suspend_international' then 'suspend_international' else 'suspend' end;
        v_prefix := case v_found.action when 'block_prefix' then v_found.prefix end;
        if v_found.action <> 'alert' and not exists (
               select from routing.destination_rules r
                where r.tenant_id = p_tenant and r.account_id = v_found.account_id and r.effect = v_effect
                  and r.prefix is not distinct from v_prefix
                  and r.valid_from <= p_at and (r.valid_to > p_at or r.valid_to is null)) then
            insert into routing.destination_rules (tenant_id, account_id, prefix, effect, reason, fraud_rule_id,
                                                   spend_cap_id, valid_from, valid_to)
            values (p_tenant, v_found.account_id, v_prefix, v_effect, v_found.name, v_found.fraud_rule_id,
                    v_found.spend_cap_id, p_at, p_at + make_interval(secs => v_found.action_s));
            v_changed := true;
        end if;
        account_id := v_found.account_id;
        name := v_found.name;
        action := v_found.action;
        prefix := v_found.prefix;
        select i.incident_id, i.is_new into incident_id, is_new
          from audit.report_incident(
                   p_tenant, 'toll_fraud', v_found.severity, v_found.dedup_key,
                   v_found.name || coalesce(': calls to ' || v_found.prefix, ''), v_found.account_id, null,
                   v_found.amount, v_found.currency,
                   jsonb_build_object('action', v_found.action, 'prefix', v_found.prefix, 'calls', v_found.calls,
                                      'minutes', v_found.minutes)) i;
        return next;
    end loop;
    if v_changed then
        perform core.bump_snapshot('routing');
    end if;
end $$;
comment on function routing.watch_calls(uuid, timestamptz) is
    'Carries out what routing.find_fraud() finds: suspends calls as the rule or cap says, for as long as it says, '
    'tells the routers, and reports an incident. Once for the same calls, however often it is called.';

grant execute on function routing.call_policy(uuid, uuid, text, timestamptz)
    to heddle_app, heddle_engine, heddle_report;
grant execute on function routing.find_fraud(uuid, timestamptz), routing.watch_calls(uuid, timestamptz)
    to heddle_engine;

grant select, insert, update, delete
    on routing.fraud_rules, routing.destination_rules, routing.call_limits, billing.spend_caps to heddle_app;
grant select on routing.fraud_rules, routing.call_limits, billing.spend_caps to heddle_engine, heddle_report;
grant select, insert on routing.destination_rules to heddle_engine;
grant select on routing.destination_rules to heddle_report;
grant select on billing.spend_windows to heddle_app, heddle_engine, heddle_report;

comment on column billing.holds.counted_in is 'The spans of spend caps (billing.spend_windows) that count it.';

comment on table routing.destination_rules is
    'Where accounts may call, and where not. Without any, ordinary and toll-free numbers of the US and Canada alone.';
comment on column routing.destination_rules.account_id is 'The account; NULL is every account of the operator.';
comment on column routing.destination_rules.prefix is 'Leading digits of the called number; NULL is every number.';
comment on column routing.destination_rules.effect is 'allow, block, suspend or suspend_international.';
comment on column routing.destination_rules.reason is 'Why, for people.';
comment on column routing.destination_rules.fraud_rule_id is 'The fraud rule that made it; NULL for people.';
comment on column routing.destination_rules.spend_cap_id is 'The spend cap that made it; NULL for people.';
comment on column routing.destination_rules.valid_from is 'First instant that it holds.';
comment on column routing.destination_rules.valid_to is 'First instant that it no longer holds; NULL is open.';

comment on table routing.call_limits is 'What a single call may cost a minute, and how long it may last.';
comment on column routing.call_limits.account_id is 'The account; NULL is every account of the operator.';
comment on column routing.call_limits.prefix is 'Leading digits of the called number; NULL is every number.';
comment on column routing.call_limits.max_rate is
    'Highest selling price per minute, in the currency of the rate plan; a call that costs more is refused.';
comment on column routing.call_limits.max_duration_s is 'Longest talk; the trunk''s own limit holds too.';
comment on column routing.call_limits.valid_from is 'First instant that it holds.';
comment on column routing.call_limits.valid_to is 'First instant that it no longer holds; NULL is open.';

comment on table routing.fraud_rules is
    'What looks like fraud, and what is done about it. Calls are counted by account and by the country code of the '
    'called number (in country code 1 the area code), over the last window_s; what was reported once counts no more.';
comment on column routing.fraud_rules.account_id is
    'The account; NULL is every account of the operator, each by itself.';
comment on column routing.fraud_rules.name is 'What it is called, for people: it is the summary of incidents.';
comment on column routing.fraud_rules.kind is 'velocity, short_call_burst or first_time_destination.';
comment on column routing.fraud_rules.prefix is 'Only calls to numbers that begin so; NULL is all.';
comment on column routing.fraud_rules.window_s is 'How far it looks back.';
comment on column routing.fraud_rules.min_calls is 'So many calls are too many.';
comment on column routing.fraud_rules.min_minutes is
    'So many minutes are too many, those of calls in progress included.';
comment on column routing.fraud_rules.max_talk_s is 'Of a burst of short calls: the longest talk of one.';
comment on column routing.fraud_rules.min_rate is 'Only calls that are sold for so much a minute; NULL is all.';
comment on column routing.fraud_rules.lookback_days is
    'Of first-time destinations: the country is new when no call was answered there for so long.';
comment on column routing.fraud_rules.action is 'alert, block_prefix, suspend_international or suspend_account.';
comment on column routing.fraud_rules.action_s is 'How long a suspension lasts; NULL until somebody ends it.';
comment on column routing.fraud_rules.severity is 'Severity of the incident.';
comment on column routing.fraud_rules.valid_from is 'First instant that it holds.';
comment on column routing.fraud_rules.valid_to is 'First instant that it no longer holds; NULL is open.';

comment on table billing.spend_caps is
    'The most that an account may spend on calls in an hour or a day, what calls in progress hold included. A call '
    'counts where it begins. Of the caps of a span and prefix the account''s own counts, else the operator''s for each '
    'account.';
comment on column billing.spend_caps.account_id is
    'The account; NULL is every account of the operator, each by itself.';
comment on column billing.spend_caps.prefix is
    'Leading digits of the called number; NULL is every call, those to numbers of the account too.';
comment on column billing.spend_caps.span is 'hour or day.';
comment on column billing.spend_caps.time_zone is 'Time zone that hours and days are of.';
comment on column billing.spend_caps.amount is 'The most, in the currency of the account.';
comment on column billing.spend_caps.refuses is 'Whether calls beyond it are refused; else it is only told.';
comment on column billing.spend_caps.action is
    'What is done besides when it is reached: alert, block_prefix, suspend_international or suspend_account.';
comment on column billing.spend_caps.action_s is 'How long a suspension lasts; NULL until somebody ends it.';
comment on column billing.spend_caps.severity is 'Severity of the incident.';
comment on column billing.spend_caps.valid_from is 'First instant that it holds.';
comment on column billing.spend_caps.valid_to is 'First instant that it no longer holds; NULL is open.';

comment on table billing.spend_windows is 'What is spent and held of each cap, by account and hour or day.';
comment on column billing.spend_windows.spend_cap_id is 'The cap.';
comment on column billing.spend_windows.starts_at is 'When the hour or day began.';
comment on column billing.spend_windows.amount is
    'The price of calls that began in it, and what calls in progress hold.';
comment on column billing.spend_windows.refused is 'Calls that were refused because of it.';
comment on column billing.spend_windows.reached_at is 'When it was reached, or refused a call last.';
