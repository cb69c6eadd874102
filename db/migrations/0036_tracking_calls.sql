-- Tracked calls: one row for each call that came in, its legs, every target that was thought of for it, and what was
-- kept of it: recordings, transcriptions, tags.
--
-- A call has the key of its CDR: (tenant_id, started_at, id). Whatever belongs to a call names that key and has no
-- foreign key to it, as the raw and the enriched record have none between them: rows of a month move there together
-- when they strayed, and go with it. Names of campaigns and partners are kept as they were when the call came.
--
-- Flags that follow from another column are generated from it, so that flag and reason cannot disagree. paid_out and
-- converted are decided, and once the call has ended each is either true or has a reason why it is not. Amounts and the
-- machine's arguments of a reason (actual 74, required 90) stand beside it, in reasons.

create domain tracking.call_status as text
    constraint tracked_call_status_is_known
    check (value in ('ringing', 'in_flow', 'queued', 'dialing', 'connected', 'completed', 'missed', 'blocked'));
comment on domain tracking.call_status is
    'Where a call is: ringing, in_flow (menus and the like), queued, dialing a target, connected; or how it ended: '
    'completed, missed or blocked.';

create domain tracking.end_source as text
    constraint end_source_is_known check (value in ('caller', 'target', 'system'));
comment on domain tracking.end_source is 'Who ended a call.';

create domain tracking.block_reason as text
    constraint block_reason_is_known
    check (value in ('blocked_number', 'spam_repeat_dial', 'anonymous_caller', 'tcpa_litigator', 'dnc_listed',
                     'stir_shaken_too_low', 'spam_score', 'publisher_paused', 'publisher_payout_capped',
                     'publisher_closed', 'campaign_paused', 'number_unassigned', 'rtb_bid_expired',
                     'rtb_caller_mismatch', 'consent_missing', 'consent_invalid', 'outside_tcpa_window',
                     'tenant_suspended', 'insufficient_balance', 'tenant_concurrency', 'flow_reject'));
comment on domain tracking.block_reason is 'Why a call was refused before it was routed.';

create domain tracking.no_conversion_reason as text
    constraint no_conversion_reason_is_known
    check (value in ('not_connected', 'blocked', 'below_length', 'duplicate_revenue_window', 'no_conversion_rule',
                     'tag_filter_mismatch', 'outside_conversion_hours', 'awaiting_postback', 'postback_rejected',
                     'revenue_cap', 'buyer_balance_exhausted', 'voicemail_only', 'disputed', 'adjusted_to_zero',
                     'voided'));
comment on domain tracking.no_conversion_reason is 'Why the buyer does not pay for a call.';

create domain tracking.no_payout_reason as text
    constraint no_payout_reason_is_known
    check (value in ('not_connected', 'blocked', 'below_length', 'duplicate_payout_window', 'no_publisher',
                     'no_payout_rule', 'not_converted', 'payout_cap_hourly', 'payout_cap_daily', 'payout_cap_monthly',
                     'payout_cap_total', 'payout_sum_cap', 'publisher_closed', 'tag_filter_mismatch',
                     'margin_below_minimum', 'awaiting_postback', 'on_hold', 'disputed', 'adjusted_to_zero', 'voided'));
comment on domain tracking.no_payout_reason is 'Why the publisher is not paid for a call.';

create domain tracking.missed_reason as text
    constraint missed_reason_is_known
    check (value in ('caller_hangup_ringing', 'caller_hangup_ivr', 'caller_hangup_queue', 'ivr_no_input', 'no_target',
                     'no_target_all_filtered', 'no_target_duplicates', 'all_capped', 'all_closed',
                     'all_at_concurrency', 'no_answer', 'busy', 'failed', 'queue_timeout', 'queue_full', 'no_bid',
                     'carrier_error', 'flow_error'));
comment on domain tracking.missed_reason is 'Why a call that was not blocked reached no target.';

create domain tracking.leg_status as text
    constraint leg_status_is_known check (value in ('dialing', 'ringing', 'answered', 'accepted', 'ended'));
comment on domain tracking.leg_status is
    'dialing, ringing, answered, accepted by a key (where that is asked), ended.';

create domain tracking.attempt_outcome as text
    constraint ring_attempt_outcome_is_known
    check (value in ('ineligible', 'ping_failed', 'ping_timed_out', 'no_bid', 'outbid', 'dialed', 'connected'));
comment on domain tracking.attempt_outcome is
    'What came of a target: ineligible: not asked; ping_failed, ping_timed_out: gave no answer to a ping; no_bid: did '
    'not want the call; outbid: another bid more; dialed: was rung and did not take it; connected: has it.';

create domain tracking.ineligible_reason as text
    constraint ineligible_reason_is_known
    check (value in ('disabled', 'closed', 'on_break', 'cap_hourly', 'cap_daily', 'cap_monthly', 'cap_total', 'sum_cap',
                     'concurrency', 'tag_filter', 'geo_filter', 'duplicate_restricted', 'suppression_list',
                     'reroute_limit', 'already_tried', 'buyer_paused', 'no_balance', 'bid_too_low',
                     'predictive_excluded', 'spacing'));
comment on domain tracking.ineligible_reason is 'Why a target was not asked, or its bid not taken.';

create domain tracking.recording_status as text
    constraint recording_status_is_known
    check (value in ('recording', 'processing', 'available', 'failed', 'absent', 'deleted'));
comment on domain tracking.recording_status is
    'recording runs; processing is stored; available can be heard; failed; absent: nothing was said; deleted: the '
    'file is gone, the row stays.';

create domain tracking.transcription_status as text
    constraint transcription_status_is_known check (value in ('queued', 'processing', 'completed', 'failed'));
comment on domain tracking.transcription_status is 'queued, processing, completed or failed.';

create domain tracking.sentiment as text
    constraint sentiment_is_known check (value in ('positive', 'neutral', 'negative', 'mixed'));
comment on domain tracking.sentiment is 'How a conversation sounds.';

create domain tracking.tag_source as text
    constraint tag_source_is_known check (value in ('user', 'rule', 'flow', 'publisher', 'transcription', 'api'));
