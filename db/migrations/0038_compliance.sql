-- Whom calls may be made to, when, and what proves it: do-not-call lists, consent, calling windows, recording consent,
-- and how far a caller's number was vouched for.
--
-- Whoever asks gets no when it is not certain: a list that is too old, a number that is no number, a region without a
-- rule and an area code nobody knows all refuse. Rules are dated rows with their source, never constants, for the law
-- changes and a call of the past must be explained by the law of its day.
--
-- Lists and rules without an account are the operator's and hold for all its accounts, whose people do not see them: so
-- the checks are the engine's, which sees all, and what they found is kept as evidence beside the call.

create schema compliance;
comment on schema compliance is 'Do-not-call lists, consent, calling windows, and what proves them.';
grant usage on schema compliance to heddle_app, heddle_engine, heddle_report;

create domain compliance.dnc_kind as text
    constraint dnc_kind_is_known
    check (value in ('national', 'state', 'company', 'litigator', 'wireless', 'reassigned', 'blocked_callers'));
comment on domain compliance.dnc_kind is
    'national and state registries; company: who asked us; litigator: who is known to sue; wireless; reassigned: '
    'changed hands; blocked_callers: whose calls we do not take.';

create domain compliance.dnc_status as text
    constraint dnc_status_is_known check (value in ('active', 'paused', 'archived'));
comment on domain compliance.dnc_status is
    'active is checked; paused is not, for now; archived is kept for its history.';

create domain compliance.channel as text
    constraint compliance_channel_is_known check (value in ('voice', 'sms', 'any'));
comment on domain compliance.channel is 'voice, sms, or any of the two.';

create domain compliance.token_provider as text
    constraint token_provider_is_known check (value in ('trustedform', 'jornaya', 'other'));
comment on domain compliance.token_provider is
    'Who issued a proof of consent: TrustedForm, Jornaya (LeadiD) or another.';

create domain compliance.token_status as text
    constraint token_status_is_known check (value in ('received', 'verified', 'mismatched', 'invalid', 'expired'));
comment on domain compliance.token_status is
    'received is not asked about yet; verified: the issuer has it and it is of this number; mismatched: of another; '
    'invalid: the issuer does not know it; expired: it does no longer.';

create domain compliance.consent_kind as text
    constraint consent_kind_is_known check (value in ('express_written', 'express', 'inquiry', 'customer'));
comment on domain compliance.consent_kind is
    'express_written: signed, as marketing by machine needs; express: said; inquiry: asked us within three months; '
    'customer: bought of us within eighteen.';

create domain compliance.consent_method as text
    constraint consent_method_is_known check (value in ('web_form', 'paper', 'voice', 'keypress', 'sms', 'import'));
comment on domain compliance.consent_method is 'How consent was given, or taken back.';

create domain compliance.registry_answer as text
    constraint registry_answer_is_known check (value in ('yes', 'no', 'no_data'));
comment on domain compliance.registry_answer is
    'Of the Reassigned Numbers Database: yes: the number changed hands since; no: it did not; no_data: it cannot tell.';

create domain compliance.identity_role as text
    constraint identity_role_is_known check (value in ('verified', 'signed'));
comment on domain compliance.identity_role is 'verified: what we found when a call came in; signed: what we put on it.';

create domain compliance.verstat as text
    constraint verstat_is_known check (value in ('tn_validation_passed', 'tn_validation_failed', 'no_tn_validation'));
comment on domain compliance.verstat is 'Result of a verification (3GPP TS 24.229, 7.2A.20).';

create domain compliance.check_kind as text
    constraint check_kind_is_known
    check (value in ('dnc', 'litigator', 'consent', 'consent_token', 'calling_window', 'frequency', 'reassigned',
                     'attestation', 'spam_score'));
comment on domain compliance.check_kind is 'What was checked before a call.';

create domain compliance.check_result as text
    constraint check_result_is_known check (value in ('passed', 'refused', 'unknown', 'waived'));
comment on domain compliance.check_result is
    'passed; refused; unknown: there was no answer, which refuses as well; waived: not asked for by this campaign.';

create domain compliance.recording_rule as text
    constraint recording_rule_is_known check (value in ('one_party', 'all_parties'));
comment on domain compliance.recording_rule is 'Whose consent a recording needs: of one party, or of all.';

create domain compliance.recording_basis as text
    constraint recording_basis_is_known check (value in ('announced', 'beep', 'agreed', 'one_party', 'none'));
comment on domain compliance.recording_basis is
    'What a recording stands on: announced before it began; beep; agreed by a key or a word; one_party: consent of one '
    'side is enough there; none: it was not recorded.';

create table compliance.dnc_lists (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid,
    name                text not null,
    kind                compliance.dnc_kind not null,
    status              compliance.dnc_status not null default 'active',
    channel             compliance.channel not null default 'any',
    country             text not null default 'US',
    region              text,
    source              text not null default '',
    registry_account    text,
    version             text,
    downloaded_at       timestamptz,
    max_age_days        integer,
    service_provider_id uuid,
    metadata            core.metadata not null default '{}',
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint dnc_list_name_is_taken_once unique nulls not distinct (tenant_id, account_id, name),
    constraint dnc_list_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint dnc_list_max_age_above_zero check (max_age_days > 0),
    constraint state_list_names_its_region check (kind <> 'state' or region is not null),
    constraint registry_has_max_age check (kind not in ('national', 'state') or max_age_days is not null)
);
create index dnc_lists_of_account on compliance.dnc_lists (tenant_id, account_id);
create index dnc_lists_by_status on compliance.dnc_lists (tenant_id, status, kind);
create index dnc_lists_of_country on compliance.dnc_lists (country);

