-- What comes in over HTTP: the right to hand in call records, and what payment providers report (docs/decisions/0029).
--
-- A provider calls an address of ours that nobody can guess, and signs what it says with a key that only it and the
-- operator have; here is where that key is kept, never the key. What it reports is kept once, by the provider's own
-- id, whatever order it comes in and however often: a payment is posted once, and what cannot be posted stays aside,
-- with the reason, until somebody says whose it is.

create domain billing.provider_kind as text
    constraint provider_kind_is_known check (value in ('stripe'));
comment on domain billing.provider_kind is
    'Whose form of events is read. stripe: Stripe, and what signs and writes so.';

create domain billing.provider_event_state as text
    constraint provider_event_state_is_known check (value in ('received', 'posted', 'aside', 'ignored'));
comment on domain billing.provider_event_state is
    'received: not done with, the provider will say it again; posted: its payment is there; aside: somebody has to '
    'look at it; ignored: it says nothing that moves money here.';

create table billing.payment_providers (
    tenant_id          uuid not null,
    id                 uuid not null default core.uuid_v7(),
    name               text not null,
    kind               billing.provider_kind not null,
    webhook_path       text not null default replace(public.uuid_generate_v4()::text, '-', ''),
    signing_secret_ref core.secret_ref not null,
    former_secret_ref  core.secret_ref,
    tolerance_s        integer not null default 300,
    disabled_at        timestamptz,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint payment_provider_name_is_taken_once unique (tenant_id, name),
    constraint payment_provider_has_a_name check (name ~ '\S' and length(name) <= 100),
    constraint webhook_path_is_32_digits check (webhook_path ~ '^[0-9a-f]{32}$'),
    constraint signature_tolerance_is_between_10_s_and_an_hour check (tolerance_s between 10 and 3600)
);

create table billing.provider_events (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    payment_provider_id uuid not null,
    external_id         text not null,
    type                text not null,
    state               billing.provider_event_state not null default 'received',
    reason              text not null default '',
    payment_reference   text,
    account_reference   text,
    amount              billing.document_amount,
    currency            text,
    payment_id          uuid,
    occurred_at         timestamptz not null,
    settled_at          timestamptz,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint event_of_provider_is_taken_once unique (tenant_id, payment_provider_id, external_id),
    constraint provider_event_texts_are_bounded
        check (length(external_id) between 1 and 255 and length(type) between 1 and 255 and length(reason) <= 1000
               and length(payment_reference) <= 255 and length(account_reference) <= 255 and length(currency) <= 10),
    constraint posted_event_has_a_payment check ((state = 'posted') = (payment_id is not null)),
    constraint settled_event_has_a_time check ((state in ('posted', 'ignored')) = (settled_at is not null)),
    constraint event_aside_has_a_reason check (state <> 'aside' or reason <> '')
);
create index provider_events_by_state on billing.provider_events (tenant_id, state, created_at);
create index provider_events_of_payment on billing.provider_events (tenant_id, payment_id);

select core.distribute_pending();

alter table billing.provider_events
    add constraint event_is_of_provider foreign key (tenant_id, payment_provider_id)
        references billing.payment_providers (tenant_id, id);
alter table billing.provider_events
    add constraint event_is_of_payment foreign key (tenant_id, payment_id)
        references billing.payments (tenant_id, id);

create trigger payment_providers_keep_claim
    after insert or delete or update of id, webhook_path on billing.payment_providers
    for each row execute function core.keep_claim('payment_webhook', 'webhook_path');

insert into ref.unaudited_tables (name, reason) values
    ('billing.provider_events', 'A log of what providers reported; each row says what became of it.');
insert into ref.retention_defaults (name, time_column, months, condition, reason) values
    ('billing.provider_events', 'created_at', 18, 'state in (''posted'', ''ignored'')',
     'House choice: longer than a bank lets a payer take a payment back.');

select core.adopt_tables('tenant', 'billing.payment_providers', 'billing.provider_events');

insert into auth.permissions (name, description) values
    ('cdr:write', 'Hand in call records of other switches');

grant select, insert, update on billing.payment_providers to heddle_app;
grant select on billing.payment_providers to heddle_engine;
grant select (tenant_id, id, name, kind, tolerance_s, disabled_at, created_at, updated_at)
    on billing.payment_providers to heddle_report;
grant select on billing.provider_events to heddle_app, heddle_report;
grant select, insert, update on billing.provider_events to heddle_engine;

comment on table billing.payment_providers is 'Providers that report payments, and where the keys are they sign with.';
comment on column billing.payment_providers.name is 'Name, unique within the tenant.';
comment on column billing.payment_providers.kind is 'stripe.';
comment on column billing.payment_providers.webhook_path is
    'End of the address that it calls, /v1/payments/webhooks/…; unique on the platform, and not to be guessed.';
comment on column billing.payment_providers.signing_secret_ref is
    'Where the signing key is: env:NAME, file:/PATH or gcp-sm:….';
comment on column billing.payment_providers.former_secret_ref is
    'Where the key before it is, while the provider still signs with it.';
comment on column billing.payment_providers.tolerance_s is 'How old a signature may be, by its own time.';
comment on column billing.payment_providers.disabled_at is 'When its reports were no longer taken.';

comment on table billing.provider_events is 'What payment providers reported, each event once.';
comment on column billing.provider_events.payment_provider_id is 'Who reported it.';
comment on column billing.provider_events.external_id is 'The provider''s id of the event.';
comment on column billing.provider_events.type is 'What the provider calls it: payment_intent.succeeded.';
comment on column billing.provider_events.state is 'received, posted, aside or ignored.';
comment on column billing.provider_events.reason is 'Why it is aside or ignored, in words.';
comment on column billing.provider_events.payment_reference is 'The provider''s id of the payment.';
comment on column billing.provider_events.account_reference is
    'Whose it says the payment is: a BAN or an account''s id.';
comment on column billing.provider_events.amount is 'How much, in the payment''s currency.';
comment on column billing.provider_events.currency is 'The currency, as the provider writes it, in capitals.';
comment on column billing.provider_events.payment_id is 'The payment that was posted for it.';
comment on column billing.provider_events.occurred_at is 'When it happened, by the provider.';
comment on column billing.provider_events.settled_at is 'When it was posted or ignored.';
