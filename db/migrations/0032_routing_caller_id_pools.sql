-- Pools of numbers that calls are shown to come from, and how a number is picked.
--
-- Only a DID of the pool's own account can be in a pool, so what a call shows is a number that may be signed for. A
-- number that is labelled as spam rests until somebody looks at it; what the analytics of carriers say is kept beside
-- it with its date, for it is an opinion that changes.

create domain core.attestation_level as text
    constraint attestation_level_is_known check (value in ('a', 'b', 'c'));
comment on domain core.attestation_level is
    'How far a signer vouches for a caller (ATIS-1000074): a: knows the customer and that it may use the number; b: '
    'knows the customer; c: knows only where the call came in.';

create domain routing.caller_id_pool_status as text
    constraint caller_id_pool_status_is_known check (value in ('active', 'paused', 'archived'));
comment on domain routing.caller_id_pool_status is
    'active is picked from; paused is not, for now; archived is kept for its history.';

create domain routing.caller_id_rotation as text
    constraint caller_id_rotation_is_known
    check (value in ('round_robin', 'least_used', 'weighted', 'random', 'local_presence', 'sticky'));
comment on domain routing.caller_id_rotation is
    'How a number is picked: round_robin: the one that rested longest; least_used: the one with the fewest calls; '
    'weighted: by weight; random; local_presence: of the called area code, or state, else round_robin; sticky: the one '
    'that the called number saw last, else round_robin.';

create domain routing.pool_number_status as text
    constraint pool_number_status_is_known check (value in ('active', 'resting', 'flagged', 'retired'));
comment on domain routing.pool_number_status is
    'active is picked; resting is not before rested_until; flagged was labelled and waits for somebody; retired is no '
    'longer picked.';

create table routing.caller_id_pools (
    tenant_id             uuid not null,
    id                    uuid not null default core.uuid_v7(),
    account_id            uuid not null,
    name                  text not null,
    status                routing.caller_id_pool_status not null default 'active',
    rotation              routing.caller_id_rotation not null default 'round_robin',
    fallback_did_id       uuid,
    calls_per_number_hour integer,
    calls_per_number_day  integer,
    rest_s                integer not null default 0,
    min_reputation        integer,
    metadata              core.metadata not null default '{}',
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint caller_id_pool_name_is_taken_once unique (tenant_id, account_id, name),
    constraint caller_id_pool_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint pool_calls_above_zero check (calls_per_number_hour > 0 and calls_per_number_day > 0),
    constraint pool_rest_between_none_and_a_week check (rest_s between 0 and 604800),
    constraint pool_reputation_between_0_and_100 check (min_reputation between 0 and 100)
);
create index caller_id_pools_of_fallback on routing.caller_id_pools (tenant_id, fallback_did_id, account_id);
create index caller_id_pools_by_status on routing.caller_id_pools (tenant_id, status);

create table routing.caller_id_pool_numbers (
    tenant_id             uuid not null,
    caller_id_pool_id     uuid not null,
    did_id                uuid not null,
    account_id            uuid not null,
    status                routing.pool_number_status not null default 'active',
    weight                integer not null default 100,
    attestation           core.attestation_level,
    reputation_score      integer,
    reputation_source     text,
    reputation_checked_at timestamptz,
    spam_label            text,
    flagged_at            timestamptz,
    registered_at         timestamptz,
    rested_until          timestamptz,
    last_used_at          timestamptz,
    used_count            bigint not null default 0,
    answered_count        bigint not null default 0,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (tenant_id, caller_id_pool_id, did_id),
    constraint pool_number_weight_not_below_zero check (weight >= 0),
    constraint reputation_score_between_0_and_100 check (reputation_score between 0 and 100),
    constraint reputation_says_who_and_when
        check (num_nulls(reputation_score, reputation_source, reputation_checked_at) in (0, 3)),
    constraint flagged_number_says_since_when check (status <> 'flagged' or flagged_at is not null),
    constraint pool_number_is_answered_at_most_as_often_as_used check (answered_count between 0 and used_count)
) with (fillfactor = 70);  -- every call that is shown a number updates its row, and none of the indexes
create index caller_id_pool_numbers_of_pool
    on routing.caller_id_pool_numbers (tenant_id, caller_id_pool_id, account_id);
