-- Message detail records: one row for each message, one for each part of a long one, and every attempt to
-- deliver something to a customer's webhook.
--
-- accepted_at is when we took the message over, from a customer or from a carrier: it is made once, by the
-- program, and travels with the id, so that a message is found by its whole key, in its month. Sender and
-- recipient are text: a sender may be a name or a short code, and a message that was refused for a bad number
-- has a record too.
--
-- A message is folded from its parts. A state that is final stays: a receipt that comes late, or out of order,
-- cannot take it back (but "unknown", which says that an answer never came, may still become what it was).

create domain messaging.direction as text
    constraint message_direction_is_known check (value in ('outbound', 'inbound'));
comment on domain messaging.direction is 'outbound: from a customer (MT); inbound: to a customer (MO).';

create domain messaging.channel as text
    constraint channel_is_known check (value in ('sms', 'mms'));
comment on domain messaging.channel is 'Text messages, or pictures.';

create domain messaging.sender_kind as text
    constraint message_sender_kind_is_known check (value in ('long_code', 'toll_free', 'short_code', 'name', 'other'));
comment on domain messaging.sender_kind is 'What the American end of a message is; a name cannot be answered.';

create domain messaging.encoding as text
    constraint encoding_is_known check (value in ('gsm7', 'latin1', 'ucs2', 'binary'));
comment on domain messaging.encoding is 'How the text is written in segments of 140 octets.';

create domain messaging.message_status as text
    constraint message_status_is_known
    check (value in ('queued', 'held', 'sent', 'delivered', 'undelivered', 'expired', 'rejected', 'failed', 'blocked',
                     'cancelled', 'unknown', 'received', 'forwarded'));
comment on domain messaging.message_status is
    'Outbound: queued; held (quiet hours, limits of networks); sent to a carrier; then for good delivered, '
    'undelivered, expired, rejected by the carrier, failed (no carrier took it), blocked by us, cancelled; or '
    'unknown: the carrier never answered. Inbound: received; then for good forwarded, or failed.';

create domain messaging.part_status as text
    constraint part_status_is_known
    check (value in ('queued', 'sent', 'delivered', 'undelivered', 'expired', 'rejected', 'unknown'));
comment on domain messaging.part_status is 'As that of a message, for one part of it.';

create domain messaging.error_code as text
    constraint message_error_is_known
    check (value in ('opted_out', 'no_campaign', 'campaign_not_active', 'network_suspended', 'brand_cap_reached',
                     'campaign_limit_reached', 'sender_not_allowed', 'recipient_not_valid', 'recipient_not_mobile',
                     'recipient_absent', 'recipient_blocked', 'content_blocked', 'spam_filtered', 'too_long',
                     'no_route', 'no_price', 'no_balance', 'account_suspended', 'validity_expired', 'throttled',
                     'carrier_refused', 'carrier_down', 'no_answer', 'no_inbound_route', 'forwarding_failed',
                     'internal'));
comment on domain messaging.error_code is
    'Why a message did not reach anybody, in our words; what the carrier said stands beside it.';

create domain messaging.attempt_outcome as text
    constraint attempt_outcome_is_known
    check (value in ('delivered', 'failed', 'timed_out', 'refused_address', 'gone'));
comment on domain messaging.attempt_outcome is
    'delivered: any 2xx; failed: any other answer, or no connection; timed_out; refused_address: a private address, '
    'which is not connected to; gone: 410, which suspends the route.';

