-- Moving numbers between providers: to us (in) and away from us (out).
--
-- A request is one order (LSR, or a change of the responsible organisation of toll-free numbers); its numbers
-- have a state each, because orders are split. The states and what may follow them are those of the two
-- tables of triggers below. Every change of state is written down by trigger in an append-only history.
--
-- A port in:   draft, submitted, pending, foc_received, ported; from the middle ones to exception or rejected,
--              and back to submitted with the next version (SUP) when that is mended.
-- A port out:  pending, authorized, ported; or rejected.
-- Before it is ported anything can be cancelled: cancel_pending while the other side has yet to agree.

create domain numbers.port_direction as text
    constraint port_direction_is_known check (value in ('in', 'out'));
comment on domain numbers.port_direction is 'in: to us; out: away from us.';

create domain numbers.port_type as text
    constraint port_type_is_known check (value in ('simple', 'non_simple', 'wireless', 'project', 'toll_free'));
comment on domain numbers.port_type is
    'simple: one line, no complex services (one business day); non_simple (four); wireless; project: many numbers, '
    'dates by agreement; toll_free: a change of the responsible organisation.';

create domain numbers.port_status as text
    constraint port_status_is_known
    check (value in ('draft', 'submitted', 'pending', 'foc_received', 'authorized', 'exception', 'rejected',
                     'cancel_pending', 'cancelled', 'ported'));
comment on domain numbers.port_status is
    'draft; submitted to the other side; pending: it works on it, or we do for a port out; foc_received: it confirmed '
    'the date; authorized: we confirmed the date of a port out; exception: it asks for something; rejected; '
    'cancel_pending; cancelled; ported.';

create domain numbers.port_number_status as text
    constraint port_number_status_is_known
    check (value in ('pending', 'confirmed', 'exception', 'rejected', 'cancelled', 'ported'));
comment on domain numbers.port_number_status is 'How far one number of a request is; confirmed: it has a date.';

create domain numbers.subscription_status as text
    constraint subscription_status_is_known
    check (value in ('pending', 'conflict', 'active', 'failed', 'partial_failure', 'old', 'cancelled'));
comment on domain numbers.subscription_status is
    'State of a number''s subscription version at the number portability administration (NPAC).';

create domain numbers.port_reason as text
    constraint port_reason_is_known
    check (value in ('account_number_mismatch', 'auth_person_mismatch', 'btn_atn_mismatch', 'entity_name_mismatch',
                     'foc_expired', 'foc_rejected', 'location_mismatch', 'lsr_pending', 'main_btn_porting',
                     'osp_irresponsive', 'passcode_pin_invalid', 'phone_number_has_special_feature',
                     'phone_number_mismatch', 'phone_number_not_portable', 'phone_number_inactive',
                     'port_type_incorrect', 'porting_order_split_required', 'postal_code_mismatch',
                     'rate_centre_not_portable', 'provider_freeze', 'partial_port_needs_new_btn', 'sv_conflict',
                     'sv_unknown_failure', 'loa_invalid', 'duplicate', 'other'));
comment on domain numbers.port_reason is
    'Why a request or a number is refused or held up. That the customer owes money is not among them: it is no reason.';

create domain numbers.port_event_kind as text
    constraint port_event_kind_is_known
    check (value in ('status', 'number_status', 'foc', 'document', 'message_sent', 'message_received', 'escalation',
                     'note'));
comment on domain numbers.port_event_kind is 'What happened to a request.';

