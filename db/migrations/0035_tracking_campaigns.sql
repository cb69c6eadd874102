-- Campaigns: what publishers send calls for, how those are routed, what they are worth, and the numbers they come
-- in on.
--
-- A call is routed by the campaign's flow, or without one by its plan: targets and groups in order of priority and
-- weight. What it is worth is told by terms: rules in order of priority, of which the first that fits decides, for each
-- side by itself. The payout side is between the campaign and its publisher, the revenue side between the campaign and
-- its buyer. Terms are dated and never changed in what they say: calls name those they were settled by.
--
-- Numbers are assigned to a campaign and a publisher, or to a pool from which each visitor of a web page is shown a
-- number of its own (dynamic number insertion), so that the call finds the visit. A number is in one such place at a
-- time. Visits and bids grow with time and are kept by month.

create domain tracking.campaign_status as text
    constraint tracking_campaign_status_is_known check (value in ('draft', 'active', 'paused', 'archived'));
comment on domain tracking.campaign_status is
    'draft is being set up; active takes calls; paused refuses them, for now; archived is kept for its history.';

create domain tracking.routing_mode as text
    constraint routing_mode_is_known check (value in ('plan', 'flow'));
comment on domain tracking.routing_mode is 'plan: by the campaign''s targets and groups; flow: by its call flow.';

create domain tracking.returning_caller as text
    constraint returning_caller_is_known check (value in ('normal', 'original', 'strict_original', 'different'));
comment on domain tracking.returning_caller is
    'Where a caller goes who was connected before: normal: as any other; original: to the same target, if it takes '
    'calls; strict_original: there or nowhere; different: anywhere else.';

create domain tracking.recording_notice as text
    constraint recording_notice_is_known check (value in ('none', 'announce', 'beep', 'ask'));
comment on domain tracking.recording_notice is
    'How callers learn that they are recorded: none: not at all; announce: they are told; beep: tones; ask: they agree '
    'by pressing a key.';

create domain tracking.consent_requirement as text
    constraint consent_requirement_is_known check (value in ('none', 'token', 'verified'));
comment on domain tracking.consent_requirement is
    'none; token: a proof of consent must come with the call; verified: and its issuer must have confirmed it.';

create domain tracking.assignment_status as text
    constraint assignment_status_is_known check (value in ('invited', 'active', 'paused', 'ended'));
comment on domain tracking.assignment_status is
    'invited has not accepted yet; active sends calls; paused does not, for now; ended is kept for its history.';

create domain tracking.terms_side as text
    constraint terms_side_is_known check (value in ('payout', 'revenue'));
comment on domain tracking.terms_side is 'payout: what a publisher is paid; revenue: what a buyer pays.';

create domain tracking.terms_trigger as text
    constraint terms_trigger_is_known
    check (value in ('incoming', 'dialed', 'connected', 'call_length', 'conversion', 'postback', 'disposition',
                     'keyword'));
comment on domain tracking.terms_trigger is
    'What makes terms fit: the call came in, was dialled to a target, was connected, was connected for so long, the '
    'buyer pays for it (payout side only), the buyer said so (postback), gave it a disposition, or a word was said.';

create domain tracking.terms_clock as text
    constraint terms_clock_is_known check (value in ('inbound', 'connected', 'accepted'));
comment on domain tracking.terms_clock is
    'From when the length of a call counts: it came in; it was connected; the target accepted it by a key.';

create domain tracking.amount_kind as text
    constraint amount_kind_is_known check (value in ('fixed', 'percent', 'per_minute', 'bid'));
comment on domain tracking.amount_kind is
    'fixed: an amount; percent: of the revenue; per_minute: by connected time; bid: what the winning bid says.';

create domain tracking.repeat_policy as text
    constraint repeat_policy_is_known check (value in ('always', 'once', 'once_per_window'));
comment on domain tracking.repeat_policy is
    'How often one caller counts: always: every time; once: the first time; once_per_window: again after a time.';

create domain tracking.number_pool_status as text
    constraint number_pool_status_is_known check (value in ('active', 'paused', 'archived'));
comment on domain tracking.number_pool_status is
    'active shows its numbers; paused shows the fallback; archived is kept for its history.';

create domain tracking.bid_status as text
    constraint bid_status_is_known check (value in ('offered', 'refused', 'used', 'expired'));
comment on domain tracking.bid_status is
    'offered waits for its call; refused: we did not bid; used: the call came in time; expired: it did not.';