create table compliance.dnc_list_entries (
    tenant_id    uuid not null,
    dnc_list_id  uuid not null,
    number       core.e164 not null,
    account_id   uuid,
    reason       text not null default '',
    source       text not null default '',
    requested_at timestamptz,
    effective_at timestamptz not null default now(),
    expires_at   timestamptz,
    ended_reason text,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, dnc_list_id, number),
    constraint dnc_entry_ends_after_it_starts check (expires_at > effective_at)
);
-- Across lists by number: the one question that is asked for every call.
create index dnc_list_entries_by_number on compliance.dnc_list_entries (tenant_id, number);
create index dnc_list_entries_of_list on compliance.dnc_list_entries (tenant_id, dnc_list_id, account_id);

create table compliance.consent_tokens (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid not null,
    provider            compliance.token_provider not null,
    token               text not null,
    url                 text,
    status              compliance.token_status not null default 'received',
    number              core.e164,
    campaign_id         uuid,
    publisher_id        uuid,
    call_started_at     timestamptz,
    call_id             uuid,
    page_url            text,
    address             inet,
    user_agent          text,
    consented_at        timestamptz,
    received_at         timestamptz not null default now(),
    claimed_at          timestamptz,
    expires_at          timestamptz,
    result              jsonb not null default '{}',
    failure             text,
    evidence_uri        text,
    evidence_checksum   bytea,
    service_provider_id uuid,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint consent_token_is_taken_over_once unique (tenant_id, account_id, provider, token),
    constraint consent_token_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint consent_token_is_1_to_512_characters check (char_length(token) between 1 and 512),
    constraint trustedform_token_has_its_url
        check (provider <> 'trustedform'
               or url is not null and url ~ '^https://cert\.trustedform\.com/[A-Za-z0-9_-]{20,255}$'),
    constraint verified_token_says_when check (status <> 'verified' or num_nulls(claimed_at, number) = 0),
    constraint token_evidence_has_checksum
        check (num_nulls(evidence_uri, evidence_checksum) in (0, 2) and octet_length(evidence_checksum) = 32),
    constraint call_of_token_is_named_with_its_time check (num_nulls(call_started_at, call_id) in (0, 2))
);
create index consent_tokens_of_account on compliance.consent_tokens (tenant_id, account_id, created_at);
create index consent_tokens_by_number on compliance.consent_tokens (tenant_id, number);
create index consent_tokens_by_status on compliance.consent_tokens (tenant_id, status, created_at);
create index consent_tokens_of_campaign on compliance.consent_tokens (tenant_id, campaign_id, account_id);
create index consent_tokens_of_publisher on compliance.consent_tokens (tenant_id, publisher_id, account_id);

create table compliance.consent_records (
    tenant_id           uuid not null,
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid not null,
    number              core.e164 not null,
    kind                compliance.consent_kind not null,
    channel             compliance.channel not null default 'any',
    subject             text not null default '',
    method              compliance.consent_method not null,
    consent_token_id    uuid,
    obtained_at         timestamptz not null,
    expires_at          timestamptz,
    revoked_at          timestamptz,
    revoked_by          compliance.consent_method,
    reassigned_answer   compliance.registry_answer,
    reassigned_asked_at timestamptz,
    wording             text not null default '',
    person              text not null default '',
    address             inet,
    evidence_uri        text,
    evidence_checksum   bytea,
    idempotency_key     text,
    metadata            core.metadata not null default '{}',
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint consent_is_taken_over_once unique (tenant_id, account_id, idempotency_key),
    constraint consent_ends_after_it_starts check (expires_at > obtained_at and revoked_at >= obtained_at),
    constraint revoked_consent_says_how check (num_nulls(revoked_at, revoked_by) in (0, 2)),
    constraint reassignment_says_when_it_was_asked check (num_nulls(reassigned_answer, reassigned_asked_at) in (0, 2)),
    constraint consent_evidence_has_checksum
        check (num_nulls(evidence_uri, evidence_checksum) in (0, 2) and octet_length(evidence_checksum) = 32)
);
create index consent_records_by_number on compliance.consent_records (tenant_id, number, account_id, obtained_at);
create index consent_records_of_account on compliance.consent_records (tenant_id, account_id, created_at);
create index consent_records_of_token on compliance.consent_records (tenant_id, consent_token_id, account_id);

create table compliance.stir_shaken_status (
    tenant_id            uuid not null,
    started_at           timestamptz not null,
    id                   uuid not null,
    account_id           uuid,
    role                 compliance.identity_role not null,
    verstat              compliance.verstat,
    attestation          core.attestation_level,
    failure_code         integer,
    failure_reason       text,
    orig_number          text,
    dest_numbers         text[] not null default '{}',
    origid               uuid,
    issued_at            timestamptz,
    certificate_url      text,
    stir_shaken_cert_id  uuid,
    passport_claims      jsonb,
    diversions           jsonb not null default '[]',
    identity_headers     text[] not null default '{}',
    attestation_reason   text,
    upstream_provider    text,
    checked_at           timestamptz not null default now(),
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    primary key (tenant_id, started_at, id),
    constraint verified_call_has_verstat check ((role = 'verified') = (verstat is not null)),
    constraint signed_call_has_attestation check (role <> 'signed' or attestation is not null),
    constraint passed_call_has_attestation_and_origin
        check (verstat <> 'tn_validation_passed' or num_nulls(attestation, orig_number) = 0),
    constraint failed_identity_says_why
        check ((failure_code is null or failure_code in (403, 428, 436, 437, 438))
               and (verstat <> 'tn_validation_failed' or failure_code is not null)),
    constraint passport_claims_are_an_object check (jsonb_typeof(passport_claims) = 'object'),
    constraint passport_diversions_are_a_list check (jsonb_typeof(diversions) = 'array')
) partition by range (started_at);
create table compliance.stir_shaken_status_default partition of compliance.stir_shaken_status default;
alter table compliance.stir_shaken_status_default enable row level security;
create index stir_shaken_status_of_account on compliance.stir_shaken_status (tenant_id, account_id, started_at);
create index stir_shaken_status_by_origid on compliance.stir_shaken_status (tenant_id, origid);

