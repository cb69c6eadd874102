-- What carriers say they carried, compared with what we say: their records, the runs that match the two,
-- what differs and in what money, and the disputes that come of it.
--
-- How the two are compared is in 0067.
--
-- Their records have no keys to ours: months of calls go when their time has come, and comparisons stay.

create domain cdr.vendor_file_status as text
    constraint vendor_file_status_is_known check (value in ('received', 'loaded', 'failed'));
comment on domain cdr.vendor_file_status is
    'received; loaded: its records are in; failed: they are not, error says why.';

create domain cdr.match_class as text
    constraint match_class_is_known
    check (value in ('exact', 'rounding', 'increment', 'duration', 'rate', 'jurisdiction', 'duplicate', 'missing_ours',
                     'missing_theirs'));
comment on domain cdr.match_class is
    'exact: the same money; rounding: the same seconds and rate; increment: the same talk, other seconds billed; '
    'duration: other talk; rate; jurisdiction: another rate for it; duplicate: billed again; missing_ours: we have no '
    'such call; missing_theirs: they did not bill it.';

create domain cdr.run_status as text
    constraint run_status_is_known check (value in ('open', 'finished'));
comment on domain cdr.run_status is 'open: to be made; finished: compared, and may be made again.';

create domain cdr.dispute_status as text
    constraint dispute_status_is_known
    check (value in ('draft', 'sent', 'accepted', 'partly_accepted', 'rejected', 'withdrawn'));
comment on domain cdr.dispute_status is
    'draft, sent, then what the carrier says: accepted, partly_accepted, rejected; or withdrawn.';

create table cdr.vendor_files (
    tenant_id      uuid not null,
    id             uuid not null default core.uuid_v7(),
    carrier_id     uuid not null,
    name           text not null,
    digest         text not null,
    format         text not null,
    currency       core.currency not null,
    status         cdr.vendor_file_status not null default 'received',
    period_from    timestamptz,
    period_to      timestamptz,
    row_count      bigint not null default 0,
    rejected_count bigint not null default 0,
    error          text,
    loaded_at      timestamptz,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint vendor_file_is_received_once unique (tenant_id, carrier_id, digest),
    constraint vendor_file_period_ends_after_it_starts check (period_to > period_from),
    constraint vendor_file_counts_not_below_zero check (row_count >= 0 and rejected_count >= 0),
    constraint failed_vendor_file_has_an_error check ((status = 'failed') = (error is not null)),
    constraint loaded_vendor_file_has_a_time check ((status = 'loaded') = (loaded_at is not null))
);
create index vendor_files_of_carrier on cdr.vendor_files (tenant_id, carrier_id, created_at);
create index vendor_files_by_status on cdr.vendor_files (tenant_id, status, created_at);

create table cdr.vendor_cdr (
    tenant_id        uuid not null,
    started_at       timestamptz not null,
    id               uuid not null,
    carrier_id       uuid not null,
    vendor_file_id   uuid,
    carrier_trunk_id uuid,
    vendor_call_id   text not null default '',
    caller           text not null default '',
    callee           text not null default '',
    from_number      core.e164,
    to_number        core.e164,
    lrn              text,
    jurisdiction     core.jurisdiction,
    answered_at      timestamptz,
    duration_ms      bigint not null default 0,
    billed_s         integer not null default 0,
    rate             core.rate,
    amount           core.amount not null default 0,
    currency         core.currency not null,
    sip_code         integer,
    extra            jsonb not null default '{}',
    cdr_started_at   timestamptz,
    cdr_id           uuid,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, started_at, id),
    constraint vendor_duration_not_below_zero check (duration_ms >= 0 and billed_s >= 0),
    constraint vendor_match_is_whole check (num_nulls(cdr_started_at, cdr_id) in (0, 2))
) partition by range (started_at);
create table cdr.vendor_cdr_default partition of cdr.vendor_cdr default;
alter table cdr.vendor_cdr_default enable row level security;

create index vendor_cdr_of_carrier on cdr.vendor_cdr (tenant_id, carrier_id, started_at);
create index vendor_cdr_of_file on cdr.vendor_cdr (tenant_id, vendor_file_id);
create index vendor_cdr_of_call on cdr.vendor_cdr (tenant_id, cdr_id) where cdr_id is not null;

