-- Who takes part in call tracking: publishers, who send calls, and buyers, who take them; where buyers are rung, and
-- the hours they keep.
--
-- account_id is the customer whose business it is (an operator that tracks calls of its own has an account for it):
-- its people see and change these rows. partner_account_id is the account of the partner itself, where it has one: it
-- is paid or charged there, and its people see their calls through views that leave out the other side.
--
-- Whatever points at a row of an account names that account as well, so that one customer cannot use another's.
--
-- Schedules are wall clocks: a window opens when the clock on the wall says so, also on the days that the clock is
-- changed. Days that are different (holidays) are exceptions, and a day that has one follows it alone.

create schema tracking;
comment on schema tracking is 'Call tracking: publishers, buyers, campaigns, calls and what they earn.';
grant usage on schema tracking to heddle_app, heddle_engine, heddle_report;

create domain tracking.partner_status as text
    constraint partner_status_is_known check (value in ('active', 'paused', 'closed'));
comment on domain tracking.partner_status is
    'active takes part; paused does not, for now; closed is kept for its history.';

create domain tracking.endpoint_kind as text
    constraint endpoint_kind_is_known check (value in ('sip', 'pstn'));
comment on domain tracking.endpoint_kind is 'sip: a SIP address; pstn: a telephone number.';

create domain tracking.call_stage as text
    constraint call_stage_is_known check (value in ('incoming', 'connected', 'call_length', 'converted'));
comment on domain tracking.call_stage is
    'How far an earlier call must have come to count: incoming: it came in; connected: to a target; call_length: it '
    'was connected for so many seconds; converted: the buyer pays for it.';

create domain tracking.duplicate_restriction as text
    constraint duplicate_restriction_is_known check (value in ('none', 'by_buyer', 'by_target'));
comment on domain tracking.duplicate_restriction is
    'Whether a caller is sent again: none: yes; by_buyer: to no target of the buyer in this campaign; by_target: not '
    'to the same target in this campaign.';

create domain tracking.payout_interval as text
    constraint payout_interval_is_known check (value in ('manual', 'weekly', 'biweekly', 'monthly'));
comment on domain tracking.payout_interval is 'How often a partner is paid.';

create domain tracking.caller_id_mode as text
    constraint caller_id_mode_is_known check (value in ('caller', 'did', 'pool'));
comment on domain tracking.caller_id_mode is
    'What a target is shown: caller: the caller''s number; did: the number that was called; pool: one of a pool.';

create domain tracking.target_kind as text
    constraint target_kind_is_known check (value in ('fixed', 'ping'));
comment on domain tracking.target_kind is
    'fixed: always takes calls at its endpoint; ping: is asked before each call whether it wants it, and for how much.';

create domain tracking.routing_strategy as text
    constraint routing_strategy_is_known
    check (value in ('priority_weight', 'round_robin', 'simultaneous', 'highest_bid', 'predictive'));
comment on domain tracking.routing_strategy is
    'How the next target is chosen: priority_weight: lowest priority first, equals share by weight; round_robin: the '
    'one that waited longest; simultaneous: all ring, the first to answer has it; highest_bid: all are pinged, the '
    'best bid has it; predictive: by what calls earned there.';

create table tracking.schedules (
    tenant_id  uuid not null,
    id         uuid not null default core.uuid_v7(),
    account_id uuid not null,
    name       text not null,
    time_zone  core.time_zone not null default 'America/New_York',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint schedule_name_is_taken_once unique (tenant_id, account_id, name),
    constraint schedule_is_known_with_its_account unique (tenant_id, id, account_id)
);

create table tracking.schedule_windows (
    tenant_id   uuid not null,
    id          uuid not null default core.uuid_v7(),
    account_id  uuid not null,
    schedule_id uuid not null,
    weekday     integer not null,
    opens_at    time not null,
    closes_at   time not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint schedule_window_is_there_once unique (tenant_id, schedule_id, weekday, opens_at),
    constraint weekday_is_between_1_and_7 check (weekday between 1 and 7),
    constraint schedule_window_is_not_empty check (opens_at <> closes_at)
);
create index schedule_windows_of_schedule on tracking.schedule_windows (tenant_id, schedule_id, account_id);