create table compliance.calling_windows (
    tenant_id     uuid not null,
    id            uuid not null default core.uuid_v7(),
    account_id    uuid,
    country       text not null default 'US',
    region        text,
    channel       compliance.channel not null default 'any',
    weekdays      integer[] not null default '{1,2,3,4,5,6,7}',
    opens_at      time,
    closes_at     time,
    max_calls_day integer,
    valid_from    timestamptz not null,
    valid_to      timestamptz,
    source        text not null,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint calling_window_is_closed_or_has_both_times
        check (num_nulls(opens_at, closes_at) in (0, 2) and (opens_at < closes_at) is not false),
    constraint calling_weekdays_are_between_1_and_7
        check (weekdays <@ '{1,2,3,4,5,6,7}'::integer[] and cardinality(weekdays) > 0),
    constraint calls_of_a_day_not_below_zero check (max_calls_day >= 0),
    constraint calling_rule_ends_after_it_starts check (valid_to > valid_from),
    constraint calling_window_says_its_source check (source <> '')
);
create index calling_windows_of_region on compliance.calling_windows (tenant_id, country, region, valid_from);
create index calling_windows_of_account on compliance.calling_windows (tenant_id, account_id);
create index calling_windows_of_country on compliance.calling_windows (country);

create table compliance.checks (
    tenant_id           uuid not null,
    checked_at          timestamptz not null default now(),
    id                  uuid not null default core.uuid_v7(),
    account_id          uuid,
    kind                compliance.check_kind not null,
    result              compliance.check_result not null,
    number              text not null,
    call_started_at     timestamptz,
    call_id             uuid,
    campaign_id         uuid,
    dnc_list_id         uuid,
    consent_record_id   uuid,
    consent_token_id    uuid,
    calling_window_id   uuid,
    service_provider_id uuid,
    code                text,
    details             jsonb not null default '{}',
    latency_ms          integer,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    primary key (tenant_id, checked_at, id),
    constraint refused_check_says_why check (result in ('passed', 'waived') or code is not null),
    constraint call_of_check_is_named_with_its_time check (num_nulls(call_started_at, call_id) in (0, 2))
) partition by range (checked_at);
create table compliance.checks_default partition of compliance.checks default;
alter table compliance.checks_default enable row level security;
create index checks_of_account on compliance.checks (tenant_id, account_id, checked_at);
create index checks_of_call on compliance.checks (tenant_id, call_id) where call_id is not null;
create index checks_by_number on compliance.checks (tenant_id, number, checked_at);

create table compliance.recording_consents (
    tenant_id         uuid not null,
    id                uuid not null default core.uuid_v7(),
    account_id        uuid,
    call_started_at   timestamptz not null,
    call_id           uuid not null,
    call_leg_id       uuid,
    recording_id      uuid,
    rule              compliance.recording_rule not null,
    regions           text[] not null default '{}',
    basis             compliance.recording_basis not null,
    notice_played_at  timestamptz,
    notice            text not null default '',
    agreed_at         timestamptz,
    declined_at       timestamptz,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint recording_consent_is_kept_once_a_leg
        unique nulls not distinct (tenant_id, call_id, call_leg_id),
    constraint recording_basis_has_its_time
        check ((basis not in ('announced', 'beep') or notice_played_at is not null)
               and (basis <> 'agreed' or agreed_at is not null)),
    constraint recording_of_all_parties_is_not_on_the_word_of_one check (rule <> 'all_parties' or basis <> 'one_party'),
    constraint declined_recording_is_not_made check (declined_at is null or basis = 'none')
);
create index recording_consents_of_account on compliance.recording_consents (tenant_id, account_id, created_at);
create index recording_consents_of_recording on compliance.recording_consents (tenant_id, recording_id);

select core.distribute_pending();

alter table compliance.dnc_lists
    add constraint dnc_list_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table compliance.dnc_lists
    add constraint dnc_list_is_of_country foreign key (country) references ref.countries (code);
alter table compliance.dnc_list_entries
    add constraint dnc_entry_is_on_list foreign key (tenant_id, dnc_list_id)
        references compliance.dnc_lists (tenant_id, id) on delete cascade;
alter table compliance.dnc_list_entries
    add constraint dnc_entry_is_on_list_of_its_account foreign key (tenant_id, dnc_list_id, account_id)
        references compliance.dnc_lists (tenant_id, id, account_id) on delete cascade;
alter table compliance.consent_tokens
    add constraint consent_token_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table compliance.consent_tokens
    add constraint consent_token_is_for_campaign_of_its_account foreign key (tenant_id, campaign_id, account_id)
        references tracking.campaigns (tenant_id, id, account_id);
alter table compliance.consent_tokens
    add constraint consent_token_is_of_publisher_of_its_account foreign key (tenant_id, publisher_id, account_id)
        references tracking.publishers (tenant_id, id, account_id);
alter table compliance.consent_records
    add constraint consent_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table compliance.consent_records
    add constraint consent_has_token_of_its_account foreign key (tenant_id, consent_token_id, account_id)
        references compliance.consent_tokens (tenant_id, id, account_id);
alter table compliance.stir_shaken_status
    add constraint identity_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table compliance.calling_windows
    add constraint calling_rule_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table compliance.calling_windows
    add constraint calling_rule_is_of_country foreign key (country) references ref.countries (code);
alter table compliance.checks
    add constraint compliance_check_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table compliance.recording_consents
    add constraint recording_consent_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table compliance.recording_consents
    add constraint recording_consent_is_for_recording foreign key (tenant_id, recording_id)
        references tracking.recordings (tenant_id, id);

select core.adopt_tables('account', 'compliance.dnc_lists', 'compliance.dnc_list_entries', 'compliance.consent_tokens',
                         'compliance.consent_records', 'compliance.stir_shaken_status', 'compliance.calling_windows',
                         'compliance.checks', 'compliance.recording_consents');

