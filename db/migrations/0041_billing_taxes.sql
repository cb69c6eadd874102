-- Taxes and fees on what is invoiced: what they are, their rates by date, who is exempt, and how much
-- of a service is interstate.
--
-- Where a tax holds is a path: country, state, county, city (US.FL.MIAMI-DADE.MIAMI). A tax holds for
-- every address whose path starts with its own. Which path an address has is a provider's to say, and
-- is kept with the account; so a table of rates bought from one, or written by hand, is used alike.
--
-- The federal universal service fund is a share of the interstate part of a service. That part is by
-- safe harbour, traffic study or measure, and there is one row of it for a category and time: what is
-- interstate for the federal fund cannot be intrastate for a state's.
--
-- Nothing here is a constant in a program: factors change each quarter, and each row names its source.

create domain billing.tax_level as text
    constraint tax_level_is_known check (value in ('country', 'federal', 'state', 'county', 'city', 'special'));
comment on domain billing.tax_level is
    'Who levies it. special: a district of its own kind, such as transport or emergency.';

create domain billing.tax_kind as text
    constraint tax_kind_is_known check (value in ('tax', 'regulatory_fee', 'seller_fee'));
comment on domain billing.tax_kind is
    'tax; regulatory_fee: levied on the seller, who may pass it through under its name; seller_fee: the seller''s own '
    'charge, which no law asks for and which must not be called a tax.';

create domain billing.tax_calculation as text
    constraint tax_calculation_is_known check (value in ('percent', 'per_line', 'per_minute', 'tiered'));
comment on domain billing.tax_calculation is
    'percent: rate times amount; per_line: rate times lines, numbers or channels; per_minute: rate times minutes; '
    'tiered: as percent, with other rates above some amounts.';

create domain billing.tax_base as text
    constraint tax_base_is_known check (value in ('whole', 'interstate', 'intrastate'));
comment on domain billing.tax_base is 'The part of a service that is taxed; the last two are by its allocation.';

create domain billing.allocation_basis as text
    constraint allocation_basis_is_known check (value in ('safe_harbour', 'traffic_study', 'actual'));
comment on domain billing.allocation_basis is 'Where an interstate share comes from.';

create domain billing.exemption_reason as text
    constraint exemption_reason_is_known
    check (value in ('resale', 'government', 'non_profit', 'diplomatic', 'foreign', 'other'));
comment on domain billing.exemption_reason is 'Why an account does not pay a tax.';

create domain billing.jurisdiction_path as text
    constraint jurisdiction_is_a_path check (value ~ '^[A-Z]{2}([.][A-Z0-9-]{1,40}){0,4}$');
comment on domain billing.jurisdiction_path is
    'Where a tax holds: country, state, county, city, district, as far as it goes, in capitals: US.FL.MIAMI-DADE.';

create domain billing.share as numeric(9, 8)
    constraint share_is_between_zero_and_one check (value between 0 and 1);
comment on domain billing.share is 'A part of one: 0.649 is 64.9 percent.';

create table billing.taxes (
    tenant_id    uuid not null,
    id           uuid not null default core.uuid_v7(),
    code         text not null,
    name         text not null,
    authority    text not null default '',
    jurisdiction billing.jurisdiction_path not null,
    level        billing.tax_level not null,
    kind         billing.tax_kind not null default 'tax',
    calculation  billing.tax_calculation not null default 'percent',
    base         billing.tax_base not null default 'whole',
    categories   billing.tax_category[] not null,
    turn         integer not null default 1,
    is_compound  boolean not null default false,
    status       billing.plan_status not null default 'active',
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint tax_code_is_taken_once unique (tenant_id, code),
    constraint tax_has_a_category check (cardinality(categories) > 0),
    constraint tax_turn_is_between_1_and_9 check (turn between 1 and 9),
    constraint only_a_percentage_is_compound check (calculation in ('percent', 'tiered') or not is_compound)
);
create index taxes_of_jurisdiction on billing.taxes (tenant_id, jurisdiction);
create index taxes_by_status on billing.taxes (tenant_id, status, created_at);

create table billing.tax_rates (
    tenant_id  uuid not null,
    id         uuid not null default core.uuid_v7(),
    tax_id     uuid not null,
    rate       core.rate not null,
    source     text not null,
    valid_from date not null,
    valid_to   date,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint tax_rate_starts_once unique (tenant_id, tax_id, valid_from),
    constraint tax_rate_ends_after_it_starts check (valid_to > valid_from)
);