create table tracking.campaigns (
    tenant_id              uuid not null,
    id                     uuid not null default core.uuid_v7(),
    account_id             uuid not null,
    name                   text not null,
    code                   text not null,
    status                 tracking.campaign_status not null default 'draft',
    vertical               text not null default '',
    time_zone              core.time_zone not null default 'America/New_York',
    currency               core.currency not null default 'USD',
    flow_id                uuid,
    schedule_id            uuid,
    routing_mode           tracking.routing_mode not null default 'plan',
    strategy               tracking.routing_strategy not null default 'priority_weight',
    returning_caller       tracking.returning_caller not null default 'normal',
    reroute_below_s        integer,
    max_reroutes           integer not null default 5,
    blocks_anonymous       boolean not null default true,
    redial_block_s         integer not null default 2,
    min_attestation        core.attestation_level,
    scrubs_dnc             boolean not null default false,
    consent_requirement    tracking.consent_requirement not null default 'none',
    duplicate_stage        tracking.call_stage not null default 'incoming',
    duplicate_length_s     integer,
    duplicate_window_s     integer,
    duplicates_anonymous   boolean not null default false,
    records_calls          boolean not null default false,
    recording_notice       tracking.recording_notice not null default 'announce',
    recording_days         integer not null default 90,
    transcribes_calls      boolean not null default false,
    min_margin_percent     numeric(5, 2),
    metadata               core.metadata not null default '{}',
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint tracking_campaign_name_is_taken_once unique (tenant_id, account_id, name),
    constraint tracking_campaign_code_is_taken_once unique (tenant_id, account_id, code),
    constraint tracking_campaign_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint tracking_campaign_code_is_one_short_word check (code ~ '^[A-Za-z0-9_-]{1,32}$'),
    constraint campaign_by_flow_has_flow check (routing_mode = 'plan' or flow_id is not null),
    constraint campaign_reroutes_are_between_0_and_20 check (max_reroutes between 0 and 20 and reroute_below_s > 0),
    constraint redial_block_between_0_and_a_day check (redial_block_s between 0 and 86400),
    constraint duplicate_length_is_given_when_it_counts
        check ((duplicate_stage = 'call_length') = (duplicate_length_s is not null) and duplicate_length_s > 0),
    constraint duplicate_window_above_zero check (duplicate_window_s > 0),
    constraint recording_days_are_between_1_and_3650 check (recording_days between 1 and 3650),
    constraint min_margin_is_between_0_and_100_percent check (min_margin_percent between 0 and 100)
);
create index campaigns_of_flow on tracking.campaigns (tenant_id, flow_id, account_id);
create index campaigns_of_schedule on tracking.campaigns (tenant_id, schedule_id, account_id);
create index campaigns_by_status on tracking.campaigns (tenant_id, account_id, status, created_at);

create table tracking.campaign_publishers (
    tenant_id    uuid not null,
    campaign_id  uuid not null,
    publisher_id uuid not null,
    account_id   uuid not null,
    status       tracking.assignment_status not null default 'active',
    starts_at    timestamptz,
    ends_at      timestamptz,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, campaign_id, publisher_id),
    constraint publisher_assignment_ends_after_it_starts check (ends_at > starts_at)
);
create index campaign_publishers_of_campaign on tracking.campaign_publishers (tenant_id, campaign_id, account_id);
create index campaign_publishers_of_publisher on tracking.campaign_publishers (tenant_id, publisher_id, account_id);
create index campaign_publishers_by_status on tracking.campaign_publishers (tenant_id, status, created_at);

create table tracking.campaign_routes (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    account_id      uuid not null,
    campaign_id     uuid not null,
    target_id       uuid,
    target_group_id uuid,
    priority        integer not null default 1,
    weight          integer not null default 100,
    is_active       boolean not null default true,
    filters         jsonb not null default '[]',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint route_is_in_plan_once unique nulls not distinct (tenant_id, campaign_id, target_id, target_group_id),
    constraint route_is_target_or_group check (num_nonnulls(target_id, target_group_id) = 1),
    constraint route_rank_not_below_zero check (priority > 0 and weight >= 0),
    constraint route_filters_are_a_list check (jsonb_typeof(filters) = 'array'),
    constraint route_filters_are_not_above_64_kb check (octet_length(filters::text) <= 65536)
);
create index campaign_routes_of_campaign on tracking.campaign_routes (tenant_id, campaign_id, account_id, priority);
create index campaign_routes_of_target on tracking.campaign_routes (tenant_id, target_id, account_id);
create index campaign_routes_of_target_group on tracking.campaign_routes (tenant_id, target_group_id, account_id);

