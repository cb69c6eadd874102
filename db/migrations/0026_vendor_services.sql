-- What is bought besides the carriage of calls: services behind plugins, SMPP connections; and the papers
-- and figures of vendors: contracts, invoices, how well they did.
--
-- Every outside service (LRN, CNAM, E911, porting, 10DLC, SMPP, MMS, tax, payment, transcription, consent …)
-- is one row of service_providers. Its kind says which protocol of the program it speaks, its plugin which
-- program speaks it; config is checked by the plugin's own schema, and no secret stands in it. Of the rows of
-- one kind the lowest priority that is active and not down is asked first.

grant usage on schema vendor_mgmt to heddle_engine;

create domain vendor_mgmt.service_kind as text
    constraint service_kind_is_known
    check (value in ('lrn', 'cnam', 'e911', 'porting', 'numbers', 'toll_free', 'ten_dlc', 'smpp', 'mms', 'tax',
                     'payment', 'transcription', 'consent', 'dnc', 'reassigned_numbers', 'email'));
comment on domain vendor_mgmt.service_kind is
    'What a service is for. numbers: ordering; toll_free: responsible organisation; ten_dlc: the campaign registry; '
    'dnc and reassigned_numbers: whom not to call.';

create domain vendor_mgmt.service_status as text
    constraint service_status_is_known check (value in ('active', 'suspended'));
comment on domain vendor_mgmt.service_status is 'active is used; suspended is as if it were not there.';

create domain vendor_mgmt.service_health as text
    constraint service_health_is_known check (value in ('unknown', 'healthy', 'degraded', 'down'));
comment on domain vendor_mgmt.service_health is
    'What the last checks and requests say. degraded: slow, or fails now and then; down is asked last.';

create domain vendor_mgmt.bind_type as text
    constraint bind_type_is_known check (value in ('transceiver', 'transmitter', 'receiver'));
comment on domain vendor_mgmt.bind_type is 'What an SMPP session is for: both ways, to send, or to receive.';

create domain vendor_mgmt.sms_alphabet as text
    constraint sms_alphabet_is_known check (value in ('gsm7', 'latin1', 'ascii'));
comment on domain vendor_mgmt.sms_alphabet is 'What a peer takes data_coding 0 for.';

create domain vendor_mgmt.concatenation as text
    constraint concatenation_is_known check (value in ('udh_8', 'udh_16', 'sar', 'payload'));
comment on domain vendor_mgmt.concatenation is
    'How the parts of a long message are told to belong together: user data header with a reference of 8 or 16 bits, '
    'SAR parameters, or not split at all (message_payload).';

create domain vendor_mgmt.message_id_format as text
    constraint message_id_format_is_known check (value in ('same', 'hex_to_decimal', 'decimal_to_hex'));
comment on domain vendor_mgmt.message_id_format is
    'How the id in a receipt differs from the id in the answer to the submit. Case and leading zeros never count.';

create domain vendor_mgmt.contract_status as text
    constraint contract_status_is_known check (value in ('draft', 'active', 'expired', 'terminated'));
comment on domain vendor_mgmt.contract_status is
    'draft is negotiated; active; expired: its term is over; terminated: ended before.';

create domain vendor_mgmt.commit_period as text
    constraint commit_period_is_known check (value in ('month', 'quarter', 'year', 'term'));
comment on domain vendor_mgmt.commit_period is 'What a commitment is counted over.';

create domain vendor_mgmt.metric as text
    constraint metric_is_known
    check (value in ('asr_percent', 'ner_percent', 'acd_s', 'pdd_p50_ms', 'pdd_p95_ms', 'mos', 'availability_percent',
                     'error_percent', 'latency_p50_ms', 'latency_p95_ms', 'delivered_percent', 'repair_h'));
comment on domain vendor_mgmt.metric is
    'What is measured, with its unit last. The first six are of calls, delivered_percent of messages, the rest of any '
    'service.';

create domain vendor_mgmt.metric_period as text
    constraint metric_period_is_known check (value in ('hour', 'day', 'month'));