create table tracking.schedule_exceptions (
    tenant_id   uuid not null,
    id          uuid not null default core.uuid_v7(),
    account_id  uuid not null,
    schedule_id uuid not null,
    day         date not null,
    name        text not null default '',
    opens_at    time,
    closes_at   time,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint schedule_exception_is_there_once
        unique nulls not distinct (tenant_id, schedule_id, day, opens_at),
    constraint exception_is_closed_or_has_both_times
        check (num_nulls(opens_at, closes_at) in (0, 2) and (opens_at <> closes_at) is not false)
);
create index schedule_exceptions_of_schedule on tracking.schedule_exceptions (tenant_id, schedule_id, account_id);

create table tracking.publishers (
    tenant_id               uuid not null,
    id                      uuid not null default core.uuid_v7(),
    account_id              uuid not null,
    partner_account_id      uuid,
    name                    text not null,
    code                    text not null,
    status                  tracking.partner_status not null default 'active',
    email                   text,
    time_zone               core.time_zone not null default 'America/New_York',
    currency                core.currency not null default 'USD',
    payout_interval         tracking.payout_interval not null default 'monthly',
    payout_net_days         integer not null default 30,
    payout_minimum          core.unsigned_amount not null default 0,
    hold_days               integer not null default 0,
    blocks_after_payout_cap boolean not null default false,
    metadata                core.metadata not null default '{}',
    created_at              timestamptz not null default now(),
    updated_at              timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint publisher_name_is_taken_once unique (tenant_id, account_id, name),
    constraint publisher_code_is_taken_once unique (tenant_id, account_id, code),
    constraint publisher_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint publisher_code_is_one_short_word check (code ~ '^[A-Za-z0-9_-]{1,32}$'),
    constraint payout_terms_are_between_0_and_365_days
        check (payout_net_days between 0 and 365 and hold_days between 0 and 365)
);
create index publishers_of_partner on tracking.publishers (tenant_id, partner_account_id);
create index publishers_by_status on tracking.publishers (tenant_id, account_id, status);

create table tracking.buyers (
    tenant_id             uuid not null,
    id                    uuid not null default core.uuid_v7(),
    account_id            uuid not null,
    partner_account_id    uuid,
    name                  text not null,
    code                  text not null,
    status                tracking.partner_status not null default 'active',
    email                 text,
    time_zone             core.time_zone not null default 'America/New_York',
    currency              core.currency not null default 'USD',
    requires_balance      boolean not null default false,
    sees_caller_id        boolean not null default true,
    duplicate_restriction tracking.duplicate_restriction not null default 'none',
    restricted_after      tracking.call_stage not null default 'connected',
    restriction_s         integer,
    dispute_days          integer not null default 0,
    metadata              core.metadata not null default '{}',
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint buyer_name_is_taken_once unique (tenant_id, account_id, name),
    constraint buyer_code_is_taken_once unique (tenant_id, account_id, code),
    constraint buyer_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint buyer_code_is_one_short_word check (code ~ '^[A-Za-z0-9_-]{1,32}$'),
    constraint buyer_restriction_is_after_connect_or_conversion check (restricted_after in ('connected', 'converted')),
    constraint buyer_restriction_above_zero check (restriction_s > 0),
    constraint buyer_disputes_are_between_0_and_365_days check (dispute_days between 0 and 365),
    constraint buyer_balance_is_of_its_own_account check (not requires_balance or partner_account_id is not null)
);
create index buyers_of_partner on tracking.buyers (tenant_id, partner_account_id);
create index buyers_by_status on tracking.buyers (tenant_id, account_id, status);

