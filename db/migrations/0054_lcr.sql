-- Least-cost routing in SQL: the same answers as the router in memory, for explaining, for rating again and
-- for what-if. The router's rules, each of which a test holds:
--
--  1. The tenant and the account are active, the called number keeps to its plan and its area code belongs to
--     somebody. A caller whose number does not keep to its plan has none.
--  2. The plan is the account's at that instant, the one that began last. Its outbound row of the longest prefix
--     in effect sells the call; a blocked row, or a prefix below an area code where the number needs one of its
--     own (rule 6), sells nothing, and then there is no route at all.
--  3. Of the decks of a carrier trunk, its own and those it shares, the row with the longest prefix that is in
--     effect decides: that is what the carrier bills by. A prefix whose rows have all ended or not begun does
--     not exist; of the rows of a prefix in effect the one that began last counts. What else is wrong with the
--     row never makes room for a shorter prefix. Two decks with the same prefix: the lower deck id. (The router
--     forgets rows when they end, so of a deck with nothing else for the number it says no_prefix and not
--     out_of_date.)
--  4. A deck in another currency than the plan's is not compared (other_currency).
--  5. A blocked row blocks; a longer one that is not blocked opens a part again.
--  6. Numbers of other countries in country code 1, premium, personal and non-geographic ones are never bought
--     or sold by a prefix shorter than four digits (prefix_too_short).
--  7. The price is that of the jurisdiction: interstate and toll-free calls take rate_interstate, else rate;
--     international ones rate, else rate_interstate; intrastate rate_intrastate, else rate, else the interstate
--     price; local rate_local, else intrastate; indeterminate what the policy of the deck (or plan) says: own is
--     rate_indeterminate, else the higher of interstate and intrastate.
--  8. Carriers are compared by what a call of the plan's expected length costs: connect fee, initial and next
--     increments, rounded once to eight decimals, halves away from zero.
--  9. What a call brings less what it costs is at least the margin floor: the higher of an amount per minute of
--     the expected length and a share of the selling price, each rounded as above; unless the account allows
--     losses.
-- 10. Order: cost, then the lower priority, then the greater weight, then the emergency rank and id. Eight are
--     taken.
-- 11. A number that is ported is served elsewhere: its routing number (LRN) takes its place where decks are looked
--     up, because carriers bill by it, and in the jurisdiction. The plan sells, and rule 6 judges, the number
--     dialled. (The router asks nobody yet, and so has no routing number.)
--
-- Without an account the carriers are compared alone: for three minutes, in the tenant's currency, without a margin.

create domain routing.line_type as text
    constraint line_type_is_known check (value in ('landline', 'mobile', 'voip', 'toll_free', 'paging', 'other'));
comment on domain routing.line_type is 'What kind of telephone a number rings, as the service that was asked says.';

-- What was asked of a number, by one operator: it paid for the answer, its contract rarely lets it share it, and whom
-- its customers call is nobody else's to see. So it is no reference data, though it is a fact about a number.
create table routing.lrn_dips (
    tenant_id           uuid not null,
    number              core.e164 not null,
    is_ported           boolean,
    lrn                 core.e164,
    spid                text,
    alt_spid            text,
    ocn                 text,
    lata                text,
    rate_centre         text,
    city                text,
    state               text,
    line_type           routing.line_type,
    ported_on           date,
    service_provider_id uuid,
    queried_at          timestamptz not null default now(),
    expires_at          timestamptz not null,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, number),
    constraint ported_number_has_lrn check ((is_ported is true) = (lrn is not null)),
    constraint dip_is_of_a_north_american_number
        check (number::text ~ '^\+1[2-9][0-9]{9}$' and lrn::text ~ '^\+1[2-9][0-9]{9}$'),
    constraint dip_spids_are_four_characters check (spid ~ '^[0-9A-Z]{4}$' and alt_spid ~ '^[0-9A-Z]{4}$'),
    constraint dip_ocn_is_four_characters check (ocn ~ '^[0-9A-Z]{4}$'),
    constraint dip_lata_is_digits check (lata ~ '^[0-9]{3,5}$'),
    constraint dip_ends_after_it_was_made check (expires_at > queried_at)
);
create index lrn_dips_over on routing.lrn_dips (tenant_id, expires_at);
create index lrn_dips_of_service_provider on routing.lrn_dips (tenant_id, service_provider_id);

select core.distribute_pending();