comment on domain vendor_mgmt.metric_period is 'How long a measurement was taken over.';

create domain vendor_mgmt.invoice_status as text
    constraint vendor_invoice_status_is_known
    check (value in ('received', 'matched', 'disputed', 'approved', 'paid', 'void'));
comment on domain vendor_mgmt.invoice_status is
    'received; matched: agrees with our records; disputed: does not, and the vendor was told; approved for payment; '
    'paid; void: withdrawn by the vendor.';

create table vendor_mgmt.service_providers (
    tenant_id            uuid not null,
    id                   uuid not null default core.uuid_v7(),
    vendor_id            uuid,
    kind                 vendor_mgmt.service_kind not null,
    name                 text not null,
    plugin               text not null,
    status               vendor_mgmt.service_status not null default 'active',
    priority             integer not null default 100,
    config               jsonb not null default '{}',
    secret_ref           core.secret_ref,
    is_sandbox           boolean not null default false,
    timeout_ms           integer not null default 5000,
    requests_per_s       integer,
    health               vendor_mgmt.service_health not null default 'unknown',
    health_changed_at    timestamptz,
    health_checked_at    timestamptz,
    consecutive_failures integer not null default 0,
    last_error           text,
    last_error_at        timestamptz,
    metadata             core.metadata not null default '{}',
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint service_provider_name_is_taken_once unique (tenant_id, kind, name),
    constraint service_plugin_is_a_short_name check (plugin ~ '^[a-z][a-z0-9_]{1,62}$'),
    constraint service_config_is_an_object check (jsonb_typeof(config) = 'object'),
    constraint service_timeout_between_10_ms_and_5_min check (timeout_ms between 10 and 300000),
    constraint service_requests_per_s_above_zero check (requests_per_s > 0),
    constraint service_failures_not_below_zero check (consecutive_failures >= 0)
);
create index service_providers_by_kind on vendor_mgmt.service_providers (tenant_id, kind, status, priority);
create index service_providers_of_vendor on vendor_mgmt.service_providers (tenant_id, vendor_id);

create table vendor_mgmt.smpp_connectors (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    service_provider_id uuid not null,
    name                text not null,
    status              vendor_mgmt.service_status not null default 'active',
    host                text not null,
    port                core.port not null default 2775,
    tls                 boolean not null default false,
    bind_type           vendor_mgmt.bind_type not null default 'transceiver',
    system_id           text not null,
    password_ref        core.secret_ref,
    system_type         text not null default '',
    interface_version   integer not null default 52,
    address_range       text not null default '',
    source_ton          integer not null default 1,
    source_npi          integer not null default 1,
    destination_ton     integer not null default 1,
    destination_npi     integer not null default 1,
    sessions            integer not null default 1,
    window_size         integer not null default 10,
    segments_per_s      integer,
    response_timeout_ms integer not null default 10000,
    enquire_link_s      integer not null default 30,
    reconnect_max_s     integer not null default 60,
    default_alphabet    vendor_mgmt.sms_alphabet not null default 'gsm7',
    concatenation       vendor_mgmt.concatenation not null default 'udh_8',
    message_id_format   vendor_mgmt.message_id_format not null default 'same',
    wants_receipts      boolean not null default true,
    priority            integer not null default 100,
    weight              integer not null default 100,
    bound_sessions      integer not null default 0,
    last_bound_at       timestamptz,
    last_unbound_at     timestamptz,
    last_error          text,
    metadata            core.metadata not null default '{}',
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint smpp_connector_name_is_taken_once unique (tenant_id, name),
    -- The lengths of SMPP 3.4, without the NUL that ends each.
    constraint smpp_system_id_is_at_most_15_characters check (system_id ~ '^[!-~]{1,15}$'),
    constraint smpp_system_type_is_at_most_12_characters check (system_type ~ '^[ -~]{0,12}$'),
    constraint smpp_address_range_is_at_most_40_characters check (address_range ~ '^[ -~]{0,40}$'),
    constraint smpp_version_is_3_3_or_3_4_or_5_0 check (interface_version in (51, 52, 80)),
    constraint smpp_type_of_number_between_0_and_6
        check (source_ton between 0 and 6 and destination_ton between 0 and 6),
    constraint smpp_numbering_plan_between_0_and_18
        check (source_npi between 0 and 18 and destination_npi between 0 and 18),
    constraint smpp_sessions_between_1_and_64 check (sessions between 1 and 64),
    constraint smpp_window_between_1_and_1000 check (window_size between 1 and 1000),
    constraint smpp_segments_per_s_above_zero check (segments_per_s > 0),
    constraint smpp_response_timeout_between_1_s_and_2_min check (response_timeout_ms between 1000 and 120000),
    constraint smpp_enquire_link_between_5_s_and_10_min check (enquire_link_s between 5 and 600),
    constraint smpp_reconnect_between_1_s_and_an_hour check (reconnect_max_s between 1 and 3600),
    constraint smpp_connector_weight_not_below_zero check (weight >= 0),
    constraint bound_sessions_not_below_zero check (bound_sessions >= 0)
);
create index smpp_connectors_by_status on vendor_mgmt.smpp_connectors (tenant_id, status, priority);
create index smpp_connectors_of_service_provider on vendor_mgmt.smpp_connectors (tenant_id, service_provider_id);