comment on domain tracking.tag_source is 'Who tagged a call.';

create function tracking.format_duration(p_ms bigint) returns text
language sql immutable parallel safe
as $$
    select case when p_ms >= 0 then
        case when p_ms < 360000000 then lpad((p_ms / 3600000)::text, 2, '0') else (p_ms / 3600000)::text end || ':'
            || lpad((p_ms / 60000 % 60)::text, 2, '0') || ':' || lpad((p_ms / 1000 % 60)::text, 2, '0') end
$$;
comment on function tracking.format_duration(bigint) is
    'Milliseconds as hh:mm:ss, without the part of a second; NULL for NULL and for what is below zero.';
grant execute on function tracking.format_duration(bigint) to heddle_app, heddle_engine, heddle_report;

create table tracking.calls (
    tenant_id                    uuid not null,
    started_at                   timestamptz not null,
    id                           uuid not null,
    account_id                   uuid,
    status                       tracking.call_status not null default 'ringing',

    call_connected_timestamp     timestamptz,
    call_complete_timestamp      timestamptz,
    previously_connected_date    timestamptz,

    campaign_id                  uuid,
    publisher_id                 uuid,
    buyer_id                     uuid,
    target_id                    uuid,
    target_group_id              uuid,
    campaign_name                text,
    publisher_name               text,
    buyer_name                   text,
    target_name                  text,
    target_group_name            text,
    flow_version_id              uuid,

    caller_id                    core.e164,
    caller_id_area_code          text generated always as
        (case when caller_id::text ~ '^\+1[2-9][0-9]{9}$' then substr(caller_id::text, 3, 3) end) stored,
    caller_id_state              text,
    caller_name                  text,
    did                          core.e164,
    target_number                text,
    duration_ms                  bigint not null default 0,
    connected_duration_ms        bigint not null default 0,
    connected_duration           integer generated always as (connected_duration_ms / 1000) stored,
    duration_formatted           text generated always as (tracking.format_duration(duration_ms)) stored,
    connected_duration_formatted text generated always as (tracking.format_duration(connected_duration_ms)) stored,
    recording_url                text,

    currency                     core.currency not null default 'USD',
    revenue                      core.amount not null default 0,
    payout                       core.amount not null default 0,
    cost                         core.unsigned_amount not null default 0,
    profit                       core.amount generated always as (revenue - payout - cost) stored,

    duplicate_of_started_at      timestamptz,
    duplicate_of_call_id         uuid,
    is_duplicate                 boolean generated always as (duplicate_of_call_id is not null) stored,
    converted                    boolean not null default false,
    no_conversion_reason         tracking.no_conversion_reason,
    paid_out                     boolean not null default false,
    no_payout_reason             tracking.no_payout_reason,
    block_reason                 tracking.block_reason,
    blocked                      boolean generated always as (block_reason is not null) stored,
    missed_reason                tracking.missed_reason,
    missed_call                  boolean generated always as
        (call_complete_timestamp is not null and call_connected_timestamp is null and block_reason is null) stored,
    previously_connected         boolean generated always as (previously_connected_date is not null) stored,
    previously_connected_target  text,
    reasons                      jsonb not null default '{}',

    revenue_terms_id             uuid,
    payout_terms_id              uuid,
    end_source                   tracking.end_source,
    ring_ms                      integer,
    queue_ms                     integer,
    menu_depth                   integer not null default 0,
    has_voicemail                boolean not null default false,
    parent_call_id               uuid,
    reroute_depth                integer not null default 0,
    visitor_session_started_at   timestamptz,
    visitor_session_id           uuid,
    bid_id                       uuid,
    attribution                  jsonb not null default '{}',
    is_test                      boolean not null default false,
    metadata                     core.metadata not null default '{}',
    created_at                   timestamptz not null default now(),
    updated_at                   timestamptz not null default now(),
    primary key (tenant_id, started_at, id),
    constraint tracked_call_of_no_account_has_no_parties     -- a key with a NULL in it holds nothing
        check (account_id is not null or num_nonnulls(campaign_id, publisher_id, buyer_id, target_id, target_group_id,
                                                      flow_version_id) = 0),
    constraint tracked_call_ends_with_its_status
        check ((status in ('completed', 'missed', 'blocked')) = (call_complete_timestamp is not null)),
    constraint tracked_call_is_connected_between_start_and_end
        check (call_connected_timestamp >= started_at and call_complete_timestamp >= started_at
               and call_complete_timestamp >= call_connected_timestamp),
    constraint tracked_call_durations_not_below_zero
        check (duration_ms >= 0 and connected_duration_ms between 0 and duration_ms),
    constraint blocked_call_is_not_connected_and_costs_nothing
        check ((status = 'blocked') = (block_reason is not null)
               and (block_reason is null or (call_connected_timestamp is null and revenue = 0 and payout = 0))),
    constraint missed_call_says_why
        check ((status = 'missed') = (missed_reason is not null)
               and (status <> 'missed' or call_connected_timestamp is null)
               and (status <> 'completed' or call_connected_timestamp is not null)),
    constraint call_is_converted_or_says_why_not
        check (case when converted then no_conversion_reason is null
                    else revenue = 0 and (call_complete_timestamp is null or no_conversion_reason is not null) end),
    constraint call_is_paid_out_or_says_why_not
        check (case when paid_out then no_payout_reason is null
                    else payout = 0 and (call_complete_timestamp is null or no_payout_reason is not null) end),
    constraint duplicate_is_named_with_its_time
        check (num_nulls(duplicate_of_started_at, duplicate_of_call_id) in (0, 2)),
    constraint visit_of_call_is_named_with_its_time
        check (num_nulls(visitor_session_started_at, visitor_session_id) in (0, 2)),
    constraint previous_target_has_date
        check (previously_connected_target is null or previously_connected_date is not null),
    constraint tracked_call_counts_not_below_zero
        check (menu_depth >= 0 and reroute_depth >= 0 and ring_ms >= 0 and queue_ms >= 0)
) partition by range (started_at);
create table tracking.calls_default partition of tracking.calls default;
alter table tracking.calls_default enable row level security;