create table cdr.reconciliation_runs (
    tenant_id             uuid not null,
    id                    uuid not null default core.uuid_v7(),
    carrier_id            uuid not null,
    status                cdr.run_status not null default 'open',
    period_from           timestamptz not null,
    period_to             timestamptz not null,
    currency              core.currency not null,
    time_tolerance_ms     integer not null default 30000,
    duration_tolerance_ms integer not null default 2000,
    amount_tolerance      core.amount not null default 0,
    clock_offset_ms       integer,
    clock_is_given        boolean not null default false,
    least_clock_offset_ms integer,
    most_clock_offset_ms  integer,
    vendor_invoice_id     uuid,
    finished_at           timestamptz,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint run_period_ends_after_it_starts check (period_to > period_from),
    constraint run_tolerances_not_below_zero
        check (time_tolerance_ms between 0 and 300000 and duration_tolerance_ms >= 0 and amount_tolerance >= 0),
    constraint finished_run_has_a_time check ((status = 'finished') = (finished_at is not null))
);
create index reconciliation_runs_of_carrier on cdr.reconciliation_runs (tenant_id, carrier_id, period_from);
create index reconciliation_runs_of_vendor_invoice on cdr.reconciliation_runs (tenant_id, vendor_invoice_id);
create index reconciliation_runs_by_status on cdr.reconciliation_runs (tenant_id, status, created_at);

create table cdr.reconciliation_classes (
    tenant_id             uuid not null,
    reconciliation_run_id uuid not null,
    match_class           cdr.match_class not null,
    call_count            bigint not null,
    our_billed_s          bigint not null,
    their_billed_s        bigint not null,
    our_amount            core.amount not null,
    their_amount          core.amount not null,
    difference            core.amount generated always as (their_amount - our_amount) stored,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, reconciliation_run_id, match_class)
);

create table cdr.reconciliation_items (
    tenant_id              uuid not null,
    id                     uuid not null default core.uuid_v7(),
    reconciliation_run_id  uuid not null,
    match_class            cdr.match_class not null,
    cdr_started_at         timestamptz,
    cdr_id                 uuid,
    vendor_started_at      timestamptz,
    vendor_cdr_id          uuid,
    to_number              core.e164,
    time_difference_ms     bigint,
    duration_difference_ms bigint,
    our_billed_s           integer not null default 0,
    their_billed_s         integer not null default 0,
    our_rate               core.rate,
    their_rate             core.rate,
    our_amount             core.total not null default 0,
    their_amount           core.total not null default 0,
    difference             core.total generated always as (their_amount - our_amount) stored,
    dispute_id             uuid,
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint difference_is_of_a_call_of_ours_or_theirs check (num_nonnulls(cdr_id, vendor_cdr_id) > 0)
);
create index reconciliation_items_of_run on cdr.reconciliation_items (tenant_id, reconciliation_run_id, match_class);
create index reconciliation_items_of_dispute on cdr.reconciliation_items (tenant_id, dispute_id);
-- What is disputed already, whichever comparison it was found by: few.
create index reconciliation_items_disputed_record on cdr.reconciliation_items (tenant_id, vendor_cdr_id)
    where dispute_id is not null;
create index reconciliation_items_disputed_call on cdr.reconciliation_items (tenant_id, cdr_id)
    where dispute_id is not null;

create table cdr.disputes (
    tenant_id             uuid not null,
    id                    uuid not null default core.uuid_v7(),
    carrier_id            uuid not null,
    reconciliation_run_id uuid,
    status                cdr.dispute_status not null default 'draft',
    reference             text not null,
    vendor_invoice_id     uuid,
    currency              core.currency not null,
    disputed_amount       core.positive_amount not null,
    granted_amount        core.unsigned_amount not null default 0,
    reason                text not null,
    answer_due_on         date,
    sent_at               timestamptz,
    resolved_at           timestamptz,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint dispute_reference_is_taken_once unique (tenant_id, reference),
    constraint dispute_is_not_granted_above_its_amount check (granted_amount <= disputed_amount),
    constraint accepted_dispute_is_granted_as_it_says
        check (case status when 'accepted' then granted_amount = disputed_amount
                           when 'partly_accepted' then granted_amount between 0.00000001 and disputed_amount
                           else granted_amount = 0 end),
    constraint sent_dispute_has_a_time check (status in ('draft', 'withdrawn') or sent_at is not null)
);
create index disputes_of_carrier on cdr.disputes (tenant_id, carrier_id, created_at);
create index disputes_of_run on cdr.disputes (tenant_id, reconciliation_run_id);
create index disputes_of_vendor_invoice on cdr.disputes (tenant_id, vendor_invoice_id);
create index disputes_by_status on cdr.disputes (tenant_id, status, created_at);

select core.distribute_pending();

alter table cdr.vendor_files
    add constraint vendor_file_is_from_carrier foreign key (tenant_id, carrier_id)
        references vendor_mgmt.carriers (tenant_id, id);