create table tracking.terms (
    tenant_id          uuid not null,
    id                 uuid not null default core.uuid_v7(),
    account_id         uuid not null,
    side               tracking.terms_side not null,
    campaign_id        uuid,
    publisher_id       uuid,
    buyer_id           uuid,
    target_id          uuid,
    name               text not null default '',
    priority           integer not null default 1,
    trigger            tracking.terms_trigger not null,
    trigger_value      text,
    min_duration_s     integer,
    clock              tracking.terms_clock not null default 'connected',
    timer_offset_s     integer not null default 0,
    amount_kind        tracking.amount_kind not null,
    amount             core.unsigned_amount,
    percent            numeric(7, 4),
    min_amount         core.unsigned_amount,
    max_amount         core.unsigned_amount,
    increment_s        core.increment_s not null default 1,
    currency           core.currency not null default 'USD',
    repeat_policy      tracking.repeat_policy not null default 'always',
    repeat_window_s    integer,
    repeats_globally   boolean not null default false,
    filters            jsonb not null default '[]',
    valid_from         timestamptz not null default now(),
    valid_to           timestamptz,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint terms_are_known_with_their_account unique (tenant_id, id, account_id),
    constraint terms_name_whom_they_are_for
        check (case side when 'payout' then num_nonnulls(campaign_id, publisher_id) > 0
                                            and num_nonnulls(buyer_id, target_id) = 0
                         else num_nonnulls(campaign_id, buyer_id, target_id) > 0 and publisher_id is null
                              and num_nonnulls(buyer_id, target_id) < 2 end),
    constraint terms_have_the_amount_of_their_kind
        check (case amount_kind when 'percent' then amount is null and percent is not null
                                when 'bid' then amount is null and percent is null
                                else amount is not null and percent is null end),
    constraint payout_terms_are_not_paid_by_bid check (side = 'revenue' or amount_kind <> 'bid'),
    constraint revenue_terms_are_no_share_of_themselves
        check (side = 'payout' or (amount_kind <> 'percent' and trigger <> 'conversion')),
    constraint terms_percent_is_between_0_and_100 check (percent between 0 and 100),
    constraint terms_maximum_not_below_minimum check (max_amount >= min_amount),
    constraint terms_length_is_given_when_it_counts
        check ((trigger = 'call_length') = (min_duration_s is not null) and min_duration_s > 0),
    constraint terms_value_is_given_when_it_counts
        check (trigger not in ('disposition', 'keyword') or trigger_value is not null),
    constraint terms_timer_between_0_and_an_hour check (timer_offset_s between 0 and 3600),
    constraint terms_window_is_given_when_it_counts
        check ((repeat_policy = 'once_per_window') = (repeat_window_s is not null) and repeat_window_s > 0),
    constraint terms_priority_above_zero check (priority > 0),
    constraint terms_filters_are_a_list check (jsonb_typeof(filters) = 'array'),
    constraint terms_are_over_after_they_start check (valid_to > valid_from)
);
create index terms_of_campaign on tracking.terms (tenant_id, campaign_id, account_id, side, priority);
create index terms_of_publisher on tracking.terms (tenant_id, publisher_id, account_id);
create index terms_of_buyer on tracking.terms (tenant_id, buyer_id, account_id);
create index terms_of_target on tracking.terms (tenant_id, target_id, account_id);

create table tracking.number_pools (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid not null,
    campaign_id       uuid not null,
    publisher_id      uuid,
    name              text not null,
    status            tracking.number_pool_status not null default 'active',
    fallback_did_id   uuid,
    replaces          text[] not null default '{}',
    idle_s            integer not null default 1800,
    closed_page_s     integer not null default 300,
    min_size          integer not null default 0,
    max_size          integer,
    metadata          core.metadata not null default '{}',
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint number_pool_name_is_taken_once unique (tenant_id, account_id, name),
    constraint number_pool_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint number_pool_is_known_with_its_campaign unique (tenant_id, id, campaign_id),
    constraint pool_holds_are_between_1_s_and_a_day
        check (idle_s between 1 and 86400 and closed_page_s between 1 and 86400),
    constraint pool_size_not_below_zero check (min_size >= 0 and max_size >= min_size)
);
create index number_pools_of_campaign on tracking.number_pools (tenant_id, campaign_id, account_id);
create index number_pools_of_publisher on tracking.number_pools (tenant_id, publisher_id, account_id);
create index number_pools_of_fallback on tracking.number_pools (tenant_id, fallback_did_id, account_id);
create index number_pools_by_status on tracking.number_pools (tenant_id, status, created_at);

create table tracking.number_assignments (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid not null,
    did_id            uuid not null,
    campaign_id       uuid not null,
    publisher_id      uuid,
    number_pool_id    uuid,
    label             text not null default '',
    assigned_at       timestamptz not null default now(),
    released_at       timestamptz,
    last_shown_at     timestamptz,
    held_until        timestamptz,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint number_assignment_ends_after_it_starts check (released_at >= assigned_at),
    constraint only_a_pool_number_is_held
        check (number_pool_id is not null or num_nonnulls(last_shown_at, held_until) = 0)
);
create index number_assignments_of_did on tracking.number_assignments (tenant_id, did_id, account_id);
create index number_assignments_of_campaign on tracking.number_assignments (tenant_id, campaign_id, account_id);
create index number_assignments_of_publisher on tracking.number_assignments (tenant_id, publisher_id, account_id);
create index number_assignments_of_pool
    on tracking.number_assignments (tenant_id, number_pool_id, campaign_id, held_until);
