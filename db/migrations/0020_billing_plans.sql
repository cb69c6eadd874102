-- What customers are charged: rate plans, their prices by prefix, and who has which plan when.
--
-- Prices are dated, and versioned, as the rows of a carrier's deck are (see rate decks). A plan is assigned for a
-- time; the exclusion constraint leaves an account at most one plan at any instant. An assignment
-- names its currency, and keys hold that it is the account's and the plan's.

create schema billing;
comment on schema billing is 'Plans and prices, balances, holds and the ledger.';
grant usage on schema billing to heddle_app, heddle_engine, heddle_report;

create domain billing.plan_status as text
    constraint plan_status_is_known check (value in ('active', 'retired'));
comment on domain billing.plan_status is 'active; retired is kept for the accounts that have it and given to no more.';

create domain billing.rounding as text
    constraint rounding_is_known check (value in ('half_away_from_zero_8'));
comment on domain billing.rounding is
    'How the amount of a call is rounded: once, to so many decimals. half_away_from_zero_8: to 0.00000001.';

create domain billing.document_amount as numeric(18, 4);
comment on domain billing.document_amount is
    'An amount on a document, in the minor digits of its currency: two for most, none for some, three for a few.';

create table billing.rate_plans (
    tenant_id            uuid not null,
    id                   uuid not null default core.uuid_v7(),
    name                 text not null,
    description          text not null default '',
    status               billing.plan_status not null default 'active',
    currency             core.currency not null default 'USD',
    hold_s               integer not null default 600,
    expected_talk_s      integer not null default 180,
    margin_floor         core.rate not null default 0,
    margin_floor_bp      integer not null default 0,
    rounding             billing.rounding not null default 'half_away_from_zero_8',
    indeterminate_policy routing.indeterminate_policy not null default 'own',
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint plan_is_known_with_its_currency unique (tenant_id, id, currency),
    constraint plan_expects_talk_between_1_s_and_a_day check (expected_talk_s between 1 and 86400),
    constraint margin_floor_between_0_and_10000_basis_points check (margin_floor_bp between 0 and 10000),
    constraint plan_name_is_taken_once unique (tenant_id, name),
    constraint plan_hold_between_1_s_and_a_day check (hold_s between 1 and 86400)
);
create index rate_plans_by_status on billing.rate_plans (tenant_id, status, created_at);

create table billing.account_rate_plan (
    tenant_id    uuid not null,
    id           uuid not null default core.uuid_v7(),
    account_id   uuid not null,
    rate_plan_id uuid not null,
    currency     core.currency not null default 'USD',
    valid_from   timestamptz not null default now(),
    valid_to     timestamptz,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint plan_assignment_ends_after_it_starts check (valid_to > valid_from),
    constraint account_has_one_plan_at_a_time
        exclude using gist (tenant_id with =, account_id with =, tstzrange(valid_from, valid_to) with &&)
);
create index account_rate_plan_of_account on billing.account_rate_plan (tenant_id, account_id, currency, valid_from);
create index account_rate_plan_of_plan on billing.account_rate_plan (tenant_id, rate_plan_id, currency);

create table billing.voice_rates (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    rate_plan_id        uuid not null,
    plan_version        integer not null default 1,
    direction           core.call_direction not null default 'outbound',
    prefix              core.dial_prefix not null,
    destination         text not null default '',
    rate                core.rate,
    rate_interstate     core.rate,
    rate_intrastate     core.rate,
    rate_local          core.rate,
    rate_indeterminate  core.rate,
    initial_increment_s core.increment_s not null default 6,
    next_increment_s    core.increment_s not null default 6,
    connect_fee         core.rate not null default 0,
    blocked             boolean not null default false,
    disabled            boolean not null default false,
    valid_from          timestamptz not null,
    valid_to            timestamptz,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint plan_prefix_starts_once unique (tenant_id, rate_plan_id, plan_version, direction, prefix, valid_from),
    constraint voice_rate_is_outbound_or_inbound check (direction in ('outbound', 'inbound')),
    constraint voice_rate_ends_after_it_starts check (valid_to > valid_from),
    constraint voice_rate_is_blocked_or_disabled check (not (blocked and disabled)),
    constraint voice_rate_has_a_price
        check (blocked or disabled or rate is not null or num_nulls(rate_interstate, rate_intrastate) = 0)
);

select core.distribute_pending();

alter table billing.account_rate_plan
    add constraint plan_is_assigned_to_account foreign key (tenant_id, account_id, currency)
        references accounts.accounts (tenant_id, id, currency);
alter table billing.account_rate_plan
    add constraint account_is_assigned_plan foreign key (tenant_id, rate_plan_id, currency)
        references billing.rate_plans (tenant_id, id, currency);
