-- How several edges share a limit, so that together they never exceed it.
--
-- A limit (channels or calls per second of an account, a customer's trunk or a carrier trunk) is counted by the edge
-- that has the call, in its memory. With several edges each may use its share of the limit and no more: a row of
-- routing.edge_shares. No row is no call. The shares of a limit never add up to more than it, whoever writes them: a
-- trigger sees to it. An edge that is alone has every limit as a whole, and no rows.
--
-- Edges have leases. One that cannot renew its lease takes no call that a limit counts, and tells nobody: it knows by
-- its own clock, a few seconds before the row here says so. What it had free goes to the others then, and what its
-- calls in progress take stays counted until they are closed. See docs/decisions/0018.

create domain routing.limit_kind as text
    constraint limit_kind_is_known
    check (value in ('account_channels', 'account_cps', 'trunk_channels', 'trunk_cps', 'carrier_channels',
                     'carrier_cps'));
comment on domain routing.limit_kind is
    'What is limited, calls at once (channels) or new calls a second (cps), and of whom: an account, a customer''s '
    'trunk, a carrier trunk.';

create table routing.edges (
    id          text not null,
    claimed_by  uuid not null,
    is_alone    boolean not null default false,
    lease_until timestamptz not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (id),
    constraint edge_id_is_a_token check (id ~ '^[A-Za-z0-9.-]{1,64}$')
);
create unique index edge_that_is_alone_is_one on routing.edges (is_alone) where is_alone;

create table routing.shared_limits (
    tenant_id    uuid not null,
    kind         routing.limit_kind not null,
    subject_id   uuid not null,
    amount       integer not null,
    active_until timestamptz not null default now(),
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (tenant_id, kind, subject_id)
);
create index shared_limits_active on routing.shared_limits (active_until);

create table routing.edge_shares (
    tenant_id  uuid not null,
    kind       routing.limit_kind not null,
    subject_id uuid not null,
    edge_id    text not null,
    granted    integer not null default 0,
    in_use     integer,
    demand     integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, kind, subject_id, edge_id),
    constraint share_not_below_zero check (granted >= 0 and in_use >= 0 and demand >= 0)
);
create index edge_shares_of_edge on routing.edge_shares (edge_id, tenant_id);
-- What an edge has still to look at, before anybody may have a part of it.
create index edge_shares_unmeasured on routing.edge_shares (edge_id, tenant_id) where in_use is null;

select core.distribute_pending();

alter table routing.edge_shares
    add constraint share_is_of_shared_limit foreign key (tenant_id, kind, subject_id)
        references routing.shared_limits (tenant_id, kind, subject_id) on delete cascade;

create trigger edges_update_updated_at before update on routing.edges
    for each row execute function core.update_updated_at_column();

insert into ref.unaudited_tables (name, reason) values
    ('routing.shared_limits', 'Which limits edges share at the moment, copied from what is audited.'),
    ('routing.edge_shares', 'Moved between edges by demand, several times a second.');

select core.adopt_tables('tenant', 'routing.shared_limits', 'routing.edge_shares');

insert into ref.storage_settings (name, settings, reason) values
    ('routing.edges', '{fillfactor=50,autovacuum_vacuum_scale_factor=0,autovacuum_vacuum_threshold=500}',
     'A row an edge, changed every second.'),
    ('routing.shared_limits', '{fillfactor=50,autovacuum_vacuum_scale_factor=0.02}',
     'A row a limit that edges share, changed while they want more of it than they have.'),
    ('routing.edge_shares', '{fillfactor=50,autovacuum_vacuum_scale_factor=0.02}',
     'A row an edge and limit, changed twice a second while the edges want more of it than they have.');
select core.apply_storage('routing.edges'), core.apply_storage('routing.shared_limits'),
       core.apply_storage('routing.edge_shares');

create view routing.limits with (security_invoker = true) as
    select a.tenant_id, l.kind::routing.limit_kind as kind, a.id as subject_id, l.amount
      from accounts.accounts a
     cross join lateral (values ('account_channels', a.channels), ('account_cps', a.cps)) as l (kind, amount)
     where l.amount is not null
    union all
    select t.tenant_id, l.kind::routing.limit_kind, t.id, l.amount
      from routing.trunks t
     cross join lateral (values ('trunk_channels', t.channels), ('trunk_cps', t.cps)) as l (kind, amount)
     where l.amount is not null
    union all
    select c.tenant_id, l.kind::routing.limit_kind, c.id, l.amount
      from routing.carrier_trunks c
     cross join lateral (values ('carrier_channels', c.channels), ('carrier_cps', c.cps)) as l (kind, amount)
     where l.amount is not null;
