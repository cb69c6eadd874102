-- What else is kept for those who ask later: each request to the API, what regulators want, certificates that
-- calls are signed with, incidents of security.
--
-- Bodies of requests are cleaned on the way in, by trigger, so that no path stores a password: a member whose
-- name tells of a secret is masked, a long text is cut. A certificate's key is where its reference says, never
-- here.
--
-- An incident is one row however often it is met: while one of a key is open, audit.report_incident() counts it up.

create domain audit.http_method as text
    constraint http_method_is_known check (value in ('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'));
comment on domain audit.http_method is 'A method of HTTP.';

create domain audit.compliance_kind as text
    constraint compliance_kind_is_known
    check (value in ('stir_shaken', 'robocall_mitigation', 'traceback', 'e911', 'cpni', 'breach_notice', 'form_499',
                     'calea', 'tcpa', 'tsr', 'dnc', 'messaging', 'tax', 'privacy_request', 'other'));
comment on domain audit.compliance_kind is
    'stir_shaken: signing and its token; robocall_mitigation: the filing in the database of that name; traceback: a '
    'question of where a call came from, to be answered in 24 hours; cpni: the yearly certificate; form_499: reports '
    'to the universal service fund; calea: interceptions; privacy_request: access or erasure asked for by a person.';

create domain audit.compliance_status as text
    constraint compliance_status_is_known
    check (value in ('open', 'in_progress', 'submitted', 'accepted', 'rejected', 'waived'));
comment on domain audit.compliance_status is
    'open; in_progress; submitted: sent to whom it is for; accepted: done; rejected: to be done again; waived: need '
    'not be done.';

create domain audit.certificate_status as text
    constraint certificate_status_is_known check (value in ('pending', 'active', 'retired', 'revoked'));
comment on domain audit.certificate_status is
    'pending: asked for; active: signs; retired: signs no more and still proves old calls; revoked: proves nothing.';

create domain audit.severity as text
    constraint severity_is_known check (value in ('info', 'low', 'medium', 'high', 'critical'));
comment on domain audit.severity is 'How bad it is, from info to critical.';

create domain audit.incident_kind as text
    constraint incident_kind_is_known
    check (value in ('login_brute_force', 'sip_brute_force', 'sip_scan', 'credential_leak', 'privilege_misuse',
                     'toll_fraud', 'revenue_share_fraud', 'one_ring', 'traffic_pumping', 'message_pumping',
                     'spoofed_caller', 'denial_of_service', 'data_breach', 'audit_tampering', 'other'));
comment on domain audit.incident_kind is
    'revenue_share_fraud: calls to numbers that pay the caller; one_ring: calls that ask to be called back; '
    'traffic_pumping, message_pumping: traffic made for its fees; audit_tampering: the trail is not what it was.';

create domain audit.incident_status as text
    constraint incident_status_is_known check (value in ('open', 'acknowledged', 'mitigated', 'closed', 'false_alarm'));
comment on domain audit.incident_status is
    'open; acknowledged: someone looks at it; mitigated: it does no more harm; closed; false_alarm.';

create table audit.api_request_log (
    tenant_id       uuid not null,
    requested_at    timestamptz not null default now(),
    id              uuid not null default core.uuid_v7(),
    account_id      uuid,
    user_id         uuid,
    api_key_id      uuid,
    method          audit.http_method not null,
    route           text not null,
    path            text not null,
    query           jsonb,
    status_code     integer not null,
    problem         text,
    duration_ms     integer not null,
    source          inet,
    user_agent      text,
    idempotency_key text,
    trace_id        text,
    request_bytes   bigint not null default 0,
    response_bytes  bigint not null default 0,
    request_body    jsonb,
    response_body   jsonb,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, requested_at, id),
    constraint status_is_of_http check (status_code between 100 and 599),
    constraint request_time_and_sizes_not_below_zero
        check (duration_ms >= 0 and request_bytes >= 0 and response_bytes >= 0),
    constraint request_trace_is_32_digits check (trace_id ~ '^[0-9a-f]{32}$'),
    constraint kept_bodies_are_64_kb_at_most
        check (octet_length(request_body::text) <= 65536 and octet_length(response_body::text) <= 65536)
) partition by range (requested_at);
create table audit.api_request_log_default partition of audit.api_request_log default;
alter table audit.api_request_log_default enable row level security;