create index calls_of_account on tracking.calls (tenant_id, account_id, started_at);
create index calls_of_campaign on tracking.calls (tenant_id, campaign_id, started_at);
create index calls_of_publisher on tracking.calls (tenant_id, publisher_id, started_at);
create index calls_of_buyer on tracking.calls (tenant_id, buyer_id, started_at);
create index calls_of_target on tracking.calls (tenant_id, target_id, started_at);
create index calls_of_target_group on tracking.calls (tenant_id, target_group_id, started_at);
create index calls_of_flow_version on tracking.calls (tenant_id, flow_version_id, started_at);
-- Earlier calls of a caller: duplicates, and to whom the caller was connected before.
create index calls_of_caller on tracking.calls (tenant_id, caller_id, campaign_id, started_at);
-- The live ones are few, and looked at again and again.
create index calls_live on tracking.calls (tenant_id, account_id, started_at) where call_complete_timestamp is null;
create index calls_by_status on tracking.calls (tenant_id, status, started_at);

create table tracking.call_legs (
    tenant_id         uuid not null,
    started_at        timestamptz not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid,
    call_started_at   timestamptz not null,
    call_id           uuid not null,
    position          integer not null,
    direction         core.call_direction not null default 'outbound',
    status            tracking.leg_status not null default 'dialing',
    disposition       cdr.disposition,
    target_id         uuid,
    buyer_endpoint_id uuid,
    carrier_trunk_id  uuid,
    raw_cdr_id        uuid,
    external_id       text,
    from_number       text not null default '',
    to_number         text not null default '',
    ringing_at        timestamptz,
    answered_at       timestamptz,
    accepted_at       timestamptz,
    ended_at          timestamptz,
    duration_ms       bigint not null default 0,
    sip_code          core.sip_code,
    end_source        tracking.end_source,
    heard_machine     boolean,
    cost              core.unsigned_amount not null default 0,
    currency          core.currency not null default 'USD',
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, started_at, id),
    constraint leg_of_no_account_rings_no_target
        check (account_id is not null or num_nonnulls(target_id, buyer_endpoint_id) = 0),
    constraint leg_ends_with_its_status
        check ((status = 'ended') = (ended_at is not null) and (status = 'ended') = (disposition is not null)),
    constraint leg_position_above_zero check (position > 0),
    constraint leg_duration_not_below_zero check (duration_ms >= 0)
) partition by range (started_at);
create table tracking.call_legs_default partition of tracking.call_legs default;
alter table tracking.call_legs_default enable row level security;

create index call_legs_of_call on tracking.call_legs (tenant_id, call_id, position);
create index call_legs_of_account on tracking.call_legs (tenant_id, account_id, started_at);
create index call_legs_of_target on tracking.call_legs (tenant_id, target_id, started_at);
create index call_legs_of_buyer_endpoint on tracking.call_legs (tenant_id, buyer_endpoint_id, started_at);
create index call_legs_of_raw_cdr on tracking.call_legs (tenant_id, raw_cdr_id) where raw_cdr_id is not null;
-- Legs that hold a channel of their target now.
create index call_legs_open on tracking.call_legs (tenant_id, target_id, started_at) where ended_at is null;

create table tracking.ring_tree_attempts (
    tenant_id         uuid not null,
    call_started_at   timestamptz not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid not null,
    call_id           uuid not null,
    considered_at     timestamptz not null default now(),
    position          integer not null,
    target_id         uuid not null,
    target_group_id   uuid,
    outcome           tracking.attempt_outcome not null,
    ineligible_reason tracking.ineligible_reason,
    details           jsonb not null default '{}',
    bid_amount        core.unsigned_amount,
    currency          core.currency,
    external_bid_id   text,
    bid_number        text,
    min_duration_s    integer,
    http_status       integer,
    latency_ms        integer,
    call_leg_id       uuid,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, call_started_at, id),
    constraint ineligible_target_says_why check (outcome <> 'ineligible' or ineligible_reason is not null),
    constraint attempt_bid_has_currency check (num_nulls(bid_amount, currency) in (0, 2)),
    constraint attempt_position_above_zero check (position > 0)
) partition by range (call_started_at);
create table tracking.ring_tree_attempts_default partition of tracking.ring_tree_attempts default;
alter table tracking.ring_tree_attempts_default enable row level security;

create index ring_tree_attempts_of_call on tracking.ring_tree_attempts (tenant_id, call_id, position);
create index ring_tree_attempts_of_account on tracking.ring_tree_attempts (tenant_id, account_id, call_started_at);
create index ring_tree_attempts_of_target on tracking.ring_tree_attempts (tenant_id, target_id, call_started_at);
create index ring_tree_attempts_of_target_group
    on tracking.ring_tree_attempts (tenant_id, target_group_id, call_started_at);

create table tracking.recordings (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    account_id      uuid,
    call_started_at timestamptz not null,
    call_id         uuid not null,
    call_leg_id     uuid,
    status          tracking.recording_status not null default 'recording',
    source          text not null default 'edge',
    external_id     text,
    storage_uri     text,
    checksum        bytea,
    key_id          text,
    content_type    text not null default 'audio/wav',
    size_bytes      bigint,
    channels        integer not null default 1,
    recorded_at     timestamptz not null default now(),
    ended_at        timestamptz,
    duration_ms     bigint,
    failure         text,
    delete_after    timestamptz,
    legal_hold      boolean not null default false,
    deleted_at      timestamptz,
    metadata        core.metadata not null default '{}',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint recording_is_taken_over_once unique (tenant_id, source, external_id),
    constraint recording_that_is_available_has_file_and_checksum
        check (status <> 'available' or num_nulls(storage_uri, checksum, size_bytes, duration_ms) = 0),
    constraint recording_that_is_deleted_has_no_file
        check ((status = 'deleted') = (deleted_at is not null) and (status <> 'deleted' or storage_uri is null)),
    constraint recording_on_legal_hold_is_kept_and_not_deleted check (not legal_hold or status <> 'deleted'),
    constraint recording_checksum_is_32_bytes check (octet_length(checksum) = 32),
    constraint recording_sizes_not_below_zero check (size_bytes >= 0 and duration_ms >= 0 and channels between 1 and 8),
    constraint failed_recording_says_why check ((status = 'failed') = (failure is not null))
);
create index recordings_of_call on tracking.recordings (tenant_id, call_id);
create index recordings_of_account on tracking.recordings (tenant_id, account_id, created_at);
-- What retention takes next, and what is stuck; both few.
create index recordings_due on tracking.recordings (tenant_id, delete_after)
    where deleted_at is null and not legal_hold;