-- A number leads to one campaign at a time; released ones are history.
create unique index number_is_assigned_once on tracking.number_assignments (tenant_id, did_id)
    where released_at is null;

-- The id of a visit is in the visitor's browser: it is made of nothing that can be guessed.
create table tracking.visitor_sessions (
    tenant_id       uuid not null,
    started_at      timestamptz not null default now(),
    id              uuid not null default public.uuid_generate_v4(),
    account_id      uuid not null,
    campaign_id     uuid not null,
    number_pool_id  uuid,
    publisher_id    uuid,
    visitor_id      text not null default '',
    number          core.e164,
    number_shown_at timestamptz,
    number_held_to  timestamptz,
    last_seen_at    timestamptz not null default now(),
    ended_at        timestamptz,
    page_views      integer not null default 1,
    landing_url     text not null default '',
    page_url        text not null default '',
    referrer        text not null default '',
    utm_source      text,
    utm_medium      text,
    utm_campaign    text,
    utm_term        text,
    utm_content     text,
    gclid           text,
    gbraid          text,
    wbraid          text,
    fbclid          text,
    msclkid         text,
    ttclid          text,
    ga_client_id    text,
    parameters      jsonb not null default '{}',
    address         inet,
    user_agent      text not null default '',
    region          text,
    consented_at    timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, started_at, id),
    constraint visit_ends_after_it_starts check (ended_at >= started_at),
    constraint visit_has_page_views check (page_views > 0),
    constraint visit_says_until_when_it_holds_its_number
        check (num_nulls(number, number_shown_at, number_held_to) in (0, 3))
) partition by range (started_at);
create table tracking.visitor_sessions_default partition of tracking.visitor_sessions default;
alter table tracking.visitor_sessions_default enable row level security;
create index visitor_sessions_of_account on tracking.visitor_sessions (tenant_id, account_id, started_at);
create index visitor_sessions_of_campaign on tracking.visitor_sessions (tenant_id, campaign_id, started_at);
create index visitor_sessions_of_pool on tracking.visitor_sessions (tenant_id, number_pool_id, started_at);
create index visitor_sessions_of_publisher on tracking.visitor_sessions (tenant_id, publisher_id, started_at);
create index visitor_sessions_by_id on tracking.visitor_sessions (tenant_id, id);
-- Which visit a call belongs to: the last one that was shown the number.
create index visitor_sessions_by_number on tracking.visitor_sessions (tenant_id, number, number_shown_at)
    where number is not null;

create table tracking.bids (
    tenant_id       uuid not null,
    requested_at    timestamptz not null default now(),
    id              uuid not null default core.uuid_v7(),
    account_id      uuid not null,
    campaign_id     uuid not null,
    publisher_id    uuid,
    caller_id       core.e164,
    status          tracking.bid_status not null,
    refusal_code    integer,
    refusal_reason  text,
    amount          core.unsigned_amount not null default 0,
    currency        core.currency not null default 'USD',
    min_duration_s  integer,
    number          core.e164,
    sip_uri         text,
    expires_at      timestamptz,
    request         jsonb not null default '{}',
    latency_ms      integer,
    call_started_at timestamptz,
    call_id         uuid,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, requested_at, id),
    constraint refused_bid_says_why check ((status = 'refused') = (refusal_code is not null)),
    constraint bid_that_is_offered_has_an_end_and_an_address
        check (status = 'refused' or (expires_at is not null and num_nonnulls(number, sip_uri) > 0)),
    constraint used_bid_names_its_call
        check ((status = 'used') = (call_id is not null) and num_nulls(call_started_at, call_id) in (0, 2))
) partition by range (requested_at);
create table tracking.bids_default partition of tracking.bids default;
alter table tracking.bids_default enable row level security;
create index bids_of_account on tracking.bids (tenant_id, account_id, requested_at);
create index bids_of_campaign on tracking.bids (tenant_id, campaign_id, caller_id, requested_at);
create index bids_of_publisher on tracking.bids (tenant_id, publisher_id, requested_at);
-- What has been promised and not been used: it counts against caps until it expires.
create index bids_offered on tracking.bids (tenant_id, expires_at) where status = 'offered';

select core.distribute_pending();

alter table tracking.campaigns
    add constraint tracking_campaign_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.campaigns
    add constraint campaign_uses_flow_of_its_account foreign key (tenant_id, flow_id, account_id)
        references flows.flows (tenant_id, id, account_id);
alter table tracking.campaigns
    add constraint campaign_keeps_schedule_of_its_account foreign key (tenant_id, schedule_id, account_id)
        references tracking.schedules (tenant_id, id, account_id);
alter table tracking.campaign_publishers
    add constraint campaign_has_publisher foreign key (tenant_id, campaign_id, account_id)
        references tracking.campaigns (tenant_id, id, account_id) on delete cascade;
alter table tracking.campaign_publishers
    add constraint publisher_is_in_campaign_of_its_account foreign key (tenant_id, publisher_id, account_id)
        references tracking.publishers (tenant_id, id, account_id);