create table vendor_mgmt.contracts (
    tenant_id          uuid not null,
    id                 uuid not null default core.uuid_v7(),
    vendor_id          uuid not null,
    number             text not null,
    title              text not null,
    status             vendor_mgmt.contract_status not null default 'draft',
    status_changed_at  timestamptz not null default now(),
    valid_from         timestamptz,
    valid_to           timestamptz,
    renews_by_itself   boolean not null default false,
    notice_days        integer not null default 30,
    currency           core.currency not null default 'USD',
    commit_amount      core.unsigned_total not null default 0,
    commit_period      vendor_mgmt.commit_period,
    payment_terms_days integer not null default 30,
    dispute_days       integer not null default 60,
    targets            jsonb not null default '{}',
    document_id        uuid,
    termination_reason text,
    metadata           core.metadata not null default '{}',
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint contract_number_is_taken_once unique (tenant_id, vendor_id, number),
    constraint contract_ends_after_it_starts check (valid_to > valid_from),
    constraint contract_has_started_unless_draft check (status = 'draft' or valid_from is not null),
    constraint contract_days_not_below_zero
        check (notice_days >= 0 and payment_terms_days >= 0 and dispute_days >= 0),
    constraint contract_commitment_has_a_period check (commit_amount = 0 or commit_period is not null),
    constraint contract_targets_are_an_object check (jsonb_typeof(targets) = 'object')
);
create index contracts_by_status on vendor_mgmt.contracts (tenant_id, status, valid_to);
create index contracts_of_document on vendor_mgmt.contracts (tenant_id, document_id);

create table vendor_mgmt.performance_metrics (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    vendor_id           uuid not null,
    service_provider_id uuid,
    carrier_trunk_id    uuid,
    contract_id         uuid,
    metric              vendor_mgmt.metric not null,
    period              vendor_mgmt.metric_period not null,
    period_from         timestamptz not null,
    value               numeric(18, 6) not null,
    samples             bigint not null default 0,
    target              numeric(18, 6),
    target_met          boolean,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint metric_is_measured_once unique nulls not distinct
        (tenant_id, vendor_id, service_provider_id, carrier_trunk_id, metric, period, period_from),
    constraint metric_is_of_a_service_or_of_a_trunk check (num_nonnulls(service_provider_id, carrier_trunk_id) <= 1),
    constraint metric_samples_not_below_zero check (samples >= 0),
    constraint metric_target_is_judged check ((target is null) = (target_met is null))
);
create index performance_metrics_by_time
    on vendor_mgmt.performance_metrics (tenant_id, metric, period, period_from);
create index performance_metrics_of_service_provider
    on vendor_mgmt.performance_metrics (tenant_id, service_provider_id, period_from);
create index performance_metrics_of_carrier_trunk
    on vendor_mgmt.performance_metrics (tenant_id, carrier_trunk_id, period_from);