comment on view routing.limits is 'Every limit that calls are counted against, as it is now.';

create function routing.keep_shares_within_limit() returns trigger
language plpgsql
as $$
declare
    v_amount integer;
    v_others bigint;
begin
    if new.granted = 0 then
        return new;
    end if;
    if tg_op = 'UPDATE' then
        if new.granted <= old.granted and (new.tenant_id, new.kind, new.subject_id, new.edge_id)
                                          = (old.tenant_id, old.kind, old.subject_id, old.edge_id) then
            return new;
        end if;
    end if;
    -- Whoever wants more of the limit waits here for the others, and then sees what they took.
    perform from routing.shared_limits s
      where s.tenant_id = new.tenant_id and s.kind = new.kind and s.subject_id = new.subject_id
        for no key update;
    select l.amount into v_amount from routing.limits l
     where l.tenant_id = new.tenant_id and l.kind = new.kind and l.subject_id = new.subject_id;
    select coalesce(sum(s.granted), 0) into v_others from routing.edge_shares s
     where s.tenant_id = new.tenant_id and s.kind = new.kind and s.subject_id = new.subject_id
       and s.edge_id <> new.edge_id;
    if v_others + new.granted > v_amount then
        raise exception 'edges would have % of a limit of % (%)', v_others + new.granted, v_amount, new.kind
            using errcode = 'check_violation', constraint = 'shares_are_within_their_limit';
    end if;
    return new;
end $$;
comment on function routing.keep_shares_within_limit() is
    'Refuses a share by which all shares of a limit would add up to more than it. A share may become smaller always.';

create trigger edge_shares_keep_within_limit before insert or update on routing.edge_shares
    for each row execute function routing.keep_shares_within_limit();

create function routing.lock_limits(p_tenants uuid[], p_kinds text[], p_subjects uuid[]) returns void
language sql
as $$
    select from routing.shared_limits s
      join unnest(p_tenants, p_kinds, p_subjects) as l (tenant_id, kind, subject_id)
        on l.tenant_id = s.tenant_id and l.kind = s.kind and l.subject_id = s.subject_id
     order by s.tenant_id, s.kind, s.subject_id
       for no key update of s
$$;
comment on function routing.lock_limits(uuid[], text[], uuid[]) is
    'Locks limits in the order of their keys. Whoever changes the shares of several locks them here, all at once and '
    'before anything else of them: two who took them in different orders would wait for each other.';

create function routing.renew_edge(p_edge text, p_claim uuid, p_former uuid[] default '{}')
returns table (is_ours boolean, is_alone boolean, others integer, routing_version bigint, lease_until timestamptz)
language plpgsql
as $$
#variable_conflict use_column
declare
    v_claim  uuid;
    v_alone  boolean;
    v_others integer;
    -- Alone, an edge goes on without the database for minutes. Among others it must be known soon that one is gone.
    v_length interval;
begin
    select e.claimed_by, e.is_alone into v_claim, v_alone from routing.edges e where e.id = p_edge;
    if v_claim <> p_claim then
        -- Who has the id now is who asks, before its restart; or it is silent, and has no calls that would be lost.
        update routing.edges e set claimed_by = p_claim
         where e.id = p_edge
           and (e.claimed_by = any (p_former)
                or (e.lease_until < now()
                    and not exists (select from routing.routing_requests q
                                     where q.state = 'open' and q.edge_id = p_edge)));
        if not found then
            return query select false, false, 0, 0::bigint, e.lease_until from routing.edges e where e.id = p_edge;
            return;
        end if;
    end if;
    select count(*)::integer into v_others from routing.edges e where e.id <> p_edge;
    if v_alone is null or (not v_alone and v_others = 0) then
        -- Edges that come at the same time come one after the other: one of them at most is alone.
        lock table routing.edges in share row exclusive mode;
        select count(*)::integer into v_others from routing.edges e where e.id <> p_edge;
        insert into routing.edges (id, claimed_by, is_alone, lease_until) values (p_edge, p_claim, v_others = 0, now())
            on conflict (id) do update set is_alone = excluded.is_alone or edges.is_alone
             where edges.claimed_by = p_claim
        returning edges.is_alone into v_alone;
        if v_alone then
            delete from routing.shared_limits;
        end if;
    end if;
    v_length := case when v_alone then interval '10 minutes' else interval '10 seconds' end;
    update routing.edges e set lease_until = now() + v_length
     where e.id = p_edge and e.claimed_by = p_claim and e.lease_until < now() + v_length * 0.9;
    return query
        select e.claimed_by = p_claim, e.is_alone, v_others,
               (select v.version from core.snapshot_versions v where v.name = 'routing'), e.lease_until
          from routing.edges e where e.id = p_edge;