-- Evidence is taken back or added to, never rewritten.
create trigger consent_records_are_kept before update on compliance.consent_records
    for each row
    when ((old.number, old.kind, old.channel, old.subject, old.method, old.obtained_at, old.wording, old.person,
           old.address)
          is distinct from
          (new.number, new.kind, new.channel, new.subject, new.method, new.obtained_at, new.wording, new.person,
           new.address)
          or (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at))
    execute function core.refuse_change('consent_records');
create trigger consent_tokens_move before update of status on compliance.consent_tokens
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('received', 'verified'), ('received', 'mismatched'), ('received', 'invalid'), ('received', 'expired'),
        ('mismatched', 'verified'), ('invalid', 'verified'), ('verified', 'expired'), ('verified', 'mismatched')))
    execute function core.refuse_state_change('a proof of consent', 'consent_token_keeps_to_its_states');

-- Who asked not to be called stays on the list for 5 years (47 CFR 64.1200), whatever an account would rather: an entry
-- ends earlier by staff alone, with a reason, and is not taken away before.
create function compliance.guard_entries() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_account constant boolean := coalesce(current_setting('app.account_scope', true) = 'account', false);
    v_wrong   boolean;
begin
    if tg_op = 'INSERT' then
        v_wrong := exists (
            select from new_rows n
              join compliance.dnc_lists l on l.tenant_id = n.tenant_id and l.id = n.dnc_list_id and l.kind = 'company'
             where n.expires_at < n.effective_at + interval '5 years'
               and (v_account or coalesce(n.ended_reason, '') = ''));
    elsif tg_op = 'UPDATE' then
        v_wrong := exists (
            select from old_rows o
              join compliance.dnc_lists l on l.tenant_id = o.tenant_id and l.id = o.dnc_list_id and l.kind = 'company'
              left join new_rows n
                on n.tenant_id = o.tenant_id and n.dnc_list_id = o.dnc_list_id and n.number = o.number
             where n.number is null or n.effective_at > o.effective_at
                or n.expires_at < least(coalesce(o.expires_at, 'infinity'), o.effective_at + interval '5 years')
                   and (v_account or coalesce(n.ended_reason, '') = ''));
    else
        v_wrong := exists (
            select from old_rows o
              join compliance.dnc_lists l on l.tenant_id = o.tenant_id and l.id = o.dnc_list_id and l.kind = 'company'
              join core.tenants t on t.id = o.tenant_id and t.purge_marked_at is null
             where (o.expires_at < now() and o.effective_at < now() - interval '5 years') is not true);
    end if;
    if v_wrong then
        raise exception 'who asked not to be called is kept for 5 years'
            using errcode = 'restrict_violation', constraint = 'company_request_is_kept_5_years',
                  hint = 'Staff ends it with expires_at and ended_reason.';
    end if;
    return null;
end $$;
comment on function compliance.guard_entries() is
    'Trigger: entries of company lists end within 5 years by staff and with a reason only, and are not deleted before.';

-- Lists of registries are replaced by imports of millions: of those nothing is recorded. What is written is as
-- audit.record_change() writes it.
create function compliance.record_entries() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_user    constant uuid := nullif(current_setting('app.user_id', true), '')::uuid;
    v_changes constant text := case tg_op
        when 'INSERT' then 'select n.tenant_id, n.dnc_list_id, n.number, null::jsonb as old, to_jsonb(n) as new '
                           'from new_rows n'
        when 'DELETE' then 'select o.tenant_id, o.dnc_list_id, o.number, to_jsonb(o) as old, null::jsonb as new '
                           'from old_rows o join core.tenants t on t.id = o.tenant_id and t.purge_marked_at is null'
        else 'select o.tenant_id, o.dnc_list_id, o.number, to_jsonb(o) as old, to_jsonb(n) as new '
             'from old_rows o join new_rows n using (tenant_id, dnc_list_id, number)' end;
begin
    execute format(
        'insert into audit.audit_log (tenant_id, account_id, user_id, actor, action, object, object_key, old_values, '
        'new_values, request_id, source) '
        'select l.tenant_id, l.account_id, $1, coalesce($2, $1::text, session_user), lower($3), '
        '%L, c.dnc_list_id || '' '' || c.number, c.old, c.new, $4, $5 '
        'from (%s) c join compliance.dnc_lists l on l.tenant_id = c.tenant_id and l.id = c.dnc_list_id '
        'where l.kind not in (''national'', ''state'', ''wireless'', ''reassigned'')',
        'compliance.dnc_list_entries', v_changes)
      using v_user, nullif(current_setting('app.actor', true), ''), tg_op,
            nullif(current_setting('app.request_id', true), '')::uuid,
            nullif(current_setting('app.source', true), '')::inet;
    return null;
end $$;
comment on function compliance.record_entries() is
    'Trigger: writes changes of entries to the audit trail, but those of lists that are imported from registries.';

create trigger dnc_list_entries_guard_insert after insert on compliance.dnc_list_entries
    referencing new table as new_rows for each statement execute function compliance.guard_entries();
create trigger dnc_list_entries_guard_update after update on compliance.dnc_list_entries
    referencing old table as old_rows new table as new_rows for each statement
    execute function compliance.guard_entries();
create trigger dnc_list_entries_guard_delete after delete on compliance.dnc_list_entries
    referencing old table as old_rows for each statement execute function compliance.guard_entries();
create trigger dnc_list_entries_record_insert after insert on compliance.dnc_list_entries
    referencing new table as new_rows for each statement execute function compliance.record_entries();
create trigger dnc_list_entries_record_update after update on compliance.dnc_list_entries
    referencing old table as old_rows new table as new_rows for each statement
    execute function compliance.record_entries();