create index performance_metrics_of_contract on vendor_mgmt.performance_metrics (tenant_id, contract_id);

create table vendor_mgmt.invoices (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    vendor_id         uuid not null,
    contract_id       uuid,
    number            text not null,
    status            vendor_mgmt.invoice_status not null default 'received',
    status_changed_at timestamptz not null default now(),
    currency          core.currency not null,
    amount            billing.document_amount not null,
    tax_amount        billing.document_amount not null default 0,
    our_amount        core.total,
    disputed_amount   core.unsigned_total not null default 0,
    dispute_reason    text,
    dispute_reference text,
    period_from       timestamptz not null,
    period_to         timestamptz not null,
    issued_at         timestamptz not null,
    received_at       timestamptz not null default now(),
    due_at            timestamptz not null,
    paid_at           timestamptz,
    payment_reference text,
    document_id       uuid,
    metadata          core.metadata not null default '{}',
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint vendor_invoice_number_is_taken_once unique (tenant_id, vendor_id, number),
    constraint vendor_invoice_period_ends_after_it_starts check (period_to > period_from),
    constraint vendor_invoice_is_due_after_it_is_issued check (due_at >= issued_at),
    constraint vendor_invoice_is_disputed_for_a_reason
        check (status <> 'disputed' or disputed_amount > 0 and dispute_reason is not null),
    constraint vendor_invoice_is_paid_at_a_time check ((status = 'paid') = (paid_at is not null))
);
create index vendor_invoices_by_status on vendor_mgmt.invoices (tenant_id, status, due_at);
create index vendor_invoices_by_time on vendor_mgmt.invoices (tenant_id, created_at);
create index vendor_invoices_of_contract on vendor_mgmt.invoices (tenant_id, contract_id);
create index vendor_invoices_of_document on vendor_mgmt.invoices (tenant_id, document_id);

select core.distribute_pending();

alter table vendor_mgmt.service_providers
    add constraint service_is_bought_from_vendor foreign key (tenant_id, vendor_id)
        references vendor_mgmt.vendors (tenant_id, id);
alter table vendor_mgmt.smpp_connectors
    add constraint smpp_connector_belongs_to_service foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id);
alter table vendor_mgmt.contracts
    add constraint contract_is_with_vendor foreign key (tenant_id, vendor_id)
        references vendor_mgmt.vendors (tenant_id, id);
alter table vendor_mgmt.contracts
    add constraint contract_is_written_in_document foreign key (tenant_id, document_id)
        references accounts.documents (tenant_id, id);
alter table vendor_mgmt.performance_metrics
    add constraint metric_is_of_vendor foreign key (tenant_id, vendor_id)
        references vendor_mgmt.vendors (tenant_id, id) on delete cascade;
alter table vendor_mgmt.performance_metrics
    add constraint metric_is_of_service foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id) on delete cascade;
alter table vendor_mgmt.performance_metrics
    add constraint metric_is_of_carrier_trunk foreign key (tenant_id, carrier_trunk_id)
        references routing.carrier_trunks (tenant_id, id) on delete cascade;
alter table vendor_mgmt.performance_metrics
    add constraint metric_has_its_target_from_contract foreign key (tenant_id, contract_id)
        references vendor_mgmt.contracts (tenant_id, id);
alter table vendor_mgmt.invoices
    add constraint vendor_invoice_is_from_vendor foreign key (tenant_id, vendor_id)
        references vendor_mgmt.vendors (tenant_id, id);
alter table vendor_mgmt.invoices
    add constraint vendor_invoice_is_under_contract foreign key (tenant_id, contract_id)
        references vendor_mgmt.contracts (tenant_id, id);
alter table vendor_mgmt.invoices
    add constraint vendor_invoice_is_in_document foreign key (tenant_id, document_id)
        references accounts.documents (tenant_id, id);

select core.adopt_tables('tenant', 'vendor_mgmt.service_providers', 'vendor_mgmt.smpp_connectors',
                         'vendor_mgmt.contracts', 'vendor_mgmt.performance_metrics', 'vendor_mgmt.invoices');