end $$;
comment on function routing.renew_edge(text, uuid, uuid[]) is
    'Makes an edge known, or renews its lease: for at least 9 seconds from the start of this transaction, and for 9 '
    'minutes when it is alone. It is alone when no other edge is known; one that is alone when another comes stays so '
    'until routing.end_alone(). Returns whether it is, how many others there are, the version of the routing data, and '
    'the end of the lease. An id belongs to one claim (p_claim): to another one it goes only when that names it as its '
    'former one, or when the lease is over and no call of the edge is open; else is_ours is false and nothing changes.';

create function routing.open_shares(p_edge text) returns integer
language plpgsql
as $$
declare
    v_alone    boolean;
    v_changed  integer;
    v_rows     integer;
    v_tenants  uuid[];
    v_kinds    text[];
    v_subjects uuid[];
begin
    -- One at a time: two that make the same rows would wait for each other.
    perform pg_advisory_xact_lock(hashtextextended('routing.open_shares', 0));
    -- Nobody becomes alone meanwhile, and nobody leaves.
    select e.is_alone into v_alone from routing.edges e where e.id = p_edge for share;
    if not found then
        return 0;
    end if;
    perform from routing.edges e order by e.id for key share;
    -- The limits that are changed below. Those that change from here on are for the next time.
    select array_agg(s.tenant_id), array_agg(s.kind), array_agg(s.subject_id) into v_tenants, v_kinds, v_subjects
      from routing.shared_limits s
      left join routing.limits l
        on l.tenant_id = s.tenant_id and l.kind = s.kind and l.subject_id = s.subject_id
      left join routing.edge_shares h
        on h.tenant_id = s.tenant_id and h.kind = s.kind and h.subject_id = s.subject_id and h.edge_id = p_edge
     where l.amount is distinct from s.amount or h.in_use is null or (v_alone and h.granted < l.amount);
    perform routing.lock_limits(v_tenants, v_kinds, v_subjects);
    delete from routing.shared_limits s
     using unnest(v_tenants, v_kinds, v_subjects) as k (tenant_id, kind, subject_id)
     where s.tenant_id = k.tenant_id and s.kind = k.kind and s.subject_id = k.subject_id
       and not exists (select from routing.limits l
                        where l.tenant_id = s.tenant_id and l.kind = s.kind and l.subject_id = s.subject_id);
    get diagnostics v_changed = row_count;
    update routing.shared_limits s
       set amount = l.amount, active_until = now() + interval '10 seconds'
      from unnest(v_tenants, v_kinds, v_subjects) as k (tenant_id, kind, subject_id)
      join routing.limits l on l.tenant_id = k.tenant_id and l.kind = k.kind and l.subject_id = k.subject_id
     where l.tenant_id = s.tenant_id and l.kind = s.kind and l.subject_id = s.subject_id and l.amount <> s.amount;
    get diagnostics v_rows = row_count;
    v_changed := v_changed + v_rows;
    insert into routing.shared_limits (tenant_id, kind, subject_id, amount, active_until)
    select l.tenant_id, l.kind, l.subject_id, l.amount, now() + interval '10 seconds'
      from routing.limits l
     where not exists (select from routing.shared_limits s
                        where s.tenant_id = l.tenant_id and s.kind = l.kind and s.subject_id = l.subject_id)
        on conflict do nothing;

    -- An edge that is alone had all of every limit, and so it has it now by rows. Whatever others may have in use of a
    -- limit that is new is not known before each of them has looked (in_use).
    insert into routing.edge_shares (tenant_id, kind, subject_id, edge_id, granted)
    select s.tenant_id, s.kind, s.subject_id, e.id, case when v_alone and e.id = p_edge then s.amount else 0 end
      from routing.shared_limits s
     cross join routing.edges e
     where not exists (select from routing.edge_shares h
                        where h.tenant_id = s.tenant_id and h.kind = s.kind and h.subject_id = s.subject_id
                          and h.edge_id = e.id)
        on conflict do nothing;
    get diagnostics v_rows = row_count;
    v_changed := v_changed + v_rows;
    if v_alone then
        update routing.edge_shares h
           set granted = l.amount
          from unnest(v_tenants, v_kinds, v_subjects) as k (tenant_id, kind, subject_id)
          join routing.limits l on l.tenant_id = k.tenant_id and l.kind = k.kind and l.subject_id = k.subject_id
         where h.edge_id = p_edge and h.granted < l.amount
           and l.tenant_id = h.tenant_id and l.kind = h.kind and l.subject_id = h.subject_id;
    end if;
    if v_rows > 0 then
        update routing.shared_limits s
           set active_until = now() + interval '10 seconds'
          from unnest(v_tenants, v_kinds, v_subjects) as k (tenant_id, kind, subject_id)
          join routing.edge_shares h
            on h.tenant_id = k.tenant_id and h.kind = k.kind and h.subject_id = k.subject_id
         where h.edge_id = p_edge and h.in_use is null
           and s.tenant_id = h.tenant_id and s.kind = h.kind and s.subject_id = h.subject_id;
    end if;
    return v_changed;