alter table tracking.campaign_routes
    add constraint route_belongs_to_campaign foreign key (tenant_id, campaign_id, account_id)
        references tracking.campaigns (tenant_id, id, account_id) on delete cascade;
alter table tracking.campaign_routes
    add constraint route_ends_at_target_of_its_account foreign key (tenant_id, target_id, account_id)
        references tracking.targets (tenant_id, id, account_id);
alter table tracking.campaign_routes
    add constraint route_ends_at_target_group_of_its_account foreign key (tenant_id, target_group_id, account_id)
        references tracking.target_groups (tenant_id, id, account_id);
alter table tracking.terms
    add constraint terms_are_of_campaign foreign key (tenant_id, campaign_id, account_id)
        references tracking.campaigns (tenant_id, id, account_id);
alter table tracking.terms
    add constraint terms_are_of_publisher foreign key (tenant_id, publisher_id, account_id)
        references tracking.publishers (tenant_id, id, account_id);
alter table tracking.terms
    add constraint terms_are_of_buyer foreign key (tenant_id, buyer_id, account_id)
        references tracking.buyers (tenant_id, id, account_id);
alter table tracking.terms
    add constraint terms_are_of_target foreign key (tenant_id, target_id, account_id)
        references tracking.targets (tenant_id, id, account_id);
alter table tracking.number_pools
    add constraint number_pool_belongs_to_campaign foreign key (tenant_id, campaign_id, account_id)
        references tracking.campaigns (tenant_id, id, account_id);
alter table tracking.number_pools
    add constraint number_pool_is_of_publisher_of_its_account foreign key (tenant_id, publisher_id, account_id)
        references tracking.publishers (tenant_id, id, account_id);
alter table tracking.number_pools
    add constraint fallback_of_number_pool_is_did_of_its_account foreign key (tenant_id, fallback_did_id, account_id)
        references numbers.dids (tenant_id, id, account_id);
alter table tracking.number_assignments
    add constraint assigned_number_is_did_of_its_account foreign key (tenant_id, did_id, account_id)
        references numbers.dids (tenant_id, id, account_id);
alter table tracking.number_assignments
    add constraint number_is_assigned_to_campaign foreign key (tenant_id, campaign_id, account_id)
        references tracking.campaigns (tenant_id, id, account_id);
alter table tracking.number_assignments
    add constraint number_is_assigned_to_publisher foreign key (tenant_id, publisher_id, account_id)
        references tracking.publishers (tenant_id, id, account_id);
alter table tracking.number_assignments
    add constraint number_is_assigned_to_pool_of_its_campaign foreign key (tenant_id, number_pool_id, campaign_id)
        references tracking.number_pools (tenant_id, id, campaign_id);
alter table tracking.visitor_sessions
    add constraint visit_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.visitor_sessions
    add constraint visit_is_of_campaign foreign key (tenant_id, campaign_id, account_id)
        references tracking.campaigns (tenant_id, id, account_id);
alter table tracking.visitor_sessions
    add constraint visit_uses_number_pool foreign key (tenant_id, number_pool_id, account_id)
        references tracking.number_pools (tenant_id, id, account_id);
alter table tracking.visitor_sessions
    add constraint visit_is_of_publisher foreign key (tenant_id, publisher_id, account_id)
        references tracking.publishers (tenant_id, id, account_id);
alter table tracking.bids
    add constraint bid_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.bids
    add constraint bid_is_for_campaign foreign key (tenant_id, campaign_id, account_id)
        references tracking.campaigns (tenant_id, id, account_id);
alter table tracking.bids
    add constraint bid_is_made_to_publisher foreign key (tenant_id, publisher_id, account_id)
        references tracking.publishers (tenant_id, id, account_id);

select core.adopt_tables('account', 'tracking.campaigns', 'tracking.campaign_publishers', 'tracking.campaign_routes',
                         'tracking.terms', 'tracking.number_pools', 'tracking.number_assignments',
                         'tracking.visitor_sessions', 'tracking.bids');

create trigger campaigns_move before update of status on tracking.campaigns
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('draft', 'active'), ('draft', 'archived'), ('active', 'paused'), ('paused', 'active'), ('active', 'archived'),
        ('paused', 'archived'), ('archived', 'paused')))
    execute function core.refuse_state_change('a campaign', 'tracking_campaign_keeps_to_its_states');
create trigger campaign_publishers_move before update of status on tracking.campaign_publishers
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('invited', 'active'), ('invited', 'ended'), ('active', 'paused'), ('paused', 'active'), ('active', 'ended'),
        ('paused', 'ended'), ('ended', 'invited')))
    execute function core.refuse_state_change('a publisher''s place in a campaign',
                                              'publisher_assignment_keeps_to_its_states');
create trigger bids_move before update of status on tracking.bids
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('offered', 'used'), ('offered', 'expired')))
    execute function core.refuse_state_change('a bid', 'bid_keeps_to_its_states');

