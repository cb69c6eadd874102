-- Call flows: what happens to a call from its first ring on, as nodes with ports and edges between them.
--
-- A flow has versions. A version is a draft until it is published, and from then on it never changes: calls name the
-- version that they run, so that a call of last month can be explained. What is served is the version that the flow
-- points at; going back is pointing at an older one. How the editor draws a version (layout) is no part of it.
--
-- An edge leaves a port that its node has and enters a node of the same version: keys hold that. What no key can hold
-- (one way in, no dead ends, no endless circle) version_findings() tells, and a version with findings is not published.

create schema flows;
comment on schema flows is 'Call flows: versions, nodes, ports and edges.';
grant usage on schema flows to heddle_app, heddle_engine, heddle_report;

create domain flows.flow_status as text
    constraint flow_status_is_known check (value in ('active', 'archived'));
comment on domain flows.flow_status is 'active may be used by campaigns; archived is kept for its history.';

create domain flows.version_status as text
    constraint version_status_is_known check (value in ('draft', 'published', 'retired'));
comment on domain flows.version_status is
    'draft may be changed; published may be served and never changes; retired is published and may be served no more.';

create domain flows.node_kind as text
    constraint node_kind_is_known
    check (value in ('entry', 'play', 'ivr_menu', 'gather', 'condition', 'schedule', 'geo', 'splitter', 'lookup',
                     'compliance', 'set_tags', 'queue', 'buyer_forward', 'transfer', 'voicemail', 'recording',
                     'webhook', 'sms', 'subflow', 'ai_agent', 'hangup'));
comment on domain flows.node_kind is 'What a node does; flows.node_catalogue() says what each kind needs and leads to.';

create domain flows.port as text
    constraint port_is_a_word_and_perhaps_a_value check (value ~ '^[a-z][a-z0-9_]{0,30}(:[A-Za-z0-9_*#-]{1,32})?$');
comment on domain flows.port is 'An outcome of a node, such as done, digit:1 or rule:2.';

create table flows.flows (
    tenant_id            uuid not null,
    id                   uuid not null default core.uuid_v7(),
    account_id           uuid not null,
    name                 text not null,
    description          text not null default '',
    status               flows.flow_status not null default 'active',
    published_version_id uuid,
    metadata             core.metadata not null default '{}',
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint flow_name_is_taken_once unique (tenant_id, account_id, name),
    constraint flow_is_known_with_its_account unique (tenant_id, id, account_id)
);
create index flows_of_published_version on flows.flows (tenant_id, published_version_id, id);
create index flows_by_status on flows.flows (tenant_id, account_id, status);

create table flows.flow_versions (
    tenant_id            uuid not null,
    id                   uuid not null default core.uuid_v7(),
    account_id           uuid not null,
    flow_id              uuid not null,
    version              integer not null,
    status               flows.version_status not null default 'draft',
    message              text not null default '',
    based_on_version_id  uuid,
    variables            jsonb not null default '{}',
    layout               jsonb not null default '{}',
    max_steps            integer not null default 500,
    max_visits           integer not null default 10,
    checksum             bytea,
    published_at         timestamptz,
    published_by_user_id uuid,
    retired_at           timestamptz,
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint flow_version_is_numbered_once unique (tenant_id, flow_id, version),
    constraint flow_version_is_known_with_its_flow unique (tenant_id, id, flow_id),
    constraint flow_version_is_known_with_its_account unique (tenant_id, id, account_id),
    constraint flow_version_above_zero check (version > 0),
    constraint flow_variables_are_an_object check (jsonb_typeof(variables) = 'object'),
    constraint flow_variables_are_not_above_64_kb check (octet_length(variables::text) <= 65536),
    constraint flow_steps_are_between_1_and_10000
        check (max_steps between 1 and 10000 and max_visits between 1 and 100),
    constraint flow_checksum_is_32_bytes check (octet_length(checksum) = 32),
    constraint flow_version_says_when_it_was_published
        check ((status = 'draft') = (published_at is null) and (status = 'draft') = (checksum is null)),
    constraint flow_version_says_when_it_was_retired check ((status = 'retired') = (retired_at is not null))
);
create index flow_versions_of_flow on flows.flow_versions (tenant_id, flow_id, account_id);
create index flow_versions_of_base on flows.flow_versions (tenant_id, based_on_version_id, flow_id);
create index flow_versions_of_publisher on flows.flow_versions (tenant_id, published_by_user_id);
create index flow_versions_by_status on flows.flow_versions (tenant_id, status, created_at);

