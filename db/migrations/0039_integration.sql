-- What the world is told: events, the webhooks that want them, and every attempt to deliver one.
--
-- An event is written in the transaction that it tells of, once, with its payload and the version of its form. Who
-- reads the events of one ordering key in the order of (occurred_at, id) sees what happened to that thing in order. For
-- each webhook that wants an event there is one delivery, and for each try an attempt; a delivery lies in the month of
-- its event, so that both go together.
--
-- Secrets are ours to sign with, so they are kept as ciphertext with the id of their key; while a secret is replaced
-- both sign. A webhook that fails again and again is left alone for a while (the breaker opens), tried once (half open)
-- and then served again, or disabled.

create schema integration;
comment on schema integration is 'Events, webhooks and deliveries.';
grant usage on schema integration to heddle_app, heddle_engine, heddle_report;

create domain integration.event_type as text
    constraint event_type_is_words_with_points check (value ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,3}$');
comment on domain integration.event_type is 'What an event tells: subject and what happened, such as call.completed.';

create domain integration.webhook_status as text
    constraint webhook_status_is_known check (value in ('active', 'paused', 'disabled'));
comment on domain integration.webhook_status is
    'active is served; paused collects its events for later; disabled, by us or by a 410, gets none.';

create domain integration.http_method as text
    constraint webhook_method_is_known check (value in ('POST', 'PUT', 'GET'));
comment on domain integration.http_method is 'POST and PUT carry a body; GET, for pixels, carries it in the address.';

create domain integration.breaker_state as text
    constraint breaker_state_is_known check (value in ('closed', 'open', 'half_open'));
comment on domain integration.breaker_state is
    'closed delivers; open waits until breaker_retry_at; half_open lets one delivery through to see.';

create domain integration.delivery_status as text
    constraint delivery_status_is_known check (value in ('pending', 'delivered', 'exhausted', 'cancelled'));
comment on domain integration.delivery_status is
    'pending is tried at next_attempt_at; delivered was answered by 2xx; exhausted was tried as often as it may be; '
    'cancelled: its webhook went away, or somebody said so.';

create domain integration.attempt_error as text
    constraint attempt_error_is_known
    check (value in ('address_refused', 'dns', 'connect', 'tls', 'timeout', 'status', 'redirect', 'too_large',
                     'internal'));
comment on domain integration.attempt_error is
    'Why an attempt failed: the address is private (address_refused), its name unknown (dns), connect, tls, timeout, '
    'the status of the answer, a redirect, an answer that is too large, or a fault of ours (internal).';

create table integration.webhooks (
    tenant_id                  uuid not null,
    id                         uuid not null default core.uuid_v7(),
    account_id                 uuid,
    name                       text not null,
    status                     integration.webhook_status not null default 'active',
    method                     integration.http_method not null default 'POST',
    url                        text not null,
    event_types                text[] not null default '{}',
    campaign_id                uuid,
    publisher_id               uuid,
    filters                    jsonb not null default '[]',
    headers                    jsonb not null default '{}',
    body_template              text,
    payload_version            integer not null default 1,
    secret_ciphertext          bytea not null,
    secret_key_id              text not null,
    old_secret_ciphertext      bytea,
    old_secret_key_id          text,
    old_secret_expires_at      timestamptz,
    rotated_at                 timestamptz not null default now(),
    timeout_ms                 integer not null default 15000,
    max_attempts               integer not null default 10,
    max_per_minute             integer,
    breaker                    integration.breaker_state not null default 'closed',
    breaker_failures           integer not null default 0,
    breaker_threshold          integer not null default 10,
    breaker_opened_at          timestamptz,
    breaker_retry_at           timestamptz,
    last_success_at            timestamptz,
    last_failure_at            timestamptz,
    disabled_at                timestamptz,
    disabled_reason            text,
    metadata                   core.metadata not null default '{}',
    created_at                 timestamptz not null default now(),
    updated_at                 timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint webhook_name_is_taken_once unique nulls not distinct (tenant_id, account_id, name),
    constraint webhook_url_is_https_without_login check (url ~ '^https://[^\s/@?#]+([/?#][^\s]*)?$'),
    constraint webhook_has_event_types_that_are_types_or_stars
        check (cardinality(event_types) > 0
               and array_to_string(event_types, ' ')
                   ~ '^((\*|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\.(\*|[a-z0-9_]+))( |$))+$'),
    constraint webhook_filters_are_a_list check (jsonb_typeof(filters) = 'array'),
    constraint webhook_headers_are_an_object check (jsonb_typeof(headers) = 'object'),
    constraint webhook_header_values_are_texts
        check (not jsonb_path_exists(headers, 'strict $.* ? (@.type() != "string")')),
    constraint webhook_version_above_zero check (payload_version > 0),
    constraint webhook_old_secret_is_whole
        check (num_nulls(old_secret_ciphertext, old_secret_key_id, old_secret_expires_at) in (0, 3)),
    constraint webhook_timeout_between_1_and_30_s check (timeout_ms between 1000 and 30000),
    constraint webhook_attempts_are_between_1_and_20 check (max_attempts between 1 and 20),
    constraint webhook_rate_above_zero check (max_per_minute > 0),
    constraint breaker_counts_not_below_zero check (breaker_failures >= 0 and breaker_threshold > 0),
    constraint open_breaker_says_until_when
        check (breaker = 'closed' or num_nulls(breaker_opened_at, breaker_retry_at) = 0),
    constraint disabled_webhook_says_why check ((status = 'disabled') = (num_nulls(disabled_at, disabled_reason) = 0))
);
create index webhooks_of_account on integration.webhooks (tenant_id, account_id, created_at);
create index webhooks_by_status on integration.webhooks (tenant_id, status);
create index webhooks_of_campaign on integration.webhooks (tenant_id, campaign_id, account_id);
create index webhooks_of_publisher on integration.webhooks (tenant_id, publisher_id, account_id);