-- Calls name the terms they were settled by, so of terms only the name, the order and the end may change.
create trigger terms_are_kept before update on tracking.terms
    for each row
    when ((old.side, old.campaign_id, old.publisher_id, old.buyer_id, old.target_id, old.trigger, old.trigger_value,
           old.min_duration_s, old.clock, old.timer_offset_s, old.amount_kind, old.amount, old.percent, old.min_amount,
           old.max_amount, old.increment_s, old.currency, old.repeat_policy, old.repeat_window_s, old.repeats_globally,
           old.filters, old.valid_from)
          is distinct from
          (new.side, new.campaign_id, new.publisher_id, new.buyer_id, new.target_id, new.trigger, new.trigger_value,
           new.min_duration_s, new.clock, new.timer_offset_s, new.amount_kind, new.amount, new.percent, new.min_amount,
           new.max_amount, new.increment_s, new.currency, new.repeat_policy, new.repeat_window_s, new.repeats_globally,
           new.filters, new.valid_from))
    execute function core.refuse_change('terms');

grant select, insert, update
    on tracking.campaigns, tracking.terms, tracking.number_pools, tracking.campaign_publishers to heddle_app;
grant select, insert, update, delete on tracking.campaign_routes, tracking.number_assignments to heddle_app;
grant select on tracking.visitor_sessions, tracking.bids to heddle_app;
grant select
    on tracking.campaigns, tracking.campaign_publishers, tracking.campaign_routes, tracking.terms,
       tracking.number_pools to heddle_engine;
grant select, update on tracking.number_assignments to heddle_engine;
grant select, insert, update on tracking.visitor_sessions, tracking.bids to heddle_engine;
grant select
    on tracking.campaigns, tracking.campaign_publishers, tracking.campaign_routes, tracking.terms,
       tracking.number_pools, tracking.number_assignments, tracking.visitor_sessions, tracking.bids to heddle_report;

comment on table tracking.campaigns is 'What publishers send calls for.';
comment on column tracking.campaigns.name is 'Name, unique within the account.';
comment on column tracking.campaigns.code is 'Short name in addresses and imports, unique within the account.';
comment on column tracking.campaigns.status is 'draft, active, paused or archived.';
comment on column tracking.campaigns.vertical is 'Line of business, such as roofing.';
comment on column tracking.campaigns.time_zone is 'IANA time zone of its caps and reports.';
comment on column tracking.campaigns.currency is 'Currency of its calls.';
comment on column tracking.campaigns.flow_id is 'The flow that its calls run.';
comment on column tracking.campaigns.schedule_id is 'When it takes calls; NULL is always.';
comment on column tracking.campaigns.routing_mode is 'plan or flow.';
comment on column tracking.campaigns.strategy is
    'priority_weight, round_robin, simultaneous, highest_bid or predictive: how its plan is read.';
comment on column tracking.campaigns.returning_caller is
    'normal, original, strict_original or different: where a caller goes who was connected before.';
comment on column tracking.campaigns.reroute_below_s is
    'A target that hangs up in fewer seconds loses the call to the next one; NULL never.';
comment on column tracking.campaigns.max_reroutes is 'Most targets that one call is sent on to.';
comment on column tracking.campaigns.blocks_anonymous is 'Whether callers without a number are blocked.';
comment on column tracking.campaigns.redial_block_s is
    'A caller that comes back within so many seconds is blocked; 0 blocks none.';
comment on column tracking.campaigns.min_attestation is
    'a, b or c: calls signed with less are blocked; NULL takes all.';
comment on column tracking.campaigns.scrubs_dnc is 'Whether callers on do-not-call lists are blocked.';
comment on column tracking.campaigns.consent_requirement is 'none, token or verified.';
comment on column tracking.campaigns.duplicate_stage is
    'incoming, connected, call_length or converted: which earlier calls make a call a duplicate.';
comment on column tracking.campaigns.duplicate_length_s is 'Connected seconds that make an earlier call count.';
comment on column tracking.campaigns.duplicate_window_s is
    'How long ago the earlier call may be; NULL is forever.';
comment on column tracking.campaigns.duplicates_anonymous is
    'Whether callers without a number are taken for one caller.';
comment on column tracking.campaigns.records_calls is 'Whether its calls are recorded.';
comment on column tracking.campaigns.recording_notice is 'none, announce, beep or ask.';
comment on column tracking.campaigns.recording_days is 'Days that recordings are kept.';
comment on column tracking.campaigns.transcribes_calls is 'Whether recordings are transcribed.';
comment on column tracking.campaigns.min_margin_percent is
    'A payout that would leave less of the revenue is not made; NULL makes all.';

