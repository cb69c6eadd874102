-- Least-cost routing in SQL: the same answers as the router in memory, for explaining, for rating again and
-- for what-if. The router's rules, each of which a test holds:
--
--  1. The tenant and the account are active, the called number keeps to its plan and its area code belongs to
--     somebody. A caller whose number does not keep to its plan has none.
--  2. The plan is the account's at that instant, the one that began last. Its outbound row of the longest prefix
--     in effect sells the call; a blocked row, or a prefix below an area code where the number needs one of its
--     own (rule 6), sells nothing, and then there is no route at all.
--  3. Of the decks of a carrier trunk, its own and those it shares, the row with the longest prefix that is in
--     effect decides, of the version that holds: that is what the carrier bills by. A prefix whose rows have all
--     ended or not begun does not exist; of the rows of a prefix in effect the one that began last counts. What
--     else is wrong with the row never makes room for a shorter prefix. Two decks with the same prefix: the lower
--     deck id. (The router forgets rows when they end, so of a deck with nothing else for the number it says
--     no_prefix and not out_of_date.)
--  4. A deck in another currency than the plan's is not compared (other_currency).
--  5. A blocked row blocks; a longer one that is not blocked opens a part again. A disabled row is not there, neither
--     in decks nor in plans.
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
--     taken. A profile (the account's, else the plan's, else the default) changes that: routes within its band of the
--     cheapest count as equal, and its strategy decides among them before the cost does; poor routes go last, or are
--     left out (below_quality). Rules of routing.route_rules come before it all: never (excluded_by_rule), only
--     (not_exclusive for the others), force_first. See there.
-- 11. A number that is ported is served elsewhere: its routing number (LRN) takes its place where decks are looked
--     up, because carriers bill by it, and in the jurisdiction, where the caller's counts as well. The plan sells,
--     and rule 6 judges, the number dialled.
-- 12. Where a number belongs its block says (ref.find_block), and where no block is known the area code.
-- Carrier trunks are also left for their tags (other_tags), for a caller that they do not take (caller_not_accepted),
-- for codecs that they do not take (codec_not_taken),
-- when what was paid in advance is used up (vendor_balance), and while their breaker is open (circuit_open; a tenth of
-- the calls passes while it probes). Quality, breakers and spending are those of now, whatever the instant asked about.
-- A caller who has a number but hides it cannot be told to this function.
-- 13. The account may call the number, and its price per minute is not above the highest one allowed
--     (routing.call_policy): else there is no route.
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
                                     p_territories text default 'indeterminate',
                                     p_caller_routing_number text default null, p_at timestamptz default now())
returns table (jurisdiction text, reason text, calling_region text, called_region text, calling_source text,
               called_source text)
language sql stable
as $$
    select split_part(decided.both_words, ' ', 1), split_part(decided.both_words, ' ', 2),
           ends.from_country || coalesce('-' || ends.from_state, ''),
           ends.to_country || coalesce('-' || ends.to_state, ''), ends.from_source, ends.to_source
      from (select n.*, numbers.area_code(n.caller) as from_code, numbers.area_code(p_called) as to_code,
                   coalesce(fb.country, f.country) as from_country, coalesce(tb.country, t.country) as to_country,
                   case when fb.country is null then f.region else fb.state end as from_state,
                   case when tb.country is null then t.region else tb.state end as to_state,
                   case when fb.country is not null then 'block' when f.country is not null then 'area_code' end
                       as from_source,
                   case when tb.country is not null then 'block' when t.country is not null then 'area_code' end
                       as to_source
              from (select c.caller, coalesce(p_routing_number, p_called) as to_number,
                           case when c.caller is not null then coalesce(p_caller_routing_number, c.caller) end
                               as from_number
                      from (values (case when p_caller ~ '^\+[1-9][0-9]{1,14}$' then p_caller end)) c (caller)) n
              left join ref.npa f on f.npa = numbers.area_code(n.from_number)
              left join ref.npa t on t.npa = numbers.area_code(n.to_number)
              -- A block of the US or Canada that does not say which state tells less than the area code.
              left join lateral ref.find_block(n.from_number, p_at) fb
                on fb.state is not null or fb.country not in ('US', 'CA')
              left join lateral ref.find_block(n.to_number, p_at) tb
                on tb.state is not null or tb.country not in ('US', 'CA')) ends
     cross join lateral (select
               ends.from_country = 'US' and ends.from_state in ('AS', 'GU', 'MP', 'PR', 'VI') as from_territory,
               ends.to_country = 'US' and ends.to_state in ('AS', 'GU', 'MP', 'PR', 'VI') as to_territory) which
     cross join lateral (select case
         when ends.to_code is null then 'international other_country'
         when numbers.area_code_use(ends.to_code) = 'toll_free' then 'toll_free toll_free_number'
         when ends.to_country is null then 'indeterminate called_state_unknown'
         when ends.to_country not in ('US', 'CA') then 'international offshore_country'
         when which.to_territory and p_territories = 'indeterminate' then 'indeterminate called_territory'
         when which.to_territory and p_territories = 'international' then 'international called_territory'
         when ends.caller is null then 'indeterminate caller_missing'
         when ends.from_code is null then 'indeterminate caller_not_north_american'
         when numbers.area_code_use(ends.from_code) = 'toll_free' then 'indeterminate caller_toll_free'
         when ends.from_country is null then 'indeterminate calling_state_unknown'
         when ends.from_country not in ('US', 'CA') then 'indeterminate caller_offshore'
         when which.from_territory and p_territories <> 'states' then 'indeterminate calling_territory'
         when ends.from_country <> ends.to_country then 'interstate different_states'
         when ends.from_state is null then 'indeterminate calling_state_unknown'
         when ends.to_state is null then 'indeterminate called_state_unknown'
         when ends.from_state <> ends.to_state then 'interstate different_states'
         when ends.from_country = 'US' and exists (
                  select from ref.local_calling_areas l
                   where l.npa = substr(ends.from_number, 3, 3) and l.nxx = substr(ends.from_number, 6, 3)
                     and l.to_npa = substr(ends.to_number, 3, 3) and l.to_nxx = substr(ends.to_number, 6, 3)
                     and l.valid_from <= (p_at at time zone 'UTC')::date
                     and (l.valid_to > (p_at at time zone 'UTC')::date or l.valid_to is null))
              then 'local local_calling_area'
         else 'intrastate same_state' end as both_words) decided
