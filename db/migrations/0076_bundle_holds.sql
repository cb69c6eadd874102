-- Seconds of bundles that calls in progress keep for themselves, as holds keep money: who has minutes left calls
-- without any. A row goes when the call is rated, or counts no more when its time is over.

create table billing.bundle_holds (
    tenant_id   uuid not null,
    id          uuid not null,
    bundle_id   uuid not null,
    account_id  uuid not null,
    period_from date not null,
    seconds     bigint not null,
    expires_at  timestamptz not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, id, bundle_id),
    constraint bundle_hold_is_of_seconds check (seconds > 0)
);
create index bundle_holds_of_counter on billing.bundle_holds (tenant_id, account_id, bundle_id, period_from);

select core.distribute_pending();

alter table billing.bundle_holds
    add constraint bundle_hold_is_of_counter foreign key (tenant_id, account_id, bundle_id, period_from)
        references billing.bundle_counters (tenant_id, account_id, bundle_id, period_from) on delete cascade;

insert into ref.unaudited_tables (name, reason) values
    ('billing.bundle_holds', 'Kept by the call path; what was used is counted with the call.');

select core.adopt_tables('account', 'billing.bundle_holds');

grant select on billing.bundle_holds to heddle_app, heddle_engine, heddle_report;
grant insert, delete on billing.bundle_holds to heddle_engine;

comment on table billing.bundle_holds is
    'Seconds of bundles kept back for calls in progress, a row for each call and bundle.';
comment on column billing.bundle_holds.id is 'The routing id of the call.';
comment on column billing.bundle_holds.bundle_id is 'The bundle that gives them.';
comment on column billing.bundle_holds.account_id is
    'Whose counter they are of: of a shared bundle the uppermost account that has it.';
comment on column billing.bundle_holds.period_from is 'The month of the counter, its first day.';
comment on column billing.bundle_holds.seconds is 'How many; a call that is shorter leaves the rest.';
comment on column billing.bundle_holds.expires_at is
    'From when on it counts no more: well after the longest end of the call, should its record never come.';