create table flows.nodes (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    account_id      uuid not null,
    flow_version_id uuid not null,
    name            text not null,
    label           text not null default '',
    kind            flows.node_kind not null,
    config          jsonb not null default '{}',
    schedule_id     uuid,
    target_id       uuid,
    target_group_id uuid,
    subflow_id      uuid,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint node_name_is_taken_once unique (tenant_id, flow_version_id, name),
    constraint node_is_known_with_its_version unique (tenant_id, flow_version_id, id),
    constraint node_name_is_a_small_word check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
    constraint node_config_is_an_object check (jsonb_typeof(config) = 'object'),
    constraint node_config_is_not_above_64_kb check (octet_length(config::text) <= 65536),
    constraint node_names_only_what_its_kind_uses
        check ((schedule_id is null or kind = 'schedule')
               and (num_nonnulls(target_id, target_group_id) = 0
                    or kind = 'buyer_forward' and num_nonnulls(target_id, target_group_id) = 1)
               and (subflow_id is null or kind = 'subflow'))
);
create index nodes_of_version on flows.nodes (tenant_id, flow_version_id, account_id);
create index nodes_of_schedule on flows.nodes (tenant_id, schedule_id, account_id);
create index nodes_of_target on flows.nodes (tenant_id, target_id, account_id);
create index nodes_of_target_group on flows.nodes (tenant_id, target_group_id, account_id);
create index nodes_of_subflow on flows.nodes (tenant_id, subflow_id, account_id);
-- A call enters at one place.
create unique index version_has_one_entry on flows.nodes (tenant_id, flow_version_id) where kind = 'entry';

create table flows.node_ports (
    tenant_id       uuid not null,
    flow_version_id uuid not null,
    node_id         uuid not null,
    port            flows.port not null,
    account_id      uuid not null,
    label           text not null default '',
    position        integer not null default 0,
    ends_call       boolean not null default false,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, flow_version_id, node_id, port)
);
create index node_ports_of_version on flows.node_ports (tenant_id, flow_version_id, account_id);

create table flows.edges (
    tenant_id       uuid not null,
    id              uuid not null default core.uuid_v7(),
    account_id      uuid not null,
    flow_version_id uuid not null,
    from_node_id    uuid not null,
    from_port       flows.port not null,
    to_node_id      uuid not null,
    priority        integer not null default 1,
    condition       jsonb,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint port_has_one_edge_of_a_priority
        unique (tenant_id, flow_version_id, from_node_id, from_port, priority),
    constraint edge_priority_above_zero check (priority > 0),
    constraint edge_condition_is_an_object check (jsonb_typeof(condition) = 'object'),
    constraint edge_condition_is_not_above_64_kb check (octet_length(condition::text) <= 65536)
);
create index edges_of_version on flows.edges (tenant_id, flow_version_id, account_id);
create index edges_into_node on flows.edges (tenant_id, flow_version_id, to_node_id);

select core.distribute_pending();

alter table flows.flows
    add constraint flow_belongs_to_account foreign key (tenant_id, account_id)
        references accounts.accounts (tenant_id, id);
alter table flows.flow_versions
    add constraint version_belongs_to_flow foreign key (tenant_id, flow_id, account_id)
        references flows.flows (tenant_id, id, account_id) on delete cascade;