end $$;
comment on function routing.open_shares(text) is
    'Makes the rows of shared_limits and edge_shares equal to the limits that there are and the edges that are known: '
    'new ones with nothing granted and nothing known of what is in use, but for the edge that asks and is alone: it '
    'has all. Returns how many rows changed.';

create function routing.end_alone(p_edge text, p_claim uuid) returns void
language sql
as $$
    update routing.edges e set is_alone = false, lease_until = now() + interval '10 seconds'
     where e.id = p_edge and e.claimed_by = p_claim and e.is_alone
$$;
comment on function routing.end_alone(text, uuid) is
    'The edge goes by its shares from now on, so that others may take what it does not need. Called when the edge '
    'does so.';

create function routing.report_shares(p_edge text, p_claim uuid, p_tenants uuid[], p_kinds text[],
                                      p_subjects uuid[], p_targets integer[], p_in_use integer[],
                                      p_demands integer[])
returns table (tenant_id uuid, kind routing.limit_kind, subject_id uuid, granted integer)
language plpgsql
as $$
#variable_conflict use_column
declare
    v_may_grow boolean;
    v_share    record;
    v_own      record;
    v_amount   integer;
    v_taken    bigint;
    v_granted  integer;
begin
    select e.lease_until > now()
           and not exists (select from routing.edges o where o.is_alone and o.id <> p_edge)
      into v_may_grow from routing.edges e where e.id = p_edge and e.claimed_by = p_claim for share;
    if not found then
        return;
    end if;
    perform routing.lock_limits(p_tenants, p_kinds, p_subjects);
    for v_share in
        select r.tenant, r.kind, r.subject, r.target, r.in_use, r.demand
          from unnest(p_tenants, p_kinds, p_subjects, p_targets, p_in_use, p_demands)
               as r (tenant, kind, subject, target, in_use, demand)
    loop
        select s.granted, s.in_use, s.demand into v_own from routing.edge_shares s
         where s.tenant_id = v_share.tenant and s.kind = v_share.kind and s.subject_id = v_share.subject
           and s.edge_id = p_edge;
        select l.amount into v_amount from routing.limits l
         where l.tenant_id = v_share.tenant and l.kind = v_share.kind and l.subject_id = v_share.subject;
        continue when v_own.granted is null or v_amount is null;
        -- Where nobody has looked, everything may be in use.
        select coalesce(sum(greatest(s.granted, coalesce(s.in_use, v_amount))), 0) into v_taken
          from routing.edge_shares s
         where s.tenant_id = v_share.tenant and s.kind = v_share.kind and s.subject_id = v_share.subject
           and s.edge_id <> p_edge;
        v_granted := case
            when v_share.target <= v_own.granted
            then least(v_own.granted, greatest(v_share.target, v_share.in_use))
            when v_may_grow
            then greatest(v_own.granted, least(v_share.target, v_amount - v_taken))
            else v_own.granted
        end;
        if (v_granted, v_share.in_use, v_share.demand) is distinct from (v_own.granted, v_own.in_use, v_own.demand) then
            update routing.edge_shares s
               set granted = v_granted, in_use = v_share.in_use, demand = v_share.demand
             where s.tenant_id = v_share.tenant and s.kind = v_share.kind and s.subject_id = v_share.subject
               and s.edge_id = p_edge;
        end if;
        -- For a while all edges look at it, also after the last wish: so it comes to rest in equal parts.
        if v_share.demand > v_granted or v_granted <> v_own.granted then
            update routing.shared_limits s set active_until = now() + interval '10 seconds'
             where s.tenant_id = v_share.tenant and s.kind = v_share.kind and s.subject_id = v_share.subject
               and s.active_until < now() + interval '9 seconds';
        end if;
        return query select v_share.tenant, v_share.kind::routing.limit_kind, v_share.subject, v_granted;
    end loop;