create table numbers.port_requests (
    tenant_id             uuid not null,
    id                    uuid not null default core.uuid_v7(),
    account_id            uuid not null,
    direction             numbers.port_direction not null default 'in',
    type                  numbers.port_type not null default 'simple',
    status                numbers.port_status not null default 'draft',
    status_changed_at     timestamptz not null default now(),
    reason                numbers.port_reason,
    reason_text           text,
    pon                   text,
    version               integer not null default 1,
    customer_reference    text,
    idempotency_key       text,
    service_provider_id   uuid,
    provider_reference    text,
    losing_spid           numbers.spid,
    winning_spid          numbers.spid,
    losing_resp_org       numbers.resp_org,
    winning_resp_org      numbers.resp_org,
    losing_carrier        text,
    npdi                  text,
    billing_number        core.e164,
    is_partial            boolean not null default false,
    new_billing_number    core.e164,
    losing_account_number text,
    passcode_ciphertext   bytea,
    key_id                text,
    entity_name           text,
    authorized_name       text,
    street                text,
    unit                  text,
    locality              text,
    region                text,
    postal_code           text,
    country               text not null default 'US',
    lsr                   jsonb not null default '{}',
    loa_document_id       uuid,
    bill_document_id      uuid,
    csr_document_id       uuid,
    requested_for         timestamptz,
    foc_at                timestamptz,
    foc_received_at       timestamptz,
    response_due_at       timestamptz,
    submitted_at          timestamptz,
    ported_at             timestamptz,
    cancelled_at          timestamptz,
    cancel_reason         text,
    assigned_to_user_id   uuid,
    metadata              core.metadata not null default '{}',
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint port_idempotency_key_is_taken_once unique (tenant_id, account_id, idempotency_key),
    constraint port_pon_is_taken_once unique (tenant_id, direction, winning_spid, pon),
    constraint port_request_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint port_version_above_zero check (version > 0),
    constraint port_pon_is_at_most_25_characters check (pon ~ '^[A-Za-z0-9.-]{1,25}$'),
    constraint port_npdi_is_one_letter check (npdi ~ '^[A-D]$'),
    constraint port_passcode_is_whole check (num_nulls(passcode_ciphertext, key_id) in (0, 2)),
    constraint port_status_is_of_its_direction
        check (case direction
                   when 'in' then status <> 'authorized'
                   else status in ('pending', 'authorized', 'rejected', 'cancelled', 'ported') end),
    constraint port_in_has_a_letter_of_authority
        check (direction = 'out' or status in ('draft', 'cancelled') or loa_document_id is not null),
    constraint port_in_names_who_authorizes_it
        check (direction = 'out' or status in ('draft', 'cancelled')
               or num_nulls(entity_name, authorized_name, postal_code) = 0),
    constraint partial_port_names_the_new_billing_number
        check (not is_partial or status in ('draft', 'cancelled') or new_billing_number is not null),
    constraint port_is_refused_for_a_reason check (status not in ('exception', 'rejected') or reason is not null),
    constraint port_has_a_date_when_it_is_confirmed
        check (status not in ('foc_received', 'authorized') or foc_at is not null),
    constraint port_is_ported_at_a_time check ((status = 'ported') = (ported_at is not null)),
    constraint port_is_cancelled_at_a_time check ((status = 'cancelled') = (cancelled_at is not null)),
    constraint port_resp_orgs_are_of_toll_free
        check (type = 'toll_free' or num_nonnulls(losing_resp_org, winning_resp_org) = 0)
);
create index port_requests_of_account on numbers.port_requests (tenant_id, account_id, created_at);
create index port_requests_by_status on numbers.port_requests (tenant_id, status, created_at);
create index port_requests_by_time on numbers.port_requests (tenant_id, created_at);
create index port_requests_of_service_provider
    on numbers.port_requests (tenant_id, service_provider_id, provider_reference);
create index port_requests_of_loa on numbers.port_requests (tenant_id, loa_document_id, account_id);
create index port_requests_of_bill on numbers.port_requests (tenant_id, bill_document_id, account_id);
create index port_requests_of_csr on numbers.port_requests (tenant_id, csr_document_id, account_id);
create index port_requests_of_assignee on numbers.port_requests (tenant_id, assigned_to_user_id);
create index port_requests_of_country on numbers.port_requests (country);
-- What is to be activated next, and what answer is overdue.
create index port_requests_by_foc on numbers.port_requests (tenant_id, foc_at)
    where status in ('foc_received', 'authorized');
create index port_requests_by_due_answer on numbers.port_requests (tenant_id, response_due_at)
    where status in ('submitted', 'pending');