alter table flows.flow_versions
    add constraint version_is_based_on_version_of_its_flow foreign key (tenant_id, based_on_version_id, flow_id)
        references flows.flow_versions (tenant_id, id, flow_id);
alter table flows.flow_versions
    add constraint version_is_published_by_user foreign key (tenant_id, published_by_user_id)
        references auth.users (tenant_id, id);
alter table flows.flows
    add constraint flow_is_served_by_version_of_its_own foreign key (tenant_id, published_version_id, id)
        references flows.flow_versions (tenant_id, id, flow_id);
alter table flows.nodes
    add constraint node_belongs_to_version foreign key (tenant_id, flow_version_id, account_id)
        references flows.flow_versions (tenant_id, id, account_id) on delete cascade;
alter table flows.nodes
    add constraint node_uses_schedule_of_its_account foreign key (tenant_id, schedule_id, account_id)
        references tracking.schedules (tenant_id, id, account_id);
alter table flows.nodes
    add constraint node_rings_target_of_its_account foreign key (tenant_id, target_id, account_id)
        references tracking.targets (tenant_id, id, account_id);
alter table flows.nodes
    add constraint node_rings_target_group_of_its_account foreign key (tenant_id, target_group_id, account_id)
        references tracking.target_groups (tenant_id, id, account_id);
alter table flows.nodes
    add constraint node_uses_flow_of_its_account foreign key (tenant_id, subflow_id, account_id)
        references flows.flows (tenant_id, id, account_id);
alter table flows.node_ports
    add constraint port_belongs_to_version foreign key (tenant_id, flow_version_id, account_id)
        references flows.flow_versions (tenant_id, id, account_id) on delete cascade;
alter table flows.node_ports
    add constraint port_belongs_to_node foreign key (tenant_id, flow_version_id, node_id)
        references flows.nodes (tenant_id, flow_version_id, id) on delete cascade;
alter table flows.edges
    add constraint edge_belongs_to_version foreign key (tenant_id, flow_version_id, account_id)
        references flows.flow_versions (tenant_id, id, account_id) on delete cascade;
alter table flows.edges
    add constraint edge_starts_at_port foreign key (tenant_id, flow_version_id, from_node_id, from_port)
        references flows.node_ports (tenant_id, flow_version_id, node_id, port) on delete cascade;
alter table flows.edges
    add constraint edge_ends_at_node_of_its_version foreign key (tenant_id, flow_version_id, to_node_id)
        references flows.nodes (tenant_id, flow_version_id, id) on delete cascade;

select core.adopt_tables('account', 'flows.flows', 'flows.flow_versions', 'flows.nodes', 'flows.node_ports',
                         'flows.edges');

create function flows.node_catalogue()
returns table (kind text, ports text, waits boolean, needs text[])
language sql immutable parallel safe
as $$
    values ('entry', '^next$', false, '{}'::text[]),
           ('play', '^done$', true, '{prompt}'),
           ('ivr_menu', '^(digit:[0-9*#]|no_input|no_match)$', true, '{prompt}'),
           ('gather', '^(matched|invalid|timeout)$', true, '{prompt,variable}'),
           ('condition', '^(rule:[0-9]+|else)$', false, '{rules}'),
           ('schedule', '^(open|closed)$', false, '{}'),
           ('geo', '^(rule:[0-9]+|else)$', false, '{rules}'),
           ('splitter', '^branch:[0-9]+$', false, '{branches}'),
           ('lookup', '^(success|http_error|timeout)$', false, '{url}'),
           ('compliance', '^(pass|fail(:[a-z0-9_]+)?)$', false, '{checks}'),
           ('set_tags', '^next$', false, '{tags}'),
           ('queue', '^(connected|timeout|full|exit_key|hangup)$', true, '{max_wait_s}'),
           ('buyer_forward', '^(completed|no_answer|busy|failed|no_target|capped|rejected)$', true, '{}'),
           ('transfer', '^(completed|failed)$', true, '{to}'),
           ('voicemail', '^(recorded|no_audio)$', true, '{greeting}'),
           ('recording', '^(next|failed)$', false, '{action}'),
           ('webhook', '^next$', false, '{url}'),
           ('sms', '^(sent|failed)$', false, '{to,body}'),
           ('subflow', '^(completed|failed)$', false, '{}'),
           ('ai_agent', '^(handoff|completed|failed)$', true, '{url}'),
           ('hangup', null, false, '{}')