create index api_request_log_by_id on audit.api_request_log (tenant_id, id);
create index api_request_log_of_account on audit.api_request_log (tenant_id, account_id, requested_at);
create index api_request_log_of_api_key on audit.api_request_log (tenant_id, api_key_id, requested_at);
-- Those of a trace, and the few that went wrong, which are looked for.
create index api_request_log_of_trace on audit.api_request_log (tenant_id, trace_id) where trace_id is not null;
create index api_request_log_failed on audit.api_request_log (tenant_id, status_code, requested_at)
    where status_code >= 400;

create table audit.compliance_records (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid,
    kind              audit.compliance_kind not null,
    status            audit.compliance_status not null default 'open',
    status_changed_at timestamptz not null default now(),
    title             text not null,
    authority         text not null default '',
    rule              text not null default '',
    reference         text,
    subject_table     text,
    subject_id        uuid,
    period_from       date,
    period_to         date,
    due_at            timestamptz,
    submitted_at      timestamptz,
    responsible       text not null default '',
    document_id       uuid,
    details           jsonb not null default '{}',
    keep_until        date,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint compliance_period_ends_after_it_starts check (period_to > period_from),
    constraint compliance_subject_is_whole check ((subject_table is null) = (subject_id is null)),
    constraint submitted_record_says_when
        check (status not in ('submitted', 'accepted', 'rejected') or submitted_at is not null)
);
create index compliance_records_by_status on audit.compliance_records (tenant_id, status, due_at);
create index compliance_records_of_account on audit.compliance_records (tenant_id, account_id, created_at);
create index compliance_records_by_kind on audit.compliance_records (tenant_id, kind, created_at);
create index compliance_records_of_subject on audit.compliance_records (tenant_id, subject_table, subject_id);

create table audit.stir_shaken_certs (
    tenant_id             uuid not null,
    id                    uuid not null default core.uuid_v7(),
    name                  text not null,
    status                audit.certificate_status not null default 'pending',
    status_changed_at     timestamptz not null default now(),
    service_provider_code text not null,
    subject               text not null default '',
    issuer                text not null default '',
    serial_number         text,
    certificate_url       text,
    certificate_chain     text,
    fingerprint           bytea,
    key_secret_ref        core.secret_ref not null,
    not_before            timestamptz,
    not_after             timestamptz,
    crl_url               text,
    crl_checked_at        timestamptz,
    crl_next_update_at    timestamptz,
    revoked_at            timestamptz,
    revocation_reason     text,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint certificate_name_is_taken_once unique (tenant_id, name),
    constraint certificate_is_taken_once unique (tenant_id, fingerprint),
    constraint service_provider_code_is_digits_and_letters check (service_provider_code ~ '^[0-9A-Z]{3,8}$'),
    constraint certificate_url_is_https
        check (certificate_url ~ '^https://[^/?#@:]+(:(443|8443))?(/[^?#]*)?$'),
    constraint certificate_chain_is_pem check (certificate_chain like '-----BEGIN CERTIFICATE-----%'),
    constraint certificate_chain_is_64_kb_at_most check (octet_length(certificate_chain) <= 65536),
    constraint fingerprint_is_32_bytes check (octet_length(fingerprint) = 32),
    constraint certificate_ends_after_it_starts check (not_after > not_before),
    constraint certificate_that_signs_is_whole
        check (status = 'pending'
               or num_nulls(certificate_url, certificate_chain, fingerprint, serial_number, not_before,
                            not_after) = 0),
    constraint revoked_certificate_says_when check ((status = 'revoked') = (revoked_at is not null))
);
create index stir_shaken_certs_by_status on audit.stir_shaken_certs (tenant_id, status, not_after);