create trigger dnc_list_entries_record_delete after delete on compliance.dnc_list_entries
    referencing old table as old_rows for each statement execute function compliance.record_entries();

create function compliance.check_dnc(p_tenant uuid, p_account uuid, p_numbers text[], p_channel text default 'voice',
                                     p_at timestamptz default now())
returns table (number text, is_listed boolean, kinds text[], dnc_list_ids uuid[], stale_list_ids uuid[])
language sql stable
as $$
    with lists as (
        select l.id, l.kind,
               l.max_age_days is not null
                   and (l.downloaded_at >= p_at - make_interval(days => l.max_age_days)) is not true as is_stale
          from compliance.dnc_lists l
         where l.tenant_id = p_tenant and l.status = 'active'
           and (l.account_id is null or l.account_id = p_account)
           and (l.channel = 'any' or p_channel = 'any' or l.channel = p_channel)
    ), asked as (
        select distinct n.number, n.number ~ '^\+[1-9][0-9]{1,14}$' as is_number
          from unnest(p_numbers) as n (number) where n.number is not null
    ), hits as (
        select a.number, array_agg(distinct l.kind::text order by l.kind::text) as kinds,
               array_agg(l.id order by l.id) as ids
          from asked a
          join compliance.dnc_list_entries e on e.tenant_id = p_tenant and e.number = a.number
          join lists l on l.id = e.dnc_list_id
         where a.is_number and e.effective_at <= p_at and (e.expires_at is null or e.expires_at > p_at)
         group by a.number
    ), stale as (
        select coalesce(array_agg(l.id order by l.id), '{}') as ids from lists l where l.is_stale
    )
    select a.number, h.number is not null or not a.is_number or s.ids <> '{}',
           case when a.is_number then coalesce(h.kinds, '{}') else '{not_a_number}' end,
           coalesce(h.ids, '{}'), s.ids
      from asked a
     cross join stale s
      left join hits h on h.number = a.number
$$;
comment on function compliance.check_dnc(uuid, uuid, text[], text, timestamptz) is
    'Which of some numbers are on a do-not-call list of the operator or of the account, a row for each: the kinds of '
    'lists and the lists. While a list is older than it may be (stale_list_ids) every number counts as listed, and so '
    'does what is no number. For the engine: an account does not see the operator''s lists.';
grant execute on function compliance.check_dnc(uuid, uuid, text[], text, timestamptz) to heddle_engine;

create function compliance.check_consent(p_tenant uuid, p_account uuid, p_numbers text[], p_kind text,
                                         p_channel text default 'voice', p_at timestamptz default now())
returns table (number text, is_valid boolean, code text, consent_record_id uuid)
language sql stable
as $$
    with kinds (kind, strength) as (
        values ('express_written', 4), ('express', 3), ('customer', 2), ('inquiry', 1)
    ), ranked as (      -- of several that hold the strongest counts, of those that do not the latest says why
        select c.number::text as number, c.id, c.obtained_at,
               case when c.revoked_at <= p_at then 'revoked'
                    when c.expires_at <= p_at then 'expired'
                    when c.reassigned_answer = 'yes' then 'reassigned'
                    when k.strength < wanted.strength then 'too_weak'
                    when t.status in ('mismatched', 'invalid') then 'token_' || t.status
                    when exists (select from compliance.consent_records r
                                  where r.tenant_id = p_tenant and r.account_id = p_account and r.number = c.number
                                    and r.revoked_at <= p_at and r.revoked_at > c.obtained_at
                                    and (r.subject = '' or c.subject = '' or r.subject = c.subject)
                                    and (r.channel = 'any' or c.channel = 'any' or r.channel = c.channel))
                         then 'revoked' end as code,
               k.strength
          from compliance.consent_records c
          join kinds k on k.kind = c.kind
          join kinds wanted on wanted.kind = p_kind
          left join compliance.consent_tokens t on t.tenant_id = p_tenant and t.id = c.consent_token_id
         where c.tenant_id = p_tenant and c.account_id = p_account and c.number = any (p_numbers)
           and c.obtained_at <= p_at
           and (c.channel = 'any' or c.channel = p_channel)
    ), best as (
        select distinct on (r.number) r.number, r.id, r.code
          from ranked r order by r.number, r.code is not null, r.strength desc, r.obtained_at desc
    )
    select a.number, b.id is not null and b.code is null, case when b.id is null then 'none' else b.code end, b.id
      from (select distinct n.number from unnest(p_numbers) as n (number) where n.number is not null) a
      left join best b on b.number = a.number
$$;
comment on function compliance.check_consent(uuid, uuid, text[], text, text, timestamptz) is
    'Whether numbers have consented to calls of the account, at least as firmly as is wanted, a row for each: the '
    'record, or why not: none, revoked, expired, reassigned, too_weak, token_mismatched, token_invalid. Who took any '
    'consent back has taken back all that was given before on that subject.';
grant execute on function compliance.check_consent(uuid, uuid, text[], text, text, timestamptz)
    to heddle_app, heddle_engine;

-- The holidays of the United States (5 USC 6103), which every state keeps. What a state keeps beside them is not here.
create function compliance.is_federal_holiday(p_day date) returns boolean
language sql immutable parallel safe
as $$
    select to_char(p_day, 'MM-DD') = any (array['01-01', '06-19', '07-04', '11-11', '12-25'])
        or (extract(month from p_day)::integer, extract(isodow from p_day)::integer,
            (extract(day from p_day)::integer + 6) / 7) in ((1, 1, 3), (2, 1, 3), (9, 1, 1), (10, 1, 2), (11, 4, 4))
        or extract(month from p_day) = 5 and extract(isodow from p_day) = 1 and extract(day from p_day) > 24
$$;
comment on function compliance.is_federal_holiday(date) is
    'Whether a day is a holiday of the United States (5 USC 6103), on its own day, not the one it is moved to.';
grant execute on function compliance.is_federal_holiday(date) to heddle_app, heddle_engine, heddle_report;