end $$;
comment on function routing.report_shares(text, uuid, uuid[], text[], uuid[], integer[], integer[], integer[]) is
    'What an edge has in use of some limits, what it would like to have (demand), and what it is to have (target). A '
    'smaller target takes effect at once, but not below what is in use: the edge must go by it already. A larger one '
    'does as far as no other edge has it granted or in use. Returns the share of each. Nothing grows while another '
    'edge is alone, or without a lease, and nothing changes without the claim.';

create function routing.settle_edges(p_edge text) returns integer
language plpgsql
as $$
declare
    v_edges    text[];
    v_edge     text;
    v_tenants  uuid[];
    v_kinds    text[];
    v_subjects uuid[];
    v_owners   text[];
    v_calls    integer[];
    v_settled  integer;
begin
    select array_agg(g.id) into v_edges
      from (select e.id from routing.edges e where e.lease_until < now() and e.id <> p_edge
             order by e.id for update skip locked) g;
    if v_edges is null then
        return 0;
    end if;
    update routing.edges e set is_alone = false where e.id = any (v_edges) and e.is_alone;
    -- Which of its routes a call takes is not known here: it counts for each.
    with calls as (
        select q.edge_id, q.tenant_id, q.account_id, q.trunk_id, q.routes
          from routing.routing_requests q
         where q.state = 'open' and q.edge_id = any (v_edges)
    ), named as (
        select c.edge_id, c.tenant_id, 'account_channels' as kind, c.account_id as subject_id from calls c
        union all
        select c.edge_id, c.tenant_id, 'trunk_channels', c.trunk_id from calls c
        union all
        select c.edge_id, c.tenant_id, 'carrier_channels', r.carrier_trunk_id
          from calls c
         cross join lateral (select distinct (x.route ->> 'carrier_trunk_id')::uuid as carrier_trunk_id
                               from jsonb_array_elements(c.routes) as x (route)) r
    ), counted as (
        select n.edge_id, n.tenant_id, n.kind, n.subject_id, count(*)::integer as calls
          from named n where n.subject_id is not null group by 1, 2, 3, 4
    ), changed as (
        select h.tenant_id, h.kind, h.subject_id, h.edge_id, coalesce(c.calls, 0) as calls
          from routing.edge_shares h
          left join counted c on c.edge_id = h.edge_id and c.tenant_id = h.tenant_id and c.kind = h.kind
                             and c.subject_id = h.subject_id
         where h.edge_id = any (v_edges)
           and (h.granted, h.in_use, h.demand)
               is distinct from (least(h.granted, coalesce(c.calls, 0)), coalesce(c.calls, 0), 0)
    )
    select array_agg(c.tenant_id), array_agg(c.kind), array_agg(c.subject_id), array_agg(c.edge_id), array_agg(c.calls)
      into v_tenants, v_kinds, v_subjects, v_owners, v_calls
      from changed c;
    perform routing.lock_limits(v_tenants, v_kinds, v_subjects);
    update routing.edge_shares h
       set granted = least(h.granted, c.calls), in_use = c.calls, demand = 0
      from unnest(v_tenants, v_kinds, v_subjects, v_owners, v_calls) as c (tenant_id, kind, subject_id, edge_id, calls)
     where h.tenant_id = c.tenant_id and h.kind = c.kind and h.subject_id = c.subject_id and h.edge_id = c.edge_id;
    get diagnostics v_settled = row_count;
    update routing.shared_limits s set active_until = now() + interval '10 seconds'
      from unnest(v_tenants, v_kinds, v_subjects) as c (tenant_id, kind, subject_id)
     where s.tenant_id = c.tenant_id and s.kind = c.kind and s.subject_id = c.subject_id;

    for v_edge in
        select e.id from routing.edges e
         where e.id = any (v_edges) and e.lease_until < now() - interval '10 minutes'
           and not exists (select from routing.routing_requests q where q.state = 'open' and q.edge_id = e.id)
    loop
        perform routing.retire_edge(v_edge);
    end loop;
    return v_settled;