create trigger contracts_keep_status_order before update of status on vendor_mgmt.contracts
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('draft', 'active'), ('draft', 'terminated'), ('active', 'expired'), ('active', 'terminated'),
        ('expired', 'active'), ('expired', 'terminated')))
    execute function core.refuse_state_change('a contract', 'contract_status_has_its_order');
create trigger contracts_stamp_status before update of status on vendor_mgmt.contracts
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

create trigger vendor_invoices_keep_status_order before update of status on vendor_mgmt.invoices
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('received', 'matched'), ('received', 'disputed'), ('received', 'approved'), ('received', 'void'),
        ('matched', 'disputed'), ('matched', 'approved'), ('matched', 'void'),
        ('disputed', 'matched'), ('disputed', 'approved'), ('disputed', 'void'),
        ('approved', 'paid'), ('approved', 'disputed'), ('approved', 'void')))
    execute function core.refuse_state_change('an invoice of a vendor', 'vendor_invoice_status_has_its_order');
create trigger vendor_invoices_stamp_status before update of status on vendor_mgmt.invoices
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

grant select, insert, update, delete on vendor_mgmt.service_providers, vendor_mgmt.smpp_connectors to heddle_app;
grant select, insert, update on vendor_mgmt.contracts, vendor_mgmt.invoices to heddle_app;
grant select on vendor_mgmt.performance_metrics to heddle_app;
-- The engine asks the services and binds the connectors, and notes how they are.
grant select, update on vendor_mgmt.service_providers, vendor_mgmt.smpp_connectors to heddle_engine;
grant select, insert, update on vendor_mgmt.performance_metrics to heddle_engine;
grant select on vendor_mgmt.contracts to heddle_engine;
grant select on vendor_mgmt.service_providers, vendor_mgmt.smpp_connectors, vendor_mgmt.contracts,
                vendor_mgmt.performance_metrics, vendor_mgmt.invoices to heddle_report;

comment on table vendor_mgmt.service_providers is
    'Outside services and the plugins that speak to them. Of one kind, the lowest priority that is active and not down '
    'is asked first.';
comment on column vendor_mgmt.service_providers.vendor_id is 'The vendor that it is bought from; NULL for none.';
comment on column vendor_mgmt.service_providers.kind is 'What it is for.';
comment on column vendor_mgmt.service_providers.name is 'Name, unique within the tenant and kind.';
comment on column vendor_mgmt.service_providers.plugin is 'The program that speaks to it.';
comment on column vendor_mgmt.service_providers.status is 'active or suspended.';
comment on column vendor_mgmt.service_providers.priority is 'The lower is asked first.';
comment on column vendor_mgmt.service_providers.config is 'Settings, as the plugin''s schema has them; never a secret.';
comment on column vendor_mgmt.service_providers.secret_ref is 'Where its key or password is kept.';
comment on column vendor_mgmt.service_providers.is_sandbox is 'Whether it is the vendor''s test system.';
comment on column vendor_mgmt.service_providers.timeout_ms is
    'How long to wait for an answer before the next is asked.';
comment on column vendor_mgmt.service_providers.requests_per_s is 'Most requests a second; NULL is no limit.';
comment on column vendor_mgmt.service_providers.health is 'unknown, healthy, degraded or down.';
comment on column vendor_mgmt.service_providers.health_changed_at is 'Since when its health is that.';
comment on column vendor_mgmt.service_providers.health_checked_at is 'When it was last looked at.';
comment on column vendor_mgmt.service_providers.consecutive_failures is
    'Requests that failed since the last that did not.';
comment on column vendor_mgmt.service_providers.last_error is 'What the last failure said.';
comment on column vendor_mgmt.service_providers.last_error_at is 'When it last failed.';