alter table routing.lrn_dips
    add constraint dip_was_made_by_service_that_is_known foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id);

insert into ref.unaudited_tables (name, reason) values
    ('routing.lrn_dips', 'A cache: what is in it can be asked again.');
insert into ref.retention_defaults (name, time_column, months, condition, reason) values
    ('routing.lrn_dips', 'expires_at', 1, null, 'House choice: a cache, of no use once it is over.');

select core.adopt_tables('tenant', 'routing.lrn_dips');
grant select on routing.lrn_dips to heddle_app, heddle_report;
grant select, insert, update, delete on routing.lrn_dips to heddle_engine;

comment on table routing.lrn_dips is
    'What services said of the porting of numbers, one row a number: a cache, each operator''s own.';
comment on column routing.lrn_dips.number is 'The number that was asked about.';
comment on column routing.lrn_dips.is_ported is 'Whether it is ported; NULL where the service does not know.';
comment on column routing.lrn_dips.lrn is 'Location routing number: the exchange that serves it; NULL unless ported.';
comment on column routing.lrn_dips.spid is 'Service provider that has it.';
comment on column routing.lrn_dips.alt_spid is 'Provider that sells it, where that is another.';
comment on column routing.lrn_dips.ocn is 'Operating company number.';
comment on column routing.lrn_dips.lata is 'Local access and transport area.';
comment on column routing.lrn_dips.rate_centre is 'Rate centre.';
comment on column routing.lrn_dips.city is 'City.';
comment on column routing.lrn_dips.state is 'State or province.';
comment on column routing.lrn_dips.line_type is 'landline, mobile, voip, toll_free, paging or other.';
comment on column routing.lrn_dips.ported_on is 'Day that it was last ported.';
comment on column routing.lrn_dips.service_provider_id is 'The service that was asked.';
comment on column routing.lrn_dips.queried_at is 'When it was asked.';
comment on column routing.lrn_dips.expires_at is 'When the answer is too old: as the contract with the service says.';

create domain routing.territory_policy as text
    constraint territory_policy_is_known check (value in ('indeterminate', 'states', 'international'));
comment on domain routing.territory_policy is
    'How the territories of the US are treated: indeterminate at either end; as states; a call to one as '
    'international.';

create function routing.jurisdiction(p_caller text, p_called text, p_routing_number text default null,
                                     p_territories text default 'indeterminate')
returns table (jurisdiction text, reason text, calling_region text, called_region text)
language sql stable
as $$
    select split_part(decided.both_words, ' ', 1), split_part(decided.both_words, ' ', 2),
           ends.from_country || coalesce('-' || ends.from_state, ''),
           ends.to_country || coalesce('-' || ends.to_state, '')
      from (select case when p_caller ~ '^\+[1-9][0-9]{1,14}$' then p_caller end as caller,
                   numbers.area_code(p_caller) as from_code, numbers.area_code(p_called) as to_code,
                   f.country as from_country, f.region as from_state, t.country as to_country, t.region as to_state,
                   f.country = 'US' and f.region in ('AS', 'GU', 'MP', 'PR', 'VI') as from_territory,
                   t.country = 'US' and t.region in ('AS', 'GU', 'MP', 'PR', 'VI') as to_territory
              from (values (1)) as one (row)
              left join ref.npa f on f.npa = numbers.area_code(p_caller)
              left join ref.npa t on t.npa = numbers.area_code(coalesce(p_routing_number, p_called))) ends
     cross join lateral (select case
         when ends.to_code is null then 'international other_country'
         when numbers.area_code_use(ends.to_code) = 'toll_free' then 'toll_free toll_free_number'
         when ends.to_country is null then 'indeterminate called_state_unknown'
         when ends.to_country not in ('US', 'CA') then 'international offshore_country'
         when ends.to_territory and p_territories = 'indeterminate' then 'indeterminate called_territory'
         when ends.to_territory and p_territories = 'international' then 'international called_territory'
         when ends.caller is null then 'indeterminate caller_missing'
         when ends.from_code is null then 'indeterminate caller_not_north_american'
         when numbers.area_code_use(ends.from_code) = 'toll_free' then 'indeterminate caller_toll_free'
         when ends.from_country is null then 'indeterminate calling_state_unknown'
         when ends.from_country not in ('US', 'CA') then 'indeterminate caller_offshore'
         when ends.from_territory and p_territories <> 'states' then 'indeterminate calling_territory'
         when ends.from_country <> ends.to_country then 'interstate different_states'
         when ends.from_state is null then 'indeterminate calling_state_unknown'
         when ends.to_state is null then 'indeterminate called_state_unknown'
         when ends.from_state = ends.to_state then 'intrastate same_state'
         else 'interstate different_states' end as both_words) decided