create table integration.events (
    tenant_id       uuid not null,
    occurred_at     timestamptz not null default now(),
    id              uuid not null default core.uuid_v7(),
    account_id      uuid,
    type            integration.event_type not null,
    version         integer not null default 1,
    subject         text not null,
    subject_id      uuid,
    ordering_key    text not null,
    campaign_id     uuid,
    publisher_id    uuid,
    payload         jsonb not null,
    actor_user_id   uuid,
    request_id      uuid,
    traceparent     text,
    dispatched_at   timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, occurred_at, id),
    constraint event_version_above_zero check (version > 0),
    constraint event_payload_is_an_object check (jsonb_typeof(payload) = 'object'),
    constraint event_payload_is_between_2_and_65536_bytes check (octet_length(payload::text) between 2 and 65536),
    constraint event_ordering_key_is_1_to_200_characters check (char_length(ordering_key) between 1 and 200),
    constraint event_trace_is_a_traceparent check (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$')
) partition by range (occurred_at);
create table integration.events_default partition of integration.events default;
alter table integration.events_default enable row level security;
create index events_of_account on integration.events (tenant_id, account_id, occurred_at);
create index events_of_subject on integration.events (tenant_id, subject, subject_id, occurred_at);
create index events_by_type on integration.events (tenant_id, type, occurred_at);
create index events_by_ordering_key on integration.events (tenant_id, ordering_key, occurred_at, id);
-- What has still to be given to webhooks; empty when the dispatcher keeps up.
create index events_undispatched on integration.events (occurred_at, tenant_id, id) where dispatched_at is null;
-- What streams tell of, in the order in which it was dispatched.
create index events_in_order on integration.events (tenant_id, dispatched_at, occurred_at, id)
    where dispatched_at is not null;

create table integration.deliveries (
    tenant_id        uuid not null,
    occurred_at      timestamptz not null,
    id               uuid not null default core.uuid_v7(),
    account_id       uuid,
    event_id         uuid not null,
    webhook_id       uuid not null,
    event_type       integration.event_type not null,
    ordering_key     text not null,
    status           integration.delivery_status not null default 'pending',
    attempts         integer not null default 0,
    next_attempt_at  timestamptz not null default now(),
    last_attempt_at  timestamptz,
    last_status_code integer,
    last_error       integration.attempt_error,
    finished_at      timestamptz,
    replay           integer not null default 0,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, occurred_at, id),
    constraint event_is_delivered_once_a_webhook_and_replay
        unique (tenant_id, occurred_at, event_id, webhook_id, replay),
    constraint delivery_counts_not_below_zero check (attempts >= 0 and replay >= 0),
    constraint delivery_ends_with_its_status check ((status = 'pending') = (finished_at is null))
) partition by range (occurred_at);
create table integration.deliveries_default partition of integration.deliveries default;
alter table integration.deliveries_default enable row level security;
create index deliveries_of_account on integration.deliveries (tenant_id, account_id, occurred_at);
create index deliveries_of_webhook on integration.deliveries (tenant_id, webhook_id, occurred_at);
-- What of one webhook is due (one on all that is due would be read past what is paused); and what of one webhook and
-- thing has to go first.
create index deliveries_due on integration.deliveries (tenant_id, webhook_id, next_attempt_at, id)
    where status = 'pending';
create index deliveries_in_order on integration.deliveries (tenant_id, webhook_id, ordering_key, occurred_at, event_id)
    where status = 'pending';