comment on table vendor_mgmt.smpp_connectors is 'SMPP connections to vendors that carry messages.';
comment on column vendor_mgmt.smpp_connectors.service_provider_id is 'The service, of kind smpp, that it belongs to.';
comment on column vendor_mgmt.smpp_connectors.name is 'Name, unique within the tenant.';
comment on column vendor_mgmt.smpp_connectors.status is 'active or suspended.';
comment on column vendor_mgmt.smpp_connectors.host is 'Host that is connected to.';
comment on column vendor_mgmt.smpp_connectors.port is 'Port that is connected to.';
comment on column vendor_mgmt.smpp_connectors.tls is 'Whether the connection is encrypted and its certificate checked.';
comment on column vendor_mgmt.smpp_connectors.bind_type is 'transceiver, transmitter or receiver.';
comment on column vendor_mgmt.smpp_connectors.system_id is 'User name of the bind.';
comment on column vendor_mgmt.smpp_connectors.password_ref is 'Where the password of the bind is kept.';
comment on column vendor_mgmt.smpp_connectors.system_type is 'System type of the bind.';
comment on column vendor_mgmt.smpp_connectors.interface_version is 'Version of SMPP: 51 is 3.3, 52 is 3.4, 80 is 5.0.';
comment on column vendor_mgmt.smpp_connectors.address_range is
    'Addresses that a receiver serves, as the vendor wants it.';
comment on column vendor_mgmt.smpp_connectors.source_ton is 'Type of number of senders; 5 is used for names by itself.';
comment on column vendor_mgmt.smpp_connectors.source_npi is 'Numbering plan of senders.';
comment on column vendor_mgmt.smpp_connectors.destination_ton is 'Type of number of recipients.';
comment on column vendor_mgmt.smpp_connectors.destination_npi is 'Numbering plan of recipients.';
comment on column vendor_mgmt.smpp_connectors.sessions is 'How many sessions are bound at a time.';
comment on column vendor_mgmt.smpp_connectors.window_size is 'Most requests without an answer, in each session.';
comment on column vendor_mgmt.smpp_connectors.segments_per_s is
    'Most segments a second over all sessions; NULL is no limit.';
comment on column vendor_mgmt.smpp_connectors.response_timeout_ms is
    'How long an answer is waited for; after it the outcome is unknown, and nothing is sent twice.';
comment on column vendor_mgmt.smpp_connectors.enquire_link_s is
    'Silence after which the peer is asked whether it is there.';
comment on column vendor_mgmt.smpp_connectors.reconnect_max_s is 'Longest pause before the next attempt to bind.';
comment on column vendor_mgmt.smpp_connectors.default_alphabet is 'gsm7, latin1 or ascii, for data_coding 0.';
comment on column vendor_mgmt.smpp_connectors.concatenation is 'udh_8, udh_16, sar or payload.';
comment on column vendor_mgmt.smpp_connectors.message_id_format is 'same, hex_to_decimal or decimal_to_hex.';
comment on column vendor_mgmt.smpp_connectors.wants_receipts is 'Whether delivery receipts are asked for.';
comment on column vendor_mgmt.smpp_connectors.priority is 'Among equal prices the lower goes first.';
comment on column vendor_mgmt.smpp_connectors.weight is 'Among equal prices and priorities, its share.';
comment on column vendor_mgmt.smpp_connectors.bound_sessions is 'How many sessions are bound now.';
comment on column vendor_mgmt.smpp_connectors.last_bound_at is 'When a session was last bound.';
comment on column vendor_mgmt.smpp_connectors.last_unbound_at is 'When a session last ended.';
comment on column vendor_mgmt.smpp_connectors.last_error is 'Why a bind or a session last failed.';