alter table routing.sheet_versions
    add constraint sheet_version_is_of_plan foreign key (tenant_id, rate_plan_id)
        references billing.rate_plans (tenant_id, id) on delete cascade;

select core.adopt_tables('tenant', 'billing.rate_plans');
select core.adopt_tables('bulk', 'billing.voice_rates');

create trigger rate_plans_open_sheet after insert on billing.rate_plans
    for each row execute function routing.open_sheet('plan');
create trigger voice_rates_guard_insert after insert on billing.voice_rates
    referencing new table as new_rows for each statement
    execute function routing.guard_sheet_rows('plan', 'rate_plan_id', 'plan_version');
create trigger voice_rates_guard_update after update on billing.voice_rates
    referencing old table as old_rows new table as new_rows for each statement
    execute function routing.guard_sheet_rows('plan', 'rate_plan_id', 'plan_version');
create trigger voice_rates_guard_delete after delete on billing.voice_rates
    referencing old table as old_rows for each statement
    execute function routing.guard_sheet_rows('plan', 'rate_plan_id', 'plan_version');
select core.adopt_tables('account', 'billing.account_rate_plan');

grant select, insert, update on billing.rate_plans, billing.account_rate_plan to heddle_app;
grant select, insert, update, delete on billing.voice_rates to heddle_app;
grant select on billing.rate_plans, billing.account_rate_plan to heddle_engine, heddle_report;
grant select, insert, update, delete on billing.voice_rates to heddle_engine;
grant select on billing.voice_rates to heddle_report;

comment on table billing.rate_plans is 'Price lists for customers.';
comment on column billing.rate_plans.name is 'Name, unique within the tenant.';
comment on column billing.rate_plans.description is 'Whom it is for.';
comment on column billing.rate_plans.status is 'active or retired.';
comment on column billing.rate_plans.currency is
    'Currency of its prices: only accounts in it can have the plan, and it stays while one has.';
comment on column billing.rate_plans.hold_s is 'Seconds of talk that a call holds money for.';
comment on column billing.rate_plans.expected_talk_s is
    'Seconds of talk at which carriers are compared: a price a minute says little where increments and fees differ.';
comment on column billing.rate_plans.margin_floor is
    'What a call must bring at least, per minute of the expected talk; a carrier that leaves less is not used.';
comment on column billing.rate_plans.margin_floor_bp is
    'The same in hundredths of a per cent of the selling price; the higher of the two counts.';
comment on column billing.rate_plans.rounding is 'How the amount of a call is rounded.';
comment on column billing.rate_plans.indeterminate_policy is 'own, intrastate, highest or interstate, as for decks.';

comment on table billing.account_rate_plan is 'Which plan an account has, from when to when; one at a time.';
comment on column billing.account_rate_plan.rate_plan_id is 'The plan.';
comment on column billing.account_rate_plan.currency is 'Currency of the account and of the plan.';
comment on column billing.account_rate_plan.valid_from is 'First instant that it holds.';
comment on column billing.account_rate_plan.valid_to is 'First instant that it no longer holds; NULL is open.';

comment on table billing.voice_rates is
    'Prices of calls by prefix: of the called number when outbound, of the DID when inbound. The longest prefix '
    'decides, also when it blocks, but never by a disabled row. A call within the US and Canada takes the price of its '
    'jurisdiction where the row has one (a toll-free call that of interstate calls), every other call takes rate.';
comment on column billing.voice_rates.rate_plan_id is 'The plan.';
comment on column billing.voice_rates.plan_version is 'The version of the plan.';
comment on column billing.voice_rates.direction is 'outbound or inbound.';
comment on column billing.voice_rates.prefix is 'Leading digits of the number.';
comment on column billing.voice_rates.destination is 'What it is called on an invoice.';
comment on column billing.voice_rates.rate is 'Price per minute where no price of a jurisdiction applies.';
comment on column billing.voice_rates.rate_interstate is 'Price per minute between states.';
comment on column billing.voice_rates.rate_intrastate is 'Price per minute within a state.';
comment on column billing.voice_rates.rate_local is
    'Price per minute within a local calling area; NULL takes intrastate.';
comment on column billing.voice_rates.rate_indeterminate is
    'Price per minute when a state is unknown; NULL follows the plan''s policy.';
comment on column billing.voice_rates.initial_increment_s is 'Least seconds charged for an answered call.';
comment on column billing.voice_rates.next_increment_s is 'Seconds of each further step.';
comment on column billing.voice_rates.connect_fee is 'Charged once for an answered call.';
comment on column billing.voice_rates.blocked is 'Calls to these numbers are refused.';
comment on column billing.voice_rates.disabled is
    'Look-ups pass over the row as though it were not there: a shorter prefix counts.';
comment on column billing.voice_rates.valid_from is 'First instant that it holds.';
comment on column billing.voice_rates.valid_to is 'First instant that it no longer holds; NULL is open.';