create table audit.security_incidents (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid,
    kind              audit.incident_kind not null,
    severity          audit.severity not null,
    status            audit.incident_status not null default 'open',
    status_changed_at timestamptz not null default now(),
    dedup_key         text not null,
    summary           text not null,
    source            inet,
    occurrences       bigint not null default 1,
    amount_at_risk    core.unsigned_total,
    currency          core.currency,
    details           jsonb not null default '{}',
    first_seen_at     timestamptz not null default now(),
    last_seen_at      timestamptz not null default now(),
    acknowledged_by   text,
    resolution        text,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint incident_is_met_once_at_least check (occurrences > 0),
    constraint incident_is_first_met_before_last check (last_seen_at >= first_seen_at),
    constraint amount_at_risk_has_a_currency check ((amount_at_risk is null) = (currency is null)),
    constraint incident_is_acknowledged_by_someone check (status = 'open' or acknowledged_by is not null),
    constraint closed_incident_says_how check (status not in ('closed', 'false_alarm') or resolution is not null)
);
-- One that is over does not keep the next of its kind from being a new one.
create unique index incident_is_open_once on audit.security_incidents (tenant_id, dedup_key)
    where status not in ('closed', 'false_alarm');
create index security_incidents_by_status on audit.security_incidents (tenant_id, status, last_seen_at);
create index security_incidents_of_account on audit.security_incidents (tenant_id, account_id, last_seen_at);

insert into ref.unaudited_tables (name, reason) values
    ('audit.api_request_log', 'A log, written once for each request.');
insert into ref.retention_defaults (name, time_column, months, minimum_months, reason, verified) values
    ('audit.api_request_log', 'requested_at', 13, 12,
     'Who looked at call records: records of CPNI campaigns 1 year (47 CFR 64.2009).', false);

select core.distribute_pending();

alter table audit.compliance_records
    add constraint compliance_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table audit.security_incidents
    add constraint incident_is_of_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);

select core.adopt_tables('account', 'audit.api_request_log');
select core.adopt_tables('tenant', 'audit.compliance_records', 'audit.stir_shaken_certs', 'audit.security_incidents');

create trigger api_request_log_is_append_only before delete on audit.api_request_log
    for each row execute function core.refuse_change('api_request_log');
-- What says something of a person may be taken away; nothing may be put in its place.
create trigger api_request_log_is_only_emptied before update on audit.api_request_log
    for each row
    when (to_jsonb(new) - '{path,query,source,user_agent,request_body,response_body,updated_at}'::text[]
              is distinct from
              to_jsonb(old) - '{path,query,source,user_agent,request_body,response_body,updated_at}'::text[]
          or not to_jsonb(old) @> jsonb_strip_nulls(to_jsonb(new) - '{path,updated_at}'::text[])
          or new.path not in ('', old.path))
    execute function core.refuse_change('api_request_log');
create trigger api_request_log_is_not_truncated before truncate on audit.api_request_log
    for each statement execute function core.refuse_change('api_request_log');

create trigger compliance_records_stamp before update of status on audit.compliance_records
    for each row when (new.status <> old.status) execute function core.stamp_state_change();
create trigger compliance_records_move before update of status on audit.compliance_records
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('open', 'in_progress'), ('open', 'submitted'), ('open', 'waived'), ('in_progress', 'submitted'),
        ('in_progress', 'open'), ('in_progress', 'waived'), ('submitted', 'accepted'), ('submitted', 'rejected'),
        ('rejected', 'in_progress'), ('rejected', 'submitted'), ('waived', 'open')))
    execute function core.refuse_state_change('a compliance record', 'compliance_record_keeps_to_its_states');

create trigger stir_shaken_certs_stamp before update of status on audit.stir_shaken_certs
    for each row when (new.status <> old.status) execute function core.stamp_state_change();
create trigger stir_shaken_certs_move before update of status on audit.stir_shaken_certs
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('pending', 'active'), ('active', 'retired'), ('retired', 'active'), ('pending', 'revoked'),
        ('active', 'revoked'), ('retired', 'revoked')))
    execute function core.refuse_state_change('a certificate', 'certificate_keeps_to_its_states');