create table numbers.port_request_numbers (
    tenant_id                    uuid not null,
    id                           uuid not null default core.uuid_v7(),
    account_id                   uuid not null,
    port_request_id              uuid not null,
    number                       core.e164 not null,
    status                       numbers.port_number_status not null default 'pending',
    status_changed_at            timestamptz not null default now(),
    reason                       numbers.port_reason,
    reason_text                  text,
    trunk_id                     uuid,
    rate_centre                  text,
    subscription_version_id      text,
    subscription_status          numbers.subscription_status,
    emergency_record_unlocked_at timestamptz,
    foc_at                       timestamptz,
    ported_at                    timestamptz,
    created_at                   timestamptz not null default now(),
    updated_at                   timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint number_is_once_in_a_port unique (tenant_id, port_request_id, number),
    constraint port_number_is_refused_for_a_reason
        check (status not in ('exception', 'rejected') or reason is not null),
    constraint port_number_has_a_date_when_it_is_confirmed check (status <> 'confirmed' or foc_at is not null),
    constraint port_number_is_ported_at_a_time check ((status = 'ported') = (ported_at is not null))
);
-- A number is in one open port at a time; a rejected one may be in the next.
create unique index number_is_in_one_open_port on numbers.port_request_numbers (tenant_id, number)
    where status in ('pending', 'confirmed', 'exception');
create index port_request_numbers_by_number on numbers.port_request_numbers (tenant_id, number, created_at);
create index port_request_numbers_of_request
    on numbers.port_request_numbers (tenant_id, port_request_id, account_id);
create index port_request_numbers_of_account on numbers.port_request_numbers (tenant_id, account_id, status);
create index port_request_numbers_of_trunk on numbers.port_request_numbers (tenant_id, trunk_id, account_id);

create table numbers.port_events (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid not null,
    port_request_id   uuid not null,
    number            core.e164,
    occurred_at       timestamptz not null default clock_timestamp(),  -- several in one transaction keep their order
    kind              numbers.port_event_kind not null,
    from_status       text,
    to_status         text,
    reason            numbers.port_reason,
    message           text not null default '',
    payload           jsonb not null default '{}',
    provider_event_id text,
    user_id           uuid,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint port_event_of_provider_is_told_once unique (tenant_id, port_request_id, provider_event_id)
);
create index port_events_of_request on numbers.port_events (tenant_id, port_request_id, account_id, occurred_at);
create index port_events_of_account on numbers.port_events (tenant_id, account_id, occurred_at);

select core.distribute_pending();

alter table numbers.port_requests
    add constraint port_request_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table numbers.port_requests
    add constraint port_request_uses_service foreign key (tenant_id, service_provider_id)
        references vendor_mgmt.service_providers (tenant_id, id);
alter table numbers.port_requests
    add constraint port_request_has_letter_of_authority foreign key (tenant_id, loa_document_id, account_id)
        references accounts.documents (tenant_id, id, account_id);
alter table numbers.port_requests
    add constraint port_request_has_bill foreign key (tenant_id, bill_document_id, account_id)
        references accounts.documents (tenant_id, id, account_id);
alter table numbers.port_requests
    add constraint port_request_has_service_record foreign key (tenant_id, csr_document_id, account_id)
        references accounts.documents (tenant_id, id, account_id);
alter table numbers.port_requests
    add constraint port_request_is_worked_on_by_user foreign key (tenant_id, assigned_to_user_id)
        references auth.users (tenant_id, id);
alter table numbers.port_requests
    add constraint port_request_lies_in_country foreign key (country) references ref.countries (code);
alter table numbers.port_request_numbers
    add constraint port_number_belongs_to_request foreign key (tenant_id, port_request_id, account_id)
        references numbers.port_requests (tenant_id, id, account_id) on delete cascade;
alter table numbers.port_request_numbers
    add constraint ported_number_rings_trunk_of_its_account foreign key (tenant_id, trunk_id, account_id)
        references routing.trunks (tenant_id, id, account_id);
-- Restricted: what has a history is not deleted.
alter table numbers.port_events
    add constraint port_event_belongs_to_request foreign key (tenant_id, port_request_id, account_id)
        references numbers.port_requests (tenant_id, id, account_id);

