-- Work that is done later, exactly where it is due: jobs, the outbox of events, the answers to requests that
-- may be sent twice, and counters of rates.
--
-- Whoever writes a row in its own transaction has asked for the work exactly if that transaction commits.
-- Workers take rows under SKIP LOCKED for a time (a lease), so that one who dies gives them back by doing
-- nothing; a token tells the one who has the lease now from one who had it. Work may therefore be done
-- twice, never not at all, and what is done carries a key.
--
-- Every queue has a bound, every retry an end: after the last attempt a row is dead, which is kept, counted
-- and looked at. These tables are not spread over nodes; jobs of the platform itself are the unattributed
-- tenant's. Nothing here notifies: whoever is in a hurry does so in the transaction that writes.
--
-- They change all the time and stay small, so they are vacuumed by number of rows rather than by share.

create schema queue;
comment on schema queue is 'Jobs, outgoing events, keys of requests and counters of rates.';
grant usage on schema queue to heddle_app, heddle_engine;

create domain queue.job_state as text
    constraint job_state_is_known check (value in ('ready', 'running', 'done', 'dead', 'cancelled'));
comment on domain queue.job_state is
    'ready waits for run_at and a worker; running has a lease; done; dead: the last attempt failed; cancelled before '
    'it ran.';

create domain queue.event_state as text
    constraint event_state_is_known check (value in ('ready', 'running', 'delivered', 'dead'));
comment on domain queue.event_state is 'ready waits; running has a lease; delivered; dead: the last attempt failed.';

create domain queue.request_state as text
    constraint request_key_state_is_known check (value in ('running', 'finished'));
comment on domain queue.request_state is 'running: the first one is being answered; finished: the answer is kept.';