create table messaging.mdr (
    tenant_id            uuid not null,
    accepted_at          timestamptz not null,
    id                   uuid not null default core.uuid_v7(),
    account_id           uuid,
    direction            messaging.direction not null,
    channel              messaging.channel not null default 'sms',
    status               messaging.message_status not null,
    status_changed_at    timestamptz not null default now(),
    sender               text not null,
    sender_kind          messaging.sender_kind not null default 'long_code',
    recipient            text not null,
    campaign_10dlc_id    uuid,
    customer_sms_auth_id uuid,
    api_key_id           uuid,
    smpp_connector_id    uuid,
    inbound_route_id     uuid,
    template_id          uuid,
    network              ref.mobile_network,
    mcc_mnc              text,
    lrn                  core.e164,
    encoding             messaging.encoding not null default 'gsm7',
    segments             integer not null default 1,
    parts                integer not null default 1,
    body                 text,
    body_erased_at       timestamptz,
    media                jsonb not null default '[]',
    client_reference     text,
    vendor_message_id    text,
    source_ip            inet,
    priority             integer not null default 0,
    attempts             integer not null default 0,
    scheduled_for        timestamptz,
    held_until           timestamptz,
    hold_reason          messaging.error_code,
    expires_at           timestamptz,
    sent_at              timestamptz,
    answered_at          timestamptz,
    delivered_at         timestamptz,
    error_code           messaging.error_code,
    vendor_error         text,
    smpp_status          bigint,
    in_reply_to_mdr_id   uuid,
    is_auto_reply        boolean not null default false,
    is_sandbox           boolean not null default false,
    currency             core.currency not null,
    sell_rate_id         uuid,
    sell_rate            core.rate,
    sell_amount          core.unsigned_amount not null default 0,
    sell_carrier_fee     core.unsigned_amount not null default 0,
    buy_rate_id          uuid,
    buy_rate             core.rate,
    buy_amount           core.unsigned_amount not null default 0,
    buy_carrier_fee      core.unsigned_amount not null default 0,
    margin               core.amount generated always as
                             (sell_amount + sell_carrier_fee - buy_amount - buy_carrier_fee) stored,
    rating               jsonb not null default '{}',
    rating_error         text,
    posted_at            timestamptz,
    metadata             core.metadata not null default '{}',
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    primary key (tenant_id, accepted_at, id),
    constraint message_status_is_of_its_direction
        check (case direction
                   when 'inbound' then status in ('received', 'forwarded', 'failed')
                   else status not in ('received', 'forwarded') end),
    constraint message_segments_are_between_0_and_255 check (segments between 0 and 255 and parts between 0 and 255),
    constraint message_media_are_a_list check (jsonb_typeof(media) = 'array'),
    constraint message_body_is_erased_when_it_says_so check (body_erased_at is null or body is null),
    constraint message_is_blocked_for_a_reason check (status not in ('blocked', 'held') or error_code is not null
                                                      or hold_reason is not null),
    constraint blocked_message_costs_nothing
        check (status <> 'blocked' or (sell_amount = 0 and sell_carrier_fee = 0 and buy_amount = 0)),
    constraint message_sell_amount_names_its_rate
        check (sell_amount = 0 or num_nulls(sell_rate_id, sell_rate) = 0),
    constraint message_buy_amount_names_its_rate check (buy_amount = 0 or num_nulls(buy_rate_id, buy_rate) = 0)
) partition by range (accepted_at);
create table messaging.mdr_default partition of messaging.mdr default;
alter table messaging.mdr_default enable row level security;

create index mdr_by_id on messaging.mdr (tenant_id, id);
create index mdr_of_account on messaging.mdr (tenant_id, account_id, accepted_at);
create index mdr_of_campaign on messaging.mdr (tenant_id, campaign_10dlc_id, accepted_at);
-- A conversation, from our side or from the other.
create index mdr_of_recipient on messaging.mdr (tenant_id, recipient, accepted_at);
create index mdr_of_sender on messaging.mdr (tenant_id, sender, accepted_at);
-- What waits, of all tenants; empty when the pipeline keeps up.
create index mdr_waiting on messaging.mdr (accepted_at, tenant_id, id) where status in ('queued', 'received');
create index mdr_held on messaging.mdr (held_until, tenant_id, id) where status = 'held';
-- Sent and without a final receipt: what gives up waiting looks here.
create index mdr_in_flight on messaging.mdr (sent_at, tenant_id, id) where status in ('sent', 'unknown');
create index mdr_unposted on messaging.mdr (accepted_at, tenant_id, id)
    where posted_at is null and rating_error is null and status not in ('queued', 'held', 'blocked', 'cancelled');
create index mdr_set_aside on messaging.mdr (tenant_id, accepted_at, id) where rating_error is not null;

create table messaging.mdr_parts (
    tenant_id         uuid not null,
    accepted_at       timestamptz not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid,
    mdr_id            uuid not null,
    part              integer not null,
    smpp_connector_id uuid,
    vendor_message_id text,
    status            messaging.part_status not null default 'queued',
    status_changed_at timestamptz not null default now(),
    sent_at           timestamptz,
    answered_at       timestamptz,
    done_at           timestamptz,
    smpp_status       bigint,
    network_error     text,
    receipt           text,
    buy_amount        core.unsigned_amount not null default 0,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, accepted_at, id),
    constraint message_has_each_part_once unique (tenant_id, accepted_at, mdr_id, part),
    constraint message_part_is_between_1_and_255 check (part between 1 and 255)
) partition by range (accepted_at);
create table messaging.mdr_parts_default partition of messaging.mdr_parts default;
alter table messaging.mdr_parts_default enable row level security;