$$;
comment on function flows.node_catalogue() is
    'What each kind of node needs and leads to: the ports it may have (a regular expression, NULL for none), whether '
    'the caller hears or does something there (a circle needs such a node), and the keys that its config must have.';
grant execute on function flows.node_catalogue() to heddle_app, heddle_engine;

-- Circles are found in what is left when the nodes that wait are taken out: who reaches itself there, spins.
create function flows.version_findings(p_tenant uuid, p_version uuid)
returns table (code text, node text, detail text)
language sql stable
as $$
    with recursive nodes as (
        select n.id, n.name, n.kind, n.config, n.schedule_id, n.target_id, n.target_group_id, n.subflow_id,
               k.ports, k.waits, k.needs
          from flows.nodes n
          join flows.node_catalogue() k on k.kind = n.kind
         where n.tenant_id = p_tenant and n.flow_version_id = p_version
    ), ports as (
        select p.node_id, p.port, p.ends_call from flows.node_ports p
         where p.tenant_id = p_tenant and p.flow_version_id = p_version
    ), edges as (
        select e.from_node_id, e.from_port, e.to_node_id, e.condition from flows.edges e
         where e.tenant_id = p_tenant and e.flow_version_id = p_version
    ), reached (id) as (
        select n.id from nodes n where n.kind = 'entry'
         union
        select e.to_node_id from reached r join edges e on e.from_node_id = r.id
    ), spins (start, id) as (
        select e.from_node_id, e.to_node_id
          from edges e
          join nodes f on f.id = e.from_node_id and not f.waits
          join nodes t on t.id = e.to_node_id and not t.waits
         union
        select s.start, e.to_node_id
          from spins s
          join edges e on e.from_node_id = s.id
          join nodes t on t.id = e.to_node_id and not t.waits
    )
    select 'no_entry', null::text, 'a call has no way in'
     where not exists (select from nodes n where n.kind = 'entry')
     union all
    select 'unreachable_node', n.name, 'no call gets there'
      from nodes n where not exists (select from reached r where r.id = n.id)
     union all
    select 'no_port', n.name, 'a call does not get on from there'
      from nodes n where n.ports is not null and not exists (select from ports p where p.node_id = n.id)
     union all
    select 'unknown_port', n.name, p.port
      from nodes n join ports p on p.node_id = n.id
     where n.ports is null or p.port !~ n.ports
     union all
    select 'port_not_wired', n.name, p.port
      from nodes n join ports p on p.node_id = n.id
     where not p.ends_call
       and not exists (select from edges e
                        where e.from_node_id = p.node_id and e.from_port = p.port and e.condition is null)
     union all
    select 'endless_circle', n.name, 'a call comes back without hearing or doing anything'
      from nodes n where exists (select from spins s where s.start = n.id and s.id = n.id)
     union all
    select 'config_incomplete', n.name, need
      from nodes n cross join unnest(n.needs) as need
     where not n.config ? need
     union all
    select 'config_incomplete', n.name,
           case n.kind when 'schedule' then 'schedule' when 'subflow' then 'flow' else 'target, group or plan' end
      from nodes n
     where (n.kind = 'schedule' and n.schedule_id is null)
        or (n.kind = 'subflow' and n.subflow_id is null)
        or (n.kind = 'buyer_forward' and num_nonnulls(n.target_id, n.target_group_id) = 0
            and n.config -> 'uses_plan' is distinct from 'true'::jsonb)
     union all
    select 'subflow_not_published', n.name, f.name
      from nodes n
      join flows.flows f on f.tenant_id = p_tenant and f.id = n.subflow_id
     where f.published_version_id is null