alter table cdr.vendor_cdr
    add constraint vendor_record_is_from_carrier foreign key (tenant_id, carrier_id)
        references vendor_mgmt.carriers (tenant_id, id);
alter table cdr.vendor_cdr
    add constraint vendor_record_is_in_file foreign key (tenant_id, vendor_file_id)
        references cdr.vendor_files (tenant_id, id);
alter table cdr.reconciliation_runs
    add constraint run_is_for_carrier foreign key (tenant_id, carrier_id)
        references vendor_mgmt.carriers (tenant_id, id);
alter table cdr.reconciliation_classes
    add constraint class_is_of_run foreign key (tenant_id, reconciliation_run_id)
        references cdr.reconciliation_runs (tenant_id, id) on delete cascade;
alter table cdr.reconciliation_items
    add constraint difference_is_of_run foreign key (tenant_id, reconciliation_run_id)
        references cdr.reconciliation_runs (tenant_id, id) on delete cascade;
alter table cdr.disputes
    add constraint dispute_is_with_carrier foreign key (tenant_id, carrier_id)
        references vendor_mgmt.carriers (tenant_id, id);
alter table cdr.disputes
    add constraint dispute_is_from_run foreign key (tenant_id, reconciliation_run_id)
        references cdr.reconciliation_runs (tenant_id, id);
alter table cdr.reconciliation_items
    add constraint difference_is_in_dispute foreign key (tenant_id, dispute_id)
        references cdr.disputes (tenant_id, id);

select core.adopt_tables('tenant', 'cdr.vendor_files', 'cdr.vendor_cdr', 'cdr.reconciliation_runs',
                         'cdr.reconciliation_classes', 'cdr.reconciliation_items', 'cdr.disputes');

create trigger disputes_move before update of status on cdr.disputes
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('draft', 'sent'), ('draft', 'withdrawn'), ('sent', 'accepted'), ('sent', 'partly_accepted'),
        ('sent', 'rejected'), ('sent', 'withdrawn'), ('rejected', 'sent'), ('rejected', 'withdrawn')))
    execute function core.refuse_state_change('a dispute', 'dispute_keeps_to_its_states');

create or replace function cdr.create_monthly_partition(p_month date default (now() at time zone 'UTC')::date)
returns integer
language sql
as $$
    select core.create_monthly_partition('cdr.raw_cdr', p_month)::integer
         + core.create_monthly_partition('cdr.enriched_cdr', p_month)::integer
         + core.create_monthly_partition('cdr.vendor_cdr', p_month)::integer
$$;
comment on function cdr.create_monthly_partition(date) is
    'Makes the partitions of raw, enriched and vendor CDRs for the month that a day lies in; returns how many were '
    'missing.';

-- Our answered calls over a carrier, with what they cost in its currency.
create function cdr.carrier_calls(p_tenant uuid, p_carrier uuid, p_from timestamptz, p_until timestamptz,
                                  p_currency text)
returns table (started_at timestamptz, id uuid, answered_at timestamptz, from_number text, to_number text,
               jurisdiction text, talk_ms bigint, billed_s integer, rate numeric, amount numeric)