select core.adopt_tables('account', 'numbers.port_requests', 'numbers.port_request_numbers', 'numbers.port_events');

create trigger port_requests_in_keep_status_order before update of status on numbers.port_requests
    for each row when (old.status <> new.status and new.direction = 'in' and (old.status, new.status) not in (
        ('draft', 'submitted'), ('draft', 'cancelled'),
        ('submitted', 'pending'), ('submitted', 'foc_received'), ('submitted', 'exception'),
        ('submitted', 'rejected'), ('submitted', 'cancel_pending'), ('submitted', 'cancelled'),
        ('pending', 'foc_received'), ('pending', 'exception'), ('pending', 'rejected'), ('pending', 'cancel_pending'),
        ('foc_received', 'ported'), ('foc_received', 'exception'), ('foc_received', 'rejected'),
        ('foc_received', 'submitted'), ('foc_received', 'cancel_pending'),
        ('exception', 'submitted'), ('exception', 'pending'), ('exception', 'rejected'),
        ('exception', 'cancel_pending'), ('exception', 'cancelled'),
        ('rejected', 'submitted'), ('rejected', 'cancelled'),
        ('cancel_pending', 'cancelled'), ('cancel_pending', 'pending'), ('cancel_pending', 'foc_received'),
        ('cancel_pending', 'ported')))
    execute function core.refuse_state_change('a port in', 'port_in_status_has_its_order');
create trigger port_requests_out_keep_status_order before update of status on numbers.port_requests
    for each row when (old.status <> new.status and new.direction = 'out' and (old.status, new.status) not in (
        ('pending', 'authorized'), ('pending', 'rejected'), ('pending', 'cancelled'),
        ('authorized', 'ported'), ('authorized', 'rejected'), ('authorized', 'pending'), ('authorized', 'cancelled'),
        ('rejected', 'pending'), ('rejected', 'cancelled')))
    execute function core.refuse_state_change('a port out', 'port_out_status_has_its_order');
create trigger port_requests_stamp_status before update of status on numbers.port_requests
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

create trigger port_request_numbers_keep_status_order before update of status on numbers.port_request_numbers
    for each row when (old.status <> new.status and old.status in ('cancelled', 'ported'))
    execute function core.refuse_state_change('a number of a port', 'port_number_is_ported_or_cancelled_once');
create trigger port_request_numbers_stamp_status before update of status on numbers.port_request_numbers
    for each row when (old.status <> new.status) execute function core.stamp_state_change();

create function numbers.record_port_status() returns trigger
language plpgsql
as $$
declare
    v_new  constant jsonb := to_jsonb(new);
    v_old  constant jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) end;
    v_kind constant text := tg_argv[0];
begin
    insert into numbers.port_events (tenant_id, account_id, port_request_id, number, kind, from_status, to_status,
                                     reason, message, user_id)
    values (new.tenant_id, new.account_id,
            case v_kind when 'status' then new.id else (v_new ->> 'port_request_id')::uuid end,
            case v_kind when 'number_status' then v_new ->> 'number' end,
            v_kind, v_old ->> 'status', new.status, new.reason, coalesce(new.reason_text, ''),
            nullif(current_setting('app.user_id', true), '')::uuid);
    return null;
end $$;
comment on function numbers.record_port_status() is
    'Trigger (status or number_status): writes every change of state of a port, or of a number in it, into its '
    'history.';

create trigger port_requests_record_status after insert on numbers.port_requests
    for each row execute function numbers.record_port_status('status');
create trigger port_requests_record_status_change after update of status on numbers.port_requests
    for each row when (old.status <> new.status) execute function numbers.record_port_status('status');
create trigger port_request_numbers_record_status after update of status on numbers.port_request_numbers
    for each row when (old.status <> new.status) execute function numbers.record_port_status('number_status');

-- What was sent to the other side says which numbers it is about.
create function numbers.keep_port_numbers() returns trigger
language plpgsql
as $$
declare
    v_row    constant numbers.port_request_numbers := case tg_op when 'DELETE' then old else new end;
    v_status numbers.port_status;