create trigger security_incidents_stamp before update of status on audit.security_incidents
    for each row when (new.status <> old.status) execute function core.stamp_state_change();
create trigger security_incidents_move before update of status on audit.security_incidents
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('open', 'acknowledged'), ('open', 'mitigated'), ('open', 'closed'), ('open', 'false_alarm'),
        ('acknowledged', 'mitigated'), ('acknowledged', 'closed'), ('acknowledged', 'false_alarm'),
        ('mitigated', 'closed'), ('mitigated', 'acknowledged'), ('mitigated', 'false_alarm')))
    execute function core.refuse_state_change('an incident', 'incident_keeps_to_its_states');

create function audit.clean_path(p_path text) returns text
language sql immutable parallel safe
as $$
    -- A piece of a path that is longer than an id is a token that opens something. Many paths are no longer than one.
    select left(audit.mask_text(case when length(p_path) <= 37 and p_path !~ '[?&;]' then p_path
               else regexp_replace(regexp_replace(p_path,
               '([?&;][^=&;#]*(pass|pwd|pin|secret|token|key|code|otp|hash|sig|auth|nonce|cookie)[^=&;#]*=)[^&;#]*',
               '\1***', 'gi'), '/[A-Za-z0-9._~+=-]{37,}', '/***', 'g') end), 2000)
$$;
comment on function audit.clean_path(text) is
    'A path as it may be kept: parameters whose names tell of a secret, and pieces longer than an id, are ***.';
grant execute on function audit.clean_path(text) to heddle_app, heddle_engine;

create function audit.clean_request() returns trigger
language plpgsql
as $$
declare
    -- All that most requests have: one look tells that nothing of it is to be hidden.
    v_text constant text := concat_ws(' ', new.query, new.path, new.user_agent, new.problem);
begin
    if new.request_body is null and new.response_body is null
       and audit.is_plainly_clean(v_text, 8) and new.path !~ '[?&;]|[^/]{37}' then
        return new;
    end if;
    -- A call for nothing costs as much as one for something.
    if new.query is not null then new.query := audit.sanitise(new.query); end if;
    if new.request_body is not null then new.request_body := audit.sanitise(new.request_body); end if;
    if new.response_body is not null then new.response_body := audit.sanitise(new.response_body); end if;
    if new.problem is not null then new.problem := left(audit.mask_text(new.problem), 2000); end if;
    if new.user_agent is not null then new.user_agent := left(audit.mask_text(new.user_agent), 400); end if;
    new.path := audit.clean_path(new.path);
    return new;
end $$;
comment on function audit.clean_request() is 'Trigger: takes secrets out of a request before it is kept.';

create trigger api_request_log_clean before insert on audit.api_request_log
    for each row execute function audit.clean_request();

create function audit.severity_rank(p_severity text) returns integer
language sql immutable parallel safe
as $$ select array_position(array['info', 'low', 'medium', 'high', 'critical'], p_severity) $$;
comment on function audit.severity_rank(text) is 'The place of a severity, 1 for info to 5 for critical.';
grant execute on function audit.severity_rank(text) to heddle_app, heddle_engine, heddle_report;

create function audit.report_incident(p_tenant uuid, p_kind text, p_severity text, p_key text, p_summary text,
                                      p_account uuid default null, p_source inet default null,
                                      p_amount numeric default null, p_currency text default null,
                                      p_details jsonb default '{}')
returns table (incident_id uuid, is_new boolean)
language sql
as $$
    insert into audit.security_incidents as i (tenant_id, account_id, kind, severity, dedup_key, summary, source,
                                               amount_at_risk, currency, details)
    values (p_tenant, p_account, p_kind, p_severity, p_key, p_summary, p_source, p_amount, p_currency, p_details)
        on conflict (tenant_id, dedup_key) where status not in ('closed', 'false_alarm') do update
       set occurrences = i.occurrences + 1,
           last_seen_at = greatest(i.last_seen_at, excluded.last_seen_at),
           severity = case when audit.severity_rank(excluded.severity) > audit.severity_rank(i.severity)
                           then excluded.severity else i.severity end,
           source = coalesce(excluded.source, i.source),
           amount_at_risk = case when i.currency is null or i.currency = excluded.currency
                                 then coalesce(excluded.amount_at_risk, i.amount_at_risk) else i.amount_at_risk end,
           currency = coalesce(i.currency, excluded.currency),
           details = i.details || excluded.details
    returning i.id, i.occurrences = 1