create table tracking.buyer_endpoints (
    tenant_id              uuid not null,
    id                     uuid not null default core.uuid_v7(),
    account_id             uuid not null,
    buyer_id               uuid not null,
    name                   text not null,
    kind                   tracking.endpoint_kind not null,
    status                 tracking.partner_status not null default 'active',
    number                 core.e164,
    sip_uri                text,
    transport              core.transport,
    number_format          routing.number_format not null default 'plus_e164',
    header_rules           routing.header_rules not null default '[]',
    auth_username          text,
    auth_secret_ciphertext bytea,
    auth_key_id            text,
    priority               integer not null default 1,
    weight                 integer not null default 100,
    channels               integer,
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint buyer_endpoint_name_is_taken_once unique (tenant_id, buyer_id, name),
    constraint buyer_endpoint_is_known_with_its_buyer unique (tenant_id, id, buyer_id),
    constraint buyer_endpoint_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint buyer_endpoint_has_the_address_of_its_kind
        check ((kind = 'pstn') = (number is not null) and (kind = 'sip') = (sip_uri is not null)),
    constraint sip_uri_is_user_at_host check (sip_uri ~ '^sips?:([^@\s<>"]+@)?[A-Za-z0-9.:\[\]-]+(;[^\s<>"]*)?$'),
    constraint buyer_endpoint_login_is_whole
        check (num_nulls(auth_username, auth_secret_ciphertext, auth_key_id) in (0, 3)
               and (auth_username is null or kind = 'sip')),
    constraint buyer_endpoint_rank_not_below_zero check (priority > 0 and weight >= 0),
    constraint buyer_endpoint_channels_above_zero check (channels > 0)
);
create index buyer_endpoints_of_buyer on tracking.buyer_endpoints (tenant_id, buyer_id, account_id);
create index buyer_endpoints_by_status on tracking.buyer_endpoints (tenant_id, status, created_at);

create table tracking.targets (
    tenant_id             uuid not null,
    id                    uuid not null default core.uuid_v7(),
    account_id            uuid not null,
    buyer_id              uuid not null,
    buyer_endpoint_id     uuid,
    schedule_id           uuid,
    caller_id_pool_id     uuid,
    name                  text not null,
    kind                  tracking.target_kind not null default 'fixed',
    status                tracking.partner_status not null default 'active',
    ring_timeout_s        integer not null default 30,
    max_call_s            integer not null default 14400,
    caller_id_mode        tracking.caller_id_mode not null default 'caller',
    whisper               text,
    press_to_accept       boolean not null default false,
    detects_machines      boolean not null default false,
    records_calls         boolean,
    duplicate_restriction tracking.duplicate_restriction,
    restricted_after      tracking.call_stage,
    restriction_s         integer,
    max_reroutes          integer,
    filters               jsonb not null default '[]',
    ping_url              text,
    ping_timeout_ms       integer not null default 2000,
    ping                  jsonb not null default '{}',
    min_bid               core.unsigned_amount not null default 0,
    metadata              core.metadata not null default '{}',
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint target_name_is_taken_once unique (tenant_id, account_id, name),
    constraint target_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint fixed_target_has_endpoint check (kind <> 'fixed' or buyer_endpoint_id is not null),
    constraint ping_target_has_url check ((kind = 'ping') = (ping_url is not null)),
    constraint ping_url_is_https check (ping_url ~ '^https://[^\s@]+$'),
    constraint ping_timeout_between_50_ms_and_10_s check (ping_timeout_ms between 50 and 10000),
    constraint target_ring_timeout_between_5_s_and_5_min check (ring_timeout_s between 5 and 300),
    constraint target_call_between_1_s_and_a_day check (max_call_s between 1 and 86400),
    constraint target_pool_is_named_when_it_is_shown
        check ((caller_id_mode = 'pool') = (caller_id_pool_id is not null)),
    constraint target_restriction_is_after_connect_or_conversion
        check (restricted_after in ('connected', 'converted') and restriction_s > 0),
    constraint target_reroutes_not_below_zero check (max_reroutes >= 0),
    constraint target_filters_are_a_list check (jsonb_typeof(filters) = 'array'),
    constraint target_filters_are_not_above_64_kb check (octet_length(filters::text) <= 65536),
    constraint target_ping_is_an_object check (jsonb_typeof(ping) = 'object')
);
create index targets_of_buyer on tracking.targets (tenant_id, buyer_id, account_id);
create index targets_of_buyer_endpoint on tracking.targets (tenant_id, buyer_endpoint_id, buyer_id);
create index targets_of_schedule on tracking.targets (tenant_id, schedule_id, account_id);
create index targets_of_caller_id_pool on tracking.targets (tenant_id, caller_id_pool_id, account_id);
create index targets_by_status on tracking.targets (tenant_id, account_id, status);