create index recordings_unfinished on tracking.recordings (tenant_id, status, created_at)
    where status in ('recording', 'processing', 'failed');

create table tracking.transcriptions (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid,
    call_started_at     timestamptz not null,
    call_id             uuid not null,
    recording_id        uuid not null,
    status              tracking.transcription_status not null default 'queued',
    service_provider_id uuid,
    external_id         text,
    model               text not null default '',
    language            text,
    confidence          numeric(5, 4),
    content             text,
    segments            jsonb not null default '[]',
    summary             text,
    sentiment           tracking.sentiment,
    topics              text[] not null default '{}',
    is_redacted         boolean not null default false,
    cost                core.unsigned_amount not null default 0,
    failure             text,
    completed_at        timestamptz,
    metadata            core.metadata not null default '{}',
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint transcription_language_is_a_tag check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
    constraint transcription_confidence_between_0_and_1 check (confidence between 0 and 1),
    constraint transcription_segments_are_a_list check (jsonb_typeof(segments) = 'array'),
    constraint transcription_that_is_completed_has_content
        check ((status = 'completed') = (completed_at is not null) and (status <> 'completed' or content is not null)),
    constraint failed_transcription_says_why check ((status = 'failed') = (failure is not null))
);
create index transcriptions_of_recording on tracking.transcriptions (tenant_id, recording_id);
create index transcriptions_of_call on tracking.transcriptions (tenant_id, call_id);
create index transcriptions_of_account on tracking.transcriptions (tenant_id, account_id, created_at);
create index transcriptions_unfinished on tracking.transcriptions (tenant_id, status, created_at)
    where status <> 'completed';

create table tracking.tags (
    tenant_id   uuid not null,
    id          uuid not null default core.uuid_v7(),
    account_id  uuid not null,
    name        text not null,
    description text not null default '',
    color       text,
    is_archived boolean not null default false,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint tag_name_is_taken_once unique (tenant_id, account_id, name),
    constraint tag_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint tag_name_is_1_to_64_characters check (char_length(name) between 1 and 64),
    constraint tag_color_is_hexadecimal check (color ~ '^#[0-9a-f]{6}$')
);

create table tracking.call_tags (
    tenant_id         uuid not null,
    call_id           uuid not null,
    tag_id            uuid not null,
    account_id        uuid not null,
    call_started_at   timestamptz not null,
    value             text,
    source            tracking.tag_source not null default 'user',
    tagged_by_user_id uuid,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, call_id, tag_id)
);
create index call_tags_of_tag on tracking.call_tags (tenant_id, tag_id, account_id, call_started_at);

select core.distribute_pending();

-- Rows of targets and the like are never deleted, so a month of calls can go without looking back.
alter table tracking.calls
    add constraint tracked_call_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.calls
    add constraint tracked_call_is_of_campaign foreign key (tenant_id, campaign_id, account_id)
        references tracking.campaigns (tenant_id, id, account_id);
alter table tracking.calls
    add constraint tracked_call_is_sent_by_publisher_that_is_known foreign key (tenant_id, publisher_id, account_id)
        references tracking.publishers (tenant_id, id, account_id);
alter table tracking.calls
    add constraint tracked_call_is_taken_by_buyer_that_is_known foreign key (tenant_id, buyer_id, account_id)
        references tracking.buyers (tenant_id, id, account_id);
alter table tracking.calls
    add constraint tracked_call_rings_target foreign key (tenant_id, target_id, account_id)
        references tracking.targets (tenant_id, id, account_id);
alter table tracking.calls
    add constraint tracked_call_rings_target_group foreign key (tenant_id, target_group_id, account_id)
        references tracking.target_groups (tenant_id, id, account_id);
alter table tracking.calls
    add constraint tracked_call_uses_flow_version foreign key (tenant_id, flow_version_id, account_id)
        references flows.flow_versions (tenant_id, id, account_id);
alter table tracking.call_legs
    add constraint leg_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.call_legs
    add constraint leg_rings_target foreign key (tenant_id, target_id, account_id)
        references tracking.targets (tenant_id, id, account_id);
alter table tracking.call_legs
    add constraint leg_rings_buyer_endpoint foreign key (tenant_id, buyer_endpoint_id, account_id)
        references tracking.buyer_endpoints (tenant_id, id, account_id);
alter table tracking.ring_tree_attempts
    add constraint attempt_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.ring_tree_attempts
    add constraint attempt_is_of_target foreign key (tenant_id, target_id, account_id)
        references tracking.targets (tenant_id, id, account_id);
alter table tracking.ring_tree_attempts
    add constraint attempt_is_of_target_group foreign key (tenant_id, target_group_id, account_id)
        references tracking.target_groups (tenant_id, id, account_id);
alter table tracking.recordings
    add constraint recording_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.transcriptions
    add constraint transcription_is_of_recording foreign key (tenant_id, recording_id)
        references tracking.recordings (tenant_id, id) on delete cascade;
alter table tracking.transcriptions
    add constraint transcription_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.tags
    add constraint tag_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table tracking.call_tags
    add constraint call_has_tag_of_its_account foreign key (tenant_id, tag_id, account_id)
        references tracking.tags (tenant_id, id, account_id) on delete cascade;

select core.adopt_tables('account', 'tracking.calls', 'tracking.call_legs', 'tracking.ring_tree_attempts',
                         'tracking.recordings', 'tracking.transcriptions', 'tracking.tags', 'tracking.call_tags');

create trigger calls_stay_ended before update of status on tracking.calls
    for each row when (old.call_complete_timestamp is not null and old.status <> new.status)
    execute function core.refuse_state_change('a call that has ended', 'tracked_call_keeps_to_its_states');