language sql stable
as $$
    with trunks as materialized (
        select t.id
          from routing.carriers c
          join routing.carrier_trunks t on t.tenant_id = p_tenant and t.carrier_id = c.id
         where c.tenant_id = p_tenant and c.vendor_carrier_id = p_carrier
    ), currencies as materialized (
        select code, case when code = p_currency then 1
                          else billing.convert(p_tenant, 1, code, p_currency, p_until) end as worth
          from (select distinct a.currency::text as code from accounts.accounts a where a.tenant_id = p_tenant
                 union select t.currency from core.tenants t where t.id = p_tenant) used
    )
    select e.started_at, e.id, coalesce(e.answered_at, e.started_at), e.from_number, e.to_number, e.jurisdiction,
           e.talk_ms, e.buy_billed_s,
           -- A rate is in the currency of its deck, the amount in that of the call.
           e.buy_rate * coalesce((e.rating #>> '{buy,exchange,times}')::numeric
                                 / (e.rating #>> '{buy,exchange,over}')::numeric, 1) * c.worth,
           round(e.buy_amount * c.worth, 8)
      from trunks t
      join cdr.enriched_cdr e
        on e.tenant_id = p_tenant and e.carrier_trunk_id = t.id
       and e.started_at >= p_from and e.started_at < p_until
      join currencies c on c.code = e.currency
     where e.disposition = 'answered'
$$;
comment on function cdr.carrier_calls(uuid, uuid, timestamptz, timestamptz, text) is
    'Internal: the answered calls that went over a carrier in a time, as its invoice would have them.';
grant execute on function cdr.carrier_calls(uuid, uuid, timestamptz, timestamptz, text) to heddle_engine;

grant select, insert, update on cdr.disputes, cdr.reconciliation_runs to heddle_app;
grant select on cdr.vendor_files, cdr.vendor_cdr, cdr.reconciliation_classes, cdr.reconciliation_items to heddle_app;
-- Staff put differences into a dispute.
grant update (dispute_id, updated_at) on cdr.reconciliation_items to heddle_app;
grant select, insert, update on cdr.vendor_files, cdr.vendor_cdr, cdr.reconciliation_runs to heddle_engine;
grant select, insert, delete on cdr.reconciliation_classes, cdr.reconciliation_items to heddle_engine;
grant select on vendor_mgmt.carriers to heddle_engine;
grant usage on schema vendor_mgmt to heddle_engine;
grant select on cdr.disputes to heddle_engine;
grant select on cdr.vendor_files, cdr.vendor_cdr, cdr.reconciliation_runs, cdr.reconciliation_classes,
    cdr.reconciliation_items, cdr.disputes to heddle_report;

comment on table cdr.vendor_files is 'Files of call records that carriers sent.';
comment on column cdr.vendor_files.carrier_id is 'The carrier.';
comment on column cdr.vendor_files.name is 'Name of the file.';
comment on column cdr.vendor_files.digest is 'SHA-256 of its contents: the same file is not taken twice.';
comment on column cdr.vendor_files.format is 'How it is read.';
comment on column cdr.vendor_files.currency is 'Currency of its amounts.';
comment on column cdr.vendor_files.status is 'received, loaded or failed.';
comment on column cdr.vendor_files.period_from is 'Its first call.';
comment on column cdr.vendor_files.period_to is 'First instant after its last call.';
comment on column cdr.vendor_files.row_count is 'Records loaded.';
comment on column cdr.vendor_files.rejected_count is 'Records that could not be read.';
comment on column cdr.vendor_files.error is 'Why it failed.';
comment on column cdr.vendor_files.loaded_at is 'When it was loaded.';

comment on table cdr.vendor_cdr is 'Calls as carriers say that they carried them.';
comment on column cdr.vendor_cdr.started_at is 'When it started, by the carrier''s clock.';
comment on column cdr.vendor_cdr.id is 'UUIDv5 of carrier, the carrier''s id of the call and its start.';
comment on column cdr.vendor_cdr.carrier_id is 'The carrier.';
comment on column cdr.vendor_cdr.vendor_file_id is 'The file that it came in; NULL from an interface.';
comment on column cdr.vendor_cdr.carrier_trunk_id is 'The carrier trunk, where the record says it.';
comment on column cdr.vendor_cdr.vendor_call_id is 'What the carrier calls it.';
comment on column cdr.vendor_cdr.caller is 'The caller as written.';
comment on column cdr.vendor_cdr.callee is 'The called number as written.';
comment on column cdr.vendor_cdr.from_number is 'The caller; NULL where it is no number.';
comment on column cdr.vendor_cdr.to_number is 'The called number; NULL where it is no number.';
comment on column cdr.vendor_cdr.lrn is 'Location routing number that the carrier priced by.';
comment on column cdr.vendor_cdr.jurisdiction is 'How the carrier priced it.';
comment on column cdr.vendor_cdr.answered_at is 'When it was answered.';
comment on column cdr.vendor_cdr.duration_ms is 'Talk time.';
comment on column cdr.vendor_cdr.billed_s is 'Seconds charged.';
comment on column cdr.vendor_cdr.rate is 'Price per minute.';
comment on column cdr.vendor_cdr.amount is 'What is charged.';
comment on column cdr.vendor_cdr.currency is 'Currency of rate and amount.';
comment on column cdr.vendor_cdr.sip_code is 'Final code, where the record says it.';
comment on column cdr.vendor_cdr.extra is 'Whatever else the record says.';
comment on column cdr.vendor_cdr.cdr_started_at is 'Start of our call that it is paired with.';
comment on column cdr.vendor_cdr.cdr_id is 'Our call that it is paired with; NULL while it has none.';

comment on table cdr.reconciliation_runs is 'Comparisons of a carrier''s records of a period with ours.';
comment on column cdr.reconciliation_runs.carrier_id is 'The carrier.';
comment on column cdr.reconciliation_runs.status is 'open or finished.';
comment on column cdr.reconciliation_runs.period_from is 'First instant.';
comment on column cdr.reconciliation_runs.period_to is 'First instant after it.';
comment on column cdr.reconciliation_runs.currency is 'Currency of the comparison, the carrier''s.';
comment on column cdr.reconciliation_runs.time_tolerance_ms is 'How far apart the starts of one call may be.';
comment on column cdr.reconciliation_runs.duration_tolerance_ms is 'Within this, talk times are the same.';
comment on column cdr.reconciliation_runs.amount_tolerance is 'Within this, amounts are the same.';
comment on column cdr.reconciliation_runs.clock_offset_ms is
    'How far the carrier''s clock is ahead, in most of the period.';
comment on column cdr.reconciliation_runs.clock_is_given is 'Somebody said how far; otherwise it is estimated.';
comment on column cdr.reconciliation_runs.least_clock_offset_ms is 'The same in the hour in which it is least.';
comment on column cdr.reconciliation_runs.most_clock_offset_ms is 'And in the one in which it is most.';
comment on column cdr.reconciliation_runs.vendor_invoice_id is 'The carrier''s invoice that is checked.';
comment on column cdr.reconciliation_runs.finished_at is 'When it was compared last.';

comment on table cdr.reconciliation_classes is 'What a comparison came to, by class.';
comment on column cdr.reconciliation_classes.reconciliation_run_id is 'The comparison.';
comment on column cdr.reconciliation_classes.match_class is
    'exact, rounding, increment, duration, rate, jurisdiction, duplicate, missing_ours or missing_theirs.';
comment on column cdr.reconciliation_classes.call_count is 'Calls.';
comment on column cdr.reconciliation_classes.our_billed_s is 'Seconds by our records.';
comment on column cdr.reconciliation_classes.their_billed_s is 'Seconds by theirs.';
comment on column cdr.reconciliation_classes.our_amount is 'Money by our records.';
comment on column cdr.reconciliation_classes.their_amount is 'Money by theirs.';
comment on column cdr.reconciliation_classes.difference is 'Theirs less ours: above zero we are charged too much.';

comment on table cdr.reconciliation_items is 'Calls that differ, one row each; what is exact has none.';
comment on column cdr.reconciliation_items.reconciliation_run_id is 'The comparison.';
comment on column cdr.reconciliation_items.match_class is 'Why they differ.';
comment on column cdr.reconciliation_items.cdr_started_at is 'Start of our call.';
comment on column cdr.reconciliation_items.cdr_id is 'Our call; NULL where we have none.';
comment on column cdr.reconciliation_items.vendor_started_at is 'Start of the carrier''s record.';
comment on column cdr.reconciliation_items.vendor_cdr_id is 'The carrier''s record; NULL where it has none.';
comment on column cdr.reconciliation_items.to_number is 'The called number.';
comment on column cdr.reconciliation_items.time_difference_ms is 'Their start less ours.';
comment on column cdr.reconciliation_items.duration_difference_ms is 'Their talk time less ours.';
comment on column cdr.reconciliation_items.our_billed_s is 'Seconds by our record.';
comment on column cdr.reconciliation_items.their_billed_s is 'Seconds by theirs.';
comment on column cdr.reconciliation_items.our_rate is 'Price per minute by our record.';
comment on column cdr.reconciliation_items.their_rate is 'Price per minute by theirs.';
comment on column cdr.reconciliation_items.our_amount is 'Money by our record.';
comment on column cdr.reconciliation_items.their_amount is 'Money by theirs.';
comment on column cdr.reconciliation_items.difference is 'Theirs less ours.';
comment on column cdr.reconciliation_items.dispute_id is 'The dispute that it is in.';

comment on table cdr.disputes is 'What we do not accept of a carrier''s invoice, and what became of it.';
comment on column cdr.disputes.carrier_id is 'The carrier.';
comment on column cdr.disputes.reconciliation_run_id is 'The comparison that it comes from.';
comment on column cdr.disputes.status is 'draft, sent, accepted, partly_accepted, rejected or withdrawn.';
comment on column cdr.disputes.reference is 'Our number for it, unique within the tenant.';
comment on column cdr.disputes.vendor_invoice_id is 'The carrier''s invoice that it is about.';
comment on column cdr.disputes.currency is 'Currency of the carrier.';
comment on column cdr.disputes.disputed_amount is 'What we do not accept.';
comment on column cdr.disputes.granted_amount is 'What the carrier gave back.';
comment on column cdr.disputes.reason is 'Why, in words for the carrier.';
comment on column cdr.disputes.answer_due_on is 'The day by which it must be sent or answered.';
comment on column cdr.disputes.sent_at is 'When it was sent.';
comment on column cdr.disputes.resolved_at is 'When the carrier had the last word.';