create table tracking.target_groups (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    account_id      uuid not null,
    schedule_id     uuid,
    name            text not null,
    status          tracking.partner_status not null default 'active',
    strategy        tracking.routing_strategy not null default 'priority_weight',
    ping_timeout_ms integer not null default 2000,
    min_revenue     core.unsigned_amount not null default 0,
    is_waterfall    boolean not null default false,
    metadata        core.metadata not null default '{}',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint target_group_name_is_taken_once unique (tenant_id, account_id, name),
    constraint target_group_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint ring_tree_timeout_between_50_ms_and_10_s check (ping_timeout_ms between 50 and 10000)
);
create index target_groups_of_schedule on tracking.target_groups (tenant_id, schedule_id, account_id);
create index target_groups_by_status on tracking.target_groups (tenant_id, account_id, status);

create table tracking.target_group_members (
    tenant_id       uuid not null,
    target_group_id uuid not null,
    target_id       uuid not null,
    account_id      uuid not null,
    priority        integer not null default 1,
    weight          integer not null default 100,
    is_active       boolean not null default true,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, target_group_id, target_id),
    constraint group_member_rank_not_below_zero check (priority > 0 and weight >= 0)
);
create index target_group_members_of_group
    on tracking.target_group_members (tenant_id, target_group_id, account_id);
create index target_group_members_of_target on tracking.target_group_members (tenant_id, target_id, account_id);

select core.distribute_pending();

alter table tracking.schedules
    add constraint schedule_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.schedule_windows
    add constraint window_belongs_to_schedule foreign key (tenant_id, schedule_id, account_id)
        references tracking.schedules (tenant_id, id, account_id) on delete cascade;
alter table tracking.schedule_exceptions
    add constraint exception_belongs_to_schedule foreign key (tenant_id, schedule_id, account_id)
        references tracking.schedules (tenant_id, id, account_id) on delete cascade;