$$;
comment on function routing.jurisdiction(text, text, text, text, text, timestamptz) is
    'How a call is priced, and why, with the two places and how each is known (block or area_code): the state of the '
    'caller against that of the called number, each by its routing number where it was ported. Intrastate only when '
    'both are known and equal; local when, within one state of the US, the calling exchange reaches the called one '
    '(ref.local_calling_areas).';

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
                                      p_jurisdiction text default null, p_routing_number text default null,
                                      p_caller_routing_number text default null, p_codecs text[] default null)
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
        case when p_called like '+1%' and p_routing_number like '+1%'
                  and numbers.normalise_nanp(p_routing_number) = p_routing_number
             then p_routing_number end;
    v_buy_prefixes constant text[] :=
        array(select substr(coalesce(v_routing, p_called), 2, n)
                from generate_series(1, length(coalesce(v_routing, p_called)) - 1) n);
    v_kind         text;
    v_needs        boolean;
    v_policy       record;
    v_jurisdiction text;
    v_reason       text;
    v_plan         record;
    v_sell         record;
    v_talk_s       integer := 180;
    v_currency     text;
    v_rate         numeric;
    v_price        numeric;
    v_floor        numeric;
    v_plan_id      uuid;
    v_profile      record;
    v_draw         bigint;
    v_most         integer;
    v_caller       text;
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
    if p_account is not null then
        select p.verdict, p.max_rate into v_policy from routing.call_policy(p_tenant, p_account, p_called, p_at) p;
        if v_policy.verdict <> 'allowed' then
            return;
        end if;
    end if;
    select j.jurisdiction, j.reason into v_jurisdiction, v_reason
      from routing.jurisdiction(
               case when numbers.normalise_nanp(p_caller) = p_caller then p_caller end, p_called, v_routing,
               p_caller_routing_number =>
                   case when p_caller_routing_number like '+1%'
                             and numbers.normalise_nanp(p_caller_routing_number) = p_caller_routing_number
                        then p_caller_routing_number end,
               p_at => p_at) j;
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
         where r.tenant_id = p_tenant and r.rate_plan_id = v_plan.id
           and r.plan_version = routing.sheet_version_at(p_tenant, v_plan.id, p_at) and r.direction = 'outbound'
           and not r.disabled and r.prefix = any (v_prefixes)
           and r.valid_from <= p_at and (r.valid_to > p_at or r.valid_to is null)
         order by length(r.prefix) desc, r.valid_from desc
         limit 1;
        if not found or v_sell.blocked or v_needs and length(v_sell.prefix) < 4 then
            return;
        end if;
        v_plan_id := v_plan.id;
        v_talk_s := v_plan.expected_talk_s;
        v_currency := v_plan.currency;
        v_rate := routing.jurisdiction_rate(v_jurisdiction, v_plan.indeterminate_policy, v_sell.rate,
                                            v_sell.rate_interstate, v_sell.rate_intrastate, v_sell.rate_local,
                                            v_sell.rate_indeterminate);
        if v_rate > v_policy.max_rate then
            return;
        end if;
        v_price := billing.call_price(v_talk_s, v_rate, v_sell.connect_fee, v_sell.initial_increment_s,
                                      v_sell.next_increment_s);
        if not v_plan.allows_loss then
            v_floor := greatest(round(v_plan.margin_floor * v_talk_s / 60, 8),
                                round(v_price * v_plan.margin_floor_bp / 10000, 8));
        end if;
    end if;

    select f.* into v_profile
      from (values (1)) as one (row)
      left join lateral (
           select p.*
             from routing.profiles p
             left join routing.account_profiles a
               on a.tenant_id = p_tenant and a.account_id = p_account and a.profile_id = p.id
             left join routing.rate_plan_profiles r
               on r.tenant_id = p_tenant and r.rate_plan_id = v_plan_id and r.profile_id = p.id
            where p.tenant_id = p_tenant and (a.account_id is not null or r.rate_plan_id is not null or p.is_default)
            order by a.account_id is null, r.rate_plan_id is null
            limit 1) f on true;
    v_draw := routing.call_draw(p_called, p_at);
    v_most := coalesce(v_profile.max_routes, 8);
    v_caller := case when numbers.normalise_nanp(p_caller) = p_caller then p_caller end;

    return query
    with decks as (
        select d.id, d.currency, d.indeterminate_policy, routing.sheet_version_at(p_tenant, d.id, p_at) as version
          from routing.decks d where d.tenant_id = p_tenant and d.status = 'active'
    ), matches as (     -- each deck's row: in effect before out of date, then the longest prefix, then the latest start
        select distinct on (d.id)
               d.id, d.currency, d.indeterminate_policy, r.id as rate_id, r.prefix, r.rate, r.rate_interstate,
               r.rate_intrastate, r.rate_local, r.rate_indeterminate, r.initial_increment_s, r.next_increment_s,
               r.connect_fee, r.blocked, r.valid_from <= p_at and (r.valid_to > p_at or r.valid_to is null) as in_effect
          from decks d
          join routing.rate_deck r on r.tenant_id = p_tenant and r.deck_id = d.id and r.deck_version = d.version
                                  and r.prefix = any (v_buy_prefixes) and not r.disabled
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
    ), rules as (       -- all of never; of only and of force_first the most special ones
        select r.carrier_trunk_id, r.kind,
               rank() over (partition by r.kind
                            order by r.account_id is null, length(r.prefix) desc nulls last) as turn
          from routing.route_rules r
         where r.tenant_id = p_tenant and (r.account_id is null or r.account_id = p_account)
           and (r.prefix is null or r.prefix = any (v_prefixes))
           and r.valid_from <= p_at and (r.valid_to > p_at or r.valid_to is null)
           and routing.rule_in_effect(r.weekdays, r.opens_at, r.closes_at, r.time_zone, p_at)
    ), ruled as (
        select r.carrier_trunk_id, bool_or(r.kind = 'never') as is_excluded,
               bool_or(r.kind = 'only' and r.turn = 1) as is_only,
               bool_or(r.kind = 'force_first' and r.turn = 1) as is_first
          from rules r
         group by r.carrier_trunk_id
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
                   when not ct.tags::text[] @> v_profile.required_tags::text[]
                        or ct.tags::text[] && v_profile.excluded_tags::text[] then 'other_tags'
                   when ru.is_excluded then 'excluded_by_rule'
                   when ru.is_only is not true and exists (select from ruled o where o.is_only) then 'not_exclusive'
                   when v_caller is null and not (ct.accepts_anonymous and ct.caller_requirement = 'any')
                        or ct.caller_requirement = 'north_american' and v_caller not like '+1%'
                       then 'caller_not_accepted'
                   when cardinality(ct.codecs) > 0 and not ct.codecs::text[] && p_codecs then 'codec_not_taken'
                   when sp.is_used_up then 'vendor_balance'
                   when ct.has_breaker and p_at < br.open_until + case when v_draw % 10 = 0 then interval '0'
                                                                       else interval '10 minutes' end
                       then 'circuit_open'
                   when b.deck_id is null then 'no_deck'
                   when b.in_effect is null then 'no_prefix'
                   when not b.in_effect then 'out_of_date'
                   when b.currency <> v_currency then 'other_currency'
               end as obstacle,
               routing.jurisdiction_rate(v_jurisdiction, b.indeterminate_policy, b.rate, b.rate_interstate,
                                         b.rate_intrastate, b.rate_local, b.rate_indeterminate) as minute_rate,
               coalesce(ru.is_first, false) as is_first, q.asr_low_bp,
               coalesce(q.asr_high_bp < v_profile.min_asr_bp or q.ner_high_bp < v_profile.min_ner_bp
                        or q.acd_s < v_profile.min_acd_s or q.pdd_ms > v_profile.max_pdd_ms, false) as is_poor
          from routing.carrier_trunks ct
          join routing.carriers c on c.tenant_id = p_tenant and c.id = ct.carrier_id
          left join best b on b.carrier_trunk_id = ct.id
          left join ruled ru on ru.carrier_trunk_id = ct.id
          left join routing.carrier_spending sp on sp.tenant_id = p_tenant and sp.carrier_id = c.id
          left join routing.breakers br on br.tenant_id = p_tenant and br.carrier_trunk_id = ct.id
          left join routing.route_quality q
            on q.tenant_id = p_tenant and q.carrier_trunk_id = ct.id and q.is_judged
               and q.prefix_group = routing.prefix_group(p_called) and q.jurisdiction = v_jurisdiction
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
                   when v_profile.drops_poor and c.is_poor then 'below_quality'
                   else 'chosen' end) as verdict
          from costed c
    ), compared as (
        select j.*, min(j.cost) filter (where j.verdict = 'chosen') over () as cheapest from judged j
    ), banded as (      -- which count as equal, and which of these are drawn among
        select c.*, e.is_equal,
               c.verdict = 'chosen' and e.is_equal and not c.is_first and not c.is_poor as is_in_draw
          from compared c
         cross join lateral (select
               coalesce(v_profile.strategy, 'least_cost') = 'least_cost'
               or num_nonnulls(v_profile.band_bp, v_profile.band_per_minute) = 0
               or c.cost <= c.cheapest + greatest(
                      round(coalesce(v_profile.band_per_minute, 0) * v_talk_s / 60, 8),
                      round(c.cheapest * coalesce(v_profile.band_bp, 0) / 10000, 8)) as is_equal) e
    ), weighed as (
        select b.*, sum(b.trunk_weight) filter (where b.is_in_draw) over () as weights,
               sum(b.trunk_weight) filter (where b.is_in_draw)
                   over (order by b.emergency_rank, b.trunk_id) as weights_so_far
          from banded b
    ), preferred as (
        select w.*, case v_profile.strategy
                   when 'priority' then w.trunk_priority
                   when 'quality' then coalesce(-w.asr_low_bp, 1)
                   when 'weighted' then
                       case when w.is_in_draw and w.weights > 0 and (v_draw / 16) % w.weights < w.weights_so_far
                                 and (v_draw / 16) % w.weights >= w.weights_so_far - w.trunk_weight
                            then -2147483649 else -w.trunk_weight end
                   else 0 end as preference
          from weighed w
    ), ranked as (
        select p.*,
               row_number() over (partition by p.verdict = 'chosen'
                                  order by not p.is_first, p.is_poor, not p.is_equal,
                                        case when not p.is_equal then p.cost end, p.preference, p.cost,
                                        p.trunk_priority, p.trunk_weight desc, p.emergency_rank, p.trunk_id) as turn
          from preferred p
    )
    select case when r.verdict = 'chosen' and r.turn <= v_most then r.turn::integer end, r.trunk_id, r.carrier_name,
           case when r.verdict = 'chosen' and r.turn > v_most then 'beyond_route_limit' else r.verdict end,
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
comment on function routing.calculate_lcr(uuid, text, text, uuid, timestamptz, text, text, text, text[]) is
    'Least-cost routing of a call, as the router does it: every carrier trunk of the tenant with what it costs and '
    'why it is taken or left (the outcomes of the router''s explanation), the routes first, in their order (rank). '
    'Number and caller are in E.164, the caller as the far end sees it. No row at all when the router would refuse '
    'the call before it looks at carriers. Without an account there is no selling price and no margin. A jurisdiction '
    'that is given replaces the one of the two numbers. The routing numbers are those of ported numbers. The codecs '
    'are those that the call offers (routing.codecs); without any every carrier takes it.';

grant execute on function routing.jurisdiction(text, text, text, text, text, timestamptz),
                          routing.jurisdiction_rate(text, text, numeric, numeric, numeric, numeric, numeric),
                          billing.call_price(integer, numeric, numeric, integer, integer),
                          routing.calculate_lcr(uuid, text, text, uuid, timestamptz, text, text, text, text[])
    to heddle_app, heddle_engine, heddle_report;