create index mdr_parts_of_account on messaging.mdr_parts (tenant_id, account_id, accepted_at);
-- A receipt names the vendor's id and nothing else.
create index mdr_parts_by_vendor_message
    on messaging.mdr_parts (tenant_id, smpp_connector_id, vendor_message_id, accepted_at);

create table messaging.webhook_attempts (
    tenant_id        uuid not null,
    attempted_at     timestamptz not null default now(),
    id               uuid not null default core.uuid_v7(),
    account_id       uuid,
    inbound_route_id uuid,
    mdr_id           uuid,
    mdr_accepted_at  timestamptz,
    event_id         uuid not null,
    event_type       text not null,
    attempt          integer not null default 1,
    is_failover      boolean not null default false,
    is_replay        boolean not null default false,
    url              text not null,
    outcome          messaging.attempt_outcome not null,
    http_status      integer,
    duration_ms      integer,
    remote_ip        inet,
    response_excerpt text,
    error            text,
    next_attempt_at  timestamptz,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, attempted_at, id),
    constraint webhook_attempt_above_zero check (attempt > 0),
    constraint webhook_http_status_is_of_three_digits check (http_status between 100 and 599),
    constraint webhook_duration_not_below_zero check (duration_ms >= 0),
    constraint webhook_response_is_at_most_1000_characters check (length(response_excerpt) <= 1000),
    constraint webhook_attempt_names_the_whole_message check (num_nulls(mdr_id, mdr_accepted_at) in (0, 2))
) partition by range (attempted_at);
create table messaging.webhook_attempts_default partition of messaging.webhook_attempts default;
alter table messaging.webhook_attempts_default enable row level security;

create index webhook_attempts_of_event on messaging.webhook_attempts (tenant_id, event_id, attempted_at);
create index webhook_attempts_of_message on messaging.webhook_attempts (tenant_id, mdr_id, attempted_at);
create index webhook_attempts_of_route on messaging.webhook_attempts (tenant_id, inbound_route_id, attempted_at);
create index webhook_attempts_of_account on messaging.webhook_attempts (tenant_id, account_id, attempted_at);

select core.distribute_pending();

alter table messaging.mdr
    add constraint message_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table messaging.mdr
    add constraint message_is_of_campaign_of_its_account foreign key (tenant_id, campaign_10dlc_id, account_id)
        references messaging.campaigns_10dlc (tenant_id, id, account_id);
-- Parts have no key to their message: making a month moves rows out of the default partition, and to a key that
-- is a deletion, which it would refuse or carry on to the parts.
alter table messaging.mdr_parts
    add constraint message_part_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);

select core.adopt_tables('account', 'messaging.mdr', 'messaging.mdr_parts', 'messaging.webhook_attempts');

-- What may not follow stands in WHEN: the hot path pays for nothing but the comparison.
create trigger mdr_keep_final_status before update of status on messaging.mdr
    for each row when (old.status <> new.status
                       and (old.status in ('delivered', 'undelivered', 'expired', 'rejected', 'failed', 'blocked',
                                           'cancelled', 'forwarded')
                            or old.status in ('sent', 'unknown')
                               and new.status in ('queued', 'held', 'blocked', 'cancelled')))
    execute function core.refuse_state_change('a message', 'message_keeps_its_final_status');
create trigger mdr_stamp_status before update of status on messaging.mdr
    for each row when (old.status <> new.status) execute function core.stamp_state_change();
create trigger mdr_parts_keep_final_status before update of status on messaging.mdr_parts
    for each row when (old.status <> new.status
                       and (old.status in ('delivered', 'undelivered', 'expired', 'rejected')
                            or old.status in ('sent', 'unknown') and new.status = 'queued'))
    execute function core.refuse_state_change('a part of a message', 'message_part_keeps_its_final_status');
create trigger mdr_parts_stamp_status before update of status on messaging.mdr_parts
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

create function messaging.create_monthly_partition(p_month date default (now() at time zone 'UTC')::date)
returns integer
language sql
as $$
    select core.create_monthly_partition('messaging.mdr', p_month)::integer
         + core.create_monthly_partition('messaging.mdr_parts', p_month)::integer
         + core.create_monthly_partition('messaging.webhook_attempts', p_month)::integer