alter table tracking.publishers
    add constraint publisher_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.publishers
    add constraint publisher_has_account_of_its_own foreign key (tenant_id, partner_account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.buyers
    add constraint buyer_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.buyers
    add constraint buyer_has_account_of_its_own foreign key (tenant_id, partner_account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.buyer_endpoints
    add constraint buyer_endpoint_belongs_to_buyer foreign key (tenant_id, buyer_id, account_id)
        references tracking.buyers (tenant_id, id, account_id) on delete cascade;
alter table tracking.targets
    add constraint target_belongs_to_buyer foreign key (tenant_id, buyer_id, account_id)
        references tracking.buyers (tenant_id, id, account_id);
alter table tracking.targets
    add constraint target_rings_endpoint_of_its_buyer foreign key (tenant_id, buyer_endpoint_id, buyer_id)
        references tracking.buyer_endpoints (tenant_id, id, buyer_id);
alter table tracking.targets
    add constraint target_keeps_schedule_of_its_account foreign key (tenant_id, schedule_id, account_id)
        references tracking.schedules (tenant_id, id, account_id);
alter table tracking.targets
    add constraint target_uses_caller_id_pool_of_its_account foreign key (tenant_id, caller_id_pool_id, account_id)
        references routing.caller_id_pools (tenant_id, id, account_id);
alter table tracking.target_groups
    add constraint target_group_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.target_groups
    add constraint target_group_keeps_schedule_of_its_account foreign key (tenant_id, schedule_id, account_id)
        references tracking.schedules (tenant_id, id, account_id);
alter table tracking.target_group_members
    add constraint member_belongs_to_target_group foreign key (tenant_id, target_group_id, account_id)
        references tracking.target_groups (tenant_id, id, account_id) on delete cascade;
alter table tracking.target_group_members
    add constraint target_is_member_of_group_of_its_account foreign key (tenant_id, target_id, account_id)
        references tracking.targets (tenant_id, id, account_id) on delete cascade;

select core.adopt_tables('account', 'tracking.schedules', 'tracking.schedule_windows', 'tracking.schedule_exceptions',
                         'tracking.publishers', 'tracking.buyers', 'tracking.buyer_endpoints', 'tracking.targets',
                         'tracking.target_groups', 'tracking.target_group_members');

create function tracking.open_schedules(p_tenant uuid, p_schedules uuid[], p_at timestamptz default now())
returns table (schedule_id uuid, is_open boolean)
language sql stable
as $$
    with moments as (
        select s.id, p_at at time zone s.time_zone as at_local
          from tracking.schedules s
         where s.tenant_id = p_tenant and s.id = any (p_schedules)
    ), days as (       -- a window that crosses midnight began yesterday; a day with exceptions takes nothing over
        select m.id, m.at_local, m.at_local::date as day from moments m
         union all
        select m.id, m.at_local, m.at_local::date - 1
          from moments m
         where not exists (select from tracking.schedule_exceptions e
                            where e.tenant_id = p_tenant and e.schedule_id = m.id and e.day = m.at_local::date)
    ), windows as (
        select d.id, d.at_local, d.day, e.opens_at, e.closes_at
          from days d
          join tracking.schedule_exceptions e
            on e.tenant_id = p_tenant and e.schedule_id = d.id and e.day = d.day
         union all
        select d.id, d.at_local, d.day, w.opens_at, w.closes_at
          from days d
          join tracking.schedule_windows w
            on w.tenant_id = p_tenant and w.schedule_id = d.id and w.weekday = extract(isodow from d.day)
         where not exists (select from tracking.schedule_exceptions e
                            where e.tenant_id = p_tenant and e.schedule_id = d.id and e.day = d.day)
    )
    select m.id,
           exists (select from windows w
                    where w.id = m.id
                      and w.at_local >= w.day + w.opens_at
                      and w.at_local < w.day + w.closes_at
                                       + case when w.closes_at < w.opens_at then interval '1 day' else interval '0' end)
      from moments m
$$;
comment on function tracking.open_schedules(uuid, uuid[], timestamptz) is
    'Which of some schedules are open at an instant: a row for each that exists. A window that closes before it opens '
    'ends on the next day. A schedule without windows is closed.';
grant execute on function tracking.open_schedules(uuid, uuid[], timestamptz) to heddle_app, heddle_engine;

grant select, insert, update, delete
    on tracking.schedules, tracking.schedule_windows, tracking.schedule_exceptions, tracking.buyer_endpoints,
       tracking.target_group_members to heddle_app;
grant select, insert, update on tracking.publishers, tracking.buyers, tracking.targets, tracking.target_groups
    to heddle_app;
grant select
    on tracking.schedules, tracking.schedule_windows, tracking.schedule_exceptions, tracking.publishers,
       tracking.buyers, tracking.buyer_endpoints, tracking.targets, tracking.target_groups,
       tracking.target_group_members to heddle_engine;
grant select
    on tracking.schedules, tracking.schedule_windows, tracking.schedule_exceptions, tracking.publishers,
       tracking.buyers, tracking.targets, tracking.target_groups, tracking.target_group_members to heddle_report;
grant select (tenant_id, id, account_id, buyer_id, name, kind, status, number, sip_uri, priority, weight, channels,
              created_at, updated_at)
    on tracking.buyer_endpoints to heddle_report;

insert into auth.permissions (name, description) values
    ('tracking:read', 'See campaigns, publishers, buyers, targets and tracked calls'),
    ('tracking:write', 'Make and change campaigns, publishers, buyers and targets'),
    ('recordings:read', 'Listen to recordings and read transcriptions'),
    ('conversions:write', 'Adjust, void and dispute what calls earned'),
    ('payouts:read', 'See payouts'),
    ('payouts:write', 'Make, approve and send payouts');

comment on table tracking.schedules is 'Hours of operation, by name, in a time zone.';
comment on column tracking.schedules.name is 'Name, unique within the account.';
comment on column tracking.schedules.time_zone is 'IANA time zone that its hours are in.';

comment on table tracking.schedule_windows is
    'When a schedule is open in any week. Several windows a day leave breaks between them.';
comment on column tracking.schedule_windows.schedule_id is 'The schedule.';
comment on column tracking.schedule_windows.weekday is '1 Monday to 7 Sunday: the day that it opens on.';
comment on column tracking.schedule_windows.opens_at is 'When it opens, on the wall clock.';
comment on column tracking.schedule_windows.closes_at is
    'First instant that it is closed again; before opens_at it is that of the next day, 24:00 is midnight.';

comment on table tracking.schedule_exceptions is
    'Days that a schedule is different on, such as holidays. A day that has any row follows these alone.';
comment on column tracking.schedule_exceptions.schedule_id is 'The schedule.';
comment on column tracking.schedule_exceptions.day is 'The day, in the schedule''s time zone.';
comment on column tracking.schedule_exceptions.name is 'What day it is.';
comment on column tracking.schedule_exceptions.opens_at is 'When it opens on that day; NULL is closed all day.';
comment on column tracking.schedule_exceptions.closes_at is 'When it closes again.';

comment on table tracking.publishers is 'Who sends calls, and is paid for them.';
comment on column tracking.publishers.partner_account_id is
    'The publisher''s own account, where it is paid and logs in; NULL where it has none.';
comment on column tracking.publishers.name is 'Name, unique within the account.';
comment on column tracking.publishers.code is 'Short name in addresses and imports, unique within the account.';
comment on column tracking.publishers.status is 'active, paused or closed.';
comment on column tracking.publishers.email is 'Where statements are sent.';
comment on column tracking.publishers.time_zone is 'IANA time zone of its caps and statements.';
comment on column tracking.publishers.currency is 'Currency that it is paid in.';
comment on column tracking.publishers.payout_interval is 'manual, weekly, biweekly or monthly.';
comment on column tracking.publishers.payout_net_days is 'Days from the end of a period to its payout.';
comment on column tracking.publishers.payout_minimum is 'Less than this is carried over to the next period.';
comment on column tracking.publishers.hold_days is
    'Days that a payout can be disputed before it is approved by itself.';
comment on column tracking.publishers.blocks_after_payout_cap is
    'Whether calls are blocked, rather than unpaid, once a payout cap is reached.';

comment on table tracking.buyers is 'Who takes calls, and pays for them.';
comment on column tracking.buyers.partner_account_id is
    'The buyer''s own account, where it is charged and logs in; NULL where it has none.';
comment on column tracking.buyers.name is 'Name, unique within the account.';
comment on column tracking.buyers.code is 'Short name in addresses and imports, unique within the account.';
comment on column tracking.buyers.status is 'active, paused or closed.';
comment on column tracking.buyers.email is 'Where statements are sent.';
comment on column tracking.buyers.time_zone is 'IANA time zone of its caps and statements.';
comment on column tracking.buyers.currency is 'Currency that it pays in.';
comment on column tracking.buyers.requires_balance is 'Whether it gets calls only while its account has money.';
comment on column tracking.buyers.sees_caller_id is 'Whether its people see the callers'' numbers in its portal.';
comment on column tracking.buyers.duplicate_restriction is 'none, by_buyer or by_target: whether a caller comes again.';
comment on column tracking.buyers.restricted_after is 'connected or converted: which earlier calls count.';
comment on column tracking.buyers.restriction_s is 'For how many seconds a caller is kept away; NULL is forever.';
comment on column tracking.buyers.dispute_days is 'Days that it may dispute what it is charged for a call.';

comment on table tracking.buyer_endpoints is 'Where a buyer is rung: SIP addresses and telephone numbers.';
comment on column tracking.buyer_endpoints.buyer_id is 'The buyer.';
comment on column tracking.buyer_endpoints.name is 'Name, unique within the buyer.';
comment on column tracking.buyer_endpoints.kind is 'sip or pstn.';
comment on column tracking.buyer_endpoints.status is 'active, paused or closed.';
comment on column tracking.buyer_endpoints.number is 'Telephone number, where it is one.';
comment on column tracking.buyer_endpoints.sip_uri is
    'SIP address, where it is one; without a user the called number is put there.';
comment on column tracking.buyer_endpoints.transport is 'udp, tcp or tls; NULL leaves it to DNS.';
comment on column tracking.buyer_endpoints.number_format is
    'How numbers are written to it: plus_e164, e164 or national.';
comment on column tracking.buyer_endpoints.header_rules is
    'Header changes in calls to it: [{"action": "add|remove", "header": "X-Name", "value": "text"}].';
comment on column tracking.buyer_endpoints.auth_username is 'User name where it asks for digest.';
comment on column tracking.buyer_endpoints.priority is 'Of the endpoints of a buyer the lower goes first.';
comment on column tracking.buyer_endpoints.weight is 'Among equal priorities, its share.';
comment on column tracking.buyer_endpoints.channels is 'Most calls at a time; NULL is no limit.';

comment on table tracking.targets is
    'What calls are sent to: an endpoint of a buyer, with hours, filters and how it is rung.';
comment on column tracking.targets.buyer_id is 'The buyer.';
comment on column tracking.targets.buyer_endpoint_id is
    'The endpoint that rings; NULL where each bid names its own.';
comment on column tracking.targets.schedule_id is 'When it takes calls; NULL is always.';
comment on column tracking.targets.caller_id_pool_id is 'The pool whose numbers it is shown, where it is shown those.';
comment on column tracking.targets.name is 'Name, unique within the account.';
comment on column tracking.targets.kind is 'fixed or ping.';
comment on column tracking.targets.status is 'active, paused or closed.';
comment on column tracking.targets.ring_timeout_s is 'How long it may ring.';
comment on column tracking.targets.max_call_s is 'Longest call.';
comment on column tracking.targets.caller_id_mode is 'caller, did or pool: what it is shown.';
comment on column tracking.targets.whisper is 'What is said to it before it is connected.';
comment on column tracking.targets.press_to_accept is 'Whether it must press a key; the press starts its timer.';
comment on column tracking.targets.detects_machines is 'Whether an answering machine counts as no answer.';
comment on column tracking.targets.records_calls is 'Whether its calls are recorded; NULL is as the campaign says.';
comment on column tracking.targets.duplicate_restriction is 'none, by_buyer or by_target; NULL is as its buyer says.';
comment on column tracking.targets.restricted_after is 'connected or converted; NULL is as its buyer says.';
comment on column tracking.targets.restriction_s is 'Seconds that a caller is kept away; NULL is as its buyer says.';
comment on column tracking.targets.max_reroutes is
    'From how many targets before it a call may come; NULL is no limit.';
comment on column tracking.targets.filters is
    'What a call must have to come here: [{"tag": "caller_state", "operator": "any_of", "value": ["TX"]}].';
comment on column tracking.targets.ping_url is 'Where it is asked for a bid.';
comment on column tracking.targets.ping_timeout_ms is 'How long its bid is waited for.';
comment on column tracking.targets.ping is
    'How it is asked and its answer read: method, headers, body, and where bid, acceptance, number and terms are.';
comment on column tracking.targets.min_bid is 'A lower bid is no bid.';

comment on table tracking.target_groups is
    'Targets that take one place in a plan: a group, or a ring tree where the best bid has the call.';
comment on column tracking.target_groups.schedule_id is 'When it takes calls; NULL is as its targets say.';
comment on column tracking.target_groups.name is 'Name, unique within the account.';
comment on column tracking.target_groups.status is 'active, paused or closed.';
comment on column tracking.target_groups.strategy is
    'priority_weight, round_robin, simultaneous, highest_bid (a ring tree) or predictive.';
comment on column tracking.target_groups.ping_timeout_ms is 'How long the bids of all are waited for.';
comment on column tracking.target_groups.min_revenue is 'A ring tree whose best bid is lower is passed over.';
comment on column tracking.target_groups.is_waterfall is
    'Whether the next best bid has the call when the best does not answer.';

comment on table tracking.target_group_members is 'Which targets are in a group, and in what order.';
comment on column tracking.target_group_members.target_group_id is 'The group.';
comment on column tracking.target_group_members.target_id is 'The target.';
comment on column tracking.target_group_members.priority is 'The lower goes first.';
comment on column tracking.target_group_members.weight is 'Among equal priorities, its share.';
comment on column tracking.target_group_members.is_active is 'Whether it takes part now.';