create index caller_id_pool_numbers_of_did on routing.caller_id_pool_numbers (tenant_id, did_id, account_id);
-- What somebody has to look at: few, and listed across pools.
create index caller_id_pool_numbers_flagged on routing.caller_id_pool_numbers (tenant_id, flagged_at)
    where status = 'flagged';

select core.distribute_pending();

-- What uses a DID names its account too; the key makes the two agree, so no customer uses another's number.
alter table numbers.dids
    add constraint did_is_used_with_its_account unique (tenant_id, id, account_id);
alter table routing.caller_id_pools
    add constraint caller_id_pool_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table routing.caller_id_pools
    add constraint fallback_of_pool_is_did_of_its_account foreign key (tenant_id, fallback_did_id, account_id)
        references numbers.dids (tenant_id, id, account_id);
alter table routing.caller_id_pool_numbers
    add constraint pool_number_is_in_pool foreign key (tenant_id, caller_id_pool_id, account_id)
        references routing.caller_id_pools (tenant_id, id, account_id) on delete cascade;
alter table routing.caller_id_pool_numbers
    add constraint pool_number_is_did_of_its_account foreign key (tenant_id, did_id, account_id)
        references numbers.dids (tenant_id, id, account_id) on delete cascade;

select core.adopt_tables('account', 'routing.caller_id_pools', 'routing.caller_id_pool_numbers');

grant select, insert, update, delete on routing.caller_id_pools, routing.caller_id_pool_numbers to heddle_app;
grant select on routing.caller_id_pools to heddle_engine, heddle_report;
grant select, update on routing.caller_id_pool_numbers to heddle_engine;
grant select on routing.caller_id_pool_numbers to heddle_report;

comment on table routing.caller_id_pools is 'Pools of numbers that outbound calls may be shown to come from.';
comment on column routing.caller_id_pools.name is 'Name, unique within the account.';
comment on column routing.caller_id_pools.status is 'active, paused or archived.';
comment on column routing.caller_id_pools.rotation is
    'round_robin, least_used, weighted, random, local_presence or sticky.';
comment on column routing.caller_id_pools.fallback_did_id is
    'DID that is shown when no number of the pool can be; NULL refuses the call.';
comment on column routing.caller_id_pools.calls_per_number_hour is
    'Most calls that one number is shown for in an hour; NULL is no limit.';
comment on column routing.caller_id_pools.calls_per_number_day is
    'Most calls that one number is shown for in a day; NULL is no limit.';
comment on column routing.caller_id_pools.rest_s is 'Seconds that a number rests after a call.';
comment on column routing.caller_id_pools.min_reputation is
    'Numbers with a lower score are passed over; NULL takes all, and a number without a score is taken.';

comment on table routing.caller_id_pool_numbers is
    'Which DIDs are in a pool, how they are used and what is said of them.';
comment on column routing.caller_id_pool_numbers.caller_id_pool_id is 'The pool.';
comment on column routing.caller_id_pool_numbers.did_id is 'The number.';
comment on column routing.caller_id_pool_numbers.status is 'active, resting, flagged or retired.';
comment on column routing.caller_id_pool_numbers.weight is 'Its share, where the pool goes by weight.';
comment on column routing.caller_id_pool_numbers.attestation is 'a, b or c: what its calls were last signed with.';
comment on column routing.caller_id_pool_numbers.reputation_score is '0 bad to 100 good, as the source last said.';
comment on column routing.caller_id_pool_numbers.reputation_source is 'Whose score it is.';
comment on column routing.caller_id_pool_numbers.reputation_checked_at is 'When the source was last asked.';
comment on column routing.caller_id_pool_numbers.spam_label is 'What phones show for it, such as Spam Likely.';
comment on column routing.caller_id_pool_numbers.flagged_at is 'When it was labelled.';
comment on column routing.caller_id_pool_numbers.registered_at is
    'When it was registered with the analytics of carriers.';
comment on column routing.caller_id_pool_numbers.rested_until is 'When it may be picked again.';
comment on column routing.caller_id_pool_numbers.last_used_at is 'When it was last shown.';
comment on column routing.caller_id_pool_numbers.used_count is 'Calls that it was shown for.';
comment on column routing.caller_id_pool_numbers.answered_count is 'How many of them were answered.';