-- The law is in ref.calling_windows and ref.calling_limits, which come with 0053 (hence plpgsql, which looks for them
-- when it is called); the tables here add what operator and account want beside it. A text is a call where the federal
-- rule is concerned; of a state's rules those for texts hold.
create function compliance.check_calling_window(p_tenant uuid, p_account uuid, p_numbers text[],
                                                p_channel text default 'voice', p_at timestamptz default now())
returns table (number text, is_allowed boolean, code text, region text, time_zones text[], max_calls_day integer,
               calling_window_ids uuid[])
language plpgsql stable
as $$
#variable_conflict use_column
declare
    v_channels constant text[] := case p_channel when 'voice' then '{call}' when 'sms' then '{text}'
                                                 else '{call,text}' end;
begin
    return query
    with asked as (
        select distinct a.number, n.country, n.region, n.time_zones
          from unnest(p_numbers) as a (number)
          left join ref.npa n on a.number ~ '^\+1[2-9][0-9]{9}$' and n.npa = substr(a.number, 3, 3)
         where a.number is not null
    ), places as (      -- what the clock on the wall may say there
        select a.number, a.country, a.region, zone, p_at at time zone zone as wall
          from asked a cross join unnest(a.time_zones) as zone
    ), rules as (       -- of the operator and of the account, each of the region where it has any, else of the country
        select a.number, w.id, case when w.account_id is null then 'operator' else 'account' end as maker, w.weekdays,
               w.opens_at, w.closes_at, w.max_calls_day, w.region is not null as is_regional,
               bool_or(w.region is not null) over (partition by a.number, w.account_id) as has_regional
          from asked a
          join compliance.calling_windows w
            on w.tenant_id = p_tenant and w.country = a.country and (w.region = a.region or w.region is null)
         where (w.account_id is null or w.account_id = p_account)
           and (w.channel = 'any' or p_channel = 'any' or w.channel = p_channel)
           and w.valid_from <= p_at and (w.valid_to is null or w.valid_to > p_at)
    ), own as (
        select r.* from rules r where r.is_regional or not r.has_regional
    ), windows as (     -- every maker of rules has to allow it, so that the strictest wins
        select p.number, p.zone, o.maker,
               extract(isodow from p.wall)::integer = any (o.weekdays)
                   and p.wall::time >= o.opens_at and p.wall::time < o.closes_at as is_open
          from places p join own o on o.number = p.number
         union all
        select p.number, p.zone, 'law of ' || w.region || ' on ' || w.channel,
               p.wall::time >= w.opens and p.wall::time < w.closes
          from places p
          join ref.calling_windows w
            on w.country = p.country and w.region in ('', p.region)
           and (w.channel::text = any (v_channels) or w.region = '')
           and w.weekday = extract(isodow from p.wall)::integer
           and w.valid_from <= p.wall::date and (w.valid_to is null or w.valid_to > p.wall::date)
    ), refused as (
        select distinct w.number
          from (select w.number from windows w group by w.number, w.zone, w.maker
                having not coalesce(bool_or(w.is_open), false)) w
    ), laws as (
        select p.number, min(l.most_in_24_hours) as max_calls_day,
               bool_or(not l.allows_holidays and compliance.is_federal_holiday(p.wall::date)) as is_holiday
          from places p
          join ref.calling_limits l
            on l.country = p.country and l.region in ('', p.region)
           and (l.channel::text = any (v_channels) or l.region = '')
           and l.valid_from <= p.wall::date and (l.valid_to is null or l.valid_to > p.wall::date)
         group by p.number
    ), limits as (
        select o.number, min(o.max_calls_day) as max_calls_day, array_agg(o.id order by o.id) as ids
          from own o group by o.number
    ), judged as (
        select a.number, a.region, a.time_zones, least(o.max_calls_day, l.max_calls_day) as max_calls_day, o.ids,
               case when a.time_zones is null then 'unknown_region'
                    when not exists (select from windows w where w.number = a.number) then 'no_rule'
                    when exists (select from refused r where r.number = a.number) then 'outside_window'
                    when l.is_holiday then 'holiday' end as code
          from asked a
          left join limits o on o.number = a.number
          left join laws l on l.number = a.number
    )
    select j.number, j.code is null, j.code, j.region::text, j.time_zones, j.max_calls_day, coalesce(j.ids, '{}')
      from judged j;
end $$;
comment on function compliance.check_calling_window(uuid, uuid, text[], text, timestamptz) is
    'Whether numbers may be called at an instant, a row for each: it must lie in a window in every time zone of the '
    'area code by the law of that day (federal and of the state: ref.calling_windows), by the operator''s rules and '
    'by the account''s, where there are any, each of the region or else of the country; so rules only narrow. '
    'Otherwise the code says why: outside_window, holiday, no_rule, unknown_region. With it the most calls a day, and '
    'the rules of operator and account that were looked at. For the engine: an account does not see the operator''s '
    'rules.';
grant execute on function compliance.check_calling_window(uuid, uuid, text[], text, timestamptz) to heddle_engine;

grant select, insert, update on compliance.dnc_lists, compliance.consent_tokens, compliance.consent_records,
                                compliance.calling_windows to heddle_app;
grant select, insert, update (expires_at, ended_reason) on compliance.dnc_list_entries to heddle_app;
grant select, insert, update, delete on compliance.dnc_list_entries to heddle_engine;
grant select on compliance.stir_shaken_status, compliance.checks, compliance.recording_consents to heddle_app;
grant select, update on compliance.dnc_lists to heddle_engine;
grant select on compliance.calling_windows to heddle_engine;
grant select, insert, update on compliance.consent_tokens, compliance.consent_records, compliance.stir_shaken_status,
                                compliance.recording_consents to heddle_engine;