create table queue.jobs (
    tenant_id    uuid not null default core.unattributed_tenant(),
    id           uuid not null default core.uuid_v7(),
    account_id   uuid,
    queue        text not null default 'default',
    kind         text not null,
    payload      jsonb not null default '{}',
    unique_key   text,
    priority     integer not null default 100,
    state        queue.job_state not null default 'ready',
    run_at       timestamptz not null default now(),
    attempts     integer not null default 0,
    max_attempts integer not null default 10,
    backoff_s    integer not null default 5,
    worker       text,
    lease_token  uuid,
    leased_until timestamptz,
    last_error   text,
    result       jsonb,
    finished_at  timestamptz,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint job_queue_is_a_short_name check (queue ~ '^[a-z][a-z0-9_]{0,31}$'),
    constraint job_kind_is_a_short_name check (kind ~ '^[a-z][a-z0-9_.]{0,63}$'),
    constraint job_payload_is_not_above_64_kb check (octet_length(payload::text) <= 65536),
    constraint job_priority_is_between_0_and_1000 check (priority between 0 and 1000),
    constraint job_attempts_are_between_0_and_100 check (attempts >= 0 and max_attempts between 1 and 100),
    constraint job_backoff_is_between_1_s_and_an_hour check (backoff_s between 1 and 3600),
    constraint running_job_has_a_lease
        check ((state = 'running') = (num_nonnulls(worker, lease_token, leased_until) = 3)),
    constraint ended_job_has_a_time check ((finished_at is null) = (state in ('ready', 'running')))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
-- What a worker asks for, in the order that it gets it.
create index jobs_ready on queue.jobs (queue, priority, run_at, id) where state = 'ready';
create index jobs_leased on queue.jobs (queue, leased_until) where state = 'running';
-- What queue.depths() counts, among millions that are done.
create index jobs_unsettled on queue.jobs (queue, state, run_at) where state in ('ready', 'running', 'dead');
create index jobs_of_tenant on queue.jobs (tenant_id, queue, state, created_at);
-- What is over, to be cleared away by age.
create index jobs_finished on queue.jobs (finished_at) where finished_at is not null;
-- Of one key at most one waits or runs.
create unique index job_is_queued_once on queue.jobs (tenant_id, queue, unique_key)
    where state in ('ready', 'running');

create table queue.outbox (
    tenant_id    uuid not null,
    id           uuid not null default core.uuid_v7(),
    account_id   uuid,
    topic        text not null,
    ordering_key text,
    payload      jsonb not null,
    state        queue.event_state not null default 'ready',
    available_at timestamptz not null default now(),
    attempts     integer not null default 0,
    max_attempts integer not null default 12,
    doubts       integer not null default 0,
    worker       text,
    lease_token  uuid,
    leased_until timestamptz,
    last_error   text,
    failures     text[] not null default '{}',
    expires_at   timestamptz,
    finished_at  timestamptz,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint event_topic_is_a_dotted_name check (topic ~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*){0,4}$'),
    constraint event_payload_is_not_above_256_kb check (octet_length(payload::text) <= 262144),
    constraint event_attempts_are_between_0_and_100 check (attempts >= 0 and max_attempts between 1 and 100),
    constraint event_doubts_not_below_zero check (doubts >= 0),
    constraint event_failures_are_at_most_100 check (cardinality(failures) <= 100),
    constraint running_event_has_a_lease
        check ((state = 'running') = (num_nonnulls(worker, lease_token, leased_until) = 3)),
    constraint ended_event_has_a_time check ((finished_at is null) = (state in ('ready', 'running')))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index outbox_ready on queue.outbox (available_at, id) where state = 'ready';
create index outbox_leased on queue.outbox (leased_until) where state = 'running';
create index outbox_unsettled on queue.outbox (state, available_at) where state in ('ready', 'running', 'dead');
-- Whether something of the same key is still to go before.
create index outbox_in_order on queue.outbox (tenant_id, ordering_key, id)
    where state in ('ready', 'running') and ordering_key is not null;
create index outbox_finished on queue.outbox (finished_at) where finished_at is not null;
create index outbox_expiring on queue.outbox (expires_at)
    where state in ('ready', 'running') and expires_at is not null;

create table queue.idempotency_keys (
    tenant_id        uuid not null,
    principal_id     uuid not null,
    route            text not null,
    key              text not null,
    account_id       uuid,
    request_digest   bytea not null,
    state            queue.request_state not null default 'running',
    lease_token      uuid not null default core.uuid_v7(),
    locked_until     timestamptz not null,
    response_status  integer,
    response_headers jsonb,
    response_body    text,
    expires_at       timestamptz not null,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, principal_id, route, key),
    constraint request_key_is_at_most_255_characters check (length(key) between 1 and 255),
    constraint request_digest_is_32_bytes check (octet_length(request_digest) = 32),
    constraint kept_response_is_not_above_1_mb check (octet_length(response_body) <= 1048576),
    constraint finished_request_has_a_status check ((state = 'finished') = (response_status is not null))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index idempotency_keys_by_expiry on queue.idempotency_keys (expires_at);

-- Not logged: a count is worth less than the wait for the disk, and a server that crashed may begin anew.
create unlogged table queue.rate_counters (
    tenant_id    uuid not null,
    key          text not null,
    window_s     integer not null,
    window_start timestamptz not null,
    used         bigint not null,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, key, window_s, window_start),
    constraint rate_key_is_at_most_200_characters check (length(key) between 1 and 200),
    constraint rate_window_is_between_1_s_and_a_month check (window_s between 1 and 2678400),
    constraint rate_used_not_below_zero check (used >= 0)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index rate_counters_by_age on queue.rate_counters (window_start);

select core.distribute_pending();

select core.adopt_tables('account', 'queue.jobs', 'queue.outbox', 'queue.idempotency_keys');
select core.adopt_tables('tenant', 'queue.rate_counters');

-- Jobs

create function queue.enqueue(p_tenant uuid, p_queue text, p_kind text, p_payload jsonb,
                              p_unique_key text default null, p_account uuid default null,
                              p_priority integer default 100, p_run_at timestamptz default now(),
                              p_max_attempts integer default 10) returns uuid
language plpgsql
as $$
declare
    v_bound constant integer := 10000;
    v_id    uuid;
begin
    if exists (select from queue.jobs j
                where j.tenant_id = p_tenant and j.queue = p_queue and j.state = 'ready' offset v_bound - 1) then
        raise exception 'the queue % of the tenant has % jobs that wait', p_queue, v_bound
            using errcode = 'program_limit_exceeded', constraint = 'queue_is_not_full';
    end if;
    insert into queue.jobs (tenant_id, account_id, queue, kind, payload, unique_key, priority, run_at, max_attempts)
    values (p_tenant, p_account, p_queue, p_kind, p_payload, p_unique_key, p_priority, p_run_at, p_max_attempts)
    on conflict (tenant_id, queue, unique_key) where state in ('ready', 'running') do nothing
    returning id into v_id;
    if v_id is null then
        select j.id into v_id
          from queue.jobs j
         where j.tenant_id = p_tenant and j.queue = p_queue and j.unique_key = p_unique_key
           and j.state in ('ready', 'running');
    end if;
    return v_id;
end $$;
comment on function queue.enqueue(uuid, text, text, jsonb, text, uuid, integer, timestamptz, integer) is
    'Asks for a job, and returns its id; with a key of which one waits or runs already, that one''s. At most 10000 of '
    'a tenant wait in one queue.';
grant execute on function queue.enqueue(uuid, text, text, jsonb, text, uuid, integer, timestamptz, integer)
    to heddle_app, heddle_engine;

create function queue.claim_jobs(p_queue text, p_worker text, p_limit integer, p_lease_s integer)
returns table (tenant_id uuid, id uuid, account_id uuid, kind text, payload jsonb, attempts integer,
               lease_token uuid, leased_until timestamptz)
language plpgsql
as $$
declare
    v_token constant uuid := gen_random_uuid();
begin
    if (p_limit between 1 and 1000 and p_lease_s between 1 and 86400) is not true then
        raise exception 'claim_jobs wants 1 to 1000 jobs for 1 s to a day' using errcode = 'invalid_parameter_value';
    end if;
    with expired as (
        select j.tenant_id, j.id
          from queue.jobs j
         where j.queue = p_queue and j.state = 'running' and j.leased_until < now()
         order by j.leased_until limit p_limit
           for update skip locked
    )
    update queue.jobs j
       set state = case when j.attempts >= j.max_attempts then 'dead' else 'ready' end,
           finished_at = case when j.attempts >= j.max_attempts then now() end,
           last_error = 'the lease of ' || j.worker || ' ran out', run_at = now(),
           worker = null, lease_token = null, leased_until = null
      from expired e
     where j.tenant_id = e.tenant_id and j.id = e.id;

    return query
    with next as materialized (
        select j.tenant_id, j.id, j.priority, j.run_at
          from queue.jobs j
         where j.queue = p_queue and j.state = 'ready' and j.run_at <= now()
         order by j.priority, j.run_at, j.id limit p_limit
           for update skip locked
    ), claimed as (
        update queue.jobs j
           set state = 'running', attempts = j.attempts + 1, worker = p_worker, lease_token = v_token,
               leased_until = now() + make_interval(secs => p_lease_s)
          from next n
         where j.tenant_id = n.tenant_id and j.id = n.id
        returning j.*
    )
    select c.tenant_id, c.id, c.account_id, c.kind, c.payload, c.attempts, c.lease_token, c.leased_until
      from claimed c
     order by c.priority, c.run_at, c.id;
end $$;
comment on function queue.claim_jobs(text, text, integer, integer) is
    'Takes jobs that are due for a time, the most urgent first; those whose worker let its time run out are due again, '
    'or dead after their last attempt. Two workers never get the same one.';
grant execute on function queue.claim_jobs(text, text, integer, integer) to heddle_engine;

create function queue.extend_lease(p_tenant uuid, p_job uuid, p_lease_token uuid, p_lease_s integer) returns boolean
language plpgsql
as $$
begin
    update queue.jobs j
       set leased_until = now() + make_interval(secs => least(p_lease_s, 86400))
     where j.tenant_id = p_tenant and j.id = p_job and j.lease_token = p_lease_token and j.state = 'running';
    return found;
end $$;
comment on function queue.extend_lease(uuid, uuid, uuid, integer) is
    'Gives a worker more time from now on. False when it has the job no more, and must leave it.';
grant execute on function queue.extend_lease(uuid, uuid, uuid, integer) to heddle_engine;

create function queue.complete_job(p_tenant uuid, p_job uuid, p_lease_token uuid, p_result jsonb) returns boolean
language plpgsql
as $$
begin
    update queue.jobs j
       set state = 'done', finished_at = now(), result = p_result, last_error = null,
           worker = null, lease_token = null, leased_until = null
     where j.tenant_id = p_tenant and j.id = p_job and j.lease_token = p_lease_token and j.state = 'running';
    return found;
end $$;
comment on function queue.complete_job(uuid, uuid, uuid, jsonb) is
    'Ends a job that was done. False when the worker has it no more: another may be doing it.';
grant execute on function queue.complete_job(uuid, uuid, uuid, jsonb) to heddle_engine;

-- Doubled with each attempt, an hour at most, and a quarter more or less, so that what failed together does
-- not come back together.
create function queue.backoff(p_base_s integer, p_attempts integer) returns interval
language sql volatile
as $$
    select make_interval(secs => least(3600, p_base_s * 2 ^ least(greatest(p_attempts - 1, 0), 20))
                                 * (0.75 + random() / 2))
$$;
comment on function queue.backoff(integer, integer) is
    'How long to wait after so many attempts: the base, doubled with each, an hour at most, give or take a quarter.';
grant execute on function queue.backoff(integer, integer) to heddle_engine;

create function queue.fail_job(p_tenant uuid, p_job uuid, p_lease_token uuid, p_error text, p_is_final boolean)
returns text
language sql
as $$
    update queue.jobs j
       set state = case when p_is_final or j.attempts >= j.max_attempts then 'dead' else 'ready' end,
           finished_at = case when p_is_final or j.attempts >= j.max_attempts then now() end,
           run_at = case when p_is_final or j.attempts >= j.max_attempts then j.run_at
                         else now() + queue.backoff(j.backoff_s, j.attempts) end,
           last_error = left(p_error, 2000), worker = null, lease_token = null, leased_until = null
     where j.tenant_id = p_tenant and j.id = p_job and j.lease_token = p_lease_token and j.state = 'running'
    returning j.state
$$;
comment on function queue.fail_job(uuid, uuid, uuid, text, boolean) is
    'Ends an attempt that failed: the job is ready again after a while, or dead after the last or when it is final. '
    'Returns which; NULL when the worker has it no more.';
grant execute on function queue.fail_job(uuid, uuid, uuid, text, boolean) to heddle_engine;

create function queue.retry_job(p_tenant uuid, p_job uuid) returns boolean
language plpgsql
as $$
begin
    update queue.jobs j
       set state = 'ready', attempts = 0, run_at = now(), finished_at = null
     where j.tenant_id = p_tenant and j.id = p_job and j.state = 'dead';
    return found;
end $$;
comment on function queue.retry_job(uuid, uuid) is
    'Lets a dead job begin anew, with all its attempts. Refused while one of its key waits or runs.';
grant execute on function queue.retry_job(uuid, uuid) to heddle_engine;

create function queue.cancel_job(p_tenant uuid, p_job uuid) returns boolean
language plpgsql
as $$
begin
    update queue.jobs j
       set state = 'cancelled', finished_at = now()
     where j.tenant_id = p_tenant and j.id = p_job and j.state = 'ready';
    return found;
end $$;
comment on function queue.cancel_job(uuid, uuid) is 'Cancels a job that no worker has. False when it is too late.';
grant execute on function queue.cancel_job(uuid, uuid) to heddle_engine;

-- The outbox

create function queue.emit(p_tenant uuid, p_topic text, p_payload jsonb, p_ordering_key text default null,
                           p_account uuid default null, p_expires_at timestamptz default null,
                           p_max_attempts integer default 12) returns uuid
language sql
as $$
    insert into queue.outbox (tenant_id, account_id, topic, ordering_key, payload, expires_at, max_attempts)
    values (p_tenant, p_account, p_topic, p_ordering_key, p_payload, p_expires_at, p_max_attempts)
    returning id
$$;
comment on function queue.emit(uuid, text, jsonb, text, uuid, timestamptz, integer) is
    'Puts an event into the outbox, to be delivered once this transaction commits; those of one ordering key one after '
    'the other. What is not delivered when it expires is not delivered any more.';
grant execute on function queue.emit(uuid, text, jsonb, text, uuid, timestamptz, integer) to heddle_app, heddle_engine;

create function queue.expire_outbox(p_limit integer default 1000) returns bigint
language plpgsql
as $$
declare
    v_expired bigint;
begin
    with over as (
        select o.tenant_id, o.id
          from queue.outbox o
         where o.state in ('ready', 'running') and o.expires_at <= now()
           and (o.state = 'ready' or o.leased_until < now())
         order by o.expires_at limit p_limit
           for update skip locked
    )
    update queue.outbox o
       set state = 'dead', finished_at = now(),
           last_error = left(concat_ws('; ', 'its time was over before it was delivered', o.last_error), 2000),
           failures = case when o.state = 'ready' then o.failures
                           else queue.add_failure(o.failures, 'the lease of ' || o.worker || ' ran out') end,
           worker = null, lease_token = null, leased_until = null
      from over e
     where o.tenant_id = e.tenant_id and o.id = e.id;
    get diagnostics v_expired = row_count;
    return v_expired;
end $$;
comment on function queue.expire_outbox(integer) is
    'Ends what waited in the outbox beyond its time, or was taken by a worker that let its own run out; at most so '
    'many at once. Returns how many.';
grant execute on function queue.expire_outbox(integer) to heddle_engine;

-- A failure with its time: the first of them are kept beside the last.
create function queue.add_failure(p_failures text[], p_error text) returns text[]
language sql stable
as $$
    select case when cardinality(p_failures) < 100
                then p_failures || (to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ' '
                                    || left(p_error, 500))
                else p_failures end
$$;
comment on function queue.add_failure(text[], text) is 'Failures with one more, and its time; a hundred at most.';
grant execute on function queue.add_failure(text[], text) to heddle_engine;

create function queue.take_outbox(p_worker text, p_limit integer, p_lease_s integer, p_topics text default '',
                                  p_but_topic text default '')
returns table (tenant_id uuid, id uuid, account_id uuid, topic text, payload jsonb, attempts integer,
               lease_token uuid)
language plpgsql
as $$
declare
    v_token       constant uuid := gen_random_uuid();
    v_most_doubts constant integer := 3;
begin
    if (p_limit between 1 and 1000 and p_lease_s between 1 and 86400) is not true then
        raise exception 'take_outbox wants 1 to 1000 events for 1 s to a day'
            using errcode = 'invalid_parameter_value';
    end if;
    perform queue.expire_outbox(p_limit);
    with expired as (
        select o.tenant_id, o.id,
               o.doubts >= v_most_doubts or o.expires_at is null and o.attempts >= o.max_attempts as is_over
          from queue.outbox o
         where o.state = 'running' and o.leased_until < now() and starts_with(o.topic, p_topics)
           and o.topic <> p_but_topic
         order by o.leased_until limit p_limit
           for update skip locked
    )
    update queue.outbox o
       set state = case when e.is_over then 'dead' else 'ready' end,
           finished_at = case when e.is_over then now() end,
           last_error = 'the lease of ' || o.worker || ' ran out',
           failures = queue.add_failure(o.failures, 'the lease of ' || o.worker || ' ran out'), available_at = now(),
           worker = null, lease_token = null, leased_until = null
      from expired e
     where o.tenant_id = e.tenant_id and o.id = e.id;

    return query
    with next as materialized (
        select o.tenant_id, o.id
          from queue.outbox o
         where o.state = 'ready' and o.available_at <= now() and starts_with(o.topic, p_topics)
           and o.topic <> p_but_topic
           and (o.expires_at is null or o.expires_at > now())
           and (o.ordering_key is null
                or not exists (select from queue.outbox before
                                where before.tenant_id = o.tenant_id and before.ordering_key = o.ordering_key
                                  and before.id < o.id and before.state in ('ready', 'running')))
         order by o.available_at, o.id limit p_limit
           for update skip locked
    ), taken as (
        update queue.outbox o
           set state = 'running', attempts = o.attempts + 1, worker = p_worker, lease_token = v_token,
               leased_until = now() + make_interval(secs => p_lease_s)
          from next n
         where o.tenant_id = n.tenant_id and o.id = n.id
        returning o.*
    )
    select t.tenant_id, t.id, t.account_id, t.topic, t.payload, t.attempts, t.lease_token
      from taken t
     order by t.id;
end $$;
comment on function queue.take_outbox(text, integer, integer, text, text) is
    'Takes events to deliver for a time, the oldest first; of one ordering key only the first that is not delivered. '
    'With the beginning of a topic only those, and none of the one that is left out. What has expired is dead.';
grant execute on function queue.take_outbox(text, integer, integer, text, text) to heddle_engine;

create function queue.extend_outbox(p_tenant uuid, p_id uuid, p_lease_token uuid, p_lease_s integer,
                                    p_is_doubtful boolean default false) returns boolean
language plpgsql
as $$
begin
    if (p_lease_s between 1 and 86400) is not true then
        raise exception 'extend_outbox wants 1 s to a day' using errcode = 'invalid_parameter_value';
    end if;
    update queue.outbox o
       set leased_until = now() + make_interval(secs => p_lease_s), doubts = o.doubts + p_is_doubtful::integer
     where o.tenant_id = p_tenant and o.id = p_id and o.state = 'running' and o.lease_token = p_lease_token;
    return found;
end $$;
comment on function queue.extend_outbox(uuid, uuid, uuid, integer, boolean) is
    'Lets a worker keep what it took for so long from now; false when it has it no more, and is to leave it alone. A '
    'doubtful one may be there from now on, whatever is heard of it: settle_outbox takes that back, and the third time '
    'that nobody does is the last.';
grant execute on function queue.extend_outbox(uuid, uuid, uuid, integer, boolean) to heddle_engine;

create function queue.settle_outbox(p_lease_token uuid, p_tenants uuid[], p_ids uuid[], p_errors text[],
                                    p_are_final boolean[] default null, p_are_certain boolean[] default null)
returns integer
language plpgsql
as $$
declare
    v_settled     integer;
    v_most_doubts constant integer := 3;
begin
    if cardinality(p_ids) is distinct from cardinality(p_tenants)
        or cardinality(p_errors) is distinct from cardinality(p_tenants)
        or cardinality(p_are_final) <> cardinality(p_tenants)
        or cardinality(p_are_certain) <> cardinality(p_tenants) then
        raise exception 'settle_outbox wants lists of one length' using errcode = 'invalid_parameter_value';
    end if;
    update queue.outbox o
       set state = d.state, last_error = left(d.error, 2000), doubts = d.doubts,
           failures = case when d.error is null then o.failures else queue.add_failure(o.failures, d.error) end,
           finished_at = case when d.state in ('delivered', 'dead') then now() end,
           available_at = case when d.state = 'ready' then now() + queue.backoff(5, o.attempts) else o.available_at end,
           worker = null, lease_token = null, leased_until = null
      from (select r.tenant_id, r.id, e.error, l.doubts,
                   case when e.error is null then 'delivered'
                        when e.is_final or l.doubts >= v_most_doubts
                             or r.expires_at is null and r.attempts >= r.max_attempts then 'dead'
                        else 'ready' end as state
              from unnest(p_tenants, p_ids, p_errors, p_are_final, p_are_certain)
                       as e (tenant_id, id, error, is_final, is_certain)
              join queue.outbox r on r.tenant_id = e.tenant_id and r.id = e.id
             cross join lateral (select greatest(0, r.doubts - coalesce(e.is_certain, false)::integer) as doubts) l) d
     where o.tenant_id = d.tenant_id and o.id = d.id and o.state = 'running' and o.lease_token = p_lease_token;
    get diagnostics v_settled = row_count;
    return v_settled;
end $$;
comment on function queue.settle_outbox(uuid, uuid[], uuid[], text[], boolean[], boolean[]) is
    'Ends the delivery of events that were taken together: without an error they are delivered, with one they are '
    'tried again after a while, or dead: when it is final, after the third that is in doubt, or after the last attempt '
    'of what does not expire. Certain is what was doubtful, and is known by now. Returns how many the worker still '
    'had.';
grant execute on function queue.settle_outbox(uuid, uuid[], uuid[], text[], boolean[], boolean[]) to heddle_engine;

-- Requests that may be sent twice

create function queue.begin_request(p_tenant uuid, p_account uuid, p_principal uuid, p_route text, p_key text,
                                    p_digest bytea, p_lease_s integer default 60, p_keep_s integer default 86400)
returns table (outcome text, response_status integer, response_headers jsonb, response_body text, lease_token uuid)
language plpgsql
as $$
declare
    v_kept queue.idempotency_keys;
    v_lease constant uuid := core.uuid_v7();
begin
    if (p_lease_s between 1 and 3600 and p_keep_s between p_lease_s and 2678400) is not true then
        raise exception 'begin_request wants a lease of an hour at most, and keeps answers for a month at most'
            using errcode = 'invalid_parameter_value';
    end if;
    insert into queue.idempotency_keys (tenant_id, principal_id, route, key, account_id, request_digest, lease_token,
                                        locked_until, expires_at)
    values (p_tenant, p_principal, p_route, p_key, p_account, p_digest, v_lease,
            now() + make_interval(secs => p_lease_s), now() + make_interval(secs => p_keep_s))
    on conflict (tenant_id, principal_id, route, key) do nothing;
    if found then
        outcome := 'new';
        lease_token := v_lease;
        return next;
        return;
    end if;

    select * into v_kept
      from queue.idempotency_keys k
     where k.tenant_id = p_tenant and k.principal_id = p_principal and k.route = p_route and k.key = p_key
       for no key update;
    if not found then       -- given up in between
        outcome := 'running';
    elsif v_kept.expires_at < now()
        or v_kept.state = 'running' and v_kept.locked_until < now() and v_kept.request_digest = p_digest then
        update queue.idempotency_keys k
           set request_digest = p_digest, state = 'running', response_status = null, response_headers = null,
               response_body = null, lease_token = v_lease,
               locked_until = now() + make_interval(secs => p_lease_s),
               expires_at = now() + make_interval(secs => p_keep_s)
         where k.tenant_id = p_tenant and k.principal_id = p_principal and k.route = p_route and k.key = p_key;
        outcome := 'new';
        lease_token := v_lease;
    elsif v_kept.request_digest <> p_digest then
        outcome := 'mismatch';
    elsif v_kept.state = 'running' then
        outcome := 'running';
    else
        outcome := 'replay';
        response_status := v_kept.response_status;
        response_headers := v_kept.response_headers;
        response_body := v_kept.response_body;
    end if;
    return next;
end $$;
comment on function queue.begin_request(uuid, uuid, uuid, text, text, bytea, integer, integer) is
    'Says what to do with a request that carries a key: new: do it, and finish it with this lease; replay: send this '
    'answer again; running: the first one is still being answered; mismatch: the key was used for something else. A '
    'lease that has run out is taken over, and ends with that. Keys are of the one who asks (user or API key), so '
    'nobody gets another''s answer.';
grant execute on function queue.begin_request(uuid, uuid, uuid, text, text, bytea, integer, integer)
    to heddle_app, heddle_engine;

create function queue.finish_request(p_tenant uuid, p_principal uuid, p_route text, p_key text, p_lease uuid,
                                     p_status integer, p_headers jsonb, p_body text) returns boolean
language plpgsql
as $$
begin
    if p_status is null then        -- it failed before it did anything: the next one may try
        delete from queue.idempotency_keys k
         where k.tenant_id = p_tenant and k.principal_id = p_principal and k.route = p_route and k.key = p_key
           and k.state = 'running' and k.lease_token = p_lease;
    else
        update queue.idempotency_keys k
           set state = 'finished', response_status = p_status, response_headers = p_headers, response_body = p_body
         where k.tenant_id = p_tenant and k.principal_id = p_principal and k.route = p_route and k.key = p_key
           and k.state = 'running' and k.lease_token = p_lease;
    end if;
    return found;
end $$;
comment on function queue.finish_request(uuid, uuid, text, text, uuid, integer, jsonb, text) is
    'Keeps the answer to a request; without a status it gives the key free again. False when it was answered before, '
    'or when the lease is another''s by now: whoever comes back late changes nothing of what its successor does.';
grant execute on function queue.finish_request(uuid, uuid, text, text, uuid, integer, jsonb, text)
    to heddle_app, heddle_engine;

-- Rates. As its owner, because people of an account may not see what is counted of others; the caller never
-- touches the table itself.
create function queue.take_rate(p_tenant uuid, p_key text, p_limit bigint, p_window_s integer,
                                p_wanted bigint default 1)
returns table (allowed boolean, remaining bigint, reset_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    v_start timestamptz;
    v_used  bigint;
begin
    if p_tenant is distinct from nullif(current_setting('app.tenant_id', true), '')::uuid
        and session_user not in ('heddle_engine', current_user) then
        raise exception 'the rate is not of the tenant that this transaction works for'
            using errcode = 'insufficient_privilege';
    end if;
    if (p_limit >= 0 and p_wanted > 0 and p_window_s between 1 and 2678400) is not true then
        raise exception 'take_rate wants a limit, a window of a month at most and more than nothing'
            using errcode = 'invalid_parameter_value';
    end if;
    v_start := to_timestamp(floor(extract(epoch from clock_timestamp()) / p_window_s) * p_window_s);
    reset_at := v_start + make_interval(secs => p_window_s);

    if p_wanted <= p_limit then
        insert into queue.rate_counters as c (tenant_id, key, window_s, window_start, used)
        values (p_tenant, p_key, p_window_s, v_start, p_wanted)
        on conflict (tenant_id, key, window_s, window_start)
            do update set used = c.used + p_wanted where c.used + p_wanted <= p_limit
        returning c.used into v_used;
    end if;
    allowed := v_used is not null;
    if not allowed then
        select c.used into v_used
          from queue.rate_counters c
         where c.tenant_id = p_tenant and c.key = p_key and c.window_s = p_window_s and c.window_start = v_start;
    end if;
    remaining := greatest(0, p_limit - coalesce(v_used, 0));
    return next;
end $$;
comment on function queue.take_rate(uuid, text, bigint, integer, bigint) is
    'Takes from what a key may have in the current window (of so many seconds, counted from 1970), all that is wanted '
    'or nothing; says what is left and when the window ends. Exact whoever else takes: others of the same key wait, so '
    'it belongs in a transaction of its own. The API takes for the tenant of the context alone.';
grant execute on function queue.take_rate(uuid, text, bigint, integer, bigint) to heddle_app, heddle_engine;

-- Looking after them

create function queue.purge(p_keep interval default '7 days', p_limit integer default 10000)
returns table (name text, deleted bigint)
language plpgsql
as $$
begin
    name := 'jobs';
    delete from queue.jobs j
     using (select o.tenant_id, o.id from queue.jobs o
             where o.finished_at < now() - p_keep and (o.state <> 'dead' or o.finished_at < now() - p_keep * 10)
             order by o.finished_at limit p_limit for update skip locked) old
     where j.tenant_id = old.tenant_id and j.id = old.id;
    get diagnostics deleted = row_count;
    return next;

    -- Also where nothing delivers what it is for.
    perform queue.expire_outbox(p_limit);
    name := 'outbox';
    delete from queue.outbox b
     using (select o.tenant_id, o.id from queue.outbox o
             where o.finished_at < now() - p_keep and (o.state <> 'dead' or o.finished_at < now() - p_keep * 10)
             order by o.finished_at limit p_limit for update skip locked) old
     where b.tenant_id = old.tenant_id and b.id = old.id;
    get diagnostics deleted = row_count;
    return next;

    name := 'idempotency_keys';
    delete from queue.idempotency_keys k
     using (select o.tenant_id, o.principal_id, o.route, o.key from queue.idempotency_keys o
             where o.expires_at < now() order by o.expires_at limit p_limit for update skip locked) old
     where k.tenant_id = old.tenant_id and k.principal_id = old.principal_id and k.route = old.route
       and k.key = old.key;
    get diagnostics deleted = row_count;
    return next;

    name := 'rate_counters';
    delete from queue.rate_counters c
     using (select o.tenant_id, o.key, o.window_s, o.window_start from queue.rate_counters o
             where o.window_start < now() - make_interval(secs => o.window_s) - interval '1 minute'
             order by o.window_start limit p_limit for update skip locked) old
     where c.tenant_id = old.tenant_id and c.key = old.key and c.window_s = old.window_s
       and c.window_start = old.window_start;
    get diagnostics deleted = row_count;
    return next;
end $$;
comment on function queue.purge(interval, integer) is
    'Clears away what is over: jobs and events some days after they ended (dead ones after ten times that), keys and '
    'counters when their time has come; of each at most so many at once. Returns how many.';
grant execute on function queue.purge(interval, integer) to heddle_engine;

create function queue.depths()
returns table (name text, ready bigint, due bigint, running bigint, dead bigint, oldest_due_s numeric)
language sql stable
as $$
    with waiting as (
        select 'jobs.' || j.queue as name, j.state::text as state, j.run_at as due_at
          from queue.jobs j where j.state in ('ready', 'running', 'dead')
         union all
        select 'outbox', o.state, o.available_at
          from queue.outbox o where o.state in ('ready', 'running', 'dead')
    )
    select w.name, count(*) filter (where w.state = 'ready'),
           count(*) filter (where w.state = 'ready' and w.due_at <= now()),
           count(*) filter (where w.state = 'running'), count(*) filter (where w.state = 'dead'),
           coalesce(round(extract(epoch from now() - min(w.due_at) filter (where w.state = 'ready'
                                                                              and w.due_at <= now())), 3), 0)
      from waiting w
     group by w.name
     order by w.name
$$;
comment on function queue.depths() is 'What waits, runs and is dead in each queue, and how long the oldest has waited.';
grant execute on function queue.depths() to heddle_engine;

grant select, insert on queue.jobs, queue.outbox to heddle_app;
grant select, insert, update, delete on queue.idempotency_keys to heddle_app;
grant select, insert, update, delete on queue.jobs, queue.outbox, queue.idempotency_keys to heddle_engine;
grant select, delete on queue.rate_counters to heddle_engine;
-- To delete what another may be counting up, its row is locked.
grant update (updated_at) on queue.rate_counters to heddle_engine;

comment on table queue.jobs is 'Work for workers, each row done at least once.';
comment on column queue.jobs.tenant_id is 'The operator that it is for; the unattributed one for the platform itself.';
comment on column queue.jobs.queue is 'Which workers it is for.';
comment on column queue.jobs.kind is 'What is to be done.';
comment on column queue.jobs.payload is 'With what; never a secret.';
comment on column queue.jobs.unique_key is 'Of one key at most one waits or runs.';
comment on column queue.jobs.priority is 'The lower goes first.';
comment on column queue.jobs.state is 'ready, running, done, dead or cancelled.';
comment on column queue.jobs.run_at is 'Not before this.';
comment on column queue.jobs.attempts is 'Attempts that were begun.';
comment on column queue.jobs.max_attempts is 'Attempts before it is dead.';
comment on column queue.jobs.backoff_s is 'Seconds before the second attempt; doubled with each.';
comment on column queue.jobs.worker is 'Who has it.';
comment on column queue.jobs.lease_token is 'Tells the one who has it now from one who had it.';
comment on column queue.jobs.leased_until is 'Until when it is that worker''s.';
comment on column queue.jobs.last_error is 'Why the last attempt failed.';
comment on column queue.jobs.result is 'What came of it.';
comment on column queue.jobs.finished_at is 'When it was done, dead or cancelled.';

comment on table queue.outbox is 'Events on their way out: written with what they tell of, delivered at least once.';
comment on column queue.outbox.topic is 'What happened: invoice.paid.';
comment on column queue.outbox.ordering_key is 'Those of one key are delivered one after the other; NULL has no order.';
comment on column queue.outbox.payload is 'What is told.';
comment on column queue.outbox.state is 'ready, running, delivered or dead.';
comment on column queue.outbox.available_at is 'Not before this.';
comment on column queue.outbox.attempts is 'Attempts that were begun.';
comment on column queue.outbox.max_attempts is 'Attempts before it is dead; what expires ends by that alone.';
comment on column queue.outbox.doubts is 'Attempts of which nobody knows whether they delivered it.';
comment on column queue.outbox.worker is 'Who has it.';
comment on column queue.outbox.lease_token is 'Tells the one who has it now from one who had it.';
comment on column queue.outbox.leased_until is 'Until when it is that worker''s.';
comment on column queue.outbox.last_error is 'Why the last attempt failed.';
comment on column queue.outbox.failures is 'Why attempts failed, each with its time; a hundred at most.';
comment on column queue.outbox.expires_at is 'From when it is not delivered any more; NULL is never.';
comment on column queue.outbox.finished_at is 'When it was delivered or dead.';

comment on table queue.idempotency_keys is 'Keys of requests with their answers, kept for a day, say.';
comment on column queue.idempotency_keys.principal_id is 'The user or API key that asks.';
comment on column queue.idempotency_keys.route is 'Method and path.';
comment on column queue.idempotency_keys.key is 'The key that the request carries.';
comment on column queue.idempotency_keys.request_digest is 'SHA-256 of what was asked.';
comment on column queue.idempotency_keys.state is 'running or finished.';
comment on column queue.idempotency_keys.lease_token is 'Whose it is to answer: each one that begins gets its own.';
comment on column queue.idempotency_keys.locked_until is 'Until then the first one is waited for.';
comment on column queue.idempotency_keys.response_status is 'Status of the answer.';
comment on column queue.idempotency_keys.response_headers is 'Headers of the answer that are sent again.';
comment on column queue.idempotency_keys.response_body is 'Body of the answer.';
comment on column queue.idempotency_keys.expires_at is 'Until then it is kept.';

comment on table queue.rate_counters is 'How much of a rate was taken, a row for each key and window.';
comment on column queue.rate_counters.key is 'What is counted: whose, and of what.';
comment on column queue.rate_counters.window_s is 'Length of the window.';
comment on column queue.rate_counters.window_start is 'Its first instant.';
comment on column queue.rate_counters.used is 'How much was taken.';