end $$;
comment on function routing.settle_edges(text) is
    'Takes from edges whose lease ran out what they have free: they keep what their calls take that are not closed. '
    'One that has none and was not seen for ten minutes is forgotten. Returns how many shares changed.';

create function routing.retire_edge(p_edge text, p_claim uuid default null) returns boolean
language plpgsql
as $$
begin
    perform from routing.edges e where e.id = p_edge and (e.claimed_by = p_claim or p_claim is null) for update;
    if not found then
        return false;
    end if;
    delete from routing.edge_shares s where s.edge_id = p_edge;
    delete from routing.edges e where e.id = p_edge;
    return true;
end $$;
comment on function routing.retire_edge(text, uuid) is
    'Forgets an edge with its shares: it has ended in order, or somebody knows that it is off and has no calls; then '
    'no claim is named. One that is there all the same makes itself known again, with nothing. Returns whether it was '
    'known.';

grant execute on function routing.lock_limits(uuid[], text[], uuid[]), routing.renew_edge(text, uuid, uuid[]),
                          routing.open_shares(text), routing.end_alone(text, uuid),
                          routing.report_shares(text, uuid, uuid[], text[], uuid[], integer[], integer[], integer[]),
                          routing.settle_edges(text), routing.retire_edge(text, uuid) to heddle_engine;
grant select, insert, update, delete on routing.edges, routing.shared_limits, routing.edge_shares to heddle_engine;
grant select on routing.limits to heddle_engine;

comment on table routing.edges is
    'The SIP edges that are known, each with a lease that it renews, so that those that share limits can be told from '
    'those that are gone.';
comment on column routing.edges.id is 'The edge''s id, as in its CDRs.';
comment on column routing.edges.claimed_by is
    'Whose the id is: a number that its process made up when it started. Another one with the same id is refused.';
comment on column routing.edges.is_alone is
    'Whether it has every limit as a whole and goes by no shares. Others have nothing until it does.';
comment on column routing.edges.lease_until is
    'Until when it may take calls that a limit counts; by its own clock it stops seconds earlier.';
comment on column routing.edges.created_at is 'When the row was made.';
comment on column routing.edges.updated_at is 'When the lease was last renewed.';

comment on table routing.shared_limits is
    'The limits that edges share, while there are several edges. The limits themselves are columns of accounts, trunks '
    'and carrier trunks.';
comment on column routing.shared_limits.kind is 'What is limited, and of whom.';
comment on column routing.shared_limits.subject_id is 'The account, trunk or carrier trunk.';
comment on column routing.shared_limits.amount is 'The limit as the edges saw it last.';
comment on column routing.shared_limits.active_until is
    'Until when all edges look at it twice a second, because one wants more than it has.';

comment on table routing.edge_shares is
    'What an edge may have of a limit. The shares of a limit never add up to more than it, but for a limit that was '
    'lowered: then they shrink as calls end, and none grows.';
comment on column routing.edge_shares.kind is 'What is limited, and of whom.';
comment on column routing.edge_shares.subject_id is 'The account, trunk or carrier trunk.';
comment on column routing.edge_shares.edge_id is 'The edge.';
comment on column routing.edge_shares.granted is 'How much it may use.';
comment on column routing.edge_shares.in_use is
    'How much it used when it looked last; NULL when it has not looked yet: then nobody gets more.';
comment on column routing.edge_shares.demand is 'How much it would use if it could.';