begin
    select p.status into v_status
      from numbers.port_requests p where p.tenant_id = v_row.tenant_id and p.id = v_row.port_request_id;
    if v_status not in ('draft', 'exception', 'rejected') then
        raise exception 'the numbers of a port that is % are changed by staff', v_status
            using errcode = 'insufficient_privilege', constraint = 'port_numbers_are_changed_by_staff';
    end if;
    return v_row;
end $$;
comment on function numbers.keep_port_numbers() is
    'Trigger: in the scope of an account numbers join or leave a port while it is a draft or has come back to be '
    'mended.';

create trigger port_request_numbers_keep before insert or delete or update of number, port_request_id
    on numbers.port_request_numbers
    for each row when (current_setting('app.account_scope', true) = 'account')
    execute function numbers.keep_port_numbers();

create trigger port_events_are_append_only before update or delete on numbers.port_events
    for each row execute function core.refuse_change('port_events');
create trigger port_events_are_not_truncated before truncate on numbers.port_events
    for each statement execute function core.refuse_change('port_events');

grant select, insert, update on numbers.port_requests to heddle_app, heddle_engine;
grant select, insert, update, delete on numbers.port_request_numbers to heddle_app;
grant select, insert, update on numbers.port_request_numbers to heddle_engine;
grant select, insert on numbers.port_events to heddle_app, heddle_engine;
grant select (tenant_id, id, account_id, direction, type, status, status_changed_at, reason, reason_text, pon, version,
              customer_reference, idempotency_key, service_provider_id, provider_reference, losing_spid, winning_spid,
              losing_resp_org, winning_resp_org, losing_carrier, npdi, billing_number, is_partial, new_billing_number,
              losing_account_number, entity_name, authorized_name, street, unit, locality, region, postal_code, country,
              lsr, loa_document_id, bill_document_id, csr_document_id, requested_for, foc_at, foc_received_at,
              response_due_at, submitted_at, ported_at, cancelled_at, cancel_reason, assigned_to_user_id, metadata,
              created_at, updated_at)
    on numbers.port_requests to heddle_report;
grant select on numbers.port_request_numbers, numbers.port_events to heddle_report;

comment on table numbers.port_requests is 'Orders that move numbers to us or away from us.';
comment on column numbers.port_requests.direction is 'in or out.';
comment on column numbers.port_requests.type is 'simple, non_simple, wireless, project or toll_free.';
comment on column numbers.port_requests.status is
    'draft, submitted, pending, foc_received, authorized, exception, rejected, cancel_pending, cancelled or ported.';
comment on column numbers.port_requests.status_changed_at is 'When the status last changed.';
comment on column numbers.port_requests.reason is 'Why it is refused or held up.';
comment on column numbers.port_requests.reason_text is 'The same in the words of who refused.';
comment on column numbers.port_requests.pon is 'Purchase order number, by which both sides know it.';
comment on column numbers.port_requests.version is 'Rises with each supplement (SUP).';
comment on column numbers.port_requests.customer_reference is 'What the customer calls it.';
comment on column numbers.port_requests.idempotency_key is
    'Key of the request that made it; the same key makes no second.';
comment on column numbers.port_requests.service_provider_id is 'The porting service that carries it out.';
comment on column numbers.port_requests.provider_reference is 'Its id there.';
comment on column numbers.port_requests.losing_spid is 'Provider that the numbers leave.';
comment on column numbers.port_requests.winning_spid is 'Provider that the numbers go to.';
comment on column numbers.port_requests.losing_resp_org is 'Responsible organisation that toll-free numbers leave.';
comment on column numbers.port_requests.winning_resp_org is 'Responsible organisation that toll-free numbers go to.';
comment on column numbers.port_requests.losing_carrier is 'Name of the provider that the numbers leave.';
comment on column numbers.port_requests.npdi is
    'Number portability direction indicator, A to D: who moves the 911 record.';