-- What a bill comes to is taxed in parts: up to the first amount at the rate of the tax, above it at that of the tier.
create table billing.tax_rate_tiers (
    tenant_id    uuid not null,
    tax_rate_id  uuid not null,
    above_amount core.positive_amount not null,
    rate         core.rate not null,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, tax_rate_id, above_amount)
);

create table billing.tax_allocations (
    tenant_id        uuid not null,
    id               uuid not null default core.uuid_v7(),
    category         billing.tax_category not null,
    interstate_share billing.share not null,
    basis            billing.allocation_basis not null,
    source           text not null,
    valid_from       date not null,
    valid_to         date,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint allocation_starts_once unique (tenant_id, category, valid_from),
    constraint allocation_ends_after_it_starts check (valid_to > valid_from)
);

create table billing.tax_exemptions (
    tenant_id          uuid not null,
    id                 uuid not null default core.uuid_v7(),
    account_id         uuid not null,
    tax_id             uuid,
    jurisdiction       billing.jurisdiction_path,
    reason             billing.exemption_reason not null,
    exempt_share       billing.share not null default 1,
    certificate_number text,
    document_id        uuid,
    valid_from         date not null,
    valid_to           date,
    verified_at        timestamptz,
    revoked_at         timestamptz,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint exemption_ends_after_it_starts check (valid_to > valid_from),
    constraint exemption_above_zero check (exempt_share > 0),
    constraint exemption_names_a_tax_or_a_place_not_both check (num_nonnulls(tax_id, jurisdiction) < 2),
    constraint resale_has_a_certificate check (reason <> 'resale' or certificate_number is not null)
);
create index tax_exemptions_of_account on billing.tax_exemptions (tenant_id, account_id, valid_from);
create index tax_exemptions_of_tax on billing.tax_exemptions (tenant_id, tax_id);

select core.distribute_pending();

alter table billing.tax_rates
    add constraint rate_is_of_tax foreign key (tenant_id, tax_id)
        references billing.taxes (tenant_id, id);
alter table billing.tax_rate_tiers
    add constraint tier_is_of_tax_rate foreign key (tenant_id, tax_rate_id)
        references billing.tax_rates (tenant_id, id) on delete cascade;
alter table billing.tax_exemptions
    add constraint exemption_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table billing.tax_exemptions
    add constraint exemption_is_from_tax foreign key (tenant_id, tax_id)
        references billing.taxes (tenant_id, id);

select core.adopt_tables('tenant', 'billing.taxes', 'billing.tax_rates', 'billing.tax_rate_tiers',
                         'billing.tax_allocations');
select core.adopt_tables('account', 'billing.tax_exemptions');
-- An account sees what it is exempt from; only staff writes it.
alter policy tenant_isolation on billing.tax_exemptions
    with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
                and current_setting('app.account_scope', true) = 'tenant');

create function billing.tiered_tax(p_tenant uuid, p_tax_rate uuid, p_rate numeric, p_amount numeric) returns numeric
language sql stable
as $$
    select coalesce(sum((least(p_amount, t.up_to) - t.above) * t.rate), 0)
      from (select s.above, s.rate, lead(s.above) over (order by s.above) as up_to
              from (select 0::numeric as above, p_rate as rate
                     union all
                    select x.above_amount, x.rate
                      from billing.tax_rate_tiers x
                     where x.tenant_id = p_tenant and x.tax_rate_id = p_tax_rate) s) t
     where t.above < p_amount
$$;
comment on function billing.tiered_tax(uuid, uuid, numeric, numeric) is
    'The tax on an amount by a rate with tiers: each part of it at the rate of its tier, the first at the rate given. '
    'Nothing for what is not above zero.';

-- Taxes by turn, because a compound one is on what those of earlier turns came to. Amounts keep eight
-- decimals here: whether a line or the document is rounded is the seller's rule, applied once, later.
create function billing.calculate_taxes(p_tenant uuid, p_account uuid, p_jurisdiction text, p_on date,
                                        p_categories text[], p_amounts numeric[], p_minutes numeric[],
                                        p_lines numeric[])
returns table (line integer, tax_id uuid, tax_rate_id uuid, base numeric, rate numeric, quantity numeric,
               exempt_amount numeric, amount numeric)