create trigger recordings_move before update of status on tracking.recordings
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('recording', 'processing'), ('recording', 'available'), ('recording', 'failed'), ('recording', 'absent'),
        ('processing', 'available'), ('processing', 'failed'), ('processing', 'absent'), ('failed', 'processing'),
        ('available', 'deleted'), ('failed', 'deleted'), ('absent', 'deleted')))
    execute function core.refuse_state_change('a recording', 'recording_keeps_to_its_states');
create trigger transcriptions_move before update of status on tracking.transcriptions
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('queued', 'processing'), ('queued', 'completed'), ('queued', 'failed'), ('processing', 'completed'),
        ('processing', 'failed'), ('failed', 'queued')))
    execute function core.refuse_state_change('a transcription', 'transcription_keeps_to_its_states');

create function tracking.find_duplicates(p_tenant uuid, p_campaigns uuid[], p_callers text[], p_times timestamptz[])
returns table (turn integer, is_duplicate boolean, duplicate_of_started_at timestamptz, duplicate_of_call_id uuid,
               previously_connected_date timestamptz, previously_connected_target text)
language sql stable
as $$
    select asked.turn::integer, earlier.id is not null, earlier.started_at, earlier.id,
           connected.started_at, connected.target_name
      from unnest(p_campaigns, p_callers, p_times) with ordinality as asked (campaign_id, caller_id, called_at, turn)
      left join tracking.campaigns c on c.tenant_id = p_tenant and c.id = asked.campaign_id
      left join lateral (
          select e.started_at, e.id
            from tracking.calls e
           where e.tenant_id = p_tenant and e.campaign_id = c.id
             and (e.caller_id = asked.caller_id
                  or asked.caller_id is null and e.caller_id is null and c.duplicates_anonymous)
             and e.started_at < asked.called_at
             and (c.duplicate_window_s is null
                  or e.started_at >= asked.called_at - make_interval(secs => c.duplicate_window_s))
             and e.block_reason is null and not e.is_test
             and case c.duplicate_stage
                     when 'incoming' then true
                     when 'connected' then e.call_connected_timestamp is not null
                     when 'call_length' then e.connected_duration_ms >= c.duplicate_length_s * 1000::bigint
                     when 'converted' then e.converted end
           order by e.started_at desc limit 1) as earlier on true
      left join lateral (
          select e.started_at, e.target_name
            from tracking.calls e
           where e.tenant_id = p_tenant and e.campaign_id = c.id and e.caller_id = asked.caller_id
             and e.started_at < asked.called_at
             and e.call_connected_timestamp is not null and not e.is_test
           order by e.started_at desc limit 1) as connected on true
     order by asked.turn
$$;
comment on function tracking.find_duplicates(uuid, uuid[], text[], timestamptz[]) is
    'For each call (campaign, caller, time it came in): the earlier call of that caller that makes it a duplicate by '
    'the campaign''s rule, the last one that counts; and when and to whom the caller was last connected there, '
    'whatever the rule says. A row for each, in order. Blocked calls and tests do not count; callers without a number '
    'only where the campaign takes them for one.';
grant execute on function tracking.find_duplicates(uuid, uuid[], text[], timestamptz[]) to heddle_app, heddle_engine;

-- What partners see of the calls they sent or took: never the other side, its prices, or what was left. The views run
-- as their owner, who passes row policies, and so hold the context themselves; an owner who is bound by row policies
-- makes them empty, not open.
create view tracking.publisher_calls with (security_barrier = true) as
select c.tenant_id, c.started_at, c.id, p.partner_account_id as account_id, c.status, c.campaign_id, c.campaign_name,
       c.publisher_id, c.publisher_name, c.caller_id, c.caller_id_area_code, c.caller_id_state, c.did,
       c.call_connected_timestamp, c.call_complete_timestamp, c.duration_ms, c.connected_duration,
       c.duration_formatted, c.connected_duration_formatted, c.currency, c.payout, c.paid_out, c.no_payout_reason,
       c.is_duplicate, c.blocked, c.block_reason, c.missed_call, c.attribution
  from tracking.calls c
  join tracking.publishers p on p.tenant_id = c.tenant_id and p.id = c.publisher_id
 where c.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
   and p.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
   and (current_setting('app.account_scope', true) = 'tenant'
        or p.partner_account_id
           = any (string_to_array(nullif(current_setting('app.account_ids', true), ''), ',')::uuid[]))
   and not c.is_test;

create view tracking.buyer_calls with (security_barrier = true) as
select c.tenant_id, c.started_at, c.id, b.partner_account_id as account_id, c.status, c.campaign_id, c.campaign_name,
       c.buyer_id, c.buyer_name, c.target_id, c.target_name, c.target_number,
       case when b.sees_caller_id then c.caller_id end as caller_id, c.caller_id_area_code, c.caller_id_state,
       c.call_connected_timestamp, c.call_complete_timestamp, c.connected_duration, c.connected_duration_formatted,
       c.currency, c.revenue, c.converted, c.no_conversion_reason, c.is_duplicate
  from tracking.calls c
  join tracking.buyers b on b.tenant_id = c.tenant_id and b.id = c.buyer_id
 where c.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
   and b.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
   and (current_setting('app.account_scope', true) = 'tenant'
        or b.partner_account_id
           = any (string_to_array(nullif(current_setting('app.account_ids', true), ''), ',')::uuid[]))
   and not c.is_test;

grant select on tracking.publisher_calls, tracking.buyer_calls to heddle_app;
grant select on tracking.calls, tracking.call_legs, tracking.ring_tree_attempts, tracking.recordings,
                tracking.transcriptions to heddle_app, heddle_report;
grant select, insert, update on tracking.calls, tracking.call_legs, tracking.ring_tree_attempts, tracking.recordings,
                                tracking.transcriptions to heddle_engine;
grant select, insert, update on tracking.tags to heddle_app;
grant select, insert, update, delete on tracking.call_tags to heddle_app;
grant select on tracking.tags to heddle_engine, heddle_report;
grant select, insert, update, delete on tracking.call_tags to heddle_engine;
grant select on tracking.call_tags to heddle_report;

comment on table tracking.calls is
    'Calls that came in, with where they came from, where they went and what they earned.';