grant select, insert on compliance.checks to heddle_engine;
grant select on compliance.dnc_lists, compliance.dnc_list_entries, compliance.consent_tokens,
                compliance.consent_records, compliance.stir_shaken_status, compliance.calling_windows,
                compliance.checks, compliance.recording_consents to heddle_report;

insert into auth.permissions (name, description) values
    ('compliance:read', 'See do-not-call lists, consent and checks'),
    ('compliance:write', 'Change do-not-call lists, consent and calling windows');

comment on table compliance.dnc_lists is 'Lists of numbers that are not to be called, or whose calls are not taken.';
comment on column compliance.dnc_lists.account_id is 'The account whose list it is; NULL holds for all accounts.';
comment on column compliance.dnc_lists.name is 'Name, unique within the account.';
comment on column compliance.dnc_lists.kind is
    'national, state, company, litigator, wireless, reassigned or blocked_callers.';
comment on column compliance.dnc_lists.status is 'active, paused or archived.';
comment on column compliance.dnc_lists.channel is 'voice, sms or any: what it forbids.';
comment on column compliance.dnc_lists.country is 'Country that it is of.';
comment on column compliance.dnc_lists.region is 'State or province that it is of.';
comment on column compliance.dnc_lists.source is 'Where it is from.';
comment on column compliance.dnc_lists.registry_account is 'Our number at the registry (SAN).';
comment on column compliance.dnc_lists.version is 'Version that was loaded last.';
comment on column compliance.dnc_lists.downloaded_at is 'When that was downloaded.';
comment on column compliance.dnc_lists.max_age_days is
    'How old it may be; an older one refuses every number. NULL does not age.';
comment on column compliance.dnc_lists.service_provider_id is
    'The service that is asked instead, in vendor_mgmt.service_providers.';

comment on table compliance.dnc_list_entries is 'Numbers on lists.';
comment on column compliance.dnc_list_entries.dnc_list_id is 'The list.';
comment on column compliance.dnc_list_entries.number is 'The number.';
comment on column compliance.dnc_list_entries.account_id is 'The account whose list it is; NULL for the operator''s.';
comment on column compliance.dnc_list_entries.reason is 'Why it is there.';
comment on column compliance.dnc_list_entries.source is 'How it came there: call, SMS, import.';
comment on column compliance.dnc_list_entries.requested_at is 'When the person asked for it.';
comment on column compliance.dnc_list_entries.effective_at is 'First instant that it counts.';
comment on column compliance.dnc_list_entries.expires_at is 'First instant that it no longer counts; NULL is forever.';
comment on column compliance.dnc_list_entries.ended_reason is 'Why it ends before its time.';

comment on table compliance.consent_tokens is 'Proofs of consent by outside witnesses (TrustedForm, Jornaya).';
comment on column compliance.consent_tokens.provider is 'trustedform, jornaya or other.';
comment on column compliance.consent_tokens.token is 'The token, as the provider made it.';
comment on column compliance.consent_tokens.url is 'Address of the certificate.';
comment on column compliance.consent_tokens.status is 'received, verified, mismatched, invalid or expired.';
comment on column compliance.consent_tokens.number is 'The number that it is of.';
comment on column compliance.consent_tokens.campaign_id is 'The campaign that it came for.';
comment on column compliance.consent_tokens.publisher_id is 'The publisher that brought it.';
comment on column compliance.consent_tokens.call_started_at is 'When the call came in that it belongs to.';
comment on column compliance.consent_tokens.call_id is 'The call that it belongs to.';
comment on column compliance.consent_tokens.page_url is 'The page with the form.';
comment on column compliance.consent_tokens.address is 'Address that the form was sent from.';
comment on column compliance.consent_tokens.user_agent is 'Browser that it was sent with.';
comment on column compliance.consent_tokens.consented_at is 'When the form was sent.';
comment on column compliance.consent_tokens.received_at is 'When we got it.';
comment on column compliance.consent_tokens.claimed_at is 'When the provider confirmed and kept it for us.';
comment on column compliance.consent_tokens.expires_at is 'Until when the provider keeps it.';
comment on column compliance.consent_tokens.result is 'What the provider answered.';
comment on column compliance.consent_tokens.failure is 'Why it is no proof.';
comment on column compliance.consent_tokens.evidence_uri is 'Where our copy of the certificate is.';
comment on column compliance.consent_tokens.evidence_checksum is 'SHA-256 of the copy.';
comment on column compliance.consent_tokens.service_provider_id is
    'The service that was asked, in vendor_mgmt.service_providers.';

comment on table compliance.consent_records is
    'Who agreed to be called, to what and how. What was agreed never changes; it is taken back, or given anew.';
comment on column compliance.consent_records.number is 'The number.';
comment on column compliance.consent_records.kind is 'express_written, express, customer or inquiry.';
comment on column compliance.consent_records.channel is 'voice, sms or any.';
comment on column compliance.consent_records.subject is 'Whom or what it is for: a seller, a product; empty is all.';
comment on column compliance.consent_records.method is 'web_form, paper, voice, keypress, sms or import.';
comment on column compliance.consent_records.consent_token_id is 'The proof by an outside witness.';
comment on column compliance.consent_records.obtained_at is 'When it was given.';
comment on column compliance.consent_records.expires_at is 'First instant that it no longer holds; NULL is open.';
comment on column compliance.consent_records.revoked_at is 'When it was taken back.';
comment on column compliance.consent_records.revoked_by is 'How it was taken back.';
comment on column compliance.consent_records.reassigned_answer is
    'yes, no or no_data: whether the number changed hands since.';
comment on column compliance.consent_records.reassigned_asked_at is
    'When the database of reassigned numbers was asked.';
comment on column compliance.consent_records.wording is 'The words that were agreed to.';
comment on column compliance.consent_records.person is 'Name of who agreed.';
comment on column compliance.consent_records.address is 'Address that it came from.';
comment on column compliance.consent_records.evidence_uri is 'Where the evidence is.';
comment on column compliance.consent_records.evidence_checksum is 'SHA-256 of the evidence.';
comment on column compliance.consent_records.idempotency_key is 'What arrives again with the same key is the same.';