comment on table vendor_mgmt.contracts is 'Contracts with vendors: term, commitment, and what they promised.';
comment on column vendor_mgmt.contracts.vendor_id is 'The vendor.';
comment on column vendor_mgmt.contracts.number is 'Number, unique for the vendor.';
comment on column vendor_mgmt.contracts.title is 'What it is about.';
comment on column vendor_mgmt.contracts.status is 'draft, active, expired or terminated.';
comment on column vendor_mgmt.contracts.status_changed_at is 'When the status last changed.';
comment on column vendor_mgmt.contracts.valid_from is 'First instant of its term.';
comment on column vendor_mgmt.contracts.valid_to is 'First instant after its term; NULL is open.';
comment on column vendor_mgmt.contracts.renews_by_itself is 'Whether the term starts anew unless notice is given.';
comment on column vendor_mgmt.contracts.notice_days is 'Days before the end that notice must be given.';
comment on column vendor_mgmt.contracts.currency is 'Currency of its amounts.';
comment on column vendor_mgmt.contracts.commit_amount is 'What we must buy at least in a period.';
comment on column vendor_mgmt.contracts.commit_period is 'month, quarter, year or term.';
comment on column vendor_mgmt.contracts.payment_terms_days is 'Days to pay an invoice.';
comment on column vendor_mgmt.contracts.dispute_days is 'Days in which an invoice can be disputed.';
comment on column vendor_mgmt.contracts.targets is
    'What the vendor promised, by metric: {"asr_percent": 45, "availability_percent": 99.99}.';
comment on column vendor_mgmt.contracts.document_id is 'The signed contract.';
comment on column vendor_mgmt.contracts.termination_reason is 'Why it was terminated.';

comment on table vendor_mgmt.performance_metrics is
    'How well vendors did in an hour, a day or a month, against what they promised (SLA).';
comment on column vendor_mgmt.performance_metrics.vendor_id is 'The vendor.';
comment on column vendor_mgmt.performance_metrics.service_provider_id is 'The service that was measured, if one.';
comment on column vendor_mgmt.performance_metrics.carrier_trunk_id is 'The carrier trunk that was measured, if one.';
comment on column vendor_mgmt.performance_metrics.contract_id is 'The contract that the target is from.';
comment on column vendor_mgmt.performance_metrics.metric is 'What was measured, with its unit.';
comment on column vendor_mgmt.performance_metrics.period is 'hour, day or month.';
comment on column vendor_mgmt.performance_metrics.period_from is 'First instant of the period.';
comment on column vendor_mgmt.performance_metrics.value is 'The measurement.';
comment on column vendor_mgmt.performance_metrics.samples is 'How many calls, messages or requests it is made from.';
comment on column vendor_mgmt.performance_metrics.target is 'What was promised; NULL where nothing was.';
comment on column vendor_mgmt.performance_metrics.target_met is 'Whether the promise was kept.';

comment on table vendor_mgmt.invoices is 'Invoices that vendors sent us, to be matched with our records, and paid.';
comment on column vendor_mgmt.invoices.vendor_id is 'The vendor.';
comment on column vendor_mgmt.invoices.contract_id is 'The contract that it is under.';
comment on column vendor_mgmt.invoices.number is 'The vendor''s number; it is entered once.';
comment on column vendor_mgmt.invoices.status is 'received, matched, disputed, approved, paid or void.';
comment on column vendor_mgmt.invoices.status_changed_at is 'When the status last changed.';
comment on column vendor_mgmt.invoices.currency is 'Currency of its amounts.';
comment on column vendor_mgmt.invoices.amount is 'What it asks for, with tax; below zero for a credit.';
comment on column vendor_mgmt.invoices.tax_amount is 'Tax in the amount.';
comment on column vendor_mgmt.invoices.our_amount is 'What our own records make of the period; NULL until matched.';
comment on column vendor_mgmt.invoices.disputed_amount is 'What is not agreed with.';
comment on column vendor_mgmt.invoices.dispute_reason is 'Why it is not agreed with.';
comment on column vendor_mgmt.invoices.dispute_reference is 'The vendor''s number of the dispute.';
comment on column vendor_mgmt.invoices.period_from is 'First instant of the period.';
comment on column vendor_mgmt.invoices.period_to is 'First instant after the period.';
comment on column vendor_mgmt.invoices.issued_at is 'When the vendor issued it.';
comment on column vendor_mgmt.invoices.received_at is 'When it came.';
comment on column vendor_mgmt.invoices.due_at is 'When it is to be paid.';
comment on column vendor_mgmt.invoices.paid_at is 'When it was paid.';
comment on column vendor_mgmt.invoices.payment_reference is 'Number of the payment.';
comment on column vendor_mgmt.invoices.document_id is 'The invoice as it came.';