$$;
comment on function flows.version_findings(uuid, uuid) is
    'What keeps a version from being published, a row for each finding: no_entry, unreachable_node, no_port, '
    'unknown_port, port_not_wired (without an edge that has no condition, and the call does not end there), '
    'endless_circle, config_incomplete, subflow_not_published. No rows is right.';
grant execute on function flows.version_findings(uuid, uuid) to heddle_app, heddle_engine;

create function flows.guard_version() returns trigger
language plpgsql
as $$
declare
    v_finding record;
begin
    if tg_op = 'DELETE' then
        if old.status <> 'draft' and exists (select from core.tenants t where t.id = old.tenant_id) then
            raise exception 'version % is published and stays', old.version
                using errcode = 'restrict_violation', constraint = 'published_version_is_kept';
        end if;
        return old;
    end if;

    if tg_op = 'UPDATE' and old.status <> 'draft' then
        if to_jsonb(new) - '{status,layout,retired_at,updated_at}'::text[]
            is distinct from to_jsonb(old) - '{status,layout,retired_at,updated_at}'::text[] then
            raise exception 'version % is published and does not change', old.version
                using errcode = 'restrict_violation', constraint = 'published_version_is_kept';
        end if;
        if new.status = 'retired' and exists (select from flows.flows f
                                               where f.tenant_id = new.tenant_id and f.id = new.flow_id
                                                 and f.published_version_id = new.id) then
            raise exception 'version % is being served', old.version
                using errcode = 'restrict_violation', constraint = 'served_version_is_published';
        end if;
        new.retired_at := case when new.status = 'retired' then coalesce(old.retired_at, now()) end;
        return new;
    end if;

    if new.status <> 'draft' then
        if tg_op = 'INSERT' then
            raise exception 'a version starts as a draft'
                using errcode = 'check_violation', constraint = 'flow_version_starts_as_draft';
        end if;
        select f.code, f.node, f.detail into v_finding
          from flows.version_findings(new.tenant_id, new.id) f limit 1;
        if found then
            raise exception 'version % is not complete: % (%: %)', new.version, v_finding.code,
                            coalesce(v_finding.node, 'flow'), v_finding.detail
                using errcode = 'check_violation', constraint = 'published_version_is_complete',
                      hint = 'flows.version_findings() tells all that is missing.';
        end if;
        new.published_at := now();
        select sha256(convert_to(string_agg(part.line, e'\n' order by part.line collate "C"), 'UTF8')) into new.checksum
          from (select jsonb_build_object('version', new.variables, 'max_steps', new.max_steps,
                                          'max_visits', new.max_visits)::text as line
                 union all
                select jsonb_build_object('node', n.name, 'kind', n.kind, 'config', n.config,
                                          'schedule', n.schedule_id, 'target', n.target_id,
                                          'target_group', n.target_group_id, 'subflow', n.subflow_id)::text
                  from flows.nodes n where n.tenant_id = new.tenant_id and n.flow_version_id = new.id
                 union all
                select jsonb_build_object('port', p.port, 'node', n.name, 'ends_call', p.ends_call)::text
                  from flows.node_ports p
                  join flows.nodes n on n.tenant_id = p.tenant_id and n.id = p.node_id
                 where p.tenant_id = new.tenant_id and p.flow_version_id = new.id
                 union all
                select jsonb_build_object('edge', e.from_port, 'from', f.name, 'to', t.name,
                                          'priority', e.priority, 'condition', e.condition)::text
                  from flows.edges e
                  join flows.nodes f on f.tenant_id = e.tenant_id and f.id = e.from_node_id
                  join flows.nodes t on t.tenant_id = e.tenant_id and t.id = e.to_node_id
                 where e.tenant_id = new.tenant_id and e.flow_version_id = new.id) as part;
    end if;
    return new;