comment on column tracking.calls.id is 'The id of the call''s CDR.';
comment on column tracking.calls.started_at is 'When the call came in: the time of its CDR.';
comment on column tracking.calls.account_id is
    'The customer account whose campaign it is; NULL when the number led nowhere.';
comment on column tracking.calls.status is
    'ringing, in_flow, queued, dialing or connected; then completed, missed or blocked.';
comment on column tracking.calls.call_connected_timestamp is
    'When it was first connected to a target; NULL when it was not.';
comment on column tracking.calls.call_complete_timestamp is 'When it ended; NULL while it is live.';
comment on column tracking.calls.previously_connected_date is
    'When the caller was last connected in this campaign before.';
comment on column tracking.calls.campaign_id is 'The campaign; NULL when the number led nowhere.';
comment on column tracking.calls.publisher_id is 'The publisher that sent it.';
comment on column tracking.calls.buyer_id is 'The buyer that took it, or was rung last.';
comment on column tracking.calls.target_id is 'The target that took it, or was rung last.';
comment on column tracking.calls.target_group_id is 'The group that the target was chosen from.';
comment on column tracking.calls.campaign_name is 'Name of the campaign at that time.';
comment on column tracking.calls.publisher_name is 'Name of the publisher at that time.';
comment on column tracking.calls.buyer_name is 'Name of the buyer at that time.';
comment on column tracking.calls.target_name is 'Name of the target at that time.';
comment on column tracking.calls.target_group_name is 'Name of the group at that time.';
comment on column tracking.calls.flow_version_id is 'The version of the flow that it ran.';
comment on column tracking.calls.caller_id is 'The caller''s number; NULL when it is withheld or no number.';
comment on column tracking.calls.caller_id_area_code is 'Area code of the caller, in the North American plan.';
comment on column tracking.calls.caller_id_state is 'State or province of the caller''s number.';
comment on column tracking.calls.caller_name is 'Name of the caller, where it was looked up.';
comment on column tracking.calls.did is 'The number that was called; NULL for calls to a SIP address.';
comment on column tracking.calls.target_number is 'Number or SIP address that the target was rung at.';
comment on column tracking.calls.duration_ms is 'From the first ring to the end.';
comment on column tracking.calls.connected_duration_ms is 'Time connected to targets, all together.';
comment on column tracking.calls.connected_duration is 'The same in whole seconds.';
comment on column tracking.calls.duration_formatted is 'Duration as hh:mm:ss.';
comment on column tracking.calls.connected_duration_formatted is 'Connected duration as hh:mm:ss.';
comment on column tracking.calls.recording_url is 'Where the API gives its recording.';
comment on column tracking.calls.currency is 'Currency of its amounts.';
comment on column tracking.calls.revenue is 'What the buyer pays, with all adjustments.';
comment on column tracking.calls.payout is 'What the publisher is paid, with all adjustments.';
comment on column tracking.calls.cost is 'What carriers and services charge for it.';
comment on column tracking.calls.profit is 'Revenue less payout and cost.';
comment on column tracking.calls.duplicate_of_started_at is 'When the earlier call came in that this one repeats.';
comment on column tracking.calls.duplicate_of_call_id is
    'The earlier call that this one repeats, as found when it came in.';
comment on column tracking.calls.is_duplicate is 'Whether it repeats an earlier call, by the campaign''s rule.';
comment on column tracking.calls.converted is 'Whether the buyer pays for it.';
comment on column tracking.calls.no_conversion_reason is 'Why the buyer does not; set once the call has ended.';
comment on column tracking.calls.paid_out is 'Whether the publisher is paid for it.';
comment on column tracking.calls.no_payout_reason is 'Why the publisher is not; set once the call has ended.';
comment on column tracking.calls.block_reason is 'Why it was refused before it was routed.';
comment on column tracking.calls.blocked is 'Whether it was refused before it was routed.';
comment on column tracking.calls.missed_reason is 'Why it reached no target, where it was not blocked.';
comment on column tracking.calls.missed_call is 'Whether it ended without reaching a target, and was not blocked.';
comment on column tracking.calls.previously_connected is
    'Whether the caller was connected in this campaign before, however long ago.';
comment on column tracking.calls.previously_connected_target is
    'Name of the target that the caller was last connected to.';
comment on column tracking.calls.reasons is
    'What the reasons go by: {"no_payout": {"actual_s": 74, "required_s": 90}}.';
comment on column tracking.calls.revenue_terms_id is 'The terms that the revenue is by.';
comment on column tracking.calls.payout_terms_id is 'The terms that the payout is by.';
comment on column tracking.calls.end_source is 'caller, target or system: who ended it.';
comment on column tracking.calls.ring_ms is 'From the first ring to the connection.';
comment on column tracking.calls.queue_ms is 'Time spent waiting in queues.';
comment on column tracking.calls.menu_depth is 'Menus that the caller went through.';
comment on column tracking.calls.has_voicemail is 'Whether a message was left.';
comment on column tracking.calls.parent_call_id is
    'The call that this one was made of, when a target gave it back too early.';
comment on column tracking.calls.reroute_depth is 'How many targets gave it back before.';
comment on column tracking.calls.visitor_session_started_at is 'When the visit began that the call came from.';
comment on column tracking.calls.visitor_session_id is 'The visit that the call came from.';
comment on column tracking.calls.bid_id is 'The bid that it came for.';
comment on column tracking.calls.attribution is
    'Where it came from, as it was when it came: utm and click ids, keywords, sub ids.';
comment on column tracking.calls.is_test is 'Whether it is a test, which counts nowhere.';

comment on table tracking.call_legs is
    'Legs of calls, the inbound one first, then each target that was rung. A leg has a CDR of its own.';
comment on column tracking.call_legs.started_at is 'When it began: the time of its CDR.';
comment on column tracking.call_legs.account_id is 'The customer account that the call belongs to.';
comment on column tracking.call_legs.call_started_at is 'When the call came in.';
comment on column tracking.call_legs.call_id is 'The call.';
comment on column tracking.call_legs.position is 'Order within the call, from 1.';
comment on column tracking.call_legs.direction is 'inbound for the caller''s leg, outbound for the others.';
comment on column tracking.call_legs.status is 'dialing, ringing, answered, accepted or ended.';
comment on column tracking.call_legs.disposition is
    'How it ended: answered, busy, no_answer, cancelled, failed, refused or lost.';