create table integration.delivery_attempts (
    tenant_id            uuid not null,
    attempted_at         timestamptz not null default now(),
    id                   uuid not null default core.uuid_v7(),
    account_id           uuid,
    delivery_occurred_at timestamptz not null,
    delivery_id          uuid not null,
    webhook_id           uuid not null,
    attempt              integer not null,
    url                  text not null,
    resolved_address     inet,
    status_code          integer,
    error                integration.attempt_error,
    error_detail         text,
    latency_ms           integer not null,
    request_bytes        integer not null default 0,
    response_headers     jsonb not null default '{}',
    response_excerpt     text not null default '',
    retry_after_s        integer,
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    primary key (tenant_id, attempted_at, id),
    constraint attempt_has_status_or_error check (num_nonnulls(status_code, error) > 0),
    constraint delivery_attempt_above_zero check (attempt > 0),
    constraint attempt_measures_not_below_zero check (latency_ms >= 0 and request_bytes >= 0 and retry_after_s >= 0),
    constraint response_excerpt_is_at_most_4096_characters check (char_length(response_excerpt) <= 4096)
) partition by range (attempted_at);
create table integration.delivery_attempts_default partition of integration.delivery_attempts default;
alter table integration.delivery_attempts_default enable row level security;
create index delivery_attempts_of_delivery on integration.delivery_attempts (tenant_id, delivery_id, attempt);
create index delivery_attempts_of_webhook on integration.delivery_attempts (tenant_id, webhook_id, attempted_at);
create index delivery_attempts_of_account on integration.delivery_attempts (tenant_id, account_id, attempted_at);

select core.distribute_pending();

alter table integration.webhooks
    add constraint webhook_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table integration.webhooks
    add constraint webhook_is_for_campaign_of_its_account foreign key (tenant_id, campaign_id, account_id)
        references tracking.campaigns (tenant_id, id, account_id);
alter table integration.webhooks
    add constraint webhook_is_for_publisher_of_its_account foreign key (tenant_id, publisher_id, account_id)
        references tracking.publishers (tenant_id, id, account_id);
alter table integration.events
    add constraint event_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table integration.deliveries
    add constraint delivery_is_to_webhook foreign key (tenant_id, webhook_id)
        references integration.webhooks (tenant_id, id) on delete cascade;
alter table integration.deliveries
    add constraint delivery_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table integration.delivery_attempts
    add constraint delivery_attempt_is_to_webhook foreign key (tenant_id, webhook_id)
        references integration.webhooks (tenant_id, id) on delete cascade;
alter table integration.delivery_attempts
    add constraint delivery_attempt_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);

select core.adopt_tables('account', 'integration.webhooks', 'integration.events', 'integration.deliveries',
                         'integration.delivery_attempts');

create trigger deliveries_move before update of status on integration.deliveries
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('pending', 'delivered'), ('pending', 'exhausted'), ('pending', 'cancelled')))
    execute function core.refuse_state_change('a delivery', 'delivery_keeps_to_its_states');

grant select, insert, update, delete on integration.webhooks to heddle_app;
grant select, insert on integration.events to heddle_app;
grant select on integration.deliveries, integration.delivery_attempts to heddle_app;
grant select, update on integration.webhooks to heddle_engine;
grant select, insert, update on integration.events, integration.deliveries to heddle_engine;
grant select, insert on integration.delivery_attempts to heddle_engine;
grant select (tenant_id, id, account_id, name, status, method, event_types, campaign_id, publisher_id,
              payload_version, rotated_at, timeout_ms, max_attempts, max_per_minute, breaker, breaker_failures,
              breaker_opened_at, breaker_retry_at, last_success_at, last_failure_at, disabled_at, disabled_reason,
              created_at, updated_at)
    on integration.webhooks to heddle_report;
grant select on integration.events, integration.deliveries, integration.delivery_attempts to heddle_report;

insert into auth.permissions (name, description) values
    ('integration:read', 'See webhooks, events and deliveries'),
    ('integration:write', 'Make, change and replay webhooks');

comment on table integration.webhooks is 'Addresses that are told of events: signed webhooks, postbacks and pixels.';
comment on column integration.webhooks.account_id is
    'The account whose events it gets; NULL gets those of all accounts.';
comment on column integration.webhooks.name is 'Name, unique within the account.';
comment on column integration.webhooks.status is 'active, paused or disabled.';
comment on column integration.webhooks.method is 'POST, PUT or GET.';
comment on column integration.webhooks.url is
    'Where it is sent, https only; a pixel''s may have tokens: https://x.example/?id={call.id}.';