comment on table compliance.stir_shaken_status is
    'How far the caller''s number of a call was vouched for: as verified when it came in, or as signed by us. It has '
    'the key of the call''s CDR.';
comment on column compliance.stir_shaken_status.id is 'The id of the call''s CDR.';
comment on column compliance.stir_shaken_status.started_at is 'When the call began: the time of its CDR.';
comment on column compliance.stir_shaken_status.role is 'verified or signed.';
comment on column compliance.stir_shaken_status.verstat is
    'tn_validation_passed, tn_validation_failed or no_tn_validation.';
comment on column compliance.stir_shaken_status.attestation is 'a, b or c.';
comment on column compliance.stir_shaken_status.failure_code is
    '403 stale, 428 none though required, 436 certificate not fetched, 437 not trusted, 438 signature or claims wrong.';
comment on column compliance.stir_shaken_status.failure_reason is 'The failure in words.';
comment on column compliance.stir_shaken_status.orig_number is 'The number that is vouched for (orig.tn), as digits.';
comment on column compliance.stir_shaken_status.dest_numbers is 'The numbers called (dest.tn), as digits.';
comment on column compliance.stir_shaken_status.origid is 'The signer''s id of the origin, for tracing back.';
comment on column compliance.stir_shaken_status.issued_at is 'When it was signed (iat).';
comment on column compliance.stir_shaken_status.certificate_url is 'Where the certificate is (x5u).';
comment on column compliance.stir_shaken_status.stir_shaken_cert_id is
    'Our certificate that it was signed with, in audit.stir_shaken_certs.';
comment on column compliance.stir_shaken_status.passport_claims is 'The claims of the PASSporT, header and payload.';
comment on column compliance.stir_shaken_status.diversions is 'The chain of diversions (div), first to last.';
comment on column compliance.stir_shaken_status.identity_headers is 'The Identity headers as they were.';
comment on column compliance.stir_shaken_status.attestation_reason is 'Why we signed with this level.';
comment on column compliance.stir_shaken_status.upstream_provider is 'Who handed the call to us.';
comment on column compliance.stir_shaken_status.checked_at is 'When it was verified or signed.';

comment on table compliance.calling_windows is
    'When people may be called, by country and region of their number, as dated rules. Several rows of a region add '
    'up.';
comment on column compliance.calling_windows.account_id is 'The account whose rule it is; NULL holds for all accounts.';
comment on column compliance.calling_windows.country is 'Country of the called number.';
comment on column compliance.calling_windows.region is 'State or province; NULL is where the region has no rule.';
comment on column compliance.calling_windows.channel is 'voice, sms or any.';
comment on column compliance.calling_windows.weekdays is 'Days that it holds on, 1 Monday to 7 Sunday.';
comment on column compliance.calling_windows.opens_at is 'First instant, where the called party is; NULL is never.';
comment on column compliance.calling_windows.closes_at is 'First instant that it is over.';
comment on column compliance.calling_windows.max_calls_day is 'Most calls to one number in 24 hours; NULL is no limit.';
comment on column compliance.calling_windows.valid_from is 'First instant that the rule is law.';
comment on column compliance.calling_windows.valid_to is 'First instant that it no longer is; NULL is open.';
comment on column compliance.calling_windows.source is 'Where the rule is written.';

comment on table compliance.checks is
    'Every check that was made before a call or message, with what it found: the evidence.';
comment on column compliance.checks.checked_at is 'When it was made.';
comment on column compliance.checks.kind is
    'dnc, litigator, consent, consent_token, calling_window, frequency, reassigned, attestation or spam_score.';
comment on column compliance.checks.result is 'passed, refused, unknown or waived.';
comment on column compliance.checks.number is 'The number that was asked about, as it was given.';
comment on column compliance.checks.call_started_at is 'When the call came in that it was made for.';
comment on column compliance.checks.call_id is 'The call that it was made for.';
comment on column compliance.checks.campaign_id is 'The campaign that it was made for.';
comment on column compliance.checks.dnc_list_id is 'The list that decided.';
comment on column compliance.checks.consent_record_id is 'The consent that decided.';
comment on column compliance.checks.consent_token_id is 'The proof that decided.';
comment on column compliance.checks.calling_window_id is 'The rule that decided.';
comment on column compliance.checks.service_provider_id is
    'The service that was asked, in vendor_mgmt.service_providers.';
comment on column compliance.checks.code is 'Why it was refused.';
comment on column compliance.checks.details is 'Versions, zones, scores and whatever else it goes by.';
comment on column compliance.checks.latency_ms is 'How long it took.';

comment on table compliance.recording_consents is 'What the recording of a call, or of a leg, stands on.';
comment on column compliance.recording_consents.account_id is 'The customer account that the call belongs to.';
comment on column compliance.recording_consents.call_started_at is 'When the call came in.';
comment on column compliance.recording_consents.call_id is 'The call.';
comment on column compliance.recording_consents.call_leg_id is 'The leg; NULL is the whole call.';
comment on column compliance.recording_consents.recording_id is 'The recording that was made.';
comment on column compliance.recording_consents.rule is
    'one_party or all_parties: the strictest of the regions, all_parties where one is unknown.';
comment on column compliance.recording_consents.regions is 'Where the parties are taken to be.';
comment on column compliance.recording_consents.basis is 'announced, beep, agreed, one_party or none.';
comment on column compliance.recording_consents.notice_played_at is
    'When the notice was played, before it was recorded.';
comment on column compliance.recording_consents.notice is 'The notice that was played.';
comment on column compliance.recording_consents.agreed_at is 'When they agreed.';
comment on column compliance.recording_consents.declined_at is 'When they declined; then it is not recorded.';