$$;
comment on function audit.report_incident(uuid, text, text, text, text, uuid, inet, numeric, text, jsonb) is
    'Reports an incident: a new row, or one more occurrence of the open one with this key, whose severity only rises. '
    'Returns the incident and whether it is new, which is when somebody is to be told.';
grant execute on function audit.report_incident(uuid, text, text, text, text, uuid, inet, numeric, text, jsonb)
    to heddle_app, heddle_engine;

grant select, insert on audit.api_request_log to heddle_app;
grant select, insert on audit.api_request_log to heddle_engine;
grant select on audit.api_request_log to heddle_report;
grant select, insert, update
    on audit.compliance_records, audit.stir_shaken_certs, audit.security_incidents to heddle_app;
grant select, insert, update on audit.security_incidents, audit.compliance_records to heddle_engine;
grant select, update on audit.stir_shaken_certs to heddle_engine;
grant select on audit.compliance_records, audit.security_incidents to heddle_report;
grant select (tenant_id, id, name, status, status_changed_at, service_provider_code, subject, issuer, serial_number,
              certificate_url, not_before, not_after, revoked_at, created_at, updated_at)
    on audit.stir_shaken_certs to heddle_report;

comment on table audit.api_request_log is 'Requests to the API, cleaned of secrets. Append-only, by month.';
comment on column audit.api_request_log.id is 'The request id, which the answer carries too.';
comment on column audit.api_request_log.requested_at is 'When the request came.';
comment on column audit.api_request_log.user_id is 'The user who was logged in.';
comment on column audit.api_request_log.api_key_id is 'The key that was used.';
comment on column audit.api_request_log.method is 'GET, POST ….';
comment on column audit.api_request_log.route is 'The route, with names in place of ids.';
comment on column audit.api_request_log.path is 'The path as it was asked for.';
comment on column audit.api_request_log.query is 'The parameters behind the path, cleaned.';
comment on column audit.api_request_log.status_code is 'Status of the answer.';
comment on column audit.api_request_log.problem is 'Type of the problem that was answered.';
comment on column audit.api_request_log.duration_ms is 'How long it took.';
comment on column audit.api_request_log.source is 'Address that it came from.';
comment on column audit.api_request_log.user_agent is 'The program that asked, as it calls itself.';
comment on column audit.api_request_log.idempotency_key is 'The key that makes a repeat harmless.';
comment on column audit.api_request_log.trace_id is
    'The trace that it belongs to, if it named one (W3C Trace Context).';
comment on column audit.api_request_log.request_bytes is 'Size of the body that came.';
comment on column audit.api_request_log.response_bytes is 'Size of the body that was answered.';
comment on column audit.api_request_log.request_body is 'The body that came, cleaned; NULL where it is not kept.';
comment on column audit.api_request_log.response_body is
    'The body that was answered, cleaned; NULL where it is not kept.';

comment on table audit.compliance_records is
    'What authorities ask for: filings, certificates, answers, with their dates.';
comment on column audit.compliance_records.account_id is 'The account that it is about, if any.';
comment on column audit.compliance_records.kind is
    'stir_shaken, robocall_mitigation, traceback, e911, cpni and so on.';