$$;
comment on function messaging.create_monthly_partition(date) is
    'Makes the partitions of messages, their parts and webhook attempts for the month that a day lies in; returns how '
    'many were missing.';
grant execute on function messaging.create_monthly_partition(date) to heddle_engine;

grant select on messaging.mdr, messaging.mdr_parts, messaging.webhook_attempts to heddle_app, heddle_report;
-- A message is accepted, held and sent by the pipelines only; the API hands it to them.
grant select, insert, update on messaging.mdr, messaging.mdr_parts to heddle_engine;
grant select, insert on messaging.webhook_attempts to heddle_engine;

comment on table messaging.mdr is 'Messages: sent, received, refused; with their prices. One row each.';
comment on column messaging.mdr.accepted_at is 'When we took it over.';
comment on column messaging.mdr.account_id is 'The account; NULL for one that came to a number of nobody.';
comment on column messaging.mdr.direction is 'outbound or inbound.';
comment on column messaging.mdr.channel is 'sms or mms.';
comment on column messaging.mdr.status is
    'queued, held, sent, delivered, undelivered, expired, rejected, failed, blocked, cancelled, unknown; received, '
    'forwarded.';
comment on column messaging.mdr.status_changed_at is 'When the status last changed.';
comment on column messaging.mdr.sender is 'Who sends: a number in E.164, a short code or a name.';
comment on column messaging.mdr.sender_kind is 'long_code, toll_free, short_code, name or other.';
comment on column messaging.mdr.recipient is 'To whom: a number in E.164, where it could be made out.';
comment on column messaging.mdr.campaign_10dlc_id is
    'The campaign that it was sent for; NULL where none is needed (toll-free, international, inbound).';
comment on column messaging.mdr.customer_sms_auth_id is 'The login that it came by.';
comment on column messaging.mdr.api_key_id is 'The API key that it came by.';
comment on column messaging.mdr.smpp_connector_id is 'The connection that it went out, or came in, by.';
comment on column messaging.mdr.inbound_route_id is 'Where it was forwarded to.';
comment on column messaging.mdr.template_id is 'The template that it was made from.';
comment on column messaging.mdr.network is 'Mobile network of the other end, which decides limits and fees.';
comment on column messaging.mdr.mcc_mnc is 'The same by its country and network code.';
comment on column messaging.mdr.lrn is 'Where the other end''s number is ported to.';
comment on column messaging.mdr.encoding is 'gsm7, latin1, ucs2 or binary.';
comment on column messaging.mdr.segments is 'Segments that are charged.';
comment on column messaging.mdr.parts is 'Parts that it is sent in.';
comment on column messaging.mdr.body is 'The text; NULL once erased.';
comment on column messaging.mdr.body_erased_at is 'When the text was erased.';
comment on column messaging.mdr.media is 'Pictures: [{"reference", "checksum", "media_type", "size_bytes"}].';
comment on column messaging.mdr.client_reference is 'What the customer calls it.';
comment on column messaging.mdr.vendor_message_id is 'What the carrier calls it, or its first part.';
comment on column messaging.mdr.source_ip is 'Address that the customer sent it from.';
comment on column messaging.mdr.priority is 'The higher goes first.';
comment on column messaging.mdr.attempts is 'How often it was handed to a carrier.';
comment on column messaging.mdr.scheduled_for is 'When the customer wants it sent; NULL is at once.';
comment on column messaging.mdr.held_until is 'When it is looked at again.';
comment on column messaging.mdr.hold_reason is 'Why it is held.';
comment on column messaging.mdr.expires_at is 'After this it is not sent any more.';
comment on column messaging.mdr.sent_at is 'When it was handed to the carrier.';
comment on column messaging.mdr.answered_at is 'When the carrier took or refused it.';
comment on column messaging.mdr.delivered_at is 'When it reached the recipient, or the customer, by the last receipt.';
comment on column messaging.mdr.error_code is 'Why it reached nobody.';
comment on column messaging.mdr.vendor_error is 'The same as the carrier said it.';
comment on column messaging.mdr.smpp_status is 'command_status of the carrier''s answer.';
comment on column messaging.mdr.in_reply_to_mdr_id is 'The message that it answers.';
comment on column messaging.mdr.is_auto_reply is 'Whether we sent it by ourselves, as after STOP.';
comment on column messaging.mdr.is_sandbox is 'Whether it went to the simulator only.';
comment on column messaging.mdr.currency is 'Currency of all its prices.';
comment on column messaging.mdr.sell_rate_id is 'Row of the price that was used.';
comment on column messaging.mdr.sell_rate is 'Sell price of a segment that was used.';
comment on column messaging.mdr.sell_amount is 'What the account pays for the segments.';
comment on column messaging.mdr.sell_carrier_fee is 'What the account pays of the mobile network''s surcharge.';
comment on column messaging.mdr.buy_rate_id is 'Row of the vendor''s price that was used.';
comment on column messaging.mdr.buy_rate is 'Buy price of a segment that was used.';
comment on column messaging.mdr.buy_amount is 'What the vendor charges for the segments.';
comment on column messaging.mdr.buy_carrier_fee is 'What the vendor charges of the mobile network''s surcharge.';
comment on column messaging.mdr.margin is 'What the account pays less what the vendor charges.';
comment on column messaging.mdr.rating is 'How it was rated: rounding, plan, fee rows.';
comment on column messaging.mdr.rating_error is
    'Why a message has no price yet; it is set aside until somebody mends it and sets this to NULL.';