comment on table tracking.campaign_publishers is 'Which publishers send calls for a campaign.';
comment on column tracking.campaign_publishers.campaign_id is 'The campaign.';
comment on column tracking.campaign_publishers.publisher_id is 'The publisher.';
comment on column tracking.campaign_publishers.status is 'invited, active, paused or ended.';
comment on column tracking.campaign_publishers.starts_at is 'First instant that it may send; NULL is open.';
comment on column tracking.campaign_publishers.ends_at is 'First instant that it may no longer send; NULL is open.';

comment on table tracking.campaign_routes is 'The plan of a campaign: targets and groups in their order.';
comment on column tracking.campaign_routes.campaign_id is 'The campaign.';
comment on column tracking.campaign_routes.target_id is 'The target that takes the place, if it is one.';
comment on column tracking.campaign_routes.target_group_id is 'The group that takes the place, if it is one.';
comment on column tracking.campaign_routes.priority is 'The lower goes first.';
comment on column tracking.campaign_routes.weight is 'Among equal priorities, its share.';
comment on column tracking.campaign_routes.is_active is 'Whether it takes part now.';
comment on column tracking.campaign_routes.filters is 'What a call must have to go this way, as for targets.';

comment on table tracking.terms is
    'What calls are worth. For a call the most special terms count: of the campaign and its partner together, then of '
    'the partner, then of the campaign; among those the lowest priority, and of length terms the longest that was '
    'reached.';
comment on column tracking.terms.side is 'payout (to the publisher) or revenue (from the buyer).';
comment on column tracking.terms.campaign_id is 'The campaign; NULL is every campaign of the partner.';
comment on column tracking.terms.publisher_id is 'The publisher; NULL is every publisher of the campaign.';
comment on column tracking.terms.buyer_id is 'The buyer; NULL is every buyer of the campaign.';
comment on column tracking.terms.target_id is 'The target, where one of a buyer''s has terms of its own.';
comment on column tracking.terms.name is 'What they are called on statements.';
comment on column tracking.terms.priority is 'The lower is tried first.';
comment on column tracking.terms.trigger is
    'incoming, dialed, connected, call_length, conversion, postback, disposition or keyword.';
comment on column tracking.terms.trigger_value is 'The disposition or the word.';
comment on column tracking.terms.min_duration_s is 'Seconds that make call_length fit: that many or more.';
comment on column tracking.terms.clock is 'inbound, connected or accepted: from when seconds count.';
comment on column tracking.terms.timer_offset_s is 'Seconds before the clock starts.';
comment on column tracking.terms.amount_kind is 'fixed, percent, per_minute or bid.';
comment on column tracking.terms.amount is 'The amount, or the price of a minute.';
comment on column tracking.terms.percent is 'Share of the revenue in percent.';
comment on column tracking.terms.min_amount is 'Never less than this.';
comment on column tracking.terms.max_amount is 'Never more than this.';
comment on column tracking.terms.increment_s is 'Steps that seconds are counted in, where minutes are paid.';
comment on column tracking.terms.currency is 'Currency of its amounts.';
comment on column tracking.terms.repeat_policy is 'always, once or once_per_window: how often one caller counts.';
comment on column tracking.terms.repeat_window_s is 'Seconds after which a caller counts again.';
comment on column tracking.terms.repeats_globally is
    'Whether earlier calls of the caller count in all campaigns, or in this one.';
comment on column tracking.terms.filters is 'What a call must have for them to fit, as for targets.';
comment on column tracking.terms.valid_from is 'First instant that they hold.';
comment on column tracking.terms.valid_to is 'First instant that they no longer hold; NULL is open.';

comment on table tracking.number_pools is
    'Numbers that visitors of web pages are shown, each its own, so that a call finds its visit.';
comment on column tracking.number_pools.campaign_id is 'The campaign that its calls come in for.';
comment on column tracking.number_pools.publisher_id is
    'The publisher that its calls are counted for; NULL leaves it to the visit.';
comment on column tracking.number_pools.name is 'Name, unique within the account.';
comment on column tracking.number_pools.status is 'active, paused or archived.';
comment on column tracking.number_pools.fallback_did_id is 'Number that is shown when all others are held.';
comment on column tracking.number_pools.replaces is 'Numbers on the page that are replaced, as they are written there.';
comment on column tracking.number_pools.idle_s is 'Seconds without a sign that a visitor keeps the number.';
comment on column tracking.number_pools.closed_page_s is 'Seconds that it is kept after the page was closed.';
comment on column tracking.number_pools.min_size is 'Numbers that it should have at least.';
comment on column tracking.number_pools.max_size is 'Numbers that it may grow to; NULL is no limit.';

comment on table tracking.number_assignments is
    'Which number leads to which campaign, and for which publisher or pool.';