comment on column audit.compliance_records.status is 'open, in_progress, submitted, accepted, rejected or waived.';
comment on column audit.compliance_records.status_changed_at is 'When the status last changed.';
comment on column audit.compliance_records.title is 'What it is, for people.';
comment on column audit.compliance_records.authority is 'Who asks for it.';
comment on column audit.compliance_records.rule is 'The rule that it follows, as 47 CFR 64.2009(e).';
comment on column audit.compliance_records.reference is 'The number that the authority gave it.';
comment on column audit.compliance_records.subject_table is 'Table of what it is about.';
comment on column audit.compliance_records.subject_id is 'Row of what it is about.';
comment on column audit.compliance_records.period_from is 'First day that it covers.';
comment on column audit.compliance_records.period_to is 'First day after what it covers.';
comment on column audit.compliance_records.due_at is 'When it is due.';
comment on column audit.compliance_records.submitted_at is 'When it was sent.';
comment on column audit.compliance_records.responsible is 'Who answers for it: the officer who signs.';
comment on column audit.compliance_records.document_id is 'The paper, in accounts.documents.';
comment on column audit.compliance_records.details is 'What else belongs to it.';
comment on column audit.compliance_records.keep_until is 'Last day that it has to be kept.';

comment on table audit.stir_shaken_certs is 'Certificates that calls are signed with.';
comment on column audit.stir_shaken_certs.name is 'Name, unique within the tenant.';
comment on column audit.stir_shaken_certs.status is 'pending, active, retired or revoked.';
comment on column audit.stir_shaken_certs.status_changed_at is 'When the status last changed.';
comment on column audit.stir_shaken_certs.service_provider_code is 'The code (SPC) that it is for.';
comment on column audit.stir_shaken_certs.subject is 'Whom it names.';
comment on column audit.stir_shaken_certs.issuer is 'Who issued it.';
comment on column audit.stir_shaken_certs.serial_number is 'Its number with the issuer, in hex.';
comment on column audit.stir_shaken_certs.certificate_url is 'Where verifiers fetch it: x5u of the PASSporT.';
comment on column audit.stir_shaken_certs.certificate_chain is 'The certificate and those above it, as PEM.';
comment on column audit.stir_shaken_certs.fingerprint is 'SHA-256 of the certificate.';
comment on column audit.stir_shaken_certs.key_secret_ref is 'Where its private key is kept.';
comment on column audit.stir_shaken_certs.not_before is 'First instant that it holds.';
comment on column audit.stir_shaken_certs.not_after is 'Last instant that it holds.';
comment on column audit.stir_shaken_certs.crl_url is 'Where revocations are listed.';
comment on column audit.stir_shaken_certs.crl_checked_at is 'When the list was last read.';
comment on column audit.stir_shaken_certs.crl_next_update_at is 'When the list is to be read again.';
comment on column audit.stir_shaken_certs.revoked_at is 'When it was revoked.';
comment on column audit.stir_shaken_certs.revocation_reason is 'Why.';

comment on table audit.security_incidents is 'What was met that should not be, one row while it lasts.';
comment on column audit.security_incidents.account_id is 'The account that it is about, if any.';
comment on column audit.security_incidents.kind is 'login_brute_force, sip_scan, toll_fraud and so on.';
comment on column audit.security_incidents.severity is 'info, low, medium, high or critical.';
comment on column audit.security_incidents.status is 'open, acknowledged, mitigated, closed or false_alarm.';
comment on column audit.security_incidents.status_changed_at is 'When the status last changed.';
comment on column audit.security_incidents.dedup_key is
    'What makes two sightings one incident, such as kind and address.';
comment on column audit.security_incidents.summary is 'What was seen, in a sentence.';
comment on column audit.security_incidents.source is 'Address that it came from, last.';
comment on column audit.security_incidents.occurrences is 'How often it was met.';
comment on column audit.security_incidents.amount_at_risk is 'Money that is in danger, as last estimated.';
comment on column audit.security_incidents.currency is 'Currency of the amount.';
comment on column audit.security_incidents.details is 'What was measured.';
comment on column audit.security_incidents.first_seen_at is 'When it was first met.';
comment on column audit.security_incidents.last_seen_at is 'When it was last met.';
comment on column audit.security_incidents.acknowledged_by is 'Who looks at it.';
comment on column audit.security_incidents.resolution is 'How it ended.';