comment on column messaging.mdr.posted_at is 'When the sell amounts reached the ledger; NULL while it waits.';

comment on table messaging.mdr_parts is
    'Parts of messages, each with what the carrier said of it. A message of one part has one row.';
comment on column messaging.mdr_parts.accepted_at is 'When we took the message over.';
comment on column messaging.mdr_parts.mdr_id is 'The message.';
comment on column messaging.mdr_parts.part is 'Which part, from 1.';
comment on column messaging.mdr_parts.smpp_connector_id is 'The connection that it went out by.';
comment on column messaging.mdr_parts.vendor_message_id is
    'What the carrier calls it, without leading zeros and in lower case. Two carriers may use one id.';
comment on column messaging.mdr_parts.status is 'queued, sent, delivered, undelivered, expired, rejected or unknown.';
comment on column messaging.mdr_parts.status_changed_at is 'When the status last changed.';
comment on column messaging.mdr_parts.sent_at is 'When it was handed to the carrier.';
comment on column messaging.mdr_parts.answered_at is 'When the carrier took or refused it.';
comment on column messaging.mdr_parts.done_at is 'When it reached the recipient, or was given up, by the receipt.';
comment on column messaging.mdr_parts.smpp_status is 'command_status of the carrier''s answer.';
comment on column messaging.mdr_parts.network_error is 'Error in the receipt.';
comment on column messaging.mdr_parts.receipt is 'The last receipt, as it came.';
comment on column messaging.mdr_parts.buy_amount is 'What the vendor charges for it.';

comment on table messaging.webhook_attempts is
    'Every attempt to deliver a message or a receipt to a customer''s webhook. Attempts are never changed.';
comment on column messaging.webhook_attempts.attempted_at is 'When it was made.';
comment on column messaging.webhook_attempts.account_id is 'The account.';
comment on column messaging.webhook_attempts.inbound_route_id is 'The route that named the address.';
comment on column messaging.webhook_attempts.mdr_id is 'The message that it was about.';
comment on column messaging.webhook_attempts.mdr_accepted_at is 'When that was accepted, which with its id is its key.';
comment on column messaging.webhook_attempts.event_id is 'Id that the receiver gets, the same in every attempt.';
comment on column messaging.webhook_attempts.event_type is 'What happened: message.received, message.delivered …';
comment on column messaging.webhook_attempts.attempt is 'The how-manieth it was, from 1.';
comment on column messaging.webhook_attempts.is_failover is 'Whether it went to the second address.';
comment on column messaging.webhook_attempts.is_replay is 'Whether somebody asked for it anew.';
comment on column messaging.webhook_attempts.url is 'Address that it was sent to.';
comment on column messaging.webhook_attempts.outcome is 'delivered, failed, timed_out, refused_address or gone.';
comment on column messaging.webhook_attempts.http_status is 'Status of the answer; NULL when there was none.';
comment on column messaging.webhook_attempts.duration_ms is 'How long it took.';
comment on column messaging.webhook_attempts.remote_ip is 'Address that the host name stood for.';
comment on column messaging.webhook_attempts.response_excerpt is 'The start of the answer.';
comment on column messaging.webhook_attempts.error is 'Why there was no answer.';
comment on column messaging.webhook_attempts.next_attempt_at is 'When it is tried again; NULL for the last.';