comment on column tracking.call_legs.target_id is 'The target that was rung.';
comment on column tracking.call_legs.buyer_endpoint_id is 'The endpoint that was rung.';
comment on column tracking.call_legs.carrier_trunk_id is 'The carrier trunk that carried it.';
comment on column tracking.call_legs.raw_cdr_id is
    'Its raw CDR, of the same time; NULL when another system carried the leg.';
comment on column tracking.call_legs.external_id is 'Its id in that other system.';
comment on column tracking.call_legs.from_number is 'The number that was shown.';
comment on column tracking.call_legs.to_number is 'The number or SIP address that was dialled.';
comment on column tracking.call_legs.ringing_at is 'When it rang.';
comment on column tracking.call_legs.answered_at is 'When it was answered.';
comment on column tracking.call_legs.accepted_at is 'When the target accepted it by a key.';
comment on column tracking.call_legs.ended_at is 'When it ended.';
comment on column tracking.call_legs.duration_ms is 'From its answer to its end.';
comment on column tracking.call_legs.sip_code is 'Final SIP code.';
comment on column tracking.call_legs.end_source is 'caller, target or system: who ended it.';
comment on column tracking.call_legs.heard_machine is
    'Whether an answering machine was heard; NULL when nobody listened.';
comment on column tracking.call_legs.cost is 'What carrying it cost.';
comment on column tracking.call_legs.currency is 'Currency of the cost.';

comment on table tracking.ring_tree_attempts is
    'Every target that was thought of for a call: why not, what it bid, what came of it. Together they explain the '
    'route.';
comment on column tracking.ring_tree_attempts.account_id is 'The customer account that the call belongs to.';
comment on column tracking.ring_tree_attempts.call_started_at is 'When the call came in.';
comment on column tracking.ring_tree_attempts.call_id is 'The call.';
comment on column tracking.ring_tree_attempts.considered_at is 'When the target''s turn came.';
comment on column tracking.ring_tree_attempts.position is 'Order within the call, from 1.';
comment on column tracking.ring_tree_attempts.target_id is 'The target.';
comment on column tracking.ring_tree_attempts.target_group_id is 'The group or ring tree that it was in.';
comment on column tracking.ring_tree_attempts.outcome is
    'ineligible, ping_failed, ping_timed_out, no_bid, outbid, dialed or connected.';
comment on column tracking.ring_tree_attempts.ineligible_reason is 'Why it was not asked, or its bid not taken.';
comment on column tracking.ring_tree_attempts.details is
    'What that goes by: {"cap": "daily", "used": 50, "limit": 50}.';
comment on column tracking.ring_tree_attempts.bid_amount is 'What it bid.';
comment on column tracking.ring_tree_attempts.currency is 'Currency of the bid.';
comment on column tracking.ring_tree_attempts.external_bid_id is 'The bidder''s id of the bid.';
comment on column tracking.ring_tree_attempts.bid_number is 'Number or SIP address that the bid named.';
comment on column tracking.ring_tree_attempts.min_duration_s is 'Seconds that the bid asks for.';
comment on column tracking.ring_tree_attempts.http_status is 'Status of the answer to the ping.';
comment on column tracking.ring_tree_attempts.latency_ms is 'How long the answer took.';
comment on column tracking.ring_tree_attempts.call_leg_id is 'The leg, when it was rung.';

comment on table tracking.recordings is 'Recordings of calls, by reference. The row outlives the file.';
comment on column tracking.recordings.account_id is 'The customer account that the call belongs to.';
comment on column tracking.recordings.call_started_at is 'When the call came in.';
comment on column tracking.recordings.call_id is 'The call.';
comment on column tracking.recordings.call_leg_id is 'The leg, when one leg alone was recorded.';
comment on column tracking.recordings.status is 'recording, processing, available, failed, absent or deleted.';
comment on column tracking.recordings.source is 'Who recorded it: edge, or the name of another system.';
comment on column tracking.recordings.external_id is 'Its id there; taken over once.';
comment on column tracking.recordings.storage_uri is 'Where the file is.';
comment on column tracking.recordings.checksum is 'SHA-256 of the file.';
comment on column tracking.recordings.key_id is 'The key that the file is encrypted with.';
comment on column tracking.recordings.content_type is 'Format of the file.';
comment on column tracking.recordings.size_bytes is 'Size of the file.';
comment on column tracking.recordings.channels is '1, or 2 when each side has its own.';
comment on column tracking.recordings.recorded_at is 'When recording began.';
comment on column tracking.recordings.ended_at is 'When recording ended.';
comment on column tracking.recordings.duration_ms is 'Length.';
comment on column tracking.recordings.failure is 'What went wrong.';
comment on column tracking.recordings.delete_after is 'When retention takes it; NULL is never.';
comment on column tracking.recordings.legal_hold is 'While true it is not deleted.';
comment on column tracking.recordings.deleted_at is 'When the file was deleted.';

comment on table tracking.transcriptions is 'What was said in recordings.';
comment on column tracking.transcriptions.account_id is 'The customer account that the call belongs to.';
comment on column tracking.transcriptions.call_started_at is 'When the call came in.';
comment on column tracking.transcriptions.call_id is 'The call.';
comment on column tracking.transcriptions.recording_id is 'The recording.';
comment on column tracking.transcriptions.status is 'queued, processing, completed or failed.';
comment on column tracking.transcriptions.service_provider_id is
    'The service that made it, in vendor_mgmt.service_providers.';
comment on column tracking.transcriptions.external_id is 'Its id there.';
comment on column tracking.transcriptions.model is 'The service''s model and version.';
comment on column tracking.transcriptions.language is 'Language that was spoken, such as en-US.';
comment on column tracking.transcriptions.confidence is 'How sure the service is, from 0 to 1.';
comment on column tracking.transcriptions.content is 'The whole text.';
comment on column tracking.transcriptions.segments is
    'The text in pieces: [{"start_ms": 0, "end_ms": 2100, "channel": 1, "speaker": "caller", "text": "Hello", '
    '"confidence": 0.97}].';