language plpgsql stable
as $$
declare
    v_tax    record;
    v_share  numeric;
    v_full   numeric;
    v_taxed  numeric;      -- what lines before this one came to: tiers are of the whole bill
    v_turn   integer := 0;
    v_before numeric[] := array_fill(0::numeric, array[greatest(cardinality(p_amounts), 1)]);
    v_sums   numeric[] := v_before;
begin
    if cardinality(p_categories) is distinct from cardinality(p_amounts)
        or cardinality(p_minutes) is distinct from cardinality(p_amounts)
        or cardinality(p_lines) is distinct from cardinality(p_amounts) then
        raise exception 'calculate_taxes wants four lists of one length' using errcode = 'invalid_parameter_value';
    end if;

    for v_tax in
        select t.id, t.categories::text[] as categories, t.calculation, t.base, t.turn, t.is_compound,
               r.id as rate_id, r.rate, coalesce(e.exempt_share, 0) as exempt_share
          from billing.taxes t
         cross join lateral (
                select r.id, r.rate
                  from billing.tax_rates r
                 where r.tenant_id = p_tenant and r.tax_id = t.id
                   and r.valid_from <= p_on and (r.valid_to is null or r.valid_to > p_on)
                 order by r.valid_from desc limit 1) r
          left join lateral (
                select max(e.exempt_share) as exempt_share
                  from billing.tax_exemptions e
                 where e.tenant_id = p_tenant and e.account_id = p_account and e.revoked_at is null
                   and e.valid_from <= p_on and (e.valid_to is null or e.valid_to > p_on)
                   and (e.tax_id = t.id or e.jurisdiction = t.jurisdiction
                        or num_nonnulls(e.tax_id, e.jurisdiction) = 0)) e on true
         where t.tenant_id = p_tenant and t.status = 'active'
           and (t.jurisdiction = p_jurisdiction or starts_with(p_jurisdiction, t.jurisdiction || '.'))
         order by t.turn, t.code
    loop
        if v_tax.turn > v_turn then
            v_before := v_sums;
            v_turn := v_tax.turn;
        end if;
        v_taxed := 0;
        for v_line in 1 .. coalesce(cardinality(p_amounts), 0) loop
            continue when not p_categories[v_line] = any (v_tax.categories);
            v_share := 1;
            if v_tax.base <> 'whole' then
                select case v_tax.base when 'interstate' then a.interstate_share else 1 - a.interstate_share end
                  into v_share
                  from billing.tax_allocations a
                 where a.tenant_id = p_tenant and a.category = p_categories[v_line] and a.valid_from <= p_on
                   and (a.valid_to is null or a.valid_to > p_on)
                 order by a.valid_from desc limit 1;
                if not found then
                    raise exception 'no allocation of % between the states at %', p_categories[v_line], p_on
                        using errcode = 'no_data_found', constraint = 'tax_allocation_is_known';
                end if;
            end if;

            line := v_line;
            tax_id := v_tax.id;
            tax_rate_id := v_tax.rate_id;
            rate := v_tax.rate;
            base := case when v_tax.calculation in ('percent', 'tiered')
                    then round((p_amounts[v_line] + case when v_tax.is_compound then v_before[v_line] else 0 end)
                               * v_share, 8) else 0 end;
            quantity := case v_tax.calculation when 'per_line' then p_lines[v_line] * v_share
                             when 'per_minute' then p_minutes[v_line] * v_share else 1 end;
            v_full := case v_tax.calculation
                when 'percent' then base * rate
                when 'tiered' then billing.tiered_tax(p_tenant, v_tax.rate_id, rate, v_taxed + base)
                                   - billing.tiered_tax(p_tenant, v_tax.rate_id, rate, v_taxed)
                else quantity * rate end;
            v_taxed := v_taxed + base;
            exempt_amount := round(v_full * v_tax.exempt_share, 8);
            amount := round(v_full, 8) - exempt_amount;
            v_sums[v_line] := v_sums[v_line] + amount;
            if v_full <> 0 then
                return next;
            end if;
        end loop;
    end loop;
end $$;
comment on function billing.calculate_taxes(uuid, uuid, text, date, text[], numeric[], numeric[], numeric[]) is
    'The taxes of an account''s lines at a place and day, one row for each line and tax that comes to something: lines '
    'are given by category, amount, minutes, and how many lines, numbers or channels they stand for. A tax with its '
    'share of exemption is returned also when nothing is left of it.';