$$;
comment on function routing.jurisdiction(text, text, text, text) is
    'How a call is priced, and why, with the two places: the state of the caller against that of the called number, '
    'or of its routing number when it was ported. Intrastate only when both are known and equal.';

create function routing.jurisdiction_rate(p_jurisdiction text, p_policy text, p_rate numeric, p_interstate numeric,
                                          p_intrastate numeric, p_local numeric, p_indeterminate numeric)
returns numeric
language sql immutable parallel safe
as $$
    select case p_jurisdiction
        when 'intrastate' then coalesce(p_intrastate, p_rate, p_interstate, 0)
        when 'local' then coalesce(p_local, p_intrastate, p_rate, p_interstate, 0)
        when 'international' then coalesce(p_rate, p_interstate, 0)
        when 'indeterminate' then case p_policy
            when 'own' then coalesce(p_indeterminate, greatest(coalesce(p_interstate, p_rate, 0),
                                                               coalesce(p_intrastate, p_rate, p_interstate, 0)))
            when 'highest' then greatest(coalesce(p_interstate, p_rate, 0),
                                         coalesce(p_intrastate, p_rate, p_interstate, 0))
            when 'intrastate' then coalesce(p_intrastate, p_rate, p_interstate, 0)
            else coalesce(p_interstate, p_rate, 0) end
        else coalesce(p_interstate, p_rate, 0)
    end
$$;
comment on function routing.jurisdiction_rate(text, text, numeric, numeric, numeric, numeric, numeric) is
    'Of the prices of a row (rate, interstate, intrastate, local, indeterminate) the one that a jurisdiction takes, '
    'with the policy for indeterminate calls.';

create function billing.call_price(p_talk_s integer, p_rate numeric, p_connect_fee numeric, p_initial_s integer,
                                   p_next_s integer) returns numeric
language sql immutable parallel safe
as $$
    select case when p_talk_s <= 0 then 0.00000000 else
        round((p_connect_fee * 60 + p_rate * (p_initial_s
               + (greatest(p_talk_s - p_initial_s, 0) + p_next_s - 1) / p_next_s * p_next_s)) / 60, 8) end
$$;
comment on function billing.call_price(integer, numeric, numeric, integer, integer) is
    'The price of a call of so many whole seconds: connect fee, the initial increment, and every begun next one; '
    'rounded once to eight decimals, halves away from zero. Nothing when it did not talk.';

create function routing.calculate_lcr(p_tenant uuid, p_called text, p_caller text default null,
                                      p_account uuid default null, p_at timestamptz default now(),
                                      p_jurisdiction text default null, p_routing_number text default null)
returns table (rank integer, carrier_trunk_id uuid, carrier text, outcome text, deck_id uuid, rate_id uuid, prefix text,
               jurisdiction text, jurisdiction_reason text, rate numeric, connect_fee numeric,
               initial_increment_s integer, next_increment_s integer, expected_cost numeric, expected_price numeric,
               expected_margin numeric, priority integer, weight integer)
language plpgsql stable
as $$
declare
    v_prefixes     constant text[] :=
        array(select substr(p_called, 2, n) from generate_series(1, length(p_called) - 1) n);
    -- What is no number of the plan is no routing number: it decides nothing.
    v_routing      constant text :=
        case when p_called like '+1%' and numbers.normalise_nanp(p_routing_number) = p_routing_number
             then p_routing_number end;
    v_buy_prefixes constant text[] :=
        array(select substr(coalesce(v_routing, p_called), 2, n)
                from generate_series(1, length(coalesce(v_routing, p_called)) - 1) n);
    v_kind         text;
    v_needs        boolean;
    v_jurisdiction text;
    v_reason       text;
    v_plan         record;
    v_sell         record;
    v_talk_s       integer := 180;
    v_currency     text;
    v_price        numeric;
    v_floor        numeric;