comment on column numbers.port_requests.billing_number is 'Main number of the account at the old provider (BTN).';
comment on column numbers.port_requests.is_partial is 'Whether numbers stay at the old provider.';
comment on column numbers.port_requests.new_billing_number is 'Main number of those that stay.';
comment on column numbers.port_requests.losing_account_number is 'Account number at the old provider.';
comment on column numbers.port_requests.entity_name is 'Whose numbers they are, as the old provider has it.';
comment on column numbers.port_requests.authorized_name is 'Person who may order it, as the old provider has it.';
comment on column numbers.port_requests.street is
    'Service address: house number and street, as the old provider has it.';
comment on column numbers.port_requests.unit is 'Service address: suite, floor or flat.';
comment on column numbers.port_requests.locality is 'Service address: city.';
comment on column numbers.port_requests.region is 'Service address: state or province.';
comment on column numbers.port_requests.postal_code is 'Service address: postal code.';
comment on column numbers.port_requests.country is 'Service address: country.';
comment on column numbers.port_requests.lsr is 'Further fields of the local service request, by their names there.';
comment on column numbers.port_requests.loa_document_id is 'Letter of authority.';
comment on column numbers.port_requests.bill_document_id is 'Recent bill of the old provider.';
comment on column numbers.port_requests.csr_document_id is 'Customer service record of the old provider.';
comment on column numbers.port_requests.requested_for is 'When the customer wants it.';
comment on column numbers.port_requests.foc_at is 'When the numbers move, as confirmed (FOC).';
comment on column numbers.port_requests.foc_received_at is 'When the date was confirmed.';
comment on column numbers.port_requests.response_due_at is
    'When the other side, or for a port out we, must have answered.';
comment on column numbers.port_requests.submitted_at is 'When it was last submitted.';
comment on column numbers.port_requests.ported_at is 'When the last number had moved.';
comment on column numbers.port_requests.cancelled_at is 'When it was cancelled.';
comment on column numbers.port_requests.cancel_reason is 'Why it was cancelled.';
comment on column numbers.port_requests.assigned_to_user_id is 'Who of the staff works on it.';

comment on table numbers.port_request_numbers is 'The numbers of a port, each with its own state.';
comment on column numbers.port_request_numbers.port_request_id is 'The port.';
comment on column numbers.port_request_numbers.number is
    'The number. It enters the inventory when it is ours, and leaves it when it is not.';
comment on column numbers.port_request_numbers.status is
    'pending, confirmed, exception, rejected, cancelled or ported.';
comment on column numbers.port_request_numbers.status_changed_at is 'When the status last changed.';
comment on column numbers.port_request_numbers.reason is 'Why it is refused or held up.';
comment on column numbers.port_request_numbers.reason_text is 'The same in the words of who refused.';
comment on column numbers.port_request_numbers.trunk_id is 'Trunk that it shall ring once it is ours.';
comment on column numbers.port_request_numbers.rate_centre is 'Rate centre, as the old provider has it.';
comment on column numbers.port_request_numbers.subscription_version_id is 'Id of its subscription version (NPAC).';
comment on column numbers.port_request_numbers.subscription_status is 'State of its subscription version.';
comment on column numbers.port_request_numbers.emergency_record_unlocked_at is
    'When the old provider''s 911 record was unlocked, or ours for a port out.';
comment on column numbers.port_request_numbers.foc_at is 'When it moves, as confirmed.';
comment on column numbers.port_request_numbers.ported_at is 'When it had moved.';

comment on table numbers.port_events is 'History of ports: changes of state, messages, notes. Append-only.';
comment on column numbers.port_events.port_request_id is 'The port.';
comment on column numbers.port_events.number is 'The number that it is about; NULL for the whole port.';
comment on column numbers.port_events.occurred_at is 'When it happened.';
comment on column numbers.port_events.kind is
    'status, number_status, foc, document, message_sent, message_received, escalation or note.';
comment on column numbers.port_events.from_status is 'State before.';
comment on column numbers.port_events.to_status is 'State after.';
comment on column numbers.port_events.reason is 'Why.';
comment on column numbers.port_events.message is 'What was said.';
comment on column numbers.port_events.payload is 'What was sent or received, as it was.';
comment on column numbers.port_events.provider_event_id is 'Id of the provider''s message; it counts once.';
comment on column numbers.port_events.user_id is 'The user who did it, if a person did; users may go, it stays.';