comment on column integration.webhooks.event_types is 'Events that it gets: call.completed, call.*, or * for all.';
comment on column integration.webhooks.campaign_id is 'Only events of this campaign.';
comment on column integration.webhooks.publisher_id is 'Only events of this publisher: its postback.';
comment on column integration.webhooks.filters is 'What an event must have to be sent, as for targets.';
comment on column integration.webhooks.headers is 'Headers that are added: {"X-Source": "heddle"}.';
comment on column integration.webhooks.body_template is 'Body with tokens; NULL sends the event as JSON.';
comment on column integration.webhooks.payload_version is 'The form that payloads are sent in.';
comment on column integration.webhooks.rotated_at is 'When the signing key was last replaced.';
comment on column integration.webhooks.timeout_ms is 'How long an answer is waited for.';
comment on column integration.webhooks.max_attempts is 'How often a delivery is tried.';
comment on column integration.webhooks.max_per_minute is 'Most deliveries a minute; NULL is no limit.';
comment on column integration.webhooks.breaker is 'closed, open or half_open.';
comment on column integration.webhooks.breaker_failures is 'Failures since the last success.';
comment on column integration.webhooks.breaker_threshold is 'Failures that open the breaker.';
comment on column integration.webhooks.breaker_opened_at is 'When it was last opened.';
comment on column integration.webhooks.breaker_retry_at is 'When it lets one delivery through again.';
comment on column integration.webhooks.last_success_at is 'When a delivery last arrived.';
comment on column integration.webhooks.last_failure_at is 'When a delivery last failed.';
comment on column integration.webhooks.disabled_at is 'When it was disabled.';
comment on column integration.webhooks.disabled_reason is 'Why it was disabled.';

comment on table integration.events is 'What happened, as the world is told of it.';
comment on column integration.events.occurred_at is 'When it happened.';
comment on column integration.events.type is 'What happened, such as call.completed.';
comment on column integration.events.version is 'Version of the payload''s form.';
comment on column integration.events.subject is 'Table of the thing that it happened to, with its schema.';
comment on column integration.events.subject_id is 'Row of that table.';
comment on column integration.events.ordering_key is
    'Events of one key are delivered in order; those of different keys need not be.';
comment on column integration.events.campaign_id is 'The campaign that it is of, for webhooks that want one only.';
comment on column integration.events.publisher_id is 'The publisher that it is of, for webhooks that want one only.';
comment on column integration.events.payload is 'The data of the event.';
comment on column integration.events.actor_user_id is 'The user who did it, if a person did.';
comment on column integration.events.request_id is 'The request that asked for it.';
comment on column integration.events.traceparent is
    'The trace of that request, as it named it (W3C Trace Context): handed on to webhooks.';
comment on column integration.events.dispatched_at is
    'When its deliveries were made, one time for all of a dispatch; NULL while it waits.';

comment on table integration.deliveries is 'Events on their way to webhooks.';
comment on column integration.deliveries.occurred_at is 'When the event happened.';
comment on column integration.deliveries.event_id is 'The event.';
comment on column integration.deliveries.webhook_id is 'The webhook.';
comment on column integration.deliveries.event_type is 'Type of the event.';
comment on column integration.deliveries.ordering_key is 'Ordering key of the event.';
comment on column integration.deliveries.status is 'pending, delivered, exhausted or cancelled.';
comment on column integration.deliveries.attempts is 'How often it was tried.';
comment on column integration.deliveries.next_attempt_at is 'When it is tried next.';
comment on column integration.deliveries.last_attempt_at is 'When it was tried last.';
comment on column integration.deliveries.last_status_code is 'HTTP status of the last answer.';
comment on column integration.deliveries.last_error is 'Why the last attempt failed.';
comment on column integration.deliveries.finished_at is 'When it left the state pending.';
comment on column integration.deliveries.replay is '0 for the first time, then one more whenever somebody asks again.';

comment on table integration.delivery_attempts is 'Every attempt to deliver an event.';
comment on column integration.delivery_attempts.attempted_at is 'When it was made.';
comment on column integration.delivery_attempts.delivery_occurred_at is 'When the event happened.';
comment on column integration.delivery_attempts.delivery_id is 'The delivery.';
comment on column integration.delivery_attempts.webhook_id is 'The webhook.';
comment on column integration.delivery_attempts.attempt is 'Number within the delivery, from 1.';
comment on column integration.delivery_attempts.url is 'Where it was sent, with what was in it left out.';
comment on column integration.delivery_attempts.resolved_address is 'The address that its name stood for.';
comment on column integration.delivery_attempts.status_code is 'HTTP status of the answer.';
comment on column integration.delivery_attempts.error is
    'address_refused, dns, connect, tls, timeout, status, redirect, too_large or internal.';
comment on column integration.delivery_attempts.error_detail is 'The failure in words.';
comment on column integration.delivery_attempts.latency_ms is 'How long the answer took.';
comment on column integration.delivery_attempts.request_bytes is 'Size of what was sent.';
comment on column integration.delivery_attempts.response_headers is 'Headers of the answer, those that are of use.';
comment on column integration.delivery_attempts.response_excerpt is 'The beginning of the answer.';
comment on column integration.delivery_attempts.retry_after_s is 'When it asked to be tried again.';