begin
    if (numbers.normalise_nanp(p_called) = p_called) is not true then
        return;
    end if;
    select d.kind into v_kind from numbers.describe(array[p_called]) d;
    if v_kind = 'unassigned' then
        return;
    end if;
    v_needs := v_kind in ('offshore', 'premium', 'personal', 'non_geographic');
    select t.currency into v_currency from core.tenants t where t.id = p_tenant and t.status = 'active';
    if not found then
        return;
    end if;
    select j.jurisdiction, j.reason into v_jurisdiction, v_reason
      from routing.jurisdiction(case when numbers.normalise_nanp(p_caller) = p_caller then p_caller end, p_called,
                                v_routing) j;
    if p_jurisdiction is not null then
        v_jurisdiction := p_jurisdiction::core.jurisdiction;
        v_reason := 'given';
    end if;

    if p_account is not null then
        select p.id, p.currency, p.expected_talk_s, p.margin_floor, p.margin_floor_bp, p.indeterminate_policy,
               a.allows_loss
          into v_plan
          from accounts.accounts a
          join billing.account_rate_plan ap on ap.tenant_id = p_tenant and ap.account_id = a.id
          join billing.rate_plans p on p.tenant_id = p_tenant and p.id = ap.rate_plan_id
         where a.tenant_id = p_tenant and a.id = p_account and a.status = 'active'
           and ap.valid_from <= p_at and (ap.valid_to > p_at or ap.valid_to is null)
         order by ap.valid_from desc
         limit 1;
        if not found then
            return;
        end if;
        select r.* into v_sell
          from billing.voice_rates r
         where r.tenant_id = p_tenant and r.rate_plan_id = v_plan.id and r.direction = 'outbound'
           and r.prefix = any (v_prefixes) and r.valid_from <= p_at and (r.valid_to > p_at or r.valid_to is null)
         order by length(r.prefix) desc, r.valid_from desc
         limit 1;
        if not found or v_sell.blocked or v_needs and length(v_sell.prefix) < 4 then
            return;
        end if;
        v_talk_s := v_plan.expected_talk_s;
        v_currency := v_plan.currency;
        v_price := billing.call_price(v_talk_s,
            routing.jurisdiction_rate(v_jurisdiction, v_plan.indeterminate_policy, v_sell.rate, v_sell.rate_interstate,
                                      v_sell.rate_intrastate, v_sell.rate_local, v_sell.rate_indeterminate),
            v_sell.connect_fee, v_sell.initial_increment_s, v_sell.next_increment_s);
        if not v_plan.allows_loss then
            v_floor := greatest(round(v_plan.margin_floor * v_talk_s / 60, 8),
                                round(v_price * v_plan.margin_floor_bp / 10000, 8));
        end if;
    end if;

    return query
    with decks as (
        select d.id, d.currency, d.indeterminate_policy
          from routing.decks d where d.tenant_id = p_tenant and d.status = 'active'
    ), matches as (     -- each deck's row: in effect before out of date, then the longest prefix, then the latest start
        select distinct on (d.id)
               d.id, d.currency, d.indeterminate_policy, r.id as rate_id, r.prefix, r.rate, r.rate_interstate,
               r.rate_intrastate, r.rate_local, r.rate_indeterminate, r.initial_increment_s, r.next_increment_s,
               r.connect_fee, r.blocked, r.valid_from <= p_at and (r.valid_to > p_at or r.valid_to is null) as in_effect
          from decks d
          join routing.rate_deck r on r.tenant_id = p_tenant and r.deck_id = d.id and r.prefix = any (v_buy_prefixes)
         order by d.id, (r.valid_from <= p_at and (r.valid_to > p_at or r.valid_to is null)) desc,
               length(r.prefix) desc, r.valid_from desc
    ), attached as (
        select d.carrier_trunk_id, d.id as deck_id from routing.decks d where d.tenant_id = p_tenant
         union
        select s.carrier_trunk_id, s.deck_id from routing.carrier_trunk_decks s where s.tenant_id = p_tenant
    ), best as (        -- each trunk's row: of the longest prefix among its decks
        select distinct on (a.carrier_trunk_id) a.carrier_trunk_id, d.id as deck_id, m.currency, m.indeterminate_policy,
               m.rate_id, m.prefix, m.rate, m.rate_interstate, m.rate_intrastate, m.rate_local, m.rate_indeterminate,
               m.initial_increment_s, m.next_increment_s, m.connect_fee, m.blocked, m.in_effect
          from attached a
          join decks d on d.id = a.deck_id
          left join matches m on m.id = d.id
         order by a.carrier_trunk_id, m.in_effect desc nulls last, length(m.prefix) desc nulls last, d.id
    ), priced as (
        select ct.id as trunk_id, c.name || ' / ' || ct.name as carrier_name, ct.priority as trunk_priority,
               ct.weight as trunk_weight, ct.emergency_rank, b.*,
               case
                   when c.status <> 'active' then 'carrier_suspended'
                   when ct.status <> 'active' then 'trunk_suspended'
                   when not ct.carries_outbound then 'not_outbound'
                   when exists (select from routing.account_partitions ap
                                 where ap.tenant_id = p_tenant and ap.account_id = p_account)
                        and not exists (
                            select from routing.account_partitions ap
                              join routing.partition_carrier_trunks pt
                                on pt.tenant_id = p_tenant and pt.partition_id = ap.partition_id
                             where ap.tenant_id = p_tenant and ap.account_id = p_account
                               and pt.carrier_trunk_id = ct.id) then 'other_partition'
                   when b.deck_id is null then 'no_deck'
                   when b.in_effect is null then 'no_prefix'
                   when not b.in_effect then 'out_of_date'
                   when b.currency <> v_currency then 'other_currency'
               end as obstacle,
               routing.jurisdiction_rate(v_jurisdiction, b.indeterminate_policy, b.rate, b.rate_interstate,
                                         b.rate_intrastate, b.rate_local, b.rate_indeterminate) as minute_rate
          from routing.carrier_trunks ct
          join routing.carriers c on c.tenant_id = p_tenant and c.id = ct.carrier_id
          left join best b on b.carrier_trunk_id = ct.id
         where ct.tenant_id = p_tenant
    ), costed as (
        select p.*, case when p.obstacle is null then
                   billing.call_price(v_talk_s, p.minute_rate, p.connect_fee, p.initial_increment_s, p.next_increment_s)
               end as cost
          from priced p
    ), judged as (
        select c.*, coalesce(c.obstacle, case
                   when c.blocked then 'blocked'
                   when v_needs and length(c.prefix) < 4 then 'prefix_too_short'
                   when v_price - c.cost < v_floor then 'margin'
                   else 'chosen' end) as verdict
          from costed c
    ), ranked as (
        select j.*, row_number() over (partition by j.verdict = 'chosen'
                                       order by j.cost, j.trunk_priority, j.trunk_weight desc, j.emergency_rank,
                                             j.trunk_id) as turn
          from judged j
    )
    select case when r.verdict = 'chosen' and r.turn <= 8 then r.turn::integer end, r.trunk_id, r.carrier_name,
           case when r.verdict = 'chosen' and r.turn > 8 then 'beyond_route_limit' else r.verdict end,
           case when r.cost is not null then r.deck_id end, case when r.cost is not null then r.rate_id end,
           case when r.cost is not null then r.prefix::text end, v_jurisdiction, v_reason,
           case when r.cost is not null then r.minute_rate end,
           case when r.cost is not null then r.connect_fee::numeric end,
           case when r.cost is not null then r.initial_increment_s::integer end,
           case when r.cost is not null then r.next_increment_s::integer end,
           r.cost, v_price, v_price - r.cost, r.trunk_priority, r.trunk_weight
      from ranked r
     order by r.verdict <> 'chosen', case when r.verdict = 'chosen' then r.turn end, r.emergency_rank, r.trunk_id;
end $$;
comment on function routing.calculate_lcr(uuid, text, text, uuid, timestamptz, text, text) is
    'Least-cost routing of a call, as the router does it: every carrier trunk of the tenant with what it costs and '
    'why it is taken or left (the outcomes of the router''s explanation), the routes first, in their order (rank). '
    'Number and caller are in E.164, the caller as the far end sees it. No row at all when the router would refuse '
    'the call before it looks at carriers. Without an account there is no selling price and no margin. A jurisdiction '
    'that is given replaces the one of the two numbers. The routing number is that of a ported number.';

grant execute on function routing.jurisdiction(text, text, text, text),
                          routing.jurisdiction_rate(text, text, numeric, numeric, numeric, numeric, numeric),
                          billing.call_price(integer, numeric, numeric, integer, integer),
                          routing.calculate_lcr(uuid, text, text, uuid, timestamptz, text, text)
    to heddle_app, heddle_engine, heddle_report;