comment on column tracking.transcriptions.summary is 'The text in short.';
comment on column tracking.transcriptions.sentiment is 'positive, neutral, negative or mixed.';
comment on column tracking.transcriptions.topics is 'What it was about.';
comment on column tracking.transcriptions.is_redacted is 'Whether card numbers and the like were taken out.';
comment on column tracking.transcriptions.cost is 'What the service charges.';
comment on column tracking.transcriptions.failure is 'What went wrong.';
comment on column tracking.transcriptions.completed_at is 'When it was completed.';

comment on table tracking.tags is 'Words that calls are sorted by.';
comment on column tracking.tags.name is 'The word, unique within the account.';
comment on column tracking.tags.description is 'What it is used for.';
comment on column tracking.tags.color is 'Its colour in lists, #rrggbb.';
comment on column tracking.tags.is_archived is 'Whether it is no longer offered.';

comment on table tracking.call_tags is 'Which tags a call has.';
comment on column tracking.call_tags.call_id is 'The call.';
comment on column tracking.call_tags.tag_id is 'The tag.';
comment on column tracking.call_tags.account_id is 'The customer account that tag and call belong to.';
comment on column tracking.call_tags.call_started_at is 'When the call came in.';
comment on column tracking.call_tags.value is 'A value, where the tag is a question: zip 30301.';
comment on column tracking.call_tags.source is 'user, rule, flow, publisher, transcription or api.';
comment on column tracking.call_tags.tagged_by_user_id is 'The user who did it.';

comment on view tracking.publisher_calls is 'Calls as the publisher that sent them may see them.';
comment on column tracking.publisher_calls.tenant_id is 'The operator that owns the row.';
comment on column tracking.publisher_calls.started_at is 'When the call came in.';
comment on column tracking.publisher_calls.id is 'Identifier of the call.';
comment on column tracking.publisher_calls.account_id is 'The publisher''s own account.';
comment on column tracking.publisher_calls.status is 'Where the call is, or how it ended.';
comment on column tracking.publisher_calls.campaign_id is 'The campaign.';
comment on column tracking.publisher_calls.campaign_name is 'Name of the campaign at that time.';
comment on column tracking.publisher_calls.publisher_id is 'The publisher.';
comment on column tracking.publisher_calls.publisher_name is 'Name of the publisher at that time.';
comment on column tracking.publisher_calls.caller_id is 'The caller''s number.';
comment on column tracking.publisher_calls.caller_id_area_code is 'Area code of the caller.';
comment on column tracking.publisher_calls.caller_id_state is 'State or province of the caller''s number.';
comment on column tracking.publisher_calls.did is 'The number that was called.';
comment on column tracking.publisher_calls.call_connected_timestamp is 'When it was connected.';
comment on column tracking.publisher_calls.call_complete_timestamp is 'When it ended.';
comment on column tracking.publisher_calls.duration_ms is 'From the first ring to the end.';
comment on column tracking.publisher_calls.connected_duration is 'Seconds connected.';
comment on column tracking.publisher_calls.duration_formatted is 'Duration as hh:mm:ss.';
comment on column tracking.publisher_calls.connected_duration_formatted is 'Connected duration as hh:mm:ss.';
comment on column tracking.publisher_calls.currency is 'Currency of the payout.';
comment on column tracking.publisher_calls.payout is 'What the publisher is paid.';
comment on column tracking.publisher_calls.paid_out is 'Whether it is paid for.';
comment on column tracking.publisher_calls.no_payout_reason is 'Why it is not.';
comment on column tracking.publisher_calls.is_duplicate is 'Whether it repeats an earlier call.';
comment on column tracking.publisher_calls.blocked is 'Whether it was refused.';
comment on column tracking.publisher_calls.block_reason is 'Why it was refused.';
comment on column tracking.publisher_calls.missed_call is 'Whether nobody took it.';
comment on column tracking.publisher_calls.attribution is 'Where it came from.';

comment on view tracking.buyer_calls is 'Calls as the buyer that took them may see them.';
comment on column tracking.buyer_calls.tenant_id is 'The operator that owns the row.';
comment on column tracking.buyer_calls.started_at is 'When the call came in.';
comment on column tracking.buyer_calls.id is 'Identifier of the call.';
comment on column tracking.buyer_calls.account_id is 'The buyer''s own account.';
comment on column tracking.buyer_calls.status is 'Where the call is, or how it ended.';
comment on column tracking.buyer_calls.campaign_id is 'The campaign.';
comment on column tracking.buyer_calls.campaign_name is 'Name of the campaign at that time.';
comment on column tracking.buyer_calls.buyer_id is 'The buyer.';
comment on column tracking.buyer_calls.buyer_name is 'Name of the buyer at that time.';
comment on column tracking.buyer_calls.target_id is 'The target.';
comment on column tracking.buyer_calls.target_name is 'Name of the target at that time.';
comment on column tracking.buyer_calls.target_number is 'Number or SIP address that was rung.';
comment on column tracking.buyer_calls.caller_id is 'The caller''s number, where the buyer may see it.';
comment on column tracking.buyer_calls.caller_id_area_code is 'Area code of the caller.';
comment on column tracking.buyer_calls.caller_id_state is 'State or province of the caller''s number.';
comment on column tracking.buyer_calls.call_connected_timestamp is 'When it was connected.';
comment on column tracking.buyer_calls.call_complete_timestamp is 'When it ended.';
comment on column tracking.buyer_calls.connected_duration is 'Seconds connected.';
comment on column tracking.buyer_calls.connected_duration_formatted is 'Connected duration as hh:mm:ss.';
comment on column tracking.buyer_calls.currency is 'Currency of the price.';
comment on column tracking.buyer_calls.revenue is 'What the buyer pays.';
comment on column tracking.buyer_calls.converted is 'Whether it is paid for.';
comment on column tracking.buyer_calls.no_conversion_reason is 'Why it is not.';
comment on column tracking.buyer_calls.is_duplicate is 'Whether it repeats an earlier call.';