comment on column tracking.number_assignments.did_id is 'The number.';
comment on column tracking.number_assignments.campaign_id is 'The campaign that its calls come in for.';
comment on column tracking.number_assignments.publisher_id is 'The publisher that its calls are counted for.';
comment on column tracking.number_assignments.number_pool_id is 'The pool that it is in.';
comment on column tracking.number_assignments.label is 'Where it is printed or said.';
comment on column tracking.number_assignments.assigned_at is 'When it was assigned.';
comment on column tracking.number_assignments.released_at is 'When it was taken away again; NULL while it leads there.';
comment on column tracking.number_assignments.last_shown_at is 'When a visitor was last shown it.';
comment on column tracking.number_assignments.held_until is 'Until when the last visitor keeps it.';

comment on table tracking.visitor_sessions is
    'Visits of web pages, where they came from and the number they were shown.';
comment on column tracking.visitor_sessions.id is 'The visit, as the browser knows it; it cannot be guessed.';
comment on column tracking.visitor_sessions.started_at is 'First page view.';
comment on column tracking.visitor_sessions.campaign_id is 'The campaign.';
comment on column tracking.visitor_sessions.number_pool_id is 'The pool that the number is of.';
comment on column tracking.visitor_sessions.publisher_id is 'The publisher that sent the visitor.';
comment on column tracking.visitor_sessions.visitor_id is 'The browser over several visits.';
comment on column tracking.visitor_sessions.number is 'The number shown.';
comment on column tracking.visitor_sessions.number_shown_at is 'When it was first shown.';
comment on column tracking.visitor_sessions.number_held_to is 'Until when it is the visitor''s.';
comment on column tracking.visitor_sessions.last_seen_at is 'Last sign of the visitor.';
comment on column tracking.visitor_sessions.ended_at is 'When the page was closed.';
comment on column tracking.visitor_sessions.page_views is 'Pages seen.';
comment on column tracking.visitor_sessions.landing_url is 'First page.';
comment on column tracking.visitor_sessions.page_url is 'Last page.';
comment on column tracking.visitor_sessions.referrer is 'The page that the visitor came from.';
comment on column tracking.visitor_sessions.utm_source is 'utm_source of the first page.';
comment on column tracking.visitor_sessions.utm_medium is 'utm_medium of the first page.';
comment on column tracking.visitor_sessions.utm_campaign is 'utm_campaign of the first page.';
comment on column tracking.visitor_sessions.utm_term is 'utm_term of the first page.';
comment on column tracking.visitor_sessions.utm_content is 'utm_content of the first page.';
comment on column tracking.visitor_sessions.gclid is 'Click id of Google Ads.';
comment on column tracking.visitor_sessions.gbraid is 'Click id of Google Ads, from an app.';
comment on column tracking.visitor_sessions.wbraid is 'Click id of Google Ads, from an app to the web.';
comment on column tracking.visitor_sessions.fbclid is 'Click id of Meta.';
comment on column tracking.visitor_sessions.msclkid is 'Click id of Microsoft Advertising.';
comment on column tracking.visitor_sessions.ttclid is 'Click id of TikTok.';
comment on column tracking.visitor_sessions.ga_client_id is 'Client id of Google Analytics.';
comment on column tracking.visitor_sessions.parameters is 'All other parameters of the first page.';
comment on column tracking.visitor_sessions.address is 'Address that it came from.';
comment on column tracking.visitor_sessions.user_agent is 'Browser.';
comment on column tracking.visitor_sessions.region is 'State or province that the address is taken to lie in.';
comment on column tracking.visitor_sessions.consented_at is
    'When the visitor agreed to be tracked, where that is asked.';

comment on table tracking.bids is
    'What we were asked for calls before they came, and what we answered. A call holds us to it when it comes in time, '
    'from the caller that was asked for.';
comment on column tracking.bids.requested_at is 'When we were asked.';
comment on column tracking.bids.campaign_id is 'The campaign.';
comment on column tracking.bids.publisher_id is 'Who asked.';
comment on column tracking.bids.caller_id is 'The caller that was asked for.';
comment on column tracking.bids.status is 'offered, refused, used or expired.';
comment on column tracking.bids.refusal_code is
    'Why we did not bid: 1001 disabled, 1002 filtered, 1003 no capacity, 1004 caller, 1005 filtered at last, 1006 no '
    'capacity at last, 1007 publisher closed or capped, 1024 asked too often.';
comment on column tracking.bids.refusal_reason is 'The same in words.';
comment on column tracking.bids.amount is 'What we bid.';
comment on column tracking.bids.currency is 'Currency of the bid.';
comment on column tracking.bids.min_duration_s is 'Seconds that the call must be connected for to be paid.';
comment on column tracking.bids.number is 'The number to send the call to, if it is one.';
comment on column tracking.bids.sip_uri is 'The SIP address to send it to, if it is one.';
comment on column tracking.bids.expires_at is 'The call must have come by then.';
comment on column tracking.bids.request is 'What we were told of the call.';
comment on column tracking.bids.latency_ms is 'How long our answer took.';
comment on column tracking.bids.call_started_at is 'When the call that used it came in.';
comment on column tracking.bids.call_id is 'The call that used it.';