grant execute on function billing.calculate_taxes(uuid, uuid, text, date, text[], numeric[], numeric[], numeric[])
    to heddle_app, heddle_engine;

grant execute on function billing.tiered_tax(uuid, uuid, numeric, numeric) to heddle_app, heddle_engine;

grant select, insert, update on billing.taxes, billing.tax_rates, billing.tax_allocations, billing.tax_exemptions
    to heddle_app;
grant select, insert, update, delete on billing.tax_rate_tiers to heddle_app;
grant select on billing.tax_rate_tiers to heddle_engine, heddle_report;
grant select on billing.taxes, billing.tax_rates, billing.tax_allocations, billing.tax_exemptions
    to heddle_engine, heddle_report;

comment on table billing.taxes is 'Taxes and fees that invoices may carry.';
comment on column billing.taxes.code is 'Short name, unique within the tenant.';
comment on column billing.taxes.name is 'Text of the invoice line.';
comment on column billing.taxes.authority is 'Whom it is remitted to.';
comment on column billing.taxes.jurisdiction is 'Where it holds: at every address below this path.';
comment on column billing.taxes.level is 'country, federal, state, county, city or special.';
comment on column billing.taxes.kind is 'tax, regulatory_fee or seller_fee.';
comment on column billing.taxes.calculation is 'percent, per_line, per_minute or tiered.';
comment on column billing.taxes.base is 'whole, interstate or intrastate: the part of a service that it is on.';
comment on column billing.taxes.categories is 'What it is on.';
comment on column billing.taxes.turn is 'Order of calculation, 1 first.';
comment on column billing.taxes.is_compound is 'Whether it is also on the taxes of earlier turns.';
comment on column billing.taxes.status is 'active, or retired: kept for the invoices that carry it.';

comment on table billing.tax_rate_tiers is 'Rates of a tiered tax above amounts; up to the first its own rate holds.';
comment on column billing.tax_rate_tiers.tax_rate_id is 'The dated rate that it belongs to.';
comment on column billing.tax_rate_tiers.above_amount is 'What of a bill is above this amount has the rate.';
comment on column billing.tax_rate_tiers.rate is 'The rate.';

comment on table billing.tax_rates is 'Rates of taxes by date.';
comment on column billing.tax_rates.tax_id is 'The tax.';
comment on column billing.tax_rates.rate is
    'A part of one for percent (0.0725), else an amount for a line or a minute.';
comment on column billing.tax_rates.source is 'The law, notice or table that says so.';
comment on column billing.tax_rates.valid_from is 'First day that it holds.';
comment on column billing.tax_rates.valid_to is 'First day that it no longer holds; NULL is open.';

comment on table billing.tax_allocations is
    'How much of a service is interstate; the rest is intrastate. One row for a category and time.';
comment on column billing.tax_allocations.category is 'What is sold.';
comment on column billing.tax_allocations.interstate_share is 'The interstate part of one.';
comment on column billing.tax_allocations.basis is 'safe_harbour, traffic_study or actual.';
comment on column billing.tax_allocations.source is 'The order, study or report that says so.';
comment on column billing.tax_allocations.valid_from is 'First day that it holds.';
comment on column billing.tax_allocations.valid_to is 'First day that it no longer holds; NULL is open.';

comment on table billing.tax_exemptions is
    'Taxes that an account does not pay: one tax, all of one place, or with neither named all.';
comment on column billing.tax_exemptions.tax_id is 'The tax.';
comment on column billing.tax_exemptions.jurisdiction is 'The place whose taxes it is from, not those below it.';
comment on column billing.tax_exemptions.reason is
    'resale, government, non_profit, diplomatic, foreign or other.';
comment on column billing.tax_exemptions.exempt_share is 'The part that is not paid.';
comment on column billing.tax_exemptions.certificate_number is 'Number of the certificate.';
comment on column billing.tax_exemptions.document_id is 'The certificate among the account''s documents.';
comment on column billing.tax_exemptions.valid_from is 'First day that it holds.';
comment on column billing.tax_exemptions.valid_to is 'First day that it no longer holds; NULL is open.';
comment on column billing.tax_exemptions.verified_at is 'When staff looked at the certificate.';
comment on column billing.tax_exemptions.revoked_at is 'When it was taken back.';