end $$;
comment on function flows.guard_version() is
    'Trigger: a version starts as a draft, is published only without findings and then gets its time and checksum, '
    'and does not change or go any more; retiring and drawing it otherwise may be. One that is served is not retired.';

-- The lock makes who publishes wait for who still edits, and the other way round.
create function flows.guard_part() returns trigger
language plpgsql
as $$
declare
    v_part   record;
    v_status text;
begin
    foreach v_part in array case tg_op when 'INSERT' then array[new] when 'DELETE' then array[old]
                                       else array[old, new] end loop
        select v.status into v_status
          from flows.flow_versions v
         where v.tenant_id = v_part.tenant_id and v.id = v_part.flow_version_id for share;
        if v_status <> 'draft' and exists (select from core.tenants t where t.id = v_part.tenant_id) then
            raise exception 'the version is published and does not change'
                using errcode = 'restrict_violation', constraint = 'published_version_is_kept';
        end if;
    end loop;
    return coalesce(new, old);
end $$;
comment on function flows.guard_part() is 'Trigger: nodes, ports and edges change only in a draft.';

create function flows.guard_served() returns trigger
language plpgsql
as $$
declare
    v_status text;
begin
    select v.status into v_status
      from flows.flow_versions v
     where v.tenant_id = new.tenant_id and v.id = new.published_version_id for share;
    if v_status <> 'published' then
        raise exception 'a version that is % is not served', v_status
            using errcode = 'check_violation', constraint = 'served_version_is_published';
    end if;
    return new;
end $$;
comment on function flows.guard_served() is 'Trigger: a flow is served by a published version only.';

create trigger flow_versions_guard before insert or update or delete on flows.flow_versions
    for each row execute function flows.guard_version();
create trigger flow_versions_move before update of status on flows.flow_versions
    for each row when (old.status <> new.status and (old.status, new.status) not in (
        ('draft', 'published'), ('published', 'retired'), ('retired', 'published')))
    execute function core.refuse_state_change('a version of a flow', 'flow_version_keeps_to_its_states');
create trigger flows_guard_served before insert or update of published_version_id on flows.flows
    for each row when (new.published_version_id is not null) execute function flows.guard_served();
create trigger nodes_guard before insert or update or delete on flows.nodes
    for each row execute function flows.guard_part();
create trigger node_ports_guard before insert or update or delete on flows.node_ports
    for each row execute function flows.guard_part();
create trigger edges_guard before insert or update or delete on flows.edges
    for each row execute function flows.guard_part();

create function flows.publish_version(p_tenant uuid, p_version uuid, p_user uuid default null) returns boolean
language plpgsql
as $$
declare
    v_flow   uuid;
    v_status text;
begin
    select v.flow_id, v.status into v_flow, v_status
      from flows.flow_versions v where v.tenant_id = p_tenant and v.id = p_version for no key update;
    if not found then
        raise exception 'no such version' using errcode = 'foreign_key_violation';
    end if;
    if v_status <> 'published' then
        update flows.flow_versions v
           set status = 'published',
               published_by_user_id = case when v.status = 'draft' then p_user else v.published_by_user_id end
         where v.tenant_id = p_tenant and v.id = p_version;
    end if;
    update flows.flows f
       set published_version_id = p_version
     where f.tenant_id = p_tenant and f.id = v_flow and f.published_version_id is distinct from p_version;
    return found;
end $$;
comment on function flows.publish_version(uuid, uuid, uuid) is
    'Publishes a version if it is not yet, and serves it from now on; an older one again as well. False when it was '
    'served already.';
grant execute on function flows.publish_version(uuid, uuid, uuid) to heddle_app;

grant select, insert, update, delete
    on flows.flows, flows.flow_versions, flows.nodes, flows.node_ports, flows.edges to heddle_app;
grant select on flows.flows, flows.flow_versions, flows.nodes, flows.node_ports, flows.edges
    to heddle_engine, heddle_report;

insert into auth.permissions (name, description) values
    ('flows:read', 'See call flows and their versions'),
    ('flows:write', 'Draft call flows'),
    ('flows:publish', 'Publish call flows and go back to older versions');

comment on table flows.flows is 'Call flows by name; campaigns send their calls there.';
comment on column flows.flows.name is 'Name, unique within the account.';
comment on column flows.flows.description is 'What it is for.';
comment on column flows.flows.status is 'active or archived.';
comment on column flows.flows.published_version_id is 'The version that new calls run; NULL while there is none.';

comment on table flows.flow_versions is 'Versions of flows. What is published never changes.';
comment on column flows.flow_versions.flow_id is 'The flow.';
comment on column flows.flow_versions.version is 'Number within the flow, from 1.';
comment on column flows.flow_versions.status is 'draft, published or retired.';
comment on column flows.flow_versions.message is 'What was changed, in the words of who did it.';
comment on column flows.flow_versions.based_on_version_id is 'The version that it was copied from.';
comment on column flows.flow_versions.variables is 'Variables with their first values: {"language": "en"}.';
comment on column flows.flow_versions.layout is
    'Where the editor draws nodes and notes, by name of node; it may change at any time.';
comment on column flows.flow_versions.max_steps is 'A call that makes more steps is ended as a flow error.';
comment on column flows.flow_versions.max_visits is 'A call that enters one node more often is ended as a flow error.';
comment on column flows.flow_versions.checksum is 'SHA-256 of its content, made when it was published.';
comment on column flows.flow_versions.published_at is 'When it was published.';
comment on column flows.flow_versions.published_by_user_id is 'Who published it.';
comment on column flows.flow_versions.retired_at is 'When it was retired.';

comment on table flows.nodes is 'Steps of a version.';
comment on column flows.nodes.flow_version_id is 'The version.';
comment on column flows.nodes.name is 'Name that stays from version to version, so that they can be compared.';
comment on column flows.nodes.label is 'What the editor shows.';
comment on column flows.nodes.kind is
    'entry, play, ivr_menu, gather, condition, schedule, geo, splitter, lookup, compliance, set_tags, queue, '
    'buyer_forward, transfer, voicemail, recording, webhook, sms, subflow, ai_agent or hangup.';
comment on column flows.nodes.config is 'Settings of its kind: prompts, timeouts, rules and the like.';
comment on column flows.nodes.schedule_id is 'The hours that a schedule node asks for.';
comment on column flows.nodes.target_id is 'The target that a buyer_forward node rings.';
comment on column flows.nodes.target_group_id is
    'The group that a buyer_forward node rings; with neither it may go by the campaign''s plan (uses_plan).';
comment on column flows.nodes.subflow_id is 'The flow that a subflow node runs, in the version served then.';

comment on table flows.node_ports is 'Outcomes that a node has; edges leave from them.';
comment on column flows.node_ports.flow_version_id is 'The version.';
comment on column flows.node_ports.node_id is 'The node.';
comment on column flows.node_ports.port is 'The outcome, such as done, digit:1 or no_answer.';
comment on column flows.node_ports.label is 'What the editor shows.';
comment on column flows.node_ports.position is 'Order in which the editor shows it.';
comment on column flows.node_ports.ends_call is 'Whether the call ends there on purpose, without an edge.';

comment on table flows.edges is
    'Ways from a port to the next node. Of several at one port the first whose condition holds is taken.';
comment on column flows.edges.flow_version_id is 'The version of both nodes.';
comment on column flows.edges.from_node_id is 'The node that it leaves.';
comment on column flows.edges.from_port is 'The port that it leaves.';
comment on column flows.edges.to_node_id is 'The node that it enters.';
comment on column flows.edges.priority is 'Order in which the edges of a port are tried, 1 first.';
comment on column flows.edges.condition is
    'When it is taken: {"all": [{"variable": "state", "operator": "equal_to", "value": "TX"}]}; NULL is always.';
